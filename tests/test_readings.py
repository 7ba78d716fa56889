"""Scores as the practitioner reads them: both sides of every threshold, and what is incomplete."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from flows.scores import POINTS
from restitution.model import Score
from restitution.rules import evaluate
from tests.advising import answers, brief, findings, rules

WORDS = {points: word for word, points in POINTS.items()}
ITEMS = ("phq4_nervous", "phq4_worry", "phq4_interest", "phq4_sad")
READY = {"private_ready": "yes"}
COUGH = ("daily_cough", "productive_cough", "breathless_vs_peers")


def score(said: dict[str, Any], name: str) -> Score:
    return next(each for each in brief({"age": 48, **said}).scores if each.id == name)


def mood(*points: int | None) -> dict[str, Any]:
    """Answers worth these points, in the order of the form; None: passed."""
    return READY | {
        item: "skipped" if each is None else WORDS[each]
        for item, each in zip(ITEMS, points, strict=True)
    }


@pytest.mark.parametrize(
    ("points", "total", "words"),
    [
        ((0, 0, 0, 0), 0, "pas de signal"), ((1, 1, 0, 0), 2, "pas de signal"),
        ((1, 1, 1, 0), 3, "légère"), ((2, 1, 1, 1), 5, "légère"),
        ((2, 2, 1, 1), 6, "modérée"), ((2, 2, 2, 2), 8, "modérée"),
        ((3, 2, 2, 2), 9, "sévère"), ((3, 3, 3, 3), 12, "sévère"),
    ],
)  # fmt: skip
def test_phq4_on_both_sides_of_each_threshold(
    points: tuple[int, ...], total: int, words: str
) -> None:
    found = score(mood(*points), "phq4")
    assert (found.value, found.answered, found.total) == (total, 4, 4)
    assert f"{total} sur 12" in found.reading and words in found.reading
    assert [each.points for each in found.items] == list(points)


@pytest.mark.parametrize(("first", "second"), list(product(range(4), repeat=2)))
@pytest.mark.parametrize(("half", "place"), [("phq4.gad2", 0), ("phq4.phq2", 2)])
def test_each_half_signals_from_three(half: str, place: int, first: int, second: int) -> None:
    points = [0, 0, 0, 0]
    points[place], points[place + 1] = first, second
    found = score(mood(*points), half)
    assert found.value == first + second
    assert ("signal, à confirmer" in found.reading) is (first + second >= 3)


@pytest.mark.parametrize(
    ("points", "at_least", "answered", "words"),
    [
        ((3, 3, 3, None), 9, 3, "sévère (seuil 9) au minimum"),
        ((3, 3, 2, None), 8, 3, "modérée (seuil 6) au minimum"),
        ((2, 1, None, None), 3, 2, "légère (seuil 3) au minimum"),
        ((1, 1, None, None), 2, 2, "ni atteint ni exclu"),
        ((0, 0, 0, None), 0, 3, "ni atteint ni exclu"),
        ((None, None, None, 0), 0, 1, "ni atteint ni exclu"),
    ],
)  # fmt: skip
def test_an_incomplete_phq4_is_a_certain_minimum(
    points: tuple[int | None, ...], at_least: int, answered: int, words: str
) -> None:
    found = score(mood(*points), "phq4")
    assert (found.value, found.at_least, found.answered) == (None, at_least, answered)
    assert f"Au moins {at_least}" in found.reading and f"{answered} réponse" in found.reading
    assert "sur 4" in found.reading and words in found.reading


@pytest.mark.parametrize(
    ("points", "words"),
    [((None, 3), "signal, à confirmer (seuil 3) au minimum"), ((None, 2), "ni atteint ni exclu"),
     ((0, None), "ni atteint ni exclu")],
)  # fmt: skip
def test_an_incomplete_half_never_reads_as_calm(points: tuple[int | None, ...], words: str) -> None:
    found = score(mood(*points, 0, 0), "phq4.gad2")
    assert found.value is None and words in found.reading and "1 réponse sur 2" in found.reading


def test_nothing_answered_has_neither_value_nor_minimum() -> None:
    for said in ({"private_ready": "at_visit"}, mood(None, None, None, None)):
        found = score(said, "phq4")
        assert (found.value, found.at_least, found.answered) == (None, None, 0)
        assert found.reading == "Non posé ou non répondu."


# A height of one metre seventy: weight → index, one decimal.
@pytest.mark.parametrize(
    ("age", "weight", "index", "words"),
    [
        (48, 53.2, 18.4, "bas (sous 18,5"), (48, 53.5, 18.5, "18,5 à 25"),
        (48, 72.0, 24.9, "18,5 à 25"), (48, 72.3, 25.0, "25 à 30"),
        (48, 86.4, 29.9, "25 à 30"), (48, 86.7, 30.0, "30 à 35"),
        (48, 100.9, 34.9, "30 à 35"), (48, 101.2, 35.0, "35 à 40"),
        (48, 115.3, 39.9, "35 à 40"), (48, 115.6, 40.0, "40 et plus"),
        (69, 63.3, 21.9, "18,5 à 25"), (70, 63.3, 21.9, "dénutrition après 70 ans"),
        (70, 63.6, 22.0, "repère atteint après 70 ans"), (70, 78.0, 27.0, "repère atteint"),
        (70, 78.3, 27.1, "25 à 30"), (75, 57.5, 19.9, "sévère sous 20"),
    ],
)  # fmt: skip
def test_bmi_on_both_sides_of_each_threshold(
    age: int, weight: float, index: float, words: str
) -> None:
    said = {"age": age, "band_choice": "go_on", "height_m": 1.70, "weight_kg": weight}
    found = score(said, "bmi")
    assert found.value == index and words in found.reading


@pytest.mark.parametrize(
    ("said", "answered", "words"),
    [({"height_m": 1.7}, 1, "incomplet"), ({}, 0, "incomplet"),
     ({"height_m": "skipped", "weight_kg": 70}, 1, "incomplet"),
     ({"height_m": "not_usable", "weight_kg": 70}, 1, "inutilisable")],
)  # fmt: skip
def test_a_bmi_without_two_numbers_is_not_computed(
    said: dict[str, Any], answered: int, words: str
) -> None:
    found = score(said, "bmi")
    assert (found.value, found.at_least, found.answered) == (None, None, answered)
    assert words in found.reading


@pytest.mark.parametrize(
    ("yes", "tobacco", "total", "words"),
    [(0, "no", 1, "sous le seuil"), (0, "quit", 2, "en parler"), (1, "no", 2, "en parler"),
     (1, "smokes", 3, "mesurer le souffle"), (2, "no", 3, "mesurer le souffle"),
     (3, "quit", 5, "mesurer le souffle")],
)  # fmt: skip
def test_breath_on_both_sides_of_two_and_three(
    yes: int, tobacco: str, total: int, words: str
) -> None:
    breath = {each: "yes" if place < yes else "no" for place, each in enumerate(COUGH)}
    found = score({**breath, "tobacco_status": [tobacco]}, "copd_screen")
    assert found.value == total and f"{total} sur 5" in found.reading and words in found.reading
    assert "Exposition au travail non demandée" in found.reading


@pytest.mark.parametrize(
    ("said", "at_least", "answered", "words"),
    [
        ({"daily_cough": "yes", "tobacco_status": ["smokes"]}, 3, 3, "mesurer le souffle"),
        ({"daily_cough": "yes", "productive_cough": "skipped"}, 2, 2, "n'est pas exclu"),
        ({"daily_cough": "no", "productive_cough": "no", "breathless_vs_peers": "no"}, 1, 4,
         "sous le seuil"),
        ({}, 1, 1, "n'est pas exclu"),
    ],
)  # fmt: skip
def test_an_incomplete_breath_screen_says_so(
    said: dict[str, Any], at_least: int, answered: int, words: str
) -> None:
    found = score(said, "copd_screen")
    assert (found.value, found.at_least, found.answered) == (None, at_least, answered)
    assert f"Au moins {at_least}" in found.reading and words in found.reading
    assert f"{answered} réponse" in found.reading and "sur 5" in found.reading


@pytest.mark.parametrize(
    ("ticked", "value", "words"),
    [
        (["gt_2_drinks_per_day"], 1, "Au-dessus des repères"),
        (["gt_10_drinks_per_week"], 1, "Au-dessus des repères"),
        (["no_alcohol_at_least_2_days_week", "gt_10_drinks_per_week"], 1, "Au-dessus des repères"),
        (["no_alcohol_at_least_2_days_week"], 0, "avec des jours sans alcool"),
        (["none_of_these"], 0, "Sous les repères déclarés."),
        (["no_drink"], 0, "Ne boit pas d'alcool."),
        ("skipped", None, "Non répondu."), ("prefer_not", None, "Non répondu."),
        ("dont_know", None, "Non répondu."),
    ],
)  # fmt: skip
def test_the_alcohol_benchmark(ticked: Any, value: float | None, words: str) -> None:
    found = score({"alcohol_statements": ticked}, "alcohol_benchmark")
    assert found.value == value and words in found.reading
    assert (found.answered, found.total) == (int(value is not None), 1)


# -- the rules that rest on these scores -----------------------------------------------------

MOOD = ("phq4_severe", "phq4_moderate", "phq4_mild", "gad2_positive", "phq2_positive",
        "phq2_two_older", "str_phq4")  # fmt: skip


def test_every_complete_phq4_sets_off_exactly_its_rules() -> None:
    """All 256 ways to answer, with nothing else that could weigh on mood."""
    some = [rules().by_id[each] for each in MOOD]
    for points in product(range(4), repeat=4):
        total, gad2, phq2 = sum(points), sum(points[:2]), sum(points[2:])
        said = {**mood(*points), "suicidal_history": ["no"], "violence_victim": "no"}
        expected = {
            "phq4_severe": total >= 9,
            "phq4_moderate": 6 <= total <= 8,
            "phq4_mild": 3 <= total <= 5 and gad2 < 3 and phq2 < 3,
            "gad2_positive": gad2 >= 3,
            "phq2_positive": phq2 >= 3,
            "phq2_two_older": phq2 == 2,
            "str_phq4": total <= 2,
        }
        found = {each.id for each in evaluate(some, answers(said))}
        assert found == {rule for rule, fires in expected.items() if fires}, points


SIGNALS: list[dict[str, Any]] = [
    {"weight_change_6m": "loss"}, {"physical_activity_freq": "never"}, {"memory_complaint": "yes"},
    {"daily_activity_difficulty": "yes"}, {"adl_difficulty": ["washing"]},
    {"hearing_decline": "yes"}, {"vision_decline": "yes"}, {"phq4_sad": "nearly_every_day"},
    {"contacts_6m": "no"}, {"housing_fall_proof": "no"},
]  # fmt: skip


@pytest.mark.parametrize("signal", SIGNALS)
def test_two_signals_of_frailty_are_needed_whichever_they_are(signal: dict[str, Any]) -> None:
    assert "frailty" not in findings(signal)
    daily = {"daily_activity_difficulty", "adl_difficulty"}
    for other in SIGNALS:
        same = other == signal or {*other, *signal} == daily
        assert ("frailty" in findings({**signal, **other})) is not same, other


@pytest.mark.parametrize(
    ("weight", "found"),
    [(48.8, {"bmi_low_adult", "bmi_very_low_young"}), (49.1, {"bmi_low_adult"}),
     (53.2, {"bmi_low_adult"}), (53.5, set()), (72.0, set()),
     (72.3, {"bmi_overweight", "diabetes_screening"}),
     (86.4, {"bmi_overweight", "diabetes_screening"}),
     (86.7, {"bmi_obesity", "diabetes_screening"})],
)  # fmt: skip
def test_weight_rules_on_both_sides_of_each_threshold(weight: float, found: set[str]) -> None:
    """One metre seventy, before 70 years: 16,9 17 18,4 18,5 24,9 25 29,9 30."""
    names = ("bmi_low_adult", "bmi_very_low_young", "bmi_overweight", "bmi_obesity",
             "diabetes_screening", "bmi_low_70", "bmi_low_loss_70")  # fmt: skip
    said = {"age": 30, "height_m": 1.7, "weight_kg": weight, "weight_change_6m": "no",
            "food_dominant": "no"}  # fmt: skip
    assert set(findings(said)) & set(names) == found


@pytest.mark.parametrize(
    ("weight", "change", "found"),
    [(57.5, "no", {"bmi_low_70"}), (57.5, "loss", {"bmi_low_70", "bmi_low_loss_70"}),
     (57.9, "loss", {"bmi_low_70"}), (63.3, "no", {"bmi_low_70"}), (63.6, "no", set()),
     (78.0, "no", set()), (78.3, "no", {"bmi_overweight"}), (86.7, "no", {"bmi_obesity"})],
)  # fmt: skip
def test_weight_rules_after_70(weight: float, change: str, found: set[str]) -> None:
    """One metre seventy: 19,9 20 21,9 22 27 27,1 30."""
    said = {"age": 72, "height_m": 1.7, "weight_kg": weight, "weight_change_6m": change}
    names = ("bmi_low_adult", "bmi_low_70", "bmi_low_loss_70", "bmi_overweight", "bmi_obesity")
    assert set(findings(said)) & set(names) == found
