"""Copies of the database: whole, checked, and only where they belong."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from app import cli
from app.demonstration import AWA
from store.backup import backup, restore
from store.crypto import Keyring
from store.database import open_database
from store.migrating import migrate
from store.moving import TABLES, move
from store.repository import table
from store.tables import AuditRow, InterviewRow
from store.turns import alone
from tests.serving import Patient, make, serving


@pytest.fixture
def lived_in(tmp_path: Path):
    """A SQLite service where somebody answered everything and others only began."""
    service = make(tmp_path)

    async def live() -> None:
        await service.desk.start()
        awa = Patient(service)
        await awa.begin()
        await awa.answer(AWA)
        for each in range(5):
            await Patient(service, f"p{each}").begin()
        await service.desk.stop()

    asyncio.run(live())
    service.writer.close()  # stopped, as it must be for a copy to be put back
    yield service
    service.store.engine.dispose()


def people(engine) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table(InterviewRow))).scalar()


def test_a_copy_taken_while_people_answer_holds_all_that_was_acknowledged(tmp_path):
    async def run() -> int:
        async with serving(tmp_path) as service:
            begun = [Patient(service, f"p{each}") for each in range(60)]
            first = await asyncio.gather(*(each.begin() for each in begun[:30]))
            late = asyncio.gather(*(each.begin() for each in begun[30:]))
            await asyncio.to_thread(backup, service.store.engine, tmp_path / "copy.db")
            await late
            return len(first)

    acknowledged = asyncio.run(run())
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) FROM interview").fetchone()[0] >= acknowledged
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0


def test_what_was_restored_is_what_was_copied(tmp_path, lived_in):
    engine, keys = lived_in.store.engine, lived_in.store.keys
    backup(engine, tmp_path / "copy.db")
    with lived_in.store.transaction() as tx:
        tx.db.execute(table(InterviewRow).delete())
    aside = restore(engine, tmp_path / "copy.db", keys, lived_in.store.vault)

    assert people(engine) == 6
    with lived_in.store.reading() as tx:
        assert tx.at([("console", "p")])["console", "p"].interview.log
    assert aside is not None and aside.exists()


@pytest.mark.parametrize("wrong", ["absent", "text", "other", "newer", "keys"])
def test_a_wrong_file_is_refused_in_one_line_and_nothing_changes(tmp_path, lived_in, wrong):
    engine, keys, file = lived_in.store.engine, lived_in.store.keys, tmp_path / "copy.db"
    if wrong == "text":
        file.write_text("not a database")
    elif wrong == "other":
        sqlite3.connect(file).execute("CREATE TABLE a (b)").connection.commit()
    elif wrong in ("newer", "keys"):
        backup(engine, file)
        with sqlite3.connect(file) as copy:
            if wrong == "newer":
                copy.execute("UPDATE alembic_version SET version_num = 'ffff'")
        keys = Keyring.parse(Keyring.fresh()) if wrong == "keys" else keys
    with pytest.raises(Exception) as refused:
        restore(engine, file, keys, lived_in.store.vault)

    assert isinstance(refused.value, OSError | ValueError)
    assert len(str(refused.value).splitlines()) == 1
    assert people(engine) == 6


def test_nothing_is_restored_or_moved_while_somebody_serves(tmp_path, lived_in, postgresql):
    engine = lived_in.store.engine
    backup(engine, tmp_path / "copy.db")
    with alone(engine):
        with pytest.raises(OSError, match="another process serves"):
            restore(engine, tmp_path / "copy.db", lived_in.store.keys, lived_in.store.vault)
        with pytest.raises(OSError, match="another process serves"):
            move(lived_in.store, open_database(postgresql))
        backup(engine, tmp_path / "another.db")
    with pytest.raises(OSError, match="already a file"):
        backup(engine, tmp_path / "copy.db")


def test_a_move_brings_every_row_and_people_go_on_where_they_were(tmp_path, lived_in, cluster):
    address = cluster.empty("moved")
    target = open_database(address)
    with lived_in.store.transaction() as tx:
        tx.db.execute(insert(table(AuditRow)).values(at=1, who="é", action="x"))
    moved = move(lived_in.store, target)

    assert moved["interview"] == 6 and moved["revision"] == 1 and sum(moved.values()) > 20
    assert moved.keys() == {each.name for each in TABLES} | {"data keys"}
    keys = lived_in.settings.keys.get_secret_value()

    async def go_on() -> str | None:
        async with serving(tmp_path, database_url=address, keys=keys) as service:
            await Patient(service, "p0").say("yes", "consent", key="new")
            with service.store.transaction() as tx:
                tx.incident("console", "counts on")
                tx.db.execute(insert(table(AuditRow)).values(at=1, who="a", action="x"))
            return (await Patient(service, "p0").say("yes", "consent", key="new")).waiting

    assert asyncio.run(go_on()) == "shared_phone"
    with pytest.raises(OSError, match="not empty"):
        move(lived_in.store, target)
    target.dispose()


def test_copies_are_for_sqlite_and_a_move_goes_one_way(tmp_path, postgresql, capsys, monkeypatch):
    monkeypatch.setenv("AVANT_BILAN_DATABASE_URL", postgresql)
    keys = Keyring.fresh()
    monkeypatch.setenv("AVANT_BILAN_KEYS", keys)
    for command in (["backup", str(tmp_path / "a")], ["restore", str(tmp_path / "a")],
                    ["move", "--to", postgresql]):  # fmt: skip
        assert cli.main(command) == 1
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_several_workers_on_sqlite_are_refused_in_one_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("AVANT_BILAN_DATA_DIR", str(tmp_path))

    assert cli.main(["serve", "--workers", "2"]) == 1
    said = capsys.readouterr().err.strip()
    assert "PostgreSQL" in said or "postgresql" in said
    assert len(said.splitlines()) == 1


def test_an_empty_database_becomes_today_s_on_both(tmp_path, cluster):
    for address in (f"sqlite:///{tmp_path}/new.db", cluster.empty("from-nothing")):
        engine = open_database(address)
        migrate(engine)
        with engine.connect() as connection:
            assert connection.execute(select(func.count()).select_from(TABLES[0])).scalar() == 0
        engine.dispose()
