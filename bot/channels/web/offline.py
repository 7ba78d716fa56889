"""What a phone keeps to open our page without a network: a page, and the worker that serves it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import assets
from bot.channels.web.ahead import waiting
from bot.channels.web.pages import SAFE
from bot.channels.web.site import Site

WORKER = SAFE | {
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
}
"""A worker is held by its own policy: it may ask us, and nobody else."""


class Offline:
    """Handlers that know nobody."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._worker = (assets.FOLDER / "sw.js").read_bytes()

    async def page(self, request: Request) -> Response:
        """What stands where the network is missing; a phone keeps it beside the questions."""
        reader = self.site.stranger(request)
        return self.site.pages.show(reader, "note.html", alone=True, **waiting(reader.texts))

    async def worker(self, request: Request) -> Response:
        """The service worker. At the root: it may only answer for what lies beside it."""
        return Response(self._worker, headers=WORKER, media_type="text/javascript")
