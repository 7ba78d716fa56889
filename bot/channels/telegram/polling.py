"""Updates that we fetch, where Telegram cannot reach us.

aiogram's own loop forgets an update whose handling failed, and takes them strictly one after
the other. Here an update is forgotten by Telegram only once it is kept, each person's are taken
in order, and different people's together: one commit for many answers.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import Update
from sqlalchemy import Engine

from bot.channels.telegram.config import ALLOWED
from bot.channels.telegram.patience import insist
from bot.desk import Busy
from store.turns import Turn

LOOK = 3.0
"""Seconds between two looks whether it is our turn."""
WAITS = 25
"""Seconds Telegram holds the line when nothing has come."""
log = structlog.get_logger()


class Poller:
    """Fetches and handles until cancelled. `resting` is held while a batch is being handled."""

    def __init__(self, bot: Bot, dispatch: Dispatcher) -> None:
        self._bot, self._dispatch = bot, dispatch
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
                await self._bot.get_updates(offset=self._offset, limit=1, timeout=0,
                                            allowed_updates=ALLOWED, request_timeout=3)  # fmt: skip

    async def _fetch(self) -> list[Update]:
        return await self._bot.get_updates(
            offset=self._offset, timeout=WAITS, allowed_updates=ALLOWED, request_timeout=WAITS + 15
        )

    async def _handle(self, updates: Sequence[Update]) -> None:
        people: dict[int, list[Update]] = defaultdict(list)
        for update in updates:
            if chat := _chat(update):
                people[chat].append(update)
        await asyncio.gather(*(self._in_order(each) for each in people.values()))
        if updates:
            self._offset = max(each.update_id for each in updates) + 1

    async def _in_order(self, updates: Sequence[Update]) -> None:
        for update in updates:
            result = await self._kept(update)
            if isinstance(result, AnswerCallbackQuery):
                task = asyncio.create_task(self._settle(result))
                self._spinners.add(task)
                task.add_done_callback(self._spinners.discard)

    async def _kept(self, update: Update) -> object:
        """Handled, however long the desk needs: going on without would lose it."""
        while True:
            try:
                return await self._dispatch.feed_update(self._bot, update)
            except Busy:
                await asyncio.sleep(0.5)
            except Exception as error:  # noqa: BLE001  its text may hold what the person wrote
                log.error("update not handled", error=type(error).__name__)
                return None

    async def _settle(self, method: AnswerCallbackQuery) -> None:
        """Stop a button's spinner; too late is not an error."""
        with contextlib.suppress(AiogramError):
            await self._bot(method)


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


def _chat(update: Update) -> int:
    """Whose update this is; 0 for one that could not be read, or that we did not ask for."""
    if update.message is not None:
        return update.message.chat.id
    return update.callback_query.from_user.id if update.callback_query else 0
