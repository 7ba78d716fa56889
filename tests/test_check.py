"""`python -m app check`: an author's mistakes, all at once, each with its file and question."""

from __future__ import annotations

import shutil

import pytest

from app.cli import main
from flows.loading import CONTENT as QUESTIONS
from restitution.library import CONTENT as ADVICE


@pytest.fixture
def copies(tmp_path):
    questions, advice = tmp_path / "questions", tmp_path / "advice"
    shutil.copytree(QUESTIONS, questions)
    shutil.copytree(ADVICE, advice)
    return questions, advice


def run(copies):
    questions, advice = copies
    return main(["check", "--content", str(questions), "--advice", str(advice)])


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_our_own_content_has_nothing_to_mend(copies, capsys):
    assert main(["check"]) == 0
    assert run(copies) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == told[1]
    assert "18-25 48, 45-50 47, 60-65 53, 70-75 54" in told[0]
    assert told[0].endswith("Nothing to mend.")


def test_seeded_mistakes_are_all_named_at_once_with_file_and_question(copies, capsys):
    questions, advice = copies
    # unknown fact
    addictions = questions / "themes/addictions.yaml"
    change(addictions, "when: {tobacco_status: quit}", "when: {fact: stopped_smoking}")
    # a condition on a later question
    change(
        addictions, "unless: {alcohol_statements: no_drink}", "unless: {priorities: sleep_better}"
    )
    # duplicate id, an option over Telegram's limit
    social = questions / "themes/social_life.yaml"
    text = social.read_text(encoding="utf-8")
    label = "une étiquette bien trop longue pour tenir sur un bouton de téléphone"
    social.write_text(
        f"{text}\n  - id: sex\n    type: single\n    ask: Encore ?\n    options:\n"
        f"      - {{value: {'v' * 60}, label: {label}}}\n", encoding="utf-8",
    )  # fmt: skip
    # an alert on an option that is not there, words that do not compile
    suicide = questions / "alerts/suicide.yaml"
    change(suicide, "when: {suicide_follow_up: now}", "when: {suicide_follow_up: tonight}")
    change(questions / "words/fr.yaml", "idioms:\n", "idioms:\n  - '(open'\n")
    # a rule without source, a resource nobody knows
    tobacco = next(iter(sorted((advice / "advice").glob("addictions.yaml"))))
    rules = tobacco.read_text(encoding="utf-8")
    tobacco.write_text(rules.replace("    source:", "    sauce:", 1), encoding="utf-8")

    assert run(copies) == 1
    told = capsys.readouterr().err
    for each in (
        "themes/addictions.yaml: smoking_quit_since: no fact called 'stopped_smoking'",
        "binge_drinking: its condition looks at 'priorities', which is asked later",
        "themes/social_life.yaml: sex: the same id stands in themes/",
        f"themes/social_life.yaml: sex: {'v' * 60}: longer than a Telegram button holds",
        f"themes/social_life.yaml: sex: {'v' * 60}: label over 64 characters",
        "alerts/suicide.yaml: now: suicide_follow_up: no option 'tonight'",
        "words/fr.yaml: idioms: '(open'",
        "advice/addictions.yaml",
        "source: Field required",
    ):
        assert each in told, f"{each}\n---\n{told}"
    assert "Traceback" not in told


def test_a_folder_that_is_not_there_is_said_in_one_line(capsys):
    assert main(["check", "--content", "/nowhere"]) == 1
    assert capsys.readouterr().err == "avant-bilan: there is no folder '/nowhere'\n"
