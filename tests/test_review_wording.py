"""The clinical review's smaller corrections (C) and the rules that were missing (D)."""

from __future__ import annotations

from typing import Any

import pytest

from restitution.rules import Finding
from tests.advising import findings, patient, position, resources, restitution, rules

# -- C. Wrong or misleading ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "fires", "silent"),
    [
        ({"age": 26, "hpv_vaccinated": "no"}, "hpv_no", "vaccine_mening"),
        ({"age": 27, "hpv_vaccinated": "no"}, "vaccine_25", "hpv_no"),
        ({"age": 28, "sex": "woman", "cervical_smear_at_25": "no"}, "cervix_25", "vaccine_mening"),
        ({"age": 69, "height_m": 1.7, "weight_kg": 61}, "vaccine_65", "bmi_low_70"),
        ({"age": 70, "height_m": 1.7, "weight_kg": 61}, "bmi_low_70", "vaccine_65"),
        ({"age": 69, "weight_change_6m": "loss"}, "weight_loss", "weight_loss_70"),
        ({"age": 75}, "vaccine_rsv", "vaccine_65"),
        ({"age": 74}, "vaccine_70", "vaccine_rsv"),
    ],
)
def test_r15_rules_follow_the_exact_age(said: dict[str, Any], fires: str, silent: str) -> None:
    found = findings(said)
    assert fires in found and silent not in found


def test_r15_what_is_free_is_free_until_25() -> None:
    never = ("sti_never", {"sti_screening_ever": "no"})
    nothing = ("contraception_no", {"contraception_use": "no", "sex": "woman"})
    for rule, said in (never, nothing):
        assert "avant 26 ans" in (patient({**said, "age": 25}, rule) or "").lower()
        assert "26 ans" not in (patient({**said, "age": 26}, rule) or "")


def test_r16_organs_and_sex() -> None:
    said = {"age": 62, "cervical_screening": "never", "breast_screening": "dont_know",
            "cervical_smear_ever": "no", "cervical_smear_at_25": "no", "gynae_visit_12m": "no",
            "contraception_use": "no"}  # fmt: skip
    organs = {"cervix_late", "breast_late", "cervix_70_never", "cervix_25", "gynae_no",
              "contraception_no", "contraception_no_project_no"}  # fmt: skip
    assert not organs & set(findings({**said, "sex": "man"}))
    for sex in ("woman", "other"):
        assert {"cervix_late", "breast_late"} <= set(findings({**said, "sex": sex}))
    not_concerned = dict.fromkeys(said, "not_concerned") | {"age": 62.0, "sex": "woman"}
    assert not organs & set(findings(not_concerned))
    assert "frottis" not in (patient({"hpv_vaccinated": "yes", "sex": "man"}, "str_hpv") or "")
    for sex, folic in (("woman", True), ("man", False)):
        line = patient({"child_project_5y": "yes", "sex": sex}, "child_project") or ""
        assert ("B9" in line) is folic


def test_r33_no_sexual_finding_without_a_sexual_life() -> None:
    said = {"age": 22, "sex": "woman", "sti_screening_ever": "no", "contraception_use": "no"}
    off = findings({**said, "sexual_situation": ["not_concerned"]})
    assert not {"sti_never", "contraception_no", "chlamydia_young"} & set(off)
    assert "contraception_no" not in findings({**said, "child_project_5y": "yes"})
    tested = {**said, "sti_screening_ever": "yes", "sexual_situation": ["gt_1_partner_12m"]}
    assert "chlamydia_young" in findings(tested)


@pytest.mark.parametrize(
    "more",
    [{"phq4_sad": "nearly_every_day"}, {"social_support": "no"}, {"sleep_problems": ["often"]},
     {"sleep_duration": "lt_6h"}, {"priorities": ["mental_wellbeing_stress"]}],
)  # fmt: skip
def test_r23_an_exhausted_carer_is_seen(more: dict[str, Any]) -> None:
    found = findings({"caregiver_role": "yes", **more})["caregiver_strained"]
    assert found.severity == "high"
    assert "épuis" not in (found.patient or "") and "seul" not in (found.patient or "")


def test_r24_nobody_who_smokes_hears_that_they_stopped() -> None:
    both = {"tobacco_status": ["quit", "smokes"], "smoking_quit_since": "gt_5y"}
    found = findings(both)
    assert not {"quit_strength", "quit_recent", "str_quit"} & set(found)
    assert "tobacco_contradiction" in found


def test_r25_abstainers_and_refusals() -> None:
    assert patient({"alcohol_statements": ["no_drink"]}, "str_no_alcohol")
    assert "str_alcohol" not in findings({"alcohol_statements": ["no_drink"]})
    assert "alcohol_unclear" not in findings({"alcohol_statements": "prefer_not"})
    assert patient({"alcohol_statements": "skipped"}, "alcohol_unclear") is None


def test_r26_breath_is_spoken_of_with_a_symptom_only() -> None:
    smoker = {"age": 48, "tobacco_status": ["smokes"], "daily_cough": "no",
              "productive_cough": "no", "breathless_vs_peers": "no"}  # fmt: skip
    assert "copd_screen_2" in findings(smoker) and patient(smoker, "copd_screen_2") is None
    cough = {**smoker, "tobacco_status": ["no"], "daily_cough": "yes"}
    assert patient(cough, "copd_screen_2")


def test_r27_daily_gestures_read_backwards() -> None:
    every = ["bed_transfer", "toilet", "washing", "dressing", "eating_drinking", "walking"]
    active = findings({"adl_difficulty": every, "physical_activity_freq": "5_7_per_week"})
    assert active["adl_any"].severity == "info" and "APA" not in (active["adl_any"].patient or "")
    still = findings({"adl_difficulty": every, "physical_activity_freq": "never"})
    assert still["adl_any"].severity == "high"


def test_r27_the_abuse_line_needs_a_disclosure() -> None:
    for said, rule in (({"adl_difficulty": ["washing"]}, "adl_any"),
                       ({"contacts_6m": "no"}, "no_contact_6m")):  # fmt: skip
        assert "p3133" not in resources(said, rule)
        assert "p3133" in resources({**said, "violence_victim": "yes"}, rule)


def test_r28_rsv_by_age_and_illness() -> None:
    for age, ill, due in ((75, "none", True), (66, "respiratory_disease", True),
                          (71, "cardiovascular_disease", True), (71, "none", False)):  # fmt: skip
        assert ("vaccine_rsv" in findings({"age": age, "personal_history": [ill]})) is due
    assert "à payer" in (patient({"age": 75}, "vaccine_rsv") or "")
    for ill in ("diabetes", "respiratory_disease", "cardiovascular_disease"):
        assert findings({"personal_history": [ill]})["vaccine_risk"].severity == "moderate"


def test_r29_early_menopause_is_asked_about() -> None:
    found = findings({"age": 46, "menopause_discuss": "already_menopausal"})["menopause_already"]
    assert found.severity == "moderate" and "40" in found.practitioner


def test_r30_bounds_of_the_aorta_and_of_the_lung_scan() -> None:
    man = {"sex": "man", "tobacco_status": ["quit"]}
    ages = [age for age in range(60, 80) if "aaa" in findings({**man, "age": age})]
    assert (ages[0], ages[-1]) == (65, 75)
    assert "aaa_family" in findings({"sex": "man", "family_history": "yes", "age": 51})
    signs = {"age": 62, "tobacco_status": ["smokes"], "daily_cough": "yes",
             "weight_change_6m": "loss"}  # fmt: skip
    assert "lung_pilot" not in findings(signs) and "lung_alert" in findings(signs)


def test_r32_no_percentage_for_patients() -> None:
    for rule in rules().rules:
        lines = [rule.patient, rule.step, *(each.patient for each in rule.variants)]
        assert not any("%" in (line or "") for line in lines), rule.id


def test_r34_measles_and_pregnancy() -> None:
    assert "vaccine_mmr" in findings({"age": 22}) and "vaccine_mmr" in findings({"age": 46})
    assert "grossesse" in (patient({"age": 22}, "vaccine_mmr") or "")
    assert "oqueluche" in rules().by_id["pregnancy_not_asked"].practitioner
    assert "vaccin vivant" in rules().by_id["pregnancy_not_asked"].practitioner


@pytest.mark.parametrize(
    ("said", "rule", "words"),
    [
        ({"urinary_trouble": "yes"}, "urinary", "sang"),
        ({"msk_pain_12m": "yes"}, "msk_pain", "fièvre"),
        ({"menopause_discuss": "yes"}, "menopause_yes", "saignement"),
        ({"sexual_situation": ["partner_sti_12m"]}, "partner_sti", "48 heures"),
        ({"phq4_nervous": "nearly_every_day", "phq4_worry": "nearly_every_day",
          "phq4_interest": "never", "phq4_sad": "never"}, "phq4_moderate", "inquiet"),
        ({"age": 62, "colorectal_screening": "never"}, "colorectal_late", "sang"),
        ({"age": 62, "colorectal_screening": "never", "weight_change_6m": "loss"},
         "colorectal_late", "d'abord un médecin"),
    ],
)  # fmt: skip
def test_r41_smaller_wording(said: dict[str, Any], rule: str, words: str) -> None:
    assert words.lower() in (patient(said, rule) or "").lower()


def test_r41_no_tobacco_talk_to_who_never_smoked() -> None:
    lungs = {"personal_history": ["respiratory_disease"]}
    for status, talks in (("no", False), ("quit", False), ("smokes", True)):
        line = patient({**lungs, "tobacco_status": [status]}, "respiratory_history")
        assert ("tabac" in (line or "")) is talks


# -- D. Missing rules ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "rule", "severity"),
    [
        ({"suicidal_history": "prefer_not"}, "private_declined", "info"),
        ({"violence_victim": "yes", "has_children": "yes"}, "violence_children_home", "high"),
        ({"age": 21, "height_m": 1.7, "weight_kg": 48}, "bmi_very_low_young", "high"),
        ({"sex": "woman", "contraception_use": "yes", "tobacco_status": ["smokes"]},
         "contraception_and_tobacco", "moderate"),
        ({"tobacco_status": ["smokes"], "personal_history": ["hypertension_diabetes_cholesterol"]},
         "cardiovascular_cluster", "high"),
        ({"height_m": 1.7, "weight_kg": 75}, "diabetes_screening", "info"),
        ({"age": 65}, "pulse_65", "info"),
        ({"memory_complaint": "yes"}, "falls_ask", "info"),
        ({"menopause_age": 52, "height_m": 1.6, "weight_kg": 46}, "bone_bmi_low", "moderate"),
        ({"age": 72, "height_m": 1.7, "weight_kg": 56, "weight_change_6m": "loss"},
         "bmi_low_loss_70", "high"),
        ({"sleep_problems": ["takes_sleeping_pills"]}, "driving_check", "info"),
        ({"adl_difficulty": "skipped"}, "adl_blank", "info"),
    ],
)  # fmt: skip
def test_d_rules_that_were_missing(said: dict[str, Any], rule: str, severity: str) -> None:
    found: Finding = findings(said)[rule]
    assert found.severity == severity


def test_d_a_dependent_victim_hears_of_3133_first() -> None:
    said = {"violence_victim": "yes", "sex": "woman", "age": 72, "adl_difficulty": ["washing"]}
    lines = [each for each in resources(said, "violence_yes")
             if each not in ("police_17", "sms_114")]  # fmt: skip
    assert lines[0] == "p3133"


def test_the_answers_really_reach_the_rules() -> None:
    """The same corrections hold through the whole questionnaire, not on bare answers only."""
    said = {"age": 62, "leg_swelling": "yes", "breathless_vs_peers": "yes",
            "one_leg_painful": "yes"}  # fmt: skip
    assert position(said).answers["one_leg_painful"] == "yes"
    made = restitution(said)
    assert made.safety is not None and made.safety.lines[0].startswith(("Une jambe", "Jambes"))
    urgent = {each.id for each in findings(said).values() if each.severity == "urgent"}
    assert urgent == {"heart_failure_signs", "leg_clot_signs"}
