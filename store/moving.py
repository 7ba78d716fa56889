"""From SQLite to PostgreSQL: every row copied in one transaction, then read again on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, text
from sqlmodel import SQLModel

from store import tables
from store.migrating import migrate
from store.opening import bring_up
from store.repository import Store
from store.turns import alone
from store.vault import beside, copy_vault, open_vault

TABLES = SQLModel.metadata.sorted_tables
"""Owners before what they own."""
CHUNK = 1000
assert tables  # noqa: S101  imported to fill the metadata


def move(store: Store, target: Engine, keys_to: str | None = None) -> dict[str, int]:
    """Copy everything, data keys too; gives the rows of each table. The source stays as it is.

    `keys_to`: where data keys go, else beside the target. Raises `OSError`, leaving the target as
    it was: while somebody serves from the source, when the target holds anything already, or when
    a row differs once copied.
    """
    source = store.engine
    if source.dialect.name != "sqlite" or target.dialect.name != "postgresql":
        raise OSError("a move goes from SQLite (AVANT_BILAN_DATABASE_URL) to postgresql://…")
    with alone(source):
        bring_up(store)
        migrate(target)
        vault = open_vault(keys_to or beside(target.url))
        keys = copy_vault(store.vault, vault)
        try:
            return {"data keys": keys} | _everything(source, target)
        except BaseException:
            vault.clear()
            raise


def _everything(source: Engine, target: Engine) -> dict[str, int]:
    looks = source.connect().execution_options(reads_only=True)
    with looks as old, target.begin() as new:
        # The migrations write this one row: the chain's end comes with the chain.
        new.execute(delete(SQLModel.metadata.tables["audit_head"]))
        for each in TABLES:
            if new.execute(select(func.count()).select_from(each)).scalar():
                raise OSError("the PostgreSQL database is not empty: name another one")
        for each in TABLES:
            _copy(each, old, new)
        counts = {each.name: _verified(each, old, new) for each in TABLES}
        for each in TABLES:
            _count_on(each, new)
    return counts


def _rows(each: Any, connection: Connection) -> Iterator[tuple[Any, ...]]:
    # In an order both sides share: texts are compared by their bytes.
    keys = [key.collate("C") if connection.dialect.name == "postgresql"
            and key.type.python_type is str else key
            for key in each.primary_key.columns]  # fmt: skip
    stream = connection.execution_options(yield_per=CHUNK).execute(select(each).order_by(*keys))
    for row in stream:
        yield tuple(row)


def _copy(each: Any, old: Connection, new: Connection) -> None:
    names = [column.name for column in each.columns]
    chunk: list[dict[str, Any]] = []
    for row in _rows(each, old):
        chunk.append(dict(zip(names, row, strict=True)))
        if len(chunk) == CHUNK:
            new.execute(insert(each), chunk)
            chunk = []
    if chunk:
        new.execute(insert(each), chunk)


def _verified(each: Any, old: Connection, new: Connection) -> int:
    count = 0
    for one, other in zip_longest(_rows(each, old), _rows(each, new)):
        if one != other:
            raise OSError(f"a row of {each.name} differs once copied: nothing was moved")
        count += 1
    return count


def _count_on(each: Any, new: Connection) -> None:
    """New rows go on from the last number."""
    (key, *_) = each.primary_key.columns
    if key.type.python_type is int:
        last = new.execute(select(func.max(key))).scalar()
        if last is not None:
            sequence = text("SELECT setval(pg_get_serial_sequence(:name, :key), :last)")
            new.execute(sequence, {"name": each.name, "key": key.name, "last": last})
