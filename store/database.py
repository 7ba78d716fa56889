"""Opening the database: SQLite by default, PostgreSQL given its address."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY = 5000
"""Milliseconds a statement waits for another writer."""
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # NORMAL lost acknowledged answers in 94 % of simulated power cuts; FULL none.
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={BUSY}",
    "PRAGMA foreign_keys=ON",
    # A destroyed data key must not stay readable in free pages.
    "PRAGMA secure_delete=ON",
    # In pages. `copy_log` comes before: what is left then is copied in a moment.
    "PRAGMA wal_autocheckpoint=16000",
)
KEPT = 16_000
"""KB of the file that the connection which writes keeps at hand: what a full batch touches."""
_copying = Lock()
"""Of two who empty a log, SQLite turns the second one away at once."""


def open_database(address: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql://…` (psycopg 3). Makes SQLite's folder."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        if url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _settings)
        event.listen(engine, "begin", _begin)
        return engine
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        # A database that is away must be noticed while somebody still waits for an answer.
        connect_args={"connect_timeout": 5, "application_name": "avant-bilan"},
    )


def keep(engine: Engine) -> Connection | None:
    """SQLite: a connection for the one who writes, to be held; elsewhere none is needed.

    What a connection has read is forgotten when another one writes: with each transaction on
    another of the pool, every page is read again from the file.
    """
    if engine.dialect.name != "sqlite":
        return None
    connection = engine.connect()
    _driver(connection).execute(f"PRAGMA cache_size={-KEPT}")
    return connection


def checkpoint(engine: Engine, seconds: float = 0.2) -> bool:
    """SQLite: empty the write-ahead log, where what was deleted is still written.

    Waits so long for those who read; False when they read on, and the next call will do it.
    PostgreSQL has no such call (docs/keys.md).
    """
    if engine.dialect.name != "sqlite":
        return True
    with _copying, engine.connect() as connection:
        cursor = _driver(connection).cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout={int(seconds * 1000)}")
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={BUSY}")
            cursor.close()
    return not busy


def copy_log(engine: Engine) -> None:
    """SQLite: copy what its log holds into the database, beside whoever reads or writes."""
    with _copying, engine.connect() as connection:
        _driver(connection).execute("PRAGMA wal_checkpoint(PASSIVE)")


def _driver(connection: Connection) -> Any:
    """SQLite's own connection: outside of any transaction, which these need."""
    return connection.connection.driver_connection


def _settings(connection: Any, _: Any) -> None:
    # The driver's own transactions start late and cannot say IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Any) -> None:
    # Readers do not lock; a writer asks for its place at once instead of failing half-way.
    reading = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
