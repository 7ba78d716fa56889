"""Things only one process may do at a time, where several share a database."""

from __future__ import annotations

import contextlib
import fcntl
import zlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError


class Turn:
    """One process has it, until it leaves, dies or loses its connection. On SQLite, always us."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self._number = engine, zlib.crc32(name.encode())
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Is it our turn? Asked again, tells whether it still is."""
        if self._engine.dialect.name == "sqlite":
            return True
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            made = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            taken = text("SELECT pg_try_advisory_lock(CAST(:number AS bigint))")
            if made.execute(taken, {"number": self._number}).scalar():
                self._connection = made
                return True
            made.close()
        except (OperationalError, InterfaceError):
            self.leave()
        return False

    def leave(self) -> None:
        """Let another have it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                # Closed for good: given back to the pool, it would keep the turn.
                connection.invalidate()
            connection.close()


@contextlib.contextmanager
def alone(engine: Engine) -> Iterator[None]:
    """We serve from this SQLite file, nobody else does. On PostgreSQL anybody may.

    Raises `OSError` if another process does. It ends with the process, however that dies.
    """
    if engine.dialect.name != "sqlite" or not engine.url.database:
        yield
        return
    with Path(f"{engine.url.database}.serving").open("w") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OSError(
                "another process serves from this SQLite file: stop it first "
                "(several processes need PostgreSQL)."
            ) from None
        yield
