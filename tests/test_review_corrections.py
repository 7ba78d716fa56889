"""The clinical review's corrections that could cost a life (A), in its own numbering.

Where a rule and the review disagree, the review wins; these tests are what keeps it so.
The others stand in `test_review_harm.py` (B) and `test_review_wording.py` (C, D).
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.advising import (
    CALM,
    brief,
    everything,
    findings,
    patient,
    resources,
    restitution,
    rules,
    shelf,
)

OVER = {"alcohol_statements": ["gt_10_drinks_per_week"]}
DAILY = {"alcohol_statements": ["gt_2_drinks_per_day"]}
PILLS = {"sleep_problems": ["takes_sleeping_pills"]}
MOVES = {"physical_activity_freq": "never", "sitting_time": "gt_7h", "msk_pain_12m": "yes"}
TWELVE = {f"phq4_{each}": "nearly_every_day" for each in ("nervous", "worry", "interest", "sad")}


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
