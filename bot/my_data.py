"""A copy of one's own data: the answers, who may read them, who read them.

What a person downloads may be opened by whoever holds the phone: answers to the personal questions
are named but not repeated. An operator who has made sure who asks gives the whole
(`python -m app export`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot import sharing
from bot.phrases import PHRASES
from bot.view import View, in_words
from flows.model import Question, load
from restitution.brief import make_brief
from restitution.paper import on_paper
from store import consent, instruments, plans
from store.repository import Transaction


def collect(tx: Transaction, view: View, everything: bool = False) -> dict[str, Any]:
    """The copy, as JSON takes it; times are ISO, UTC. `everything`: the personal answers too."""
    interview, owner = view.interview, view.interview.id
    made: dict[str, Any] = {
        "made_at": _iso(tx.now),
        "language": interview.language,
        "started_at": _iso(interview.started),
        "age_band": view.position.questionnaire.band,
        "answers": [_answer(view, each, everything) for each in _answered(view)],
        "may_read": [
            {"kind": each.kind, "name": each.name or None, "until": _iso(each.until)}
            for each in consent.shares(tx, owner)
        ],
        "readings": [
            {"at": _iso(each.at), "name": each.name, "profession": each.profession,
             "only_listed": each.listed, "contested": each.contested}
            for each in consent.readings(tx, owner)
        ],
        "plan": _plan(tx, owner),
    }  # fmt: skip
    return made | (_rest(tx, view) if everything else {})


def _rest(tx: Transaction, view: View) -> dict[str, Any]:
    """What nobody needs but who asks for everything: the log as it is, tests, worrying words."""
    interview = view.interview
    return {
        "id": interview.id,
        "campaign": interview.campaign,
        "centre": interview.centre,
        "log": [{"question": each.question, "value": each.value, "at": _iso(each.at),
                 "helped": each.helped} for each in interview.log],
        "worrying_words": [{"about": alert, "words": words, "at": _iso(at)}
                           for alert, words, _, at in interview.distress],
        "tests": [
            {"test": each.content.instrument, "by": each.author, "at": _iso(each.touched_at),
             "answers": [{"question": entry.question, "value": entry.value}
                         for entry in load(each.content.log).log],
             "result": _json(each.content.result)}
            for each in instruments.of_interview(tx, interview.id)
        ],
    }  # fmt: skip


def for_paper(tx: Transaction, view: View) -> dict[str, Any]:
    """What the page of paper shows: nothing that tells what was confided, no personal question."""
    position = view.position
    brief = make_brief(position, view.interview, view.library)
    safe = on_paper(brief)
    kept = {each.question for each in (*safe.answers, *safe.not_answered)}
    kept |= {"chosen_name"} if safe.name else set()
    kept |= {"priorities_free_text"} if safe.priorities_free_text else set()
    shown = [each for each in _answered(view) if each.id in kept and not each.private]
    found = consent.readings(tx, view.interview.id)
    return {
        "answers": [(view.of(each, each.ask) or "", in_words(view, each, position.answers[each.id]))
                    for each in shown],
        "readings": [sharing.reading(view, each) for each in found],
    }  # fmt: skip


def _answered(view: View) -> list[Question]:
    given = view.position.answers
    return [each for each in view.position.questionnaire.questions if each.id in given]


def _answer(view: View, question: Question, everything: bool) -> dict[str, Any]:
    value, entry = view.position.answers[question.id], view.position.entries.get(question.id)
    hidden = question.private and not everything
    shown = replace(question, private=False) if everything else question
    made: dict[str, Any] = {
        "question": question.id,
        "number": question.official,
        "asked": view.of(question, question.ask),
        "said": PHRASES["private_answered"] if hidden else in_words(view, shown, value),
        "at": _iso(entry.at) if entry else None,
        "helped": entry.helped if entry else None,
    }
    return made if hidden else made | {"value": value}


def _plan(tx: Transaction, owner: str) -> Any:
    kept = plans.handed(tx, owner)
    if kept is None:
        return None
    return {
        "version": kept.number,
        "by": kept.author,
        "profession": kept.profession,
        "at": _iso(kept.validated_at or kept.saved_at),
        "content": _json(kept.plan),
    }


def _json(kept: bytes) -> Any:
    return msgspec.json.decode(kept) if kept else None


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
