"""Named facts and scores, case by case: true, false, and undecided when something is missing."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from flows.facts import FACTS
from flows.model import Answers, Verdict
from flows.scores import POINTS, SCORES
from flows.three import all3, any3, at_least, not3, said
from tests.advising import answers, shelf

YES, NO, OPEN = True, False, None
VAPES, SMOKES, QUIT = ["vapes"], ["smokes"], ["quit"]
TEN: dict[str, Any] = {"phq4_nervous": "nearly_every_day", "phq4_worry": "nearly_every_day",
                       "phq4_interest": "more_than_seven_days",
                       "phq4_sad": "more_than_seven_days"}  # fmt: skip
SIX_SEVEN = ["bed_transfer", "toilet", "washing", "dressing", "eating_drinking", "walking",
             "transport"]  # fmt: skip

CASES: list[tuple[str, dict[str, Any], Verdict]] = [
    ("vapes_only", {"tobacco_status": VAPES}, YES),
    ("vapes_only", {"tobacco_status": ["vapes", "smokes"]}, NO),
    ("vapes_only", {"tobacco_status": QUIT}, NO),
    ("vapes_only", {"tobacco_status": "prefer_not"}, OPEN),
    ("vapes_only", {}, OPEN),
    ("neither_smokes_nor_vapes", {"tobacco_status": ["no"]}, YES),
    ("neither_smokes_nor_vapes", {"tobacco_status": ["no", "vapes"]}, NO),
    ("neither_smokes_nor_vapes", {"tobacco_status": QUIT}, NO),
    ("neither_smokes_nor_vapes", {"tobacco_status": "skipped"}, OPEN),
    ("quit_and_not_smoking", {"tobacco_status": QUIT}, YES),
    ("quit_and_not_smoking", {"tobacco_status": ["quit", "vapes"]}, YES),
    ("quit_and_not_smoking", {"tobacco_status": ["quit", "smokes"]}, NO),
    ("quit_and_not_smoking", {}, OPEN),
    ("smoked_without_lung_alert", {"tobacco_status": SMOKES}, YES),
    ("smoked_without_lung_alert", {"tobacco_status": ["no"]}, NO),
    ("smoked_without_lung_alert", {"tobacco_status": QUIT, "breathless_vs_peers": "yes",
                                   "weight_change_6m": "loss"}, NO),
    ("smoked_without_lung_alert", {"tobacco_status": QUIT, "daily_cough": "skipped",
                                   "weight_change_6m": "loss"}, YES),
    ("smoked_without_lung_alert", {}, OPEN),
    ("keeps_dry_days", {"alcohol_statements": ["no_alcohol_at_least_2_days_week"]}, YES),
    ("keeps_dry_days", {"alcohol_statements": ["no_alcohol_at_least_2_days_week",
                                               "gt_2_drinks_per_day"]}, NO),
    ("keeps_dry_days", {"alcohol_statements": ["no_drink"]}, NO),
    ("keeps_dry_days", {"alcohol_statements": ["none_of_these"]}, NO),
    ("keeps_dry_days", {"alcohol_statements": "dont_know"}, OPEN),
    ("not_a_man", {"sex": "woman"}, YES),
    ("not_a_man", {"sex": "other"}, YES),
    ("not_a_man", {"sex": "prefer_not"}, YES),
    ("not_a_man", {}, YES),
    ("not_a_man", {"sex": "man"}, NO),
    ("may_have_cervix", {"sex": "woman"}, YES),
    ("may_have_cervix", {"sex": "other", "cervical_screening": "never"}, YES),
    ("may_have_cervix", {"sex": "man", "cervical_screening": "never"}, NO),
    ("may_have_cervix", {"sex": "man", "cervical_screening": "gt_5y"}, YES),
    ("may_have_cervix", {"sex": "woman", "cervical_smear_ever": "not_concerned"}, NO),
    ("may_need_mammogram", {"sex": "woman"}, YES),
    ("may_need_mammogram", {"sex": "man", "breast_screening": "never"}, NO),
    ("may_need_mammogram", {"sex": "man", "breast_screening": "gt_2y"}, YES),
    ("may_need_mammogram", {"sex": "woman", "breast_screening": "not_concerned"}, NO),
    ("sexual_life_possible", {"sexual_situation": ["not_concerned"]}, NO),
    ("sexual_life_possible", {"sexual_situation": "not_concerned"}, NO),
    ("sexual_life_possible", {"sexual_situation": ["gt_1_partner_12m"]}, YES),
    ("sexual_life_possible", {"sexual_situation": "prefer_not"}, YES),
    ("sexual_life_possible", {}, YES),
    ("without_contraception", {"contraception_use": "no", "sex": "woman"}, YES),
    ("without_contraception", {"contraception_use": "no", "sex": "man"}, NO),
    ("without_contraception", {"contraception_use": "not_concerned"}, NO),
    ("without_contraception", {"contraception_use": "no", "child_project_5y": "yes"}, NO),
    ("without_contraception", {"contraception_use": "no",
                               "sexual_situation": ["not_concerned"]}, NO),
    ("without_contraception", {"contraception_use": "prefer_not"}, OPEN),
    ("wishes_to_carry_a_child", {"child_project_5y": "yes", "sex": "woman"}, YES),
    ("wishes_to_carry_a_child", {"child_project_5y": "yes", "sex": "man"}, NO),
    ("wishes_to_carry_a_child", {"child_project_5y": "dont_know", "sex": "woman"}, OPEN),
    ("phq4_six_to_eight", {**TEN, "phq4_sad": "never", "phq4_interest": "never"}, YES),
    ("phq4_six_to_eight", TEN, NO),
    ("phq4_six_to_eight", {"phq4_nervous": "nearly_every_day",
                           "phq4_worry": "nearly_every_day"}, YES),
    ("phq4_six_to_eight", {"phq4_nervous": "never", "phq4_worry": "never"}, OPEN),
    ("phq4_six_to_eight", {"phq4_nervous": "never", "phq4_worry": "never",
                           "phq4_interest": "never"}, NO),
    ("beyond_short_therapy", {"suicidal_history": ["attempt"]}, YES),
    ("beyond_short_therapy", {"suicidal_history": "prefer_not"}, YES),
    ("beyond_short_therapy", {"suicidal_history": ["no"], **TEN}, YES),
    ("beyond_short_therapy", {"suicidal_history": ["no"], "phq4_nervous": "never",
                              "phq4_worry": "never"}, NO),
    ("beyond_short_therapy", {"suicidal_history": ["no"]}, OPEN),
    ("private_item_declined", {"suicidal_history": "skipped"}, YES),
    ("private_item_declined", {"violence_victim": "prefer_not", "suicidal_history": ["no"]}, YES),
    ("private_item_declined", {"violence_victim": "dont_know", "suicidal_history": ["no"]}, NO),
    ("private_item_declined", {"violence_victim": "no", "suicidal_history": ["ideation"]}, NO),
    ("private_item_declined", {}, OPEN),
    ("supported_and_safe", {"social_support": "yes", "violence_victim": "no"}, YES),
    ("supported_and_safe", {"social_support": "yes", "violence_victim": "yes"}, NO),
    ("supported_and_safe", {"social_support": "yes", "violence_victim": "dont_know"}, NO),
    ("supported_and_safe", {"social_support": "yes", "violence_victim": "prefer_not"}, OPEN),
    ("supported_and_safe", {"social_support": "yes"}, OPEN),
    ("supported_and_safe", {"social_support": "no"}, NO),
    ("isolation_adds_up", {"contacts_6m": "no", "social_support": "no",
                           "retirement_view": "very_negative"}, YES),
    ("isolation_adds_up", {"contacts_6m": "no", "phq4_interest": "nearly_every_day",
                           "alcohol_statements": ["gt_10_drinks_per_week"]}, YES),
    ("isolation_adds_up", {"contacts_6m": "no", "social_support": "no"}, OPEN),
    ("isolation_adds_up", {"contacts_6m": "yes", "social_support": "yes",
                           "retirement_view": "very_positive"}, NO),
    ("sleeps_well_without_pills", {"sleep_problems": ["no"], "sleep_duration": "6_to_10h"}, YES),
    ("sleeps_well_without_pills", {"sleep_problems": ["no", "takes_sleeping_pills"],
                                   "sleep_duration": "6_to_10h"}, NO),
    ("sleeps_well_without_pills", {"sleep_problems": ["no"]}, OPEN),
    ("sleeps_well_without_pills", {"sleep_duration": "lt_6h"}, NO),
    ("overweight_for_age", {"age": 48, "height_m": 1.7, "weight_kg": 75}, YES),
    ("overweight_for_age", {"age": 72, "height_m": 1.7, "weight_kg": 75}, NO),
    ("overweight_for_age", {"age": 72, "height_m": 1.7, "weight_kg": 82}, YES),
    ("overweight_for_age", {"age": "70-75", "height_m": 1.7, "weight_kg": 75}, NO),
    ("overweight_for_age", {"height_m": 1.7, "weight_kg": 75}, OPEN),
    ("overweight_for_age", {"height_m": 1.7, "weight_kg": 90}, NO),
    ("overweight_for_age", {"height_m": 1.7, "weight_kg": "not_usable"}, OPEN),
    ("daily_gestures_hard", {"adl_difficulty": ["walking"]}, YES),
    ("daily_gestures_hard", {"adl_difficulty": ["transport"]}, NO),
    ("daily_gestures_hard", {"adl_difficulty": ["none"]}, NO),
    ("daily_gestures_hard", {"adl_difficulty": "skipped"}, OPEN),
    ("gestures_to_confirm", {"adl_difficulty": SIX_SEVEN,
                             "physical_activity_freq": "5_7_per_week"}, YES),
    ("gestures_to_confirm", {"adl_difficulty": SIX_SEVEN,
                             "physical_activity_freq": "never"}, NO),
    ("gestures_to_confirm", {"adl_difficulty": SIX_SEVEN}, OPEN),
    ("gestures_to_confirm", {"adl_difficulty": ["walking"]}, NO),
    ("gestures_to_confirm", {}, OPEN),
    ("hindered_in_daily_life", {"daily_activity_difficulty": "yes"}, YES),
    ("hindered_in_daily_life", {"adl_difficulty": ["dressing"]}, YES),
    ("hindered_in_daily_life", {"adl_difficulty": SIX_SEVEN,
                                "physical_activity_freq": "5_7_per_week"}, OPEN),
    ("hindered_in_daily_life", {"daily_activity_difficulty": "no",
                                "adl_difficulty": ["none"]}, NO),
    ("hindered_in_daily_life", {"daily_activity_difficulty": "no"}, OPEN),
    ("ordinary_cancer_risk", {"family_history": "no", "personal_history": ["none"],
                              "weight_change_6m": "no"}, YES),
    ("ordinary_cancer_risk", {"family_history": "no", "personal_history": ["cancer"],
                              "weight_change_6m": "no"}, NO),
    ("ordinary_cancer_risk", {"family_history": "dont_know", "personal_history": ["none"],
                              "weight_change_6m": "no"}, OPEN),
    ("ordinary_cancer_risk", {"family_history": "no", "personal_history": ["none"]}, OPEN),
    ("ordinary_cancer_risk", {"weight_change_6m": "loss"}, NO),
    ("one_screening_left", {"screening_which": ["breast"], "sex": "woman"}, YES),
    ("one_screening_left", {"screening_which": ["colorectal"], "sex": "woman"}, YES),
    ("one_screening_left", {"screening_which": ["colorectal"], "sex": "man"}, NO),
    ("one_screening_left", {"screening_which": ["colorectal", "breast"]}, NO),
    ("one_screening_left", {"screening_which": "dont_know"}, OPEN),
    ("bowel_disease_written", {"personal_history_other": "J'ai une RCH"}, YES),
    ("bowel_disease_written", {"priorities_free_text": "ma maladie de CROHN"}, YES),
    ("bowel_disease_written", {"personal_history_other": "Recherche d'emploi"}, NO),
    ("bowel_disease_written", {}, NO),
    ("stool_test_possible", {"personal_history": ["inflammatory_bowel_disease"]}, NO),
    ("stool_test_possible", {"personal_history_other": "rectocolite hémorragique"}, NO),
    ("stool_test_possible", {"personal_history": "skipped"}, YES),
    ("chose_topics", {"priorities": ["menopause"]}, YES),
    ("chose_topics", {"priorities": "skipped"}, NO),
    ("chose_topics", {}, OPEN),
]  # fmt: skip


@pytest.mark.parametrize(("name", "known", "expected"), CASES)
def test_a_fact(name: str, known: dict[str, Any], expected: Verdict) -> None:
    assert FACTS[name](answers(known)) is expected


def test_every_fact_has_cases_a_source_and_questions() -> None:
    questions = shelf().questions
    for name, each in FACTS.items():
        verdicts = {verdict for case, _, verdict in CASES if case == name}
        assert {True, False} <= verdicts, name
        assert each.says.endswith(".") or ":" in each.says
        assert len(each.source) > 3
        assert all(item in questions for item in each.items), name


# -- three-valued logic ----------------------------------------------------------------------

THREE: tuple[Verdict, ...] = (True, None, False)


def test_three_valued_tables() -> None:
    for left, right in product(THREE, THREE):
        known = [each for each in (left, right) if each is not None]
        assert any3(left, right) is (True if True in known else None if len(known) < 2 else False)
        assert all3(left, right) is (False if False in known else None if len(known) < 2 else True)
        assert not3(any3(left, right)) is all3(not3(left), not3(right))


@given(some.lists(some.sampled_from(THREE), max_size=5), some.integers(0, 5))
def test_counting_is_sure_only_when_it_cannot_change(verdicts: list[Verdict], least: int) -> None:
    worlds = product(*([each] if each is not None else [True, False] for each in verdicts))
    reached = {sum(world) >= least for world in worlds}
    assert at_least(least, *verdicts) is (reached.pop() if len(reached) == 1 else None)


def test_what_was_said() -> None:
    given_ = answers({"a": "yes", "b": ["x", "y"], "c": "skipped", "d": "not_concerned"})
    assert said(given_, "a", "yes") is True
    assert said(given_, "a", "no") is False
    assert said(given_, "b", "y") is True
    assert said(given_, "c", "yes") is None
    assert said(given_, "c", "skipped") is True
    assert said(given_, "d", "yes") is False
    assert said(given_, "e", "yes") is None


# -- scores ------------------------------------------------------------------------------------

ITEMS = ("phq4_nervous", "phq4_worry", "phq4_interest", "phq4_sad")


@given(some.tuples(*[some.sampled_from([*POINTS, "skipped", "prefer_not"])] * 4))
def test_phq4_never_guesses(values: tuple[str, ...]) -> None:
    known = Answers(dict(zip(ITEMS, values, strict=True)))
    points = [POINTS[each] for each in values if each in POINTS]
    total = SCORES["phq4"](known)
    assert (total.low, total.answered) == (sum(points), len(points))
    assert total.high == total.low + 3 * (4 - len(points))
    assert total.value == (sum(points) if len(points) == 4 else None)
    halves = SCORES["phq4.gad2"](known), SCORES["phq4.phq2"](known)
    assert sum(each.low for each in halves) == total.low


@pytest.mark.parametrize(
    ("height", "weight", "index"),
    [(1.75, 72.0, 23.5), (1.6, 64.0, 25.0), (1.15, 60.0, None), (1.7, 29.0, None),
     ("not_usable", 70.0, None), (1.7, "skipped", None)],
)  # fmt: skip
def test_bmi_needs_two_usable_numbers(height: Any, weight: Any, index: float | None) -> None:
    assert SCORES["bmi"](answers({"height_m": height, "weight_kg": weight})).value == index


def test_breath_counts_the_age_and_stays_open_without_it() -> None:
    known = {"daily_cough": "yes", "productive_cough": "no", "breathless_vs_peers": "no",
             "tobacco_status": ["smokes"]}  # fmt: skip
    score = SCORES["copd_screen"]
    assert score(answers({**known, "age": 48})).value == 3
    assert score(answers({**known, "age": "60-65"})).value == 3
    assert score(answers({**known, "age": 38})).value == 2
    unknown = score(answers({**known, "age": "other"}))
    assert (unknown.low, unknown.high, unknown.value, unknown.answered) == (2, 3, None, 4)


def test_age_is_exact_or_within_the_group_tapped() -> None:
    years = SCORES["years"]
    assert years(answers({"age": "other", "age_exact": 66})).value == 66
    tapped = years(answers({"age": "60-65", "age_exact": "skipped"}))
    assert (tapped.low, tapped.value) == (60, None)
    assert 65 < tapped.high < 66
    assert years(Answers()).low == 0


def test_frailty_hint_counts_what_is_sure() -> None:
    hint = SCORES["frailty_hint"]
    assert hint(answers({"vision_decline": "yes", "phq4_sad": "nearly_every_day"})).low == 2
    assert hint(answers({"adl_difficulty": SIX_SEVEN,
                         "physical_activity_freq": "5_7_per_week"})).low == 0  # fmt: skip
