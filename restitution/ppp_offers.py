"""What can be picked into a plan: advice of this brief and of the library, resources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from restitution.library import Library
from restitution.model import THEMES, Brief
from restitution.paper import on_paper
from restitution.places import Place
from restitution.ppp import Line, fit_for_plan, place_line, resource_line, usable_advice
from restitution.rules import Rule


@dataclass(frozen=True, slots=True)
class Offer:
    """Lines that stand together in a list: those of this brief (theme « »), or of a theme."""

    theme: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Offers:
    """Everything one may pick."""

    advice: tuple[Offer, ...]
    resources: tuple[Offer, ...]

    @property
    def by_origin(self) -> dict[str, Line]:
        """What a form names → the line."""
        offered = (*self.advice, *self.resources)
        return {line.origin: line for offer in offered for line in offer.lines}


def offers(brief: Brief, library: Library, local: Iterable[Offer] = ()) -> Offers:
    """Advice and resources for this person, nothing confidential among them.

    `local`: groups of places near the person; they stand before the national resources.
    """
    paper = on_paper(brief)
    own = Offer("", tuple(_of_brief(paper)))
    fired = {each.id for each in (*brief.flags, *brief.strengths)}
    advice = [own, *(Offer(theme, tuple(_of_theme(theme, paper, library, fired)))
                     for theme in THEMES)]  # fmt: skip
    near = {it.id: it for flag in paper.flags for it in flag.resources}
    named = [line for it in near.values() if (line := resource_line(it, "accepted"))]
    rest = [line for it in library.resources.values()
            if it.id not in near and (line := resource_line(it, "accepted"))]  # fmt: skip
    resources = (Offer("", tuple(named)), *local, Offer("all", tuple(rest)))
    return Offers(_filled(advice), _filled(resources))


def nearby(places: Iterable[Place], near: str) -> tuple[Offer, ...]:
    """Local places found near what was typed, as one group."""
    lines = [line for each in places if (line := place_line(each, "accepted"))]
    return _filled([Offer(f"near:{near}", tuple(lines))])


def _of_brief(paper: Brief) -> Iterable[Line]:
    """In the words that fit this person's answers."""
    for flag in paper.flags:
        if flag.severity != "urgent" and usable_advice(flag):
            yield Line(flag.patient or "", f"advice:{flag.id}", "accepted")
            if flag.step and fit_for_plan(flag.step):
                yield Line(flag.step, f"step:{flag.id}", "accepted")


def _of_theme(theme: str, paper: Brief, library: Library, fired: set[str]) -> Iterable[Line]:
    """The rest of the library for this age. A rule that fired is above, or hidden on purpose."""
    for rule in library.by_band.get(paper.band, ()):
        if rule.theme == theme and rule.id not in fired and _offered(rule):
            yield Line(rule.patient or "", f"advice:{rule.id}", "accepted")


def _offered(rule: Rule) -> bool:
    grave = rule.severity in ("urgent", "strength") or rule.confidential or rule.safety
    return bool(rule.patient) and not grave and not rule.spoken and fit_for_plan(rule.patient)


def _filled(found: Iterable[Offer]) -> tuple[Offer, ...]:
    return tuple(each for each in found if each.lines)
