"""Second-line tests: filled in during the visit, or sent to the person and brought back.

Permission lives in the query: for a professional a test is there with its brief, for nobody
else; for the person, with their interview. What was done is recorded in the same transaction.
Which test it is, what was said and what it amounts to are sealed together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, insert, select, update

from store import access
from store.access import Opened
from store.accounts import Professional
from store.repository import Held, Transaction, table
from store.tables import BriefRow, GrantRow, PractitionerRow, SecondLineRow
from store.trail import audit

_TEST, _BRIEF, _GRANT = table(SecondLineRow), table(BriefRow), table(GrantRow)
_WHO = table(PractitionerRow)
# Made once: putting a statement together takes longer than running it.
_ALL = (
    select(_TEST, _WHO.c.name)
    .join_from(_TEST, _BRIEF, _BRIEF.c.id == _TEST.c.brief_id)
    .join(_WHO, _WHO.c.id == _TEST.c.author_id)
    .where(_BRIEF.c.interview_id == bindparam("interview"))
    .order_by(_TEST.c.made_at.desc(), _TEST.c.id)
)
_STILL_READ = _ALL.where(
    select(_GRANT.c.id)
    .where(_GRANT.c.brief_id == _TEST.c.brief_id, _GRANT.c.until > bindparam("now"))
    .exists()
)
"""Of a brief that somebody may read."""


class Content(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a test."""

    instrument: str
    log: bytes
    """The run, as `flows.model.dump` gives it."""
    result: bytes = b""
    """What it amounts to, as it was on the day; empty while it waits."""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Content).decode


@dataclass(frozen=True, slots=True)
class Kept:
    """A test as kept."""

    id: str
    author: str
    made_at: int
    touched_at: int
    status: str
    room: bool
    version: int
    content: Content


def fill(tx: Transaction, who: Professional, brief_id: str, test_id: str, content: Content) -> bool:
    """Keep a test filled in during the visit; False when the brief is not theirs to read.

    The same `test_id` again changes nothing.
    """
    opened = access.readable(tx, who, brief_id)
    if opened is None:
        return False
    if not _there(tx, test_id):
        _add(tx, who, opened, test_id, content, status="done", room=True)
        audit(tx, who.id, "fill test", brief_id)
    return True


def send(
    tx: Transaction, who: Professional, brief_id: str, test_id: str, content: Content
) -> tuple[str, bool] | None:
    """Let a test wait for the person: (interview, is it new). None: not their brief.

    One that already waits is not sent twice.
    """
    opened = access.readable(tx, who, brief_id)
    if opened is None:
        return None
    waiting = [each.content.instrument for each in of_interview(tx, opened.interview)
               if each.status == "sent"]  # fmt: skip
    if content.instrument in waiting or _there(tx, test_id):
        return opened.interview, False
    _add(tx, who, opened, test_id, content, status="sent", room=False)
    audit(tx, who.id, "send test", brief_id)
    return opened.interview, True


def of_brief(tx: Transaction, who: Professional, brief_id: str) -> tuple[Kept, ...] | None:
    """Every test of a brief shared with this professional, newest first; leaves its trace."""
    opened = access.readable(tx, who, brief_id)
    if opened is None:
        return None
    found = of_interview(tx, opened.interview)
    if found:
        audit(tx, who.id, "read tests", brief_id)
    return found


def of_interview(tx: Transaction, interview: str) -> tuple[Kept, ...]:
    """Every test of this person, newest first: theirs to know."""
    return _kept(tx, interview, _ALL)


def waiting(tx: Transaction, interview: str) -> tuple[Kept, ...]:
    """What waits for this person, newest first, while somebody may still read the answers."""
    return tuple(each for each in _kept(tx, interview, _STILL_READ) if each.status == "sent")


def of_person(tx: Transaction, interview: str, test_id: str) -> Kept | None:
    """This test, if it was sent to this person and somebody may still read the answers."""
    found = _kept(tx, interview, _STILL_READ)
    return next((each for each in found if each.id == test_id and not each.room), None)


def answer(tx: Transaction, held: Held, test: Kept, content: Content, done: bool) -> bool:
    """Keep what the person said to a test; False when it changed or ended meanwhile."""
    version = test.version + 1
    sealed = held.box.seal(_encode(content), _about(held.interview.id, test.id, version))
    changed = tx.db.execute(
        update(_TEST)
        .where(_TEST.c.id == test.id, _TEST.c.version == test.version, _TEST.c.status == "sent")
        .values(version=version, sealed=sealed, touched_at=tx.now,
                status="done" if done else "sent")
    )  # fmt: skip
    return bool(changed.rowcount)


def _kept(tx: Transaction, interview: str, query: Select[Any]) -> tuple[Kept, ...]:
    rows = tx.db.execute(query, {"interview": interview, "now": tx.now}).all()
    box = tx.boxes.box(interview) if rows else None
    if box is None:
        return ()
    return tuple(
        Kept(row.id, row.name, row.made_at, row.touched_at, row.status, row.room, row.version,
             _decode(box.open(row.sealed, _about(interview, row.id, row.version))))
        for row in rows
    )  # fmt: skip


def _add(
    tx: Transaction, who: Professional, opened: Opened, test_id: str, content: Content,
    status: str, room: bool,
) -> None:  # fmt: skip
    sealed = opened.box.seal(_encode(content), _about(opened.interview, test_id, 1))
    tx.db.execute(insert(_TEST).values(
        id=test_id, brief_id=opened.id, author_id=who.id, made_at=tx.now, touched_at=tx.now,
        status=status, room=room, version=1, sealed=sealed))  # fmt: skip


def _there(tx: Transaction, test_id: str) -> bool:
    return tx.db.execute(select(_TEST.c.id).where(_TEST.c.id == test_id)).first() is not None


def _about(interview: str, test: str, version: int) -> str:
    return f"{interview}|second_line|{test}|{version}"
