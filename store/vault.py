"""Data keys, in a database of their own: a copy of the answers without it opens nothing.

A key is written before the interview it seals and destroyed before its rows go, so a crash in
between leaves a key without answers or answers without a key, never answers in the open
(docs/decisions/0013). What was destroyed stays known by id: an old copy of the answers put back
is not mistaken for a lost key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import URL, make_url

from store.crypto import Box, Keyring, SealError, wrapped_by
from store.database import checkpoint, open_database

T = TypeVar("T")
SCHEMA = "avant_bilan_keys"
"""On PostgreSQL the keys have their own schema, also where they share a server."""
BATCH = 500
_LOCK = 7_204_110_301
_TABLES = MetaData()
KEYS = Table(
    "data_key", _TABLES,
    Column("interview_id", String, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("wrapped_by", String, nullable=False, index=True),
    Column("made_at", BigInteger, nullable=False),
)  # fmt: skip
DESTROYED = Table(
    "destroyed", _TABLES,
    Column("interview_id", String, primary_key=True),
    Column("at", BigInteger, nullable=False),
)  # fmt: skip
PAIRED = Table("paired", _TABLES, Column("id", String, primary_key=True))
_WRAPPED = select(KEYS.c.interview_id, KEYS.c.wrapped).where(
    KEYS.c.interview_id.in_(bindparam("owners", expanding=True))
)


def beside(main: URL) -> str:
    """Where keys lie unless said otherwise: next to a SQLite file, or in a schema of their own."""
    if main.get_backend_name() != "sqlite":
        return main.render_as_string(hide_password=False)
    if not main.database or main.database == ":memory:":
        return "sqlite://"
    return f"sqlite:///{main.database.removesuffix('.db')}-keys.db"


def open_vault(address: str) -> Vault:
    """The vault at this address, its tables made if need be."""
    engine = open_database(address)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        engine = engine.execution_options(schema_translate_map={None: SCHEMA})
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _TABLES.create_all(connection)
        if engine.dialect.name == "postgresql":
            _keep_no_samples(connection)
    return Vault(engine)


def _keep_no_samples(connection: Connection) -> None:
    """Statistics hold values of a column: those of a key that was destroyed must not stay there."""
    column = {"table": f"{SCHEMA}.{KEYS.name}", "name": KEYS.c.wrapped.name}
    asked = text("SELECT attstattarget FROM pg_attribute "
                 "WHERE attrelid = CAST(:table AS regclass) AND attname = :name")  # fmt: skip
    if connection.execute(asked, column).scalar() != 0:
        alter = f"ALTER TABLE {column['table']} ALTER COLUMN {column['name']}"
        connection.execute(text(f"{alter} SET STATISTICS 0"))
        # The same type again rewrites nothing, and drops the samples there are.
        connection.execute(text(f"{alter} TYPE bytea"))


def same_place(one: str, other: str) -> bool:
    """Would both lie in one SQLite file? Then neither protects the other."""
    first, second = make_url(one), make_url(other)
    names = {each.get_backend_name() for each in (first, second)}
    return names == {"sqlite"} and bool(first.database) and first.database == second.database


def _some(owners: Iterable[T]) -> Iterator[Sequence[T]]:
    """So many at a time: a statement takes a limited number of values."""
    wanted = list(owners)
    return (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))


class Vault:
    """The wrapped data keys. Each call is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def put(self, wrapped: Mapping[str, bytes], now: int) -> None:
        """Keep these new keys, by interview."""
        rows = [
            {"interview_id": owner, "wrapped": key, "wrapped_by": wrapped_by(key), "made_at": now}
            for owner, key in wrapped.items()
        ]
        with self.engine.begin() as connection:
            connection.execute(insert(KEYS), rows)

    def get(self, owners: Iterable[str]) -> dict[str, bytes]:
        """The wrapped keys of these interviews; raises `SealError` when one is missing.

        One that was destroyed is left out: its interview is erased.
        """
        wanted = list(dict.fromkeys(owners))
        found: dict[str, bytes] = {}
        for some in _some(wanted):
            for row in self._look(_WRAPPED, {"owners": some}):
                found[row.interview_id] = row.wrapped
        absent = [each for each in wanted if each not in found]
        if set(absent) - self.destroyed(absent):
            raise SealError("a data key is missing: is AVANT_BILAN_KEYS_URL right?")
        return found

    def held(self, owners: Iterable[str]) -> set[str]:
        """Which of these have a key here."""
        query = select(KEYS.c.interview_id).where(KEYS.c.interview_id.in_(list(owners)))
        return {row.interview_id for row in self._look(query)}

    def known(self, owners: Iterable[str]) -> bool:
        """Is there a key, or the trace of one, for any of these?"""
        wanted = list(owners)
        return bool(self.held(wanted) or self.destroyed(wanted))

    def paired(self) -> str | None:
        """The database whose keys these are."""
        return next((str(row.id) for row in self._look(select(PAIRED.c.id))), None)

    def destroyed(self, owners: Iterable[str]) -> set[str]:
        """Which of these keys were destroyed."""
        found: set[str] = set()
        for some in _some(owners):
            query = select(DESTROYED.c.interview_id).where(DESTROYED.c.interview_id.in_(some))
            found |= {row.interview_id for row in self._look(query)}
        return found

    def destroy(self, owners: Iterable[str], now: int) -> None:
        """These keys are gone for good when this returns: from the file and from its log too."""
        ids = list(dict.fromkeys(owners))
        with self.engine.begin() as connection:
            for some in _some(ids):
                mine = KEYS.c.interview_id.in_(some)
                known = select(DESTROYED.c.interview_id).where(DESTROYED.c.interview_id.in_(some))
                before = set(connection.execute(known).scalars())
                new = [{"interview_id": each, "at": now} for each in some if each not in before]
                if new:
                    connection.execute(insert(DESTROYED), new)
                connection.execute(delete(KEYS).where(mine))
        checkpoint(self.engine, seconds=2)

    # -- for the operator ------------------------------------------------------------------

    def in_use(self) -> dict[str, int]:
        """How many data keys each key-encryption key wraps."""
        query = select(KEYS.c.wrapped_by, func.count()).group_by(KEYS.c.wrapped_by)
        return {row[0]: row[1] for row in self._look(query)}

    def rotate(self, ring: Keyring) -> Iterator[int]:
        """Wrap again under the ring's first key, some at a time; gives how many each time.

        Meanwhile everything goes on; stopped half-way, the next run takes up what is left.
        Raises `SealError` for a key that the ring does not open.
        """
        left = (
            select(KEYS.c.interview_id, KEYS.c.wrapped)
            .where(KEYS.c.wrapped_by != ring.current)
            .order_by(KEYS.c.interview_id)
            .limit(BATCH)
        )
        while rows := self._look(left):
            with self.engine.begin() as connection:
                for row in rows:
                    again = ring.rewrap(row.interview_id, row.wrapped)
                    # One that was destroyed meanwhile stays destroyed.
                    connection.execute(
                        update(KEYS)
                        .where(KEYS.c.interview_id == row.interview_id)
                        .values(wrapped=again, wrapped_by=wrapped_by(again))
                    )
            yield len(rows)
        checkpoint(self.engine, seconds=2)

    def older_than(self, moment: int) -> Iterator[tuple[str, ...]]:
        """The interviews of all keys made before this moment, some at a time."""
        after = ""
        query = select(KEYS.c.interview_id).where(KEYS.c.made_at < moment)
        query = query.order_by(KEYS.c.interview_id).limit(BATCH)
        while rows := self._look(query.where(KEYS.c.interview_id > after)):
            yield tuple(row.interview_id for row in rows)
            after = rows[-1].interview_id

    def erased(self) -> Iterator[tuple[str, ...]]:
        """Every interview whose key was destroyed, some at a time."""
        after = ""
        query = select(DESTROYED.c.interview_id).order_by(DESTROYED.c.interview_id).limit(BATCH)
        while rows := self._look(query.where(DESTROYED.c.interview_id > after)):
            yield tuple(row.interview_id for row in rows)
            after = rows[-1].interview_id

    def forget_destroyed(self, moment: int) -> int:
        """Drop the traces of keys destroyed before this moment."""
        with self.engine.begin() as connection:
            gone = connection.execute(delete(DESTROYED).where(DESTROYED.c.at < moment))
            return int(gone.rowcount)

    def sample(self) -> dict[str, bytes]:
        """One wrapped key, if there is any."""
        query = select(KEYS.c.interview_id, KEYS.c.wrapped).limit(1)
        return {row.interview_id: row.wrapped for row in self._look(query)}

    def clear(self) -> None:
        """Drop everything, as before a copy that failed."""
        with self.engine.begin() as connection:
            for each in (KEYS, DESTROYED, PAIRED):
                connection.execute(delete(each))

    def empty(self) -> bool:
        """No key here, and no trace of one."""
        tables = (KEYS, DESTROYED)
        return not any(self._look(select(each.c.interview_id).limit(1)) for each in tables)

    def _look(self, query: Any, values: Mapping[str, Any] | None = None) -> list[Any]:
        with self.engine.connect().execution_options(reads_only=True) as connection:
            return list(connection.execute(query, values))


def copy_vault(source: Vault, target: Vault) -> int:
    """Every key and trace, to an empty vault; gives how many keys. Raises `OSError`."""
    if target.paired() or not target.empty():
        raise OSError("the new place of the data keys is not empty: name another one")
    looks = source.engine.connect().execution_options(reads_only=True)
    with looks as old, target.engine.begin() as new:
        for each in (KEYS, DESTROYED, PAIRED):
            names = [column.name for column in each.columns]
            rows = [dict(zip(names, row, strict=True)) for row in old.execute(select(each))]
            for some in _some(rows):
                new.execute(insert(each), list(some))
    return sum(target.in_use().values())


class Keychain:
    """The data keys one transaction opens, makes and destroys."""

    def __init__(
        self, vault: Vault, ring: Keyring, now: int,
        known: Callable[[str], Box | None] = lambda owner: None,
    ) -> None:  # fmt: skip
        """`known`: the boxes that are open already."""
        self._vault, self._ring, self._now, self._known = vault, ring, now, known
        self._made: dict[str, bytes] = {}
        self._boxes: dict[str, Box] = {}
        self._doomed: list[str] = []

    def new(self, owner: str) -> Box:
        """A box for a new interview, kept by `settle`."""
        box, self._made[owner] = self._ring.new_box(owner)
        self._boxes[owner] = box
        return box

    def boxes(self, owners: Iterable[str]) -> dict[str, Box]:
        """The boxes of these interviews, without those erased; raises `SealError`."""
        wanted = list(dict.fromkeys(owners))
        for each in wanted:
            if each not in self._boxes and (box := self._known(each)) is not None:
                self._boxes[each] = box
        absent = [each for each in wanted if each not in self._boxes]
        if absent:
            wrapped = self._vault.get(absent)
            self._boxes |= {each: self._ring.box(each, key) for each, key in wrapped.items()}
        return {each: self._boxes[each] for each in wanted if each in self._boxes}

    def box(self, owner: str) -> Box | None:
        """The same of one interview; None when it is erased."""
        return self.boxes([owner]).get(owner)

    def destroy(self, owners: Iterable[str]) -> None:
        """Destroy these keys when the transaction ends."""
        for each in owners:
            self._made.pop(each, None)
            self._boxes.pop(each, None)
            self._doomed.append(each)

    def settle(self) -> Sequence[str]:
        """Just before the commit: new keys are kept, doomed ones destroyed; gives the latter."""
        if self._made:
            self._vault.put(self._made, self._now)
            self._made = {}
        if self._doomed:
            self._vault.destroy(self._doomed, self._now)
        return self._doomed
