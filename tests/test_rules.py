"""Every rule fires and stays silent; its words are plain; broken files are all named at once."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.errors import BadContent
from flows.files import read_yaml
from flows.model import BANDS, Answers
from restitution import library
from restitution.model import THEMES
from restitution.phrases import PHRASES
from restitution.rules import Rule, evaluate
from tests.advising import answers, brief, rules, shelf

CASES: dict[str, dict[str, Any]] = read_yaml(Path(__file__).parent / "cases" / "rules.yaml")


def only(rule: str, said: dict[str, Any]) -> bool:
    return bool(evaluate([rules().by_id[rule]], answers(said)))


def test_every_rule_has_its_case() -> None:
    assert set(CASES) == {rule.id for rule in rules().rules if not rule.spoken}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_fires_and_stays_silent(rule: str) -> None:
    assert only(rule, CASES[rule]["fires"])
    assert not only(rule, CASES[rule]["silent"])


@pytest.mark.parametrize("rule", CASES)
def test_the_cases_could_be_said(rule: str) -> None:
    """Values exist in a band of the rule: a typo would make a rule silent for no reason."""
    for said in CASES[rule].values():
        for question, value in answers(said).items():
            found = [
                each for band in BANDS if (each := shelf().questionnaires[band].find(question))
            ]
            assert found, question
            if isinstance(value, tuple):
                assert any(each.values.issuperset(value) for each in found), (question, value)


def test_silence_sets_nothing_off() -> None:
    assert evaluate(rules().rules, Answers()) == ()


@pytest.mark.parametrize("unsaid", ["skipped", "prefer_not", "dont_understand"])
def test_a_non_answer_is_no_signal(unsaid: str) -> None:
    """Only the rules about non-answers themselves, which the patient never reads."""
    for band in BANDS:
        everything = Answers({each.id: unsaid for each in shelf().questionnaires[band].questions})
        found = evaluate(rules().by_band[band], everything)
        assert {each.id for each in found} <= {"alcohol_unclear", "private_declined", "adl_blank"}
        assert not any(each.patient for each in found)


@pytest.mark.parametrize("band", BANDS)
def test_a_rule_looks_at_questions_its_bands_ask(band: str) -> None:
    questionnaire = shelf().questionnaires[band]  # type: ignore[index]
    for rule in rules().by_band[band]:
        asked = [each for each in rule.items if questionnaire.find(each)]
        assert asked or not rule.items, rule.id


def test_each_theme_has_rules_and_the_version_is_known() -> None:
    assert {rule.theme for rule in rules().rules} == set(THEMES)
    assert re.fullmatch(r"2026\.1-[0-9a-f]{8}", rules().version)


def test_sources_are_honest() -> None:
    for rule in rules().rules:
        assert rule.source.name and rule.review in ("to_verify", "drafted", "checked"), rule.id
        if rule.source.seen is None:
            assert rule.source.status == "to_verify", rule.id


# -- words ---------------------------------------------------------------------------------

BANNED = re.compile(
    r"%|\bscores?\b|diagnosti|d[ée]press|anxi[ée]|trouble|patholog|ob[ée]s|surpoids|d[ée]nutri"
    r"|addict|d[ée]pendan|alcooli(?:que|sme)|d[ée]men|alzheimer|bpco|insuffisan|embolie|phl[ée]bite"
    r"|infarct|an[ée]vrisme|vous devez|il faut|·|quelques kilos|syndrome|\brisque relatif",
    re.IGNORECASE,
)


def patient_lines() -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for rule in rules().rules:
        texts = [rule.patient, rule.step, *(each.patient for each in rule.variants),
                 *(each.step for each in rule.variants)]  # fmt: skip
        lines += [(rule.id, text) for text in texts if text]
    return lines + [("phrase", text) for text in PHRASES.values()]


def words(text: str) -> list[str]:
    return re.findall(r"[\w]+(?:['’-][\w]+)*", text)


def test_patient_lines_are_plain() -> None:
    for rule, line in patient_lines():
        assert not BANNED.search(line), (rule, line)
        assert len(words(line)) <= 45, (rule, line)
        long = [each for each in re.split(r"(?<=[.!?])\s", line) if len(words(each)) > 20]
        assert long == [], rule


def test_patient_lines_stay_short_on_the_whole() -> None:
    lines = [text for _, text in patient_lines()]
    short = sum(len(words(text)) <= 25 for text in lines)
    assert short / len(lines) > 0.85


def test_practitioner_only_rules_have_no_step() -> None:
    for rule in rules().rules:
        spoken = rule.patient or any(each.patient for each in rule.variants)
        assert spoken or not rule.step, rule.id


def test_confidential_rules_are_in_the_brief_and_marked() -> None:
    confidential = {rule.id for rule in rules().rules if rule.confidential}
    assert {"suicide_any", "violence_yes", "violence_and_suicide", "distress_words"} <= confidential
    made = brief({"age": 48, "private_ready": "yes", "violence_victim": "yes"})
    assert next(each for each in made.flags if each.id == "violence_yes").confidential


# -- broken files --------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "content"
    shutil.copytree(library.CONTENT, made, ignore=shutil.ignore_patterns("templates"))
    return made


RULE = """
rules:
  - id: smoker
    bands: [45-50]
    when: {tobacco_status: puffs, fact: nobody_knows, score: {wealth: {min: 1}}}
    theme: happiness
    severity: high
    practitioner: x
    patient: x
    hides: [nothing_like_it]
    topics: [fly]
    items: [no_such_question]
    resources: [no_such_place]
    source: {name: "HAS, 2019", seen: null, status: to_verify}
    review: drafted
  - id: sourceless
    bands: [45-50]
    when: {tobacco_status: smokes}
    theme: addictions
    severity: high
    practitioner: x
    review: drafted
"""


def test_every_problem_is_named_at_once(folder: Path) -> None:
    (folder / "advice" / "zz.yaml").write_text(RULE, encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        library.load(folder)
    assert any("sourceless" in each and "source" in each for each in caught.value.problems)
    repaired = RULE.split("  - id: sourceless", maxsplit=1)[0]
    (folder / "advice" / "zz.yaml").write_text(repaired, encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        library.load(folder)
    problems = "\n".join(caught.value.problems)
    assert all("zz.yaml" in each for each in caught.value.problems)
    for wrong in ("puffs", "nobody_knows", "wealth", "happiness", "nothing_like_it", "fly",
                  "no_such_question", "no_such_place", "the same id stands in"):  # fmt: skip
        assert wrong in problems, wrong


def test_a_severity_nobody_knows_is_named(folder: Path) -> None:
    path = folder / "advice" / "addictions.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("severity: high", "severity: dreadful", 1), encoding="utf-8")
    with pytest.raises(BadContent) as caught:
        library.load(folder)
    assert any("alcohol_over" in each and "severity" in each for each in caught.value.problems)


def test_a_rule_is_a_value() -> None:
    """Evaluating twice gives the same: nothing is kept between two people."""
    rule: Rule = rules().by_id["smoker"]
    said = answers({"tobacco_status": ["smokes"]})
    assert evaluate([rule], said) == evaluate([rule], said)
