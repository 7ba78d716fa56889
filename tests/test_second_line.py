"""Tests a practitioner may go on with: which, for whom, by which name."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.errors import BadContent
from restitution import library
from tests.advising import brief, findings, rules

OURS = {"phq9", "gad7", "gds15", "scoff_f", "fagerstrom_6", "hsi_2_items", "cast", "audit_c",
        "face", "epices"}  # fmt: skip
LICENSED = {"stop_bang", "epworth", "mna_sf", "mini_zarit", "hhie_s", "grio_calcium"}
TWO_THREES = {"phq4_interest": "nearly_every_day"}


@pytest.mark.parametrize(
    ("said", "rule", "tests"),
    [
        ({"tobacco_status": ["smokes"]}, "smoker", ("fagerstrom_6", "hsi_2_items")),
        ({"tobacco_status": ["smokes", "vapes"]}, "dual_use", ("fagerstrom_6",)),
        ({"tobacco_status": ["vapes"]}, "vape_only", ()),
        ({"other_substances": ["cannabis"]}, "cannabis", ("cast",)),
        ({"other_substances": ["other_drugs"]}, "other_drugs", ()),
        ({"alcohol_statements": ["gt_10_drinks_per_week"]}, "alcohol_over", ("audit_c", "face")),
        ({"binge_drinking": "yes"}, "binge", ("audit_c", "face")),
        ({"alcohol_statements": "skipped"}, "alcohol_unclear", ("audit_c",)),
        ({"gambling_12m": "often"}, "gambling_often", ("icje_pgsi",)),
        ({"age": 20, **TWO_THREES}, "phq2_positive", ("phq9", "adrs")),
        ({"age": 21, **TWO_THREES}, "phq2_positive", ("phq9",)),
        ({"age": 59, **TWO_THREES}, "phq2_positive", ("phq9",)),
        ({"age": 60, **TWO_THREES}, "phq2_positive", ("phq9", "gds15")),
        ({"phq4_worry": "nearly_every_day"}, "gad2_positive", ("gad7",)),
        ({"suicidal_history": ["attempt"]}, "suicide_any", ("phq9",)),
        ({"food_dominant": "yes"}, "food_dominant", ("scoff_f",)),
        ({"age": 22, "weight_change_6m": "loss"}, "weight_loss", ("scoff_f",)),
        ({"age": 47, "weight_change_6m": "loss"}, "weight_loss", ()),
        ({"age": 22, "height_m": 1.7, "weight_kg": 50}, "bmi_low_adult", ("scoff_f",)),
        ({"age": 62, "height_m": 1.7, "weight_kg": 50}, "bmi_low_adult", ()),
        ({"social_support": "no"}, "no_support", ("epices",)),
        ({"single_parent": "yes"}, "single_parent", ("epices",)),
        ({"occupation_status": "job_seeking"}, "job_seeking", ("epices",)),
        ({"hard_living_work_conditions": "yes"}, "hard_conditions", ("epices",)),
        ({"contacts_6m": "no"}, "no_contact_6m", ("gds15",)),
        ({"age": 49, "vision_decline": "yes"}, "vision", ()),
        ({"age": 50, "vision_decline": "yes"}, "vision", ("amsler_grid",)),
        ({"age": 59, "hearing_decline": "yes"}, "hearing", ()),
        ({"age": 60, "hearing_decline": "yes"}, "hearing", ("hhie_s",)),
        ({"sex": "woman", "violence_victim": "yes"}, "violence_yes", ("wast",)),
        ({"sex": "man", "violence_victim": "yes"}, "violence_yes", ()),
        ({"sleep_apnoea_signs": "yes"}, "apnoea_signs", ("stop_bang", "epworth")),
    ],
)  # fmt: skip
def test_a_suggestion_fits_the_person(
    said: dict[str, Any], rule: str, tests: tuple[str, ...]
) -> None:
    assert findings(said)[rule].second_line == tests


def test_what_we_may_ask_ourselves_and_what_we_only_name() -> None:
    tests = rules().tests
    assert {each.id for each in tests.values() if each.ours} == OURS
    assert not any(tests[each].ours for each in LICENSED)
    assert all(each.source.name for each in tests.values())


def test_every_test_of_ours_is_suggested_by_some_rule() -> None:
    named = {test for rule in rules().rules for test in rule.second_line}
    named |= {t for rule in rules().rules for _, tests in rule.second_line_when for t in tests}
    assert named <= set(rules().tests)
    assert set(rules().tests) == named


def test_the_brief_carries_the_suggestion() -> None:
    made = brief({"age": 62, "tobacco_status": ["smokes"]})
    flag = next(each for each in made.flags if each.id == "smoker")
    assert flag.second_line == ("fagerstrom_6", "hsi_2_items")


def test_an_unknown_test_is_named(tmp_path: Path) -> None:
    made = tmp_path / "content"
    shutil.copytree(library.CONTENT, made, ignore=shutil.ignore_patterns("templates"))
    path = made / "advice" / "addictions.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[cast]", "[crystal_ball]", 1), encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        library.load(made)
    assert any("cannabis" in each and "crystal_ball" in each for each in caught.value.problems)
