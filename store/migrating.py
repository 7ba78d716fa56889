"""Bringing a database to today's tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

LOCK = 7_204_110_253
"""PostgreSQL's advisory lock of whoever migrates: several processes may start at once."""


def migrate(engine: Engine, to: str = "head") -> None:
    """Run the migrations that are missing; nothing to do on an up-to-date database."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(_config(connection), to)


def current(connection: Connection) -> bool:
    """Are these today's tables?"""
    known = ScriptDirectory.from_config(_config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == known


def known(revision: str) -> bool:
    """Is this one of our migrations?"""
    scripts = ScriptDirectory.from_config(_config(None))
    return any(each.revision == revision for each in scripts.walk_revisions())


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def draft(engine: Engine, message: str) -> None:
    """Write a new migration from the difference between tables and database (for developers)."""
    with engine.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)
