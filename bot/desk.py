"""Many conversations at once: load, decide, write, commit, then reply.

The only place where engine and store meet. What arrives while a transaction runs is taken
together in the next one: many answers, one fsync. Deciding is pure, so a message that breaks
it is caught in Python; a batch that fails is cut in halves until the one at fault is alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec
import structlog
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

import locales
from bot import doorstep, leaving, metrics, resuming, sharing
from bot.conversation import Turn, begin_turn, respond, welcome_back, where
from bot.hearing import Answer, Heard
from bot.messages import Capabilities, Inbound, Reply, Screen
from bot.phrases import PHRASES
from bot.rendering import Page, View, render
from bot.say import Say
from flows import engine, folding
from flows.loading import Shelf
from flows.model import Interview, Position
from restitution import helping
from restitution.brief import make_brief
from restitution.library import Library
from store import access, consent, misunderstood, outreach, reminders, watching
from store import resuming as store_resuming
from store.codes import new_code, new_token
from store.outbox import Waiting
from store.repository import Held, Summary, Transaction
from store.traces import Notes
from store.writer import Writer

BATCH = 256
GATHER = 0.005
"""Seconds more that a batch waits for others when the last one held several."""
CODE_LASTS = 90 * 24 * 3600
"""Seconds a code opens its brief: three months leave time to find an appointment. From the visit
(the first time it is shown) thirty days are left."""
SHARED = ("yes", "centre", "practitioner")
"""Answers to « who may read? » that share."""
LINK_LASTS = 24 * 3600
TRIES = 3
"""Of a batch that another process or the database got in the way of."""
log = structlog.get_logger()


class Busy(Exception):
    """More is waiting than can be handled; the channel should ask its sender to try again."""


class Raced(Exception):
    """Another process was faster: the batch is to look again."""


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
        self._new_id = new_id
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
        return Answer(self._reply(view, self._pending(view)), view) if view else None

    async def known(self, channel: str, address: str) -> str | None:
        """The interview held at this address, if any; nothing of it is opened."""
        return await self.writer.look(lambda tx: tx.whose(channel, address))

    async def resume(self, channel: str, address: str, code: str, source: str) -> resuming.Taken:
        """Enter the code of another phone at this address; `source`: where that comes from."""
        return await self.writer.run(
            lambda tx: self._take_up(tx, channel, address, code, source=source)
        )

    async def view(self, channel: str, address: str, can: Capabilities) -> View | None:
        """The person's interview as it stands, for pages that show more than a screen."""

        def work(tx: Transaction) -> View | None:
            held = tx.at([(channel, address)]).get((channel, address))
            return self._view(held.interview, can) if held else None

        return await self.writer.look(work)

    def look_into(self, interview: Interview) -> View:
        """An interview read elsewhere, as it stands."""
        return self._view(interview, Capabilities())

    def opening(
        self, language: str, token: str = "", place: str = "", can: Capabilities | None = None
    ) -> Screen:
        """The start screen; touches nothing, consumes nothing."""
        view = self._view(engine.begin("", language, 0), can or Capabilities())
        return doorstep.opening(view, token, place)

    # -- batches -------------------------------------------------------------------------

    async def _serve(self) -> None:
        crowded = False
        while True:
            if crowded:  # others are about to speak too: one commit for all
                await asyncio.sleep(GATHER)
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            crowded = len(batch) > 1
            metrics.BATCH.observe(len(batch))
            metrics.QUEUE.set(self._queue.qsize())
            try:
                with metrics.BATCH_SECONDS.time():
                    await self._handle(batch)
            except asyncio.CancelledError as error:
                self._busy(batch, error)
                raise
            finally:
                # After the commit, and on the loop: the writer's thread may not touch events.
                if any(heard.can.queued for heard in batch):
                    self.sent.set()
                for heard in batch:
                    if not heard.future.done():
                        heard.future.set_result(heard.reply or self._sorry(heard))
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
            heard.taken = "" if _key(heard.inbound) in known else self._by_code(tx, heard)
        helds = tx.at(list({(it.inbound.channel, it.inbound.address) for it in batch}))
        fresh: list[tuple[str, Held | None, bytes | None]] = []
        changed: dict[str, Held] = {}
        now_heard: dict[str, Heard] = {}
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
                    again = self._again(heard, stored)
                heard.reply = replace(again, duplicate=True)
                continue
            self._decide(tx, heard)
            if heard.held is not None:
                helds[place] = heard.held
                changed[heard.held.interview.id] = heard.held
            else:
                helds.pop(place, None)
            heard.reply, now_heard[key] = self._close(tx, heard, notes), heard
            keeps = msgspec.json.encode(heard.reply) if inbound.channel == "json" else None
            fresh.append((key, heard.held, keeps))
        gone = {it.inbound.address for it in batch if it.turn and it.turn.effect == "erase"}
        positions = {it.held.interview.id: it.turn.position for it in batch if it.turn and it.held}
        keep = [held for held in changed.values() if held.status != "erased"]
        tx.save(
            [held for held in keep if not held.fresh],
            {held.interview.id: self._summary(held.interview, positions.get(held.interview.id))
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

    def _decide(self, tx: Transaction, heard: Heard) -> None:
        inbound, held = heard.inbound, heard.held
        said = inbound.said if isinstance(inbound.said, str) else ""
        begins = inbound.start
        if begins is None and said.startswith("/begin"):
            begins, inbound = _chosen(inbound, said)
            heard.inbound = inbound
        if begins is None and held is None and said == "/restart":
            begins = ""
        if held is not None and held.status in ("finished", "closed"):
            heard.opening = self._invited_again(tx, heard, said)
        if heard.opening:
            return
        if heard.taken == "ok" and held is not None:
            heard.turn = welcome_back(self.shelf, held.interview)
        elif heard.taken:
            language = held.interview.language if held else inbound.language
            heard.opening = (doorstep.notice(language, heard.taken),)
        elif begins is not None and (
            held is None or begins or held.status in ("finished", "closed")
        ):
            self._begin(tx, heard, begins)
        elif held is None:
            heard.opening = self._stranger(tx, heard, said)
        else:
            if heard.can.reminds and inbound.typed and said.strip(" .!").casefold() == "stop":
                # Of somebody who is being reminded it ends that; said again, the questions too.
                inbound = _no_reminders(tx, held, inbound)
            texts = locales.texts(held.interview.language)
            heard.turn = respond(self.shelf, held.interview, inbound, texts, tx.now)
            held.interview = heard.turn.interview

    def _by_code(self, tx: Transaction, heard: Heard) -> str:
        """Before the batch is loaded: this place may now mean an interview that is in it."""
        inbound, place = heard.inbound, (heard.inbound.channel, heard.inbound.address)
        # Most messages are no code: only for the others is it looked up who talks here.
        if not heard.can.takes_codes or resuming.code_in(inbound.said, known=False) is None:
            return ""
        code = resuming.code_in(inbound.said, known=tx.whose(*place) is not None)
        if code is None:
            return ""
        return self._take_up(tx, *place, code, who=tx.place(*place).hex())

    def _take_up(
        self, tx: Transaction, channel: str, address: str, code: str, who: str = "",
        source: str = "",
    ) -> resuming.Taken:  # fmt: skip
        """Put the interview of this code here, too."""
        here = tx.at([(channel, address)]).get((channel, address))
        how, held = resuming.take(tx, self.shelf, here, code, who, source)
        if held is not None:
            tx.save([held], {held.interview.id: self._summary(held.interview)})
            tx.settle(held, channel, address)
        return how

    def _begin(self, tx: Transaction, heard: Heard, token: str) -> None:
        """A new interview at this address, by an invitation or without."""
        inbound = heard.inbound
        invited = outreach.find(tx, token) if token else None
        notes: tuple[Say, ...] = ()
        if invited is not None and invited.state != "ok":
            note = "invitation_used" if invited.state == "used" else "invitation_over"
            notes, invited = (Say("phrase", note),), None
        language = inbound.language or (heard.held.interview.language if heard.held else "fr")
        # A centre where nobody was named to read what is urgent is offered to nobody.
        centre = invited.centre_id if invited and watching.watch(tx, invited.centre_id) else None
        interview = engine.begin(
            self._new_id(), language if language in locales.offered() else "fr", tx.now,
            campaign=invited.campaign_id if invited else None, centre=centre,
            practitioner=invited.practitioner_id if invited else None,
        )  # fmt: skip
        held = tx.hold(interview, inbound.channel, demo=bool(invited and invited.demo))
        heard.turn = begin_turn(self.shelf, interview, notes)
        tx.save([held], {interview.id: self._summary(interview)})
        tx.settle(held, inbound.channel, inbound.address, new=heard.held is None)
        if invited is not None and invited.invitation is not None:  # noqa: SIM102
            if not outreach.consume(tx, invited.invitation, interview.id):
                raise Raced
        heard.held = held

    def _stranger(self, tx: Transaction, heard: Heard, said: str) -> tuple[Screen, ...]:
        """Somebody we hold nothing about."""
        language = doorstep.language_of(said, heard.inbound.language)
        token = doorstep.token_of(said)
        invited = outreach.find(tx, token) if token else None
        good = invited is not None and invited.state == "ok"
        note = ("" if good or not token
                else "invitation_used" if invited and invited.state == "used"
                else "invitation_over")  # fmt: skip
        view = self._view(engine.begin("", language, tx.now), heard.can)
        place = invited.place if invited and good else ""
        return doorstep.answer(view, said, token if good else "", place, note)

    def _invited_again(self, tx: Transaction, heard: Heard, said: str) -> tuple[Screen, ...]:
        """Somebody who has finished follows a new invitation: the start screen, nothing begun."""
        token = doorstep.token_of(said)
        invited = outreach.find(tx, token) if token and heard.held else None
        if invited is None or invited.state != "ok" or heard.held is None:
            return ()
        language = heard.held.interview.language
        return (self.opening(language, token, invited.place or "", heard.can),)

    def _close(self, tx: Transaction, heard: Heard, notes: Notes) -> Reply:
        """Act on the turn's effect, give links their tokens, queue or render its screens."""
        turn, held = heard.turn, heard.held
        if turn is None or held is None:
            return Reply(heard.opening)
        if turn.effect in ("finish", "revise"):
            self._file(tx, held, turn)
        if turn.effect == "remind" and not heard.can.reminds:
            heard.view = view = self._view(held.interview, heard.can)
            return self._reply(view, self._pending(view))
        if turn.effect == "remind":
            place = tx.place(heard.inbound.channel, heard.inbound.address)
            reminders.ask(tx, held.interview.id, place, heard.inbound.channel)
        if turn.effect == "no_reminders":
            reminders.stop(tx, held.interview.id)
        says_ = turn.says
        if turn.effect == "share":
            says_ = (*turn.says[:-1], *sharing.act(tx, held, turn.asked))
        texts = locales.texts(held.interview.language)
        spoken = tuple(self._complete(tx, held, each, heard.can, texts) for each in says_)
        view = self._view(held.interview, heard.can, turn.position)
        if turn.effect == "erase":
            # Nothing is left to queue with: these few words go out at once, or never.
            reply = self._reply(replace(view, can=replace(view.can, queued=False)), spoken)
            tx.erase(held.interview.id)
            notes.forget(held.interview.id)
            held.status = "erased"
            return replace(reply, waiting=None, interview=None)
        if heard.can.queued:
            leaving.queue(heard, spoken, notes)
        heard.view = view
        return self._reply(view, spoken)

    def _complete(
        self, tx: Transaction, held: Held, said: Say, can: Capabilities, texts: locales.Texts
    ) -> Say:
        """Links and dates that only a transaction knows."""
        if said.kind == "code":
            until = consent.code_until(tx, held.interview.id) or tx.now
            day = texts.date(sharing.local(until).date())
            watch = sharing.watched(tx, held.interview.centre).words
            return msgspec.structs.replace(said, words={"until": day, **watch})
        if said.kind == "share" and not said.words:
            return sharing.told(tx, held.interview.id)
        if said.kind == "resume_code":
            day = texts.date(sharing.local(tx.now + store_resuming.LASTS).date())
            words = {"code": store_resuming.give(tx, held.interview.id), "until": day}
            return msgspec.structs.replace(said, words=words)
        if said.kind == "watch":
            return sharing.watched(tx, held.interview.centre)
        if can.private:
            return said
        question = self.shelf.questions.get(said.ref) if said.kind == "question" else None
        private = question is not None and question.private and not held.interview.in_chat
        if private or said.kind == "restitution":
            token = new_token()
            tx.link(held.interview.id, said.kind, token, LINK_LASTS)
            return msgspec.structs.replace(
                said, words={"link": f"{self.page.public_url}/s/{token}"}
            )
        return said

    def _file(self, tx: Transaction, held: Held, turn: Turn) -> None:
        """Seal what a finished interview shares, as the person chose; a correction adds to it."""
        share = turn.position.answers.get("share")
        if share not in SHARED:
            access.withdraw(tx, held.interview.id)
            held.interview = msgspec.structs.replace(held.interview, code="")
            return
        if not watching.watch(tx, held.interview.centre):
            held.interview = msgspec.structs.replace(held.interview, centre=None)
        # « Only this professional »: they need no code, so there is none to lose.
        # Before the end neither: the centre finds it in its list.
        early = turn.position.waiting is not None
        code = held.interview.code or ("" if early or share == "practitioner" else new_code())
        code = "" if share == "practitioner" else code
        held.interview = msgspec.structs.replace(held.interview, code=code)
        view = self._view(held.interview, Capabilities())
        brief = make_brief(turn.position, held.interview, self.library)
        advice = render(view, Say("restitution")).restitution
        access.file_brief(
            tx, held, msgspec.json.encode(brief), msgspec.json.encode(advice), code or None,
            centre=share == "centre", lasts=CODE_LASTS, practitioner=share == "practitioner",
        )  # fmt: skip

    # -- replies -------------------------------------------------------------------------

    def _view(
        self, interview: Interview, can: Capabilities, position: Position | None = None
    ) -> View:
        """`position`: where it stands, for who knows it already."""
        return View(self.shelf, interview, position or engine.replay(self.shelf, interview),
                    locales.texts(interview.language), can, self.page, self.library)  # fmt: skip

    def _pending(self, view: View) -> tuple[Say, ...]:
        if view.position.paused:
            return (Say("phrase", "paused"),)
        if view.interview.doubt is not None:
            return (Say("doubt", view.interview.doubt[0]),)
        return where(view.position)

    def _reply(self, view: View, spoken: Sequence[Say]) -> Reply:
        position = view.position
        screens = () if view.can.queued else tuple(render(view, each) for each in spoken)
        return Reply(
            screens, position.waiting.id if position.waiting else None,
            position.finished and position.closed is None, view.interview.code or None,
            interview=view.interview.id,
        )  # fmt: skip

    def _again(self, heard: Heard, stored: bytes | None) -> Reply:
        """The same message once more: the same reply, or what stands now; nothing changes."""
        if stored is not None:
            return msgspec.json.decode(stored, type=Reply)
        if heard.held is None:
            return Reply(())
        heard.view = view = self._view(heard.held.interview, heard.can)
        return self._reply(view, self._pending(view))

    def screens(
        self, tx: Transaction, waiting: Sequence[Waiting], can: Capabilities
    ) -> dict[int, list[Screen] | Exception]:
        """The screens of outbox rows by their number, rendered as they leave."""
        return leaving.screens(tx, waiting, can, self._view)

    def _sorry(self, heard: Heard) -> Reply:
        """An unexpected error: said kindly, nothing lost that was acknowledged before."""
        language = heard.held.interview.language if heard.held else heard.inbound.language or "fr"
        text = locales.texts(language).gettext("bot", PHRASES["error"])
        return Reply((Screen("info", text),))

    def _summary(self, interview: Interview, position: Position | None = None) -> Summary:
        position = position or engine.replay(self.shelf, interview)
        finished = position.finished and position.closed is None
        status = ("closed" if position.closed else "finished" if finished
                  else "paused" if position.paused else "open")  # fmt: skip
        return Summary(status, position.questionnaire.band, finished)


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


def _chosen(inbound: Inbound, said: str) -> tuple[str, Inbound]:
    """What the start screen's button carries: « /begin token language » (« - »: no token)."""
    token, _, language = said.removeprefix("/begin").strip().partition(" ")
    return token.strip("-"), replace(inbound, language=language or inbound.language)


def _no_reminders(tx: Transaction, held: Held, inbound: Inbound) -> Inbound:
    """« STOP » under a reminder; the message as it came if there are none to stop."""
    if reminders.stop(tx, held.interview.id):
        return replace(inbound, said="/no_reminders")
    return inbound


def _key(inbound: Inbound) -> str:
    return f"{inbound.channel}|{inbound.address}|{inbound.key}"
