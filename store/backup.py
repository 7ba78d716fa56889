"""Copies of a SQLite database: taken while it serves, put back while nobody does."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, inspect, select, text

from store.crypto import BadKeys, Keyring
from store.migrating import known
from store.repository import table
from store.tables import PairedRow
from store.turns import alone
from store.vault import Vault


def backup(engine: Engine, file: Path) -> int:
    """A whole copy as of one moment, in a file that must not exist yet; gives its size in bytes.

    Answers go on being kept meanwhile. Raises `OSError` with a line for the operator.
    """
    _only_sqlite(engine, "pg_dump")
    if file.exists():
        raise OSError(f"there is already a file {str(file)!r}")
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with _opened(Path(str(engine.url.database))) as source, _opened(part) as copy:
        source.backup(copy, pages=2000)
        copy.execute("PRAGMA journal_mode=DELETE")
        _sound(copy)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.rename(file)
    return file.stat().st_size


def restore(engine: Engine, file: Path, keys: Keyring, vault: Vault) -> Path | None:
    """Put a copy in the place of the database; gives where the old one lies now, if there was one.

    The data keys stay as they are: who was erased since stays erased. Raises `OSError` while
    somebody serves, and for a file that is no copy of ours.
    """
    _only_sqlite(engine, "pg_restore")
    place = Path(str(engine.url.database))
    place.parent.mkdir(parents=True, exist_ok=True)
    with alone(engine):
        _ours(file, keys, vault)
        engine.dispose()
        part = place.with_name(place.name + ".part")
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with _opened(file, "ro") as source, _opened(part) as copy:
            source.backup(copy)
            _sound(copy)
        aside = _aside(place)
        part.replace(place)
    return aside


def _aside(place: Path) -> Path | None:
    """Move the old database out of the way, with all that was still in its log."""
    if not place.exists():
        return None
    with _opened(place) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old.execute("PRAGMA journal_mode=DELETE")
    kept = place.with_name(place.name + ".replaced")
    place.replace(kept)
    return kept


def _ours(file: Path, keys: Keyring, vault: Vault) -> None:
    if not file.is_file():
        raise OSError(f"there is no file {str(file)!r}")
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(f"{_uri(file)}?mode=ro",
                                                                        uri=True))  # fmt: skip
    try:
        with engine.connect() as copy:
            version = copy.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if not known(str(version)):
                raise OSError("this copy was made by a newer version: bring the program up to date")
            _opens(copy, keys, vault)
    except OSError:
        raise
    except BadKeys:
        raise
    except Exception:  # noqa: BLE001  whatever it is, it is no copy of ours
        raise OSError(f"{str(file)!r} is no copy of ours, or AVANT_BILAN_KEYS are not its keys")  # noqa: B904
    finally:
        engine.dispose()


def _opens(copy: Connection, keys: Keyring, vault: Vault) -> None:
    """Its data keys are ours to open, whether they lie in the vault or still in the copy."""
    if inspect(copy).has_table("data_key"):
        row = copy.execute(text("SELECT interview_id, wrapped FROM data_key LIMIT 1")).first()
        if row is not None:
            keys.box(row.interview_id, row.wrapped)
        return
    if copy.execute(select(table(PairedRow).c.id)).scalar() != vault.paired():
        raise OSError("the data keys of this copy are not at AVANT_BILAN_KEYS_URL")
    for owner, wrapped in vault.sample().items():
        keys.box(owner, wrapped)


def _only_sqlite(engine: Engine, instead: str) -> None:
    if engine.dialect.name != "sqlite":
        raise OSError(f"this is for SQLite; with PostgreSQL use {instead} (docs/operations.md)")


def _sound(copy: sqlite3.Connection) -> None:
    if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        raise OSError("the copy is damaged")


def _uri(file: Path) -> str:
    return file.resolve().as_uri()


@contextlib.contextmanager
def _opened(file: Path, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    with contextlib.closing(
        sqlite3.connect(f"{_uri(file)}?mode={mode}", uri=True, isolation_level=None)
    ) as made:
        made.execute("PRAGMA busy_timeout=5000")
        yield made
