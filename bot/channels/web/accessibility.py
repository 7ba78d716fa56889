"""`/accessibilite`: what is checked, what is not, what is known to be wrong. Claims no audit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.site import Site

CONTENT = Path(__file__).parents[2] / "content"
CONTEXT = "accessibility"
Sections = tuple[tuple[str, tuple[str, ...]], ...]


class Accessibility:
    """Anybody reads it."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def page(self, request: Request) -> Response:
        """The statement, in the language asked for."""
        reader = self.site.stranger(request)
        title, sections, seen = statement()
        said = reader.texts.gettext
        return self.site.pages.show(
            reader, "privacy.html", title=said(CONTEXT, title),
            sections=[(said(CONTEXT, heading),
                       [said(CONTEXT, line).format_map(seen) for line in lines])
                      for heading, lines in sections],
        )  # fmt: skip


@cache
def statement() -> tuple[str, Sections, Mapping[str, str]]:
    """(title, (heading, lines) of each section, figures of the last recorded run), in French."""
    read = yaml.safe_load((CONTENT / "accessibility.yaml").read_text(encoding="utf-8"))
    runs = yaml.safe_load((CONTENT / "accessibility_results.yaml").read_text(encoding="utf-8"))
    seen = {f"{part}_{name}": str(value) for part, run in runs.items()
            for name, value in run.items()}  # fmt: skip
    sections = tuple((it["title"], tuple(it["lines"])) for it in read["sections"])
    return read["title"], sections, seen
