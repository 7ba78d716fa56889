"""A plan as one A4: what the template lays out, in French or in French and one other language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from locales import RTL, comma
from restitution.document_phrases import PHRASES
from restitution.paper import tells
from restitution.ppp import Line, Plan, Row, final
from restitution.typography import clipped

Texts = Callable[[str, str], str]
Ink = Callable[[str], str]
CLIPS = (10_000, 160, 90, 50)
"""Letters of a typed line, at each cut; said aloud. An advice of the library stands whole or not at
all: half of it may say the contrary."""
LEVELS = (
    *({"size": size, "clip": 0, "most": 9, "tight": False} for size in (12, 11, 10, 9, 8, 7.5)),
    *({"size": 7.5, "clip": clip, "most": most, "tight": True}
      for clip, most in enumerate((9, 9, 3, 2))),
)  # fmt: skip
"""From roomy to tight: the first that fits one page is taken."""
HEADS = ("plan_priorities", "plan_obstacles", "plan_advice", "plan_resources")


@dataclass(frozen=True, slots=True)
class Signed:
    """Who validated which version, when: « 26/11/2026 »."""

    number: int
    author: str
    profession: str
    day: str


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language beside French, with its spacing; `texts` translates the library's words."""

    language: str
    texts: Texts
    ink: Ink


def fit_for_paper(plan: Plan) -> Plan:
    """The subjects kept, without one line that tells what was confided: whoever calls."""

    def safe(lines: Iterable[Line]) -> tuple[Line, ...]:
        return tuple(each for each in lines if not tells(each.whole))

    rows = [
        replace(row, obstacles=safe(row.obstacles), advice=safe(row.advice),
                resources=safe(row.resources))
        for row in final(plan).rows if not tells(row.priority.whole)
    ]  # fmt: skip
    name = None if tells(plan.name) else plan.name
    return replace(plan, name=name, rows=tuple(rows), follow_up=safe(plan.follow_up))


def plan_content(plan: Plan, signed: Signed, french: Ink, tongue: Tongue | None) -> dict[str, Any]:
    """What `plan.typ` lays out. The confidential filter is applied here, whoever calls."""
    plan = fit_for_paper(plan)
    words = {
        key: _both(PHRASES[key], "restitution", french, tongue)
        for key in ("plan", *HEADS, "plan_follow_up", "plan_bring", "not_diagnosis", "emergency")
    }
    return {
        "title": french(PHRASES["plan"]),
        "who": french(heading(plan)),
        "signed": french(signature(signed)),
        "other": tongue.language if tongue else "fr",
        "rtl": tongue is not None and tongue.language in RTL,
        "words": words,
        "heads": [words[each] for each in HEADS],
        "rows": [_row(each, french, tongue) for each in plan.rows],
        "follow_up": [_line(each, french, tongue) for each in plan.follow_up],
        "cut": french("Texte raccourci pour tenir sur la page : la version entière est à l'écran."),
        "foot": [words[each][0] for each in ("plan_bring", "not_diagnosis", "emergency")],
        "levels": LEVELS,
    }


def heading(plan: Plan) -> str:
    """« Awa D., 62 ans · Bilan 60-65 ans »."""
    age = "" if plan.age is None else f", {plan.age:g} ans"
    return f"{plan.name or 'Sans nom'}{age} · Bilan {plan.band} ans"


def signature(signed: Signed) -> str:
    """« Version 1, écrite avec Camille Martin, infirmière, le 26/11/2026 »."""
    who = ", ".join(filter(None, (signed.author, signed.profession)))
    return f"Version {signed.number}, écrite avec {who}, le {signed.day}"


def marks(row: Row) -> list[tuple[str, int]]:
    """(phrase, mark out of ten) of what was asked before the choice."""
    said = (("plan_importance", row.importance), ("plan_confidence", row.confidence))
    return [(key, mark) for key, mark in said if mark is not None]


def translated(line: Line, texts: Texts, language: str = "") -> str | None:
    """The line in the other language; None for what somebody typed, which stays as it is."""
    if line.context is None:
        return None
    parts = [texts(line.context, each) for each in (line.text, *line.details)]
    said = comma(language).join(parts)
    return None if said == line.whole else said


def _row(row: Row, french: Ink, tongue: Tongue | None) -> dict[str, Any]:
    rated = []
    for key, mark in marks(row):
        rated.append([each.format(count=mark) for each in
                      _both(PHRASES[key], "restitution", french, tongue)])  # fmt: skip
    return {
        "priority": _line(row.priority, french, tongue),
        "marks": rated,
        **{cell: [_line(each, french, tongue) for each in lines] for cell, lines in (
            ("obstacles", row.obstacles), ("advice", row.advice), ("resources", row.resources),
        )},
    }  # fmt: skip


def _line(line: Line, french: Ink, tongue: Tongue | None) -> list[list[str]]:
    """At each cut: the line in French, then in the other language if it has one."""
    other = translated(line, tongue.texts, tongue.language) if tongue else None
    whole = line.context is not None
    return [
        [french(line.whole if whole else clipped(line.whole, most)),
         *([tongue.ink(other)] if tongue and other else [])]
        for most in CLIPS
    ]  # fmt: skip


def _both(text: str, context: str, french: Ink, tongue: Tongue | None) -> list[str]:
    other = tongue.texts(context, text) if tongue else text
    return [french(text)] if tongue is None or other == text else [french(text), tongue.ink(other)]
