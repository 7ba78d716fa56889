"""« 8 heures », « il y a 3 mois », « en 2019 » → the option whose span holds it.

Option values say their span themselves: `lt_2h`, `4_to_7h`, `ge_10h`, `gt_5y`, `lt_6m`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from flows.model import Question
from flows.numbers import Amount, amounts
from flows.words import spoken

_SPAN = re.compile(
    r"(?:(lt|gt|ge|at_least)_(\d+)|(\d+)_(?:to_)?(\d+))_?([hmy]|per_week|portions)(?:_day)?"
)
_IN = {
    "h": {"h": 1.0, "hours": 1.0, "minutes": 1 / 60},
    "m": {"days": 1 / 30.4, "weeks": 7 / 30.4, "months": 1.0, "years": 12.0},
    "y": {"days": 1 / 365, "weeks": 7 / 365, "months": 1 / 12, "years": 1.0},
    "per_week": {"times": 1.0},
    "portions": {"portions": 1.0},
}
"""How much of the span's unit one of the person's unit is."""

Span = tuple[str, float, float, bool, bool]
"""(value, from, to, from included, to included)."""


def holding(question: Question, said: str, year: int, language: str = "") -> tuple[str, ...]:
    """Options whose span holds the one amount said, in order; none when it is not an amount."""
    unit, spans = _spans(question)
    if not spans:
        return ()
    found, left = amounts(said, spoken(language))
    if len(found) == 2 and not found[0].unit and found[1].unit in _IN[unit]:
        both = [_within(spans, each.value * _IN[unit][found[1].unit]) for each in found]
        return tuple(each for each in both[0] if each in both[1])  # « entre 2 et 4 heures »
    if left or not found:
        return ()
    value = _measure(found, unit, year)
    if value is None:
        return ()
    return _within(spans, value)


def counted(question: Question, text: str) -> tuple[str, ...]:
    """Options a bare number may mean as a quantity: « 3 » hours, not the third box."""
    _, spans = _spans(question)
    return _within(spans, float(text)) if spans and text.isdecimal() else ()


def _within(spans: tuple[Span, ...], value: float) -> tuple[str, ...]:
    """The span that holds this; both neighbours when it is the very limit of two."""
    held = tuple(
        option for option, low, high, over, under in spans
        if (low < value or (over and low == value)) and (value < high or (under and value == high))
    )  # fmt: skip
    return held or tuple(option for option, low, high, _, _ in spans if value in (low, high))


def _measure(found: list[Amount], unit: str, year: int) -> float | None:
    first = found[0]
    if len(found) == 1 and unit in ("m", "y") and 1900 <= first.value <= year and not first.unit:
        return (year - first.value) * (12 if unit == "m" else 1)
    scale = _IN[unit]
    if first.unit not in scale:
        return None
    if len(found) == 1:
        return first.value * scale[first.unit]
    second = found[1]
    if unit == "h" and len(found) == 2 and second.unit in ("", "minutes"):
        return first.value + second.value / 60  # « 1h30 »
    return None


@lru_cache(maxsize=256)
def _spans(question: Question) -> tuple[str, tuple[Span, ...]]:
    unit, found = "", []
    for option in question.options:
        said = _SPAN.fullmatch(option.value)
        if said is None:
            continue
        side, bound, low, high, unit = said.groups()
        if side == "lt":
            found.append((option.value, 0.0, float(bound), True, False))
        elif side:
            found.append((option.value, float(bound), float("inf"), side != "gt", False))
        else:
            found.append((option.value, float(low), float(high), True, True))
    return unit, tuple(found)
