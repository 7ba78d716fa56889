"""The sheet to spot risks as one A4: what the template lays out, in short printable pieces."""

from __future__ import annotations

from typing import Any

from restitution.fiche import Fiche, Row
from restitution.model import Source
from restitution.paper_brief import SEVERITIES, facts, ink, urgent_notes, who
from restitution.typography import clipped

LONGEST = 110
"""Characters of what the person wrote they want to talk about."""
BLANK = "____"
LEVELS = (
    {"size": 9.0, "air": 3.0, "leading": 0.5},
    {"size": 8.5, "air": 2.6, "leading": 0.48},
    {"size": 8.0, "air": 2.2, "leading": 0.46},
    {"size": 8.0, "air": 1.6, "leading": 0.44},
    {"size": 7.5, "air": 1.6, "leading": 0.42},
    {"size": 7.5, "air": 1.0, "leading": 0.4},
    {"size": 7.5, "air": 0.6, "leading": 0.36},
    {"size": 7.5, "air": 0.2, "leading": 0.32},
)
"""From roomy to tight: the first that fits one page is taken. Smallest text: 7.5 pt."""


def fiche_content(fiche: Fiche, printed_on: str) -> dict[str, Any]:
    """What `fiche.typ` lays out."""
    brief = fiche.brief
    return {
        "title": ink(f"Fiche d'aide au repérage des risques, {brief.band} ans"),
        "subtitle": ink(
            "À compléter par le professionnel. Pré-remplie par ce que la personne a déclaré : "
            "à vérifier avec elle."
        ),
        "who": ink(who(brief)),
        "facts": [ink(each) for each in facts(brief)],
        "doctor": brief.family_doctor is False,
        "wants": [ink(each) for each in brief.priorities],
        "free": ink(clipped(brief.priorities_free_text or "", LONGEST)),
        "urgent": [ink(each) for each in urgent_notes(brief)],
        "sections": [
            {"title": ink(each.title), "level": SEVERITIES.get(each.level, ""),
             "rows": [_row(row) for row in each.rows]}
            for each in fiche.sections
        ],
        "foot": ink(_foot(fiche, printed_on)),
        "levels": LEVELS,
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    threshold = f"{row.threshold} ({row.note})" if row.threshold else ""
    return {
        "label": ink(row.label + ("\u00a0°" if row.seen else "")),
        "declared": [
            {"text": ink(each.words), "strong": each.strong,
             "answered": each.answered}
            for each in row.declared
        ],
        "boxes": [[ink(piece) for piece in each.split(BLANK)] for each in row.boxes],
        "choices": [ink(each) for each in row.choices],
        "threshold": ink(threshold),
    }  # fmt: skip


def _foot(fiche: Fiche, printed_on: str) -> str:
    brief = fiche.brief
    sources = " ; ".join(
        f"({number}) {dated(each)}" for number, each in enumerate(fiche.sources, 1)
    )
    excerpt = dated(fiche.excerpt)
    seen = any(row.seen for section in fiche.sections for row in section.rows)
    origin = (
        f"° ligne de la fiche nationale, vue dans {excerpt} ; les autres sont déduites"
        if seen
        else f"De la fiche nationale, seul un extrait a été vu, pour 45-50 ans ({excerpt}) : "
        "lignes déduites"
    )
    return (
        f"Déclaratif, non diagnostique. Questionnaire {brief.questionnaire}, règles {brief.rules}, "
        f"contenu non relu par un clinicien. Imprimé le {printed_on}. {origin} du questionnaire ou "
        f"lues ailleurs, à vérifier. Seuils, absents de cet extrait : {sources}. "
        "Ce qui est confidentiel reste à l'écran."
    )


def dated(source: Source) -> str:
    """A source with the day it was seen, or that it is still to be verified."""
    day = "/".join(reversed(source.seen.split("-"))) if source.seen else None
    return f"{source.name}, vu le {day}" if day else f"{source.name}, à vérifier"
