"""Sessions of professionals: on the server, rotated, with an idle and an absolute limit."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update

from store.crypto import Box, SealError
from store.repository import Transaction, table
from store.tables import SignInRow

LASTS = 12 * 3600
"""Seconds a session lasts at most."""
IDLE = 2 * 3600
"""Seconds without a request after which a session is over."""
HALFWAY = 600
"""Seconds to give the second factor, or to set it up."""
FEDERATED = 4 * 3600
FEDERATED_IDLE = 30 * 60
"""Pro Santé Connect renews its own for thirty minutes at most: ours ends as soon when unused."""
PROVEN = 300
"""Seconds in which a session may change how its owner signs in, after a proof."""
TOUCH = 60
"""A session in use is noted once in so many seconds: not a write for each page."""
_SIGN_IN = table(SignInRow)


@dataclass(frozen=True, slots=True)
class Session:
    """An open session, as its owner recognises it."""

    name: str
    made_at: int
    seen_at: int
    browser: str


def open_session(
    tx: Transaction, who: str, browser: str = "", stage: str = "in", sealed: bytes | None = None
) -> str:
    """A fresh session; gives its token. `sealed`: what an identity provider wants back."""
    token = secrets.token_urlsafe(32)
    lasts = LASTS if stage == "in" else HALFWAY
    kept = None if sealed is None else _box(tx, token).seal(sealed, "id_token")
    if sealed is not None:
        lasts = FEDERATED
    tx.db.execute(
        insert(_SIGN_IN).values(
            hash=tx.keys.hash("session", token), practitioner_id=who, made_at=tx.now,
            until=tx.now + lasts, seen_at=tx.now, stage=stage, browser=browser, sealed=kept,
            proved_at=tx.now if stage == "in" else 0,
        )
    )  # fmt: skip
    return token


def session_of(tx: Transaction, token: str) -> Any:
    """The condition that a row is the open session of this token."""
    return (_SIGN_IN.c.hash == tx.keys.hash("session", token)) & open_at(tx.now)


def open_at(now: Any) -> Any:
    """The condition that a session is open at this time (seconds, or a parameter of a query)."""
    late = _SIGN_IN.c.sealed.is_not(None) & (_SIGN_IN.c.seen_at <= now - FEDERATED_IDLE)
    return (_SIGN_IN.c.until > now) & (_SIGN_IN.c.seen_at > now - IDLE) & ~late


def touch(tx: Transaction, token: str) -> None:
    """Note that this session is used. One that is over stays over."""
    tx.db.execute(update(_SIGN_IN).where(session_of(tx, token)).values(seen_at=tx.now))


def prove(tx: Transaction, token: str) -> None:
    """Its owner has just given a password or a second factor again."""
    tx.db.execute(update(_SIGN_IN).where(session_of(tx, token)).values(proved_at=tx.now))


def sessions(tx: Transaction, who: str) -> list[Session]:
    """The open sessions of an account, the last used first."""
    query = (
        select(_SIGN_IN)
        .where(_SIGN_IN.c.practitioner_id == who, _SIGN_IN.c.stage == "in", open_at(tx.now))
        .order_by(_SIGN_IN.c.seen_at.desc())
    )
    return [
        Session(row.hash.hex(), row.made_at, row.seen_at, row.browser)
        for row in tx.db.execute(query)
    ]


def sign_out(tx: Transaction, token: str) -> bytes | None:
    """End this session; gives what the identity provider wants back, if it opened it."""
    mine = _SIGN_IN.c.hash == tx.keys.hash("session", token)
    sealed = tx.db.execute(select(_SIGN_IN.c.sealed).where(mine)).scalar()
    tx.db.execute(delete(_SIGN_IN).where(mine))
    try:
        return None if sealed is None else _box(tx, token).open(sealed, "id_token")
    except SealError:
        return None


def end(tx: Transaction, who: str, name: str) -> bool:
    """End one session of this account by its name. False: no such session of theirs."""
    try:
        hashed = bytes.fromhex(name)
    except ValueError:
        return False
    mine = (_SIGN_IN.c.practitioner_id == who) & (_SIGN_IN.c.hash == hashed)
    return bool(tx.db.execute(delete(_SIGN_IN).where(mine)).rowcount)


def end_all(tx: Transaction, who: str) -> int:
    """End every session of this account; gives how many."""
    return int(tx.db.execute(delete(_SIGN_IN).where(_SIGN_IN.c.practitioner_id == who)).rowcount)


def _box(tx: Transaction, token: str) -> Box:
    # Made of the browser's token: a stolen database opens none.
    return Box(tx.keys.hash("session seal", token))
