"""The conversation: begin, the screen that stands, and each thing said."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot import second_line
from bot.channels.web import guard, shown
from bot.channels.web.ahead import Ahead, units
from bot.channels.web.pages import Reader
from bot.channels.web.site import CAN, CHANNEL, Form, Site
from bot.hearing import Answer
from bot.messages import Said, Screen
from bot.phrases import PHRASES
from flows.model import Question
from store import plans
from store.codes import new_token
from store.repository import Transaction

SWAPS = "x-swap"
"""Sent by our script, which puts the page in place itself: no need to send it elsewhere."""
_NOTHING_AROUND: dict[str, Any] = {
    "code": None, "waiting": None, "way_back": False, "places": False, "short": "",
}  # fmt: skip


class Talking:
    """Handlers of `/begin`, `/chat` and `/say`."""

    def __init__(self, site: Site, ahead: Ahead) -> None:
        self.site, self.ahead = site, ahead

    async def chat(self, request: Request) -> Response:
        """The screen that stands. Somebody who left quickly passes by the start page first."""
        address = guard.person(request)
        stands = await self.site.desk.show(CHANNEL, address, CAN) if address else None
        if stands is None or guard.held(request, guard.AWAY):
            return self.site.pages.go("/")
        return await self._page(request, address, stands)

    async def begin(self, request: Request) -> Response:
        """Begin, with the invitation's token if there is one."""
        form = await self.site.form(request)
        address = form.address or new_token()
        heard = await self.site.hear(form, address, "/begin", start=form.get("token")[:64])
        response = await self._answer(request, form, address, heard)
        guard.keep(response, guard.PERSON, address, self.site.config.secure_cookies)
        return response

    async def say(self, request: Request) -> Response:
        """One answer, one command, or one box ticked."""
        form = await self.site.form(request)
        if not form.address:
            return await self._nobody(request, form)
        if form.get("tick"):
            return await self._tick(request, form)
        about = form.get("about") or None
        if form.get("command"):
            heard = await self._command(form)
        elif form.get("instead"):
            heard = await self.site.hear(
                form, form.address, form.get("instead"), about=about, typed=False
            )
        elif "done" in form.fields and not self._chosen(form) and self._several(about):
            return await self._nothing_ticked(request, form)
        else:
            heard = await self._answered(form, about)
        sent = shown.Sent(about or "", self._chosen(form), form.get("written").strip()[:500])
        response = await self._answer(request, form, form.address, heard, sent)
        self._shared(form, about, response)
        return response

    async def _nobody(self, request: Request, form: Form) -> Response:
        """A page left open after an erasure or a refusal: begin again, or the start page."""
        if form.get("command") == "/restart":
            return await self.begin(request)
        return self.site.pages.go(f"/?language={form.language}")

    # -- what was said -------------------------------------------------------------------

    def _several(self, about: str | None) -> bool:
        question = self.site.desk.shelf.questions.get(about or "")
        return question is not None and question.kind == "multiple"

    def _chosen(self, form: Form) -> tuple[str, ...]:
        return tuple(form.fields.get("said", ()))

    async def _answered(self, form: Form, about: str | None) -> Answer:
        chosen, written = self._chosen(form), form.get("written").strip()
        if "done" in form.fields and "written" in form.fields:
            return await self.site.hear(form, form.address, written[:1000], about=about, typed=True)
        said: Said = chosen if self._several(about) else chosen[-1] if chosen else ""
        return await self.site.hear(form, form.address, said, about=about, typed=False)

    async def _command(self, form: Form) -> Answer:
        said = form.get("command")
        if not said.startswith("/") or said.startswith("/begin"):
            said = "/help"
        return await self.site.hear(form, form.address, said[:100], about=None, typed=True)

    async def _nothing_ticked(self, request: Request, form: Form) -> Response:
        # Asking the desk would take the boxes of its draft, which may be those of another page.
        stands = await self.site.desk.show(CHANNEL, form.address, CAN)
        if stands is None:
            return self.site.pages.go("/")
        reader = self.site.reader(request, form.language)
        said = Screen("info", reader.texts.gettext("bot", PHRASES["nothing_ticked"]))
        return await self._page(request, form.address, stands, before=(said,))

    async def _tick(self, request: Request, form: Form) -> Response:
        """One box of a question that may be urgent: heard at once, with or without our script."""
        heard = await self.site.hear(
            form, form.address, form.get("tick"), about=form.get("about") or None,
            typed=False, tick=True,
        )  # fmt: skip
        return await self._answer(request, form, form.address, heard)

    # -- what comes back -----------------------------------------------------------------

    async def _answer(
        self, request: Request, form: Form, address: str, heard: Answer,
        sent: shown.Sent = shown.NOTHING_SENT,
    ) -> Response:  # fmt: skip
        reply = heard.reply
        if reply.interview is None and any(_opens(each) for each in reply.screens):
            return self.site.pages.go("/")
        simple = shown.only_where_one_stands(reply.screens)
        if reply.interview is not None and simple and SWAPS not in request.headers:
            response = self.site.pages.go("/chat")
        elif not reply.screens:
            response = self.site.pages.go("/chat" if address else "/")
        else:
            response = await self._page(request, address, heard, (), sent, form.language)
        if guard.held(request, guard.AWAY):
            guard.forget(response, guard.AWAY, self.site.config.secure_cookies)
        return response

    async def _page(
        self, request: Request, address: str, heard: Answer, before: tuple[Screen, ...] = (),
        sent: shown.Sent = shown.NOTHING_SENT, language: str = "fr",
    ) -> Response:  # fmt: skip
        reply, view = heard
        if view is None and reply.interview is not None:
            view = await self.site.view(address)
        sorted_ = shown.sort((*before, *reply.screens), sent)
        if view is None:
            # Erased, or nothing was kept: this browser stands for nobody any more.
            reader = self.site.reader(request, language, "")
            response = self._show(reader, sorted_, {"over": True})
            guard.forget(response, guard.PERSON, self.site.config.secure_cookies)
            guard.forget(response, guard.FROM_CHAT, self.site.config.secure_cookies)
            return response
        reader = self.site.reader(request, view.interview.language, address)
        waiting = view.position.waiting
        back = bool(guard.held(request, guard.FROM_CHAT)) and not (waiting and _personal(waiting))
        around: dict[str, Any] = {
            "way_back": back and sorted_.panel is None, "left": shown.left(view, sorted_),
            "code": reply.code, "waiting": reply.waiting,
        }  # fmt: skip
        if view.position.paused and view.position.answers.get("shared_phone") == "no":
            around["short"] = f"{self.site.config.public_url}/c"
        if sorted_.question is not None and sorted_.question.id == getattr(waiting, "id", None):
            around["ahead"] = self.ahead.here(view)
        if sorted_.advice is not None:
            around |= await self.site.look(lambda tx: self._waiting(tx, view.interview.id))
        same = None if around["way_back"] else shown.for_everybody(view, sorted_, sent)
        return self._show(reader, sorted_, around, partial(shown.around, view, sorted_, sent), same)

    def _waiting(self, tx: Transaction, interview: str) -> dict[str, Any]:
        """What stands beside the advice: is there a list of places, what a professional prepared
        for this person (their plan, second-line tests)."""
        return {
            "places": self.site.places(tx) is not None,
            "plan": plans.handed(tx, interview) is not None,
            "doors": second_line.doors(tx, self.site.desk.shelf, interview),
        }

    def _show(
        self, reader: Reader, page: shown.Shown, around: dict[str, Any],
        asked: Callable[[], dict[str, Any]] = lambda: shown.NOTHING_ASKED,
        same: Hashable | None = None,
    ) -> Response:  # fmt: skip
        known = _NOTHING_AROUND | {"over": page.advice is not None} | around
        return self.site.pages.show(
            reader, page.template, same=same, shown=page, made=page.advice, discreet=False,
            lazily=lambda: asked() | {"units": units(reader.texts)},
            book_url=self.site.config.book_url, **known,
        )  # fmt: skip

    def _shared(self, form: Form, about: str | None, response: Response) -> None:
        """Somebody else sees this phone, or may: the cookie ends with the browser."""
        if about == "shared_phone" and form.address:
            lasts = guard.THIRTY_DAYS if self._chosen(form) == ("no",) else None
            guard.keep(response, guard.PERSON, form.address, self.site.config.secure_cookies, lasts)


def _personal(question: Question) -> bool:
    """One of the personal questions, or what is asked after a worrying answer to one."""
    return question.private or question.id.startswith("go_on_")


def _opens(screen: Screen) -> bool:
    """Is this the start screen?"""
    return any(each.said.startswith("/begin") for each in screen.choices)
