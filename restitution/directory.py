"""Where to send people: places near them, by subject. Pure: the day comes as an argument.

National resources, then the operator's local places near a town (`places.py` says what they are).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from heapq import nsmallest
from math import cos
from typing import Any

from flows.folding import fold
from restitution.geography import (
    EARTH_KM,
    Cell,
    Point,
    cell_of,
    cells_around,
    commune_key,
    department_of,
    distance,
    middle,
    point_at,
)
from restitution.model import Advice, Flag, Resource
from restitution.places import STALE_AFTER, Place, Subject, national

NEAR_KM = 30
_POSTCODE = re.compile(r"\b(\d{5})\b")


@dataclass(frozen=True, slots=True)
class Hit:
    """A place found, how far it is when that is known, and whether it is up to date."""

    place: Place
    km: float | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: the nearest local places, then national resources."""

    local: tuple[Hit, ...]
    national: tuple[Hit, ...]
    total: int
    """Local places that fit, shown or not."""
    known: bool = True
    """False: no place of the directory is in that commune or postcode, nor near it."""

    @property
    def hits(self) -> tuple[Hit, ...]:
        return (*self.local, *self.national)


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """A local place, ready to be compared."""

    place: Place
    commune: str
    point: Point | None
    free: bool


@dataclass(frozen=True, eq=False)
class Directory:
    """Local places and national resources, indexed. Made once, searched often."""

    places: tuple[Place, ...] = ()
    national: tuple[Place, ...] = ()
    subjects: tuple[Subject, ...] = ()

    @cached_property
    def themes(self) -> Mapping[str, str]:
        """Id → name, every subject followed by its maps where they differ."""
        named: dict[str, str] = {}
        for subject in self.subjects:
            named[subject.id] = subject.name
            named |= {each.id: each.name for each in subject.maps if each.id != subject.id}
        return named

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages spoken somewhere."""
        return tuple(sorted({code for each in self.places for code in each.languages}))

    @cached_property
    def fitting(self) -> Mapping[str, frozenset[str]]:
        """Theme asked → themes that fit it: a subject's maps; a map and its whole subject."""
        found: dict[str, frozenset[str]] = {}
        for subject in self.subjects:
            maps = {each.id for each in subject.maps}
            found |= {each: frozenset({each, subject.id}) for each in maps}
            found[subject.id] = frozenset({subject.id, *maps})
        return found

    @cached_property
    def kept(self) -> tuple[_Kept, ...]:
        """Local places by name."""
        ordered = sorted(self.places, key=lambda it: fold(it.name))
        return tuple(_Kept(it, commune_key(it.commune), _point(it), it.free) for it in ordered)

    @cached_property
    def homes(self) -> Mapping[str, tuple[_Kept, ...]]:
        """Commune, postcode or department → what is there."""
        found: dict[str, list[_Kept]] = {}
        for each in self.kept:
            code = each.place.postcode
            for key in {each.commune, code, department_of(code)} - {""}:
                found.setdefault(key, []).append(each)
        return {key: tuple(own) for key, own in found.items()}

    @cached_property
    def cells(self) -> Mapping[Cell, tuple[_Kept, ...]]:
        """Square of the map → what is in it: a search near a town looks at a few."""
        found: dict[Cell, list[_Kept]] = {}
        for each in self.kept:
            if each.point is not None:
                found.setdefault(cell_of(each.point), []).append(each)
        return {key: tuple(own) for key, own in found.items()}

    @cached_property
    def centres(self) -> Mapping[str, tuple[Point, ...]]:
        """Commune, postcode or department → the middle of its own entries, one per namesake."""
        found: dict[str, dict[str, list[Point]]] = {}
        for key, own in self.homes.items():
            for each in own:
                if each.point is not None:
                    groups = found.setdefault(key, {})
                    groups.setdefault(department_of(each.place.postcode), []).append(each.point)
        return {key: tuple(map(middle, own.values())) for key, own in found.items()}


def directory(
    subjects: Sequence[Subject], resources: Mapping[str, Resource],
    rows: Iterable[Mapping[str, Any]] = (),
) -> Directory:  # fmt: skip
    """The directory of these national resources and of the local places kept as `rows`."""
    return Directory(
        tuple(Place(**row) for row in rows), national(subjects, resources), tuple(subjects)
    )


_SUBJECTS = {
    "nutrition": "nutrition", "physical_activity": "physical_activity", "addictions": "addictions",
    "mental_health": "mental_health", "sexual_health": "sexual_health",
    "vaccination": "vaccination", "cancers": "screening",
}  # fmt: skip
"""The programme's themes → subjects of the cartography; the other themes have none."""


def themes_for(told: Iterable[Advice | Flag], inside: Directory) -> tuple[str, ...]:
    """What to look for after these advices or flags: the map of their first resource that has one,
    else the subject of their theme; nothing for themes the cartography leaves out."""
    maps = {each.id: each.themes for each in inside.national}
    found: dict[str, None] = {}
    for each in told:
        subject = _SUBJECTS.get(each.theme, "")
        own = inside.fitting.get(subject, frozenset())
        named = [[it for it in maps.get(resource.id, ()) if it in own]
                 for resource in each.resources]  # fmt: skip
        first = next(filter(None, named), [subject] if subject in inside.themes else [])
        found |= dict.fromkeys(first)
    return tuple(found)


def search(
    inside: Directory, today: date, *,
    themes: Iterable[str] = (), near: str = "", language: str = "", free: bool = False,
    fresh_only: bool = False, within_km: float = NEAR_KM, limit: int = 50,
) -> Found:  # fmt: skip
    """Places that fit every filter given; an empty filter lets all pass. Nearest first.

    `themes`: subjects or maps by id, any of them; an unknown one fits nothing. `near`: a commune,
    a postcode, or both as people write them: its own places come first, then those within
    `within_km`, measured from the middle of its own entries (an unknown postcode stands for its
    department). `language`: an ISO code; a place that tells no language is left out then.
    National resources are never filtered by place or language.
    """
    asked = tuple(themes)
    wanted = frozenset().union(*(inside.fitting.get(each, ()) for each in asked))
    oldest = (today - STALE_AFTER).isoformat() if fresh_only else ""

    def fits(kept: _Kept) -> bool:
        place = kept.place
        return ((not asked or not wanted.isdisjoint(place.themes))
                and (not language or language in place.languages)
                and (not free or kept.free)
                and (not oldest or (place.reviewed or "") >= oldest))  # fmt: skip

    key, own = _where(inside, near)
    centres = inside.centres.get(key, ())
    if near.strip():
        there: Iterable[_Kept] = _around(inside, own, key, within_km)
        if asked or language or free or oldest:
            there = filter(fits, there)
        kept, ranks = _ranked(inside, there, own, key, within_km)
        first = nsmallest(limit, range(len(kept)), key=ranks.__getitem__)
        chosen, total = [kept[each] for each in first], len(kept)
    else:
        kept = [each for each in inside.kept if fits(each)]
        chosen, total = kept[:limit], len(kept)
    return Found(
        local=tuple(_hit(each, centres, today) for each in chosen),
        national=tuple(Hit(it, None, True) for it in inside.national
                       if (not asked or wanted.intersection(it.themes))
                       and (not free or it.free)),
        total=total,
        known=not near.strip() or bool(key),
    )  # fmt: skip


def _hit(kept: _Kept, centres: Sequence[Point], today: date) -> Hit:
    km = min((distance(kept.point, each) for each in centres), default=None) \
        if kept.point else None  # fmt: skip
    return Hit(kept.place, km, kept.place.fresh(today))


def _where(inside: Directory, near: str) -> tuple[str, str]:
    """(key of the entries to measure from, « » when unknown; key of those that are there)."""
    code = _POSTCODE.search(near)
    own = code[1] if code else commune_key(near)
    keys = [own, department_of(own)] if code else [own]
    return next((each for each in keys if each in inside.homes), ""), own


def _around(inside: Directory, own: str, key: str, km: float) -> Iterator[_Kept]:
    """What is there, and whatever may be within reach. A department lends what is nowhere else."""
    homes = inside.homes.get(own, ())
    yield from homes
    if key != own:
        yield from (each for each in inside.homes.get(key, ()) if each.point is None)
    known = set(map(id, homes))
    squares = {it for centre in inside.centres.get(key, ()) for it in cells_around(centre, km)}
    for square in squares:
        yield from (each for each in inside.cells.get(square, ()) if id(each) not in known)


def _ranked(
    inside: Directory, there: Iterable[_Kept], own: str, key: str, within_km: float
) -> tuple[list[_Kept], list[float]]:
    """Those that are there or within reach, and how they rank: their own first, then the near.

    Two lists and no pairs: in a large town, thousands of pairs cost more than the search.
    """
    # The cosine of an angle is three products: who is nearer is known without trigonometry.
    reach = cos(within_km / EARTH_KM)
    (a, b, c), *more = inside.centres.get(key) or ((0.0, 0.0, 0.0),)
    placed = key in inside.centres
    homes = set(map(id, inside.homes.get(own, ())))
    kept: list[_Kept] = []
    ranks: list[float] = []
    for each in there:
        near = reach
        if placed and each.point is not None:
            x, y, z = each.point
            near = x * a + y * b + z * c
            if more:
                near = max(near, *(x * d + y * e + z * f for d, e, f in more))
        elsewhere = id(each) not in homes
        if near >= reach or not elsewhere:
            kept.append(each)
            ranks.append(2 - near if elsewhere else -near)
    return kept, ranks


def _point(place: Place) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return point_at(place.latitude, place.longitude)
