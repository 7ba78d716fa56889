"""One filter for everything printed: whoever stands beside the person may read over the shoulder.

Suicide and violence leave no trace on paper: no flag, no level, no heading, no number, no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from restitution.model import (
    SEVERITIES,
    THEMES,
    Brief,
    Flag,
    Resource,
    SaidAnswer,
    Severity,
    Source,
)
from restitution.second_line import Result
from restitution.telling import content_tells, folded, screened, tells

__all__ = [
    "CONFIDENTIAL_ITEMS", "SCREEN_ONLY", "folded", "may_print", "on_paper", "screened", "tells",
    "themes",
]  # fmt: skip

SCREEN_ONLY = frozenset({
    "p3114", "sos_amitie", "p3919", "p116006", "p3133", "p119", "p3018", "police_17", "crafs",
})  # fmt: skip
"""Resources whose mere name tells what was confided."""
CONFIDENTIAL_ITEMS = frozenset({
    "suicidal_history", "violence_victim", "suicide_follow_up", "violence_follow_up",
    "chemical_recent",
})  # fmt: skip
_SECOND_LINE = frozenset({"wast"})
_LEFT_FOR_THE_VISIT = re.compile(
    r"seule? a seule?|questions personnelles|vu par d'autres|moral, securite"
)
"""Notes that say a subject waits for a moment alone: as telling as the subject itself."""
_BODILY = frozenset({"chest_pain", "stroke", "bleeding", "heart_failure", "nitrous"})
"""Alerts whose words are no confidence."""


def themes(flags: Iterable[Flag], strengths: Iterable[Flag]) -> tuple[tuple[str, str], ...]:
    """(theme, worst severity) for the ten themes; « » where nothing was found."""
    worst: dict[str, Severity] = {}
    for flag in (*strengths, *flags):
        known = worst.get(flag.theme, "strength")
        worst[flag.theme] = min(known, flag.severity, key=SEVERITIES.index)
    return tuple((theme, worst.get(theme, "")) for theme in THEMES)


def on_paper(brief: Brief) -> Brief:
    """The same brief, fit for paper. Every printed document starts from this; twice is once."""
    confided = {text.strip() for alert, text in brief.distress if alert not in _BODILY}

    def words(text: str | None) -> str | None:
        """All of what a person typed, or nothing: what stands around a confidence tells it too."""
        return None if not text or tells(text) or text.strip() in confided else text

    def answers(given: Iterable[SaidAnswer]) -> tuple[SaidAnswer, ...]:
        return tuple(
            each for each in given
            if not each.confidential and not content_tells(each.asked)
            and (not content_tells(each.said) if each.values else words(each.said))
        )  # fmt: skip

    def flagged(found: Iterable[Flag]) -> tuple[Flag, ...]:
        return tuple(
            replace(_flag(each), answers=answers(each.answers))
            for each in found if not each.confidential
        )  # fmt: skip

    flags, strengths = flagged(brief.flags), flagged(brief.strengths)
    return replace(
        brief,
        urgent=flagged(brief.urgent),
        flags=flags,
        strengths=strengths,
        scores=tuple(each for each in brief.scores if not each.confidential),
        priorities_free_text=words(brief.priorities_free_text),
        name=words(brief.name),
        answers=answers(brief.answers),
        not_answered=answers(brief.not_answered),
        distress=(),
        notes=tuple(note for each in brief.notes if (note := _note(each))),
        themes=themes(flags, strengths),
    )


def result_on_paper(result: Result) -> Result:
    """A second-line test, fit for paper.

    Where one question is for the screen alone none is shown: the total less the others tells it.
    """
    if not result.confidential:
        return result
    sources = tuple(each for each in result.sources if not tells(each.name))
    return replace(result, items=(), safety=None, alarming=False, sources=sources)


def _flag(flag: Flag) -> Flag:
    return replace(
        flag,
        note=screened(flag.note) or "",
        exam=screened(flag.exam),
        second_line=tuple(each for each in flag.second_line if each not in _SECOND_LINE),
        resources=tuple(each for each in flag.resources if may_print(each)),
        source=_source(flag.source),
        # Half an advice may say the contrary: whole, or not at all.
        patient=None if tells(flag.patient) else flag.patient,
        step=None if tells(flag.step) else flag.step,
    )


def may_print(resource: Resource) -> bool:
    """Does neither its name nor its use say what was confided?"""
    named = (resource.name, resource.use, resource.phone, resource.url)
    return resource.id not in SCREEN_ONLY and not any(map(content_tells, named))


def _source(source: Source) -> Source:
    """A title may tell as much as a finding."""
    kept = [each for each in source.name.split(" ; ") if not content_tells(each)]
    return replace(source, name=" ; ".join(kept) or "à l'écran")


def _note(note: str) -> str | None:
    return None if _LEFT_FOR_THE_VISIT.search(folded(note)) else screened(note)
