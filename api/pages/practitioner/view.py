"""A brief arranged for the screen: what may stand in the open, what is opened alone.

Somebody may sit beside the person, or behind. The open part is the one we would print; what that
filter holds back waits in a folded block, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.pages.words import MISSING
from api.reading import top_signals
from restitution.brief import on_paper
from restitution.model import SEVERITIES, THEMES, Brief, Flag, SaidAnswer, Score

_HALVES = "."
"""« phq4.gad2 » is a half of « phq4 »."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One flag."""

    flag: Flag
    note: str
    """Fit to stand in the open."""
    answers: tuple[SaidAnswer, ...]
    whole: str | None = None
    """The note with the sentences held back, if any."""


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One item of a score: its question, its answer, its points."""

    official: str | None
    asked: str
    said: str
    points: int | None


@dataclass(frozen=True, slots=True)
class ScoreSeen:
    """A score with its halves and its items."""

    score: Score
    halves: tuple[Score, ...]
    lines: tuple[ScoreLine, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """The page, block by block."""

    open: Brief
    """What may stand in the open."""
    top: tuple[Signal, ...]
    alone: tuple[Signal, ...]
    words: tuple[str, ...]
    """What the person typed and only they should see."""
    confided: tuple[SaidAnswer, ...]
    """Confidential answers and non-answers, calm ones too."""
    themes: tuple[tuple[str, tuple[Signal, ...]], ...]
    scores: tuple[ScoreSeen, ...]
    missing: tuple[tuple[str, tuple[SaidAnswer, ...]], ...]
    """What was not answered, by why."""
    alarm: bool
    """Something confided is recent, present, or its date was not said: that block is red."""


def in_list(brief: Brief) -> list[Flag]:
    """The strongest signals, fit for a list read at the reception."""
    top = top_signals(brief)
    return list(on_paper(replace(brief, flags=tuple(top), answers=(), not_answered=())).flags)


def seen(brief: Brief) -> Seen:
    """The brief, arranged."""
    paper = on_paper(brief)
    open_flags = [flag for flag in brief.flags if not flag.confidential]
    signals = {
        flag.id: _signal(flag, fit) for flag, fit in zip(open_flags, paper.flags, strict=True)
    }
    return Seen(
        open=paper,
        top=tuple(signals[flag.id] for flag in top_signals(brief)),
        alone=_alone(brief, signals),
        words=_words(brief, paper),
        confided=tuple(each for each in brief.answers if each not in paper.answers),
        themes=_by_theme(list(signals.values())),
        scores=_scores(brief),
        missing=tuple(
            (why, own)
            for status, why in MISSING.items()
            if (own := tuple(each for each in paper.not_answered if each.status == status))
        ),
        alarm=bool(brief.distress)
        or any(flag.confidential and flag.severity == "urgent" for flag in brief.flags),
    )


def _signal(flag: Flag, fit: Flag) -> Signal:
    return Signal(flag, fit.note, fit.answers, flag.note if fit.note != flag.note else None)


def _alone(brief: Brief, signals: dict[str, Signal]) -> tuple[Signal, ...]:
    """Confidential flags; and urgent ones whose note says more than may stand in the open."""
    found = [Signal(flag, flag.note, flag.answers) for flag in brief.flags if flag.confidential]
    told = [each.flag for each in signals.values() if each.whole and each.flag.severity == "urgent"]
    return (*found, *(Signal(flag, flag.note, flag.answers) for flag in told))


def _words(brief: Brief, paper: Brief) -> tuple[str, ...]:
    typed = [sentence for _, sentence in brief.distress]
    if brief.priorities_free_text and not paper.priorities_free_text:
        typed.append(brief.priorities_free_text)
    return tuple(dict.fromkeys(typed))


def _by_theme(signals: Sequence[Signal]) -> tuple[tuple[str, tuple[Signal, ...]], ...]:
    """The programme's order; in each theme the strongest first."""
    ranked = sorted(signals, key=lambda each: SEVERITIES.index(each.flag.severity))
    grouped = [
        (theme, tuple(each for each in ranked if each.flag.theme == theme)) for theme in THEMES
    ]
    return tuple((theme, own) for theme, own in grouped if own)


def _scores(brief: Brief) -> tuple[ScoreSeen, ...]:
    said = {each.question: each for each in brief.answers}

    def lines(score: Score) -> tuple[ScoreLine, ...]:
        return tuple(
            ScoreLine(item.official, said[item.question].asked, said[item.question].said,
                      item.points)
            for item in score.items if item.question in said
        )  # fmt: skip

    return tuple(
        ScoreSeen(
            score,
            tuple(half for half in brief.scores if half.id.startswith(score.id + _HALVES)),
            lines(score),
        )
        for score in brief.scores
        if _HALVES not in score.id and not score.confidential
    )
