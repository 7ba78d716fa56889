"""Pages around the conversation: the start, help, an appointment, links."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot import second_line
from bot.channels.web import guard
from bot.channels.web.pages import SAFE, Reader
from bot.channels.web.site import CHANNEL, Button, Link, Site
from bot.phrases import PHRASES
from bot.rendering import View
from store import outreach
from store.codes import new_token
from store.repository import Transaction

LONGEST_TOKEN = 64


class Doors:
    """Handlers that say nothing to the desk."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def start(self, request: Request) -> Response:
        """The start screen, with or without an invitation. Looking consumes nothing."""
        token = request.path_params.get("token", "")[:LONGEST_TOKEN]
        view = await self.site.view(guard.person(request))
        invited = await self.site.look(lambda tx: outreach.find(tx, token)) if token else None
        reader = self.site.stranger(request)
        if view is not None and "language" not in request.query_params:
            reader = self.site.reader(request, view.interview.language)
        state = invited.state if invited else "unknown" if token else "ok"
        # Whoever comes back with the card they began with is at home: nothing to explain.
        note = _note(reader, state) if view is None else ""
        status = (
            200
            if view is not None or state in ("ok", "used")
            else 404
            if state == "unknown"
            else 410
        )
        good = token if state == "ok" else ""
        return self.site.pages.show(
            reader, "start.html", status, note=note, token=good, path=request.url.path,
            place=(invited.place or "") if invited and state == "ok" else "",
            open=view is not None and bool(view.position.answers), fresh_start=bool(good),
            finished=_finished(view),
            opening=self.site.desk.clerk.opening(reader.texts.language, good),
        )  # fmt: skip

    async def again(self, request: Request) -> Response:
        """The short way back on the same phone. It names nobody: the phone's own cookie does."""
        return self.site.pages.go("/chat")

    async def quit(self, request: Request) -> Response:
        """Leave at once; the chat will not open by itself again (the script does the same)."""
        response = RedirectResponse(self.site.config.exit_url, 303, SAFE)
        guard.keep(response, guard.AWAY, "1", self.site.config.secure_cookies)
        return response

    async def help(self, request: Request) -> Response:
        """Numbers to call or write to: those of the alerts named, else the usual ones.

        A link may name alerts in clear (`for`); the address that stays on the phone never does.
        """
        reader = self.site.stranger(request)
        t, shelf = reader.texts.gettext, self.site.desk.shelf
        if "for" in request.query_params:
            named = ".".join(_mark(each) for each in request.query_params["for"].split(",")[:20])
            return self.site.pages.go(f"/help?n={named}&language={reader.texts.language}")
        marks = request.query_params.get("n", "").split(".")
        asked = [each for each in shelf.alerts if _mark(each) in marks]
        meant = asked or [each for each in ("help_now",) if each in shelf.alerts]
        wanted = dict.fromkeys(number for each in meant for number in shelf.alerts[each].numbers)
        known = self.site.desk.library.resources
        helps = [self._service(reader, each) for each in wanted if each in known]
        return self.site.note(
            reader, t("web", "Des numéros utiles"), t("bot", PHRASES["nobody_reads"]), helps=helps,
            links=(Link("/chat", t("bot", PHRASES["go_back"])),) if guard.person(request) else (),
        )  # fmt: skip

    def _service(self, reader: Reader, name: str) -> dict[str, object]:
        resource = self.site.desk.library.resources[name]

        def said(text: str | None) -> str:
            return reader.texts.gettext(f"resource.{name}", text) if text else ""

        about = [
            said(resource.use),
            " · ".join(filter(None, (said(resource.hours), said(resource.cost)))),
        ]
        return {"name": said(resource.name), "lines": [each for each in about if each],
                "calls": self.site.phones.of(resource)}  # fmt: skip

    async def appointment(self, request: Request) -> Response:
        """An appointment without any question."""
        reader = self.site.stranger(request)
        t, book = reader.texts.gettext, self.site.config.book_url
        first, *rest = t("bot", PHRASES["appointment_text"]).format(url=book).split("\n")
        return self.site.note(reader, first, *(each for each in rest if book not in each),
                              links=(Link(book, t("bot", PHRASES["book"])),))  # fmt: skip

    # -- links that serve once -------------------------------------------------------------

    async def link(self, request: Request) -> Response:
        """A page with one button: a preview of the link must not use it up."""
        reader = self.site.stranger(request)
        t = reader.texts.gettext
        return self.site.note(
            reader, t("web", "Votre page est prête"), t("web", "Ce lien sert une seule fois."),
            buttons=(Button(request.url.path, t("bot", PHRASES["open_page"])),),
        )  # fmt: skip

    async def follow(self, request: Request) -> Response:
        """Open the interview behind the link in this browser, too."""
        await self.site.form(request)
        address = new_token()

        def work(tx: Transaction) -> tuple[str, str] | None:
            found = tx.follow(request.path_params["token"][:LONGEST_TOKEN])
            held = tx.interview(found[0]) if found else None
            if found is None or held is None:
                return None
            tx.settle(held, CHANNEL, address)
            return held.channel, found[1]

        opened = await self.site.write(work)
        if opened is None:
            return self._used(request)
        response = self.site.pages.go(_behind(opened[1]))
        secure = self.site.config.secure_cookies
        guard.keep(response, guard.PERSON, address, secure)
        if opened == ("telegram", "question"):
            guard.keep(response, guard.FROM_CHAT, "1", secure)
        guard.forget(response, guard.AWAY, self.site.config.secure_cookies)
        return response

    def _used(self, request: Request) -> Response:
        reader = self.site.stranger(request)
        t = reader.texts.gettext
        links = (Link("/chat", t("bot", PHRASES["resume"])),) if reader.address else ()
        return self.site.note(
            reader, t("web", "Ce lien a déjà servi, ou il est trop vieux."),
            t("web", "Demandez-en un autre là où vous l'avez reçu."), status=410, links=links,
        )  # fmt: skip


def _behind(purpose: str) -> str:
    """The page a link was made for."""
    if purpose.startswith(second_line.LINK):
        return f"/questions/{purpose.removeprefix(second_line.LINK)}"
    return "/plan" if purpose == "plan" else "/chat"


def _mark(alert: str) -> str:
    """An alert's name in an address, where it must mean nothing to who looks."""
    return hashlib.sha256(alert.encode()).hexdigest()[:4]


def _note(reader: Reader, state: str) -> str:
    """Why this invitation is not used, kindly; « » when it is."""
    if state == "ok":
        return ""
    return reader.texts.gettext(
        "bot", PHRASES["invitation_used" if state == "used" else "invitation_over"]
    )


def _finished(view: View | None) -> bool:
    return view is not None and view.position.finished and view.position.closed is None
