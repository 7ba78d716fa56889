"""A questionnaire drawn from its files: every question, number, section and condition is there."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from app.cli import main
from app.graph import in_words
from bot.phrases import SECTIONS
from flows.conditions import named
from flows.loading import CONTENT, load, written
from flows.model import BANDS

SVG = "{http://www.w3.org/2000/svg}"
SHELF = load()
WRITTEN = written(CONTENT)


@pytest.fixture(scope="module", params=BANDS)
def drawn(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("graph") / f"{request.param}.svg"
    assert main(["graph", request.param, "--out", str(path)]) == 0
    return SHELF.questionnaires[request.param], ET.parse(path).getroot()


def texts(element):
    return ["".join(each.itertext()) for each in element.iter(f"{SVG}text")]


def test_every_question_stands_there_with_its_number_its_words_and_its_conditions(drawn):
    questionnaire, svg = drawn
    groups = {each.get("id"): each for each in svg.iter(f"{SVG}g")}
    assert list(groups) == [each.id for each in questionnaire.questions]
    for question in questionnaire.questions:
        shown = texts(groups[question.id])
        assert shown[0] == (question.official or "·")
        assert shown[1].rstrip("…") in question.ask
        author = WRITTEN.get(question.id)
        for word, raw in (("si", author and author.when), ("sauf si", author and author.unless)):
            if raw:
                assert f"{word} {in_words(raw, questionnaire)}" in shown
        if question.id.startswith("go_on_"):
            assert any(each.startswith("si un message urgent est venu") for each in shown)


def test_every_section_is_headed(drawn):
    questionnaire, svg = drawn
    headings = [each for each in texts(svg) if each in SECTIONS.values()]
    wanted = dict.fromkeys(SECTIONS[each.section] for each in questionnaire.questions)
    assert list(dict.fromkeys(headings)) == list(wanted)


def test_an_arrow_leads_from_each_question_to_what_hangs_on_it(drawn):
    questionnaire, svg = drawn
    ways = {each.text for path in svg.iter(f"{SVG}path") for each in path.iter(f"{SVG}title")}
    ids = {each.id for each in questionnaire.questions}
    for question in ids & set(WRITTEN):
        author = WRITTEN[question]
        for source in (named(author.when) | named(author.unless)) & ids:
            assert f"{source} → {question}" in ways


def test_conditions_are_said_with_labels_and_official_numbers():
    questionnaire = SHELF.questionnaires["70-75"]
    assert in_words({"sex": "man"}, questionnaire) == "Q1 sex = Un homme"
    either = {"any": [{"has_children": "yes"}, {"caregiver_role": ["yes", "no"]}]}
    assert in_words(either, questionnaire) == "has_children = yes ou Q2 caregiver_role = Oui ou Non"
    assert (
        in_words({"age": {"min": 25, "max": 29}}, questionnaire) == "age : au moins 25, au plus 29"
    )


def test_an_unknown_band_is_said_in_one_line(capsys):
    assert main(["graph", "30-40"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
