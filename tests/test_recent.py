"""Interviews kept open after they were written: the same answers, and nothing of who is gone."""

from __future__ import annotations

import pytest

from bot.messages import Capabilities
from flows.model import Interview
from store.crypto import Box
from store.recent import LASTS, MOST, Open, Recent
from tests.serving import Clock, Patient, serving


async def begun(service) -> tuple[Patient, str]:
    awa = Patient(service, "awa")
    await awa.begin()
    await awa.say("oui")
    (interview,) = service.store.recent._kept
    return awa, interview


async def test_what_is_open_is_what_was_written(tmp_path):
    async with serving(tmp_path) as service:
        awa, interview = await begun(service)
        await awa.say("non")
        with service.store.reading() as tx:
            opened = tx.interview(interview)
        service.store.recent.forget([interview])
        with service.store.reading() as tx:
            read = tx.interview(interview)
        assert opened.interview == read.interview
        assert opened.stands == service.desk.clerk.view(read.interview, Capabilities()).position
        assert read.stands is None


async def test_a_row_that_another_wrote_since_is_read_again(tmp_path):
    async with serving(tmp_path) as service:
        awa, interview = await begun(service)
        kept = service.store.recent._kept[interview]
        await awa.say("non")
        service.store.recent.keep([kept], kept.at)  # as a slower process would have it
        assert (await awa.say("47")).waiting != "shared_phone"


async def test_what_was_not_committed_is_not_kept(tmp_path):
    async with serving(tmp_path) as service:
        _, interview = await begun(service)
        before = service.store.recent._kept[interview]
        with pytest.raises(ZeroDivisionError), service.store.transaction() as tx:
            held = tx.interview(interview)
            tx.save([held], {interview: service.desk.clerk.summary(held.interview)})
            raise ZeroDivisionError
        assert service.store.recent._kept[interview] is before


async def test_nothing_of_who_was_erased_stays(tmp_path):
    async with serving(tmp_path) as service:
        awa, _ = await begun(service)
        await awa.say("/erase")
        await awa.say("/erase_yes")
        assert not service.store.recent._kept


async def test_nor_after_a_while_of_who_says_no_more(tmp_path):
    clock = Clock()
    async with serving(tmp_path, clock) as service:
        _, interview = await begun(service)
        clock.now += LASTS
        other = Patient(service, "marc")
        await other.begin()
        assert interview not in service.store.recent._kept


async def test_where_several_processes_write_nothing_is_kept(tmp_path, cluster):
    async with serving(tmp_path, database_url=cluster.fresh()) as service:
        await Patient(service, "awa").begin()
        assert not service.store.recent._kept


def test_no_more_are_kept_than_there_is_room_for():
    recent, box = Recent(), Box(bytes(32))
    for each in range(MOST + 3):
        recent.keep([Open(1, 0, Interview(str(each), "fr", 0), None, box)], 0)
    assert len(recent._kept) == MOST and recent.get("2", 1) is None and recent.get("3", 1)
