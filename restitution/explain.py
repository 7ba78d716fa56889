"""Why a flag stands in a brief: answer → fact → rule → source and date → status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from flows.facts import FACTS
from flows.model import Question
from restitution.library import Library
from restitution.model import Brief, SaidAnswer, Severity, Source
from restitution.rules import Rule
from restitution.wording import Wording, facts_in

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
    answers: tuple[SaidAnswer, ...]
    """As the person gave them."""
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
    return Why(
        flag=flag.id, theme=flag.theme, severity=flag.severity, note=flag.note,
        confidential=flag.confidential,
        answers=tuple(dict.fromkeys(answer for each in flags for answer in each.answers)),
        conditions=_conditions(rule, library, find), facts=_facts(rule, library),
        rule=flag.id, version=brief.rules, now=library.version,
        source=flag.source, review=flag.review,
        reviewed=rule.reviewed if rule and same else "",
        overlay=_overlay(brief, rule if same else None),
    )  # fmt: skip


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
