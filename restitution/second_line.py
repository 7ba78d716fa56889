"""A second-line test as its reader sees it: answers, points, thresholds, sources. French.

A finished value, as it was on the day: later content never rewrites it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows import instruments
from flows.instruments import Instrument, Origin, Scored
from flows.model import (
    DONT_KNOW,
    DONT_UNDERSTAND,
    NOT_CONCERNED,
    PREFER_NOT,
    SKIPPED,
    Position,
    Question,
)
from flows.model import Answers as Said

_SILENCE = {
    SKIPPED: "passée",
    DONT_KNOW: "ne sait pas",
    DONT_UNDERSTAND: "n'a pas compris",
    PREFER_NOT: "préfère ne pas répondre",
    NOT_CONCERNED: "non concerné(e)",
}


@dataclass(frozen=True, slots=True)
class ResultItem:
    """One question of a test, as answered."""

    question: str
    asked: str
    said: str
    answered: bool
    points: float | None
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A test filled in, with the version, thresholds and sources it was scored by."""

    instrument: str
    version: str
    title: str
    about: str
    period: str
    note: str
    adapted: bool
    review: str
    scores: tuple[Scored, ...]
    items: tuple[ResultItem, ...]
    sources: tuple[Origin, ...]
    safety: str | None = None
    """What the professional reads at once: an answer about dying, or none."""
    alarming: bool = False
    """That answer was positive."""

    @property
    def complete(self) -> bool:
        """Does every score have its value?"""
        return all(each.value is not None for each in self.scores)

    @property
    def confidential(self) -> bool:
        """Does it hold something for the screen alone?"""
        return self.safety is not None or any(each.confidential for each in self.items)


def read_result(instrument: Instrument, position: Position, sex: str | None = None) -> Result:
    """What these answers amount to. `sex` (woman, man) picks thresholds where they differ."""
    answers = position.answers
    alarm = instruments.alarming(instrument, answers)
    return Result(
        instrument=instrument.id, version=instrument.questionnaire.version,
        title=instrument.title, about=instrument.about, period=instrument.period,
        note=instrument.note, adapted=instrument.adapted, review=instrument.review,
        scores=instruments.score(instrument, answers, sex),
        items=tuple(_item(instrument, each, answers)
                    for each in instrument.questionnaire.questions),
        sources=instrument.sources, safety=instrument.safety[alarm] if alarm else None,
        alarming=alarm == "positive",
    )  # fmt: skip


def _item(instrument: Instrument, question: Question, answers: Said) -> ResultItem:
    value = answers.get(question.id)
    option = question.option(value) if isinstance(value, str) else None
    if option is not None:
        words = option.label
    elif not question.concerns(answers):
        words = "sans objet"
    else:
        words = _SILENCE.get(str(value), "sans réponse")
    return ResultItem(
        question.id, question.ask, words, option is not None,
        instruments.points(instrument, question.id, answers),
        confidential=question.id in instrument.suicide,
    )  # fmt: skip
