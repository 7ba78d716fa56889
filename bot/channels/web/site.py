"""What every handler of the patient's pages starts from."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qs

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

import locales
from bot.channels.web import guard
from bot.channels.web.config import WebConfig
from bot.channels.web.pages import Pages, Reader, language_of
from bot.channels.web.phones import Phones
from bot.desk import Busy, Desk
from bot.hearing import Answer
from bot.messages import Capabilities, Inbound, Said
from bot.phrases import PHRASES
from bot.rendering import View
from restitution.directory import Directory
from store.repository import Transaction

T = TypeVar("T")
CHANNEL = "web"
ENCODED = "application/x-www-form-urlencoded"
CAN = Capabilities(forms=True, links=True, private=True)
log = structlog.get_logger()


@dataclass(frozen=True)
class Form:
    """A form as it came, once it is known to be ours."""

    address: str
    """Whose it is; « » for somebody we have not met."""
    key: str
    language: str
    fields: dict[str, list[str]]

    def get(self, name: str) -> str:
        """The one value of this field, or « »."""
        return self.fields.get(name, [""])[-1]


@dataclass(frozen=True)
class Link:
    """A link under a short page."""

    url: str
    label: str


@dataclass(frozen=True)
class Button:
    """A form with one button, under a short page."""

    action: str
    label: str
    name: str = ""
    value: str = ""


class Refused(Exception):
    """A request that is not acted on; `response` says why."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Site:
    """The desk, the pages, and who is reading."""

    def __init__(self, desk: Desk, config: WebConfig) -> None:
        self.desk, self.config = desk, config
        self.phones = Phones(desk.library.resources.values())
        self.pages = Pages(config, self.phones, desk.page.voices)

    def reader(self, request: Request, language: str, address: str | None = None) -> Reader:
        """For whom a page is made; by default whoever asks for it."""
        who = guard.person(request) if address is None else address
        return Reader(request, locales.texts(language), who)

    def stranger(self, request: Request) -> Reader:
        """A reader whose interview, if any, does not matter here."""
        return self.reader(request, language_of(request))

    async def view(self, address: str) -> View | None:
        """The interview of this browser."""
        return await self.desk.view(CHANNEL, address, CAN) if address else None

    async def form(self, request: Request) -> Form:
        """The form sent; raises `Refused` when it is not one of ours."""
        if not guard.own_site(request):
            reader = self.stranger(request)
            t = reader.texts.gettext
            raise Refused(self.note(reader, t("web", "Cette demande ne vient pas de notre page."),
                                    t("web", "Rien n'a changé."), status=403))  # fmt: skip
        fields = await _fields(request)
        address = guard.person(request)
        language = language_of(request, fields.get("language", [""])[-1])
        made = Form(address, fields.get("key", [""])[0], language, fields)
        if not guard.genuine(made.key, address):
            # A page kept from before an erasure, or from another browser: see what stands now.
            raise Refused(self.pages.go("/chat" if address else "/"))
        return made

    async def hear(self, form: Form, address: str, said: Said, **more: Any) -> Answer:
        """Say one thing at the desk. The same form with the same content counts once."""
        content = said if isinstance(said, str) else "\x1f".join(said)
        key = guard.message_id(form.key, str(more.get("about")), content)
        inbound = Inbound(CHANNEL, address, said, key, language=form.language, **more)
        return await self.desk.answer(inbound, CAN)

    def note(
        self, reader: Reader, title: str, *paragraphs: str, status: int = 200, **more: Any
    ) -> Response:
        """A page that only says something, in words already in the reader's language.

        `more`: `helps` (services and their numbers), `buttons` (forms), `links`.
        """
        empty: dict[str, Any] = {"helps": (), "buttons": (), "links": ()}
        return self.pages.show(reader, "note.html", status, title=title, paragraphs=paragraphs,
                               **(empty | more))  # fmt: skip

    def busy(self, request: Request) -> Response:
        """Our own trouble: the answer may be sent again."""
        reader = self.stranger(request)
        bot = partial(reader.texts.gettext, "bot")
        again = Link("/chat", bot(PHRASES["go_back"]))
        response = self.note(reader, bot(PHRASES["error"]), status=503, links=(again,))
        response.headers["Retry-After"] = "2"
        return response

    async def directory(self) -> Directory | None:
        """The operator's places; None when there is none that was checked lately."""
        return await self.look(self.places) if self.config.places else None

    def places(self, tx: Transaction) -> Directory | None:
        """The same, for who is reading already."""
        if self.config.places is None:
            return None
        inside = self.config.places.of(tx)
        today = datetime.fromtimestamp(tx.now, UTC).date()
        return inside if any(each.fresh(today) for each in inside.places) else None

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Do something to the store that is no message."""
        return await self.desk.writer.run(work)

    async def look(self, work: Callable[[Transaction], T]) -> T:
        """Read something in the store."""
        return await self.desk.writer.look(work)


async def _fields(request: Request) -> dict[str, list[str]]:
    """What a form holds. Ours have no file, so only the usual encoding is read: the reader of
    every encoding takes as long as deciding what to answer."""
    if not request.headers.get("content-type", "").startswith(ENCODED):
        return {}
    with contextlib.suppress(ValueError):  # too many fields, or no text
        body = (await request.body()).decode()
        return parse_qs(body, keep_blank_values=True, max_num_fields=100)
    return {}


Handler = Callable[[Request], Any]


def guarded(site: Site, handler: Handler) -> Handler:
    """The handler, with its refusals and our own troubles answered kindly."""

    async def answer(request: Request) -> Response:
        request.scope[guard.SECURE] = site.config.secure_cookies
        try:
            return await handler(request)  # type: ignore[no-any-return]
        except Refused as refused:
            return refused.response
        except Busy:
            return site.busy(request)
        except HTTPException:  # a body too long or too slow: the guard outside says so
            raise
        except Exception as error:  # noqa: BLE001  its text may hold what the person said
            log.error("page not made", error=type(error).__name__)
            return site.busy(request)

    return answer


def door(site: Site, handler: Handler) -> ASGIApp:
    """The same without the framework around it, whose routing takes as long as hearing what was
    said: for what is asked most."""
    answer = guarded(site, handler)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await answer(Request(scope, receive))
        await response(scope, receive, send)

    return app
