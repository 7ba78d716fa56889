"""Who reads a centre's urgent briefs, and when. Until that is named, a centre receives none.

Nobody reads while people answer: whoever shares with a centre is told who will, and when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from store.repository import Transaction, table
from store.tables import CentreRow

LONGEST = 120
"""Characters of each of the two."""
_CENTRE = table(CentreRow)


@dataclass(frozen=True, slots=True)
class Watch:
    """Who reads the urgent briefs of a centre, and when, in the centre's own words."""

    who: str
    hours: str


@dataclass(frozen=True, slots=True)
class Centre:
    """An organisation as a campaign may name it."""

    id: str
    name: str
    receives: bool
    """Somebody was named who reads what is urgent."""


def watch(tx: Transaction, centre: str | None) -> Watch | None:
    """Who reads this centre's urgent briefs; None: nobody was named, or no such centre."""
    if centre is None:
        return None
    query = select(_CENTRE.c.watcher, _CENTRE.c.watch_hours).where(_CENTRE.c.id == centre)
    row = tx.db.execute(query).first()
    return Watch(row.watcher, row.watch_hours) if row and row.watcher and row.watch_hours else None


def name(tx: Transaction, centre: str, who: str, hours: str) -> Watch:
    """Name who reads and when; may be changed, never emptied. Raises `OSError` for an empty one."""
    named = Watch(" ".join(who.split())[:LONGEST], " ".join(hours.split())[:LONGEST])
    if not (named.who and named.hours):
        raise OSError("say who reads urgent briefs, and when")
    kept = {"watcher": named.who, "watch_hours": named.hours}
    tx.db.execute(update(_CENTRE).where(_CENTRE.c.id == centre).values(**kept))
    return named


def watching() -> Any:
    """The ids of the centres that receive briefs, as a query."""
    return select(_CENTRE.c.id).where(_CENTRE.c.watcher != "", _CENTRE.c.watch_hours != "")


def centres(tx: Transaction) -> Sequence[Centre]:
    """Every organisation, by name, and whether it may receive."""
    query = select(_CENTRE.c.id, _CENTRE.c.name, _CENTRE.c.id.in_(watching()).label("receives"))
    return [Centre(row.id, row.name, bool(row.receives))
            for row in tx.db.execute(query.order_by(_CENTRE.c.name))]  # fmt: skip


def receiving(tx: Transaction, centre: str) -> str:
    """The same id. Raises `OSError`, with what to do, when nobody there was named."""
    if watch(tx, centre) is None:
        raise OSError(
            "nobody is named there who reads urgent briefs: "
            'python -m app centre NAME --watcher "Dr X" --hours "weekdays, 9 to 17"'
        )
    return centre
