"""Reminders: only who asked, three at most, by day, in few words, until STOP."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import select, update

from bot import say as says
from bot.channels.telegram.intake import CAN
from bot.phrases import PHRASES
from bot.reminders import write_due
from flows.reminders import DAY, Policy, awake, due
from store import outbox
from store.repository import table
from store.tables import OutboxRow, ReminderRow
from tests.serving import NOW, Clock, Patient, serving

NOON = NOW - NOW % DAY + 12 * 3600
POLICY = Policy()
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
HEALTH = ("santé", "sante", "bilan", "prévention", "médecin", "question sur", "malad", "docteur",
          "rendez-vous", "3114", "soin")  # fmt: skip


@pytest.mark.parametrize(
    ("days", "sent", "since_last", "expected"),
    [
        (1.9, 0, None, False), (2, 0, None, True), (6, 1, 4, False), (7, 1, 5, True),
        (21, 2, 14, True), (22, 3, 1, False), (27.9, 0, None, True), (28.1, 0, None, False),
        (21, 1, 1, False), (21, 1, 2, True),
    ],
)  # fmt: skip
def test_somebody_is_due_by_time_alone(days, sent, since_last, expected):
    sent_at = None if since_last is None else NOON - since_last * DAY

    assert due(POLICY, int(NOON - days * DAY), sent, sent_at, NOON) is expected


@pytest.mark.parametrize(("hour", "expected"), [(6, False), (8, True), (18, True), (20, False)])
def test_nobody_is_woken(hour, expected):
    """UTC hours of a November day; Paris is one ahead."""
    assert awake(POLICY, NOW - NOW % DAY + hour * 3600) is expected


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_reminder_fits_one_short_message_and_tells_nothing(number):
    text = PHRASES[f"reminder_{number}"]

    assert len(text) <= 160
    assert set(text) <= GSM_7
    assert not [word for word in HEALTH if word in text.lower()]


def reminders(service) -> list[str]:
    """The reminders written so far, by what they say."""
    outgoing = table(OutboxRow)
    with service.store.reading() as tx:
        found = tx.db.execute(select(outgoing).where(outgoing.c.status != "superseded"))
        helds = tx.interviews({row.interview_id for row in found})
        rows = tx.db.execute(select(outgoing).order_by(outgoing.c.id)).all()
    opened = [helds[row.interview_id].box.open(row.sealed, f"{row.interview_id}|screen")
              for row in rows if row.interview_id in helds]  # fmt: skip
    said = [each.ref for one in opened for each in says.load(one)]
    return [each for each in said if each.startswith("reminder_")]


def run(service) -> int:
    with service.store.transaction() as tx:
        return write_due(tx, POLICY)


async def paused(service, address: str = "1", asks: bool = True) -> Patient:
    person = Patient(service, address, "telegram", CAN)
    await person.begin()
    await person.say("oui")
    await person.say("/pause")
    if asks:
        await person.say("/remind")
    return person


async def test_who_asked_is_reminded_three_times_and_who_did_not_never(tmp_path, database):
    clock = Clock(NOON)
    async with serving(tmp_path, clock, database_url=database) as service:
        await paused(service)
        await paused(service, "2", asks=False)
        written = []
        for day in range(1, 40):
            clock.now = NOON + day * DAY
            written += [day] * run(service)

        assert written == [2, 7, 21]
        assert reminders(service) == ["reminder_1", "reminder_2", "reminder_3"]


async def test_two_runs_at_once_remind_once(tmp_path, postgresql):
    clock = Clock(NOON)
    async with serving(tmp_path, clock, database_url=postgresql) as service:
        await paused(service)
        clock.now += 2 * DAY
        with service.store.transaction() as one, service.store.transaction() as other:
            assert (write_due(one, POLICY), write_due(other, POLICY)) == (1, 0)
        assert run(service) == 0


async def test_stop_ends_reminders_at_once_and_the_questions_stay(tmp_path, database):
    clock = Clock(NOON)
    async with serving(tmp_path, clock, database_url=database) as service:
        person = await paused(service)
        clock.now += 2 * DAY
        assert run(service) == 1
        with service.store.transaction() as tx:
            # The code of the pause and the reminder have left.
            tx.db.execute(update(table(OutboxRow)).values(status="sent"))
        await person.say("Stop.")
        with service.store.reading() as tx:
            (waiting,) = outbox.due(tx, "telegram", clock.now)
            assert says.load(waiting.screen)[0].ref == "no_reminders"
            assert tx.db.execute(select(table(ReminderRow))).first() is None
        clock.now += 20 * DAY
        assert run(service) == 0
        await person.say("/resume")
        assert person.reply.waiting == "shared_phone"


async def test_who_came_back_waits_from_their_last_word_and_who_finished_never(tmp_path):
    clock = Clock(NOON)
    async with serving(tmp_path, clock) as service:
        person = await paused(service)
        clock.now += DAY
        await person.say("/resume")
        clock.now += DAY
        assert run(service) == 0
        clock.now += DAY
        assert run(service) == 1
        await person.answer({"age": "22"})
        clock.now += 7 * DAY
        assert run(service) == 0


async def test_a_channel_that_cannot_write_first_does_not_promise_to(tmp_path):
    async with serving(tmp_path) as service:
        person = Patient(service, can=dataclasses.replace(CAN, queued=False, reminds=False))
        await person.begin()
        await person.say("/pause")
        assert "/remind" not in {each.said for each in person.reply.screens[0].choices}
        await person.say("/remind")
        assert "J'écrirai" not in person.text and "trois fois" not in person.text
