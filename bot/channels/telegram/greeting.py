"""Screens for somebody nothing is kept about: not begun, refused, just erased.

There is no outbox of theirs to wait in, so these few words live in memory. Losing one in a crash
loses no answer: the person has only to press start again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter

from bot.channels.telegram.calling import ShortBot
from bot.channels.telegram.keyboards import Outgoing, messages
from bot.channels.telegram.playing import play
from bot.messages import Screen

PATIENCE = 5.0
"""Seconds an update waits for its screens; after that they go on leaving by themselves."""
TRIES = 8
REMEMBERED = 10_000
log = structlog.get_logger()


class Greeter:
    """Sends each of them once, waiting as long as Telegram tells to."""

    def __init__(self, bot: ShortBot) -> None:
        self._bot = bot
        self._told: dict[str, None] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def tell(self, key: str, chat: int, screens: Sequence[Screen]) -> None:
        """Send these in order. `key`: the update they answer; the same one again says nothing."""
        if key in self._told:
            return
        self._told[key] = None
        if len(self._told) > REMEMBERED:
            del self._told[next(iter(self._told))]
        parts = [part for screen in screens for part in messages(screen)]
        task = asyncio.create_task(self._all(chat, parts))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=PATIENCE)

    async def close(self, seconds: float) -> None:
        """Let what is leaving leave, for this long at most."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()

    async def _all(self, chat: int, parts: Sequence[Outgoing]) -> None:
        for part in parts:
            if not await self._one(chat, part):
                return

    async def _one(self, chat: int, part: Outgoing) -> bool:
        for attempt in range(TRIES):
            try:
                if part.plays:
                    await play(self._bot, chat, part.plays)
                else:
                    await self._bot.tell(chat, part)
                return True
            except TelegramRetryAfter as error:
                await asyncio.sleep(error.retry_after)
            except (TelegramBadRequest, TelegramForbiddenError) as error:
                # Its text may hold ours, only its kind is logged.
                log.warning("screen refused", error=type(error).__name__)
                return False
            except Exception as error:  # noqa: BLE001  the network, Telegram itself, no JSON
                log.warning("screen delayed", error=type(error).__name__, attempts=attempt + 1)
                await asyncio.sleep(0.2 * 2**attempt)
        return False
