"""Many conversations at once: heard once, kept before they are answered."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from app.demonstration import AWA
from bot import clerk
from bot.messages import Capabilities, Inbound
from store.repository import table
from store.tables import IncidentRow, InterviewRow, OutboxRow
from tests.serving import Patient, make, serving

CAN = Capabilities(links=False)


def count(service, row, *where):
    with service.store.reading() as tx:
        return tx.db.execute(
            select(func.count()).select_from(table(row)).where(*where)
        ).scalar_one()


async def test_a_whole_interview_ends_with_advice_and_a_code(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        awa = Patient(service)
        await awa.begin()
        reply = await awa.answer(AWA)

        assert [screen.kind for screen in reply.screens] == ["restitution", "code", "info"]
        assert reply.finished
        assert len(reply.code) == 10


async def test_the_same_message_twice_counts_once(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        awa = Patient(service)
        await awa.begin()
        await awa.say("yes", "consent", key="k")
        again = await awa.say("no", "consent", key="k")

        assert again.duplicate
        assert again.waiting == "shared_phone"


async def test_the_same_message_twice_in_one_batch_counts_once(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        awa = Patient(service)
        await awa.begin()
        inbound = Inbound("console", "p", "yes", "k", "consent", typed=False)
        first, second = await asyncio.gather(*(service.desk.hear(inbound, CAN) for _ in range(2)))

        assert [first.duplicate, second.duplicate] == [False, True]
        with service.store.reading() as tx:
            held = tx.at([("console", "p")])["console", "p"]
        assert [each.question for each in held.interview.log] == ["consent"]


async def test_two_hundred_people_at_once_each_get_their_own_way(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        people = [Patient(service, f"p{each}") for each in range(200)]
        await asyncio.gather(*(each.begin() for each in people))
        await asyncio.gather(*(each.say("yes", "consent") for each in people))
        await asyncio.gather(*(each.say("no", "shared_phone") for each in people))
        await asyncio.gather(*(each.say(str(18 + place % 8)) for place, each in enumerate(people)))

        assert {each.reply.waiting for each in people} == {"helped"}
        assert count(service, InterviewRow) == 200


async def test_a_message_that_breaks_us_is_answered_kindly_and_blocks_nobody(
    tmp_path, database, monkeypatch
):
    # The one place where our own code is replaced: nothing known makes deciding fail.
    decide = clerk.respond

    def poisoned(shelf, interview, inbound, *more):
        if inbound.said == "poison":
            raise ZeroDivisionError
        return decide(shelf, interview, inbound, *more)

    monkeypatch.setattr(clerk, "respond", poisoned)
    async with serving(tmp_path, database_url=database) as service:
        people = [Patient(service, f"p{each}") for each in range(10)]
        await asyncio.gather(*(each.begin() for each in people))
        said = ["poison" if place == 4 else "oui" for place in range(10)]
        await asyncio.gather(*(each.say(it) for each, it in zip(people, said, strict=True)))

        assert "souci de notre côté" in people[4].text
        assert {each.reply.waiting for each in people if each is not people[4]} == {"shared_phone"}
        assert (await people[4].say("oui")).waiting == "shared_phone"
        assert count(service, IncidentRow) == 1


async def test_erasing_takes_one_tap_and_one_confirmation_and_leaves_no_key(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        awa = Patient(service)
        await awa.begin()
        await awa.answer(AWA)
        await awa.say("/erase")
        assert count(service, InterviewRow) == 1
        reply = await awa.say("/erase_yes")

        assert "effacé" in awa.text
        assert reply.waiting is None
        assert count(service, InterviewRow) == 0
        assert service.store.vault.in_use() == {}
        assert (await awa.say("bonjour")).waiting is None


async def test_refusing_consent_keeps_nothing(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        awa = Patient(service)
        await awa.begin()
        await awa.say("no", "consent")

        assert "Je ne garde rien" in awa.text
        assert count(service, InterviewRow) == 0


async def test_answers_lie_sealed_in_the_database(tmp_path):
    async with serving(tmp_path) as service:
        awa = Patient(service, "chat-number-42")
        await awa.begin()
        await awa.answer(
            AWA | {"chosen_name": "Zébulon Canari", "priorities_free_text": "mon canari vert"}
        )
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("test.db*"))

    for secret in ("Canari", "canari vert", "chat-number-42", "leg_swelling", "Awa"):
        assert secret.encode() not in kept


async def test_not_sharing_still_gives_the_advice_and_files_nothing(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        awa = Patient(service)
        await awa.begin()
        reply = await awa.answer(AWA | {"share": "no"})

        assert reply.screens[0].kind == "restitution"
        assert reply.code is None


async def test_a_correction_after_the_end_adds_a_revision_and_keeps_the_code(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        awa = Patient(service)
        await awa.begin()
        code = (await awa.answer(AWA)).code
        reply = await awa.say("5_7_per_week", "physical_activity_freq")

        assert reply.code == code
        from store.tables import BriefRow, RevisionRow

        assert (count(service, BriefRow), count(service, RevisionRow)) == (1, 2)


async def test_screens_of_a_queued_channel_wait_in_the_outbox_and_a_newer_one_supersedes(
    tmp_path, database
):
    async with serving(tmp_path, database_url=database) as service:
        awa = Patient(service, channel="telegram", can=Capabilities(queued=True, private=False))
        await awa.begin()
        await awa.say("oui")
        outbox = table(OutboxRow)

        assert count(service, OutboxRow, outbox.c.status == "waiting") == 1
        assert count(service, OutboxRow, outbox.c.status == "superseded") == 1


@pytest.mark.parametrize(
    ("said", "number"), [("j'ai envie de mourir", "3114"), ("/help_now", "15")]
)
async def test_help_comes_first_even_before_anything_began(tmp_path, database, said, number):
    async with serving(tmp_path, database_url=database) as service:
        awa = Patient(service)
        await awa.say(said)

        assert awa.reply.screens[0].kind == "urgent"
        assert number in awa.reply.screens[0].text
        assert "Personne ne lit" in awa.reply.screens[0].text


def test_people_are_heard_after_the_demo_prepared_its_own_on_another_loop(tmp_path, database):
    service = make(tmp_path, database_url=database)

    async def once(who: str) -> str | None:
        await service.desk.start()
        # The desk is waiting for messages by now, as it does in life.
        await asyncio.sleep(0.01)
        reply = await asyncio.wait_for(Patient(service, who).begin(), 10)
        await service.desk.stop()
        return reply.waiting

    assert [asyncio.run(once("first")), asyncio.run(once("second"))] == ["consent", "consent"]
    service.writer.close()
