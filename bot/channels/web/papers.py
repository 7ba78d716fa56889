"""What a person leaves with: the code and its drawing, the advice and a receipt on paper."""

from __future__ import annotations

import asyncio

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from bot import sharing
from bot.channels.web import guard, shown
from bot.channels.web.pages import SAFE, lines
from bot.channels.web.site import Site
from bot.phrases import PHRASES
from bot.rendering import View, restitution_of
from restitution import documents
from store import consent


class Papers:
    """Handlers for a finished interview; anyone else is sent to where they stand."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def _finished(self, request: Request) -> View | None:
        view = await self.site.view(guard.person(request))
        done = view is not None and view.position.finished and view.position.closed is None
        return view if done else None

    async def code(self, request: Request) -> Response:
        """The code, in two groups of five, and as a drawing to scan."""
        view = await self._finished(request)
        if view is None or not view.interview.code:
            return self.site.pages.go("/chat")
        code, bot = view.interview.code, view.texts.gettext
        interview = view.interview.id
        ends = await self.site.look(lambda tx: consent.code_until(tx, interview) or tx.now)
        until = view.texts.date(sharing.local(ends).date())
        said = lines(bot("bot", PHRASES["code"]).format(code="", until=until))[1:]
        if view.position.answers.get("share") == "centre":
            said.append(bot("bot", PHRASES["code_centre"]))
        reader = self.site.reader(request, view.interview.language)
        squares = documents.qr_svg(self._address(code))
        drawing = Markup(squares)  # noqa: S704  segno's own  # nosec B704
        return self.site.pages.show(
            reader, "code.html", code=code, paragraphs=said, drawing=drawing
        )

    async def discreet(self, request: Request) -> Response:
        """The advice without the subjects one may not want seen."""
        view = await self._finished(request)
        if view is None:
            return self.site.pages.go("/chat")
        reader = self.site.reader(request, view.interview.language)
        made = restitution_of(view, discreet=True)
        return self.site.pages.show(
            reader, "end.html", shown=shown.Shown(advice=made), made=made, discreet=True,
            code=view.interview.code or None, way_back=False,
        )  # fmt: skip

    async def advice(self, request: Request) -> Response:
        """The advice on one page of paper, without what nobody beside the person should read."""
        view = await self._finished(request)
        if view is None:
            return self.site.pages.go("/chat")
        made = restitution_of(view, discreet="discreet" in request.query_params, paper=True)
        code = view.interview.code
        with_code = (code, self._address(code)) if code else ()
        printed = await asyncio.to_thread(
            documents.patient_pdf, made, view.texts.gettext, *with_code
        )
        return sent_pdf(printed, "conseils")

    async def receipt(self, request: Request) -> Response:
        """The code on a small piece of paper."""
        view = await self._finished(request)
        if view is None or not view.interview.code:
            return self.site.pages.go("/chat")
        code = view.interview.code
        made = await asyncio.to_thread(
            documents.receipt_pdf, code, self._address(code), view.texts.gettext,
            view.texts.written,
        )  # fmt: skip
        return sent_pdf(made, "recu")

    def _address(self, code: str) -> str:
        # After the #, so that no server's log ever holds a code.
        return f"{self.site.config.public_url}/pro#{code}"


def sent_pdf(content: bytes, name: str) -> Response:
    """A PDF, shown in the browser."""
    headers = SAFE | {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, headers=headers, media_type="application/pdf")
