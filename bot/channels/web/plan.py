"""The prevention plan a professional handed over: on the person's own page, and on paper."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web import guard
from bot.channels.web.papers import sent_pdf
from bot.channels.web.site import Site
from bot.rendering import View
from restitution import documents
from restitution.paper_plan import Signed, fit_for_paper, translated
from restitution.ppp import Line, Plan
from store import plans
from store.plans import Kept


@dataclass(frozen=True, slots=True)
class Priority:
    """One subject, in the person's language."""

    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    """(heading, lines); a heading without lines is left out."""


class Plans:
    """Handlers for whoever was handed a plan; anyone else is sent to where they stand."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def page(self, request: Request) -> Response:
        """The last validated version."""
        view, kept = await self._handed(request)
        if view is None or kept is None:
            return self.site.pages.go("/chat")
        plan = fit_for_paper(msgspec.json.decode(kept.plan, type=Plan))
        texts = view.texts
        at = datetime.fromtimestamp(kept.validated_at or kept.saved_at, UTC).date()
        return self.site.pages.show(
            self.site.reader(request, texts.language), "plan.html", day=texts.date(at),
            author=kept.author, follow_up=[_said(each, view) for each in plan.follow_up],
            priorities=[_priority(plan, at_, view) for at_ in range(len(plan.rows))],
        )  # fmt: skip

    async def paper(self, request: Request) -> Response:
        """The same on one page, in French and in the person's language."""
        view, kept = await self._handed(request)
        if view is None or kept is None:
            return self.site.pages.go("/chat")
        day = datetime.fromtimestamp(kept.validated_at or kept.saved_at, UTC)
        signed = Signed(kept.number, kept.author, kept.profession, f"{day:%d/%m/%Y}")
        made = await asyncio.to_thread(
            documents.plan_pdf, msgspec.json.decode(kept.plan, type=Plan), signed,
            view.texts.gettext, view.texts.written,
        )  # fmt: skip
        return sent_pdf(made, "plan")

    async def _handed(self, request: Request) -> tuple[View | None, Kept | None]:
        view = await self.site.view(guard.person(request))
        if view is None:
            return None, None
        interview = view.interview.id
        return view, await self.site.look(lambda tx: plans.handed(tx, interview))


def _priority(plan: Plan, at: int, view: View) -> Priority:
    row, t = plan.rows[at], view.texts.gettext
    parts = (
        (t("web", "Ce qui peut gêner"), row.obstacles),
        (t("web", "Ce que je vais essayer"), row.advice),
        (t("web", "Qui peut m'aider"), row.resources),
    )
    return Priority(_said(row.priority, view), tuple(
        (title, tuple(_said(each, view) for each in lines)) for title, lines in parts if lines
    ))  # fmt: skip


def _said(line: Line, view: View) -> str:
    """In the person's language, as typed when somebody typed it."""
    return translated(line, view.texts.gettext, view.texts.written) or line.whole
