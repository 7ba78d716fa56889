"""The thread that writes, and the one that copies SQLite's log beside it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store.repository import Transaction
from store.writer import COPY
from tests.serving import serving


async def test_what_was_committed_comes_into_the_database_while_others_write(tmp_path):
    async with serving(tmp_path) as service:
        for _ in range(2 * COPY):
            await service.writer.run(lambda tx: tx.incident("web", "test"))
        service.writer._copier.submit(int).result()  # the copies that were asked for are made
        # Without its log, as it lies there.
        alone = tmp_path / "alone.db"
        alone.write_bytes(Path(service.store.engine.url.database).read_bytes())
        with sqlite3.connect(alone) as copy:
            (found,) = copy.execute("SELECT count(*) FROM incident").fetchone()
    assert found >= COPY


async def test_sqlite_is_written_by_one_connection_whatever_else_is_read_or_fails(tmp_path):
    def mine(tx: Transaction) -> object:
        return tx.db.connection.driver_connection

    async with serving(tmp_path) as service:
        first = await service.writer.run(mine)
        assert await service.writer.look(mine) is not first
        with pytest.raises(ZeroDivisionError):
            await service.writer.run(lambda tx: 1 // 0)
        assert await service.writer.run(mine) is first
