"""Recordings, sent as files: only those that may be heard, under names that tell nothing."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bot.channels.web.pages import SAFE
from bot.channels.web.site import Site
from bot.voices import TYPES

PREFIX = "/voix"


class Sounds:
    """Handler of `/voix/<mark>.<ending>`."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def file(self, request: Request) -> Response:
        """One recording, whole or the part asked for; 404 for whatever is not on the list.

        A browser keeps it a day, one about safety or the private questions not at all: on a
        phone that others use, what is kept would tell.
        """
        mark, _, ending = request.path_params["name"].partition(".")
        clip = self.site.desk.page.voices.by_mark(mark)
        path = clip.files.get(ending) if clip else None
        if clip is None or path is None or not path.is_file():
            return Response(status_code=404, headers=SAFE)
        keeps = "no-store" if clip.delicate else "private, max-age=86400"
        headers = {
            "Cache-Control": keeps, "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": SAFE["Content-Security-Policy"],
            "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex",
        }  # fmt: skip
        return FileResponse(path, headers=headers, media_type=TYPES[ending])
