"""Scores read from the questionnaire, as intervals: nothing is ever imputed.

`low` is the certain minimum of what was answered, `high` the most it could still become.
A score has an exact value only when everything it needs was answered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from flows.model import BANDS, Answers, Verdict
from flows.three import any3, not3, said

POINTS = {"never": 0, "several_days": 1, "more_than_seven_days": 2, "nearly_every_day": 3}
GAD2 = ("phq4_nervous", "phq4_worry")
PHQ2 = ("phq4_interest", "phq4_sad")
PHQ4 = (*GAD2, *PHQ2)
ADL = ("bed_transfer", "toilet", "washing", "dressing", "eating_drinking", "walking")
OLDEST = 130.0


@dataclass(frozen=True, slots=True)
class Interval:
    """What a score surely is at least, and may be at most."""

    low: float
    high: float
    answered: int
    total: int

    @property
    def value(self) -> float | None:
        """The exact score, once everything it needs was answered."""
        return self.low if self.low == self.high and self.answered == self.total else None


Score = Callable[[Answers], Interval]


def points(answers: Answers, question: str) -> int | None:
    """Points of one PHQ-4 item; None when it was not answered."""
    value = answers.get(question)
    return POINTS.get(value) if isinstance(value, str) else None


def _sum(*questions: str) -> Score:
    def score(answers: Answers) -> Interval:
        known = [each for question in questions if (each := points(answers, question)) is not None]
        low, missing = sum(known), len(questions) - len(known)
        return Interval(low, low + 3 * missing, len(known), len(questions))

    return score


def _count(verdicts: tuple[Verdict, ...]) -> Interval:
    """How many are true: the undecided ones may still be."""
    low, open_ = sum(each is True for each in verdicts), sum(each is None for each in verdicts)
    return Interval(low, low + open_, len(verdicts) - open_, len(verdicts))


def bmi(answers: Answers) -> Interval:
    """Declared weight over height squared, one decimal; needs two usable numbers.

    Source: WHO adult classes; HAS 2021 and 2023 for the thresholds used by the rules.
    """
    height, weight = answers.get("height_m"), answers.get("weight_kg")
    tall = isinstance(height, float) and 1.2 <= height <= 2.3
    heavy = isinstance(weight, float) and 30 <= weight <= 300
    if tall and heavy and isinstance(height, float) and isinstance(weight, float):
        value = round(weight / height**2, 1)
        return Interval(value, value, 2, 2)
    return Interval(0.0, inf, tall + heavy, 2)


def years(answers: Answers) -> Interval:
    """Age: exact when given, else the bounds of the age group tapped at the start."""
    exact = answers.age
    if exact is not None:
        return Interval(exact, exact, 1, 1)
    if (tapped := answers.get("age")) in BANDS:
        youngest, oldest = str(tapped).split("-")
        # « 65 years » lasts until the eve of the 66th birthday.
        return Interval(float(youngest), int(oldest) + 0.99, 0, 1)
    return Interval(0.0, OLDEST, 0, 1)


def older_than(answers: Answers, age: float) -> Verdict:
    """Is the person surely older than this, surely not, or is the age unknown?"""
    known = years(answers)
    return True if known.low > age else False if known.high <= age else None


def copd_screen(answers: Answers) -> Interval:
    """Five yes/no questions about breath; exposure at work is not asked, so a lower bound.

    Source: HAS, BPCO (2019), after GOLD.
    """
    return _count((
        said(answers, "daily_cough", "yes"),
        said(answers, "productive_cough", "yes"),
        said(answers, "breathless_vs_peers", "yes"),
        older_than(answers, 40),
        said(answers, "tobacco_status", "smokes", "quit"),
    ))  # fmt: skip


def adl_to_confirm(answers: Answers) -> Verdict:
    """Six gestures or more ticked by somebody active: perhaps read as « what I can do »."""
    ticked = answers.get("adl_difficulty")
    if not isinstance(ticked, tuple):
        return None if said(answers, "adl_difficulty", "none") is None else False
    if len([each for each in ticked if each != "none"]) < 6:
        return False
    return said(answers, "physical_activity_freq", "3_4_per_week", "5_7_per_week")


def hindered(answers: Answers) -> Verdict:
    """Daily life is harder, by either question about it; doubtful ticks decide nothing."""
    gestures = said(answers, "adl_difficulty", *ADL)
    if gestures and adl_to_confirm(answers):
        gestures = None
    return any3(said(answers, "daily_activity_difficulty", "yes"), gestures)


def frailty_hint(answers: Answers) -> Interval:
    """Signals that make a free check of memory, walking and senses worth offering.

    A composite of ours, not a validated score; the practitioner alone sees it.
    """
    sad = _sum(*PHQ2)(answers)
    return _count((
        said(answers, "weight_change_6m", "loss"),
        said(answers, "physical_activity_freq", "never"),
        said(answers, "memory_complaint", "yes"),
        hindered(answers),
        said(answers, "hearing_decline", "yes"),
        said(answers, "vision_decline", "yes"),
        True if sad.low >= 3 else False if sad.high < 3 else None,
        said(answers, "contacts_6m", "no"),
        said(answers, "housing_fall_proof", "no"),
    ))  # fmt: skip


def reaches(interval: Interval, threshold: float) -> Verdict:
    """Is the certain minimum there, the possible maximum short of it, or is it open?"""
    return True if interval.low >= threshold else False if interval.high < threshold else None


def below(interval: Interval, threshold: float) -> Verdict:
    """The contrary of `reaches`."""
    return not3(reaches(interval, threshold))


SCORES: dict[str, Score] = {
    "phq4": _sum(*PHQ4),
    "phq4.gad2": _sum(*GAD2),
    "phq4.phq2": _sum(*PHQ2),
    "bmi": bmi,
    "copd_screen": copd_screen,
    "frailty_hint": frailty_hint,
    "years": years,
}
"""What a condition may call `{score: {name: {min: 3}}}`."""
