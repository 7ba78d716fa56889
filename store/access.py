"""Who may read a brief, and the trace each reading leaves.

Permission lives in the query: « not yours » looks exactly like « not there ». Every function
takes the transaction of the moment, so a reading and its audit row are written together.
"""

from __future__ import annotations

import json
import secrets
import uuid
import zlib
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func, insert, or_, select

from store.repository import Held, Transaction, table
from store.tables import (
    AuditRow,
    BriefRow,
    CentreRow,
    DataKeyRow,
    GrantRow,
    PractitionerRow,
    RevisionRow,
    SignInRow,
    WrongCodeRow,
)

SESSION = 12 * 3600
WINDOW, PER_ACCOUNT, OVERALL = 1800, 5, 100
"""Seconds; wrong tries an account may make in that time; in an hour, all accounts together."""
GRANT_AFTER_CODE = 30 * 24 * 3600
_HASHER = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_NOBODY = _HASHER.hash("nobody")
_AUDIT, _BRIEF, _CENTRE, _GRANT = map(table, (AuditRow, BriefRow, CentreRow, GrantRow))  # type: ignore[arg-type]
_KEY, _REVISION, _SIGN_IN = map(table, (DataKeyRow, RevisionRow, SignInRow))  # type: ignore[arg-type]
_WHO, _WRONG = table(PractitionerRow), table(WrongCodeRow)


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


@dataclass(frozen=True, slots=True)
class Opened:
    """A brief read: its latest revision, decoded by the caller."""

    id: str
    made_at: int
    revision: int
    brief: bytes
    restitution: bytes


class TooManyTries(Exception):
    """Wrong codes or passwords: wait. The same answer whether the next one would be right."""


# -- accounts ------------------------------------------------------------------------------------


def create_centre(tx: Transaction, name: str) -> str:
    """A centre that receives briefs; gives its id."""
    centre_id = uuid.uuid4().hex
    tx.db.execute(insert(_CENTRE).values(id=centre_id, name=name, made_at=tx.now))
    return centre_id


def centre_called(tx: Transaction, name: str) -> str:
    """The centre of this name, made if there is none; gives its id."""
    found = tx.db.execute(select(_CENTRE.c.id).where(_CENTRE.c.name == name)).scalar()
    return str(found) if found else create_centre(tx, name)


def create_practitioner(
    tx: Transaction,
    email: str,
    name: str,
    profession: str,
    password: str,
    centre: str | None,
    role: str = "practitioner",
) -> str:
    """A local account; gives its id. Raises `OSError` when the address is taken."""
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


def password_hash(tx: Transaction, email: str) -> tuple[str | None, str]:
    """(account, its hash), or (None, a hash nobody's password has): both cost the same to check."""
    row = tx.db.execute(
        select(_WHO.c.id, _WHO.c.password_hash).where(_WHO.c.email == email.strip().lower())
    ).first()
    return (row.id, row.password_hash) if row else (None, _NOBODY)


def right_password(kept: str, given: str) -> bool:
    """Slow on purpose: call it off the writer's thread."""
    try:
        return _HASHER.verify(kept, given)
    except (VerifyMismatchError, InvalidHashError):
        return False


def sign_in(tx: Transaction, who: str) -> str:
    """Open a session; gives its token, of which only a hash is kept."""
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


# -- guessing ------------------------------------------------------------------------------------


def check_tries(tx: Transaction, who: str, kind: str) -> None:
    """Raises `TooManyTries` when this account, or everybody together, tried too often."""
    own = _count(tx, _WRONG.c.who == who, kind, WINDOW)
    if own >= PER_ACCOUNT or (kind == "code" and _count(tx, None, kind, 3600) >= OVERALL):
        raise TooManyTries


def wrong(tx: Transaction, who: str, kind: str) -> None:
    """Count a try in vain."""
    tx.db.execute(insert(_WRONG).values(at=tx.now, who=who, kind=kind))


def _count(tx: Transaction, whose: Any, kind: str, seconds: int) -> int:
    query = select(func.count()).where(_WRONG.c.kind == kind, _WRONG.c.at > tx.now - seconds)
    return int(tx.db.execute(query if whose is None else query.where(whose)).scalar_one())


# -- briefs --------------------------------------------------------------------------------------


def file_brief(
    tx: Transaction,
    held: Held,
    brief: bytes,
    restitution: bytes,
    code: str | None,
    centre: bool = False,
    lasts: int = 90 * 24 * 3600,
) -> str:
    """Seal a finished interview's brief; gives its id. Again: adds a revision, keeps the grants."""
    interview = held.interview.id
    found = tx.db.execute(select(_BRIEF.c.id).where(_BRIEF.c.interview_id == interview)).scalar()
    brief_id = str(found) if found else uuid.uuid4().hex
    if not found:
        tx.db.execute(insert(_BRIEF).values(id=brief_id, interview_id=interview, made_at=tx.now))
    number = _latest(tx, brief_id) + 1
    both = json.dumps([brief.decode(), restitution.decode()]).encode()
    sealed = held.box.seal(zlib.compress(both), f"{interview}|brief|{number}")
    tx.db.execute(
        insert(_REVISION).values(brief_id=brief_id, number=number, made_at=tx.now, sealed=sealed)
    )
    _grant(tx, brief_id, code, held.interview.centre if centre else None, tx.now + lasts)
    return brief_id


def _grant(
    tx: Transaction, brief_id: str, code: str | None, centre: str | None, until: int
) -> None:
    """The person's choice as it is now: a centre no longer chosen loses its grant."""
    mine = _GRANT.c.brief_id == brief_id
    tx.db.execute(delete(_GRANT).where(mine, _GRANT.c.practitioner_id.is_(None)))
    if code:
        hashed = tx.keys.hash("code", code)
        tx.db.execute(insert(_GRANT).values(brief_id=brief_id, code_hash=hashed, until=until))
    if centre:
        tx.db.execute(insert(_GRANT).values(brief_id=brief_id, centre_id=centre, until=until))


def withdraw(tx: Transaction, interview: str) -> None:
    """The person no longer shares: nobody opens the brief any more."""
    mine = select(_BRIEF.c.id).where(_BRIEF.c.interview_id == interview)
    tx.db.execute(delete(_GRANT).where(_GRANT.c.brief_id.in_(mine)))


def open_by_code(tx: Transaction, who: str, code: str) -> str | None:
    """The brief this code opens, from now on readable by this account; None for a wrong code.

    Raises `TooManyTries`. The caller commits in every case, so that tries count.
    """
    check_tries(tx, who, "code")
    row = tx.db.execute(
        select(_GRANT.c.brief_id, _GRANT.c.until).where(
            _GRANT.c.code_hash == tx.keys.hash("code", code), _GRANT.c.until > tx.now
        )
    ).first()
    if row is None:
        wrong(tx, who, "code")
        return None
    own = (_GRANT.c.brief_id == row.brief_id) & (_GRANT.c.practitioner_id == who)
    if not tx.db.execute(select(_GRANT.c.id).where(own, _GRANT.c.until > tx.now)).first():
        until = min(row.until, tx.now + GRANT_AFTER_CODE)
        tx.db.execute(
            insert(_GRANT).values(brief_id=row.brief_id, practitioner_id=who, until=until)
        )
    audit(tx, who, "open by code", row.brief_id)
    return str(row.brief_id)


def read_brief(tx: Transaction, who: Professional, brief_id: str, action: str) -> Opened | None:
    """The latest revision, if it is shared with this professional; the reading is recorded."""
    found = _readable(tx, who, _BRIEF.c.id == brief_id)
    if not found:
        return None
    audit(tx, who.id, action, brief_id)
    return found[0]


def worklist(tx: Transaction, who: Professional) -> list[Opened]:
    """Everything shared with this professional or their centre, newest first."""
    found = _readable(tx, who)
    audit(tx, who.id, "worklist")
    return found


def _readable(tx: Transaction, who: Professional, *where: Any) -> list[Opened]:
    shared = select(_GRANT.c.brief_id).where(
        _GRANT.c.until > tx.now,
        or_(
            _GRANT.c.practitioner_id == who.id,
            _GRANT.c.centre_id.is_not(None) & (_GRANT.c.centre_id == who.centre_id),
        ),
    )
    last = (
        select(_REVISION.c.brief_id, func.max(_REVISION.c.number).label("number"))
        .group_by(_REVISION.c.brief_id)
        .subquery()
    )
    query = (
        select(_BRIEF.c.id, _BRIEF.c.interview_id, _REVISION, _KEY.c.wrapped)
        .join_from(_BRIEF, last, last.c.brief_id == _BRIEF.c.id)
        .join(
            _REVISION,
            (_REVISION.c.brief_id == last.c.brief_id) & (_REVISION.c.number == last.c.number),
        )
        .join(_KEY, _KEY.c.interview_id == _BRIEF.c.interview_id)
        .where(_BRIEF.c.id.in_(shared), *where)
        .order_by(_REVISION.c.made_at.desc())
        .limit(500)
    )
    return [_opened(tx, row) for row in tx.db.execute(query)]


def _opened(tx: Transaction, row: Any) -> Opened:
    box = tx.keys.box(row.interview_id, row.wrapped)
    both = box.open(row.sealed, f"{row.interview_id}|brief|{row.number}")
    brief, restitution = json.loads(zlib.decompress(both))
    return Opened(row.brief_id, row.made_at, row.number, brief.encode(), restitution.encode())


def _latest(tx: Transaction, brief_id: str) -> int:
    query = select(func.max(_REVISION.c.number)).where(_REVISION.c.brief_id == brief_id)
    return int(tx.db.execute(query).scalar() or 0)


def audit(tx: Transaction, who: str, action: str, brief_id: str | None = None) -> None:
    """Who did what, when. No content."""
    tx.db.execute(insert(_AUDIT).values(at=tx.now, who=who, action=action, brief_id=brief_id))


def readings(tx: Transaction, brief_id: str) -> list[tuple[int, str, str]]:
    """(when, who, action) of everything done with a brief, oldest first."""
    query = (
        select(_AUDIT.c.at, _WHO.c.name, _AUDIT.c.action)
        .join_from(_AUDIT, _WHO, _WHO.c.id == _AUDIT.c.who)
        .where(_AUDIT.c.brief_id == brief_id)
        .order_by(_AUDIT.c.id)
    )
    return [(row.at, row.name, row.action) for row in tx.db.execute(query)]
