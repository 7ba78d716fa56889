"""Guessing codes and passwords: counted in the database, so that a restart forgets nothing."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import delete, func, insert, select

from store.repository import Transaction, table
from store.tables import WrongCodeRow

Kind = Literal["code", "password"]
WINDOW, PER_ACCOUNT = 1800, 5
"""Wrong tries one account may make, and the seconds in which it may make them."""
HOUR, OVERALL = 3600, 100
"""Wrong codes all accounts together may try in an hour: what the length of a code is made for."""
_KEPT = 24 * 3600
_WRONG = table(WrongCodeRow)


class TooManyTries(Exception):
    """Wrong codes or passwords: wait. The same answer whether the next one would be right."""


def begin(tx: Transaction, who: str, kind: Kind) -> int:
    """Count a try before it is known to be wrong; gives its number. Raises `TooManyTries`.

    Counting afterwards would let somebody who tries many at once pass them all.
    """
    if _count(tx, kind, WINDOW, _WRONG.c.who == who) >= PER_ACCOUNT:
        raise TooManyTries
    # No such limit on passwords: anybody could then keep everybody out.
    if kind == "code" and _count(tx, kind, HOUR) >= OVERALL:
        raise TooManyTries
    tx.db.execute(delete(_WRONG).where(_WRONG.c.at < tx.now - _KEPT))
    row = insert(_WRONG).values(at=tx.now, who=who, kind=kind).returning(_WRONG.c.id)
    return int(tx.db.execute(row).scalar_one())


def right(tx: Transaction, number: int) -> None:
    """That try was right: it does not count."""
    tx.db.execute(delete(_WRONG).where(_WRONG.c.id == number))


def _count(tx: Transaction, kind: Kind, seconds: int, *where: Any) -> int:
    recent = (_WRONG.c.kind == kind, _WRONG.c.at > tx.now - seconds)
    return int(tx.db.execute(select(func.count()).where(*recent, *where)).scalar_one())
