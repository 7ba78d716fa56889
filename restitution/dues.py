"""Vaccines and screenings by exact age: due, to be asked, or said to be done and to be checked.

Silence is neither « done » nor « not done »: what was not answered is listed as to be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from flows.model import Answers
from restitution.model import Due, DueStatus
from restitution.rules import Condition

DUE_ORDER: tuple[DueStatus, ...] = ("due", "to_ask", "to_check")
_SUFFIX: Mapping[DueStatus, str] = {
    "due": "",
    "to_ask": " (à demander)",
    "to_check": " (dit fait : à vérifier)",
}


@dataclass(frozen=True, slots=True)
class DueRule:
    """A vaccine or screening to look at when its condition is true."""

    due: Due
    when: Condition
    late: Condition | None = None
    done: Condition | None = None
    check: Condition | None = None
    variants: tuple[tuple[Condition, str], ...] = ()

    def status(self, answers: Answers) -> DueStatus | None:
        """None: nothing to look at."""
        if self.when(answers) is not True:
            return None
        if self.late and self.late(answers) is True:
            return "due"
        if self.done and self.done(answers) is True:
            return None
        if self.check and self.check(answers) is True:
            return "to_check"
        return "to_ask" if self.late or self.done or self.check else "due"


def due_now(rules: Iterable[DueRule], answers: Answers) -> tuple[Due, ...]:
    """What concerns this person: due first, then to be asked, then to be checked."""
    found: list[Due] = []
    for rule in rules:
        if status := rule.status(answers):
            text = next((t for when, t in rule.variants if when(answers) is True), None)
            text = (text or rule.due.text) + _SUFFIX[status]
            found.append(replace(rule.due, text=text, status=status))
    return tuple(sorted(found, key=lambda due: DUE_ORDER.index(due.status)))
