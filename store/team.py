"""The accounts of one organisation, and who works there today. Never an answer.

Permission lives in the query: an account of another organisation looks like none at all.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, select, update

from store import accounts, factors, watching
from store.accounts import Professional
from store.repository import Transaction, table
from store.sessions import end_all
from store.tables import AdmissionRow, AuditRow, PractitionerRow, SignInRow
from store.trail import audit

INVITED = ("practitioner", "outreach", "auditor", "admin")
"""Roles a centre administrator may give."""
LASTS = {"join": 7 * 24 * 3600, "reset": 24 * 3600}
"""Seconds a link waits to be used, by purpose; one for the day ends with the day."""
LONGEST_TRACE = 500
_WHO, _SIGN_IN = table(PractitionerRow), table(SignInRow)
_ADMISSION, _AUDIT = table(AdmissionRow), table(AuditRow)


@dataclass(frozen=True, slots=True)
class Member:
    """An account as the administrator of its organisation sees it."""

    id: str
    email: str
    name: str
    profession: str
    role: str
    state: str
    """invited · active · off."""
    factor: bool
    sessions: int


@dataclass(frozen=True, slots=True)
class Admission:
    """What a link that serves once is for."""

    who: str
    name: str
    email: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Traced:
    """Who did what, when; which brief only by the beginning of its id. No content."""

    at: int
    name: str
    profession: str
    action: str
    about: str


# -- for the administrator -----------------------------------------------------------------------


def members(tx: Transaction, me: Professional) -> list[Member]:
    """The accounts of the organisation this person administers; none for anybody else."""
    open_ = (
        select(_SIGN_IN.c.practitioner_id, func.count().label("count"))
        .where(_SIGN_IN.c.until > tx.now, _SIGN_IN.c.stage == "in")
        .group_by(_SIGN_IN.c.practitioner_id)
        .subquery()
    )
    query = (
        select(_WHO, open_.c.count)
        .join_from(_WHO, open_, open_.c.practitioner_id == _WHO.c.id, isouter=True)
        .where(_mine(me), _WHO.c.role != "volunteer")
        .order_by(_WHO.c.name)
    )
    return [_member(tx, row) for row in tx.db.execute(query)]


def _member(tx: Transaction, row: Any) -> Member:
    over = row.until is not None and row.until <= tx.now
    waits = not row.password_hash and row.subject is None
    return Member(
        row.id, row.email, row.name, row.profession, row.role,
        "off" if over else "invited" if waits else "active", row.factor_step > 0, row.count or 0,
    )  # fmt: skip


def _mine(me: Professional) -> Any:
    """The condition that an account is of the organisation `me` administers."""
    administers = me.role == "admin" and me.centre_id is not None
    return _WHO.c.centre_id == (me.centre_id if administers else "")


def invite(
    tx: Transaction, me: Professional, email: str, name: str, profession: str, role: str,
    rpps: str | None = None,
) -> str | None:  # fmt: skip
    """A new account of my organisation; gives the token of its link, None if I may not.

    Raises `OSError` when there is such an account already.
    """
    if me.role != "admin" or role not in INVITED:
        return None
    subject = f"psc:{rpps}" if rpps else None
    who = accounts.admit(tx, email, name, profession, me.centre_id, role, subject=subject)
    audit(tx, me.id, "invite account")
    return admission(tx, who, "join")


def name_watcher(tx: Transaction, me: Professional, who: str, hours: str) -> None:
    """Who reads my centre's urgent briefs, and when. Raises `OSError` for an empty one."""
    if me.role == "admin" and me.centre_id is not None:
        watching.name(tx, me.centre_id, who, hours)
        audit(tx, me.id, "name watcher")


def reset(tx: Transaction, me: Professional, who: str) -> str | None:
    """For somebody who lost everything: a link to choose a new password, to be handed over.

    Second factor, passkeys, recovery codes and sessions go. None: no such account of mine.
    """
    if member(tx, me, who) is None:
        return None
    start_again(tx, who)
    audit(tx, me.id, "reset account")
    return admission(tx, who, "reset")


def start_again(tx: Transaction, who: str) -> None:
    """Nothing of how this account was opened so far opens it any more."""
    factors.forget(tx, who)
    tx.db.execute(update(_WHO).where(_WHO.c.id == who).values(password_hash=""))
    end_all(tx, who)


def deactivate(tx: Transaction, me: Professional, who: str) -> bool:
    """The account ends now, with its sessions. False: no such account of mine, or my own."""
    if who == me.id or member(tx, me, who) is None:
        return False
    switch_off(tx, who)
    audit(tx, me.id, "deactivate account")
    return True


def switch_off(tx: Transaction, who: str) -> None:
    """The account ends now, with its sessions and links; what it did stays in the trail."""
    tx.db.execute(update(_WHO).where(_WHO.c.id == who).values(until=tx.now, subject=None))
    tx.db.execute(delete(_ADMISSION).where(_ADMISSION.c.practitioner_id == who))
    end_all(tx, who)


def end_sessions(tx: Transaction, me: Professional, who: str) -> bool:
    """End every session of an account of mine."""
    if member(tx, me, who) is None:
        return False
    end_all(tx, who)
    audit(tx, me.id, "end sessions")
    return True


def member(tx: Transaction, me: Professional, who: str) -> Member | None:
    """One account that is not over, of the organisation I administer."""
    found = (each for each in members(tx, me) if each.id == who and each.state != "off")
    return next(found, None)


# -- links that serve once -----------------------------------------------------------------------


def admission(tx: Transaction, who: str, purpose: str, until: int | None = None) -> str:
    """A link's token, shown once; an older one of this account stops serving."""
    token = secrets.token_urlsafe(24)
    tx.db.execute(delete(_ADMISSION).where(_ADMISSION.c.practitioner_id == who))
    tx.db.execute(
        insert(_ADMISSION).values(
            hash=tx.keys.hash("admission", token), practitioner_id=who, purpose=purpose,
            until=until or tx.now + LASTS[purpose],
        )
    )  # fmt: skip
    return token


def admitted(tx: Transaction, token: str, purposes: tuple[str, ...]) -> Admission | None:
    """What this link is for; looking never consumes it."""
    row = tx.db.execute(
        select(_ADMISSION, _WHO.c.name, _WHO.c.email)
        .join_from(_ADMISSION, _WHO, _WHO.c.id == _ADMISSION.c.practitioner_id)
        .where(
            _ADMISSION.c.hash == tx.keys.hash("admission", token), _ADMISSION.c.until > tx.now,
            _ADMISSION.c.purpose.in_(purposes), accounts.active(tx),
        )
    ).first()  # fmt: skip
    return Admission(row.practitioner_id, row.name, row.email, row.purpose) if row else None


def use(tx: Transaction, token: str, purposes: tuple[str, ...]) -> Admission | None:
    """Consume a link. None: it served already, or it is too late."""
    found = admitted(tx, token, purposes)
    gone = delete(_ADMISSION).where(_ADMISSION.c.hash == tx.keys.hash("admission", token))
    return found if found and tx.db.execute(gone).rowcount else None


# -- one day ---------------------------------------------------------------------------------------


def volunteer(tx: Transaction, me: Professional, name: str) -> tuple[str, int] | None:
    """An account that sees counts until midnight in Paris: (its link's token, until when)."""
    if me.role not in ("practitioner", "outreach") or me.centre_id is None:
        return None
    until = midnight(tx.now)
    who = accounts.admit(
        tx, f"{uuid.uuid4().hex}@benevole.invalid", name, "bénévole", me.centre_id, "volunteer",
        until=until,
    )  # fmt: skip
    audit(tx, me.id, "admit volunteer")
    return admission(tx, who, "day", until), until


def midnight(now: int) -> int:
    """The next midnight in Paris after `now`, in seconds since 1970."""
    paris = ZoneInfo("Europe/Paris")
    day = datetime.fromtimestamp(now, UTC).astimezone(paris).date() + timedelta(days=1)
    return int(datetime(day.year, day.month, day.day, tzinfo=paris).timestamp())


# -- for the auditor -------------------------------------------------------------------------------


def trace(tx: Transaction, me: Professional) -> list[Traced]:
    """What the accounts of the auditor's organisation did, the newest first; none for others."""
    audits = me.role == "auditor" and me.centre_id is not None
    query = (
        select(_AUDIT.c.at, _AUDIT.c.action, _AUDIT.c.brief_id, _WHO.c.name, _WHO.c.profession)
        .join_from(_AUDIT, _WHO, _WHO.c.id == _AUDIT.c.who)
        .where(_WHO.c.centre_id == (me.centre_id if audits else ""))
        .order_by(_AUDIT.c.id.desc())
        .limit(LONGEST_TRACE)
    )
    return [
        Traced(row.at, row.name, row.profession, row.action, (row.brief_id or "")[:6])
        for row in tx.db.execute(query)
    ]


def account_at(tx: Transaction, email: str) -> str:
    """The id of the account at this address, for an operator. Raises `OSError`."""
    named = _WHO.c.email == email.strip().lower()
    found = tx.db.execute(select(_WHO.c.id).where(named, accounts.active(tx))).scalar()
    if found is None:
        raise OSError(f"there is no open account for {email}")
    return str(found)
