"""Rules and their evaluation: which facts matter for these answers, and in which words.

Pure and three-valued: a rule fires when its condition is true; an undecided one is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.model import Answers, Verdict
from restitution.model import SEVERITIES, Severity, Source

Condition = Callable[[Answers], Verdict]
RANK: Mapping[Severity, int] = {each: place for place, each in enumerate(SEVERITIES)}


@dataclass(frozen=True, slots=True)
class Variant:
    """Other words when its condition is true; what it leaves out stays as the rule has it."""

    when: Condition | None
    alert: str | None
    patient: str | None
    practitioner: str | None
    step: str | None
    resources: tuple[str, ...] | None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Swap:
    """Resources that do not fit, and what stands in their place."""

    when: Condition
    drop: frozenset[str]
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing worth saying about some answers."""

    id: str
    when: Condition
    theme: str
    severity: Severity
    practitioner: str
    source: Source
    review: str
    bands: tuple[str, ...] = ()
    patient: str | None = None
    variants: tuple[Variant, ...] = ()
    severity_when: tuple[tuple[Condition, Severity], ...] = ()
    hides: frozenset[str] = frozenset()
    """Rules whose patient line is dropped when this one fires; the practitioner sees them all."""
    topics: tuple[str, ...] = ()
    step: str | None = None
    items: tuple[str, ...] = ()
    quoted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Question → the values its condition names: what to quote of several ticked boxes."""
    resources: tuple[str, ...] = ()
    resources_when: tuple[tuple[Condition, tuple[str, ...]], ...] = ()
    swaps: tuple[Swap, ...] = ()
    second_line: tuple[str, ...] = ()
    second_line_when: tuple[tuple[Condition, tuple[str, ...]], ...] = ()
    exam: str | None = None
    weight: int = 0
    tags: frozenset[str] = frozenset()
    safety: bool = False
    """Belongs to the safety box, whatever its severity."""
    confidential: bool = False
    """Suicide, violence: on screen only, never on paper."""
    spoken: bool = False
    condition: Mapping[str, object] = field(default_factory=dict)
    """`when` as it is written, to be put into words."""
    reviewed: str = ""
    """Who reviewed it clinically, and when; « » when nobody did."""
    overlaid: bool = False
    """Changed by the operator."""

    @property
    def discreet(self) -> bool:
        """May stand where somebody else might look: no mood, violence, sexual or drug line."""
        if self.confidential or "drugs" in self.tags or self.theme == "sexual_health":
            return False
        return self.theme != "mental_health" or "sleep" in self.tags


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that fired, in the words that fit these answers."""

    rule: Rule
    severity: Severity
    patient: str | None
    """None: for the practitioner only, or hidden by another finding."""
    practitioner: str
    step: str | None
    resources: tuple[str, ...]
    second_line: tuple[str, ...] = ()
    """Ids of the tests that fit this person."""
    private: bool = False
    """These words tell of intimate life, though the rule itself does not."""
    rank: int = 4
    """Place in the safety box: 1 for 15, 2 for 3114, 3 for 17 and 114, 4 for listening lines."""

    @property
    def id(self) -> str:
        return self.rule.id


Findings = tuple[Finding, ...]
"""In the order of the rules."""

_RANKS = {"samu_15": 1, "eu_112": 1, "p3114": 2, "police_17": 3, "sms_114": 3}


def evaluate(
    rules: Iterable[Rule], answers: Answers, already_hidden: Iterable[str] = ()
) -> Findings:
    """What these answers amount to. Lines hidden by a more specific or graver rule are None."""
    fired = [rule for rule in rules if rule.when(answers) is True]
    hidden = set(already_hidden)
    for rule in fired:
        hidden |= rule.hides
    return tuple(find(rule, answers, hidden=rule.id in hidden) for rule in fired)


def find(
    rule: Rule, answers: Answers, *, hidden: bool = False, alert: str | None = None
) -> Finding:
    """One rule in the words that fit; `alert` is the one set off by words typed in distress."""
    patient, practitioner, step = rule.patient, rule.practitioner, rule.step
    resources, private = rule.resources, False
    for variant in rule.variants:
        fits = variant.when(answers) is True if variant.when else variant.alert == alert
        if fits:
            patient = variant.patient or patient
            practitioner = variant.practitioner or practitioner
            step = variant.step or step
            resources = variant.resources if variant.resources is not None else resources
            private = variant.private
            break
    rank = _RANKS.get(resources[0], 4) if resources else 4
    return Finding(
        rule=rule,
        severity=_severity(rule, answers),
        patient=None if hidden else patient,
        practitioner=practitioner,
        step=None if hidden else step,
        resources=_resources(rule, resources, answers),
        second_line=_second_line(rule, answers),
        private=private,
        rank=rank,
    )


def _severity(rule: Rule, answers: Answers) -> Severity:
    for when, severity in rule.severity_when:
        if when(answers) is True:
            return severity
    return rule.severity


def _second_line(rule: Rule, answers: Answers) -> tuple[str, ...]:
    """The rule's own tests, then those that fit this age or these answers."""
    found = list(rule.second_line)
    for when, tests in rule.second_line_when:
        if when(answers) is True:
            found += tests
    return tuple(dict.fromkeys(found))


def _resources(rule: Rule, base: Sequence[str], answers: Answers) -> tuple[str, ...]:
    """Those for this person first; what does not fit is replaced; nothing stands twice."""
    found: list[str] = []
    for when, extra in rule.resources_when:
        if when(answers) is True:
            found += extra
    found += base
    for swap in rule.swaps:
        if swap.when(answers) is True:
            place = min((found.index(each) for each in swap.drop if each in found), default=None)
            if place is not None:
                kept = [each for each in found if each not in swap.drop]
                found = [*kept[:place], *swap.instead, *kept[place:]]
    return tuple(dict.fromkeys(found))
