"""Guessing codes and passwords: counted in the database, so that a restart forgets nothing.

Each account and each source has its own count. All together only raise an alarm in the log:
a limit on everybody would let anybody keep everybody out. A browser that signed in to an account
before has a count of its own, so that guessing at an account does not keep its owner out either.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Literal

import structlog
from sqlalchemy import bindparam, delete, func, insert, select

from store.repository import Transaction, table
from store.tables import WrongCodeRow

Kind = Literal["code", "password", "factor", "resume"]
Try = tuple[int, ...]
"""The rows that count one try."""
WINDOW, PER_ACCOUNT = 1800, 5
"""Wrong tries one account may make, and the seconds in which it may make them."""
PER_SOURCE = 30
"""From one place: a centre's professionals share an address."""
HOUR, OVERALL = 3600, 100
"""So many wrong tries of all accounts in an hour, and their multiples, are told in the log."""
_KEPT = 24 * 3600
_WRONG = table(WrongCodeRow)
log = structlog.get_logger()


def place(host: str) -> str:
    """Where a request comes from: a household or a centre, since one IPv6 customer holds a /64."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((int(address), 64), strict=False))


class TooManyTries(Exception):
    """Wrong codes or passwords: wait. The same answer whether the next one would be right."""


def begin(tx: Transaction, who: str, kind: Kind, source: str = "", device: str = "") -> Try:
    """Count a try before it is known to be wrong; gives its rows. Raises `TooManyTries`.

    Counting afterwards would let somebody who tries many at once pass them all. `source` and
    `device` are kept as keyed hashes. `who` is « » for somebody without any account: then only
    where they come from is counted.
    """
    limits = _limits(tx, who, source, device)
    _one_at_a_time(tx, [name for name, _ in limits])
    for name, limit in limits:
        neighbour = kind == "code" and name != who and not device
        # Whoever enters codes has signed in: with no wrong one of their own they have a try, and a
        # neighbour cannot keep them out. At the door that would let one place try every account.
        if neighbour and not _wrong(tx, kind, who):
            continue
        if _wrong(tx, kind, name) >= limit:
            log.warning("locked out for a while", count=limit)
            raise TooManyTries
    tx.db.execute(delete(_WRONG).where(_WRONG.c.at < tx.now - _KEPT))
    # A source is counted beside the account: only the account's line counts for the alarm.
    made = [_row(tx, name, kind) for name, _ in limits]
    since = {"kind": kind, "since": tx.now - HOUR}
    overall = int(tx.db.execute(_OF_ACCOUNTS if who else _OF_ALL, since).scalar_one())
    if overall and overall % OVERALL == 0:
        log.warning("many wrong codes or passwords in an hour", count=overall)
    return tuple(made)


def _limits(tx: Transaction, who: str, source: str, device: str) -> Sequence[tuple[str, int]]:
    if device:
        return [(tx.keys.hash("device", f"{who} {device}").hex(), PER_ACCOUNT)]
    # Another hash each day: where somebody comes from is followed no longer than that.
    today = f"{tx.now // (24 * 3600)} {source}"
    hashed = f"source {tx.keys.hash('source', today).hex()}"
    own, place = [(who, PER_ACCOUNT)] if who else [], [(hashed, PER_SOURCE)] if source else []
    return own + place


def _one_at_a_time(tx: Transaction, names: Sequence[str]) -> None:
    """Of several processes, one counts for these names until it commits; SQLite has one writer."""
    if tx.db.dialect.name == "postgresql":
        for each in sorted(names):
            tx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext(each))))


def _row(tx: Transaction, who: str, kind: Kind) -> int:
    row = insert(_WRONG).values(at=tx.now, who=who, kind=kind).returning(_WRONG.c.id)
    return int(tx.db.execute(row).scalar_one())


def right(tx: Transaction, number: Try) -> None:
    """That try was right: it does not count."""
    tx.db.execute(delete(_WRONG).where(_WRONG.c.id.in_(number)))


def _wrong(tx: Transaction, kind: Kind, who: str) -> int:
    """Wrong tries of this name lately."""
    known = {"kind": kind, "who": who, "since": tx.now - WINDOW}
    return int(tx.db.execute(_WRONG_OF, known).scalar_one())


# Made once: somebody who guesses costs least when all that is done is to count.
_RECENT = (_WRONG.c.kind == bindparam("kind"), _WRONG.c.at > bindparam("since"))
_WRONG_OF = select(func.count()).where(_WRONG.c.who == bindparam("who"), *_RECENT)
_OF_ALL = select(func.count()).where(*_RECENT)
_OF_ACCOUNTS = _OF_ALL.where(_WRONG.c.who.not_like("source %"))
