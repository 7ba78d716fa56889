"""Which words of which language an interview hears: see `docs/languages.md`.

1. The interview's own language: all its words, as it means them.
2. `HOUSE`, the three languages spoken together since the beginning: all their words too, but none
   the first one uses otherwise.
3. Every other language: only what carries an answer, and only words nobody before uses otherwise,
   nor two of them in two senses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flows.files import NumbersFile, WordsFile
from flows.folding import bare, fold

HOUSE = ("fr", "en", "ar")
Sense = tuple[str, str]
"""(field, meaning in it): (« yes », « »), (« non_answers », « skipped »)."""
Clear = Callable[[str, Sense], bool]
ANSWERS = ("names", "yes", "no", "nothing", "all", "non_answers", "commands")
"""What is heard in every language at once: whole answers, said and understood as such."""
LITTLE = ("polite", "articles", "leads", "joins", "either", "negations", "guards", "without",
          "asks_meaning", "change_what", "change_fillers", "topics", "ordinals", "last", "place",
          "around", "born", "unit_words")  # fmt: skip
_NO_NUMBERS = NumbersFile.model_construct(
    units=[], tens={}, stretch=[], units_first=False, whole={}, digits=False, hundreds={},
    between=[], decimal=[], half=[],
)  # fmt: skip


def heard(files: Sequence[WordsFile], language: str = "") -> list[WordsFile]:
    """The files as an interview in `language` hears them, its own last; « »: one of `HOUSE`."""
    own = [each for each in files if each.language == language]
    house = [each for each in files if each.language in HOUSE and each not in own]
    others = [each for each in files if each not in own and each not in house]
    first = _senses(own)
    known = {**_senses(house), **first}
    doubtful = {word for word, senses in _senses(others, ANSWERS).items() if len(senses) > 1}

    def beside_own(word: str, sense: Sense) -> bool:
        said = _key(word)
        return said not in first or sense in first[said]

    def beside_all(word: str, sense: Sense) -> bool:
        said = _key(word)
        if said in known:
            return sense in known[said]
        return said not in doubtful and not (len(said) == 1 and said.isascii())

    def never(word: str, sense: Sense) -> bool:
        return False

    return [
        *(_kept(each, beside_all, never).model_copy(update={"numbers": _NO_NUMBERS})
          for each in others),
        *(_kept(each, beside_own, beside_own) for each in house),
        *own,
    ]  # fmt: skip


def twice(file: WordsFile) -> list[str]:
    """Words one language gives two answers at once: nobody could tell which was meant."""
    return [
        f"words/{file.language}.yaml: « {word} » is both "
        + " and ".join(sorted(" ".join(filter(None, each)) for each in senses))
        for word, senses in sorted(_senses([file], ANSWERS).items())
        if len(senses) > 1
    ]


def _kept(file: WordsFile, answers: Clear, little: Clear) -> WordsFile:
    """The file with only the words these let through."""
    update = {name: _filtered(file, name, answers) for name in ANSWERS}
    update |= {name: _filtered(file, name, little) for name in LITTLE}
    return file.model_copy(update=update)


def _filtered(file: WordsFile, name: str, clear: Clear) -> Any:
    words = getattr(file, name)
    if isinstance(words, dict):
        return {meaning: [each for each in said if clear(each, (name, meaning))]
                for meaning, said in words.items()}  # fmt: skip
    if name == "ordinals":
        return [[each for each in said if clear(each, (name, str(place)))]
                for place, said in enumerate(words)]  # fmt: skip
    meaning = file.language if name == "names" else ""
    return [each for each in words if clear(each, (name, meaning))]


def _senses(
    files: Sequence[WordsFile], fields: Sequence[str] = (*ANSWERS, *LITTLE, "numbers")
) -> dict[str, set[Sense]]:
    """Every word with all it means in these files."""
    found: dict[str, set[Sense]] = defaultdict(set)
    for file in files:
        for name in fields:
            for meaning, word in _words(file, name):
                found[_key(word)].add((name, meaning))
    return dict(found)


def _words(file: WordsFile, name: str) -> Iterator[tuple[str, str]]:
    """(meaning, word) of one field."""
    words = getattr(file, name)
    if name == "numbers":
        for value, said in [*enumerate(words.units), *words.tens.items()]:
            yield from ((str(value), each) for each in ([said] if isinstance(said, str) else said))
    elif name == "ordinals":
        yield from ((str(place), each) for place, said in enumerate(words) for each in said)
    elif isinstance(words, dict):
        yield from ((meaning, each) for meaning, said in words.items() for each in said)
    else:
        yield from ((file.language if name == "names" else "", each) for each in words)


def _key(word: str) -> str:
    return bare(word) or fold(word).strip()
