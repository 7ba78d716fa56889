"""Screens to send: written with the answer that called for them, sent in order per person.

A dispatcher claims the first screen of each person's line for a short while (`leaving` until
`due_at`), so that of several processes one sends it. Whoever dies holding one lets it go when
that while is over: it is then sent again, never forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, insert, literal_column, select, update

from store.crypto import Box
from store.repository import Held, Transaction, table
from store.tables import UNSENT, AddressRow, OutboxRow

_ADDRESS, _OUTBOX = table(AddressRow), table(OutboxRow)
_EARLIER = _OUTBOX.alias()


def _unsent(rows: Any = _OUTBOX) -> Any:
    # Written out, not bound: a database uses an index of some rows where it sees which are asked.
    return rows.c.status.in_([literal_column(f"'{each}'") for each in UNSENT])


# Made once: putting a statement together takes longer than running it.
_LIVE = (
    update(_ADDRESS).where(_ADDRESS.c.hash == bindparam("the_hash"))
    .values(message=bindparam("the_message"))
)  # fmt: skip
_PUT_OFF = (
    update(_OUTBOX).where(_OUTBOX.c.id == bindparam("the_id")).values(due_at=bindparam("the_time"))
)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_PLACES: BindParameter[Any] = bindparam("places", expanding=True)
_SUPERSEDE = (
    update(_OUTBOX)
    .where(_OUTBOX.c.address_hash.in_(_PLACES), _unsent(), _OUTBOX.c.status == "waiting",
           _OUTBOX.c.notice.is_(False))
    .values(status="superseded")
)  # fmt: skip
_NEW = insert(_OUTBOX)
_TAKE = (
    update(_OUTBOX).where(_OUTBOX.c.id.in_(_IDS), _unsent())
    .values(status="leaving", due_at=bindparam("until"))
)  # fmt: skip
_SENT = update(_OUTBOX).where(_OUTBOX.c.id.in_(_IDS)).values(status="sent")
_THERE = select(_ADDRESS.c.hash, _ADDRESS.c.message, _ADDRESS.c.blocked, _ADDRESS.c.discreet).where(
    _ADDRESS.c.hash.in_(_PLACES)
)
_HEAD = (
    _OUTBOX.c.channel == bindparam("channel"), _unsent(),
    ~select(_EARLIER.c.id)
    .where(_EARLIER.c.address_hash == _OUTBOX.c.address_hash,
           _unsent(_EARLIER), _EARLIER.c.id < _OUTBOX.c.id)
    .exists(),
    _ADDRESS.c.blocked.is_(False),
)  # fmt: skip
"""First in its person's line, and that person still talks with us there."""
_DUE = (
    select(_OUTBOX, _ADDRESS.c.sealed.label("address"), _ADDRESS.c.message,
           _ADDRESS.c.interview_id.label("lives"))
    .join_from(_OUTBOX, _ADDRESS, _ADDRESS.c.hash == _OUTBOX.c.address_hash)
    .where(*_HEAD, _OUTBOX.c.due_at <= bindparam("now"))
    .order_by(_OUTBOX.c.id)
    .limit(bindparam("most"))
)  # fmt: skip
_NEXT = (
    select(func.min(_OUTBOX.c.due_at))
    .join_from(_OUTBOX, _ADDRESS, _ADDRESS.c.hash == _OUTBOX.c.address_hash)
    .where(*_HEAD)
)


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
    made_at: int = 0


def send(tx: Transaction, screens: Sequence[Outgoing]) -> None:
    """Write screens to be dispatched; a newer question screen supersedes an unsent one."""
    send_all(tx, [screens])


def send_all(tx: Transaction, turns: Sequence[Sequence[Outgoing]]) -> None:
    """The same for many turns at once, in their order."""
    newest = {
        each.place: turn for turn, screens in enumerate(turns) for each in screens
        if not each.notice
    }  # fmt: skip
    if newest:
        tx.db.execute(_SUPERSEDE, {"places": list(newest)})
    rows = [
        row(each.held.interview.id, each.held.box, each.place, each.channel, each.screen, tx.now)
        | {"notice": each.notice, "edits": each.edits,
           "status": "superseded" if not each.notice and newest[each.place] > turn else "waiting"}
        for turn, screens in enumerate(turns) for each in screens
    ]  # fmt: skip
    if rows:
        tx.db.execute(_NEW, rows)


def row(
    interview: str, box: Box, place: bytes, channel: str, screen: bytes, now: int, due: float = 0.0
) -> dict[str, Any]:
    """A screen as it waits in the table, to leave at `due` or later."""
    return {
        "interview_id": interview, "address_hash": place, "channel": channel, "notice": False,
        "status": "waiting", "attempts": 0, "due_at": due, "made_at": now, "edits": None,
        "sealed": box.seal(screen, f"{interview}|screen"),
    }  # fmt: skip


def places(tx: Transaction, interview: str, channels: Iterable[str]) -> list[tuple[str, bytes]]:
    """(channel, place) where this person can be written to, on these channels."""
    query = select(_ADDRESS.c.channel, _ADDRESS.c.hash).where(
        _ADDRESS.c.interview_id == interview, _ADDRESS.c.channel.in_(list(channels)),
        _ADDRESS.c.blocked.is_(False),
    )  # fmt: skip
    return [(row.channel, row.hash) for row in tx.db.execute(query)]


def due(tx: Transaction, channel: str, now: float, limit: int = 100) -> list[Waiting]:
    """The first unsent screen of each person on this channel that may leave, oldest first.

    Where several processes write, those that another one is just taking are left out.
    """
    wanted = {"channel": channel, "now": now, "most": limit}
    rows = tx.db.execute(tx.locked(_DUE, _OUTBOX, skip=True), wanted).all()
    # A person may have begun again since: the screen is of one interview, the address of another.
    boxes = tx.boxes.boxes(each for row in rows for each in (row.interview_id, row.lives))
    return [
        _waiting(row, boxes[row.interview_id], boxes[row.lives])
        for row in rows if row.interview_id in boxes and row.lives in boxes  # not just erased
    ]  # fmt: skip


def _waiting(row: Any, box: Box, house: Box) -> Waiting:
    return Waiting(
        id=row.id, interview=row.interview_id, place=row.address_hash, due_at=row.due_at,
        address=house.open(row.address, f"{row.lives}|address|{row.channel}").decode(),
        screen=box.open(row.sealed, f"{row.interview_id}|screen"), attempts=row.attempts,
        edits=row.edits, message=row.message, notice=row.notice, made_at=row.made_at,
    )  # fmt: skip


def claim(
    tx: Transaction, channel: str, now: float, until: float, room: int,
    when: Callable[[bytes], float],
) -> list[Waiting]:  # fmt: skip
    """Take up to `room` screens that may leave now; they are ours until then.

    `when`: when a message for this place may leave; those of a place that must wait are put off.
    """
    if room <= 0:
        return []
    mine: list[Waiting] = []
    held: dict[int, float] = {}
    # No more than are wanted: looking keeps them from the other processes.
    for each in due(tx, channel, now, min(room, 100)):
        if (later := when(each.place)) > now:
            held[each.id] = later
        else:
            mine.append(each)
    _until(tx, [each.id for each in mine], until)
    if held:
        tx.db.execute(_PUT_OFF, [{"the_id": each, "the_time": held[each]} for each in held])
    return mine


def keep(tx: Transaction, ids: Iterable[int], until: float) -> None:
    """These are still on their way: nobody else is to send them before."""
    _until(tx, list(ids), until)


def _until(tx: Transaction, ids: Sequence[int], until: float) -> None:
    if ids:
        tx.db.execute(_TAKE, {"ids": ids, "until": until})


def free(tx: Transaction, channel: str) -> None:
    """Nobody is sending: what was on its way when a process died waits again.

    For a database that only one process serves, before it begins.
    """
    mine = (_OUTBOX.c.channel == channel) & _unsent() & (_OUTBOX.c.status == "leaving")
    tx.db.execute(update(_OUTBOX).where(mine).values(status="waiting", due_at=0.0))


def next_due(tx: Transaction, channel: str) -> float | None:
    """When the earliest unsent screen may leave; None if nothing waits."""
    found: float | None = tx.db.execute(_NEXT, {"channel": channel}).scalar_one()
    return found


def sent(tx: Transaction, screens: Sequence[tuple[Waiting, int | None]]) -> None:
    """These screens left, each with the channel's id of what a tap may change from now on."""
    if not screens:
        return
    ids = [screen.id for screen, _ in screens]
    tx.db.execute(_SENT, {"ids": ids})
    moved = {screen.place: message for screen, message in screens
             if message not in (None, screen.message)}  # fmt: skip
    if moved:
        # In a fixed order, so that no two processes wait for each other.
        tx.db.execute(_LIVE, [{"the_hash": place, "the_message": moved[place]}
                              for place in sorted(moved)])  # fmt: skip


def later(
    tx: Transaction, screen: Waiting, due_at: float, counts: bool = True, error: str | None = None
) -> None:
    """It did not leave; try again then. `counts`: this was one of the tries it is given.

    A newer question screen takes its place, unless it is a notice.
    """
    again = {"due_at": due_at, "attempts": screen.attempts + counts, "error": error}
    status = "superseded" if not screen.notice and _newer(tx, screen) else "waiting"
    tx.db.execute(update(_OUTBOX).where(_OUTBOX.c.id == screen.id, _unsent())
                    .values(again | {"status": status}))  # fmt: skip


def _newer(tx: Transaction, screen: Waiting) -> bool:
    newer = select(_OUTBOX.c.id).where(
        _OUTBOX.c.address_hash == screen.place, _OUTBOX.c.id > screen.id,
        _unsent(), _OUTBOX.c.status == "waiting", _OUTBOX.c.notice.is_(False),
    ).limit(1)  # fmt: skip
    return tx.db.execute(newer).first() is not None


def give_up(tx: Transaction, screen: Waiting, error: str | None = None) -> None:
    """It cannot be shown: the channel refuses it. An operator sees it among the dead letters."""
    tx.db.execute(update(_OUTBOX).where(_OUTBOX.c.id == screen.id)
                    .values(status="dead", error=error))  # fmt: skip


def block(tx: Transaction, screen: Waiting) -> None:
    """The person stopped us on this channel: nothing more is sent there until they write."""
    waits = (_OUTBOX.c.address_hash == screen.place) & _unsent()
    tx.db.execute(update(_OUTBOX).where(waits).values(status="dead", error="blocked"))
    tx.db.execute(update(_ADDRESS).where(_ADDRESS.c.hash == screen.place).values(blocked=True))


@dataclass(frozen=True, slots=True)
class There:
    """What is known of a conversation there."""

    message: int | None
    """The last message, which a tap may change."""
    discreet: bool
    """What is written there is noted, to be taken back."""


NOWHERE = There(None, False)
"""Nobody is known there yet."""


def answering(tx: Transaction, places: Iterable[bytes]) -> dict[bytes, There]:
    """How each of these conversations stands.

    They wrote to us: whoever had stopped us wants to be answered again.
    """
    wanted = list(places)
    if not wanted:
        return {}
    rows = tx.db.execute(_THERE, {"places": wanted}).all()
    back = [row.hash for row in rows if row.blocked]
    if back:
        tx.db.execute(update(_ADDRESS).where(_ADDRESS.c.hash.in_(back)).values(blocked=False))
    return {row.hash: There(row.message, row.discreet) for row in rows}
