"""The outbox → Telegram: in order for each person, each one marked by itself.

Sent at least once: a crash between sending and marking sends again. aiogram never retries
a 429 by itself, so waiting as told is done here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import Message

from bot.channels.telegram.intake import CAN, CHANNEL
from bot.channels.telegram.keyboards import Outgoing, messages
from bot.desk import Desk
from bot.messages import Screen
from store import outbox
from store.outbox import Waiting
from store.repository import Transaction

GIVE_UP = 12
"""Tries of one screen: with the waits between them, about half an hour."""
BURST = 3
"""Messages a chat may get at once, before one each `pace`."""
log = structlog.get_logger()


class Sender:
    """Empties the outbox of this channel."""

    def __init__(
        self, desk: Desk, bot: Bot, pace: float = 1.0, clock: Callable[[], float] = time.time
    ) -> None:
        """`pace`: seconds between two messages to one chat, once a short burst is spent."""
        self.desk, self.bot, self.pace, self._clock = desk, bot, pace, clock
        self._recent: dict[bytes, list[float]] = {}
        self._hold = 0.0

    async def serve(self) -> None:
        """Send whenever there is something, until cancelled."""
        while True:
            # Cleared before looking: what is written meanwhile wakes us again.
            self.desk.sent.clear()
            wait = await self.once()
            try:
                await asyncio.wait_for(self.desk.sent.wait(), wait)
            except TimeoutError:
                continue

    async def once(self) -> float:
        """Send what is due now; gives the seconds until the next look."""
        while True:
            waiting = await self.desk.writer.look(lambda tx: outbox.due(tx, CHANNEL))
            now = self._clock()
            ready = [each for each in waiting if self._when(each) <= now]
            if not ready:
                return min([max(0.05, self._when(each) - now) for each in waiting] + [5.0])
            await asyncio.gather(*(self._send(each) for each in ready))

    def _when(self, waiting: Waiting) -> float:
        """When this screen may leave: its own delay, its chat's pace, Telegram's « slow down »."""
        recent = self._recent.get(waiting.place, [])
        pace = recent[-BURST] + BURST * self.pace if len(recent) >= BURST else 0.0
        return max(waiting.due_at, pace, self._hold)

    async def _send(self, waiting: Waiting) -> None:
        try:
            message, question = await self._deliver(waiting)
        except TelegramRetryAfter as error:
            until = self._hold = self._clock() + error.retry_after
            await self._mark(lambda tx: outbox.later(tx, waiting, until))
        except TelegramForbiddenError:
            await self._mark(lambda tx: outbox.give_up(tx, waiting, blocked=True))
        except (TelegramNetworkError, TelegramServerError) as error:
            await self._again(waiting, error)
        except TelegramAPIError as error:
            # The text of the error may hold ours: only its kind is logged.
            log.error("screen refused", error=type(error).__name__)
            await self._mark(lambda tx: outbox.give_up(tx, waiting))
        except Exception as error:  # noqa: BLE001  one screen must never stop the others
            await self._again(waiting, error)
        else:
            now = self._clock()
            recent = [each for each in self._recent.get(waiting.place, []) if now - each < 10]
            self._recent[waiting.place] = [*recent, now]
            if len(self._recent) > 10_000:
                self._recent = {
                    key: each for key, each in self._recent.items() if now - each[-1] < 10
                }
            await self._mark(lambda tx: outbox.sent(tx, waiting, message, question))

    async def _again(self, waiting: Waiting, error: Exception) -> None:
        log.warning("screen delayed", error=type(error).__name__, attempts=waiting.attempts + 1)
        if waiting.attempts + 1 >= GIVE_UP:
            await self._mark(lambda tx: outbox.give_up(tx, waiting))
            return
        wait = min(300.0, 0.5 * 2**waiting.attempts)
        await self._mark(lambda tx: outbox.later(tx, waiting, self._clock() + wait))

    async def _mark(self, work: Callable[[Transaction], None]) -> None:
        await self.desk.writer.run(work)

    async def _deliver(self, waiting: Waiting) -> tuple[int | None, bool]:
        """Send it; gives the message's id and whether it holds the question that waits."""
        can = replace(CAN, queued=False)
        screens: list[Screen] = await self.desk.writer.look(
            lambda tx: self.desk.screen(tx, waiting, can)
        )
        message: int | None = None
        question = False
        for screen in screens:
            parts = messages(screen)
            edits = waiting.edits if len(parts) == 1 else None
            for part in parts:
                message = await self._show(int(waiting.address), part, edits)
            question = screen.kind in ("question", "summary")
        return message, question

    async def _show(self, chat: int, part: Outgoing, edits: int | None) -> int | None:
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
        sent: Message = await self.bot.send_message(chat, part.text, reply_markup=part.keyboard)
        return sent.message_id
