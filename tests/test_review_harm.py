"""The clinical review's corrections against serious harm (B), in its own numbering."""

from __future__ import annotations

from typing import Any

import pytest

from restitution.brief import on_paper
from tests.advising import (
    CALM,
    brief,
    everything,
    findings,
    patient,
    restitution,
    rules,
)

OVER = {"alcohol_statements": ["gt_10_drinks_per_week"]}
DAILY = {"alcohol_statements": ["gt_2_drinks_per_day"]}
PILLS = {"sleep_problems": ["takes_sleeping_pills"]}
TWELVE = {f"phq4_{each}": "nearly_every_day" for each in ("nervous", "worry", "interest", "sad")}


def test_r07_sleeping_pills_keep_their_warning_at_every_age() -> None:
    for age, rule in ((48, "sleeping_pills"), (64, "sleeping_pills"), (65, "sleeping_pills_older"),
                      (72, "sleeping_pills_older")):  # fmt: skip
        line = patient({**PILLS, "age": age}, rule)
        assert line and line.endswith("n'arrêtez pas seul(e).")
        assert ("Après 65 ans" in line) is (age >= 65)
    assert "sleeping_pills_older" not in findings({**PILLS, "age": 63})
    pills = {"sleep_problems": ["no", "takes_sleeping_pills"], "sleep_duration": "6_to_10h"}
    assert "sleeping_pills" in findings(pills) and "str_sleep" not in findings(pills)


def test_r20_heart_signs_are_urgent_and_a_clot_means_15() -> None:
    both = {"leg_swelling": "yes", "breathless_vs_peers": "yes"}
    assert findings(both)["heart_failure_signs"].severity == "urgent"
    clot = findings({**both, "one_leg_painful": "yes"})["leg_clot_signs"]
    assert clot.severity == "urgent" and "appelez le 15 maintenant" in (clot.patient or "")
    assert "leg_clot_signs" not in findings({**both, "one_leg_painful": "no"})


@pytest.mark.parametrize(
    "more", [{"chest_pain_follow_up": "only_effort"}, {"chest_pain_follow_up": "not_sure"},
             {"personal_history": ["cardiovascular_disease"]}],
)  # fmt: skip
def test_r40_new_or_stronger_effort_pain_means_15_today(more: dict[str, Any]) -> None:
    line = patient({"chest_pain_effort": "yes", **more}, "chest_pain") or ""
    assert "nouveau" in line and "15 aujourd'hui" in line


@pytest.mark.parametrize(
    "signs",
    [{"food_dominant": "yes"}, {"personal_history": ["depression_anxiety_eating_disorder"]}],
)
def test_r13_no_weight_advice_where_food_makes_suffer(signs: dict[str, Any]) -> None:
    said = {"age": 21, "height_m": 1.7, "weight_kg": 78, "fat_sugar_salt": "several_per_day",
            "weight_change_6m": "gain", "priorities": ["eat_better_move_more"]}  # fmt: skip
    assert patient(said, "bmi_overweight") and patient(said, "fat_sugar_high")
    found = findings({**said, **signs})
    for rule in ("bmi_overweight", "fat_sugar_high", "weight_gain"):
        assert rule in found and found[rule].patient is None
    middle = {**said, **signs, "fat_sugar_salt": "several_per_week"}
    assert patient(middle, "fat_sugar_mid") is None and "fat_sugar_mid" in findings(middle)


def test_r14_weight_is_spoken_of_with_permission_only() -> None:
    heavy = {"age": 48, "height_m": 1.7, "weight_kg": 80}
    assert patient(heavy, "bmi_overweight") is None and "bmi_overweight" in findings(heavy)
    asked = patient({**heavy, "priorities": ["eat_better_move_more"]}, "bmi_overweight")
    assert asked and "si vous le souhaitez" in asked


def test_r14_no_weight_loss_advice_from_70() -> None:
    chose = {"age": 72, "height_m": 1.7, "priorities": ["eat_better_move_more"]}
    assert patient({**chose, "weight_kg": 83}, "bmi_overweight") is None
    assert patient({**chose, "weight_kg": 95}, "bmi_obesity") is None
    assert "bmi_overweight" not in findings({**chose, "weight_kg": 75})


def test_r17_bowel_disease_never_goes_to_the_stool_test() -> None:
    for age in (48, 50):
        said = {"age": age, "personal_history": ["inflammatory_bowel_disease"],
                "colorectal_or_breast_screening": "no", "family_history": "no",
                "weight_change_6m": "no"}  # fmt: skip
        found = findings(said)
        assert "ibd_colon" in found
        for rule in ("screen_50", "screen_before_50", "colorectal_late"):
            assert rule not in found or found[rule].patient is None
        due = {each.id: each.text for each in brief(said).due}
        assert "due_colorectal" not in due and "spécialiste" in due["due_colonoscopy"]
    written = {"age": 63, "personal_history": ["other_free_text"],
               "personal_history_other": "maladie de crohn",
               "colorectal_screening": "never"}  # fmt: skip
    assert "ibd_written" in findings(written) and "colorectal_late" not in findings(written)
    assert "due_colorectal" not in {each.id for each in brief(written).due}


def test_r17_immunosuppressants_are_named_to_the_practitioner() -> None:
    note = rules().by_id["ibd_colon"].practitioner
    for words in ("grippe", "pneumocoque", "pas de vaccin vivant", "HPV tous les 3 ans"):
        assert words in note


def test_r18_not_normal_with_a_family_history() -> None:
    said = {"age": 47, "colorectal_or_breast_screening": "no", "family_history": "no",
            "personal_history": ["none"], "weight_change_6m": "no"}  # fmt: skip
    assert "screen_before_50" in findings(said)
    for more in ({"family_history": "yes"}, {"family_history": "dont_know"},
                 {"personal_history": ["cancer"]}, {"weight_change_6m": "loss"},
                 {"personal_history": ["inflammatory_bowel_disease"]}):  # fmt: skip
        assert "screen_before_50" not in findings({**said, **more})
    family = findings({**said, "family_history": "yes"})["family_history"]
    assert family.severity == "moderate" and "plus tôt" in (family.patient or "")


def test_r19_other_screenings_go_on_after_a_cancer() -> None:
    assert "de cet organe" in rules().by_id["cancer_history"].practitioner
    said = {"age": 62, "sex": "woman", "personal_history": ["cancer"],
            "colorectal_screening": "never", "breast_screening": "gt_2y"}  # fmt: skip
    due = {each.id: each.text for each in brief(said).due}
    assert "à confirmer" in due["due_colorectal"] and "à confirmer" in due["due_breast"]


def test_r22_a_positive_half_is_never_minimised() -> None:
    half = {"phq4_interest": "more_than_seven_days", "phq4_sad": "several_days",
            "phq4_nervous": "several_days", "phq4_worry": "several_days"}  # fmt: skip
    found = findings(half)
    assert "phq4_mild" not in found and found["phq2_positive"].severity == "high"
    worried = findings({"phq4_nervous": "nearly_every_day"})
    assert worried["gad2_positive"].severity == "high"
    two = findings({"phq4_interest": "several_days", "phq4_sad": "several_days"})
    assert "PHQ-9" in two["phq2_two_older"].practitioner
    assert rules().by_id["phq2_two_older"].bands == ("60-65", "70-75")


SECRETS: dict[str, Any] = {
    "age": 63, "sex": "woman", **CALM, **TWELVE, "suicidal_history": ["attempt"],
    "suicide_follow_up": "recently", "violence_victim": "yes", "violence_follow_up": "danger_now",
    "chemical_recent": "yes", "contacts_6m": "no", "social_support": "no",
    "retirement_view": "very_negative", "caregiver_role": "yes", "personal_history": ["cancer"],
    "priorities_free_text": "mon mari me frappe", "personal_history_other": "rien",
}  # fmt: skip


def test_r35_paper_keeps_no_trace() -> None:
    words = (("suicide", "je veux mourir", "sex", 1_795_000_000),)
    screen = brief(SECRETS, words)
    assert {"suicide_any", "violence_yes", "isolated_older"} <= {each.id for each in screen.flags}
    paper = on_paper(screen)
    text = repr(paper).lower()
    for trace in ("suicid", "violen", "mourir", "3114", "3919", "3133", "116 006", "frappe",
                  "crafs", "wast", "17, ou 114", "danger_now", "soumission"):  # fmt: skip
        assert trace not in text, trace
    assert paper.priorities_free_text is None and paper.distress == ()
    # Nor does a theme's level betray what was taken away.
    assert dict(screen.themes)["social_life"] == "urgent"
    assert dict(paper.themes)["social_life"] == "high"  # the six months without contact


def test_r35_the_patients_paper_keeps_no_trace_either() -> None:
    for hidden in (restitution(SECRETS, paper=True), restitution(SECRETS, discreet=True)):
        text = everything(hidden).lower()
        for trace in ("suicid", "violen", "3114", "3919", "3133", "116 006", "police", "faute"):
            assert trace not in text, trace
        # A page without a kind word or a step would betray that something grave was taken away.
        assert hidden.strengths and hidden.first_step


def test_r37_memory_trouble_in_daily_life_is_high() -> None:
    alone = findings({"memory_complaint": "yes"})["memory"]
    for more in ({"daily_activity_difficulty": "yes"}, {"adl_difficulty": ["dressing"]}):
        found = findings({"memory_complaint": "yes", **more})["memory"]
        assert found.severity == "high" and alone.severity == "moderate"
        assert found.patient == alone.patient
        for words in ("conduite", "médicaments", "aidant"):
            assert words in found.practitioner


def test_r36_an_isolated_person_who_drinks() -> None:
    said = {"contacts_6m": "no", "retirement_view": "very_negative", **OVER}
    found = findings(said)["isolated_older"]
    assert found.severity == "high" and found.patient is None and found.rule.confidential
    assert "moyens" in found.practitioner
    assert "isolated_older" not in findings({"contacts_6m": "no", **OVER})
    assert findings({"retirement_view": "very_negative"})["retirement_negative"].severity == (
        "moderate"
    )
    assert findings({"retirement_view": "rather_negative"})["retirement_negative"].severity == (
        "info"
    )
