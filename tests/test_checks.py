"""Answers that contradict each other: asked again once and gently, then told; nobody is blocked."""

from __future__ import annotations

import re
from typing import Any

import pytest

from restitution.checks import CHECKS, contradictions
from tests import advising
from tests.serving import Patient, serving, usual

CASES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "body_size": (
        [{"height_m": 1.3, "weight_kg": 58}, {"height_m": 1.39}, {"height_m": 2.11},
         {"height_m": 1.8, "weight_kg": 41}, {"height_m": 1.5, "weight_kg": 136}],
        [{"height_m": 1.4, "weight_kg": 58}, {"height_m": 1.8, "weight_kg": 43},
         {"height_m": 1.5, "weight_kg": 135}, {"weight_kg": 58}, {"height_m": "not_usable"},
         {"height_m": "prefer_not", "weight_kg": 300}],
    ),
    "cough_without_cough": (
        [{"daily_cough": "no", "productive_cough": "yes"}],
        [{"daily_cough": "yes", "productive_cough": "yes"}, {"productive_cough": "yes"},
         {"daily_cough": "skipped", "productive_cough": "yes"}],
    ),
    "screens_without_sitting": (
        [{"sitting_time": "lt_2h", "screen_time": "gt_4h"}],
        [{"sitting_time": "lt_2h", "screen_time": "2_to_4h"},
         {"sitting_time": "2_to_4h", "screen_time": "gt_4h"},
         {"sitting_time": "dont_know", "screen_time": "gt_4h"}],
    ),
    "menopause_after_now": (
        [{"age_exact": 62, "menopause_age": 63}],
        [{"age_exact": 62, "menopause_age": 62}, {"menopause_age": 63},
         {"age_exact": 62, "menopause_age": "prefer_not"}],
    ),
    "gestures_or_abilities": (
        [{"adl_difficulty": ["bed_transfer", "toilet", "washing", "dressing", "eating_drinking",
                             "walking"], "physical_activity_freq": "5_7_per_week"}],
        [{"adl_difficulty": ["walking"], "physical_activity_freq": "5_7_per_week"},
         {"adl_difficulty": ["none"], "physical_activity_freq": "5_7_per_week"}],
    ),
    "walks_and_moves": (
        [{"adl_difficulty": ["walking"], "physical_activity_freq": "5_7_per_week"}],
        [{"adl_difficulty": ["walking"], "physical_activity_freq": "1_2_per_week"},
         {"adl_difficulty": ["transport"], "physical_activity_freq": "5_7_per_week"}],
    ),
    "treated_without_illness": (
        [{"personal_history": ["none"], "current_treatment": "yes"}],
        [{"personal_history": ["none"], "current_treatment": "no"},
         {"personal_history": ["cancer"], "current_treatment": "yes"},
         {"personal_history": ["none"], "current_treatment": "yes", "contraception_use": "yes"},
         {"personal_history": "skipped", "current_treatment": "yes"}],
    ),
    "supported_without_contact": (
        [{"social_support": "yes", "contacts_6m": "no"}],
        [{"social_support": "no", "contacts_6m": "no"}, {"contacts_6m": "no"}],
    ),
    "single_parent_in_couple": (
        [{"living_arrangement": "as_couple", "single_parent": "yes"}],
        [{"living_arrangement": "with_parents", "single_parent": "yes"}],
    ),
    "tested_without_sample": (
        [{"last_lab_test": "never", "sti_screening_ever": "yes"}],
        [{"last_lab_test": "gt_6m", "sti_screening_ever": "yes"},
         {"last_lab_test": "never", "sti_screening_ever": "dont_know"}],
    ),
    "mammogram_of_a_man": (
        [{"sex": "man", "screening_which": ["colorectal", "breast"]}],
        [{"sex": "man", "screening_which": ["colorectal"]},
         {"sex": "other", "screening_which": ["breast"]}, {"screening_which": ["breast"]}],
    ),
    "sleeps_well_with_pills": (
        [{"sleep_problems": ["no", "takes_sleeping_pills"]}],
        [{"sleep_problems": ["often", "takes_sleeping_pills"]}, {"sleep_problems": ["no"]}],
    ),
    "smokes_and_stopped": (
        [{"tobacco_status": ["smokes", "quit"]}],
        [{"tobacco_status": ["smokes"]}, {"tobacco_status": ["quit", "vapes"]}],
    ),
    "wants_to_smoke_less": (
        [{"tobacco_status": ["no"], "priorities": ["reduce_stop_tobacco"]}],
        [{"tobacco_status": ["smokes"], "priorities": ["reduce_stop_tobacco"]},
         {"tobacco_status": "prefer_not", "priorities": ["reduce_stop_tobacco"]}],
    ),
    "wants_to_drink_less": (
        [{"alcohol_statements": ["no_drink"], "priorities": ["reduce_stop_alcohol"]}],
        [{"alcohol_statements": ["none_of_these"], "priorities": ["reduce_stop_alcohol"]}],
    ),
    "wants_fewer_screens": (
        [{"screen_time": "lt_1h", "priorities": ["less_screen"]}],
        [{"screen_time": "1_to_2h", "priorities": ["less_screen"]}],
    ),
    "wants_to_sleep_better": (
        [{"sleep_problems": ["no"], "priorities": ["sleep_better"]}],
        [{"sleep_problems": ["sometimes"], "priorities": ["sleep_better"]},
         {"sleep_problems": ["no", "takes_sleeping_pills"], "priorities": ["sleep_better"]}],
    ),
    "never_smoked_but_stopped": (
        [{"tobacco_status": ["no"], "smoking_quit_since": "1_to_5y"}],
        [{"tobacco_status": ["quit"], "smoking_quit_since": "1_to_5y"},
         {"tobacco_status": ["no"], "smoking_quit_since": "skipped"}],
    ),
    "binge_without_alcohol": (
        [{"alcohol_statements": ["no_drink"], "binge_drinking": "yes"}],
        [{"alcohol_statements": ["none_of_these"], "binge_drinking": "yes"},
         {"alcohol_statements": "prefer_not", "binge_drinking": "yes"}],
    ),
    "single_parent_without_child": (
        [{"has_children": "no", "single_parent": "yes"},
         {"children_at_home": "no", "single_parent": "yes"}],
        [{"has_children": "yes", "single_parent": "yes"}, {"single_parent": "yes"}],
    ),
    "screening_not_done_but_named": (
        [{"colorectal_or_breast_screening": "no", "screening_which": ["colorectal"]}],
        [{"colorectal_or_breast_screening": "yes", "screening_which": ["colorectal"]}],
    ),
}  # fmt: skip
"""Check → answers that contradict each other, answers that do not."""


def ids(said: dict[str, Any]) -> set[str]:
    return {each.id for each in contradictions(advising.answers(said))}


def test_every_check_has_its_cases():
    assert set(CASES) == {each.id for each in CHECKS}
    assert len(CHECKS) == len({each.id for each in CHECKS})


@pytest.mark.parametrize("check", CASES)
def test_a_contradiction_is_seen_and_nothing_else(check):
    odd, fine = CASES[check]
    assert all(check in ids(each) for each in odd)
    assert not [each for each in fine if check in ids(each)]


@pytest.mark.parametrize("check", CASES)
def test_silence_contradicts_nothing(check):
    """Each answer left out or declined in turn: no doubt is raised about what was not said."""
    items = next(each.items for each in CHECKS if each.id == check)
    for unsaid in ("skipped", "prefer_not", "dont_understand"):
        assert check not in ids(dict.fromkeys(items, unsaid))
    assert contradictions(advising.answers({})) == ()


def test_nothing_delicate_is_ever_asked_again():
    asked = {each for check in CHECKS if check.spoken for each in check.items}
    delicate = {
        it.id
        for band in advising.shelf().questionnaires.values()
        for it in band.questions
        if it.private or it.theme in ("addictions", "mental_health", "sexual_health")
    }  # fmt: skip
    assert not asked & delicate


def test_every_question_named_exists_somewhere():
    known = set(advising.shelf().questions)
    assert {each for check in CHECKS for each in check.items} <= known


@pytest.mark.parametrize("check", [each.id for each in CHECKS if each.note])
def test_notes_are_short_and_ask_rather_than_accuse(check):
    note = next(each.note for each in CHECKS if each.id == check)
    assert len(note) <= 100 and note.endswith((".", "?"))
    assert not re.search(r"\b(?:ment|faux|fausse|erreur|incohéren\w+)\b", note.lower())


def test_the_practitioner_gets_a_note():
    brief = advising.brief({"age": 47.0, "height_m": 1.3, "weight_kg": 58.0})
    assert "Taille ou poids déclarés peu vraisemblables : à mesurer." in brief.notes
    calm = advising.brief({"age": 47.0, "height_m": 1.7, "weight_kg": 58.0})
    assert not any("vraisemblables" in each for each in calm.notes)


async def summary(tmp_path, said: dict[str, Any]) -> tuple[str, Any]:
    async with serving(tmp_path) as service:
        patient = Patient(service)
        await patient.begin()
        while patient.reply.waiting not in (None, "check_answers"):
            waiting = patient.reply.waiting
            typed = waiting in ("age", "age_exact", "height_m", "weight_kg")
            await patient.say(said.get(waiting, usual(waiting)), None if typed else waiting)
        shown = patient.text
        await patient.answer({})
        return shown, patient.reply


async def test_a_person_is_asked_once_and_goes_on_whatever_they_answer(tmp_path):
    said = {"age": "47", "height_m": "1,30", "weight_kg": "58", "daily_cough": "no",
            "productive_cough": "yes"}  # fmt: skip
    shown, reply = await summary(tmp_path, said)
    assert shown.count("Ai-je bien compris ?") == 1
    assert "Combien mesurez-vous ? 1,30 m · Combien pesez-vous ? 58 kg\n" in shown
    assert reply.finished and reply.code


@pytest.mark.parametrize(
    "said",
    [{"age": "47", "tobacco_status": "no", "priorities": "reduce_stop_tobacco"},
     {"age": "47", "height_m": "1,70", "weight_kg": "58"}],
)  # fmt: skip
async def test_nothing_is_asked_about_tobacco_or_where_all_is_well(tmp_path, said):
    shown, _ = await summary(tmp_path, said)
    assert "Vérifiez vos réponses" in shown and "Ai-je bien compris" not in shown
