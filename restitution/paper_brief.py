"""The brief as one A4: what the template lays out, in short printable lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import locales
from restitution.model import SEVERITIES as RANKED
from restitution.model import THEME_TITLES, Brief, Flag, SaidAnswer, Score, Want
from restitution.paper import on_paper
from restitution.typography import clipped, french, printable, shortened

SEVERITIES = {
    "urgent": "URGENT", "high": "important", "moderate": "à proposer", "info": "à savoir",
}  # fmt: skip
_MISSING = {
    "skipped": "passées", "prefer_not": "préfère ne pas dire", "dont_know": "ne sait pas",
    "dont_understand": "pas comprises", "not_usable": "nombre inutilisable",
    "held_back": "gardées pour le rendez-vous", "not_asked": "pas demandées",
    "not_concerned": "non concerné(e)",
}  # fmt: skip
_WHEN = {"today": "aujourd'hui", "later": "plus tard"}
NAME = 60
LONGEST = 200
"""Characters of a note: whole sentences only. What is urgent is never cut."""
MINOR = 110
ASKED = 64
LEVELS = tuple(
    {"size": size, "columns": columns, "terse": terse, "grave": grave, "minor": minor,
     "missing": missing, "room": room}
    for size, columns, terse, grave, minor, missing, room in (
        (9.5, 1, False, 60, 60, 60, 150),
        (9.0, 1, False, 60, 60, 60, 90),
        (9.0, 2, False, 60, 60, 60, 60),
        (8.5, 2, False, 60, 40, 60, 60),
        (8.5, 2, False, 60, 24, 40, 50),
        (8.0, 2, False, 60, 24, 40, 50),
        (8.0, 2, False, 60, 16, 30, 40),
        (7.5, 2, False, 60, 12, 20, 30),
        (7.5, 2, True, 60, 12, 20, 30),
        (7.5, 2, True, 60, 6, 16, 0),
        (7.5, 2, True, 40, 0, 12, 0),
        (7.5, 2, True, 16, 0, 8, 0),
        (7.5, 2, True, 8, 0, 4, 0),
    )
)  # fmt: skip
"""From roomy to tight: the first that fits one page is taken, with `room` points left to write in.
In two columns an answer stands without its question, by its official number; terse, its number
alone. What is left out is counted aloud; the urgent signals always all stand, whole."""


def brief_content(brief: Brief, printed_on: str) -> dict[str, Any]:
    """What `brief.typ` lays out. The confidential filter is applied here, whoever calls."""
    brief = on_paper(brief)
    ranked = sorted(brief.flags, key=lambda flag: RANKED.index(flag.severity))
    return {
        "title": ink(who(brief)),
        "facts": [ink(each) for each in facts(brief)],
        "doctor": brief.family_doctor is False,
        "wants": [ink(each) for each in wanted(brief)],
        "unwanted": [ink(each.label) for each in brief.wants if each.when == "no"],
        "free": ink(clipped(brief.priorities_free_text or "", LONGEST)),
        "urgent": [_signal(each, None) for each in ranked if each.severity == "urgent"],
        "grave": [_signal(each, LONGEST) for each in ranked if each.severity == "high"],
        "minor": [_minor(each) for each in ranked if each.severity in ("moderate", "info")],
        "themes": [
            {"title": ink(THEME_TITLES[theme]), "level": SEVERITIES.get(level, "")}
            for theme, level in brief.themes
        ],
        "scores": [_score(each) for each in brief.scores],
        "due": [ink(each.text) for each in brief.due],
        "strengths": [ink(shortened(each.note, MINOR)) for each in brief.strengths],
        "notes": [ink(each) for each in brief.notes],
        "missing": _missing(brief.not_answered),
        "foot": ink(
            f"Déclaratif, non diagnostique. Questionnaire {brief.questionnaire}, règles "
            f"{brief.rules}, contenu non relu par un clinicien. Imprimé le {printed_on}. "
            "Ce qui est confidentiel reste à l'écran."
        ),
        "levels": LEVELS,
    }  # fmt: skip


def who(brief: Brief) -> str:
    """« Awa D., 47 ans »: the name the person chose to show, and their age when known."""
    age = "" if brief.age is None else f", {brief.age:g} ans".replace(".", ",")
    return clipped(brief.name or "Sans nom", NAME) + age


def facts(brief: Brief) -> list[str]:
    """What changes how to begin: language, help, how much was answered, médecin traitant."""
    found = [f"Bilan {brief.band}", locales.in_french(brief.language)]
    if brief.interpreter:
        found.append("INTERPRÈTE SOUHAITÉ")
    if brief.helped is not None:
        found.append("a répondu avec de l'aide" if brief.helped else "a répondu seul(e)")
    found.append(f"{brief.answered} réponses sur {brief.total}")
    if brief.partial:
        found.append("questionnaire interrompu")
    if brief.family_doctor is None:
        found.append("médecin traitant non précisé")
    elif brief.family_doctor:
        found.append("a un médecin traitant")
    return found


def wanted(brief: Brief) -> list[str]:
    """What the person wants to talk about, in their order, with when if they said it."""
    wants = brief.wants or tuple(Want(each, None) for each in brief.priorities)
    return [
        f"{each.label} ({_WHEN[each.when]})" if each.when else each.label
        for each in wants if each.when != "no"
    ]  # fmt: skip


def urgent_notes(brief: Brief) -> list[str]:
    """The urgent signals in one or two whole sentences each."""
    return [shortened(each.note, MINOR) for each in brief.flags if each.severity == "urgent"]


def value(score: Score) -> str:
    """« 7 », « au moins 4 (3/4 réponses) » or « incomplet (1/4) »: never imputed."""
    if score.value is not None:
        return f"{score.value:.1f}".removesuffix(".0").replace(".", ",")
    if score.at_least:
        return f"au moins {score.at_least:g} ({score.answered}/{score.total} réponses)"
    return f"incomplet ({score.answered}/{score.total})"


def _score(score: Score) -> dict[str, str]:
    """The reading repeats the value in words: it stands alone when there is one."""
    complete = score.value is not None or bool(score.at_least)
    said = score.reading if complete else f"incomplet. {score.reading}"
    if "." in score.id:  # a half of another score, whose caveat stands there
        said = said.split(". ")[0] + "."
    return {"label": ink(score.label), "reading": ink(shortened(said, LONGEST)),
            "count": f"{score.answered}/{score.total}"}  # fmt: skip


def _signal(flag: Flag, most: int | None) -> dict[str, str]:
    note = flag.note if most is None else shortened(flag.note, most)
    exam = flag.exam or ""
    return {
        "theme": ink(THEME_TITLES[flag.theme]),
        "note": ink(note),
        "said": ink(" · ".join(_declared(each) for each in flag.answers)),
        "short": ink(" · ".join(_answer(each) for each in flag.answers)),
        "asked": ink(_numbers(flag)),
        "exam": ink(exam if most is None else clipped(exam, most)),
    }


def _minor(flag: Flag) -> dict[str, str]:
    """One short line: the theme tells what it is about, the answers are on the screen."""
    return {"theme": ink(THEME_TITLES[flag.theme]), "note": ink(shortened(flag.note, MINOR)),
            "asked": ink(_numbers(flag))}  # fmt: skip


def _numbers(flag: Flag) -> str:
    return ", ".join(filter(None, (each.official for each in flag.answers)))


def _declared(answer: SaidAnswer) -> str:
    number = f"{answer.official} " if answer.official else ""
    return f"{number}{clipped(answer.asked, ASKED)} {clipped(answer.said, ASKED)}"


def _answer(answer: SaidAnswer) -> str:
    """« Q12 : Oui »; without a number, the question cannot be left out."""
    if not answer.official:
        return _declared(answer)
    return f"{answer.official} : {clipped(answer.said, ASKED)}"


def _missing(answers: Sequence[SaidAnswer]) -> list[dict[str, Any]]:
    """Grouped by why, so that the reason is read once."""
    why = {status: words for status, words in _MISSING.items()
           if any(each.status == status for each in answers)}  # fmt: skip
    return [
        {"why": ink(words), "asked": [ink(_asked(each)) for each in answers
                                      if each.status == status]}
        for status, words in why.items()
    ]  # fmt: skip


def _asked(answer: SaidAnswer) -> str:
    number = f"{answer.official} " if answer.official else ""
    return number + clipped(answer.asked.rstrip(" ?"), ASKED)


def ink(text: str) -> str:
    """Fit for print, with French spacing."""
    return french(printable(text))
