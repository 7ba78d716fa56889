"""Numbers as people write them: « 1m75 », « soixante-douze kilos et demi », « né en 1963 ».

A message is cut in amounts (numbers with a unit) and the words left over. What needed a guess
(feet and pounds, a year of birth, words we do not know around it) is said not to be sure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from flows.errors import Unreadable
from flows.folding import MARKS, fold
from flows.model import Question
from flows.words import Words, spoken

Sure = tuple[float, bool]
DIGITS = {"m": 2, "kg": 1}
"""Decimals kept."""
FEET, INCHES, POUNDS, STONES = 0.3048, 0.0254, 0.45359, 6.35029
_WORD = rf"(?:[^\W\d_]|[{MARKS}])+"
_TOKENS = re.compile(rf"\d+(?:[.,]\d+)?|{_WORD}(?:['’]{_WORD})*'?|[^\w\s]")
_LONGEST = 6
"""Words in the longest number: « deux cent quatre vingt dix neuf »."""
_FOREIGN = {
    "ft": "ft", "foot": "ft", "feet": "ft", "pied": "ft", "pieds": "ft", "in": "in", "inch": "in",
    "inches": "in", '"': "in", "lb": "lb", "lbs": "lb", "pound": "lb", "pounds": "lb", "st": "st",
    "stone": "st", "stones": "st",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, the unit written after it (« » when none), and how its digits were written."""

    value: float
    unit: str = ""
    written: str = ""


def number(question: Question, said: str, year: int, language: str = "") -> Sure:
    """The number this says for `question`, and whether it needs no confirmation.

    Raises `Unreadable`: « not_a_number », or « out_of_range » with what was typed. `year` is
    today's, for a year of birth.
    """
    words = spoken(language)
    found, left = amounts(said, words)
    dated = question.unit == "years" and any(each.value >= 1900 for each in found)
    if not found or (left and len(found) > 1 and not dated):
        raise Unreadable("not_a_number")
    value, sure = _valued(question, tuple(found), left, year, words)
    value = float(round(value + 1e-9, DIGITS.get(question.unit or "", 0)))
    low, high = question.low, question.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise Unreadable("out_of_range", value=said.strip()[:20])
    return value, sure and not left


def _valued(
    question: Question, found: tuple[Amount, ...], left: list[str], year: int, words: Words
) -> Sure:
    if question.unit == "years":
        if not question.id.startswith("age"):
            year = 0  # the year of an event is no age
        read = _years(found, year, born=any(each in words.born for each in left))
        read = read or (_between(found, question) if len(found) == 2 else None)
        if read is None:
            raise Unreadable("not_a_number")
        return read
    read = _metres(found) if question.unit == "m" else _kilos(found)
    if read is None and len(found) == 2:
        read = _between(found, question)
    if read is None:
        raise Unreadable("not_a_number")
    return read


def amounts(said: str, words: Words) -> tuple[list[Amount], list[str]]:
    """The amounts in a text in order, and the words that say something else."""
    tokens = _TOKENS.findall(words.spaced(fold(said)[:200].replace("-", " ")))
    found: list[Amount] = []
    left: list[str] = []
    place = 0
    while place < len(tokens):
        taken, value = _number_at(tokens, place, words)
        token = tokens[place]
        if value is not None:
            found.append(value)
        elif found and (half := _phrase(tokens, place, words.half)):
            found[-1] = replace(found[-1], value=found[-1].value + 0.5)
            taken = half
        elif (around := _phrase(tokens, place, words.around)) > 1:
            taken = around
        elif found and not found[-1].unit and (unit := _unit(token, words)):
            found[-1] = replace(found[-1], unit=unit)
        elif around:
            taken = around
        elif token[0].isalpha():
            left.append(token)
        place += taken
    return found, left


def _number_at(tokens: list[str], place: int, words: Words) -> tuple[int, Amount | None]:
    """(tokens taken, number) starting here; spelt or in digits, with « virgule cinq » after it."""
    taken, whole = 1, tokens[place]
    if not whole[0].isdecimal():
        taken, spelt = _spelt(tokens, place, words)
        if spelt is None:
            return 1, None
        whole = str(spelt)
    after = place + taken
    if after < len(tokens) and tokens[after] in words.decimal:
        more, tail = _number_at(tokens, after + 1, words) if after + 1 < len(tokens) else (0, None)
        if tail is not None and "." not in whole and tail.written.isdecimal():
            whole, taken = f"{whole}.{tail.written}", taken + 1 + more
    whole = whole.replace(",", ".")
    return taken, Amount(float(whole), "", whole)


def _spelt(tokens: list[str], place: int, words: Words) -> tuple[int, int | None]:
    for length in range(min(_LONGEST, len(tokens) - place), 0, -1):
        said = " ".join(tokens[place : place + length])
        value = words.spelt.get(said, words.spelt.get(said.removeprefix("و")))
        if value is not None:
            return length, value
    return 1, None


def _phrase(tokens: list[str], place: int, phrases: frozenset[str]) -> int:
    """How many tokens one of these phrases takes here, 0 when none stands here."""
    for length in range(min(3, len(tokens) - place), 0, -1):
        if " ".join(tokens[place : place + length]) in phrases:
            return length
    return 0


def _unit(word: str, words: Words) -> str:
    return _FOREIGN.get(word) or ("'" if word == "'" else words.units.get(word, ""))


# -- what the amounts say ------------------------------------------------------------------------


def _metres(found: tuple[Amount, ...]) -> Sure | None:
    first = found[0]
    units = tuple(each.unit for each in found)
    if units in (("ft",), ("'",), ("ft", ""), ("'", ""), ("ft", "in"), ("'", "in")) and (
        units[0] == "ft" or first.value >= 3
    ):
        inches = found[1].value if len(found) > 1 else 0
        return first.value * FEET + inches * INCHES, False
    if len(found) == 1:
        if units[0] == "cm" or (units[0] != "m" and first.value >= 100):
            # « 1,75 cm » was meant in metres.
            return (first.value, False) if first.value < 3 else (first.value / 100, True)
        return (first.value / 100, False) if first.value >= 100 else (first.value, True)
    if len(found) == 2 and first.value in (0, 1, 2) and units[1] in ("", "cm", "m"):
        written = found[1].written
        if not written.isdecimal() or len(written) > 2:
            return None
        tens = 10 if len(written) == 1 and units[1] != "cm" else 1
        return first.value + int(written) * tens / 100, True
    return None


def _kilos(found: tuple[Amount, ...]) -> Sure | None:
    first, units = found[0], tuple(each.unit for each in found)
    if units[0] in ("lb", "st"):
        pounds = found[1].value if len(found) > 1 else 0
        return first.value * (POUNDS if units[0] == "lb" else STONES) + pounds * POUNDS, False
    if len(found) == 1:
        return (first.value / 1000 if units[0] == "g" else first.value), units[0] in ("", "kg", "g")
    if units[0] == "kg" and len(found) == 2 and found[1].written.isdecimal():
        written = found[1].written
        grams = int(written) / (10 if len(written) == 1 else 1000 if len(written) == 3 else 100)
        return first.value + grams, True
    return None


def _years(found: tuple[Amount, ...], year: int, born: bool) -> Sure | None:
    first, units = found[0], tuple(each.unit for each in found)
    written_years = [each.value for each in found if 1900 <= each.value <= year]
    if written_years and year:
        return year - written_years[0], False
    if born or len(found) > 2 or units[0] not in ("", "years") or (
        len(found) == 2 and units[1] != "months"
    ):  # fmt: skip
        return None
    return float(int(first.value)), True


def _between(found: tuple[Amount, ...], question: Question) -> Sure | None:
    """« 70 ou 72 »: the middle, to be confirmed, when both are close and make sense."""
    scale = 100 if question.unit == "m" and found[0].value >= 100 else 1
    low, high = sorted(each.value / scale for each in found)
    if question.low is None or low < question.low or high - low > low / 10:
        return None
    return (low + high) / 2, False
