"""Vaccines and screenings by exact age, both sides of every boundary: due, to ask, or to check.

Calendar of 2026 as read in `rules.yaml` of the reference; sources stand in the content files.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.advising import answers, brief, rules

WELL = {"vaccines_up_to_date": "yes"}
LATE = {"vaccines_up_to_date": "no"}
LUNGS = {"personal_history": ["respiratory_disease"]}
CROHN = {"personal_history": ["inflammatory_bowel_disease"]}
WOMAN = {"sex": "woman"}
MAN = {"sex": "man"}


def due(said: dict[str, Any]) -> dict[str, str]:
    """Id without its prefix → due, to_ask or to_check."""
    return {each.id.removeprefix("due_"): each.status for each in rules().due(answers(said))}


# Vaccine or screening → what was said beside the age, first and last age at which it is listed.
AGES: list[tuple[str, dict[str, Any], int, int]] = [
    ("hpv", {"hpv_vaccinated": "no"}, 18, 26),
    ("mening", LATE, 18, 24),
    ("mmr", LATE, 18, 46),
    ("dtcap_25", LATE, 25, 44),
    ("dtp_45", LATE, 45, 64),
    ("dtcap_65", LATE, 65, 74),
    ("dtcap_75", LATE, 75, 90),
    ("flu_covid", LATE, 65, 90),
    ("pneumococcus", LATE, 65, 90),
    ("zoster", LATE, 65, 90),
    ("rsv", LATE, 75, 90),
    ("rsv", {**LATE, **LUNGS}, 65, 90),
    ("flu_risk", {**LATE, **LUNGS}, 18, 64),
    ("flu_risk", {**LATE, "height_m": 1.7, "weight_kg": 116}, 18, 64),
    ("cervix_25", {**WOMAN, "cervical_smear_at_25": "no"}, 25, 29),
    ("cervix_30", {**WOMAN, "cervical_screening": "never"}, 30, 65),
    ("breast", {**WOMAN, "breast_screening": "gt_2y"}, 50, 74),
    ("colorectal", {"colorectal_screening": "never"}, 50, 74),
    ("hiv", {"sti_screening_ever": "no"}, 18, 70),
    ("chlamydia", {**WOMAN, "sexual_situation": ["sex_12m_none_of_these"]}, 18, 25),
    ("aorta", {**MAN, "tobacco_status": ["quit"]}, 65, 75),
]


@pytest.mark.parametrize(
    ("name", "said", "first", "last"), AGES, ids=[f"{n}-{a}-{z}" for n, _, a, z in AGES]
)
def test_an_age_begins_and_ends(name: str, said: dict[str, Any], first: int, last: int) -> None:
    ages = [age for age in range(18, 91) if due({**said, "age": age}).get(name) == "due"]
    assert ages == list(range(first, last + 1))


def test_a_birthday_ends_nothing_before_its_day() -> None:
    """At 26 and a half one is still 26; an age in months changes no boundary."""
    for name, said, _, last in AGES:
        if last < 90:
            assert name in due({**said, "age": last + 0.99}), name
            assert name not in due({**said, "age": last + 1}), name


# A band tapped without an exact age: only what holds at every age of the band.
TAPPED: list[tuple[str, set[str], set[str]]] = [
    ("18-25", {"hpv", "mmr"}, {"mening", "dtcap_25", "cervix_25"}),
    ("45-50", {"dtp_45", "cervix_30"}, {"mmr", "breast", "colorectal"}),
    ("60-65", {"breast", "colorectal"}, {"flu_covid", "dtcap_65", "zoster", "aorta"}),
    ("70-75", {"flu_covid", "pneumococcus", "zoster"}, {"rsv", "dtcap_75", "breast"}),
]


@pytest.mark.parametrize(("band", "sure", "open_"), TAPPED, ids=[band for band, _, _ in TAPPED])
def test_an_age_group_alone_decides_only_what_is_sure(
    band: str, sure: set[str], open_: set[str]
) -> None:
    found = set(due({"age": band, "age_exact": "skipped", "sex": "woman"}))
    assert sure <= found and not open_ & found


@pytest.mark.parametrize("sex", ["woman", "man", "other", None])
@pytest.mark.parametrize(
    ("age", "organs"), [(25, {"cervix_25"}), (30, {"cervix_30"}), (50, {"cervix_30", "breast"}),
                        (65, {"cervix_30", "breast"}), (66, {"breast"}), (75, set())],
)  # fmt: skip
def test_organs_by_sex_and_age_when_nothing_else_was_said(
    sex: str | None, age: int, organs: set[str]
) -> None:
    """Nobody but a man is ruled out, and nothing is said to be late: it is asked."""
    found = due({"age": age, **({"sex": sex} if sex else {})})
    listed = {each for each in found if each.split("_")[0] in ("cervix", "breast")}
    assert listed == (set() if sex == "man" else organs)
    assert {found[each] for each in listed} <= {"to_ask"}


def test_an_answer_shows_the_organ_whatever_the_sex() -> None:
    assert due({**MAN, "age": 48, "cervical_screening": "gt_5y"})["cervix_30"] == "due"
    assert "cervix_30" not in due({**MAN, "age": 48, "cervical_screening": "never"})
    assert "cervix_30" not in due({**WOMAN, "age": 48, "cervical_screening": "not_concerned"})
    assert "breast" not in due({**WOMAN, "age": 62, "breast_screening": "not_concerned"})
    assert due({"sex": "other", "age": 62, "breast_screening": "never"})["breast"] == "due"


# What was said → status (None: not listed), for a woman of 62 unless told otherwise.
SAID: list[tuple[dict[str, Any], str, str | None]] = [
    ({"breast_screening": "lt_2y"}, "breast", None),
    ({"breast_screening": "gt_2y"}, "breast", "due"),
    ({"breast_screening": "dont_know"}, "breast", "due"),
    ({"breast_screening": "skipped"}, "breast", "to_ask"),
    ({"breast_screening": "prefer_not"}, "breast", "to_ask"),
    ({}, "breast", "to_ask"),
    ({"colorectal_screening": "lt_2y"}, "colorectal", None),
    ({"colorectal_screening": "never"}, "colorectal", "due"),
    ({"colorectal_screening": "skipped"}, "colorectal", "to_ask"),
    ({"cervical_screening": "lt_5y"}, "cervix_30", None),
    ({"cervical_screening": "dont_understand"}, "cervix_30", "to_ask"),
    ({"age": 50, "colorectal_or_breast_screening": "no"}, "breast", "due"),
    ({"age": 50, "colorectal_or_breast_screening": "no"}, "colorectal", "due"),
    ({"age": 50, "colorectal_or_breast_screening": "yes"}, "colorectal", "to_ask"),
    ({"age": 50, "colorectal_or_breast_screening": "yes", "screening_which": ["breast"]},
     "colorectal", "due"),
    ({"age": 50, "colorectal_or_breast_screening": "yes", "screening_which": ["breast"]},
     "breast", "to_check"),
    ({"age": 50, "colorectal_or_breast_screening": "yes", "screening_which": ["colorectal"]},
     "breast", "due"),
    ({"age": 50, "colorectal_or_breast_screening": "yes",
      "screening_which": ["colorectal", "breast"]}, "colorectal", "to_check"),
    ({"age": 32}, "cervix_30", "to_ask"),
    ({"age": 26, "cervical_smear_at_25": "yes"}, "cervix_25", "to_check"),
    ({"age": 26, "hpv_vaccinated": "yes"}, "hpv", None),
    ({"age": 26, "hpv_vaccinated": "dont_know"}, "hpv", "due"),
    ({"age": 26, "hpv_vaccinated": "skipped"}, "hpv", "to_ask"),
    ({"age": 66, **WELL}, "flu_covid", "to_check"),
    ({"age": 66, "vaccines_up_to_date": "dont_know"}, "flu_covid", "due"),
    ({"age": 66, "vaccines_up_to_date": "skipped"}, "flu_covid", "to_ask"),
    ({"age": 66}, "zoster", "to_ask"),
    ({"sexual_situation": ["not_concerned"]}, "hiv", None),
    ({"sexual_situation": ["sex_12m_none_of_these"]}, "hiv", "to_ask"),
    ({"sexual_situation": ["gt_1_partner_12m"]}, "hiv", "due"),
    ({"age": 22, "sti_screening_ever": "yes", "sexual_situation": ["sex_12m_none_of_these"]},
     "hiv", "to_check"),
    ({"age": 22, "sti_screening_ever": "yes", "sexual_situation": ["partner_sti_12m"]},
     "hiv", "due"),
    ({"age": 22, "sexual_situation": "prefer_not"}, "chlamydia", "to_ask"),
    ({"age": 22, "sexual_situation": ["not_concerned"]}, "chlamydia", None),
    ({"age": 66, **MAN}, "aorta", "to_ask"),
    ({"age": 66, **MAN, "tobacco_status": ["no"]}, "aorta", None),
    ({"age": 66, **MAN, "tobacco_status": ["vapes", "quit"]}, "aorta", "due"),
    ({"personal_history": ["hypertension_diabetes_cholesterol"]}, "flu_diabetes", "to_ask"),
    ({"personal_history": ["hypertension_diabetes_cholesterol"]}, "flu_risk", None),
    ({"age": 22, "personal_history": ["diabetes"], **LATE}, "flu_risk", "due"),
    ({"height_m": 1.7, "weight_kg": 115}, "flu_risk", None),
]  # fmt: skip


@pytest.mark.parametrize(("said", "name", "status"), SAID)
def test_silence_is_neither_no_nor_done(
    said: dict[str, Any], name: str, status: str | None
) -> None:
    assert due({"age": 62, **WOMAN, **said}).get(name) == status


@pytest.mark.parametrize("age", [50, 62, 74])
@pytest.mark.parametrize("told", [CROHN, {"personal_history_other": "une rectocolite"}])
def test_a_bowel_disease_means_the_specialist_at_any_age(age: int, told: dict[str, Any]) -> None:
    found = due({"age": age, **told, "colorectal_screening": "never"})
    assert found["colonoscopy"] == "due" and "colorectal" not in found


def test_words_follow_family_cancer_and_weight() -> None:
    said = {"age": 62, **WOMAN, "colorectal_screening": "never", "breast_screening": "never"}

    def text(more: dict[str, Any], name: str) -> str:
        found = {each.id: each.text for each in rules().due(answers({**said, **more}))}
        return found[f"due_{name}"]

    assert text({}, "colorectal") == "Intestin : test immunologique tous les 2 ans"
    assert "avis médical avant" in text({"weight_change_6m": "loss"}, "colorectal")
    assert "suivi du cancer" in text({"personal_history": ["cancer"]}, "colorectal")
    assert "coloscopie ?" in text({"family_history": "yes"}, "colorectal")
    assert "ovaire" in text({"family_history": "yes"}, "breast")
    assert text({"breast_screening": "skipped"}, "breast").endswith("(à demander)")
    assert "3 ans sous immunosuppresseur" in text({**CROHN, "cervical_screening": "never"},
                                                  "cervix_30")  # fmt: skip


def test_the_brief_lists_what_is_due_before_what_is_to_ask() -> None:
    made = brief({"age": 66, **WOMAN, "colorectal_screening": "never", "breast_screening": "lt_2y",
                  **WELL})  # fmt: skip
    statuses = [each.status for each in made.due]
    assert statuses == sorted(statuses, key=("due", "to_ask", "to_check").index)
    assert made.due[0].id == "due_colorectal"


def test_every_due_line_has_an_honest_source() -> None:
    for rule in rules().dues:
        source = rule.due.source
        assert source.name and (source.seen or source.status == "to_verify"), rule.due.id
