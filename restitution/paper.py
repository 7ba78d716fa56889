"""One filter for everything printed: whoever stands beside the person may read over the shoulder.

Suicide and violence leave no trace on paper: no flag, no level, no heading, no number, no word.
"""

from __future__ import annotations

import re
import unicodedata
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

SCREEN_ONLY = frozenset({
    "p3114", "sos_amitie", "p3919", "p116006", "p3133", "p119", "p3018", "police_17", "crafs",
})  # fmt: skip
"""Resources whose mere name tells what was confided."""
CONFIDENTIAL_ITEMS = frozenset({
    "suicidal_history", "violence_victim", "suicide_follow_up", "violence_follow_up",
    "chemical_recent",
})  # fmt: skip
_SECOND_LINE = frozenset({"wast"})
_TELLING = (
    r"suicid|violen[ct]|\bviol(?:s|e|ee|es|ees|er|eur|eurs|ait|ent)?\b|mourir|\bmorts?\b",
    r"\bme tuer\b|idees noires|en finir|frapp|\bcoups\b|\bbattue?s?\b|harcel|agress|abus|insult",
    r"\bmenac(?:e|es|er|ent|ant|ait)\b|inceste|\bemprise\b|soumission chimique|maltrait|crafs",
    r"\b3114\b|\b3919\b|\b3133\b|\b3018\b|116 ?006|\b17,? ou 114",
    r"\bkill|want to die|\brape|\bbeats?\b|\bbeaten\b|انتحار|الموت|اموت|عنف|ضرب|اغتصاب",
)
"""On folded text. A word too many costs a sentence on paper; the screen still shows it."""
_WORDS = re.compile("|".join(_TELLING))


def tells(text: str | None) -> bool:
    """Does this text betray that suicide or violence was told?"""
    return bool(text) and bool(_WORDS.search(folded(text or "")))


def screened(text: str | None) -> str | None:
    """The text without the sentences that tell; None when nothing is left."""
    if not text or not tells(text):
        return text
    kept = [each for each in re.split(r"(?<=[.!?])\s+", text) if not tells(each)]
    return " ".join(kept) or None


def themes(flags: Iterable[Flag], strengths: Iterable[Flag]) -> tuple[tuple[str, str], ...]:
    """(theme, worst severity) for the ten themes; « » where nothing was found."""
    worst: dict[str, Severity] = {}
    for flag in (*strengths, *flags):
        known = worst.get(flag.theme, "strength")
        worst[flag.theme] = min(known, flag.severity, key=SEVERITIES.index)
    return tuple((theme, worst.get(theme, "")) for theme in THEMES)


def on_paper(brief: Brief) -> Brief:
    """The same brief, fit for paper. Every printed document starts from this."""
    flags = tuple(_flag(each) for each in brief.flags if not each.confidential)
    strengths = tuple(_flag(each) for each in brief.strengths if not each.confidential)
    return replace(
        brief,
        urgent=tuple(_flag(each) for each in brief.urgent if not each.confidential),
        flags=flags,
        strengths=strengths,
        scores=tuple(each for each in brief.scores if not each.confidential),
        priorities_free_text=None
        if tells(brief.priorities_free_text)
        else brief.priorities_free_text,
        name=None if tells(brief.name) else brief.name,
        answers=_answers(brief.answers),
        not_answered=_answers(brief.not_answered),
        distress=(),
        notes=tuple(note for each in brief.notes if (note := screened(each))),
        themes=themes(flags, strengths),
    )


def _flag(flag: Flag) -> Flag:
    return replace(
        flag,
        note=screened(flag.note) or "",
        exam=screened(flag.exam),
        answers=_answers(flag.answers),
        second_line=tuple(each for each in flag.second_line if each not in _SECOND_LINE),
        resources=_resources(flag.resources),
        source=_source(flag.source),
        # Half an advice may say the contrary: whole, or not at all.
        patient=None if tells(flag.patient) else flag.patient,
        step=None if tells(flag.step) else flag.step,
    )


def _source(source: Source) -> Source:
    """A title may tell as much as a finding."""
    kept = [each for each in source.name.split(" ; ") if not tells(each)]
    return replace(source, name=" ; ".join(kept) or "à l'écran")


def _answers(answers: Iterable[SaidAnswer]) -> tuple[SaidAnswer, ...]:
    """Without the confidential ones; free text that tells counts as not shown."""
    return tuple(each for each in answers if not each.confidential and not tells(each.said))


def _resources(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    return tuple(each for each in resources if each.id not in SCREEN_ONLY and not tells(each.use))


def folded(text: str) -> str:
    """Lower case, without accents: how words are compared here."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))
