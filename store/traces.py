"""Messages to take back from a messenger, for somebody whose phone others see.

Numbers of messages only, never a word. A row goes once the messenger was asked, whatever it said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from store.repository import Held, Transaction, table
from store.tables import AddressRow, TraceRow

_ADDRESS, _TRACE = table(AddressRow), table(TraceRow)
AT_ONCE = 100
"""Messages one call takes back at most."""


@dataclass(frozen=True, slots=True)
class Due:
    """Messages of one chat to take back now."""

    place: bytes
    address: str
    messages: tuple[int, ...]


def watch(tx: Transaction, place: bytes, discreet: bool) -> None:
    """From now on the messages of this chat are noted, or no longer."""
    here = _ADDRESS.c.hash == place
    tx.db.execute(update(_ADDRESS).where(here).values(discreet=discreet))
    if not discreet:
        tx.db.execute(delete(_TRACE).where(_TRACE.c.address_hash == place))


def note(tx: Transaction, interview: str, place: bytes, messages: Iterable[int],
         due: bool = False) -> None:  # fmt: skip
    """These messages are in this chat; `due`: to be taken back at once."""
    wanted = set(messages)
    query = select(_TRACE.c.message).where(
        _TRACE.c.address_hash == place, _TRACE.c.message.in_(wanted)
    )
    known = set(tx.db.execute(query).scalars())
    rows = [{"interview_id": interview, "address_hash": place, "message": each, "due": due}
            for each in sorted(wanted - known)]  # fmt: skip
    if rows:
        tx.db.execute(insert(_TRACE), rows)


def sent(tx: Transaction, messages: Sequence[tuple[str, bytes, int]]) -> None:
    """Our own messages just sent (interview, place, number): noted where they are taken back."""
    places = {place for _, place, _ in messages}
    if not places:
        return
    watched = select(_ADDRESS.c.hash).where(
        _ADDRESS.c.hash.in_(places), _ADDRESS.c.discreet.is_(True)
    )
    here = set(tx.db.execute(watched).scalars())
    for interview, place, message in messages:
        if place in here:
            note(tx, interview, place, [message])


def tidy(tx: Transaction, held: Held, place: bytes) -> None:
    """All that stands in this chat so far is to be taken back."""
    mine = (_TRACE.c.interview_id == held.interview.id) & (_TRACE.c.address_hash == place)
    tx.db.execute(update(_TRACE).where(mine).values(due=True))


def due(tx: Transaction, channel: str) -> list[Due]:
    """What to take back, chat by chat."""
    query = (
        select(_TRACE.c.message, _TRACE.c.interview_id, _ADDRESS.c.hash, _ADDRESS.c.sealed)
        .join_from(_TRACE, _ADDRESS, _ADDRESS.c.hash == _TRACE.c.address_hash)
        .where(_TRACE.c.due.is_(True), _ADDRESS.c.channel == channel,
               _TRACE.c.interview_id == _ADDRESS.c.interview_id)
        .order_by(_TRACE.c.id).limit(AT_ONCE)
    )  # fmt: skip
    chats: dict[bytes, tuple[str, list[int]]] = {}
    rows = tx.db.execute(query).all()
    boxes = tx.boxes.boxes(row.interview_id for row in rows)
    for row in rows:
        if row.interview_id not in boxes:
            continue  # just erased
        if row.hash not in chats:
            about = f"{row.interview_id}|address|{channel}"
            address = boxes[row.interview_id].open(row.sealed, about).decode()
            chats[row.hash] = (address, [])
        chats[row.hash][1].append(row.message)
    return [Due(place, address, tuple(found)) for place, (address, found) in chats.items()]


def gone(tx: Transaction, what: Due) -> None:
    """The messenger was asked: nothing more can be done."""
    mine = (_TRACE.c.address_hash == what.place) & _TRACE.c.message.in_(what.messages)
    tx.db.execute(delete(_TRACE).where(mine))
