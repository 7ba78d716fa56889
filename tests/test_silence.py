"""What is not said: it switches no alarm off, sets none on, and is never taken for « no »."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from flows.model import BANDS, Answers
from restitution.rules import Rule, evaluate
from tests.advising import answers, position, rules, shelf
from tests.test_advice_properties import people
from tests.test_rules import CASES

PASSED = ("skipped", "prefer_not", "dont_understand")
AGES = {"age", "age_exact"}
FREE_TEXT = {"ibd_written"}
"""Words nobody wrote say nothing, but they are not an answer either: the box beside them counts."""
ABOUT_SILENCE = {"alcohol_unclear", "private_declined", "adl_blank"}
CHOICE = {"priority_topic"}
"""Choosing nothing to talk about is a choice."""
ALARMS = [
    rule for rule in rules().rules if rule.severity in ("urgent", "high") or rule.severity_when
]


@pytest.mark.parametrize("rule", [each for each in CASES if each not in FREE_TEXT])
def test_a_rule_stays_undecided_until_something_is_said(rule: str) -> None:
    assert rules().by_id[rule].when(Answers()) is None


@pytest.mark.parametrize("rule", [each for each in CASES if each not in FREE_TEXT | CHOICE])
@pytest.mark.parametrize("passed", PASSED)
def test_one_answer_passed_never_becomes_a_no(rule: str, passed: str) -> None:
    fires = answers(CASES[rule]["fires"])
    for question in fires:
        fewer = Answers({**fires, question: passed})
        assert rules().by_id[rule].when(fewer) is not False, question


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("passed", PASSED)
def test_what_sets_a_rule_off_is_enough_when_all_the_rest_is_passed(rule: str, passed: str) -> None:
    one, said = rules().by_id[rule], CASES[rule]["fires"]
    alone = evaluate([one], answers(said))[0]
    for band in one.bands:
        rest = {q.id: passed for q in shelf().questionnaires[band].questions if q.id not in AGES}
        found = evaluate([one], Answers({**rest, **answers(said)}))
        assert found and found[0].severity == alone.severity, band
        assert bool(found[0].patient) == bool(alone.patient), band


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("passed", PASSED)
def test_passing_everything_is_no_alarm_and_no_praise(band: str, passed: str) -> None:
    questions = shelf().questionnaires[band].questions  # type: ignore[index]
    everything = Answers({each.id: passed for each in questions})
    assert {each.id for each in rules().find(band, everything)} <= ABOUT_SILENCE  # type: ignore[arg-type]


def verdict(rule: Rule, said: dict[str, Any]) -> bool | None:
    return rule.when(answers(said))


@settings(max_examples=60, deadline=None)
@given(people(), some.data())
def test_no_alarm_is_ruled_out_by_passing_an_answer(
    said: dict[str, Any], data: some.DataObject
) -> None:
    """An alarm that holds with an answer is at least undecided without it, never false."""
    dropped = data.draw(some.sets(some.sampled_from(sorted(said)))) - AGES
    fewer = {key: "skipped" if key in dropped else each for key, each in said.items()}
    for rule in ALARMS:
        if rule.id not in FREE_TEXT and verdict(rule, said) is True:
            assert verdict(rule, fewer) is not False, (rule.id, dropped)


@settings(max_examples=60, deadline=None)
@given(people(), some.data())
def test_passing_other_questions_switches_no_alarm_off(
    said: dict[str, Any], data: some.DataObject
) -> None:
    """Through the whole questionnaire: only the answers a rule looks at count for it."""
    band, known = position(said).questionnaire.band, position(said).answers
    found = [each for each in rules().find(band, known) if each.severity in ("urgent", "high")]
    dropped = data.draw(some.sets(some.sampled_from(sorted(known)))) - AGES
    after = Answers({k: "skipped" if k in dropped else v for k, v in known.items()})
    still = {each.id for each in rules().find(band, after)}
    for each in found:
        causes = {*each.rule.items, *each.rule.quoted, "sex", "priorities", "sleep_duration",
                  "sleep_problems", "social_support", "phq4_sad", "phq4_interest", "phq4_worry",
                  "phq4_nervous"}  # fmt: skip
        assert each.id in still or dropped & causes, (each.id, dropped)
