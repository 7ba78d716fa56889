"""Whatever people do: nothing raises, nothing acknowledged is lost, replay agrees.

`HYPOTHESIS_PROFILE=thorough pytest tests/test_properties.py` looks much longer.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import locales
from bot.conversation import respond
from bot.messages import Capabilities, Inbound
from bot.rendering import Page, View, render
from bot.say import Say
from flows import engine, model, reading
from flows.engine import Heard
from flows.errors import Unreadable
from flows.loading import load
from flows.model import BANDS, NON_ANSWERS
from restitution.helping import ask_for_help
from restitution.library import load as load_library
from tests.driving import NOW
from tests.serving import AGES, serving

LIBRARY = load_library()
SHELF = ask_for_help(load(), LIBRARY)
EXAMPLES = settings().max_examples

TYPED = [
    "oui", "non", "ouais", "1", "2", "1 et 3", "47", "62 ans", "1m75", "72,5", "17", "passer",
    "je sais pas", "retour", "modifier", "/change sex", "/change share", "pause", "reprendre",
    "recommencer", "aide", "c'est tout", "/done", "/confirm", "/deny", "/stop", "/language ar",
    "tabac, sommeil", "👍", "j'ai envie de mourir", "diabette", "", " ", "???", "لا", "/here",
    "/resume", "60-65", "né en 1979", "les deux", "8 heures", "modifier mon poids",
    "/erase_private", "tout", "rien", "150 lbs", "\x00", "👩‍👩‍👧‍👦",
    "1" * 40, "oui " * 200, "/" * 5, "(?:", "٣",
]  # fmt: skip


def taps(questions):
    """A button of any question, old keyboards included; boxes ticked one by one."""
    return st.sampled_from(questions).flatmap(
        lambda question: st.builds(
            Heard,
            st.sampled_from(sorted(question.values | NON_ANSWERS))
            | st.lists(st.sampled_from(sorted(question.values) or ["x"]), max_size=4).map(tuple),
            st.just(question.id),
            st.just(False),
            st.booleans() if question.kind == "multiple" else st.just(False),
        )
    )


def moves(band):
    """Typed text, garbage, taps; None stands for a fitting answer, so that runs go deep."""
    questions = list(SHELF.questionnaires[band].questions)
    typed = st.builds(Heard, st.sampled_from(TYPED) | st.text(max_size=40), numbered=st.booleans())
    return st.lists(st.one_of(typed, taps(questions), *[st.none()] * 3), min_size=15, max_size=70)


def fitting(waiting, band):
    if waiting is None:
        return Heard("/start")
    if waiting.id == "age":
        return Heard(AGES[band])
    said = {"single": "1", "multiple": "1", "number": "50", "text": "passer"}[waiting.kind]
    return Heard("1m70" if waiting.unit == "m" else said, numbered=True)


def seen(position):
    return (position.waiting, position.answers, position.asked, position.paused, position.stopped,
            position.closed, position.between, position.entries)  # fmt: skip


def on_the_form(question, value):
    boxes = set(value) if isinstance(value, tuple) else {value}
    return question.kind in ("number", "text") or boxes <= question.values | model.NON_ANSWERS


@pytest.mark.parametrize("band", BANDS)
def test_any_sequence_keeps_every_promise(band):
    @settings(max_examples=max(EXAMPLES // 2, 25))
    @given(moves(band))
    def promise(sequence):
        interview = engine.begin("one", "fr", NOW)
        acknowledged = {}
        for turn, move in enumerate(sequence):
            heard = move or fitting(engine.replay(SHELF, interview).waiting, band)
            step = engine.hear(SHELF, interview, heard, NOW + turn)
            grew = step.interview.log[len(interview.log) :]
            # The log only grows (but when the private block is erased): nothing is lost.
            if heard.said != "/erase_private":
                assert step.interview.log[: len(interview.log)] == interview.log
            if step.outcome == "answered":
                entry = next(each for each in grew if each.question == step.about.id)
                acknowledged[entry.question] = entry.value
            if any(each.question == "@restart" for each in grew):
                acknowledged = {}
            # Read back from its stored form, it stands at the same place.
            again = engine.replay(SHELF, model.load(model.dump(step.interview)))
            assert seen(again) == seen(step.position)
            # What counts was asked, concerns the person, and is the last thing they said of it.
            for question in step.position.asked:
                assert question.concerns(step.position.answers) or step.position.closed
            asked = {each.id: each for each in step.position.asked}
            assert set(step.position.answers) <= set(asked)
            for question, value in acknowledged.items():
                # Another age, another band: a box that is not on its form is asked again.
                fits = question in asked and on_the_form(asked[question], value)
                if fits and heard.said != "/erase_private":
                    assert step.position.answers.get(question) == value or not grew
            interview = step.interview

    promise()


KNOWN_TO_THE_STORE = {
    "resume_code": Say("resume_code", words={"code": "ABCDE12345", "until": "demain"}),
}
"""What the desk completes before it is put into words."""


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_any_message_can_be_answered_in_words(language):
    """Deciding and putting into words, every screen of it, for what any channel can do."""
    page, texts = Page("https://bilan.example.org"), locales.texts(language)

    @settings(max_examples=max(EXAMPLES // 4, 15))
    @given(moves("18-25"), st.booleans())
    def speaks(sequence, private):
        can = Capabilities(private=private)
        interview = engine.begin("one", language, NOW)
        for turn, move in enumerate(sequence):
            heard = move or fitting(engine.replay(SHELF, interview).waiting, "18-25")
            inbound = Inbound("console", "p", heard.said, str(turn), heard.about, heard.tick,
                              typed=heard.typed)  # fmt: skip
            said = respond(SHELF, interview, inbound, texts, NOW + turn)
            view = View(SHELF, said.interview, said.position, texts, can, page, LIBRARY)
            assert said.says or said.position.closed or said.position.waiting is None or heard
            for each in said.says:
                screen = render(view, KNOWN_TO_THE_STORE.get(each.kind, each))
                assert screen.text or screen.choices
            interview = said.interview

    speaks()


@given(st.text(max_size=200), st.sampled_from(list(SHELF.questions.values())))
def test_reading_anything_gives_a_value_of_the_question_or_unreadable(said, question):
    labels = {each.value: each.label for each in question.options}
    try:
        value = reading.read(question, said, labels, 2026).value
    except Unreadable:
        return
    SHELF.distress.caught(said)
    if isinstance(value, tuple):
        assert set(value) <= question.values
    elif isinstance(value, str) and question.kind != "text":
        assert value in question.values | NON_ANSWERS
    elif isinstance(value, float):
        assert question.low <= value <= question.high


@settings(max_examples=max(EXAMPLES // 10, 5))
@given(st.data())
def test_messages_heard_twice_and_out_of_order_by_the_desk_lose_nothing(data):
    """Through the real desk and database: duplicates count once, what was kept stays kept."""
    moves_made = data.draw(moves("45-50"))
    repeats = data.draw(st.lists(st.booleans(), min_size=70, max_size=70))

    async def run():
        with tempfile.TemporaryDirectory() as folder:
            async with serving(Path(folder)) as service:
                can = Capabilities(links=False)
                begin = Inbound("console", "p", "/begin", "b", language="fr", start="")
                await service.desk.hear(begin, can)
                for turn, move in enumerate(moves_made):
                    view = await service.desk.view("console", "p", can)
                    if view is None:
                        return  # consent was refused, or all erased: nothing is kept
                    heard = move or fitting(view.position.waiting, "45-50")
                    inbound = Inbound("console", "p", heard.said, str(turn), heard.about,
                                      heard.tick, typed=heard.typed)  # fmt: skip
                    twice = 2 if repeats[turn] else 1
                    replies = await asyncio.gather(
                        *(service.desk.hear(inbound, can) for _ in range(twice))
                    )
                    assert sum(not each.duplicate for each in replies) == 1
                    after = await service.desk.view("console", "p", can)
                    if after is None:
                        return
                    before, now = view.interview.log, after.interview.log
                    if heard.said != "/erase_private":
                        assert now[: len(before)] == before
                    assert "souci" not in replies[0].screens[0].text if replies[0].screens else True

    asyncio.run(run())


@pytest.mark.parametrize("band", BANDS)
def test_answering_any_way_always_reaches_the_end(band):
    @settings(max_examples=max(EXAMPLES // 4, 10))
    @given(st.data())
    def ends(data):
        interview = engine.begin("one", "fr", NOW)
        for turn in range(130):
            waiting = engine.replay(SHELF, interview).waiting
            if waiting is None:
                return
            if waiting.id == "age":
                heard = Heard(AGES[band])
            elif waiting.options:
                never = ("change", "pause", "later", *(["no"] if waiting.id == "consent" else []))
                values = [it.value for it in waiting.options if it.value not in never]
                heard = Heard(data.draw(st.sampled_from(values)), waiting.id, False)
            else:
                heard = Heard("skipped", waiting.id, False)
            interview = engine.hear(SHELF, interview, heard, NOW + turn).interview
        raise AssertionError("130 answers and no end")

    ends()
