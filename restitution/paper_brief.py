"""The brief as one A4: what the template lays out, in short printable lines."""

from __future__ import annotations

from typing import Any

from restitution.model import Brief, Flag, Score
from restitution.paper import on_paper
from restitution.typography import clipped, french, printable

SEVERITIES = {
    "urgent": "URGENT", "high": "important", "moderate": "à proposer", "info": "à savoir",
}  # fmt: skip
THEMES = {
    "nutrition": "Nutrition",
    "physical_activity": "Activité physique",
    "addictions": "Addictions",
    "mental_health": "Santé mentale, sommeil",
    "sexual_health": "Santé sexuelle",
    "vaccination": "Vaccination",
    "cancers": "Cancers",
    "chronic_diseases": "Autres maladies chroniques",
    "housing_environment": "Logement, environnement",
    "social_life": "Vie sociale",
}
"""The programme's ten, in its order."""
_MISSING = {
    "skipped": "passé", "prefer_not": "préfère ne pas dire", "dont_know": "ne sait pas",
    "dont_understand": "pas compris", "not_usable": "nombre inutilisable",
    "not_asked": "pas demandé", "not_concerned": "non concerné(e)",
}  # fmt: skip
LONGEST = 150
LEVELS = (
    {"size": 9.5, "signals": 14, "missing": 30},
    {"size": 9.0, "signals": 14, "missing": 30},
    {"size": 8.5, "signals": 14, "missing": 24},
    {"size": 8.0, "signals": 12, "missing": 20},
    {"size": 7.5, "signals": 10, "missing": 14},
    {"size": 7.5, "signals": 7, "missing": 8},
)
"""From roomy to tight: the first that fits one page is taken. What is cut is counted aloud."""


def brief_content(brief: Brief, printed_on: str) -> dict[str, Any]:
    """What `brief.typ` lays out. The confidential filter is applied here, whoever calls."""
    brief = on_paper(brief)
    age = "" if brief.age is None else f", {brief.age:g} ans"
    return {
        "title": ink(f"{brief.name or 'Sans nom'}{age}"),
        "facts": [ink(each) for each in _facts(brief)],
        "doctor": brief.family_doctor is False,
        "wants": [ink(each) for each in brief.priorities],
        "free": ink(clipped(brief.priorities_free_text or "", LONGEST)),
        "signals": [_signal(each) for each in brief.flags],
        "themes": [
            {"title": ink(THEMES[theme]), "level": SEVERITIES.get(level, "")}
            for theme, level in brief.themes
        ],
        "scores": [{"label": ink(each.label), "value": ink(value(each)),
                    "reading": ink(clipped(each.reading, LONGEST))} for each in brief.scores],
        "due": [ink(each.text) for each in brief.due],
        "strengths": [ink(each.note) for each in brief.strengths],
        "notes": [ink(each) for each in brief.notes],
        "missing": [
            ink(f"{each.official + ' ' if each.official else ''}"
                f"{clipped(each.asked, 60)} ({_MISSING.get(each.status, each.status)})")
            for each in brief.not_answered
        ],
        "foot": ink(
            f"Déclaratif, non diagnostique. Questionnaire {brief.questionnaire}, règles "
            f"{brief.rules}, contenu non relu par un clinicien. Imprimé le {printed_on}. "
            "Ce qui est confidentiel reste à l'écran."
        ),
        "levels": LEVELS,
    }  # fmt: skip


def value(score: Score) -> str:
    """« 7 », « au moins 4 (3/4 réponses) » or « incomplet (1/4) »: never imputed."""
    if score.value is not None:
        return f"{score.value:.1f}".removesuffix(".0").replace(".", ",")
    if score.at_least:
        return f"au moins {score.at_least:g} ({score.answered}/{score.total} réponses)"
    return f"incomplet ({score.answered}/{score.total})"


def _facts(brief: Brief) -> list[str]:
    from babel import Locale

    spoken = Locale.parse(brief.language).get_display_name("fr") or brief.language
    facts = [f"Bilan {brief.band}", str(spoken)]
    if brief.interpreter:
        facts.append("INTERPRÈTE SOUHAITÉ")
    if brief.helped is not None:
        facts.append("a répondu avec de l'aide" if brief.helped else "a répondu seul(e)")
    facts.append(f"{brief.answered} réponses sur {brief.total}")
    if brief.partial:
        facts.append("questionnaire interrompu")
    if brief.family_doctor is None:
        facts.append("médecin traitant non précisé")
    elif brief.family_doctor:
        facts.append("a un médecin traitant")
    return facts


def _signal(flag: Flag) -> dict[str, Any]:
    said = [
        f"{each.official + ' ' if each.official else ''}{clipped(each.asked, 70)} {each.said}"
        for each in flag.answers
    ]
    return {
        "level": SEVERITIES.get(flag.severity, ""),
        "theme": ink(THEMES[flag.theme]),
        "note": ink(clipped(flag.note, LONGEST)),
        "said": ink(clipped(" · ".join(said), LONGEST)),
        "exam": ink(clipped(flag.exam or "", LONGEST)),
    }


def ink(text: str) -> str:
    """Fit for print, with French spacing."""
    return french(printable(text))
