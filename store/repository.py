"""Everything the service remembers, in its own words; callers never see a row.

A `Transaction` is one instant (`now` is read once) and one commit. Reads and writes use
SQLAlchemy Core on the SQLModel tables: an object per row costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Engine,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlmodel import SQLModel

from flows.model import Interview, Position, dump, load
from store.anchor import remember
from store.crypto import Box, Keyring
from store.database import checkpoint
from store.recent import Open, Recent
from store.tables import (
    AddressRow,
    HeardRow,
    IncidentRow,
    InterviewRow,
    LinkRow,
)
from store.vault import Keychain, Vault, beside, open_vault


def table(row: type[SQLModel]) -> Any:
    """The Core table behind a SQLModel class."""
    return row.__table__  # type: ignore[attr-defined]


MessageKey = tuple[str, str, str]
"""Of a message: channel, address, and the channel's own id of it there."""


@dataclass
class Held:
    """An interview read in this transaction, with what writing it back needs."""

    interview: Interview
    box: Box
    version: int
    status: str
    channel: str
    campaign: str | None = None
    centre: str | None = None
    demo: bool = False
    fresh: bool = False
    """A new interview, not yet written."""
    addresses: list[bytes] = field(default_factory=list)
    position: Position | None = None
    """Where it stood when it was last heard, for who worked that out."""

    @property
    def stands(self) -> Position | None:
        """Where it stands, if that is known: its position, while nothing was added to its log."""
        known = self.position
        return known if known is not None and known.log is self.interview.log else None


@dataclass(frozen=True)
class Store:
    """The database, its keys, and the database where data keys lie."""

    engine: Engine
    keys: Keyring
    clock: Callable[[], float]
    given: Vault | None = None
    """Where data keys lie; else beside the database."""
    anchor: Path | None = None
    """The file outside the database that remembers where the audit chain ended."""

    @cached_property
    def recent(self) -> Recent:
        return Recent()

    @cached_property
    def vault(self) -> Vault:
        return self.given or open_vault(beside(self.engine.url))

    @property
    def alone(self) -> bool:
        """Does a single process serve from here (SQLite)?"""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self, on: Connection | None = None) -> Iterator[Transaction]:
        """Write: committed when the block ends, rolled back if it raises.

        `on`: a connection held for this, else one of the pool. New data keys are kept, doomed ones
        destroyed, just before the commit.
        """
        erased: Sequence[str] = ()
        try:
            writes = nullcontext(on) if on is not None else self.engine.connect()
            with writes as connection, connection.begin():
                tx = self._transaction(connection)
                yield tx
                erased = tx.boxes.settle()
                self.recent.forget(erased)
        except Exception:
            if erased:  # the keys are gone and the commit failed: the rows must go all the same
                with self.engine.begin() as connection:
                    connection.execute(delete(_INTERVIEW).where(_INTERVIEW.c.id.in_(erased)))
            raise
        if self.alone:  # elsewhere another process may write the next version
            self.recent.keep(tx.written.values(), tx.now)
        if tx.audited and self.anchor:
            remember(self.anchor, *tx.audited)
        if erased:
            checkpoint(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Look only: sees one moment, keeps nobody waiting."""
        looks = self.engine.connect().execution_options(reads_only=True)
        if self.engine.dialect.name == "postgresql":
            looks = looks.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with looks as connection:
            yield self._transaction(connection, looks=True)

    def _transaction(self, connection: Connection, looks: bool = False) -> Transaction:
        now = int(self.clock())
        boxes = Keychain(self.vault, self.keys, now, self.recent.box)
        return Transaction(connection, self.keys, now, boxes, self.recent, looks)


class Transaction:
    """One instant of the store: conversations. Readings by professionals are in `access.py`."""

    def __init__(
        self,
        connection: Connection,
        keys: Keyring,
        now: int,
        boxes: Keychain,
        recent: Recent,
        looks: bool = False,
    ) -> None:
        self.db, self.keys, self.now, self.boxes = connection, keys, now, boxes
        self._recent = recent
        self._hashes: dict[MessageKey, bytes] = {}
        self.written: dict[str, Open] = {}
        """Interviews written, open as they will be once this is committed."""
        self._locks = not looks and connection.dialect.name == "postgresql"
        self.audited: tuple[int, bytes] | None = None
        """Where the audit chain ends now, if something was added to it."""

    # -- interviews ----------------------------------------------------------------------

    def at(self, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Held]:
        """The interviews now held at these (channel, address) places, locked for writing."""
        hashes = {self.place(*each): each for each in places}
        if self._locks:
            # A place first, then its interview: when another process has just begun a new one
            # there, this one sees it. Both in a fixed order, so that no two wait for each other.
            self.db.execute(_PLACES_LOCKED, {"hashes": list(hashes)})
        query = _AT_LOCKED if self._locks else _AT
        rows = self.db.execute(query, {"hashes": list(hashes)}).all()
        return {hashes[row.hash]: held for row, held in self._opened(rows)}

    def interview(self, interview_id: str) -> Held | None:
        """One interview by id, locked for writing."""
        query = self.locked(select(*_HELD).where(_INTERVIEW.c.id == interview_id), _INTERVIEW)
        return next((held for _, held in self._opened(self.db.execute(query).all())), None)

    def locked(self, query: Select[Any], of: Any, skip: bool = False) -> Select[Any]:
        """The query, its rows kept for this transaction where several processes write.

        `skip`: rows that another one keeps are left to it. Rows that only point here (a foreign
        key) may be written all the same.
        """
        return _locked(query, of, skip) if self._locks else query

    def interviews(self, ids: Iterable[str]) -> dict[str, Held]:
        """Several interviews by id, to look at."""
        found = self.db.execute(_SOME, {"ids": list(set(ids))}).all()
        return {row.id: held for row, held in self._opened(found)}

    def _opened(self, rows: Sequence[Any]) -> Iterator[tuple[Any, Held]]:
        """Each row with its interview, but for those whose key was destroyed."""
        boxes = self.boxes.boxes(row.id for row in rows)
        opened: dict[str, Held] = {}
        for row in rows:
            if row.id not in boxes:
                continue
            if row.id not in opened:
                opened[row.id] = self._open(row, boxes[row.id])
            yield row, opened[row.id]

    def _open(self, row: Any, box: Box) -> Held:
        kept = self._recent.get(row.id, row.version)
        interview = (kept.interview if kept is not None
                     else load(box.open(row.sealed, f"{row.id}|log|{row.version}")))  # fmt: skip
        return Held(
            interview, box, row.version, row.status, row.channel, row.campaign_id, row.centre_id,
            row.demo, position=kept.position if kept is not None else None,
        )  # fmt: skip

    def hold(self, interview: Interview, channel: str, demo: bool = False) -> Held:
        """A new interview, to be written by `save`."""
        box = self.boxes.new(interview.id)
        return Held(
            interview, box, 0, "open", channel, interview.campaign, interview.centre, demo, True
        )

    def save(self, helds: Sequence[Held], summaries: Mapping[str, Summary]) -> None:
        """Write these interviews back, in bulk. `summaries`: what counting needs, by id."""
        new = [self._row(held, summaries[held.interview.id]) for held in helds if held.fresh]
        if new:
            self.db.execute(insert(_INTERVIEW), new)
        changed = [
            self._change(held, summaries[held.interview.id]) for held in helds if not held.fresh
        ]
        if changed:
            self.db.execute(_CHANGE, changed)
        for held in helds:
            held.version, held.fresh = held.version + 1, False
            self.written[held.interview.id] = Open(
                held.version, self.now, held.interview, held.position, held.box
            )

    def _sealed(self, held: Held) -> dict[str, Any]:
        version = held.version + 1
        about = f"{held.interview.id}|log|{version}"
        return {"sealed": held.box.seal(dump(held.interview), about), "version": version}

    def _row(self, held: Held, summary: Summary) -> dict[str, Any]:
        return self._sealed(held) | {
            "id": held.interview.id, "status": summary.status, "band": summary.band,
            "channel": held.channel, "campaign_id": held.campaign, "centre_id": held.centre,
            "started_at": held.interview.started, "touched_at": self.now,
            "finished_at": self.now if summary.finished else None, "demo": held.demo,
        }  # fmt: skip

    def _change(self, held: Held, summary: Summary) -> dict[str, Any]:
        sealed = self._sealed(held)
        return {
            "the_id": held.interview.id, "the_sealed": sealed["sealed"],
            "the_version": sealed["version"], "the_status": summary.status,
            "the_band": summary.band, "the_touch": self.now,
            "the_end": self.now if summary.finished else None,
        }  # fmt: skip

    def erase(self, interview_id: str) -> None:
        """Destroy the data key and every row of this interview."""
        self.boxes.destroy([interview_id])
        self.written.pop(interview_id, None)
        self.db.execute(delete(_INTERVIEW).where(_INTERVIEW.c.id == interview_id))

    # -- places --------------------------------------------------------------------------

    def place(self, channel: str, address: str) -> bytes:
        """The keyed hash a person is found by."""
        return self.keys.hash("address", f"{channel}|{address}")

    def whose(self, channel: str, address: str) -> str | None:
        """The id of the interview at this place, which is not opened."""
        query = select(_ADDRESS.c.interview_id).where(
            _ADDRESS.c.hash == self.place(channel, address)
        )
        found: str | None = self.db.execute(query).scalar_one_or_none()
        return found

    def settle(self, held: Held, channel: str, address: str, new: bool = False) -> None:
        """From now on, this address on this channel means this interview.

        `new`: nobody was known there a moment ago; raises `IntegrityError` if somebody is now.
        """
        key = self.place(channel, address)
        sealed = held.box.seal(address.encode(), f"{held.interview.id}|address|{channel}")
        row = {"interview_id": held.interview.id, "channel": channel, "sealed": sealed,
               "blocked": False, "message": None}  # fmt: skip
        # Changed in place: a process that waits for this row then sees where it leads now.
        if new or not self.db.execute(_MOVE, row | {"the_hash": key}).rowcount:
            self.db.execute(_SETTLE, row | {"hash": key})

    # -- messages heard ------------------------------------------------------------------

    def heard(self, keys: Sequence[MessageKey]) -> dict[MessageKey, HeardReply]:
        """Which of these messages were heard before, with the reply kept for them."""
        hashes = {self._heard_as(key): key for key in keys}
        rows = self.db.execute(_KNOWN, {"hashes": list(hashes)}).all()
        boxes = self.boxes.boxes(row.interview_id for row in rows if row.sealed is not None)
        found = {}
        for row in rows:
            reply = None
            if row.sealed is not None and row.interview_id in boxes:
                box = boxes[row.interview_id]
                reply = box.open(row.sealed, f"{row.interview_id}|reply")
            found[hashes[row.hash]] = HeardReply(row.interview_id, reply)
        return found

    def remember(self, heard: Sequence[tuple[MessageKey, Held | None, bytes | None]]) -> None:
        """These are heard now; the reply is kept for a caller who asks again."""
        if heard:
            self.db.execute(_REMEMBER, [
                {
                    "hash": self._heard_as(key),
                    "at": self.now,
                    "interview_id": held.interview.id if held else None,
                    "sealed": held.box.seal(reply, f"{held.interview.id}|reply")
                    if held and reply is not None else None,
                }
                for key, held, reply in heard
            ])  # fmt: skip

    def _heard_as(self, key: MessageKey) -> bytes:
        # Those of one place lie side by side: by chance alone, each would be on a page of its own.
        if key not in self._hashes:
            place, own = self.place(*key[:2]), self.keys.hash("heard", "|".join(key))
            self._hashes[key] = place[:16] + own[:16]
        return self._hashes[key]

    def incident(self, channel: str, error: str) -> None:
        """A message could not be handled: the kind of error only, never its content."""
        self.db.execute(insert(_INCIDENT).values(at=self.now, channel=channel, error=error))

    # -- single-use links ----------------------------------------------------------------

    def link(self, interview_id: str, purpose: str, token: str, lasts: int) -> None:
        """A link that opens this interview once, within `lasts` seconds."""
        self.db.execute(_NEW_LINK, {
            "hash": self.keys.hash("link", token), "interview_id": interview_id,
            "purpose": purpose, "until": self.now + lasts})  # fmt: skip

    def follow(self, token: str) -> tuple[str, str] | None:
        """(interview, purpose) behind a link, used up now; None if used, too old or unknown."""
        key = self.keys.hash("link", token)
        row = self.db.execute(
            update(_LINK)
            .where(_LINK.c.hash == key, _LINK.c.used_at.is_(None), _LINK.c.until > self.now)
            .values(used_at=self.now)
            .returning(_LINK.c.interview_id, _LINK.c.purpose)
        ).first()
        return (row.interview_id, row.purpose) if row else None


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept in clear of an interview, for counting and purging."""

    status: str
    band: str | None
    finished: bool


@dataclass(frozen=True, slots=True)
class HeardReply:
    """A key heard before."""

    interview: str | None
    reply: bytes | None


_INTERVIEW, _ADDRESS = table(InterviewRow), table(AddressRow)
_HEARD, _LINK, _INCIDENT = table(HeardRow), table(LinkRow), table(IncidentRow)
_HELD = (_INTERVIEW.c.id, _INTERVIEW.c.sealed, _INTERVIEW.c.version, _INTERVIEW.c.status,
         _INTERVIEW.c.channel, _INTERVIEW.c.campaign_id, _INTERVIEW.c.centre_id,
         _INTERVIEW.c.demo)  # fmt: skip


def _locked(query: Select[Any], of: Any, skip: bool = False) -> Select[Any]:
    return query.with_for_update(of=of, key_share=True, skip_locked=skip)


# Made once: putting a statement together takes longer than running it.
_HASHES: BindParameter[Any] = bindparam("hashes", expanding=True)
_AT = (
    select(_ADDRESS.c.hash, *_HELD)
    .join_from(_ADDRESS, _INTERVIEW, _INTERVIEW.c.id == _ADDRESS.c.interview_id)
    .where(_ADDRESS.c.hash.in_(_HASHES))
    .order_by(_INTERVIEW.c.id)
)  # fmt: skip
_AT_LOCKED = _locked(_AT, _INTERVIEW)
_PLACES_LOCKED = _locked(
    select(_ADDRESS.c.hash).where(_ADDRESS.c.hash.in_(_HASHES)).order_by(_ADDRESS.c.hash), _ADDRESS
)
_SOME = select(*_HELD).where(_INTERVIEW.c.id.in_(bindparam("ids", expanding=True)))
_KNOWN = select(_HEARD).where(_HEARD.c.hash.in_(_HASHES))
_REMEMBER, _NEW_LINK = insert(_HEARD), insert(_LINK)
_SETTLE = insert(_ADDRESS)
_MOVE = (
    update(_ADDRESS)
    .where(_ADDRESS.c.hash == bindparam("the_hash"))
    .values({each: bindparam(each) for each in
             ("interview_id", "channel", "sealed", "blocked", "message")})
)  # fmt: skip
_CHANGE = (
    update(_INTERVIEW)
    .where(_INTERVIEW.c.id == bindparam("the_id"))
    .values(
        sealed=bindparam("the_sealed"),
        version=bindparam("the_version"),
        status=bindparam("the_status"),
        band=bindparam("the_band"),
        touched_at=bindparam("the_touch"),
        finished_at=func.coalesce(_INTERVIEW.c.finished_at, bindparam("the_end")),
    )
)
