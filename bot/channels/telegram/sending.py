"""The outbox → Telegram: in order for each person, each one marked by itself.

Sent at least once: a crash between sending and marking sends again. aiogram never retries
a 429 by itself, so waiting as told is done here.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramRetryAfter,
)

from bot.channels.telegram.intake import CAN, CHANNEL
from bot.channels.telegram.keyboards import Outgoing, messages
from bot.channels.telegram.pacing import Pace
from bot.desk import Desk
from store import outbox
from store.outbox import Waiting
from store.repository import Transaction

GIVE_UP = 12
"""Tries of one screen: with the waits between them, about half an hour."""
LOOK = 5.0
"""Seconds between two looks at an outbox nobody rang for."""
log = structlog.get_logger()


class Sender:
    """Empties the outbox of this channel."""

    def __init__(
        self, desk: Desk, bot: Bot, pace: float = 1.0, clock: Callable[[], float] = time.time
    ) -> None:
        """`pace`: seconds between two messages to one chat, once a short burst is spent."""
        self.desk, self.bot, self._clock = desk, bot, clock
        self._pace = Pace(pace)
        self._parts: dict[int, int] = {}
        """Messages already shown of a screen that takes several, by its row."""
        self._finishing = False

    async def serve(self) -> None:
        """Send whenever there is something, until told to finish."""
        while True:
            # Cleared before looking: what is written meanwhile wakes us again.
            self.desk.sent.clear()
            finishing = self._finishing
            try:
                wait = await self.once()
            except Exception as error:  # noqa: BLE001  a database away is no reason to fall silent
                log.error("outbox not read", error=type(error).__name__)
                wait = LOOK
            if finishing:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.desk.sent.wait(), wait)

    def finish(self) -> None:
        """Send what is due now, then stop; the rest waits in the outbox for the next start."""
        self._finishing = True
        self.desk.sent.set()

    async def once(self) -> float:
        """Send what may leave now; gives the seconds until the next look."""
        while True:
            now = self._clock()
            waiting = await self.desk.writer.look(lambda tx: outbox.due(tx, CHANNEL, now))  # noqa: B023
            times = [self._pace.when(each.place, now) for each in waiting]
            ready = [each for each, at in zip(waiting, times, strict=True) if at <= now]
            if not ready:
                later = await self.desk.writer.look(lambda tx: outbox.next_due(tx, CHANNEL))
                times += [later] if later is not None and later > now else []
                return min([max(0.02, at - now) for at in times] + [LOOK])
            await asyncio.gather(*(self._send(each) for each in ready[: self._pace.room(now)]))

    async def _send(self, waiting: Waiting) -> None:
        """One screen, whatever happens to it: one must never stop the others."""
        try:
            live = await self._deliver(waiting)
        except TelegramRetryAfter as error:
            # Not a failed try of ours: Telegram says when, and for everybody.
            until = self._pace.hold(self._clock() + error.retry_after)
            await self._mark(lambda tx: outbox.later(tx, waiting, until, counts=False))
        except TelegramForbiddenError:
            await self._mark(lambda tx: outbox.block(tx, waiting))
        except (TelegramBadRequest, TelegramEntityTooLarge) as error:
            # The text of the error may hold ours: only its kind is logged.
            log.error("screen refused", error=type(error).__name__)
            await self._mark(lambda tx: outbox.give_up(tx, waiting))
        except Exception as error:  # noqa: BLE001  the network, Telegram itself, a bug of ours
            await self._again(waiting, error)
        else:
            self._parts.pop(waiting.id, None)
            await self._mark(lambda tx: outbox.sent(tx, waiting, live))

    async def _again(self, waiting: Waiting, error: Exception) -> None:
        log.warning("screen delayed", error=type(error).__name__, attempts=waiting.attempts + 1)
        if waiting.attempts + 1 >= GIVE_UP:
            await self._mark(lambda tx: outbox.give_up(tx, waiting))
            return
        until = self._clock() + min(300.0, 0.5 * 2**waiting.attempts)
        await self._mark(lambda tx: outbox.later(tx, waiting, until))

    async def _mark(self, work: Callable[[Transaction], None]) -> None:
        await self.desk.writer.run(work)

    async def _deliver(self, waiting: Waiting) -> int | None:
        """Show it; gives the id of its message if a tap may change it, None for a notice."""
        can = replace(CAN, queued=False)
        screens = await self.desk.writer.look(lambda tx: self.desk.screen(tx, waiting, can))
        parts = [part for screen in screens for part in messages(screen)]
        message: int | None = None
        for place, part in enumerate(parts):
            if place < self._parts.get(waiting.id, 0):
                continue
            self._pace.note(waiting.place, self._clock())
            edits = waiting.edits if len(parts) == 1 else None
            message = await self._show(int(waiting.address), part, edits)
            self._parts[waiting.id] = place + 1
        return None if waiting.notice else message

    async def _show(self, chat: int, part: Outgoing, edits: int | None) -> int:
        if edits is not None:
            try:
                await self.bot.edit_message_text(
                    part.text, chat_id=chat, message_id=edits, reply_markup=part.keyboard
                )
                return edits
            except TelegramBadRequest as error:
                if "message is not modified" in error.message:
                    return edits
                # Too old to be edited, or deleted by the person: a new one takes its place.
        return (await self.bot.send_message(chat, part.text, reply_markup=part.keyboard)).message_id
