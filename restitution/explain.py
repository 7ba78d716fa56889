"""Why a flag stands in a brief: answer → fact → rule → source and date → status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from flows.conditions import named
from flows.facts import FACTS
from flows.model import Question
from restitution.library import Library
from restitution.model import Brief, Flag, SaidAnswer, Severity, Source
from restitution.paper import tells
from restitution.rules import Rule
from restitution.wording import Wording, facts_in, scores_in

SPOKEN = "La personne a écrit des mots reconnus comme une alerte."
Overlay = Literal["none", "elsewhere", "here"]


@dataclass(frozen=True, slots=True)
class NamedFact:
    """A documented statement about answers that the rule relies on."""

    name: str
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Why:
    """One flag explained. Answers, source and status are those sealed with the brief."""

    flag: str
    theme: str
    severity: Severity
    note: str
    confidential: bool
    """The flag, or anything that explains it: read alone with the person, never printed."""
    answers: tuple[SaidAnswer, ...]
    """As the person gave them: those the flag quotes, then all others the rule looks at."""
    conditions: tuple[str, ...]
    """What the rule asks for, all of it; empty when the rule is no longer there."""
    facts: tuple[NamedFact, ...]
    rule: str
    version: str
    """Of the rules the brief was made with."""
    now: str
    """Of the rules in use: the condition is theirs, it may have changed since."""
    source: Source
    review: str
    reviewed: str
    """Who reviewed it clinically, and when; « » when nobody did."""
    overlay: Overlay
    """Did the operator change this rule, or others (`elsewhere`), when the brief was made?"""

    @property
    def changed_since(self) -> bool:
        """Are other rules in use than those of the brief?"""
        return self.version != self.now


def explain(
    brief: Brief, flag_id: str, library: Library, find: Callable[[str], Question | None]
) -> Why | None:
    """Why this flag stands in this brief; None when it does not. `find`: the band's questions."""
    flags = [each for each in (*brief.flags, *brief.strengths) if each.id == flag_id]
    if not flags:
        return None
    flag, rule = flags[0], library.by_id.get(flag_id)
    same = brief.rules == library.version
    answers, conditions = _answers(brief, flags, rule), _conditions(rule, library, find)
    alone = any(each.confidential or tells(each.said) for each in answers)
    return Why(
        flag=flag.id, theme=flag.theme, severity=flag.severity, note=flag.note,
        confidential=flag.confidential or alone or any(map(tells, (flag.note, *conditions))),
        answers=answers, conditions=conditions, facts=_facts(rule, library),
        rule=flag.id, version=brief.rules, now=library.version,
        source=flag.source, review=flag.review,
        reviewed=rule.reviewed if rule and same else "",
        overlay=_overlay(brief, rule if same else None),
    )  # fmt: skip


def _answers(brief: Brief, flags: Sequence[Flag], rule: Rule | None) -> tuple[SaidAnswer, ...]:
    quoted = dict.fromkeys(answer for each in flags for answer in each.answers)
    if rule is None or rule.spoken:
        return tuple(quoted)
    looked = named(rule.condition)
    for each in facts_in(rule.condition):
        looked |= set(FACTS[each].items) if each in FACTS else set()
    for score in brief.scores:
        if score.id in scores_in(rule.condition):
            looked |= {item.question for item in score.items}
    looked -= {each.question for each in quoted}
    more = (each for each in brief.answers if each.question in looked)
    return (*quoted, *(each for each in more if each.status not in ("not_asked", "held_back")))


def _conditions(
    rule: Rule | None, library: Library, find: Callable[[str], Question | None]
) -> tuple[str, ...]:
    if rule is None:
        return ()
    if rule.spoken:
        return (SPOKEN,)
    return Wording(library.names, find).requirements(rule.condition)


def _facts(rule: Rule | None, library: Library) -> tuple[NamedFact, ...]:
    names = facts_in(rule.condition) if rule else ()
    return tuple(
        NamedFact(each, library.names.facts.get(each, each), FACTS[each].source)
        for each in names if each in FACTS
    )  # fmt: skip


def _overlay(brief: Brief, rule: Rule | None) -> Overlay:
    if "+overlay-" not in brief.rules:
        return "none"
    return "here" if rule is not None and rule.overlaid else "elsewhere"
