"""Places to go or to call, and the programme's cartography: seven subjects, twelve maps. Pure.

National resources are content files (`content/maps.yaml` says their maps); local places come from
the operator (`places_file.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.folding import fold
from restitution.model import Resource
from restitution.paper import SCREEN_ONLY

STALE_AFTER = timedelta(days=365)
"""A place nobody looked at again for so long may have moved or closed."""
SIGN_LANGUAGE = "fsl"
"""French sign language, which Unicode's list of languages does not name."""


@dataclass(frozen=True, slots=True)
class Map:
    """One of the twelve maps."""

    id: str
    name: str
    resources: tuple[str, ...] = ()
    """National ones, by id."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One of the seven subjects, with its maps."""

    id: str
    name: str
    maps: tuple[Map, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place to go or to call. National ones have no address and no commune."""

    id: str
    name: str
    themes: tuple[str, ...]
    """Subjects or maps, by id."""
    address: str = ""
    commune: str = ""
    postcode: str = ""
    latitude: float | None = None
    longitude: float | None = None
    phone: str | None = None
    url: str | None = None
    hours: str | None = None
    languages: tuple[str, ...] = ()
    """ISO codes, « fsl » for French sign language; none: not told."""
    cost: str | None = None
    use: str | None = None
    reviewed: str | None = None
    """ISO date somebody last checked it; None: never."""
    national: bool = False

    @property
    def free(self) -> bool:
        """Said to be free, without a condition."""
        return bool(_FREE.fullmatch(fold(self.cost or "")))

    def fresh(self, today: date) -> bool:
        """Checked less than 12 months ago. National resources follow the content's own review."""
        if self.national:
            return True
        seen = date.fromisoformat(self.reviewed) if self.reviewed else None
        return seen is not None and today - seen <= STALE_AFTER


_FREE = re.compile(
    r"(?:gratuite?s?|0(?:,00)? ?(?:€|euros?)?)(?:(?: et|,) (?:anonyme|confidentiel))?"
)


def national(subjects: Sequence[Subject], resources: Mapping[str, Resource]) -> tuple[Place, ...]:
    """National resources as places, with the maps that name them. None that tells a confidence."""
    named: dict[str, list[str]] = {}
    for subject in subjects:
        for each in subject.maps:
            for resource in each.resources:
                named.setdefault(resource, []).append(each.id)
    return tuple(
        Place(id=it.id, name=it.name, themes=tuple(named[key]), phone=it.phone, url=it.url,
              hours=it.hours, cost=it.cost, use=it.use, national=True)
        for key, it in resources.items() if key in named and key not in SCREEN_ONLY
    )  # fmt: skip
