"""Messages to take back from a messenger, for somebody whose phone others see.

Numbers of messages only, never a word. A row goes once the messenger was asked, whatever it said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, select, update

from store.repository import Transaction, table
from store.tables import AddressRow, TraceRow

_ADDRESS, _TRACE = table(AddressRow), table(TraceRow)
_PLACES: BindParameter[Any] = bindparam("places", expanding=True)
# Made once: putting a statement together takes longer than running it.
_NEW = insert(_TRACE)
_WATCHED = select(_ADDRESS.c.hash).where(
    _ADDRESS.c.hash.in_(_PLACES), _ADDRESS.c.discreet.is_(True)
)
_NOTED = select(_TRACE.c.address_hash, _TRACE.c.message).where(
    _TRACE.c.address_hash.in_(_PLACES),
    _TRACE.c.message.in_(bindparam("messages", expanding=True)),
)
_GONE = delete(_TRACE).where(
    _TRACE.c.address_hash == bindparam("the_place"), _TRACE.c.message == bindparam("the_message")
)
AT_ONCE = 100
"""Messages one call takes back at most."""


@dataclass(frozen=True, slots=True)
class Due:
    """Messages of one chat to take back now."""

    place: bytes
    address: str
    messages: tuple[int, ...]


class Notes:
    """What a batch of messages leaves to be noted: kept here in their order, written together."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.watched: dict[bytes, bool] = {}
        """Whether the messages of a chat are noted, where that is known."""
        self._found: dict[tuple[bytes, int], dict[str, Any]] = {}

    def watch(self, place: bytes, discreet: bool) -> None:
        """From now on the messages of this chat are noted, or no longer."""
        if self.watched.get(place) == discreet:
            return
        self.watched[place] = discreet
        here = _ADDRESS.c.hash == place
        self._tx.db.execute(update(_ADDRESS).where(here).values(discreet=discreet))
        if not discreet:
            self._found = {key: row for key, row in self._found.items() if key[0] != place}
            self._tx.db.execute(delete(_TRACE).where(_TRACE.c.address_hash == place))

    def add(self, interview: str, place: bytes, message: int, due: bool = False) -> None:
        """This message is in this chat; `due`: to be taken back at once."""
        row = {"interview_id": interview, "address_hash": place, "message": message, "due": due}
        self._found.setdefault((place, message), row)

    def tidy(self, interview: str, place: bytes) -> None:
        """All that stands in this chat so far is to be taken back."""
        mine = (_TRACE.c.interview_id == interview) & (_TRACE.c.address_hash == place)
        self._tx.db.execute(update(_TRACE).where(mine).values(due=True))
        for row in self._found.values():
            if (row["interview_id"], row["address_hash"]) == (interview, place):
                row["due"] = True

    def forget(self, interview: str) -> None:
        """It was erased: nothing of it is noted."""
        self._found = {
            key: row for key, row in self._found.items() if row["interview_id"] != interview
        }

    def write(self) -> None:
        """Note what is not noted yet."""
        if not self._found:
            return
        places, messages = ({key[part] for key in self._found} for part in (0, 1))
        noted = {"places": list(places), "messages": list(messages)}
        for row in self._tx.db.execute(_NOTED, noted):
            self._found.pop((row.address_hash, row.message), None)
        if self._found:
            self._tx.db.execute(_NEW, list(self._found.values()))


def sent(tx: Transaction, messages: Sequence[tuple[str, bytes, int]]) -> None:
    """Our own messages just sent (interview, place, number): noted where they are taken back."""
    places = {place for _, place, _ in messages}
    if not places:
        return
    here, notes = set(tx.db.execute(_WATCHED, {"places": list(places)}).scalars()), Notes(tx)
    for interview, place, message in messages:
        if place in here:
            notes.add(interview, place, message)
    notes.write()


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


def gone(tx: Transaction, what: Iterable[Due]) -> None:
    """The messenger was asked: nothing more can be done."""
    # In a fixed order, so that no two processes wait for each other.
    asked = sorted({(each.place, number) for each in what for number in each.messages})
    if asked:
        tx.db.execute(_GONE, [{"the_place": place, "the_message": number}
                              for place, number in asked])  # fmt: skip
