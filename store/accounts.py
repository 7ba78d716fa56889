"""Professionals: their organisations, their accounts, what they may do."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import BigInteger, bindparam, insert, or_, select, update

from store import tries
from store.repository import Transaction, table
from store.sessions import LASTS, end_all, open_at, open_session, sign_out
from store.tables import CentreRow, PractitionerRow, SignInRow
from store.trail import audit

__all__ = ["SESSION", "sign_out"]
SESSION = LASTS
SHORTEST_PASSWORD = 12
ROLES = ("practitioner", "outreach", "admin", "auditor", "volunteer")
"""practitioner reads briefs · outreach prepares campaigns and sees counts · admin manages the
accounts of one organisation · auditor reads its trail · volunteer sees counts, for one day.
Whoever runs the service (the operator) works from the command line and has no account."""
KINDS = ("centre", "cpts", "team")
_HASHER = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_CENTRE, _WHO, _SIGN_IN = table(CentreRow), table(PractitionerRow), table(SignInRow)


@dataclass(frozen=True, slots=True)
class Professional:
    """Somebody signed in."""

    id: str
    email: str
    name: str
    profession: str
    role: str
    centre_id: str | None
    centre: str | None
    session: str = ""
    """The name of this session on the list of one's sessions; opens nothing."""
    stage: str = "in"
    seen_at: int = 0
    """When this session was last noted to be used."""
    proved_at: int = 0
    """When a password or a second factor was last given in it."""


# -- organisations -----------------------------------------------------------------------------


def create_centre(tx: Transaction, name: str, kind: str = "centre") -> str:
    """An organisation; gives its id. Raises `OSError` for an unknown kind."""
    if kind not in KINDS:
        raise OSError(f"there is no kind {kind!r}; there are {', '.join(KINDS)}")
    centre_id = uuid.uuid4().hex
    tx.db.execute(insert(_CENTRE).values(id=centre_id, name=name, kind=kind, made_at=tx.now))
    return centre_id


def centre_called(tx: Transaction, name: str) -> str:
    """The centre of this name, made if there is none; gives its id."""
    found = tx.db.execute(select(_CENTRE.c.id).where(_CENTRE.c.name == name)).scalar()
    return str(found) if found else create_centre(tx, name)


# -- accounts ----------------------------------------------------------------------------------


def create_practitioner(
    tx: Transaction,
    email: str,
    name: str,
    profession: str,
    password: str,
    centre: str | None,
    role: str = "practitioner",
) -> str:
    """A local account; gives its id.

    Raises `OSError` for an address already taken, a short password or an unknown role.
    """
    return admit(tx, email, name, profession, centre, role, password_hash=hashed(password))


def admit(
    tx: Transaction,
    email: str,
    name: str,
    profession: str,
    centre: str | None,
    role: str,
    *,
    password_hash: str = "",
    subject: str | None = None,
    until: int | None = None,
) -> str:
    """An account that signs in with a password, or as `subject` at the identity provider."""
    if role not in ROLES:
        raise OSError(f"there is no role {role!r}; there are {', '.join(ROLES)}")
    if role in ("admin", "auditor", "volunteer") and centre is None:
        raise OSError(f"the role {role!r} belongs to a centre: name one")
    email = email.strip().lower()
    taken = or_(_WHO.c.email == email, _WHO.c.subject.is_not(None) & (_WHO.c.subject == subject))
    if tx.db.execute(select(_WHO.c.id).where(taken)).first():
        raise OSError(f"there is already an account for {email} or for this professional")
    who = uuid.uuid4().hex
    tx.db.execute(
        insert(_WHO).values(
            id=who, email=email, name=name, profession=profession, role=role, subject=subject,
            password_hash=password_hash, centre_id=centre, made_at=tx.now, until=until,
            factor_step=0,
        )
    )  # fmt: skip
    return who


def hashed(password: str) -> str:
    """What is kept of a password; slow on purpose. Raises `OSError` for a short one."""
    if len(password) < SHORTEST_PASSWORD:
        raise OSError(f"a password has {SHORTEST_PASSWORD} characters or more")
    return _HASHER.hash(password)


def change_password(tx: Transaction, who: str, password_hash: str, action: str) -> None:
    """A new password; every session of the account ends."""
    tx.db.execute(update(_WHO).where(_WHO.c.id == who).values(password_hash=password_hash))
    end_all(tx, who)
    audit(tx, who, action)


def active(tx: Transaction) -> Any:
    """The condition that an account is not over."""
    return or_(_WHO.c.until.is_(None), _WHO.c.until > tx.now)


def account(tx: Transaction, who: str) -> Any:
    """The row of an active account, or None."""
    return tx.db.execute(select(_WHO).where(_WHO.c.id == who, active(tx))).first()


def known_as(tx: Transaction, subject: str) -> str | None:
    """The account admitted for this person of the identity provider."""
    query = select(_WHO.c.id).where(_WHO.c.subject == subject, active(tx))
    found = tx.db.execute(query).scalar()
    return str(found) if found else None


# -- the door ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody at the door: which account, what its password must match, and this try's number."""

    who: str | None
    password_hash: str
    number: tries.Try


def knock(tx: Transaction, email: str, source: str = "", device: str = "") -> Knock:
    """A try to sign in; an unknown address costs as much to check. Raises `TooManyTries`.

    `source` is where the request comes from; `device` what a browser that signed in to this
    account before carries. Both are only kept as keyed hashes.
    """
    email = email.strip().lower()
    # A hash: what people type here by mistake may be anything, a password included.
    account = tx.keys.hash("email", email).hex()
    number = tries.begin(tx, account, "password", source, device)
    query = select(_WHO.c.id, _WHO.c.password_hash).where(_WHO.c.email == email, active(tx))
    row = tx.db.execute(query).first()
    if row is None or not row.password_hash:
        return Knock(None, _nobody(), number)
    return Knock(row.id, row.password_hash, number)


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def right_password(kept: str, given: str) -> bool:
    """Slow on purpose: call it off the writer's thread."""
    try:
        return _HASHER.verify(kept, given)
    except (VerifyMismatchError, InvalidHashError):
        return False


def sign_in(
    tx: Transaction, who: str, number: tries.Try, browser: str = "", stage: str = "in"
) -> str:
    """Open a session after this right try; gives its token, of which only a hash is kept."""
    tries.right(tx, number)
    if stage == "in":
        audit(tx, who, "sign in")
    return open_session(tx, who, browser, stage)


def signed_in(
    tx: Transaction, token: str, stages: tuple[str, ...] = ("in",)
) -> Professional | None:
    """Who holds this session, if it is still open and has come this far."""
    known = {"token": tx.keys.hash("session", token), "stages": stages, "now": tx.now}
    row = tx.db.execute(_SIGNED_IN, known).first()
    if row is None:
        return None
    return Professional(
        row.id, row.email, row.name, row.profession, row.role, row.centre_id, row.centre,
        row.hash.hex(), row.stage, row.seen_at, row.proved_at,
    )  # fmt: skip


_NOW = bindparam("now", type_=BigInteger)
# Made once: each request of a professional asks it, and making it took longer than asking.
_SIGNED_IN = (
    select(
        _WHO, _CENTRE.c.name.label("centre"), _SIGN_IN.c.hash, _SIGN_IN.c.stage,
        _SIGN_IN.c.seen_at, _SIGN_IN.c.proved_at,
    )
    .join_from(_SIGN_IN, _WHO, _WHO.c.id == _SIGN_IN.c.practitioner_id)
    .join(_CENTRE, _CENTRE.c.id == _WHO.c.centre_id, isouter=True)
    .where(
        _SIGN_IN.c.hash == bindparam("token"), open_at(_NOW),
        _SIGN_IN.c.stage.in_(bindparam("stages", expanding=True)),
        or_(_WHO.c.until.is_(None), _WHO.c.until > _NOW),
    )
)  # fmt: skip
