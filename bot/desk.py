"""Many conversations at once: load, decide, write, commit, then reply.

What each message becomes is the clerk's affair (`bot/clerk.py`). What arrives while a transaction
runs is taken together in the next one: many answers, one fsync. Deciding is pure, so a message that
breaks it is caught in Python; a batch that fails is cut in halves until the one at fault is alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from bot import leaving, metrics, resuming
from bot.clerk import Clerk, Raced
from bot.hearing import Answer, Heard
from bot.messages import Capabilities, Inbound, Reply, Screen
from bot.rendering import Page, View
from flows import folding
from flows.loading import Shelf
from flows.model import Interview
from restitution import helping
from restitution.library import Library
from store import misunderstood
from store.outbox import Waiting
from store.repository import Held, MessageKey, Transaction
from store.traces import Notes
from store.writer import Writer

BATCH = 256
GATHER = 0.015
"""Seconds more that a batch waits for others at most: as long as the last one took, when it held
several."""
ENOUGH = 64
"""Messages that are worth a batch, and wait for no others."""
TRIES = 3
"""Of a batch that another process or the database got in the way of."""
log = structlog.get_logger()


class Busy(Exception):
    """More is waiting than can be handled; the channel should ask its sender to try again."""


class Desk:
    """Hears messages of every channel, in order for each person."""

    def __init__(
        self,
        writer: Writer,
        shelf: Shelf,
        library: Library,
        page: Page,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
        waiting: int = 5000,
    ) -> None:
        self.writer, self.shelf, self.library, self.page = writer, shelf, library, page
        self.clerk = Clerk(shelf, library, page, new_id)
        self._queue: asyncio.Queue[Heard] = asyncio.Queue(waiting)
        self._task: asyncio.Task[None] | None = None
        self.sent = asyncio.Event()
        """Set when screens were written to the outbox, for its dispatcher."""

    async def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._serve())

    async def stop(self, seconds: float = 3.0) -> None:
        """Handle what has arrived, then stop listening. May be started again, on any loop.

        What a database that is away keeps from being handled goes back to its channel.
        """
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._queue.join(), seconds)
        if self._task is not None:
            self._task.cancel()
        while not self._queue.empty():
            self._queue.get_nowait().future.set_exception(Busy())
        # Both bind to the loop that first waits on them; the demo prepares its patients on another.
        self._queue, self.sent = asyncio.Queue(self._queue.maxsize), asyncio.Event()

    @property
    def listens(self) -> bool:
        """Is it at work?"""
        return self._task is not None and not self._task.done()

    @property
    def full(self) -> bool:
        """Would the next message be sent back?"""
        return self._queue.full()

    async def hear(self, inbound: Inbound, can: Capabilities) -> Reply:
        """What this message brings back, once it is kept. Raises `Busy` when overwhelmed."""
        return (await self.answer(inbound, can)).reply

    async def answer(self, inbound: Inbound, can: Capabilities) -> Answer:
        """The same, with the interview as it stands then."""
        heard = Heard(inbound, can, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(heard)
        except asyncio.QueueFull:
            raise Busy from None
        return Answer(await heard.future, heard.view)

    async def look(self, channel: str, address: str, can: Capabilities) -> Reply | None:
        """What stands on this person's screen now; None if nobody is known there."""
        shown = await self.show(channel, address, can)
        return shown.reply if shown else None

    async def show(self, channel: str, address: str, can: Capabilities) -> Answer | None:
        """The same, with their interview."""
        view = await self.view(channel, address, can)
        return Answer(self.clerk.reply(view, self.clerk.pending(view)), view) if view else None

    async def known(self, channel: str, address: str) -> str | None:
        """The interview held at this address, if any; nothing of it is opened."""
        return await self.writer.look(lambda tx: tx.whose(channel, address))

    async def resume(self, channel: str, address: str, code: str, source: str) -> resuming.Taken:
        """Enter the code of another phone at this address; `source`: where that comes from."""
        return await self.writer.run(
            lambda tx: self.clerk.take_up(tx, channel, address, code, source=source)
        )

    async def view(self, channel: str, address: str, can: Capabilities) -> View | None:
        """The person's interview as it stands, for pages that show more than a screen."""

        def work(tx: Transaction) -> View | None:
            held = tx.at([(channel, address)]).get((channel, address))
            return self.clerk.seen(held, can) if held else None

        return await self.writer.look(work)

    def look_into(self, interview: Interview) -> View:
        """An interview read elsewhere, as it stands."""
        return self.clerk.view(interview, Capabilities())

    # -- batches -----------------------------------------------------------------------------

    async def _serve(self) -> None:
        took = 0.0
        while True:
            # Others are about to speak too: one commit for all.
            if took and self._queue.qsize() < ENOUGH:
                await asyncio.sleep(min(took, GATHER))
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            began = time.monotonic()
            metrics.BATCH.observe(len(batch))
            metrics.QUEUE.set(self._queue.qsize())
            try:
                with metrics.BATCH_SECONDS.time():
                    await self._handle(batch)
            except asyncio.CancelledError as error:
                self._busy(batch, error)
                raise
            finally:
                took = time.monotonic() - began if len(batch) > 1 else 0.0
                # After the commit, and on the loop: the writer's thread may not touch events.
                if any(heard.can.queued for heard in batch):
                    self.sent.set()
                for heard in batch:
                    if not heard.future.done():
                        heard.future.set_result(heard.reply or self.clerk.sorry(heard))
                    self._queue.task_done()

    async def _handle(self, batch: Sequence[Heard]) -> None:
        """Every one of these decided and kept, or told to come again. Never raises."""
        error = await self._kept(lambda tx: self._batch(tx, batch))
        if error is None:
            _count(batch)
            return
        if _away(error):
            # Nothing is wrong with the messages: their channels are to bring them again.
            self._busy(batch, error)
        elif len(batch) > 1:
            half = len(batch) // 2
            await self._handle(batch[:half])
            await self._handle(batch[half:])
        else:
            kind = type(error).__name__
            metrics.ERRORS.labels("message", kind).inc()
            log.error("message not handled", error=kind, channel=batch[0].inbound.channel)
            problem = await self._kept(lambda tx: self._poisoned(tx, batch[0], kind))
            if problem is not None:
                self._busy(batch, problem)

    async def _kept(self, work: Callable[[Transaction], None]) -> Exception | None:
        """Run and commit; what went wrong, if trying again did not help."""
        problem: Exception | None = None
        for attempt in range(TRIES):
            try:
                await self.writer.run(work)
                return None
            except Exception as error:  # noqa: BLE001  a message must never stop the others
                problem = error
            if not (_away(problem) or isinstance(problem, IntegrityError | Raced)):
                break
            await asyncio.sleep(0.02 * 4**attempt)
        return problem

    def _busy(self, batch: Sequence[Heard], error: BaseException) -> None:
        metrics.ERRORS.labels("database", type(error).__name__).inc(len(batch))
        log.error("messages sent back", error=type(error).__name__, count=len(batch))
        for heard in batch:
            if not heard.future.done():
                heard.future.set_exception(Busy())

    def _poisoned(self, tx: Transaction, heard: Heard, kind: str) -> None:
        """Record the incident without content, and say sorry where that goes by the outbox."""
        inbound = heard.inbound
        tx.incident(inbound.channel, kind)
        place = (inbound.channel, inbound.address)
        tx.remember([(_key(inbound), tx.at([place]).get(place), None)])
        if leaving.sorry(tx, heard):
            heard.reply = Reply(())

    def _batch(self, tx: Transaction, batch: Sequence[Heard]) -> None:
        known = tx.heard([_key(it.inbound) for it in batch])
        for heard in batch:
            heard.taken = "" if _key(heard.inbound) in known else self.clerk.by_code(tx, heard)
        helds = tx.at(list({(it.inbound.channel, it.inbound.address) for it in batch}))
        fresh: list[tuple[MessageKey, Held | None, bytes | None]] = []
        changed: dict[str, Held] = {}
        now_heard: dict[MessageKey, Heard] = {}
        notes = Notes(tx)
        leaving.look_up(tx, [each for each in batch if _key(each.inbound) not in known], notes)
        for heard in batch:
            inbound, key = heard.inbound, _key(heard.inbound)
            place = (inbound.channel, inbound.address)
            heard.again()
            heard.held = helds.get(place)
            heard.duplicate = key in known or key in now_heard
            if heard.duplicate:
                stored = known[key].reply if key in known else None
                if (first := now_heard.get(key)) and first.reply:
                    again, heard.view = first.reply, first.view
                else:
                    again = self.clerk.again(heard, stored)
                heard.reply = replace(again, duplicate=True)
                continue
            self.clerk.decide(tx, heard)
            if heard.held is not None:
                helds[place] = heard.held
                changed[heard.held.interview.id] = heard.held
            else:
                helds.pop(place, None)
            heard.reply, now_heard[key] = self.clerk.close(tx, heard, notes), heard
            keeps = msgspec.json.encode(heard.reply) if inbound.channel == "json" else None
            fresh.append((key, heard.held, keeps))
        gone = {it.inbound.address for it in batch if it.turn and it.turn.effect == "erase"}
        positions = {it.held.interview.id: it.turn.position for it in batch if it.turn and it.held}
        keep = [held for held in changed.values() if held.status != "erased"]
        tx.save(
            [held for held in keep if not held.fresh],
            {held.interview.id: self.clerk.summary(held.interview, positions.get(held.interview.id))
             for held in keep},
        )  # fmt: skip
        leaving.write(tx, batch, notes)
        misunderstood.count(tx, _unclear(batch))
        # Of a stranger nothing is kept, not even that they wrote: hearing them twice is harmless.
        tx.remember([each for each in fresh if each[1] and each[1].status != "erased"])
        if gone:
            # What is remembered to be fast may be theirs.
            folding.forget()
            helping.forget()
            log.info("erased", count=len(gone))

    # -- one message ---------------------------------------------------------------------

    def screens(
        self, tx: Transaction, waiting: Sequence[Waiting], can: Capabilities
    ) -> dict[int, list[Screen] | Exception]:
        """The screens of outbox rows by their number, rendered as they leave."""
        return leaving.screens(tx, waiting, can, self.clerk.seen)


def _count(batch: Sequence[Heard]) -> None:
    """What was kept, for the figures: channels and questions, nobody's answers."""
    for heard in batch:
        if heard.duplicate:
            continue
        metrics.MESSAGES.labels(heard.inbound.channel).inc()
        turn = heard.turn
        if turn is None:
            continue
        if turn.answered:
            metrics.ANSWERS.labels(heard.inbound.channel).inc()
        waiting = turn.position.waiting
        # What follows an alert would tell that there was one.
        if waiting is not None and waiting.alert is None and turn.moved:
            metrics.REACHED.labels(waiting.id).inc()


def _unclear(batch: Sequence[Heard]) -> Counter[tuple[str, str]]:
    """(question, language) of what was not understood; practice does not count."""
    return Counter(
        (it.turn.unclear, it.held.interview.language)
        for it in batch
        if it.turn and it.turn.unclear and it.held and not it.held.demo and not it.duplicate
    )


def _away(error: Exception) -> bool:
    """Is it the database that cannot be reached, is overwhelmed or interrupted us?"""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | NoConnection)


def _key(inbound: Inbound) -> MessageKey:
    return inbound.channel, inbound.address, inbound.key
