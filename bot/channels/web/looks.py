"""« Large text », dark or light: kept in the browser, without a word of who reads."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import guard
from bot.channels.web.site import Site

HALF_A_YEAR = 183 * 24 * 3600


class Looks:
    """Handler of `/affichage`, where nothing is known of the person."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def change(self, request: Request) -> Response:
        """One of the buttons under « Aa »; then the same page again."""
        form = await self.site.form(request)
        now = set(guard.looks(request))
        if form.get("text"):
            now = now - {"large"} | {form.get("text")}
        if form.get("light"):
            now = now - {"dark", "light"} | {form.get("light")}
        back = form.get("back")
        # Only a path of ours: « //elsewhere » is another site.
        own = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
        response = self.site.pages.go(back[:200] if own else "/")
        kept = ".".join(each for each in guard.LOOKS_KNOWN if each in now)
        guard.keep(response, guard.LOOKS, kept, self.site.config.secure_cookies, HALF_A_YEAR)
        return response
