"""Screens to send: written with the answer that called for them, sent in order per person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from store.repository import Held, Transaction, table
from store.tables import AddressRow, DataKeyRow, OutboxRow

_ADDRESS, _KEY, _OUTBOX = table(AddressRow), table(DataKeyRow), table(OutboxRow)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A screen to be dispatched."""

    held: Held
    place: bytes
    channel: str
    screen: bytes
    notice: bool = False
    edits: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A screen that waits to leave."""

    id: int
    interview: str
    place: bytes
    address: str
    screen: bytes
    attempts: int
    due_at: float
    edits: int | None
    message: int | None
    notice: bool


def send(tx: Transaction, screens: Sequence[Outgoing]) -> None:
    """Write screens to be dispatched; a newer question screen supersedes an unsent one."""
    if not screens:
        return
    newer = {each.place for each in screens if not each.notice}
    if newer:
        tx.db.execute(
            update(_OUTBOX)
            .where(_OUTBOX.c.address_hash.in_(newer), _OUTBOX.c.status == "waiting",
                   _OUTBOX.c.notice.is_(False))
            .values(status="superseded")
        )  # fmt: skip
    tx.db.execute(insert(_OUTBOX), [
        {
            "interview_id": each.held.interview.id, "address_hash": each.place,
            "channel": each.channel, "notice": each.notice, "status": "waiting",
            "attempts": 0, "due_at": 0.0, "made_at": tx.now, "edits": each.edits,
            "sealed": each.held.box.seal(each.screen, f"{each.held.interview.id}|screen"),
        }
        for each in screens
    ])  # fmt: skip


def due(tx: Transaction, channel: str, limit: int = 100) -> list[Waiting]:
    """The first unsent screen of each person on this channel, oldest first."""
    earlier = _OUTBOX.alias()
    head = ~(
        select(earlier.c.id)
        .where(earlier.c.address_hash == _OUTBOX.c.address_hash,
               earlier.c.status == "waiting", earlier.c.id < _OUTBOX.c.id)
        .exists()
    )  # fmt: skip
    query = (
        select(_OUTBOX, _ADDRESS.c.sealed.label("address"), _ADDRESS.c.message, _KEY.c.wrapped)
        .join_from(_OUTBOX, _ADDRESS, _ADDRESS.c.hash == _OUTBOX.c.address_hash)
        .join(_KEY, _KEY.c.interview_id == _OUTBOX.c.interview_id)
        .where(_OUTBOX.c.channel == channel, _OUTBOX.c.status == "waiting", head,
               _ADDRESS.c.interview_id == _OUTBOX.c.interview_id)
        .order_by(_OUTBOX.c.id)
        .limit(limit)
    )  # fmt: skip
    found = []
    for row in tx.db.execute(query):
        box, owner = tx.keys.box(row.interview_id, row.wrapped), row.interview_id
        found.append(Waiting(
            id=row.id, interview=owner, place=row.address_hash, due_at=row.due_at,
            address=box.open(row.address, f"{owner}|address|{channel}").decode(),
            screen=box.open(row.sealed, f"{owner}|screen"), attempts=row.attempts,
            edits=row.edits, message=row.message, notice=row.notice,
        ))  # fmt: skip
    return found


def sent(tx: Transaction, screen: Waiting, message: int | None, question: bool) -> None:
    """This screen left; `message` is the channel's id of it (`question`: a tap edits it)."""
    tx.db.execute(update(_OUTBOX).where(_OUTBOX.c.id == screen.id).values(status="sent"))
    if question:
        tx.db.execute(update(_ADDRESS).where(_ADDRESS.c.hash == screen.place)
                        .values(message=message))  # fmt: skip


def later(tx: Transaction, screen: Waiting, due_at: float) -> None:
    """It did not leave; try again then."""
    tx.db.execute(update(_OUTBOX).where(_OUTBOX.c.id == screen.id)
                    .values(due_at=due_at, attempts=screen.attempts + 1))  # fmt: skip


def give_up(tx: Transaction, screen: Waiting, blocked: bool = False) -> None:
    """It will not leave. `blocked`: the person stopped us; nothing more is sent there."""
    where = _OUTBOX.c.id == screen.id
    if blocked:
        where = (_OUTBOX.c.address_hash == screen.place) & (_OUTBOX.c.status == "waiting")
        tx.db.execute(update(_ADDRESS).where(_ADDRESS.c.hash == screen.place)
                        .values(blocked=True))  # fmt: skip
    tx.db.execute(update(_OUTBOX).where(where).values(status="dead"))
