"""Bringing database and vault up to date, and making sure that they belong together."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection, Engine, delete, insert, inspect, select, text

from store.database import checkpoint
from store.migrating import migrate
from store.repository import Store, table
from store.tables import InterviewRow, PairedRow
from store.trail import chain_old_lines
from store.vault import BATCH, PAIRED, Vault

_INTERVIEW, _PAIRED = table(InterviewRow), table(PairedRow)
_LOCK = 7_204_110_302


class WrongVault(OSError):
    """The answers and the data keys are not of the same service."""


def bring_up(store: Store) -> None:
    """Today's tables, keys in their own place, the audit chained. Safe in several processes.

    Raises `WrongVault`.
    """
    move_keys(store.engine, store.vault, int(store.clock()))
    migrate(store.engine)
    with store.engine.begin() as connection:
        _alone(connection)
        pair(connection, store.vault)
    with store.transaction() as tx:
        chain_old_lines(tx)
    finish_erasures(store)


def move_keys(engine: Engine, vault: Vault, now: int) -> None:
    """Data keys that still lie with the answers, as once they did, go to the vault."""
    if not inspect(engine).has_table("data_key"):
        return
    with engine.begin() as connection:
        _alone(connection)
        some = text("SELECT interview_id, wrapped FROM data_key ORDER BY interview_id LIMIT :most")
        while rows := connection.execute(some, {"most": BATCH}).all():
            known = vault.held(row.interview_id for row in rows)
            new = {row.interview_id: row.wrapped for row in rows if row.interview_id not in known}
            if new:
                vault.put(new, now)
            gone = text("DELETE FROM data_key WHERE interview_id <= :last")
            connection.execute(gone, {"last": rows[-1].interview_id})
    checkpoint(engine, seconds=2)


def pair(connection: Connection, vault: Vault) -> None:
    """Each knows the other by a number both keep; raises `WrongVault`."""
    ours = connection.execute(select(_PAIRED.c.id)).scalar()
    theirs = vault.paired()
    if ours and ours == theirs:
        return
    some = connection.execute(select(_INTERVIEW.c.id).limit(1)).scalars().all()
    if ours and theirs:
        raise WrongVault("AVANT_BILAN_KEYS_URL holds the data keys of another database")
    if ours and some:
        raise WrongVault("the data keys of this database are not at AVANT_BILAN_KEYS_URL")
    if theirs and not vault.empty() and not (some and vault.known(some)):
        raise WrongVault("AVANT_BILAN_KEYS_URL holds the data keys of another database")
    number = ours or theirs or uuid.uuid4().hex
    # The vault first: a crash in between is taken up here at the next start.
    if not theirs:
        with vault.engine.begin() as keys:
            keys.execute(insert(PAIRED).values(id=number))
    if not ours:
        connection.execute(insert(_PAIRED).values(id=number))


def finish_erasures(store: Store) -> int:
    """Rows whose key was destroyed go too: an erasure cut short, or an old copy put back."""
    count = 0
    for some in store.vault.erased():
        with store.engine.begin() as connection:
            gone = connection.execute(delete(_INTERVIEW).where(_INTERVIEW.c.id.in_(some)))
            count += int(gone.rowcount)
    if count:
        checkpoint(store.engine)
    return count


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
