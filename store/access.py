"""Who may read a brief, and the trace each reading leaves.

Permission lives in the query: « not yours » looks exactly like « not there ». Every function
takes the transaction of the moment, so a reading and its audit row are written together.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from isal import isal_zlib
from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from store import tries
from store.accounts import (
    SESSION,
    Professional,
    centre_called,
    create_centre,
    create_practitioner,
)
from store.codes import read_code
from store.crypto import Box
from store.repository import Held, Transaction, table
from store.tables import BriefRow, GrantRow, PractitionerRow, RevisionRow
from store.trail import audit, audit_once, readings
from store.tries import TooManyTries
from store.watching import watching

__all__ = [
    "TooManyTries", "audit", "centre_called", "create_centre", "create_practitioner", "readings",
]  # fmt: skip
GRANT_AFTER_CODE = 30 * 24 * 3600
"""Seconds: whoever opened a brief by its code finds it again for so long, without the code."""
LONGEST_LIST = 500
"""Briefs on a worklist: the newest."""
_BRIEF, _GRANT = table(BriefRow), table(GrantRow)
_REVISION, _WHO = table(RevisionRow), table(PractitionerRow)
# Made once: putting a statement together takes longer than running it.
_BRIEF_OF = select(_BRIEF.c.id).where(_BRIEF.c.interview_id == bindparam("interview"))
_NEW_BRIEF, _NEW_REVISION, _NEW_GRANT = insert(_BRIEF), insert(_REVISION), insert(_GRANT)


@dataclass(frozen=True)
class Opened:
    """A brief one may read: its latest revision, unsealed when asked for.

    Unsealing hundreds would keep the writer's thread from the patients: the caller does it.
    """

    id: str
    made_at: int
    revision: int
    _sealed: bytes
    _box: Box
    _about: str
    interview: str = ""

    @cached_property
    def _both(self) -> Sequence[str]:
        made: list[str] = json.loads(zlib.decompress(self._box.open(self._sealed, self._about)))
        return made

    @property
    def box(self) -> Box:
        """What else belongs to this interview is sealed with."""
        return self._box

    @property
    def brief(self) -> bytes:
        return self._both[0].encode()

    @property
    def restitution(self) -> bytes:
        return self._both[1].encode()


def file_brief(
    tx: Transaction,
    held: Held,
    brief: bytes,
    restitution: bytes,
    code: str | None,
    centre: bool = False,
    lasts: int = 90 * 24 * 3600,
    practitioner: bool = False,
) -> str:
    """Seal a finished interview's brief; gives its id. Again: adds a revision, keeps the grants.

    `centre`, `practitioner`: those whose invitation was accepted may read it without the code.
    """
    interview = held.interview.id
    found = tx.db.execute(_BRIEF_OF, {"interview": interview}).scalar()
    brief_id = str(found) if found else uuid.uuid4().hex
    if not found:
        new = {"id": brief_id, "interview_id": interview, "made_at": tx.now}
        tx.db.execute(_NEW_BRIEF, new)
    number = _latest(tx, brief_id) + 1 if found else 1
    both = json.dumps([brief.decode(), restitution.decode()]).encode()
    small = isal_zlib.compress(both, isal_zlib.ISAL_DEFAULT_COMPRESSION)
    sealed = held.box.seal(small, f"{interview}|brief|{number}")
    revision = {"brief_id": brief_id, "number": number, "made_at": tx.now, "sealed": sealed}
    tx.db.execute(_NEW_REVISION, revision)
    chosen: dict[str, object] = {}
    if code:
        chosen["code_hash"] = tx.keys.hash("code", code)
    if centre and held.interview.centre:
        chosen["centre_id"] = held.interview.centre
    who = held.interview.practitioner if practitioner else None
    if who and tx.db.execute(select(_WHO.c.id).where(_WHO.c.id == who)).first():
        chosen["practitioner_id"] = who
    _grant(tx, brief_id, chosen, tx.now + lasts, new=not found)
    return brief_id


def _grant(
    tx: Transaction, brief_id: str, chosen: dict[str, object], until: int, new: bool
) -> None:
    """The person's choice as it is now: whoever is no longer chosen loses their grant.

    A correction moves no end: the person may have chosen it, or be told it on paper. `new`: nobody
    was given anything yet.
    """
    if not new:
        given = (_GRANT.c.brief_id == brief_id) & (
            _GRANT.c.practitioner_id.is_(None) | _GRANT.c.chosen.is_(True)
        )
        ends = select(func.max(_GRANT.c.until)).where(given, _GRANT.c.until > tx.now)
        until = tx.db.execute(ends).scalar() or until
        tx.db.execute(delete(_GRANT).where(given))
    for column, value in chosen.items():
        tx.db.execute(_NEW_GRANT, {"brief_id": brief_id, "until": until, column: value,
                                       "chosen": column == "practitioner_id"})  # fmt: skip


def account_called(tx: Transaction, email: str) -> str:
    """The id of the account with this address; `OSError` when there is none that reads briefs."""
    mine = (_WHO.c.email == email.strip().lower()) & (_WHO.c.role == "practitioner")
    found = tx.db.execute(select(_WHO.c.id).where(mine)).scalar()
    if found is None:
        raise OSError(f"there is no practitioner's account for {email}")
    return str(found)


def withdraw(tx: Transaction, interview: str) -> None:
    """The person no longer shares: nobody opens the brief any more."""
    mine = select(_BRIEF.c.id).where(_BRIEF.c.interview_id == interview)
    tx.db.execute(delete(_GRANT).where(_GRANT.c.brief_id.in_(mine)))


def open_by_code(tx: Transaction, who: str, code: str, source: str = "") -> str | None:
    """The brief this code opens, from now on readable by this account; None for a wrong code.

    `source`: where the request comes from, kept only as a hash. Raises `TooManyTries`. The caller
    commits in every case, so that tries count.
    """
    number = tries.begin(tx, who, "code", source)
    row = tx.db.execute(
        select(_GRANT.c.brief_id, _GRANT.c.until).where(
            _GRANT.c.code_hash == tx.keys.hash("code", code), _GRANT.c.until > tx.now
        )
    ).first()
    if row is None:
        return None
    tries.right(tx, number)
    own = (_GRANT.c.brief_id == row.brief_id) & (_GRANT.c.practitioner_id == who)
    if not tx.db.execute(select(_GRANT.c.id).where(own, _GRANT.c.until > tx.now)).first():
        until = min(row.until, tx.now + GRANT_AFTER_CODE)
        tx.db.execute(
            insert(_GRANT).values(
                brief_id=row.brief_id, practitioner_id=who, until=until, chosen=False
            )
        )
        _visited(tx, row.brief_id, tx.now + GRANT_AFTER_CODE)
    audit(tx, who, "open by code", row.brief_id)
    return str(row.brief_id)


def _visited(tx: Transaction, brief_id: str, until: int) -> None:
    """The code was shown: the visit is today. What is left of its life is thirty days."""
    code = (_GRANT.c.brief_id == brief_id) & _GRANT.c.code_hash.is_not(None)
    tx.db.execute(update(_GRANT).where(code, _GRANT.c.until > until).values(until=until))


def interview_of(tx: Transaction, given: str) -> str | None:
    """For the operator: the interview with this id, or whose brief this code opens."""
    code = read_code(given)
    query = (
        select(_BRIEF.c.interview_id)
        .join_from(_GRANT, _BRIEF, _BRIEF.c.id == _GRANT.c.brief_id)
        .where(_GRANT.c.code_hash == tx.keys.hash("code", code or ""))
    )
    found = tx.db.execute(query).scalar() if code else None
    held = tx.interview(str(found) if found else given)
    return held.interview.id if held else None


def read_brief(tx: Transaction, who: Professional, brief_id: str, action: str) -> Opened | None:
    """The latest revision, if it is shared with this professional; the reading is recorded."""
    found = _readable(tx, who, _BRIEF.c.id == brief_id)
    if not found:
        return None
    audit(tx, who.id, action, brief_id)
    return found[0]


def interview_behind(tx: Transaction, who: Professional, brief_id: str, action: str) -> str | None:
    """The interview a brief came from, if the brief is shared with this professional; recorded."""
    if read_brief(tx, who, brief_id, action) is None:
        return None
    found = tx.db.execute(select(_BRIEF.c.interview_id).where(_BRIEF.c.id == brief_id))
    return str(found.scalar_one())


def readable(tx: Transaction, who: Professional, brief_id: str) -> Opened | None:
    """The same without a trace: for whoever records what they did with it."""
    found = _readable(tx, who, _BRIEF.c.id == brief_id)
    return found[0] if found else None


def worklist(tx: Transaction, who: Professional) -> list[Opened]:
    """The latest briefs shared with this professional or their centre, newest first.

    Being listed shows a name and the first signals: each brief keeps a trace of it, one for as
    long as a session lasts.
    """
    found = _readable(tx, who)
    audit_once(tx, who.id, "listed", (each.id for each in found), SESSION)
    return found


def _readable(tx: Transaction, who: Professional, *where: Any) -> list[Opened]:
    if who.role != "practitioner":
        return []
    shared = select(_GRANT.c.brief_id).where(
        _GRANT.c.until > tx.now,
        or_(
            _GRANT.c.practitioner_id == who.id,
            _GRANT.c.centre_id.in_(watching()) & (_GRANT.c.centre_id == who.centre_id),
        ),
    )
    last = (
        select(_REVISION.c.brief_id, func.max(_REVISION.c.number).label("number"))
        .group_by(_REVISION.c.brief_id)
        .subquery()
    )
    query = (
        select(_BRIEF.c.id, _BRIEF.c.interview_id, _REVISION)
        .join_from(_BRIEF, last, last.c.brief_id == _BRIEF.c.id)
        .join(
            _REVISION,
            (_REVISION.c.brief_id == last.c.brief_id) & (_REVISION.c.number == last.c.number),
        )
        .where(_BRIEF.c.id.in_(shared), *where)
        .order_by(_REVISION.c.made_at.desc())
        .limit(LONGEST_LIST)
    )
    rows = tx.db.execute(query).all()
    boxes = tx.boxes.boxes(row.interview_id for row in rows)
    return [_opened(row, boxes[row.interview_id]) for row in rows if row.interview_id in boxes]


def _opened(row: Any, box: Box) -> Opened:
    about = f"{row.interview_id}|brief|{row.number}"
    return Opened(row.brief_id, row.made_at, row.number, row.sealed, box, about, row.interview_id)


def _latest(tx: Transaction, brief_id: str) -> int:
    query = select(func.max(_REVISION.c.number)).where(_REVISION.c.brief_id == brief_id)
    return int(tx.db.execute(query).scalar() or 0)
