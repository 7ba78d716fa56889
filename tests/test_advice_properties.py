"""Whatever people answer: what a restitution and a brief always hold, and never hold."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as some

from flows.model import BANDS, NON_ANSWERS, Question
from restitution.brief import on_paper
from restitution.model import SEVERITIES, THEMES, Brief, Restitution
from tests.advising import CALM, brief, everything, position, restitution, rules, shelf

AGES = {"18-25": (18, 27), "45-50": (44, 56), "60-65": (59, 66), "70-75": (69, 80)}
PASSED = sorted(NON_ANSWERS)


def an_answer(question: Question) -> some.SearchStrategy[Any]:
    if question.kind == "number":
        low, high = question.low or 1, question.high or 120
        said: some.SearchStrategy[Any] = some.floats(low, high, allow_nan=False)
    elif question.kind == "text":
        said = some.sampled_from(["maladie de Crohn", "rien", "mon mari me frappe", "sommeil"])
    else:
        values = [option.value for option in question.options]
        said = some.sampled_from(values)
        if question.kind == "multiple":
            alone = [each.value for each in question.options if each.exclusive]
            several = some.lists(some.sampled_from(values), min_size=1, max_size=3, unique=True)
            said = several.map(lambda ticked: [e for e in ticked if e in alone][:1] or ticked)
    return some.one_of(said, said, said, some.sampled_from(PASSED), some.none())


@some.composite
def people(draw: some.DrawFn) -> dict[str, Any]:
    band = draw(some.sampled_from(BANDS))
    said: dict[str, Any] = {"age": draw(some.integers(*AGES[band])), "band_choice": "go_on"}
    for question in shelf().questionnaires[band].questions:
        if question.id in ("consent", "age", "age_exact", "band_choice"):
            continue
        value = draw(an_answer(question))
        if value is not None:
            said[question.id] = value
    if draw(some.booleans()):
        said["private_ready"] = "yes"
    return said


@settings(max_examples=80, deadline=None)
@given(people())
def test_a_restitution_always_keeps_its_promises(said: dict[str, Any]) -> None:
    made = restitution(said)
    found = rules().find(position(said).questionnaire.band, position(said).answers)
    urgent = [each for each in found if each.severity == "urgent"]
    assert len(made.advice) <= 3 and len(made.strengths) <= 3
    assert "%" not in everything(made).replace("100 % Santé", "")
    if urgent:
        assert made.safety is not None and made.safety.resources
        assert made.strengths == () and made.more == () and made.first_step is None
        for each in urgent:
            assert each.patient is None or each.patient in made.safety.lines
    else:
        assert made.strengths and made.first_step
    alarmed = {each.rule.theme for each in found if each.severity in ("urgent", "high")}
    praised = {each.rule.theme for each in found
               if each.severity == "strength" and each.patient in made.strengths}  # fmt: skip
    assert not alarmed & praised
    shown = [each.id for each in (*made.advice, *made.more)]
    assert len(shown) == len(set(shown))
    stops = {"chest_pain", "heart_failure_signs"} & {each.id for each in found}
    if stops:
        effort = {rule.id for rule in rules().rules if "effort" in rule.tags}
        assert not effort & set(shown)
    assert msgspec.json.decode(msgspec.json.encode(made), type=Restitution) == made


@settings(max_examples=80, deadline=None)
@given(people())
def test_a_brief_always_keeps_its_promises(said: dict[str, Any]) -> None:
    made = brief(said)
    assert msgspec.json.decode(msgspec.json.encode(made), type=Brief) == made
    assert {each.id for each in made.urgent} <= {each.id for each in made.flags}
    assert all(each.severity in SEVERITIES and each.theme in THEMES for each in made.flags)
    for flag in (*made.flags, *made.strengths):
        assert all(each.status != "not_asked" for each in flag.answers)
        assert flag.source.name and flag.note
    for score in made.scores:
        assert (score.value is None) or score.answered == score.total
        assert score.value is None or score.at_least is None
    text = repr(on_paper(made)).lower()
    for trace in ("suicid", "violenc", "3114", "3919", "3133", "116 006", "frappe", "wast"):
        assert trace not in text


@settings(max_examples=60, deadline=None)
@given(people(), some.data())
def test_skipping_an_answer_never_praises(said: dict[str, Any], data: some.DataObject) -> None:
    """A strength rests on what was said: taking answers away adds none."""
    band = position(said).questionnaire.band
    before = {each.id for each in rules().find(band, position(said).answers)
              if each.severity == "strength"}  # fmt: skip
    dropped = data.draw(some.sets(some.sampled_from(sorted(said)))) - {"age", "band_choice"}
    # A question that decides whether another is asked would change what is asked, not only said.
    dropped -= {"private_ready", "helped", "sex", "tobacco_status"}
    fewer = {key: "skipped" if key in dropped else each for key, each in said.items()}
    after = {each.id for each in rules().find(band, position(fewer).answers)
             if each.severity == "strength"}  # fmt: skip
    assert after <= before


def test_calm_answers_alone_raise_nothing() -> None:
    made = brief({"age": 48, **CALM})
    assert {each.severity for each in made.flags} <= {"info"}


def test_who_may_not_answer_still_reads_something_kind() -> None:
    made = restitution({"age": 16})
    assert (made.band, made.advice, made.safety) == ("", (), None)
    assert made.strengths and made.bring and made.book
