"""Updates that we fetch, where Telegram cannot reach us.

aiogram's own loop forgets an update whose handling failed, reads all that wait as one list (one it
cannot read hides the others, at each look, for ever), and takes them strictly one after the other.
Here an update is forgotten by Telegram only once it is kept, each person's are taken in order, and
different people's together: one commit for many answers.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence

import structlog
from aiogram.exceptions import AiogramError
from sqlalchemy import Engine

from bot.channels.telegram.calling import ShortBot
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.patience import insist
from bot.channels.telegram.updates import Update
from bot.desk import Busy
from store.turns import Turn

LOOK = 3.0
"""Seconds between two looks whether it is our turn."""
WAITS = 25
"""Seconds Telegram holds the line when nothing has come."""
log = structlog.get_logger()


class Poller:
    """Fetches and handles until cancelled. `resting` is held while a batch is being handled."""

    def __init__(self, bot: ShortBot, intake: Intake) -> None:
        self._bot, self._intake = bot, intake
        self._offset: int | None = None
        self._spinners: set[asyncio.Task[None]] = set()
        self.resting = asyncio.Lock()

    async def serve(self) -> None:
        """Answer whoever writes, until cancelled (take `resting` first)."""
        await insist(self._bot.delete_webhook)
        while True:
            updates = await insist(self._fetch)
            async with self.resting:
                await self._handle(updates)

    async def confirm(self) -> None:
        """Tell Telegram what was kept, so that it is not brought again after a restart."""
        if self._offset is not None:
            with contextlib.suppress(AiogramError):
                await self._bot.fetch(self._offset, 0, limit=1)

    async def _fetch(self) -> list[Update]:
        return await self._bot.fetch(self._offset, WAITS)

    async def _handle(self, updates: Sequence[Update]) -> None:
        people: dict[int, list[Update]] = defaultdict(list)
        for update in updates:
            people[update.chat].append(update)
        await asyncio.gather(*(self._in_order(each) for each in people.values()))
        if updates:
            self._offset = max(each.update_id for each in updates) + 1

    async def _in_order(self, updates: Sequence[Update]) -> None:
        for update in updates:
            press = await self._kept(update)
            if press is not None:
                task = asyncio.create_task(self._settle(press))
                self._spinners.add(task)
                task.add_done_callback(self._spinners.discard)

    async def _kept(self, update: Update) -> str | None:
        """Handled, however long the desk needs: going on without would lose it."""
        while True:
            try:
                return await self._intake.hear(update)
            except Busy:
                await asyncio.sleep(0.5)
            except Exception as error:  # noqa: BLE001  its text may hold what the person wrote
                log.error("update not handled", error=type(error).__name__)
                return None

    async def _settle(self, press: str) -> None:
        """Stop a button's spinner; too late is not an error."""
        with contextlib.suppress(AiogramError):
            await self._bot.answer_callback_query(press)


async def in_turn(engine: Engine, poller: Poller) -> None:
    """Poll while it is our turn: Telegram gives updates to one of us at a time."""
    turn = Turn(engine, "telegram polling")
    try:
        while True:
            if not await asyncio.to_thread(turn.take):
                await asyncio.sleep(LOOK)
                continue
            polling = asyncio.create_task(poller.serve())
            try:
                while not polling.done() and await asyncio.to_thread(turn.take):
                    await asyncio.wait({polling}, timeout=LOOK)
                if polling.done():
                    return polling.result()
                async with poller.resting:
                    polling.cancel()
            finally:
                polling.cancel()
    finally:
        turn.leave()
