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
from functools import partial

import structlog
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot import metrics
from bot.channels.telegram.calling import ShortBot
from bot.channels.telegram.intake import CAN, CHANNEL
from bot.channels.telegram.keyboards import Outgoing, messages
from bot.channels.telegram.pacing import ALL, Pace
from bot.channels.telegram.playing import play
from bot.desk import Desk
from bot.messages import Screen
from store import outbox, traces
from store.outbox import Waiting
from store.repository import Transaction

GIVE_UP = 12
"""Tries of one screen: with the waits between them, about half an hour."""
LOOK = 5.0
"""Seconds between two looks at an outbox nobody rang for."""
AWAY = 1.0
"""Seconds until the next try of a database that is away."""
LEASE = 15.0
"""Seconds after which a screen that another process took, and died with, is sent again."""
GATHER = 0.1
"""Seconds between two looks while there is a crowd: its screens are taken and noted together."""
CROWD = 4
"""Screens on their way, above which there is one."""
FLYING = 200
"""Screens on their way at once."""
Mark = Callable[[Transaction], None]
Leaves = tuple[Waiting, list[Screen] | Exception]
"""A row, and its screens or why they could not be made."""
log = structlog.get_logger()


class Sender:
    """Empties the outbox of this channel; any number of processes may do it together."""

    def __init__(
        self, desk: Desk, bot: ShortBot, pace: float = 1.0, rate: int = ALL,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        """`pace`: seconds between two messages to one chat, once a short burst is spent.

        `rate`: messages a second to everybody.
        """
        self.desk, self.bot, self._clock = desk, bot, clock
        self._pace = Pace(pace, rate)
        self._parts: dict[int, int] = {}
        """Messages already shown of a screen that takes several, by its row."""
        self._flying: dict[int, asyncio.Task[None]] = {}
        """Screens on their way, by their row."""
        self._sent: list[tuple[Waiting, int | None]] = []
        self._shown: list[tuple[str, bytes, int]] = []
        """Messages shown: interview, place, number."""
        self._marks: list[Mark] = []
        """What became of the screens that did not leave."""
        self._tidying: dict[bytes, asyncio.Task[None]] = {}
        """Messages being taken back, by chat."""
        self._gone: list[traces.Due] = []
        """Those that were."""
        self._renewed = 0.0
        self._finishing = False

    async def serve(self) -> None:
        """Send whenever there is something, until told to finish."""
        if self.desk.writer.store.alone:
            await self._insist(lambda tx: outbox.free(tx, CHANNEL))
        while True:
            if len(self._flying) + len(self._sent) > CROWD and not self._finishing:
                await asyncio.sleep(GATHER)
            # Cleared before looking: what is written meanwhile wakes us again.
            self.desk.sent.clear()
            finishing = self._finishing
            try:
                wait = await self.once()
            except Exception as error:  # noqa: BLE001  a database away is no reason to fall silent
                log.error("outbox not read", error=type(error).__name__)
                wait = AWAY
            if finishing and not (self._flying or self._unwritten or self._tidying):
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.desk.sent.wait(), wait)

    def finish(self) -> None:
        """Send what is due now, then stop; the rest waits in the outbox for the next start."""
        self._finishing = True
        self.desk.sent.set()

    async def close(self) -> None:
        """Let go of what could not leave in time, so that it waits for nobody."""
        tasks = [*self._flying.values(), *self._tidying.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(Exception):
            await self.desk.writer.run(self._noted())

    async def once(self) -> float:
        """Note what became of the last ones, take what may leave now and send it.

        Gives the seconds until the next look. One transaction, however many they are.
        """
        now, flying, noted = self._clock(), list(self._flying), self._noted()
        can = replace(CAN, queued=False)
        room = min(self._pace.room(now), FLYING - len(flying))
        renews = bool(flying) and now - self._renewed > LEASE / 3

        def when(place: bytes) -> float:
            return self._pace.when(place, now)

        def work(tx: Transaction) -> tuple[list[Leaves], float | None, list[traces.Due]]:
            noted(tx)
            if renews:
                outbox.keep(tx, flying, now + LEASE)
            mine = outbox.claim(tx, CHANNEL, now, now + LEASE, room, when)
            screens = self.desk.screens(tx, mine, can)
            leaves = [(each, screens[each.id]) for each in mine]
            # While some leave there may be more: looked for again as soon as these are away.
            later = None if mine else outbox.next_due(tx, CHANNEL)
            return leaves, later, traces.due(tx, CHANNEL)

        try:
            leaves, later, gone = await self.desk.writer.run(work)
        except Exception:
            self._marks.insert(0, noted)
            raise
        if renews or not flying:
            self._renewed = now
        for each in leaves:
            self._fly(*each)
        for due in gone:
            self._tidy(due)
        if room <= 0:
            later = max(now, self._pace.free(now), later or now)
        wait = LOOK if later is None else min(LOOK, max(0.02, later - now))
        return min(wait, LEASE / 3) if self._flying else wait

    @property
    def _unwritten(self) -> bool:
        return bool(self._sent or self._shown or self._gone or self._marks)

    def _noted(self) -> Mark:
        """What became of the last ones, written down together; from here on it is the caller's."""
        left, shown, gone, marks = self._sent, self._shown, self._gone, self._marks
        self._sent, self._shown, self._gone, self._marks = [], [], [], []

        def write(tx: Transaction) -> None:
            traces.sent(tx, shown)
            outbox.sent(tx, left)
            traces.gone(tx, gone)
            for mark in marks:
                mark(tx)

        return write

    def _fly(self, waiting: Waiting, screens: list[Screen] | Exception) -> None:
        self._pace.note(waiting.place, self._clock())
        task = asyncio.create_task(self._send(waiting, screens))
        self._flying[waiting.id] = task
        task.add_done_callback(lambda _: self._landed(waiting.id))

    def _tidy(self, due: traces.Due) -> None:
        """Take back messages of somebody whose phone others see."""
        if due.place not in self._tidying:
            task = asyncio.create_task(self._take_back(due))
            self._tidying[due.place] = task
            task.add_done_callback(lambda _: self._tidied(due.place))

    def _tidied(self, place: bytes) -> None:
        self._tidying.pop(place, None)
        self.desk.sent.set()

    async def _take_back(self, due: traces.Due) -> None:
        """Telegram allows it for 48 hours."""
        try:
            await self.bot.take_back(int(due.address), due.messages)
        except TelegramRetryAfter as error:
            self._pace.hold(self._clock() + error.retry_after)
            await asyncio.sleep(error.retry_after)
            return
        except (TelegramNetworkError, TelegramServerError) as error:
            log.warning("messages not taken back yet", error=type(error).__name__)
            await asyncio.sleep(AWAY)
            return
        except Exception as error:  # noqa: BLE001  too old, gone already: asking again changes nothing
            log.warning("messages not taken back", error=type(error).__name__)
        self._gone.append(due)

    def _landed(self, number: int) -> None:
        self._flying.pop(number, None)
        self.desk.sent.set()

    async def _send(self, waiting: Waiting, screens: list[Screen] | Exception) -> None:
        """One screen, whatever happens to it: one must never stop the others."""
        mark: Mark | None = None
        fate = "delayed"
        try:
            if isinstance(screens, Exception):
                raise screens
            live = await self._deliver(waiting, screens)
        except TelegramRetryAfter as error:
            # Not a failed try of ours: Telegram says when, and for everybody.
            until = self._pace.hold(self._clock() + error.retry_after)
            mark = partial(outbox.later, screen=waiting, due_at=until, counts=False)
        except TelegramForbiddenError:
            mark, fate = partial(outbox.block, screen=waiting), "blocked"
        except (TelegramBadRequest, TelegramEntityTooLarge) as error:
            # The text of the error may hold ours: only its kind is logged.
            log.error("screen refused", error=type(error).__name__)
            mark = partial(outbox.give_up, screen=waiting, error=type(error).__name__)
            fate = "refused"
        except asyncio.CancelledError:
            self._marks.append(partial(outbox.later, screen=waiting, due_at=0.0, counts=False))
            raise
        except Exception as error:  # noqa: BLE001  the network, Telegram itself, a bug of ours
            mark = self._again(waiting, type(error).__name__)
        else:
            metrics.LAG.observe(max(0.0, self._clock() - waiting.made_at))
            fate = "sent"
            self._sent.append((waiting, live))
        metrics.SENT.labels(fate).inc()
        if fate != "delayed":
            self._parts.pop(waiting.id, None)
        if mark is not None:
            self._marks.append(mark)

    def _again(self, waiting: Waiting, error: str) -> Mark:
        log.warning("screen delayed", error=error, attempts=waiting.attempts + 1)
        metrics.ERRORS.labels("sending", error).inc()
        if waiting.attempts + 1 >= GIVE_UP:
            self._parts.pop(waiting.id, None)
            return partial(outbox.give_up, screen=waiting, error=error)
        until = self._clock() + min(300.0, 0.5 * 2**waiting.attempts)
        return partial(outbox.later, screen=waiting, due_at=until, error=error)

    async def _insist(self, work: Mark) -> None:
        while True:
            try:
                return await self.desk.writer.run(work)
            except Exception as error:  # noqa: BLE001  see `serve`
                log.error("outbox not read", error=type(error).__name__)
                await asyncio.sleep(AWAY)

    async def _deliver(self, waiting: Waiting, screens: list[Screen]) -> int | None:
        """Show it; gives the id of its message if a tap may change it, None for a notice."""
        parts = [part for screen in screens for part in messages(screen)]
        message: int | None = None
        for place, part in enumerate(parts):
            if place < self._parts.get(waiting.id, 0):
                continue
            if place:
                self._pace.note(waiting.place, self._clock())
            edits = waiting.edits if len(parts) == 1 else None
            message = await self._show(int(waiting.address), part, edits)
            self._parts[waiting.id] = place + 1
            self._shown.append((waiting.interview, waiting.place, message))
        return None if waiting.notice else message

    async def _show(self, chat: int, part: Outgoing, edits: int | None) -> int:
        if part.plays:
            return await play(self.bot, chat, part.plays)
        if edits is not None:
            try:
                await self.bot.change(chat, edits, part)
                return edits
            except TelegramBadRequest as error:
                if "message is not modified" in error.message:
                    return edits
                # Too old to be edited, or deleted by the person: a new one takes its place.
        return await self.bot.tell(chat, part)
