"""What a patient decides after sharing: until when, with a new code, no more; and what they see.

Each function takes the interview, never a brief's id: a patient acts on their own brief only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import bindparam, delete, insert, or_, select, update

from store.repository import Transaction, table
from store.tables import (
    AuditRow,
    BriefRow,
    CentreRow,
    ContestRow,
    GrantRow,
    PractitionerRow,
)

DAY = 24 * 3600
SAME_READING = 15 * 60
"""Seconds: pages opened by one person within these are one reading."""
_AUDIT, _BRIEF, _CENTRE = table(AuditRow), table(BriefRow), table(CentreRow)
_CONTEST, _GRANT, _WHO = table(ContestRow), table(GrantRow), table(PractitionerRow)
# Made once: putting a statement together takes longer than running it.
_SHARES = (
    select(_GRANT.c.until, _GRANT.c.code_hash, _GRANT.c.centre_id, _CENTRE.c.name,
           _WHO.c.name.label("who"), _WHO.c.profession)
    .join(_BRIEF, _BRIEF.c.id == _GRANT.c.brief_id)
    .join(_CENTRE, _CENTRE.c.id == _GRANT.c.centre_id, isouter=True)
    .join(_WHO, _WHO.c.id == _GRANT.c.practitioner_id, isouter=True)
    .where(_BRIEF.c.interview_id == bindparam("interview"), _GRANT.c.until > bindparam("now"))
    .order_by(_GRANT.c.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """Who may read, until when."""

    kind: Literal["code", "centre", "practitioner"]
    until: int
    name: str = ""
    """Of the centre, or of the practitioner and their profession."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody read the brief, or saw its name in a list."""

    number: int
    """Names it when the patient contests it."""
    at: int
    name: str
    profession: str
    listed: bool
    """Only seen in a list: the name and the first signals."""
    contested: bool


def shares(tx: Transaction, interview: str) -> list[Share]:
    """Who may read this person's brief now."""
    rows = tx.db.execute(_SHARES, {"interview": interview, "now": tx.now})
    return [_share(row) for row in rows]


def _share(row: Any) -> Share:
    if row.code_hash is not None:
        return Share("code", row.until)
    if row.centre_id is not None:
        return Share("centre", row.until, row.name or "")
    return Share("practitioner", row.until, f"{row.who}, {row.profession}")


def code_until(tx: Transaction, interview: str) -> int | None:
    """When the code stops opening the brief; None when no code does."""
    return next((each.until for each in shares(tx, interview) if each.kind == "code"), None)


def lasts(tx: Transaction, interview: str, days: int) -> bool:
    """From now on what the person gave ends after so many days; False: nothing is shared.

    Whoever already opened the brief keeps at most that; nobody gains time they had not been given.
    """
    until = tx.now + days * DAY
    mine = _GRANT.c.brief_id.in_(_mine(interview)) & (_GRANT.c.until > tx.now)
    given = or_(_GRANT.c.practitioner_id.is_(None), _GRANT.c.chosen.is_(True))
    changed = tx.db.execute(update(_GRANT).where(mine, given).values(until=until))
    tx.db.execute(update(_GRANT).where(mine, _GRANT.c.until > until).values(until=until))
    return bool(changed.rowcount)


def replace_code(tx: Transaction, interview: str, code: str) -> bool:
    """Another code opens the brief, the old one no more; False: there was none to replace."""
    mine = _GRANT.c.brief_id.in_(_mine(interview)) & _GRANT.c.code_hash.is_not(None)
    new = update(_GRANT).where(mine, _GRANT.c.until > tx.now)
    return bool(tx.db.execute(new.values(code_hash=tx.keys.hash("code", code))).rowcount)


def stop(tx: Transaction, interview: str) -> None:
    """Nobody reads this person's brief any more, whoever had opened it included."""
    tx.db.execute(delete(_GRANT).where(_GRANT.c.brief_id.in_(_mine(interview))))


def readings(tx: Transaction, interview: str) -> list[Reading]:
    """Who read this person's brief, newest first; what was opened together is one reading."""
    query = (
        select(_AUDIT.c.id, _AUDIT.c.at, _AUDIT.c.action, _AUDIT.c.who, _WHO.c.name,
               _WHO.c.profession, _CONTEST.c.id.label("contested"))
        .join_from(_AUDIT, _WHO, _WHO.c.id == _AUDIT.c.who)
        .join(_CONTEST, _CONTEST.c.reading == _AUDIT.c.id, isouter=True)
        .where(_AUDIT.c.brief_id.in_(_mine(interview)))
        .order_by(_AUDIT.c.id)
    )  # fmt: skip
    return list(reversed(list(_together(tx.db.execute(query)))))


def _together(rows: Iterable[Any]) -> list[Reading]:
    found: list[Reading] = []
    last: dict[tuple[str, bool], tuple[int, int]] = {}
    for row in rows:
        kind = (row.who, row.action == "listed")
        place, at = last.get(kind, (-1, 0))
        new = Reading(row.id, row.at, row.name, row.profession, kind[1], row.contested is not None)
        if place < 0 or row.at - at > SAME_READING:
            place = len(found)
            found.append(new)
        elif new.contested:
            found[place] = new
        last[kind] = (place, row.at)
    return found


def contest(tx: Transaction, interview: str, number: int) -> bool:
    """The person says this reading was not right; kept once. False: no such reading of theirs.

    Only the reading is kept, no reason: whoever looks into it asks.
    """
    row = tx.db.execute(
        select(_AUDIT.c.brief_id).where(
            _AUDIT.c.id == number, _AUDIT.c.brief_id.in_(_mine(interview))
        )
    ).first()
    if row is None:
        return False
    if not tx.db.execute(select(_CONTEST.c.id).where(_CONTEST.c.reading == number)).first():
        tx.db.execute(insert(_CONTEST).values(reading=number, brief_id=row.brief_id, at=tx.now))
    return True


@dataclass(frozen=True, slots=True)
class Contested:
    """A reading its patient says was not right. No content."""

    at: int
    read_at: int
    name: str
    profession: str
    action: str
    about: str
    """The beginning of the brief's id, as in the trail."""


def contested(tx: Transaction, centre: str | None = None) -> list[Contested]:
    """Newest first. `centre`: readings by its accounts; without one (the operator), by anybody."""
    query = (
        select(
            _CONTEST.c.at,
            _AUDIT.c.at.label("read_at"),
            _WHO.c.name,
            _WHO.c.profession,
            _AUDIT.c.action,
            _CONTEST.c.brief_id,
        )
        .join_from(_CONTEST, _AUDIT, _AUDIT.c.id == _CONTEST.c.reading)
        .join(_WHO, _WHO.c.id == _AUDIT.c.who)
        .order_by(_CONTEST.c.id.desc())
    )
    if centre is not None:
        query = query.where(_WHO.c.centre_id == centre)
    return [
        Contested(row.at, row.read_at, row.name, row.profession, row.action, row.brief_id[:6])
        for row in tx.db.execute(query)
    ]


def _mine(interview: str) -> Any:
    return select(_BRIEF.c.id).where(_BRIEF.c.interview_id == interview)
