"""The clinical review's corrections, one test or more each, in its own numbering (R01 … R41).

Where a rule and the review disagree, the review wins; these tests are what keeps it so.
"""

from __future__ import annotations

from typing import Any

import pytest

from restitution.brief import on_paper
from restitution.rules import Finding
from tests.advising import CALM, brief, everything, findings, position, restitution, rules, shelf

OVER = {"alcohol_statements": ["gt_10_drinks_per_week"]}
DAILY = {"alcohol_statements": ["gt_2_drinks_per_day"]}
PILLS = {"sleep_problems": ["takes_sleeping_pills"]}
MOVES = {"physical_activity_freq": "never", "sitting_time": "gt_7h", "msk_pain_12m": "yes"}
TWELVE = {f"phq4_{each}": "nearly_every_day" for each in ("nervous", "worry", "interest", "sad")}


def patient(said: dict[str, Any], rule: str) -> str | None:
    found = findings(said).get(rule)
    return found.patient if found else None


def grave(said: dict[str, Any]) -> set[str]:
    return {each.id for each in findings(said).values() if each.severity in ("urgent", "high")}


def resources(said: dict[str, Any], rule: str) -> tuple[str, ...]:
    return findings(said)[rule].resources


# -- A. Could cost a life ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"leg_swelling": "yes", "weight_change_6m": "gain", "breathless_vs_peers": "skipped"},
         "heart_failure_signs"),
        ({"leg_swelling": "yes", "breathless_vs_peers": "yes"}, "heart_failure_signs"),
        ({"tobacco_status": ["smokes"], "daily_cough": "yes", "weight_change_6m": "loss",
          "breathless_vs_peers": "prefer_not"}, "lung_alert"),
        ({"child_project_5y": "yes", "tobacco_status": ["smokes"],
          "alcohol_statements": "skipped"}, "child_project_risk"),
        ({"caregiver_role": "yes", "social_support": "no", "phq4_sad": "skipped"},
         "caregiver_strained"),
        ({"housing_fall_proof": "no", "vision_decline": "yes", "sleep_problems": "skipped"},
         "fall_risk_combo"),
        ({"age": 48, "daily_cough": "yes", "breathless_vs_peers": "yes",
          "productive_cough": "skipped"}, "copd_screen"),
        ({"age": "45-50", "age_exact": "skipped", "daily_cough": "yes", "tobacco_status": ["quit"],
          "breathless_vs_peers": "skipped"}, "copd_screen"),
    ],
)  # fmt: skip
def test_r01_a_skipped_part_never_switches_an_alarm_off(said: dict[str, Any], rule: str) -> None:
    assert rule in findings(said)


def test_r01_an_incomplete_breath_score_stays_incomplete() -> None:
    made = brief({"age": 48, "daily_cough": "yes", "breathless_vs_peers": "yes",
                  "productive_cough": "skipped"})  # fmt: skip
    score = next(each for each in made.scores if each.id == "copd_screen")
    assert (score.value, score.at_least, score.answered) == (None, 3, 3)


@pytest.mark.parametrize(("alert", "number"), [("suicide", "3114"), ("chest_pain", "15")])
def test_r02_the_first_message_carries_a_number(alert: str, number: str) -> None:
    assert number in shelf().alerts[alert].cards[0].text


def test_r03_severe_distress_shows_with_one_item_skipped() -> None:
    said = {**TWELVE, "phq4_sad": "skipped"}
    assert findings(said)["phq4_severe"].severity == "urgent"
    assert "phq4_severe" not in findings({**TWELVE, "phq4_sad": "never", "phq4_worry": "never"})
    made = brief({"age": 48, "private_ready": "yes", **said})
    score = next(each for each in made.scores if each.id == "phq4")
    assert (score.value, score.at_least, score.answered, score.total) == (None, 9, 3, 4)
    assert "Au moins 9" in score.reading and "3 réponses sur 4" in score.reading


def test_r03_a_half_shows_with_one_item_at_three() -> None:
    assert "phq2_positive" in findings({"phq4_sad": "nearly_every_day"})
    assert "gad2_positive" in findings({"phq4_worry": "nearly_every_day"})


def test_r04_no_reassurance_beside_an_alarm() -> None:
    calm = dict.fromkeys(TWELVE, "never")
    assert "str_phq4" in findings({**calm, "suicidal_history": ["no"], "violence_victim": "no"})
    for suicide, violence in ((["attempt"], "no"), ("skipped", "no"), ("prefer_not", "no"),
                              (["no"], "yes"), (["no"], "prefer_not")):  # fmt: skip
        said = {**calm, "suicidal_history": suicide, "violence_victim": violence}
        assert "str_phq4" not in findings(said)
    for violence in ("yes", "dont_know", "prefer_not"):
        assert "support_strength" not in findings(
            {"social_support": "yes", "violence_victim": violence}
        )


def test_r04_never_a_strength_of_a_theme_that_has_an_alarm() -> None:
    said = {"age": 62, **CALM, "tobacco_status": ["no"], "alcohol_statements":
            ["gt_10_drinks_per_week"], "fruit_veg": "at_least_5_portions_day"}  # fmt: skip
    made = restitution(said)
    assert "Cinq fruits et légumes par jour : bravo." in made.strengths
    assert not any("fumez" in each for each in made.strengths)


@pytest.mark.parametrize(
    "danger",
    [{"chest_pain_effort": "yes"}, {"leg_swelling": "yes", "breathless_vs_peers": "yes"}],
)
def test_r05_no_effort_for_a_heart_that_asks_for_help(danger: dict[str, Any]) -> None:
    quiet = ("inactive", "low_activity", "near_activity", "sitting_high", "sitting_and_inactive",
             "strength_balance_older", "msk_pain", "str_activity", "osteoarthritis")  # fmt: skip
    for how_often in ("never", "1_2_per_week", "3_4_per_week", "5_7_per_week"):
        said = {**MOVES, **danger, "physical_activity_freq": how_often,
                "personal_history": ["osteoarthritis_rheumatic"]}  # fmt: skip
        found = findings(said)
        assert not any(found[each].patient or found[each].step for each in quiet if each in found)
    made = restitution({"age": 64, **said, "priorities": ["eat_better_move_more"]})
    assert made.safety is not None
    assert "Pas d'effort" in "".join(made.safety.lines)
    assert "marche" not in everything(made) and "bougez" not in everything(made)


def test_r05_short_breath_alone_goes_gently() -> None:
    said = {"age": 62, "breathless_vs_peers": "yes", "physical_activity_freq": "never"}
    line, step = patient(said, "inactive"), findings(said)["inactive"].step
    assert line and "souffle" in line and "doucement" in line
    assert step and "marche" not in step


def test_r06_heavy_daily_drinkers_read_the_withdrawal_warning() -> None:
    warning = "Si vous buvez chaque jour, n'arrêtez pas d'un coup sans avis médical."
    assert warning in (patient(DAILY, "alcohol_over") or "")
    wish = {**DAILY, "sex": "woman", "child_project_5y": "yes"}
    for rule in ("alcohol_over", "child_project_risk"):
        assert warning in (patient(wish, rule) or "")


def test_r06_a_wish_for_a_child_means_no_alcohol_rather_than_two_glasses() -> None:
    line = patient({**OVER, "sex": "woman", "child_project_5y": "yes"}, "alcohol_over") or ""
    assert "zéro alcool dès l'arrêt de la contraception" in line and "2 verres" not in line


def test_r08_one_box_lists_every_danger_in_order() -> None:
    made = restitution({
        "age": 64, "sex": "man", "chest_pain_effort": "yes", **CALM,
        "suicidal_history": ["ideation"], "violence_victim": "yes",
    })  # fmt: skip
    assert made.safety is not None
    phones = [each.phone for each in made.safety.resources]
    assert phones[:5] == ["15", "112", "3114", "17", "114"]
    assert "116 006" in phones[5:]
    text = "\n".join(made.safety.lines)
    assert text.index("poitrine") < text.index("3114") < text.index("votre faute")
    assert made.strengths == () and made.first_step is None


def test_r09_nitrous_oxide_with_signs_is_urgent_today() -> None:
    gas = {"other_substances": ["nitrous_oxide"]}
    assert findings(gas)["nitrous_oxide"].severity == "high"
    signs = findings({**gas, "nitrous_follow_up": "yes"})["nitrous_oxide"]
    assert signs.severity == "urgent" and "aujourd'hui" in (signs.patient or "")
    assert signs.resources[0] == "samu_15" and "B12" in signs.practitioner
    assert findings({**gas, "nitrous_follow_up": "skipped"})["nitrous_oxide"].severity == "high"


def test_r10_chemical_submission_tells_what_the_clock_allows() -> None:
    recent = findings({"violence_victim": "dont_know", "chemical_recent": "yes"})
    line = recent["chemical_submission_recent"].patient or ""
    assert recent["chemical_submission_recent"].severity == "urgent"
    for words in ("15", "4 heures", "48 heures", "5 jours"):
        assert words in line
    past = patient({"chemical_recent": "no"}, "chemical_submission_past") or ""
    assert "cheveux" in past and "CRAFS" in past


@pytest.mark.parametrize(
    ("follow_up", "severity"),
    [("danger_now", "urgent"), ("afraid_sometimes", "urgent"), ("past", "high"),
     ("prefer_not", "high")],
)  # fmt: skip
def test_r11_violence_is_urgent_when_the_danger_is_now(follow_up: str, severity: str) -> None:
    said = {"violence_victim": "yes", "violence_follow_up": follow_up}
    assert findings(said)["violence_yes"].severity == severity


def test_r11_listening_lines_fit_the_person() -> None:
    yes = {"violence_victim": "yes"}
    assert "p3919" in resources({**yes, "sex": "woman"}, "violence_yes")
    man = resources({**yes, "sex": "man", "age": 48}, "violence_yes")
    assert "p3919" not in man and {"p116006", "police_17", "sms_114"} <= set(man)
    assert "p3133" in resources({**yes, "age": 63}, "violence_yes")
    assert "p119" in resources({**yes, "children_at_home": "yes"}, "violence_yes")
    now = {**yes, "violence_follow_up": "danger_now", "sex": "woman"}
    assert "p3919" in resources(now, "violence_yes")


@pytest.mark.parametrize(
    "beyond",
    [{"suicidal_history": ["ideation"]}, {"suicidal_history": ["attempt"]}, TWELVE,
     {"suicidal_history": "prefer_not"}],
)  # fmt: skip
def test_r12_short_therapy_is_not_offered_where_it_excludes(beyond: dict[str, Any]) -> None:
    said = {"personal_history": ["depression_anxiety_eating_disorder"], "caregiver_role": "yes",
            "social_support": "no", "occupation_status": "student",
            "phq4_sad": "nearly_every_day", **beyond}  # fmt: skip
    for found in findings(said).values():
        assert not {"mon_soutien_psy", "sante_psy_etudiant"} & set(found.resources), found.id
    assert {"p3114", "cmp"} <= set(resources(said, "history_depression_ed"))
    calm = {**said, **dict.fromkeys(TWELVE, "never"), "suicidal_history": ["no"]}
    assert "mon_soutien_psy" in resources(calm, "history_depression_ed")


def test_r21_words_typed_in_distress_reach_the_brief_and_the_person() -> None:
    words = (("suicide", "j'ai envie de mourir", "weight_kg", 1_795_000_000),)
    made = brief({"age": 48}, words)
    flag = next(each for each in made.urgent if each.id == "distress_words")
    assert flag.confidential and "weight_kg" in flag.note
    assert flag.answers[0].said == "j'ai envie de mourir"
    assert made.distress == (("suicide", "j'ai envie de mourir"),)
    read = restitution({"age": 48, "fruit_veg": "at_least_5_portions_day"}, words)
    assert read.safety is not None and "3114" in read.safety.lines[0]
    assert read.strengths == ()


def test_r21_pain_typed_by_a_younger_person_hides_effort_too() -> None:
    words = (("chest_pain", "j'ai mal dans la poitrine", "", 1_795_000_000),)
    said = {"age": 48, "physical_activity_freq": "never", "priorities": ["eat_better_move_more"]}
    read = restitution(said, words)
    assert read.safety is not None and read.safety.resources[0].phone == "15"
    assert "marche" not in everything(read)


def test_r31_severe_distress_has_a_way_out_and_asks_again() -> None:
    said = {**TWELVE, "suicidal_history": "skipped"}
    found = findings(said)["phq4_severe"]
    assert "15 ou 112" in (found.patient or "") and "3114" in (found.patient or "")
    assert found.severity == "urgent" and "décliné" in found.practitioner


def test_r39_alcohol_and_sleeping_pills() -> None:
    for other in (DAILY, OVER, {"other_substances": ["other_drugs"]}):
        found = findings({**PILLS, **other})["alcohol_sleeping_pills"]
        assert (found.severity, found.rule.theme) == ("high", "addictions")
        assert "danger" in (found.patient or "") and "coup" in (found.patient or "")
    assert rules().by_id["alcohol_sleeping_pills"].bands == ("18-25", "45-50", "60-65", "70-75")
    assert "alcohol_sleeping_pills" not in findings({**PILLS, "alcohol_statements": ["no_drink"]})


# -- B. Serious harm -----------------------------------------------------------------------


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
        assert hidden.strengths == ()


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
    assert grave(said) >= {"heart_failure_signs", "leg_clot_signs"}
