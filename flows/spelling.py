"""Numbers spelt out, 0 to 299, made from a language's few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flows.files import NumbersFile

Spelt = Iterable[tuple[str, int]]


def numbers(words: NumbersFile) -> dict[str, int]:
    """Every way to write 0 to 299 with these words: « soixante et onze » → 71."""
    small = [(word, value) for value, each in enumerate(words.units) for word in _ways(each)]
    tens = [(word, value) for value, each in words.tens.items() for word in each]
    below = {**dict(small), **dict(tens), **dict(_two(words, small, tens))}
    below |= {word: value for value, each in words.whole.items() for word in each}
    if words.digits:
        below |= {f"{one} {two}": 10 * tens + value for one, tens in small if 0 < tens < 10
                  for two, value in small if value < 10}  # fmt: skip
    found = dict(below)
    for value, each in words.hundreds.items():
        for hundred in each:
            found[hundred] = value
            for between in words.between:
                found |= {f"{hundred} {_joined(between, rest)}": value + more
                          for rest, more in below.items() if more}  # fmt: skip
    return found


def _two(words: NumbersFile, small: Spelt, tens: Spelt) -> Iterator[tuple[str, int]]:
    """« soixante » and « douze »: 72; in Arabic the unit comes first."""
    for ten, value in tens:
        last = 20 if value in words.stretch else 10
        for unit, more in small:
            for between in words.between if 0 < more < last else ():
                first, then = (unit, ten) if words.units_first else (ten, unit)
                yield f"{first} {_joined(between, then)}", value + more


def _joined(between: str, word: str) -> str:
    """« et onze »; Arabic « و » is written against its word."""
    return f"{between}{word}" if between == "و" else f"{between} {word}".strip()


def _ways(word: str | Sequence[str]) -> Sequence[str]:
    return [word] if isinstance(word, str) else word
