"""Rules that follow the exact age and the sex: both sides of every boundary, whatever the band."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from tests.advising import answers, findings, position, rules
from tests.test_advice_properties import people

OLDEST = 95
LUNGS = {"personal_history": ["respiratory_disease"]}
PILLS = {"sleep_problems": ["takes_sleeping_pills"]}
FROM_TO: list[tuple[str, dict[str, Any], int, int]] = [
    ("hpv_no", {"hpv_vaccinated": "no"}, 18, 26),
    ("vaccine_mening", {}, 18, 24),
    ("vaccine_mmr", {}, 18, 46),
    ("vaccine_25", {}, 25, 44),
    ("vaccine_45", {}, 45, 64),
    ("vaccine_65", {}, 65, 69),
    ("vaccine_70", {}, 70, OLDEST),
    ("vaccine_rsv", {}, 75, OLDEST),
    ("vaccine_rsv", LUNGS, 65, OLDEST),
    ("cervix_25", {"sex": "woman", "cervical_smear_at_25": "no"}, 25, 29),
    ("cervix_late", {"sex": "woman", "cervical_screening": "never"}, 30, 65),
    ("colorectal_late", {"colorectal_screening": "never"}, 50, 74),
    ("breast_late", {"sex": "woman", "breast_screening": "never"}, 50, 74),
    ("screen_50", {"colorectal_or_breast_screening": "no"}, 50, OLDEST),
    ("screen_before_50", {"colorectal_or_breast_screening": "no", "family_history": "no",
                          "personal_history": ["none"], "weight_change_6m": "no"}, 18, 49),
    ("lung_pilot", {"tobacco_status": ["quit"]}, 50, 74),
    ("aaa", {"sex": "man", "tobacco_status": ["smokes"]}, 65, 75),
    ("aaa_family", {"sex": "man", "family_history": "yes"}, 50, 75),
    ("pulse_65", {}, 65, OLDEST),
    ("falls_ask", {}, 65, OLDEST),
    ("sleeping_pills_older", PILLS, 65, OLDEST),
    ("bmi_low_adult", {"height_m": 1.7, "weight_kg": 53}, 18, 69),
    ("bmi_low_70", {"height_m": 1.7, "weight_kg": 63}, 70, OLDEST),
    ("weight_loss", {"weight_change_6m": "loss"}, 18, 69),
    ("weight_loss_70", {"weight_change_6m": "loss"}, 70, OLDEST),
    ("bmi_low_loss_70", {"height_m": 1.7, "weight_kg": 57, "weight_change_6m": "loss"},
     70, OLDEST),
    ("dentist_no_young", {"dentist_12m": "no"}, 18, 24),
    ("living_alone_young", {"living_arrangement": "alone", "social_support": "no"}, 18, 25),
    ("chlamydia_young", {"sex": "woman", "sexual_situation": ["gt_1_partner_12m"]}, 18, 25),
    ("pregnancy_not_asked", {"sex": "woman"}, 18, 50),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "said", "first", "last"), FROM_TO, ids=[f"{r}-{a}-{z}" for r, _, a, z in FROM_TO]
)
def test_a_rule_begins_and_ends_at_its_age(
    rule: str, said: dict[str, Any], first: int, last: int
) -> None:
    one = rules().by_id[rule]
    ages = [age for age in range(18, OLDEST + 1) if one.when(answers({**said, "age": age})) is True]
    assert ages == list(range(first, last + 1))


def test_every_rule_with_an_age_is_in_the_table() -> None:
    """A rule that fires on one side of a birthday and not on the other has its row above."""
    named = {rule for rule, _, _, _ in FROM_TO}
    everything: dict[str, Any] = {}
    for _, said, _, _ in FROM_TO:
        everything |= said
    # Overweight and the breath screen have their own tables of scores.
    scored = {"copd_screen", "copd_screen_2", "bmi_overweight"}
    for said in ({}, {**everything, "sex": "woman"}, {**everything, "sex": "man"}):
        by_age = [set(findings({**said, "age": age})) for age in range(18, OLDEST + 1)]
        changed = {rule for one, next_ in pairwise(by_age) for rule in one ^ next_}
        assert changed - scored <= named


GRAVER: list[tuple[str, dict[str, Any], int, str, str]] = [
    ("family_history", {"family_history": "yes"}, 36, "info", "moderate"),
    ("family_history", {"family_history": "yes"}, 58, "moderate", "info"),
    ("menopause_already", {"menopause_discuss": "already_menopausal"}, 51, "moderate", "info"),
]


@pytest.mark.parametrize(("rule", "said", "age", "before", "after"), GRAVER)
def test_a_severity_changes_on_a_birthday(
    rule: str, said: dict[str, Any], age: int, before: str, after: str
) -> None:
    assert findings({**said, "age": age - 1})[rule].severity == before
    assert findings({**said, "age": age})[rule].severity == after


@pytest.mark.parametrize(
    ("rule", "said", "age", "before", "after"),
    [
        ("family_history", {"family_history": "yes"}, 36, "vos contrôles", "plus tôt"),
        ("family_history", {"family_history": "yes"}, 50, "plus tôt", "vos contrôles"),
        ("sti_never", {"sti_screening_ever": "no"}, 26, "Avant 26 ans", "à tout âge"),
        ("contraception_no", {"contraception_use": "no"}, 26, "gratuite", "plusieurs"),
        ("gynae_no", {"gynae_visit_12m": "no"}, 26, "Avant 26 ans", "peut faire le suivi"),
    ],
)
def test_words_change_on_a_birthday(
    rule: str, said: dict[str, Any], age: int, before: str, after: str
) -> None:
    assert before in (findings({**said, "age": age - 1})[rule].patient or "")
    now = findings({**said, "age": age})[rule].patient or ""
    assert after in now and before not in now


@pytest.mark.parametrize(
    ("rule", "body"), [("bmi_obesity", {"height_m": 1.7, "weight_kg": 95}),
                       ("bmi_overweight", {"height_m": 1.7, "weight_kg": 83})],
)  # fmt: skip
def test_nobody_reads_about_losing_weight_from_70(rule: str, body: dict[str, Any]) -> None:
    chose = {**body, "priorities": ["eat_better_move_more"]}
    assert findings({**chose, "age": 69})[rule].patient
    assert findings({**chose, "age": 70})[rule].patient is None


ORGANS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("cervix_25", {"age": 26, "cervical_smear_at_25": "no"}, {"woman", "other", "unsaid"}),
    ("cervix_late", {"age": 48, "cervical_screening": "never"}, {"woman", "other", "unsaid"}),
    ("cervix_late", {"age": 48, "cervical_screening": "gt_5y"},
     {"woman", "other", "unsaid", "man"}),
    ("cervix_late", {"age": 48, "cervical_screening": "not_concerned"}, set()),
    ("cervix_70_never", {"age": 72, "cervical_smear_ever": "no"}, {"woman", "other", "unsaid"}),
    ("breast_late", {"age": 62, "breast_screening": "never"}, {"woman", "other", "unsaid"}),
    ("breast_late", {"age": 62, "breast_screening": "gt_2y"},
     {"woman", "other", "unsaid", "man"}),
    ("gynae_no", {"gynae_visit_12m": "no"}, {"woman", "other", "unsaid"}),
    ("period_pain", {"period_pain_severe": "yes"}, {"woman", "other", "unsaid"}),
    ("contraception_no", {"contraception_use": "no"}, {"woman", "other", "unsaid"}),
    ("contraception_and_tobacco", {"contraception_use": "yes", "tobacco_status": ["smokes"]},
     {"woman", "other", "unsaid"}),
    ("menopause_yes", {"menopause_discuss": "yes"}, {"woman", "other", "unsaid"}),
    ("menopause_early", {"menopause_age": 38}, {"woman", "other", "unsaid"}),
    ("pregnancy_not_asked", {"age": 30}, {"woman", "other", "unsaid"}),
    ("chlamydia_young", {"age": 22, "sexual_situation": ["gt_1_partner_12m"]}, {"woman"}),
    ("aaa", {"age": 66, "tobacco_status": ["quit"]}, {"man"}),
    ("aaa_family", {"age": 66, "family_history": "yes"}, {"man"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "said", "sexes"), ORGANS)
def test_an_organ_is_never_guessed_from_a_sex_nobody_said(
    rule: str, said: dict[str, Any], sexes: set[str]
) -> None:
    told: dict[str, dict[str, Any]] = {
        "woman": {"sex": "woman"}, "man": {"sex": "man"}, "other": {"sex": "other"},
        "unsaid": {"sex": "prefer_not"},
    }  # fmt: skip
    assert {sex for sex, each in told.items() if rule in findings({**said, **each})} == sexes
    assert (rule in findings(said)) is ("unsaid" in sexes)


PAIRS = [("hpv_no", "hpv"), ("cervix_25", "cervix_25"), ("cervix_late", "cervix_30"),
         ("breast_late", "breast"), ("colorectal_late", "colorectal"), ("aaa", "aorta"),
         ("chlamydia_young", "chlamydia")]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(people())
def test_a_flag_and_the_list_of_what_is_due_never_disagree(said: dict[str, Any]) -> None:
    at = position(said)
    flags = {each.id for each in rules().find(at.questionnaire.band, at.answers)}
    dues = {each.id: each.status for each in rules().due(at.answers)}
    assert len(dues) == len(rules().due(at.answers))
    for rule, due in PAIRS:
        if rule in flags:
            assert dues.get(f"due_{due}") == "due", rule
        elif at.questionnaire.band in rules().by_id[rule].bands:
            assert dues.get(f"due_{due}") != "due", rule
