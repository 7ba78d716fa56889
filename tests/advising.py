"""Advice in tests: answers in, findings, restitution or brief out, through the real engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from flows import engine, loading
from flows.model import Answers, Entry, Interview, Position, Value
from restitution import library
from restitution.advise import advise
from restitution.brief import make_brief
from restitution.helping import ask_for_help
from restitution.library import Library
from restitution.model import Brief, Restitution
from restitution.rules import Finding, evaluate

START: Mapping[str, Value] = {"consent": "yes", "shared_phone": "no", "helped": "alone"}
CALM: Mapping[str, Value] = {
    "private_ready": "yes", "phq4_nervous": "never", "phq4_worry": "never",
    "phq4_interest": "never", "phq4_sad": "never", "suicidal_history": ("no",),
    "violence_victim": "no",
}  # fmt: skip
"""The private block answered by somebody who is well."""
NOW = 1_795_000_000


@cache
def shelf() -> loading.Shelf:
    return ask_for_help(loading.load(), rules())


@cache
def rules() -> Library:
    return library.load()


def value(raw: Any) -> Value:
    """A value as test files write it: lists are ticked boxes, numbers are floats."""
    if isinstance(raw, list):
        return tuple(raw)
    return raw if isinstance(raw, str | tuple) else float(raw)


def answers(said: Mapping[str, Any]) -> Answers:
    """Answers as if all had been asked: for one rule or one fact at a time."""
    return Answers({key: value(each) for key, each in said.items()})


def findings(said: Mapping[str, Any]) -> dict[str, Finding]:
    """Every rule of every band that these answers set off."""
    return {each.id: each for each in evaluate(rules().rules, answers(said))}


def interview(
    said: Mapping[str, Any], distress: Iterable[tuple[str, str, str, int]] = ()
) -> Interview:
    """An interview in which these answers were given; what does not concern them never counts."""
    all_said = {**START, **said}
    log = tuple(Entry(key, value(each), NOW) for key, each in all_said.items())
    return Interview("test", "fr", NOW, log, distress=tuple(distress))


def position(said: Mapping[str, Any]) -> Position:
    return engine.replay(shelf(), interview(said))


def french(_context: str, text: str) -> str:
    return text


def restitution(
    said: Mapping[str, Any],
    distress: Iterable[tuple[str, str, str, int]] = (),
    *,
    discreet: bool = False,
    paper: bool = False,
) -> Restitution:
    """What this person reads, in French."""
    return advise(position(said), rules(), french, discreet=discreet, paper=paper,
                  distress=distress)  # fmt: skip


def brief(said: Mapping[str, Any], distress: Iterable[tuple[str, str, str, int]] = ()) -> Brief:
    """What the practitioner sees."""
    made = interview(said, distress)
    return make_brief(engine.replay(shelf(), made), made, rules())


def everything(made: Restitution) -> str:
    """All a person reads on one page of text."""
    safety = (*made.safety.lines, *(each.name for each in made.safety.resources)) \
        if made.safety else ()  # fmt: skip
    advices = [f"{each.text} {each.because or ''} " + " ".join(r.name for r in each.resources)
               for each in (*made.advice, *made.more)]  # fmt: skip
    return "\n".join((*safety, *made.strengths, *advices, made.first_step or "", *made.bring))


def patient(said: Mapping[str, Any], rule: str) -> str | None:
    """The line of this rule, if it fires and nothing hides it."""
    found = findings(said).get(rule)
    return found.patient if found else None


def resources(said: Mapping[str, Any], rule: str) -> tuple[str, ...]:
    """Ids of what this rule names, in order."""
    return findings(said)[rule].resources
