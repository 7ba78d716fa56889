"""Tables as the migrations make them, and what is looked for in them without going through them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, event, select
from sqlmodel import SQLModel

from bot.messages import Capabilities
from store import outbox
from store.database import open_database
from store.migrating import migrate
from store.repository import table
from store.tables import HeardRow
from tests.serving import Patient, serving

QUEUED = Capabilities(queued=True, private=False)
GROW = {"interview", "address", "heard", "outbox", "trace", "brief", "revision"}


def test_the_migrations_make_the_tables_that_are_described(database):
    engine = open_database(database)
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.parametrize("part", ["batch", "sender"])
async def test_no_table_that_grows_is_gone_through(tmp_path, database, part):
    async with serving(tmp_path, database_url=database) as service:
        person, asked = Patient(service, "7", "telegram", QUEUED), list[tuple[str, Any]]()
        await person.begin()
        engine = service.store.engine
        event.listen(engine, "before_cursor_execute", lambda *it: asked.append((it[2], it[3])))
        if part == "batch":
            await person.say("oui")
        else:
            with service.store.transaction() as tx:
                (waiting,) = outbox.claim(tx, "telegram", 1.0, 9.0, 10, lambda place: 0.0)
                outbox.keep(tx, [waiting.id], 9.0)
                outbox.later(tx, waiting, 0.0)
                outbox.next_due(tx, "telegram")
                outbox.sent(tx, [(waiting, 1)])
                outbox.free(tx, "telegram")
        plans = explained(engine, [each for each in asked if not each[0].startswith("INSERT")])
    assert plans
    assert [plan & GROW for plan in plans if plan & GROW] == []


async def test_messages_heard_of_one_place_lie_side_by_side_and_are_not_confused(tmp_path):
    async with serving(tmp_path) as service:
        for channel in ("telegram", "web"):
            for address in ("1", "2"):
                person = Patient(service, address, channel, QUEUED)
                await person.begin()
                await person.say("oui")
        with service.store.reading() as tx:
            known = list(tx.db.execute(select(table(HeardRow).c.hash)).scalars())
            places = {tx.place(channel, address)[:16]
                      for channel in ("telegram", "web") for address in ("1", "2")}  # fmt: skip
    assert Counter(each[:16] for each in known) == dict.fromkeys(places, 2)
    assert len({each[16:] for each in known}) == 8


def explained(engine: Engine, statements: list[tuple[str, Any]]) -> list[set[str]]:
    """The tables each of these statements goes through from end to end, where it can help it."""
    plans = []
    with engine.connect() as connection:
        ask = "EXPLAIN QUERY PLAN "
        if engine.dialect.name == "postgresql":  # it would read so few rows all the same
            connection.exec_driver_sql("SET enable_seqscan = off")
            ask = "EXPLAIN "
        for statement, values in statements:
            one = values[0] if isinstance(values, list) else values
            plan = str(connection.exec_driver_sql(ask + statement, one).all())
            plans.append(set(re.findall(r"\b(?:SCAN|Seq Scan on) (\w+)", plan)))
    return plans
