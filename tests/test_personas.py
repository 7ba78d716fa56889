"""Invented people, fifteen an age band: what is found, said, and not said to each."""

from __future__ import annotations

from typing import Any

import pytest

from flows.model import BANDS
from restitution.brief import on_paper
from restitution.model import THEMES
from restitution.phrases import PHRASES
from tests.advising import brief, everything, position, restitution, rules, shelf
from tests.people import NAMES, PEOPLE, said
from tests.people import person as someone
from tests.test_rules import BANNED

__all__ = ["NAMES", "PEOPLE", "said"]


@pytest.mark.parametrize(("band", "person"), PEOPLE, ids=NAMES)
def test_what_the_practitioner_sees(band: str, person: dict[str, Any]) -> None:
    expects, made = person["expects"], brief(said(person))
    assert made.band == band
    found = {each.id for each in (*made.flags, *made.strengths)}
    assert [each.id for each in made.urgent] == expects["urgent"]
    assert [each.id for each in made.flags if each.severity == "high"] == expects["high"]
    assert set(expects["also"]) <= found
    assert not set(expects["absent"]) & found
    scores = {each.id: each for each in made.scores}
    for score, value in expects["scores"].items():
        shown = scores[score]
        exact = "null" if shown.value is None else f"{shown.value:g}"
        assert exact + ("+" if shown.at_least is not None else "") == value, score
    assert [theme for theme, _ in made.themes] == list(THEMES)


@pytest.mark.parametrize(("band", "person"), PEOPLE, ids=NAMES)
def test_vaccines_and_screenings_of_their_exact_age(band: str, person: dict[str, Any]) -> None:
    made = brief(said(person)).due
    for status, name in (("due", "due"), ("to_ask", "to_ask"), ("to_check", "to_check")):
        found = {each.id.removeprefix("due_") for each in made if each.status == status}
        assert found == set(person["expects"][name]), name


@pytest.mark.parametrize(("band", "person"), PEOPLE, ids=NAMES)
def test_what_the_person_reads(band: str, person: dict[str, Any]) -> None:
    expects, made = person["expects"], restitution(said(person))
    alerts = shelf().alerts.values()
    answers = position(said(person)).answers
    assert [each.id for each in alerts if each.when(answers) is True] == expects["alerts"]
    assert [each.id for each in made.advice] == expects["advice"]
    words = [PHRASES["took_time"] if each == "took_time" else rules().by_id[each].patient
             for each in expects["strengths"]]  # fmt: skip
    assert list(made.strengths) == words
    numbers = [each.phone for each in made.safety.resources] if made.safety else []
    assert numbers == expects["numbers"]


@pytest.mark.parametrize(("band", "person"), PEOPLE, ids=NAMES)
def test_what_holds_for_everybody(band: str, person: dict[str, Any]) -> None:
    made, seen = restitution(said(person)), brief(said(person))
    assert len(made.advice) <= 3 and len(made.strengths) <= 3
    assert made.book_url.startswith("https://www.sante.fr")
    assert not {each.id for each in made.advice} & {each.id for each in made.more}
    if seen.urgent:
        assert made.safety is not None and made.strengths == () and made.more == ()
        assert made.first_step is None
    else:
        assert made.strengths and made.first_step
    assert "%" not in everything(made).replace("100 % Santé", "")
    lines = [*(made.safety.lines if made.safety else ()), *made.strengths,
             *(each.text for each in (*made.advice, *made.more))]  # fmt: skip
    assert not [each for each in lines if BANNED.search(each)]
    # Nothing said in confidence is quoted back, nor printed.
    for advice in (*made.advice, *made.more):
        assert "violence" not in (advice.because or "") and "mourir" not in (advice.because or "")
    paper = repr(on_paper(seen)).lower()
    assert "suicid" not in paper and "3114" not in paper and "violence" not in paper


def test_there_are_enough_people() -> None:
    assert all(sum(each == band for each, _ in PEOPLE) == 15 for band in BANDS)
    firsts = {name.split()[0].strip(",") for name in NAMES}
    assert len(firsts) == len(PEOPLE) == 60


def test_boundary_ages_and_the_unusual_are_among_them() -> None:
    ages = {person["age"] for _, person in PEOPLE}
    assert {18, 25, 26, 45, 49, 50, 59, 60, 64, 65, 66, 69, 70, 74, 75, 76} <= ages
    for band in BANDS:
        people = [person for each, person in PEOPLE if each == band]
        assert any(person["said"].get("sex") == "other" for person in people)
        assert any("everything" in person for person in people)
        assert any(person["said"].get("helped") == "helped" for person in people)
        assert any("stops" in person for person in people)
        assert any("band_choice" in person["said"] for person in people) or band == "45-50"
        assert any(len(person["expects"]["urgent"]) >= 6 for person in people)


def test_who_stops_is_shown_as_partial_and_who_is_helped_face_to_face() -> None:
    for _, person in PEOPLE:
        made, read = brief(said(person)), restitution(said(person))
        if "stops" in person:
            assert made.partial and read.partial
            assert any("arrêtée avant la fin" in each for each in made.notes)
        if person["said"].get("helped") == "helped":
            assert made.discuss_face_to_face
            assert next(each for each in made.scores if each.id == "phq4").answered == 0


def test_every_answer_of_every_official_question_is_in_the_brief() -> None:
    for _, person in PEOPLE:
        made = brief(said(person))
        questionnaire = shelf().questionnaires[made.band]  # type: ignore[index]
        official = [each.official for each in questionnaire.questions if each.official]
        assert [each.official for each in made.answers if each.official] == official
        assert made.total == len(official)
        assert made.answered + len(made.not_answered) <= made.total


def test_a_hurried_person_is_never_taken_for_a_healthy_one() -> None:
    thomas = someone("Thomas")
    made = brief(said(thomas))
    assert {each.status for each in made.not_answered} == {"skipped", "prefer_not", "not_usable",
                                                           "not_asked"}  # fmt: skip
    assert made.strengths == ()
    weight = next(each for each in made.scores if each.id == "bmi")
    assert weight.value is None and "inutilisable" in weight.reading


def test_a_helped_person_is_seen_face_to_face() -> None:
    awa = someone("Awa")
    made = brief(said(awa))
    assert made.name == "Awa D." and made.helped and made.interpreter
    assert made.family_doctor is False and made.discuss_face_to_face
    assert any("seul à seul" in each for each in made.notes)
    kept = {each.question for each in made.not_answered if each.status == "held_back"}
    assert {"weight_kg", "breast_screening", "tobacco_status"} <= kept


def test_the_persons_priorities_come_first() -> None:
    fatou = someone("Fatou")
    made = restitution(said(fatou))
    assert made.chosen == ("La ménopause", "Les dépistages pour mon âge")
    assert "Il y a plus de 5 ans" in (made.advice[1].because or "")
    assert brief(said(fatou)).flags[0].id == "menopause_yes"


def test_discreet_drops_what_could_betray() -> None:
    for _, person in PEOPLE:
        made = restitution(said(person), discreet=True)
        text = everything(made).lower()
        for word in ("violence", "vih", "contraception", "cannabis", "protoxyde", "sexuel",
                     "3114", "3919", "psychologue", "triste"):  # fmt: skip
            assert word not in text, (person["name"], word)
        if {"nitrous", "chest_pain"} & set(person["expects"]["alerts"]):
            assert made.safety is not None and made.safety.resources[0].phone == "15"


def test_every_language_says_the_same_rules() -> None:
    """Only the words change: the function that translates never decides anything."""
    from restitution.advise import advise

    for _, person in PEOPLE:
        here = restitution(said(person))
        there = advise(position(said(person)), rules(), lambda context, text: f"[{context}] {text}",
                       language="xx")  # fmt: skip
        assert [each.id for each in there.advice] == [each.id for each in here.advice]
        assert all(each.text.startswith("[advice.") for each in there.advice)
        assert all(each.startswith("[") for each in (*there.strengths, *there.bring, there.book))
