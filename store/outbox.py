"""Screens to send: written with the answer that called for them, sent in order per person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

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


def places(tx: Transaction, interview: str, channels: Iterable[str]) -> list[tuple[str, bytes]]:
    """(channel, place) where this person can be written to, on these channels."""
    query = select(_ADDRESS.c.channel, _ADDRESS.c.hash).where(
        _ADDRESS.c.interview_id == interview, _ADDRESS.c.channel.in_(list(channels)),
        _ADDRESS.c.blocked.is_(False),
    )  # fmt: skip
    return [(row.channel, row.hash) for row in tx.db.execute(query)]


def due(tx: Transaction, channel: str, now: float, limit: int = 100) -> list[Waiting]:
    """The first unsent screen of each person on this channel that may leave, oldest first."""
    query = (
        select(_OUTBOX, _ADDRESS.c.sealed.label("address"), _ADDRESS.c.message, _KEY.c.wrapped)
        .join_from(_OUTBOX, _ADDRESS, _ADDRESS.c.hash == _OUTBOX.c.address_hash)
        .join(_KEY, _KEY.c.interview_id == _OUTBOX.c.interview_id)
        .where(*_unsent(channel), _OUTBOX.c.due_at <= now)
        .order_by(_OUTBOX.c.id)
        .limit(limit)
    )
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


def next_due(tx: Transaction, channel: str) -> float | None:
    """When the earliest unsent screen may leave; None if nothing waits."""
    query = (
        select(func.min(_OUTBOX.c.due_at))
        .join_from(_OUTBOX, _ADDRESS, _ADDRESS.c.hash == _OUTBOX.c.address_hash)
        .where(*_unsent(channel))
    )
    found: float | None = tx.db.execute(query).scalar_one()
    return found


def _unsent(channel: str) -> tuple[Any, ...]:
    """First in its person's line, and that person still talks with us there."""
    earlier = _OUTBOX.alias()
    head = ~(
        select(earlier.c.id)
        .where(earlier.c.address_hash == _OUTBOX.c.address_hash,
               earlier.c.status == "waiting", earlier.c.id < _OUTBOX.c.id)
        .exists()
    )  # fmt: skip
    return (_OUTBOX.c.channel == channel, _OUTBOX.c.status == "waiting", head,
            _ADDRESS.c.interview_id == _OUTBOX.c.interview_id,
            _ADDRESS.c.blocked.is_(False))  # fmt: skip


def sent(tx: Transaction, screen: Waiting, message: int | None) -> None:
    """This screen left. `message`: the channel's id of what a tap may change from now on."""
    tx.db.execute(update(_OUTBOX).where(_OUTBOX.c.id == screen.id).values(status="sent"))
    if message is not None and message != screen.message:
        tx.db.execute(update(_ADDRESS).where(_ADDRESS.c.hash == screen.place)
                        .values(message=message))  # fmt: skip


def later(tx: Transaction, screen: Waiting, due_at: float, counts: bool = True) -> None:
    """It did not leave; try again then. `counts`: this was one of the tries it is given."""
    tx.db.execute(update(_OUTBOX).where(_OUTBOX.c.id == screen.id)
                    .values(due_at=due_at, attempts=screen.attempts + counts))  # fmt: skip


def give_up(tx: Transaction, screen: Waiting) -> None:
    """It cannot be shown: the channel refuses it."""
    tx.db.execute(update(_OUTBOX).where(_OUTBOX.c.id == screen.id).values(status="dead"))


def block(tx: Transaction, screen: Waiting) -> None:
    """The person stopped us on this channel: nothing more is sent there until they write."""
    waits = (_OUTBOX.c.address_hash == screen.place) & (_OUTBOX.c.status == "waiting")
    tx.db.execute(update(_OUTBOX).where(waits).values(status="dead"))
    tx.db.execute(update(_ADDRESS).where(_ADDRESS.c.hash == screen.place).values(blocked=True))


def answering(tx: Transaction, place: bytes) -> int | None:
    """The last message of this conversation, which a tap may change.

    They wrote to us: whoever had stopped us wants to be answered again.
    """
    mine = _ADDRESS.c.hash == place
    row = tx.db.execute(select(_ADDRESS.c.message, _ADDRESS.c.blocked).where(mine)).first()
    if row is None:
        return None
    if row.blocked:
        tx.db.execute(update(_ADDRESS).where(mine).values(blocked=False))
    last: int | None = row.message
    return last
