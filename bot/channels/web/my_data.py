"""One's own data: what is kept, who read it, and a copy to take away."""

from __future__ import annotations

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response

from bot import my_data, sharing
from bot.channels.web import guard
from bot.channels.web.pages import SAFE
from bot.channels.web.papers import sent_pdf
from bot.channels.web.site import Site
from store import consent


class MyData:
    """Handlers of `/mes-donnees`, for whoever is known here; anyone else is sent to the start."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def page(self, request: Request) -> Response:
        """Who may read, who read, two files, and the way to erase all."""
        view = await self.site.view(guard.person(request))
        if view is None:
            return self.site.pages.go("/")
        owner = view.interview.id
        may, did = await self.site.look(
            lambda tx: (consent.shares(tx, owner), consent.readings(tx, owner))
        )
        return self.site.pages.show(
            self.site.reader(request, view.interview.language), "my_data.html",
            shares=[sharing.share_line(view, each) for each in may],
            readings=[sharing.reading(view, each) for each in did],
        )  # fmt: skip

    async def file(self, request: Request) -> Response:
        """The copy as JSON; personal answers are named, not repeated."""
        view = await self.site.view(guard.person(request))
        if view is None:
            return self.site.pages.go("/")
        made = await self.site.look(lambda tx: my_data.collect(tx, view))
        content = json.dumps(made, ensure_ascii=False, indent=1).encode()
        headers = SAFE | {"Content-Disposition": 'attachment; filename="mes-donnees.json"'}
        return Response(content, headers=headers, media_type="application/json")

    async def paper(self, request: Request) -> Response:
        """The copy on paper, without what nobody beside the person should read."""
        view = await self.site.view(guard.person(request))
        if view is None:
            return self.site.pages.go("/")
        made = await self.site.look(lambda tx: my_data.for_paper(tx, view))
        from restitution import documents  # typst comes with it: only when something is printed

        texts = view.texts
        printed = await asyncio.to_thread(documents.data_pdf, made["answers"], made["readings"],
                                          texts.gettext, texts.written)  # fmt: skip
        return sent_pdf(printed, "mes-donnees")
