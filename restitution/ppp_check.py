"""Is this plan fit to be validated? Every problem at once, with the line it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from restitution.library import Library
from restitution.paper import SCREEN_ONLY, folded, tells
from restitution.ppp import KEPT, Line, Plan, Row

_NAMES = {"obstacles": "frein", "advice": "conseil", "resources": "ressource"}
_TELLS = (
    "ces mots laissent deviner des violences ou des idées de mort. D'autres peuvent lire ce plan : "
    "écrivez autrement (« en parler ensemble »), ou retirez-les. À l'écran, rien n'est perdu."
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to change first."""

    where: str
    """The field: « r0.advice.1 », « follow.words »; « » for the whole plan."""
    text: str


def problems(plan: Plan, library: Library) -> tuple[Problem, ...]:
    """What keeps this plan from being validated; nothing when it may be."""
    kept = [(at, row) for at, row in enumerate(plan.rows) if row.kept]
    found: list[Problem] = []
    if not kept:
        found.append(Problem("", "Gardez au moins une priorité."))
    if len(kept) > KEPT:
        found.append(Problem("", "Gardez trois priorités au plus : une ou deux, c'est mieux."))
    for at, row in kept:
        found += _of_row(at, row, library)
    drafts = sum(each.state == "draft" for each in plan.follow_up)
    if drafts:
        found.append(
            Problem("follow.when", "Suivi : encore un brouillon. Acceptez-le ou changez-le.")
        )
    found += [
        Problem("follow.words", f"Suivi : {_TELLS}") for each in plan.follow_up
        if betrays(each, library)
    ]  # fmt: skip
    return tuple(found)


def betrays(line: Line, library: Library) -> bool:
    """Does this line tell what was confided, or name a service that does?"""
    if tells(line.whole):
        return True
    text = folded(line.whole)
    digits = "".join(filter(str.isdigit, text))
    for each in (library.resources[it] for it in SCREEN_ONLY if it in library.resources):
        number = "".join(filter(str.isdigit, each.phone or ""))
        if folded(each.name) in text or (len(number) > 3 and number in digits):
            return True
    return False


def _of_row(at: int, row: Row, library: Library) -> Iterator[Problem]:
    which = f"Priorité {at + 1}"
    if not row.priority.text:
        yield Problem(f"r{at}.priority", f"{which} : écrivez-la, ou retirez-la.")
    named = [(f"r{at}.priority", which, row.priority)]
    for cell, name in _NAMES.items():
        lines: tuple[Line, ...] = getattr(row, cell)
        named += [(f"r{at}.{cell}.{number}", f"{which}, {name} {number + 1}", line)
                  for number, line in enumerate(lines)]  # fmt: skip
    for where, name, line in named:
        if betrays(line, library):
            yield Problem(where, f"{name} : {_TELLS}")
    drafts = sum(line.state == "draft" for _, _, line in named)
    if drafts:
        some = "une ligne est encore" if drafts == 1 else f"{drafts} lignes sont encore"
        yield Problem(
            f"r{at}.priority", f"{which} : {some} en brouillon. Acceptez, modifiez ou retirez."
        )
