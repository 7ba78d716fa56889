"""Screens of messages that are heard in one batch: the newest question stays, notices all do."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from bot import say as says
from bot.messages import Capabilities, Inbound
from store.repository import table
from store.tables import OutboxRow
from tests.serving import serving

CAN = Capabilities(private=False, queued=True)


def inbound(said: str, key: str, about: str | None = None) -> Inbound:
    return Inbound("telegram", "42", said, key, about, typed=about is None, language="fr")


async def test_three_answers_at_once_leave_one_question_to_send_and_every_urgent_card(tmp_path):
    async with serving(tmp_path) as service:
        await service.desk.hear(inbound("/begin - fr", "1"), CAN)
        await asyncio.gather(
            service.desk.hear(inbound("yes", "2", "consent"), CAN),
            service.desk.hear(inbound("j'ai envie de mourir", "3"), CAN),
            service.desk.hear(inbound("no", "4", "shared_phone"), CAN),
        )

        place = ("telegram", "42")
        rows = table(OutboxRow)
        with service.store.reading() as tx:
            held = tx.at([place])[place]
            kept = tx.db.execute(select(rows).order_by(rows.c.id)).all()
    said = [
        (says.load(held.box.open(row.sealed, f"{held.interview.id}|screen"))[0], row.status)
        for row in kept
    ]
    waiting = [say for say, status in said if status == "waiting"]
    assert [say.kind for say in waiting] == ["cards", "question"]
    assert waiting[-1].ref not in ("consent", "shared_phone")
    assert all(status == "superseded" for say, status in said if say not in waiting)
