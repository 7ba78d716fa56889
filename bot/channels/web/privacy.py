"""`/confidentialite`: what is kept, who reads, how long; from a file a lawyer can read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.site import Site

FILE = Path(__file__).parents[2] / "content" / "privacy.yaml"
CONTEXT = "privacy"


class Privacy:
    """Anybody reads it, before or after beginning."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def page(self, request: Request) -> Response:
        """The notice, in the language asked for."""
        reader = self.site.stranger(request)
        title, sections = notice()
        said = reader.texts.gettext
        return self.site.pages.show(
            reader, "privacy.html", title=said(CONTEXT, title),
            sections=[(said(CONTEXT, heading), [said(CONTEXT, line) for line in lines])
                      for heading, lines in sections],
        )  # fmt: skip


@cache
def notice() -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """(title, (heading, lines) of each section), in French."""
    read = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read["title"], tuple((it["title"], tuple(it["lines"])) for it in read["sections"])
