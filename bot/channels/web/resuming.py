"""`/reprendre`: go on here with what was begun on another phone, by the code it showed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import guard
from bot.channels.web.site import CHANNEL, Site
from bot.phrases import PHRASES
from store import tries
from store.codes import new_token

LONGEST = 40
STATUS = {"resume_wrong": 404, "resume_wait": 429, "resume_here": 409}


class Resuming:
    """Handlers of `/reprendre`."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def page(self, request: Request) -> Response:
        """One field for the code."""
        return self._page(request)

    async def enter(self, request: Request) -> Response:
        """The code is used up, and this browser goes on with that interview."""
        form = await self.site.form(request)
        address = form.address or new_token()
        source = tries.place(request.client.host) if request.client else ""
        typed = form.get("code")[:LONGEST]
        how = await self.site.desk.resume(CHANNEL, address, typed, source or "nowhere")
        if how != "ok":
            return self._page(request, how)
        response = self.site.pages.go("/chat")
        secure = self.site.config.secure_cookies
        guard.keep(response, guard.PERSON, address, secure)
        guard.forget(response, guard.AWAY, secure)
        return response

    def _page(self, request: Request, problem: str = "") -> Response:
        reader = self.site.stranger(request)
        said = reader.texts.gettext("bot", PHRASES[problem]) if problem else ""
        return self.site.pages.show(reader, "resume.html", STATUS.get(problem, 200), problem=said)
