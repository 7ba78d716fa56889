"""Second-line tests: questionnaires of the same engine, with points, thresholds and a source.

An instrument holds a `Questionnaire` (band None); an `Interview` that names the instrument is
asked by `engine.hear` and walked by `walking.replay` like any other. A score exists only when
everything it needs was answered; else its certain minimum, and n of N.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from flows.model import Answers, Interview, Questionnaire

Sex = Literal["woman", "man"]
SEXES: Mapping[Sex, str] = {"woman": "seuils des femmes", "man": "seuils des hommes"}
Why = Literal["licence", "ask", "setting", "later"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where points and thresholds come from; `seen`: the day it was really read, else None."""

    name: str
    seen: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """From this total on, this is what the publication says, in French, for a professional."""

    low: float
    text: str


@dataclass(frozen=True, slots=True)
class Scale:
    """One score of an instrument: the whole, or some of its items."""

    id: str
    label: str
    items: tuple[str, ...]
    low: float
    high: float
    thresholds: Mapping[Sex | None, tuple[Threshold, ...]]
    """By sex where the publication says so, else under None."""
    constant: float = 0.0
    step: float = 1.0
    """What two neighbouring totals differ by."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One second-line test."""

    id: str
    title: str
    about: str
    """What it looks for, for a professional."""
    subject: str
    """What it is about, as the person reads it: no illness, no test's name."""
    theme: str
    period: str
    instructions: str
    ages: tuple[int, int]
    questionnaire: Questionnaire
    points: Mapping[str, Mapping[str, float]]
    """Item → option value → points; items without points are not here."""
    scales: tuple[Scale, ...]
    sources: tuple[Origin, ...]
    licence: str
    note: str
    adapted: bool
    review: str
    languages: tuple[str, ...]
    """In which its wording may be used. No other: a translated score is another test."""
    room_only: bool
    private: bool
    """About mood or the body: what was answered is never displayed to the person again."""
    suicide: frozenset[str]
    """Items about suicide: confidential, met at once, never on paper, never on a phone."""
    safety: Mapping[str, str]
    """« positive » and « unanswered »: what the professional reads beside such an item."""

    @property
    def alone(self) -> bool:
        """May the person answer it alone, on a phone?"""
        return not self.room_only and not self.suicide

    def sendable(self, language: str) -> bool:
        """The same, in this language."""
        return self.alone and language in self.languages


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A test that is not here: why, and where a professional finds it."""

    id: str
    title: str
    use: str
    why: Why
    where: str


@dataclass(frozen=True, slots=True)
class Level:
    """One line of the table of thresholds."""

    span: str
    text: str
    here: bool
    """The score lies here."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A score, complete or a certain minimum. Never imputed."""

    id: str
    label: str
    value: float | None
    """None while something it needs was not answered."""
    at_least: float
    at_most: float
    answered: int
    total: int
    levels: tuple[Level, ...]
    sure: str | None = None
    """While incomplete: the level reached whatever the rest, when it is not the lowest."""

    @property
    def reading(self) -> str | None:
        """What the publication says of a complete score."""
        return next((each.text for each in self.levels if each.here), None)


def begin(instrument: Instrument, interview_id: str, language: str, now: int) -> Interview:
    """A fresh run of this instrument; `now` in seconds since 1970, UTC."""
    return Interview(interview_id, language, now, instrument=instrument.id)


def score(instrument: Instrument, answers: Answers, sex: str | None = None) -> tuple[Scored, ...]:
    """Every score of this instrument. Thresholds by sex: both when the sex is neither or unknown.

    An item that does not concern the person (drinks of somebody who never drinks) counts as
    answered, for nothing: so does the publication.
    """
    found: list[Scored] = []
    for scale in instrument.scales:
        known = {item: _points(instrument, item, answers) for item in scale.items}
        for whose in _whose(scale, sex):
            found.append(_scored(instrument, scale, known, whose))
    return tuple(found)


def points(instrument: Instrument, item: str, answers: Answers) -> float | None:
    """Points of one answer; None when it was not answered or has none."""
    value = answers.get(item)
    return instrument.points.get(item, {}).get(value) if isinstance(value, str) else None


def alarming(instrument: Instrument, answers: Answers) -> str | None:
    """« positive » when an item about suicide is, « unanswered » when it says nothing, or None."""
    states = [points(instrument, item, answers) for item in instrument.suicide]
    if any(each is not None and each > 0 for each in states):
        return "positive"
    return "unanswered" if None in states else None


def words(value: float) -> str:
    """« 30,17 », « 12 »."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def _points(instrument: Instrument, item: str, answers: Answers) -> float | None:
    question = instrument.questionnaire.by_id[item]
    if not question.concerns(answers):
        return 0.0
    return points(instrument, item, answers)


def _whose(scale: Scale, sex: str | None) -> tuple[Sex | None, ...]:
    known = tuple(each for each in scale.thresholds if each == sex)
    return known or tuple(scale.thresholds)


def _scored(
    instrument: Instrument,
    scale: Scale,
    known: Mapping[str, float | None],
    whose: Sex | None,
) -> Scored:
    given = [each for each in known.values() if each is not None]
    open_ = [instrument.points[item].values() for item, each in known.items() if each is None]
    said = scale.constant + sum(given)
    low = round(said + sum(min(each) for each in open_), 2)
    high = round(said + sum(max(each) for each in open_), 2)
    value = None if open_ else low
    thresholds = scale.thresholds[whose]
    reached = max(place for place, each in enumerate(thresholds) if each.low <= low)
    return Scored(
        id=scale.id if whose is None else f"{scale.id}.{whose}",
        label=scale.label if whose is None else f"{scale.label} ({SEXES[whose]})",
        value=value,
        at_least=low,
        at_most=high,
        answered=len(given),
        total=len(known),
        levels=tuple(
            Level(
                _span(scale, thresholds, place), each.text, value is not None and place == reached
            )
            for place, each in enumerate(thresholds)
        ),
        sure=thresholds[reached].text if value is None and reached else None,
    )


def _span(scale: Scale, thresholds: tuple[Threshold, ...], place: int) -> str:
    last = place + 1 == len(thresholds)
    low = max(scale.low, thresholds[place].low)
    high = scale.high if last else thresholds[place + 1].low - scale.step
    return words(low) if low == high else f"{words(low)} à {words(high)}"
