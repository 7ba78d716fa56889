"""Screens that were given up: seen without their content, and put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from store.repository import Transaction, table
from store.tables import AddressRow, OutboxRow

_ADDRESS, _OUTBOX = table(AddressRow), table(OutboxRow)


@dataclass(frozen=True, slots=True)
class Letter:
    """A screen nobody got. `error`: the kind of its last error, or « blocked » by the person."""

    id: int
    channel: str
    age: int
    attempts: int
    error: str


def letters(tx: Transaction) -> list[Letter]:
    """Those given up, oldest first. `age` in seconds."""
    query = select(_OUTBOX).where(_OUTBOX.c.status == "dead").order_by(_OUTBOX.c.id)
    return [Letter(row.id, row.channel, tx.now - row.made_at, row.attempts, row.error or "unknown")
            for row in tx.db.execute(query)]  # fmt: skip


def retry(tx: Transaction, ids: Sequence[int] | None = None) -> int:
    """Put these back (None: all), to leave at once; gives how many.

    Not those of a person who blocked us, nor a question that a newer one has followed.
    """
    newer = _OUTBOX.alias()
    followed = (
        select(newer.c.id)
        .where(newer.c.interview_id == _OUTBOX.c.interview_id,
               newer.c.address_hash == _OUTBOX.c.address_hash, newer.c.id > _OUTBOX.c.id,
               newer.c.status.in_(("waiting", "leaving", "sent")), newer.c.notice.is_(False))
        .exists()
    )  # fmt: skip
    there = _ADDRESS.c.hash == _OUTBOX.c.address_hash
    open_place = select(_ADDRESS.c.hash).where(there, _ADDRESS.c.blocked.is_(False))
    asked = open_place.where(_ADDRESS.c.interview_id == _OUTBOX.c.interview_id)  # not begun again
    may = [_OUTBOX.c.status == "dead", open_place.exists(),
           _OUTBOX.c.notice.is_(True) | (asked.exists() & ~followed)]  # fmt: skip
    if ids is not None:
        may.append(_OUTBOX.c.id.in_(ids))
    again = {"status": "waiting", "attempts": 0, "due_at": 0.0, "error": None}
    return int(tx.db.execute(update(_OUTBOX).where(*may).values(again)).rowcount)
