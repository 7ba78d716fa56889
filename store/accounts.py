"""Professionals: their centres, their accounts, their sessions."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, insert, select

from store import tries
from store.repository import Transaction, table
from store.tables import CentreRow, PractitionerRow, SignInRow
from store.trail import audit

SESSION = 12 * 3600
SHORTEST_PASSWORD = 12
ROLES = ("practitioner", "outreach")
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


def create_centre(tx: Transaction, name: str) -> str:
    """A centre that receives briefs; gives its id."""
    centre_id = uuid.uuid4().hex
    tx.db.execute(insert(_CENTRE).values(id=centre_id, name=name, made_at=tx.now))
    return centre_id


def centre_called(tx: Transaction, name: str) -> str:
    """The centre of this name, made if there is none; gives its id."""
    found = tx.db.execute(select(_CENTRE.c.id).where(_CENTRE.c.name == name)).scalar()
    return str(found) if found else create_centre(tx, name)


def centres(tx: Transaction) -> list[tuple[str, str]]:
    """(id, name) of every centre, by name."""
    rows = tx.db.execute(select(_CENTRE.c.id, _CENTRE.c.name).order_by(_CENTRE.c.name))
    return [(row.id, row.name) for row in rows]


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
    if role not in ROLES:
        raise OSError(f"there is no role {role!r}; there are {', '.join(ROLES)}")
    if len(password) < SHORTEST_PASSWORD:
        raise OSError(f"a password has {SHORTEST_PASSWORD} characters or more")
    email = email.strip().lower()
    if tx.db.execute(select(_WHO.c.id).where(_WHO.c.email == email)).first():
        raise OSError(f"there is already an account for {email}")
    who = uuid.uuid4().hex
    tx.db.execute(
        insert(_WHO).values(
            id=who, email=email, name=name, profession=profession, role=role,
            password_hash=_HASHER.hash(password), centre_id=centre, made_at=tx.now,
        )
    )  # fmt: skip
    return who


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody at the door: which account, what its password must match, and this try's number."""

    who: str | None
    password_hash: str
    number: int


def knock(tx: Transaction, email: str) -> Knock:
    """A try to sign in; an unknown address costs as much to check. Raises `TooManyTries`."""
    email = email.strip().lower()
    # A hash: what people type here by mistake may be anything, a password included.
    number = tries.begin(tx, tx.keys.hash("email", email).hex(), "password")
    query = select(_WHO.c.id, _WHO.c.password_hash).where(_WHO.c.email == email)
    row = tx.db.execute(query).first()
    return Knock(row.id, row.password_hash, number) if row else Knock(None, _nobody(), number)


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe())


def right_password(kept: str, given: str) -> bool:
    """Slow on purpose: call it off the writer's thread."""
    try:
        return _HASHER.verify(kept, given)
    except (VerifyMismatchError, InvalidHashError):
        return False


def sign_in(tx: Transaction, who: str, number: int) -> str:
    """Open a session after this right try; gives its token, of which only a hash is kept."""
    tries.right(tx, number)
    token = secrets.token_urlsafe(32)
    tx.db.execute(
        insert(_SIGN_IN).values(
            hash=tx.keys.hash("session", token), practitioner_id=who, made_at=tx.now,
            until=tx.now + SESSION,
        )
    )  # fmt: skip
    audit(tx, who, "sign in")
    return token


def sign_out(tx: Transaction, token: str) -> None:
    """End this session."""
    tx.db.execute(delete(_SIGN_IN).where(_SIGN_IN.c.hash == tx.keys.hash("session", token)))


def signed_in(tx: Transaction, token: str) -> Professional | None:
    """Who holds this session, if it is still open."""
    row = tx.db.execute(
        select(_WHO, _CENTRE.c.name.label("centre"))
        .join_from(_SIGN_IN, _WHO, _WHO.c.id == _SIGN_IN.c.practitioner_id)
        .join(_CENTRE, _CENTRE.c.id == _WHO.c.centre_id, isouter=True)
        .where(_SIGN_IN.c.hash == tx.keys.hash("session", token), _SIGN_IN.c.until > tx.now)
    ).first()
    if row is None:
        return None
    return Professional(
        row.id, row.email, row.name, row.profession, row.role, row.centre_id, row.centre
    )
