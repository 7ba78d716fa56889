"""What the person reads: their priorities first, their words back, no praise beside an alarm."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from restitution.model import SEVERITIES
from tests.advising import CALM, everything, findings, position, restitution, rules
from tests.test_advice_properties import people
from tests.test_rules import BANNED

SMOKER = {"age": 22, "tobacco_status": ["smokes"], "alcohol_statements": ["gt_10_drinks_per_week"],
          "physical_activity_freq": "never", "fruit_veg": "rarely", "sleep_problems": ["often"],
          "vision_decline": "yes", "screen_time": "gt_4h"}  # fmt: skip


# -- their priorities, their words -----------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "first"),
    [
        (["sleep_better"], ["sleep_bad"]),
        (["less_screen", "sleep_better"], ["screen_high", "sleep_bad"]),
        (["eat_better_move_more", "reduce_stop_tobacco"], ["inactive", "smoker"]),
        (["reduce_stop_tobacco", "eat_better_move_more", "sleep_better"],
         ["smoker", "inactive", "sleep_bad"]),
        ([], ["smoker"]),
    ],
)  # fmt: skip
def test_what_they_chose_comes_first_in_their_order(chosen: list[str], first: list[str]) -> None:
    made = restitution({**SMOKER, "priorities": chosen or "skipped"})
    assert [each.id for each in made.advice][: len(first)] == first
    assert len(made.advice) == 3


def test_what_calls_for_a_doctor_is_never_pushed_out_by_a_choice() -> None:
    lungs = {"age": 62, "tobacco_status": ["quit"], "daily_cough": "yes",
             "weight_change_6m": "loss", "physical_activity_freq": "never",
             "sleep_problems": ["often"], "fruit_veg": "rarely",
             "priorities": ["sleep_better", "eat_better_move_more", "ageing_effects"]}  # fmt: skip
    assert "lung_alert" in [each.id for each in restitution(lungs).advice]


@pytest.mark.parametrize(
    ("said", "advice", "words"),
    [
        ({"tobacco_status": ["smokes"]}, "smoker", "Je fume"),
        ({"tobacco_status": ["smokes", "vapes"]}, "dual_use", "Je fume, Je vapote"),
        ({"fruit_veg": "rarely"}, "fruit_low", "Rarement"),
        ({"physical_activity_freq": "never"}, "inactive", "Jamais"),
        ({"sleep_problems": ["often", "takes_sleeping_pills"]}, "sleep_bad", "Souvent"),
        ({"sleep_problems": ["sometimes", "takes_sleeping_pills"]}, "sleeping_pills",
         "Je prends des somnifères"),
        ({"alcohol_statements": ["no_alcohol_at_least_2_days_week", "gt_10_drinks_per_week"]},
         "alcohol_over", "Plus de 10 verres par semaine"),
    ],
)  # fmt: skip
def test_their_own_words_are_quoted_back(said: dict[str, Any], advice: str, words: str) -> None:
    made = restitution({"age": 48, **said})
    because = next(each.because for each in (*made.advice, *made.more) if each.id == advice)
    assert because is not None and words in because
    others = {"Parfois", "Au moins 2 jours"}
    assert not any(each in because for each in others)


@pytest.mark.parametrize(
    ("said", "advice"),
    [({"sexual_situation": ["gt_1_partner_12m"]}, "sti_exposure"),
     ({"other_substances": ["cannabis"]}, "cannabis"),
     ({**CALM, "phq4_sad": "nearly_every_day"}, "phq2_positive")],
)  # fmt: skip
def test_what_is_nobodys_business_is_not_quoted(said: dict[str, Any], advice: str) -> None:
    made = restitution({"age": 48, **said})
    assert next(e.because for e in (*made.advice, *made.more) if e.id == advice) is None


# -- no strength beside what contradicts it --------------------------------------------------


@pytest.mark.parametrize(
    ("said", "strength", "against"),
    [
        ({"tobacco_status": ["no"]}, "str_no_tobacco", {"other_substances": ["cannabis"]}),
        ({"age": 48, "tobacco_status": ["no"]}, "str_no_tobacco",
         {"daily_cough": "yes", "productive_cough": "yes"}),
        ({"sleep_problems": ["no"], "sleep_duration": "6_to_10h"}, "str_sleep",
         {"sleep_apnoea_signs": "yes"}),
        ({"age": 62, **CALM}, "str_phq4", {"phq4_interest": "several_days",
                                           "phq4_sad": "several_days"}),
        ({"age": 22, "vaccines_up_to_date": "yes"}, "str_vaccines", {"hpv_vaccinated": "no"}),
        ({"physical_activity_freq": "5_7_per_week"}, "str_activity", {"chest_pain_effort": "yes"}),
        ({"physical_activity_freq": "5_7_per_week"}, "str_activity",
         {"age": 20, "height_m": 1.7, "weight_kg": 48}),
    ],
)  # fmt: skip
def test_a_strength_gives_way_to_what_contradicts_it(
    said: dict[str, Any], strength: str, against: dict[str, Any]
) -> None:
    assert findings(said)[strength].patient
    found = findings({**said, **against})
    assert strength not in found or found[strength].patient is None


# -- after an urgent answer ------------------------------------------------------------------

URGENT: list[dict[str, Any]] = [
    {"age": 64, "chest_pain_effort": "yes"},
    {"age": 48, "leg_swelling": "yes", "breathless_vs_peers": "yes"},
    {"age": 22, "other_substances": ["nitrous_oxide"], "nitrous_follow_up": "yes"},
    {"age": 48, **CALM, "suicidal_history": ["ideation"]},
    {"age": 72, **CALM, "violence_victim": "yes", "violence_follow_up": "danger_now"},
]


@pytest.mark.parametrize("danger", URGENT)
def test_after_an_urgent_answer_comes_the_box_and_no_praise(danger: dict[str, Any]) -> None:
    good = {"fruit_veg": "at_least_5_portions_day", "tobacco_status": ["no"],
            "physical_activity_freq": "1_2_per_week", "vaccines_up_to_date": "no"}  # fmt: skip
    made = restitution({**good, **danger})
    assert made.safety is not None and made.safety.lines and made.safety.resources
    assert made.strengths == () and made.more == () and made.first_step is None
    assert made.advice == ()  # nothing was chosen, and nothing else calls for a doctor
    assert "bravo" not in everything(made).lower()


def test_a_heart_that_asks_for_rest_is_sent_to_nobody_who_makes_it_work() -> None:
    heavy = {"age": 62, "height_m": 1.7, "weight_kg": 95, "priorities": ["eat_better_move_more"]}
    calm = restitution(heavy)
    assert any(r.id == "maison_sport_sante" for each in calm.advice for r in each.resources)
    made = restitution({**heavy, "chest_pain_effort": "yes"})
    assert not any(r.id == "maison_sport_sante" for each in made.advice for r in each.resources)


@settings(max_examples=60, deadline=None)
@given(people())
def test_nobody_reads_a_score_a_percentage_or_a_diagnosis(said: dict[str, Any]) -> None:
    made = restitution(said)
    lines = [*(made.safety.lines if made.safety else ()), *made.strengths,
             *(each.text for each in (*made.advice, *made.more)),
             made.first_step or ""]  # fmt: skip
    for line in lines:
        assert not BANNED.search(line), line
    found = rules().find(position(said).questionnaire.band, position(said).answers)
    scored = {each.id for each in found if SEVERITIES.index(each.severity) < 4}
    assert {each.id for each in (*made.advice, *made.more)} <= scored


# -- who is sent where -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "rule", "resource", "named"),
    [
        ({"age": 59, "memory_complaint": "yes"}, "memory", "icope", False),
        ({"age": 60, "memory_complaint": "yes"}, "memory", "icope", True),
        ({"age": 49, "social_support": "no"}, "no_support", "solitudecoute", False),
        ({"age": 50, "social_support": "no"}, "no_support", "solitudecoute", True),
        ({"age": 25, "food_dominant": "yes"}, "food_dominant", "fil_sante_jeunes", True),
        ({"age": 26, "food_dominant": "yes"}, "food_dominant", "fil_sante_jeunes", False),
        ({"age": 25, "sexual_situation": ["gt_1_partner_12m"]}, "sti_exposure", "preservatifs",
         True),
        ({"age": 26, "sexual_situation": ["gt_1_partner_12m"]}, "sti_exposure", "preservatifs",
         False),
        ({"age": 59, "violence_victim": "yes"}, "violence_yes", "p3133", False),
        ({"age": 60, "violence_victim": "yes"}, "violence_yes", "p3133", True),
    ],
)  # fmt: skip
def test_a_place_is_named_to_those_it_receives(
    said: dict[str, Any], rule: str, resource: str, named: bool
) -> None:
    assert (resource in findings(said)[rule].resources) is named


def test_what_excludes_short_therapy_also_takes_its_line_away() -> None:
    said = {"occupation_status": "student", "phq4_nervous": "nearly_every_day"}
    assert findings(said)["student_psy"].patient
    declined = findings({**said, "suicidal_history": "prefer_not"})["student_psy"]
    assert declined.patient is None


def test_words_about_worry_and_mood_follow_the_half_that_is_known() -> None:
    worry = {"phq4_nervous": "nearly_every_day", "phq4_worry": "nearly_every_day"}
    for more in ({}, {"phq4_interest": "skipped", "phq4_sad": "skipped"}):
        assert "inquiet" in (findings({**worry, **more})["phq4_moderate"].patient or "")
    mood = {"phq4_interest": "nearly_every_day", "phq4_sad": "nearly_every_day"}
    assert "moral semble bas" in (findings(mood)["phq4_moderate"].patient or "")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"weight_change_6m": "loss"}, "d'abord un médecin"),
        ({"personal_history": ["cancer"]}, "Après un cancer"),
        ({"family_history": "yes"}, "Dites-le d'abord"),
        ({"sex": "man"}, "se fait chez soi"),
    ],
)
def test_the_kit_waits_for_a_doctor_where_it_must(said: dict[str, Any], words: str) -> None:
    fifty = {"age": 50, "colorectal_or_breast_screening": "no", **said}
    found = findings(fifty)["screen_50"]
    assert words in (found.patient or "")
    for_man = "sex" in said
    assert ("pharmacie" in (found.step or "")) is for_man
    assert ("kit_colorectal" in found.resources) is for_man


def test_a_clot_is_never_softened_by_an_appointment_in_the_coming_days() -> None:
    made = restitution({"age": 62, "leg_swelling": "yes", "breathless_vs_peers": "yes",
                        "one_leg_painful": "yes"})  # fmt: skip
    assert made.safety is not None
    assert "appelez le 15 maintenant" in made.safety.lines[0]
    assert not any("dans les jours" in each for each in made.safety.lines)
