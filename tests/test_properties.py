"""Whatever people do: nothing raises, nothing acknowledged is lost, replay agrees."""

from __future__ import annotations

from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from flows import engine, model
from flows.engine import Heard
from flows.loading import load
from flows.model import NON_ANSWERS
from tests.driving import NOW


@lru_cache
def shelf():
    return load()


TYPED = [
    "oui", "non", "ouais", "1", "2", "1 et 3", "47", "62 ans", "1m75", "72,5", "17", "passer",
    "je sais pas", "retour", "modifier", "/change sex", "pause", "reprendre", "recommencer", "aide",
    "c'est tout", "/done", "/confirm", "/deny", "/stop", "/language ar", "tabac, sommeil", "👍",
    "j'ai envie de mourir", "diabete", "", " ", "???", "لا", "/here", "/resume", "60-65",
]  # fmt: skip


def moves():
    """Typed text, garbage, taps on any question's options (old keyboards included), ticks."""
    questions = list(shelf().questions.values())
    tap = st.sampled_from(questions).flatmap(
        lambda question: st.builds(
            Heard,
            st.sampled_from(sorted(question.values | NON_ANSWERS) or ["skipped"]),
            st.just(question.id),
            st.just(False),
            st.booleans() if question.kind == "multiple" else st.just(False),
        )
    )
    typed = st.builds(Heard, st.sampled_from(TYPED) | st.text(max_size=30))
    return st.lists(st.one_of(typed, tap, st.just(None)), max_size=60)


def answer_now(interview):
    """A fitting answer to whatever waits, so that runs go deep."""
    waiting = engine.replay(shelf(), interview).waiting
    if waiting is None:
        return Heard("/start")
    if waiting.id == "age":
        return Heard("47")
    said = {"single": "1", "multiple": "1", "number": "50", "text": "passer"}[waiting.kind]
    return Heard("1m70" if waiting.unit == "m" else said)


@settings(max_examples=150, deadline=None)
@given(moves())
def test_any_sequence_keeps_every_promise(sequence):
    interview = engine.begin("one", "fr", NOW)
    for turn, move in enumerate(sequence):
        heard = move or answer_now(interview)
        step = engine.hear(shelf(), interview, heard, NOW + turn)

        # The log only grows: an acknowledged answer is never lost.
        assert step.interview.log[: len(interview.log)] == interview.log
        if step.outcome == "answered":
            assert any(each.question == step.about.id
                       for each in step.interview.log[len(interview.log):])  # fmt: skip
        # A round trip through the stored form gives the same position.
        again = engine.replay(shelf(), model.load(model.dump(step.interview)))
        assert (again.waiting, again.answers, again.paused, again.closed) == (
            step.position.waiting, step.position.answers, step.position.paused,
            step.position.closed)  # fmt: skip
        # What counts was asked, and concerns the person.
        for question in step.position.asked:
            assert question.concerns(step.position.answers) or step.position.closed
        assert set(step.position.answers) <= {each.id for each in step.position.asked}
        interview = step.interview


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["21", "47", "62", "72", "33", "80"]), st.data())
def test_every_interview_ends(age, data):
    """Tapping on forward always ends, within the number of questions there are."""
    interview = engine.begin("one", "fr", NOW)
    for turn in range(120):
        waiting = engine.replay(shelf(), interview).waiting
        if waiting is None:
            return
        if waiting.id == "age":
            heard = Heard(age)
        elif waiting.options:
            values = [
                it.value for it in waiting.options if it.value not in ("change", "pause", "later")
            ]
            if waiting.id == "consent":
                values = ["yes"]
            heard = Heard(data.draw(st.sampled_from(values)), waiting.id, False)
        else:
            heard = Heard("skipped", waiting.id, False)
        interview = engine.hear(shelf(), interview, heard, NOW + turn).interview
    raise AssertionError("120 answers and no end")
