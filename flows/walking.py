"""Where an interview stands: recomputed from what was said, never stored."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from flows.loading import Shelf
from flows.model import (
    BANDS,
    NON_ANSWERS,
    OLDEST,
    Answers,
    Band,
    Closed,
    Entry,
    Interview,
    Position,
    Question,
    Questionnaire,
)

_NONE: frozenset[str] = frozenset()
BANDS_FROM = 18
"""Age at which the programme begins."""


def replay(shelf: Shelf, interview: Interview) -> Position:
    """Walk the questionnaire again with everything said so far."""
    said, mark, revisit, stopped, done = _listen(interview)
    answers = Answers()
    asked: list[Question] = []
    waiting: Question | None = None
    questionnaire, closed, between = (
        (shelf.instruments[interview.instrument].questionnaire, None, False)
        if interview.instrument
        else _choose(shelf, said)
    )
    rest: tuple[Question, ...] = ()
    held = shelf.held.get(interview.language, _NONE)
    if closed:
        # Only the start-up questions stand, and nothing waits.
        _walk(questionnaire, said, between, True, answers, asked, len(said))
        asked = [question for question in asked if question.id in answers]
    else:
        waiting, rest = _walk(
            questionnaire, said, between, stopped, answers, asked, len(said), done=done, held=held
        )
    position = Position(
        questionnaire=questionnaire, answers=answers, waiting=waiting, reached=tuple(asked),
        rest=rest, said=said, paused=mark == "@pause", stopped=stopped, closed=closed,
        between=between, held=held, log=interview.log,
    )  # fmt: skip
    again = position.find(revisit) if revisit and not closed else None
    if again is None:
        return position
    return msgspec.structs.replace(position, waiting=again, revisiting=True)


def advance(shelf: Shelf, before: Position, interview: Interview) -> Position:
    """The same as `replay`, knowing where the interview stood before its last entry.

    An answer to the question that waited leaves everything before it as it was, since a
    condition only looks back (checked when the content is loaded): the walk goes on from there.
    """
    question, last = before.waiting, interview.log[-1]
    place = before.questionnaire.places.get(last.question, 0)
    plain = question is not None and question.id == last.question and place >= len(
        shelf.start.questions
    )  # fmt: skip
    if question is None or not plain or before.revisiting or before.stopped:
        return replay(shelf, interview)
    said = {**before.said, last.question: last}
    furthest = before.reached[-1] is question
    if not furthest:
        # Something was answered, or passed, beyond.
        said, _, revisit, stopped, done = _listen(interview)
        if revisit or stopped or done:
            return replay(shelf, interview)
    answers = Answers(before.answers)
    asked = list(before.reached[: before.reached.index(question)])
    if len(answers) > len(asked):
        for later in before.reached[len(asked) :]:
            answers.pop(later.id, None)
    left = 1 if furthest else len(said) - len(answers)
    waiting, rest = _walk(
        before.questionnaire, said, before.between, False, answers, asked, left, place,
        held=before.held,
    )  # fmt: skip
    return Position(
        questionnaire=before.questionnaire, answers=answers, waiting=waiting,
        reached=tuple(asked), rest=rest, said=said, between=before.between,
        held=before.held, log=interview.log,
    )  # fmt: skip


def _walk(
    questionnaire: Questionnaire,
    said: Mapping[str, Entry],
    between: bool,
    stopped: bool,
    answers: Answers,
    asked: list[Question],
    left: int,
    start: int = 0,
    done: bool = False,
    held: frozenset[str] = frozenset(),
) -> tuple[Question | None, tuple[Question, ...]]:
    """Fill `answers` and `asked`; give the first question without an answer, and what comes
    after it when nothing there was answered.

    The only loop that every message pays for, so it spells out whether an answer given earlier
    still answers today's question, and ends once the entries `left` have found their place.
    `done`: nothing was said since the end, so what was published meanwhile changes nothing.
    `held`: kept for the visit, unless answered (in a language where they are asked).
    """
    waiting: Question | None = None
    answer_to = said.get
    whole = stopped or done
    for place, (question, name, meaning, values, single, when, unless) in enumerate(
        questionnaire.plan[start:], start + 1
    ):
        if when is not None and when(answers) is not True:
            continue
        if unless is not None and unless(answers) is True:
            continue
        entry = answer_to(name)
        if entry is not None:
            left -= 1
            value = entry.value
            if (entry.meaning == meaning or done) and (
                values.issuperset(value) if type(value) is tuple
                else not single or value in values or type(value) is float
            ):  # fmt: skip
                answers[name] = value
                asked.append(question)
                continue
        if (name == "band_choice" and not between) or name in held:
            continue
        if done or (stopped and name != "share"):
            continue
        asked.append(question)
        if waiting is None:
            waiting = question
        if left <= 0 and not whole:
            return waiting, questionnaire.questions[place:]
    return waiting, ()


def _listen(interview: Interview) -> tuple[dict[str, Entry], str, str, bool, bool]:
    """Latest entry per question since the last restart; last mark; question revisited; stopped;
    done: the end was reached and nothing answered since."""
    said: dict[str, Entry] = {}
    mark = revisit = ""
    stopped = done = False
    for entry in interview.log:
        name = entry.question
        if name[0] != "@":
            said[name] = entry
            mark, done = "", False
            if name == revisit:
                revisit = ""
        elif name == "@revisit":
            revisit, mark = str(entry.value), ""
        elif name == "@finished":
            done = True
        elif name == "@restart":
            said, mark, revisit, stopped, done = {}, "", "", False, False
        else:
            mark = name
            stopped = (stopped or name == "@stop") and name != "@resume"
            if name == "@resume":
                revisit = ""
    return said, mark, revisit, stopped, done


def _choose(shelf: Shelf, said: Mapping[str, Entry]) -> tuple[Questionnaire, Closed | None, bool]:
    """Which questionnaire these start-up answers lead to, or why none."""
    consent, age = said.get("consent"), said.get("age")
    if consent is not None and consent.value != "yes":
        return shelf.start, "refused", False
    if age is None:
        return shelf.start, None, False
    exact = said.get("age_exact")
    years = age.value if isinstance(age.value, float) else exact.value if exact else None
    if isinstance(years, float):
        if years < BANDS_FROM:
            return shelf.start, "underage", False
        band, between = nearest(shelf, years)
        choice = said.get("band_choice")
        if between and choice is not None and choice.value == "later":
            return shelf.start, "waits", True
        return shelf.questionnaires[band], None, between
    if age.value in shelf.questionnaires:
        return shelf.questionnaires[age.value], None, False  # type: ignore[index]
    if years is not None or age.value in NON_ANSWERS:
        return shelf.start, "no_age", False
    return shelf.start, None, False


def nearest(shelf: Shelf, years: float) -> tuple[Band, bool]:
    """The band of this age, or the nearest one (the younger when both are as near) and True."""
    # A birthday does not end a band: at 25 and a half one is still 25.
    return shelf.nearest[min(max(int(years), 0), OLDEST)]


def upcoming(shelf: Shelf, years: float) -> tuple[Band, int] | None:
    """For someone between bands: the next band and the age at which it opens; None after 75."""
    later = [(band, shelf.questionnaires[band].ages[0]) for band in BANDS]
    return next(((band, opens) for band, opens in later if opens > years), None)
