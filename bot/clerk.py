"""What one message becomes: decided, filed, put into words. The only place where engine and store
meet, always inside the transaction of the desk that brings it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import msgspec

import locales
from bot import doorstep, leaving, resuming, sharing
from bot.conversation import Turn, begin_turn, respond, welcome_back, where
from bot.hearing import Heard
from bot.messages import Capabilities, Inbound, Reply, Screen
from bot.phrases import PHRASES
from bot.rendering import Page, View, render, restitution_of
from bot.say import Say
from flows import engine
from flows.loading import Shelf
from flows.model import Interview, Position
from restitution.brief import make_brief
from restitution.library import Library
from restitution.model import Restitution
from store import access, consent, outreach, reminders, watching
from store import resuming as store_resuming
from store.codes import new_code, new_token
from store.repository import Held, Summary, Transaction
from store.traces import Notes

CODE_LASTS = 90 * 24 * 3600
"""Seconds a code opens its brief: three months leave time to find an appointment. From the visit
(the first time it is shown) thirty days are left."""
SHARED = ("yes", "centre", "practitioner")
"""Answers to « who may read? » that share."""
LINK_LASTS = 24 * 3600


class Raced(Exception):
    """Another process was faster: the batch is to look again."""


class Clerk:
    """Knows what there is to ask and to advise; the desk brings the messages."""

    def __init__(
        self, shelf: Shelf, library: Library, page: Page, new_id: Callable[[], str]
    ) -> None:
        self.shelf, self.library, self.page = shelf, library, page
        self._new_id = new_id

    def decide(self, tx: Transaction, heard: Heard) -> None:
        """Hear it: `heard.turn` is what it brings, `heard.opening` what a stranger sees."""
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
            before = held.stands
            heard.turn = respond(self.shelf, held.interview, inbound, texts, tx.now, before)
            held.interview, held.position = heard.turn.interview, heard.turn.position

    def by_code(self, tx: Transaction, heard: Heard) -> str:
        """Before the batch is loaded: this place may now mean an interview that is in it."""
        inbound, place = heard.inbound, (heard.inbound.channel, heard.inbound.address)
        # Most messages are no code: only for the others is it looked up who talks here.
        if not heard.can.takes_codes or resuming.code_in(inbound.said, known=False) is None:
            return ""
        code = resuming.code_in(inbound.said, known=tx.whose(*place) is not None)
        if code is None:
            return ""
        return self.take_up(tx, *place, code, who=tx.place(*place).hex())

    def take_up(
        self, tx: Transaction, channel: str, address: str, code: str, who: str = "",
        source: str = "",
    ) -> resuming.Taken:  # fmt: skip
        """Put the interview of this code here, too."""
        here = tx.at([(channel, address)]).get((channel, address))
        how, held = resuming.take(tx, self.shelf, here, code, who, source)
        if held is not None:
            tx.save([held], {held.interview.id: self.summary(held.interview)})
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
        tx.save([held], {interview.id: self.summary(interview)})
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
        view = self.view(engine.begin("", language, tx.now), heard.can)
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

    def close(self, tx: Transaction, heard: Heard, notes: Notes) -> Reply:
        """Act on the turn's effect, give links their tokens, queue or render its screens."""
        turn, held = heard.turn, heard.held
        if turn is None or held is None:
            return Reply(heard.opening)
        advice = self._file(tx, held, turn) if turn.effect in ("finish", "revise") else None
        if turn.effect == "remind" and not heard.can.reminds:
            heard.view = view = self.seen(held, heard.can)
            return self.reply(view, self.pending(view))
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
        view = replace(self.view(held.interview, heard.can, turn.position), advice=advice)
        if turn.effect == "erase":
            # Nothing is left to queue with: these few words go out at once, or never.
            reply = self.reply(replace(view, can=replace(view.can, queued=False)), spoken)
            tx.erase(held.interview.id)
            notes.forget(held.interview.id)
            held.status = "erased"
            return replace(reply, waiting=None, interview=None)
        if heard.can.queued:
            leaving.queue(heard, spoken, notes)
        heard.view = view
        return self.reply(view, spoken)

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

    def _file(self, tx: Transaction, held: Held, turn: Turn) -> Restitution | None:
        """Seal what a finished interview shares, as the person chose; a correction adds to it.

        Gives the advice sealed with it, if anything is.
        """
        share = turn.position.answers.get("share")
        if share not in SHARED:
            access.withdraw(tx, held.interview.id)
            held.interview = msgspec.structs.replace(held.interview, code="")
            return None
        if not watching.watch(tx, held.interview.centre):
            held.interview = msgspec.structs.replace(held.interview, centre=None)
        # « Only this professional »: they need no code, so there is none to lose.
        # Before the end neither: the centre finds it in its list.
        early = turn.position.waiting is not None
        code = held.interview.code or ("" if early or share == "practitioner" else new_code())
        code = "" if share == "practitioner" else code
        held.interview = msgspec.structs.replace(held.interview, code=code)
        view = self.view(held.interview, Capabilities(), turn.position)
        brief = make_brief(turn.position, held.interview, self.library)
        advice = restitution_of(view)
        access.file_brief(
            tx, held, msgspec.json.encode(brief), msgspec.json.encode(advice), code or None,
            centre=share == "centre", lasts=CODE_LASTS, practitioner=share == "practitioner",
        )  # fmt: skip
        return advice

    # -- replies -----------------------------------------------------------------------------

    def view(
        self, interview: Interview, can: Capabilities, position: Position | None = None
    ) -> View:
        """The interview with all it takes to render it. `position`: for who knows it already."""
        return View(self.shelf, interview, position or engine.replay(self.shelf, interview),
                    locales.texts(interview.language), can, self.page, self.library)  # fmt: skip

    def seen(self, held: Held, can: Capabilities) -> View:
        """The same, of an interview read from the store."""
        return self.view(held.interview, can, held.stands)

    def pending(self, view: View) -> tuple[Say, ...]:
        """What stands on their screen when they only look."""
        if view.position.paused:
            return (Say("phrase", "paused"),)
        if view.interview.doubt is not None:
            return (Say("doubt", view.interview.doubt[0]),)
        return where(view.position)

    def reply(self, view: View, spoken: Sequence[Say]) -> Reply:
        """These, put into words; nothing yet where screens leave by the outbox."""
        position = view.position
        screens = () if view.can.queued else tuple(render(view, each) for each in spoken)
        return Reply(
            screens, position.waiting.id if position.waiting else None,
            position.finished and position.closed is None, view.interview.code or None,
            interview=view.interview.id,
        )  # fmt: skip

    def again(self, heard: Heard, stored: bytes | None) -> Reply:
        """The same message once more: the same reply, or what stands now; nothing changes."""
        if stored is not None:
            return msgspec.json.decode(stored, type=Reply)
        if heard.held is None:
            return Reply(())
        heard.view = view = self.seen(heard.held, heard.can)
        return self.reply(view, self.pending(view))

    def sorry(self, heard: Heard) -> Reply:
        """An unexpected error: said kindly, nothing lost that was acknowledged before."""
        language = heard.held.interview.language if heard.held else heard.inbound.language or "fr"
        text = locales.texts(language).gettext("bot", PHRASES["error"])
        return Reply((Screen("info", text),))

    def summary(self, interview: Interview, position: Position | None = None) -> Summary:
        """What the store may know of it without opening it."""
        position = position or engine.replay(self.shelf, interview)
        finished = position.finished and position.closed is None
        status = ("closed" if position.closed else "finished" if finished
                  else "paused" if position.paused else "open")  # fmt: skip
        return Summary(status, position.questionnaire.band, finished)

    def opening(
        self, language: str, token: str = "", place: str = "", can: Capabilities | None = None
    ) -> Screen:
        """The start screen; touches nothing, consumes nothing."""
        view = self.view(engine.begin("", language, 0), can or Capabilities())
        return doorstep.opening(view, token, place)


def _chosen(inbound: Inbound, said: str) -> tuple[str, Inbound]:
    """What the start screen's button carries: « /begin token language » (« - »: no token)."""
    token, _, language = said.removeprefix("/begin").strip().partition(" ")
    return token.strip("-"), replace(inbound, language=language or inbound.language)


def _no_reminders(tx: Transaction, held: Held, inbound: Inbound) -> Inbound:
    """« STOP » under a reminder; the message as it came if there are none to stop."""
    if reminders.stop(tx, held.interview.id):
        return replace(inbound, said="/no_reminders")
    return inbound
