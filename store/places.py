"""The operator's local places: public, so not sealed. Each import replaces the last one whole."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import delete, insert, select

from store.repository import Transaction, table
from store.tables import PlaceRow

_PLACE = table(PlaceRow)
_LISTS = ("themes", "languages")
_FIELDS = tuple(each.name for each in _PLACE.c if each.name != "batch")
Row = Mapping[str, Any]
T = TypeVar("T")
_BATCH = select(_PLACE.c.batch).limit(1)


def replace(tx: Transaction, places: Sequence[Row]) -> None:
    """These places, and no other from now on. `themes` and `languages` are lists of words."""
    batch = uuid.uuid4().hex
    tx.db.execute(delete(_PLACE))
    rows = [
        {name: " ".join(each[name]) if name in _LISTS else each[name] for name in _FIELDS}
        | {"batch": batch}
        for each in places
    ]
    if rows:
        tx.db.execute(insert(_PLACE), rows)


def read(tx: Transaction) -> list[Row]:
    """Every place, as it was given."""
    return [
        {**row._mapping, **{name: tuple(getattr(row, name).split()) for name in _LISTS}}
        for row in tx.db.execute(select(*(_PLACE.c[name] for name in _FIELDS)))
    ]


def batch(tx: Transaction) -> str:
    """Which import these places come from; « » when there is none."""
    return str(tx.db.execute(_BATCH).scalar() or "")


class Kept(Generic[T]):
    """What is made of the places, made again only after another import, by any process."""

    def __init__(self, make: Callable[[Sequence[Row]], T]) -> None:
        self._make = make
        self._last: tuple[str, T] | None = None

    def of(self, tx: Transaction) -> T:
        """What the places of this moment make."""
        now, last = batch(tx), self._last
        if last is None or last[0] != now:
            last = self._last = (now, self._make(read(tx)))
        return last[1]
