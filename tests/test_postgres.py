"""Several processes on one PostgreSQL: each message is heard once, each screen sent by one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select, text

from bot import say as says
from bot.messages import Capabilities, Inbound
from bot.say import Say
from store import outbox, outreach
from store.crypto import Keyring
from store.database import open_database
from store.migrating import current, migrate
from store.repository import table
from store.tables import IncidentRow, InterviewRow, OutboxRow
from tests.serving import Patient, make

CAN = Capabilities(links=False)
QUEUED = Capabilities(queued=True, private=False)
KEYS = Keyring.fresh()


@contextlib.asynccontextmanager
async def two(tmp_path, address: str) -> AsyncIterator[list]:
    """Two services on the same database, as two processes would be."""
    both = [make(tmp_path, database_url=address, keys=KEYS) for _ in range(2)]
    for each in both:
        await each.desk.start()
    yield both
    for each in both:
        await each.desk.stop()
        each.writer.close()
        each.store.engine.dispose()


def count(service, row, *where) -> int:
    with service.store.reading() as tx:
        query = select(func.count()).select_from(table(row)).where(*where)
        return int(tx.db.execute(query).scalar_one())


def log(service, address: str = "p", channel: str = "console") -> list[str]:
    with service.store.reading() as tx:
        held = tx.at([(channel, address)])[channel, address]
    return [each.question for each in held.interview.log]


def test_two_processes_that_start_at_once_make_the_tables_once(cluster):
    engines = [open_database(cluster.empty("started-twice")) for _ in range(1)] * 2
    with ThreadPoolExecutor() as pool:
        list(pool.map(migrate, engines))

    with engines[0].connect() as connection:
        assert current(connection)
    engines[0].dispose()


async def test_a_message_that_two_processes_hear_at_once_counts_once(tmp_path, postgresql):
    async with two(tmp_path, postgresql) as both:
        people = [Patient(both[0], f"p{each}") for each in range(20)]
        await asyncio.gather(*(each.begin() for each in people))
        said = [
            service.desk.hear(
                Inbound("console", each.address, "yes", "k", "consent", typed=False), CAN
            )
            for each in people
            for service in both
        ]
        replies = await asyncio.gather(*said)

        assert sum(each.duplicate for each in replies) == 20
        assert {each.waiting for each in replies} == {"shared_phone"}
        assert all(log(both[0], each.address) == ["consent"] for each in people)


async def test_what_one_person_says_to_two_processes_is_all_kept(tmp_path, postgresql):
    async with two(tmp_path, postgresql) as both:
        await Patient(both[0]).begin()
        said = {"consent": "yes", "shared_phone": "no"}
        await asyncio.gather(*(
            service.desk.hear(Inbound("console", "p", value, about, about, typed=False), CAN)
            for service, (about, value) in zip(both, said.items(), strict=True)
        ))  # fmt: skip
        await Patient(both[1]).say("no", "shared_phone", key="again")

        assert set(log(both[0])) == set(said)


async def test_who_begins_on_two_processes_at_once_has_one_interview(tmp_path, postgresql):
    async with two(tmp_path, postgresql) as both:
        people = [f"p{each}" for each in range(10)]
        await asyncio.gather(*(
            service.desk.hear(Inbound("console", who, "/begin", str(key), start=""), CAN)
            for who in people for key, service in enumerate(both)
        ))  # fmt: skip

        assert count(both[0], InterviewRow) == len(people)


async def test_a_personal_card_shown_to_two_processes_at_once_serves_once(tmp_path, postgresql):
    async with two(tmp_path, postgresql) as both:
        with both[0].store.transaction() as tx:
            campaign = outreach.create_campaign(tx, "Marché", None, None)
            (card,) = outreach.create_invitations(tx, campaign.id, 1)
        await asyncio.gather(*(Patient(each, str(at)).begin(token=card)
                               for at, each in enumerate(both)))  # fmt: skip

        came = table(InterviewRow).c.campaign_id == campaign.id
        assert count(both[0], InterviewRow) == 2
        assert count(both[0], InterviewRow, came) == 1


async def test_signs_a_database_cannot_hold_stop_nobody(tmp_path, postgresql):
    async with two(tmp_path, postgresql) as (service, _):
        people = [Patient(service, f"p{each}") for each in range(8)]
        said = [each.begin(token="\0" if at == 3 else "") for at, each in enumerate(people)]
        await asyncio.gather(*said)

        waiting = [each.reply.waiting for each in people]
        assert waiting == ["consent"] * 3 + [None] + ["consent"] * 4
        assert "souci de notre côté" in people[3].text
        assert count(service, IncidentRow) == 1


async def test_a_database_that_goes_away_is_told_to_come_again_and_comes_back(tmp_path, postgresql):
    from sqlalchemy import text

    from bot.desk import Busy

    async with two(tmp_path, postgresql) as (service, other):
        awa = Patient(service)
        await awa.begin()
        cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                   "WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        for each in range(10):
            with other.store.engine.begin() as connection:
                connection.execute(cut)
            with contextlib.suppress(Busy):
                await awa.say("yes", "consent", key=f"k{each}")

        assert awa.reply.waiting == "shared_phone"


# -- dispatchers ------------------------------------------------------------------------------


def nobody_waits(_: bytes) -> float:
    return 0.0


def claim(tx, now: float, room: int = 100) -> list[outbox.Waiting]:
    return outbox.claim(tx, "telegram", now, now + 15, room, nobody_waits)


async def queued(service, people: int) -> None:
    everybody = [Patient(service, str(each), "telegram", QUEUED) for each in range(people)]
    await asyncio.gather(*(each.begin() for each in everybody))


async def test_two_dispatchers_never_hold_the_same_screen(tmp_path, postgresql):
    async with two(tmp_path, postgresql) as (one, other):
        await queued(one, 12)
        with one.store.transaction() as mine, other.store.transaction() as theirs:
            # Both at work at the same moment, neither waiting for the other.
            first, second = claim(mine, 10.0, 5), claim(theirs, 10.0)

        assert len({each.id for each in (*first, *second)}) == len(first) + len(second) == 12
        with other.store.transaction() as tx:
            assert claim(tx, 10.0) == []


async def test_a_screen_whose_dispatcher_died_is_sent_by_another_a_little_later(
    tmp_path, postgresql
):
    async with two(tmp_path, postgresql) as (one, other):
        await queued(one, 1)
        with one.store.transaction() as tx:
            (lost,) = claim(tx, 10.0)
        with other.store.transaction() as tx:
            assert claim(tx, 24.0) == []
            assert [each.id for each in claim(tx, 25.0)] == [lost.id]


async def test_the_next_screen_waits_while_another_process_sends_the_one_before(
    tmp_path, postgresql
):
    async with two(tmp_path, postgresql) as (one, other):
        await queued(one, 1)
        with one.store.transaction() as tx:
            (leaving,) = claim(tx, 10.0)
        await Patient(other, "0", "telegram", QUEUED).say("oui", key="next")
        with other.store.transaction() as tx:
            assert claim(tx, 11.0) == []
            outbox.sent(tx, [(leaving, 1)])
        with other.store.transaction() as tx:
            (following,) = claim(tx, 11.0)

        assert says.load(following.screen) == (Say("question", "shared_phone"),)
        assert count(one, OutboxRow, table(OutboxRow).c.status == "superseded") == 0


async def test_a_screen_that_failed_gives_way_to_a_newer_one(tmp_path, postgresql):
    async with two(tmp_path, postgresql) as (one, other):
        await queued(one, 1)
        with one.store.transaction() as tx:
            (leaving,) = claim(tx, 10.0)
        await Patient(other, "0", "telegram", QUEUED).say("oui", key="next")
        with one.store.transaction() as tx:
            outbox.later(tx, leaving, 12.0)
            (following,) = claim(tx, 11.0)

        assert following.id > leaving.id


async def test_postgresql_keeps_no_samples_of_what_is_sealed(tmp_path, postgresql):
    """Of an erased person's key and answers its statistics would hold copies for weeks."""
    service = make(tmp_path, database_url=postgresql, keys=KEYS)
    await service.desk.start()
    for number in range(5):
        await Patient(service, f"p{number}").begin()
    await service.desk.stop()
    engine = service.store.engine
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
        sampled = connection.execute(text("SELECT tablename, attname FROM pg_stats"))
        seen = {(each.tablename, each.attname) for each in sampled}
    assert {("data_key", "interview_id"), ("interview", "id")} <= seen
    assert {each for each in seen if each[1] in ("sealed", "wrapped")} == set()
    with engine.begin() as connection:
        # And of tables that are still empty, or still to be thought of.
        sampled = connection.execute(text(
            "SELECT attrelid::regclass FROM pg_attribute "
            "WHERE attname IN ('sealed', 'wrapped') AND attstattarget IS DISTINCT FROM 0"
        ))  # fmt: skip
        assert sampled.scalars().all() == []
    service.writer.close()
    engine.dispose()


def test_samples_taken_before_are_dropped(cluster):
    address = cluster.empty("sampled")
    engine = open_database(address)
    migrate(engine, "d4a90b6e1c73")
    count = "SELECT count(*) FROM pg_stats WHERE attname = 'sealed'"
    with engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO interview "
            "(id, sealed, version, status, channel, demo, started_at, touched_at) "
            "SELECT n, CAST(CAST(n AS text) AS bytea), 0, 'open', 'web', false, 0, 0 "
            "FROM generate_series(1, 90) AS n"
        ))  # fmt: skip
        connection.execute(text("ANALYZE"))
        assert connection.execute(text(count)).scalar_one() == 1
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
        assert connection.execute(text(count)).scalar_one() == 0
    engine.dispose()
