"""Scores in words for the practitioner: complete, or a certain minimum. Never a guess."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flows.model import Answers, Position
from flows.scores import GAD2, PHQ2, PHQ4, SCORES, Interval, older_than, points
from flows.three import said
from restitution.model import Score, ScoreItem, Source

_PHQ = Source("Löwe 2010 ; Kroenke 2009 (PHQ-4)", None, "to_verify")
_ADAPTED = "Formulation adaptée : seuils indicatifs."
_SIGNAL = 3
"""The first threshold of the PHQ-4, of its halves and of the breath screen."""
_BREATH = ("daily_cough", "productive_cough", "breathless_vs_peers")
_OVER = ("gt_2_drinks_per_day", "gt_10_drinks_per_week")


def read_scores(position: Position) -> tuple[Score, ...]:
    """Every score this questionnaire can give, with the detail of its items."""
    answers = position.answers
    found = [
        _phq(position, "phq4", "PHQ-4", PHQ4, _distress),
        _phq(position, "phq4.gad2", "GAD-2 (moitié anxiété)", GAD2, _half),
        _phq(position, "phq4.phq2", "PHQ-2 (moitié humeur)", PHQ2, _half),
        _bmi(position),
    ]
    if position.questionnaire.find("daily_cough"):
        found.append(_copd(position))
    if position.questionnaire.find("alcohol_statements"):
        found.append(_alcohol(position, answers))
    return tuple(found)


def _items(
    position: Position, questions: Sequence[str], worth: Callable[[str], int | None]
) -> tuple[ScoreItem, ...]:
    official = {each.id: each.official for each in position.questionnaire.questions}
    return tuple(ScoreItem(each, official.get(each), worth(each)) for each in questions)


def _phq(
    position: Position,
    score: str,
    label: str,
    questions: Sequence[str],
    read: Callable[[float], str],
) -> Score:
    answers = position.answers
    known = SCORES[score](answers)
    if known.value is not None:
        reading = f"{known.value:.0f} sur {3 * known.total} : {read(known.low)}. {_ADAPTED}"
    elif known.answered:
        reading = f"Au moins {known.low:.0f} ({_answered(known)}) : "
        reading += f"{_certain(known, read)}. {_ADAPTED}"
    else:
        reading = "Non posé ou non répondu."
    return Score(
        id=score, label=label, value=known.value,
        at_least=known.low if known.value is None and known.answered else None,
        answered=known.answered, total=known.total, reading=reading,
        items=_items(position, questions, lambda each: points(answers, each)),
        adapted=True, source=_PHQ,
    )  # fmt: skip


def _certain(known: Interval, read: Callable[[float], str]) -> str:
    """What holds whatever the missing answers: below a threshold is not « no signal »."""
    if known.low >= _SIGNAL or known.high < _SIGNAL:
        return read(known.low) + (" au minimum" if known.low >= _SIGNAL else "")
    return f"incomplet, le seuil de {_SIGNAL} n'est ni atteint ni exclu"


def _answered(known: Interval) -> str:
    words = "réponses" if known.answered > 1 else "réponse"
    return f"{known.answered} {words} sur {known.total}"


def _distress(total: float) -> str:
    bounds = ((9, "souffrance sévère (seuil 9)"), (6, "modérée (seuil 6)"), (3, "légère (seuil 3)"))
    return next((words for least, words in bounds if total >= least), "pas de signal (sous 3)")


def _half(total: float) -> str:
    return "signal, à confirmer (seuil 3)" if total >= 3 else "sous le seuil de 3"


def _bmi(position: Position) -> Score:
    known = SCORES["bmi"](position.answers)
    questions = ("height_m", "weight_kg")
    unusable = any(position.answers.get(each) == "not_usable" for each in questions)
    if known.value is not None:
        value = f"{known.value:.1f}".replace(".", ",")
        reading = f"{value} kg/m² : {_build(known.value, older_than(position.answers, 69.99))}."
    else:
        reading = "Non calculé : nombre inutilisable." if unusable else "Non calculé : incomplet."
    return Score(
        id="bmi", label="IMC (déclaré)", value=known.value, at_least=None, answered=known.answered,
        total=2, reading=reading, items=_items(position, questions, lambda _: None),
        source=Source("OMS ; HAS/FFN 2021 (70 ans et plus) ; HAS 2023", None, "to_verify"),
    )  # fmt: skip


def _build(value: float, old: bool | None) -> str:
    if old and value < 22:
        return "critère de dénutrition après 70 ans (sous 22 ; sévère sous 20)"
    if old and value <= 27:
        return "repère atteint après 70 ans (22 à 27)"
    bounds = ((40, "40 et plus"), (35, "35 à 40"), (30, "30 à 35"), (25, "25 à 30"))
    if value < 18.5:
        return "bas (sous 18,5 ; sévère à 17 ou moins)"
    return next((words for least, words in bounds if value >= least), "18,5 à 25")


def _copd(position: Position) -> Score:
    answers = position.answers
    known = SCORES["copd_screen"](answers)
    low, value = known.low, known.value
    shown = f"{low:.0f} sur 5" if value is not None else f"Au moins {low:.0f} ({_answered(known)})"
    words = ("mesurer le souffle (seuil 3)" if low >= _SIGNAL else
             f"incomplet, le seuil de {_SIGNAL} n'est pas exclu" if known.high >= _SIGNAL else
             "en parler (2)" if low == 2 else f"sous le seuil de {_SIGNAL}")  # fmt: skip
    worth = {each: said(answers, each, "yes") for each in _BREATH}
    worth["age"] = older_than(answers, 40)
    worth["tobacco_status"] = said(answers, "tobacco_status", "smokes", "quit")
    return Score(
        id="copd_screen", label="Repérage BPCO (HAS)", value=value,
        at_least=low if value is None else None, answered=known.answered, total=5,
        reading=f"{shown} : {words}. Exposition au travail non demandée.",
        items=_items(position, tuple(worth), lambda each: _one(worth[each])),
        source=Source("HAS, BPCO, 2019 (d'après GOLD)", None, "to_verify"),
    )  # fmt: skip


def _one(verdict: bool | None) -> int | None:
    return None if verdict is None else int(verdict)


def _alcohol(position: Position, answers: Answers) -> Score:
    item = "alcohol_statements"
    over, dry = said(answers, item, *_OVER), said(answers, item, "no_alcohol_at_least_2_days_week")
    if over is None:
        reading = "Non répondu."
    elif said(answers, item, "no_drink"):
        reading = "Ne boit pas d'alcool."
    elif over:
        reading = "Au-dessus des repères (2 verres par jour, 10 par semaine)."
    else:
        reading = "Sous les repères déclarés" + (", avec des jours sans alcool." if dry else ".")
    value = None if over is None else float(over)
    return Score(
        id="alcohol_benchmark", label="Repères alcool", value=value, at_least=None,
        answered=int(over is not None), total=1, reading=reading,
        items=_items(position, (item,), lambda _: None if value is None else int(value)),
        source=Source("Page de conseils des questionnaires nationaux", "2026-11-24", "seen"),
    )  # fmt: skip
