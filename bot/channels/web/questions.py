"""`/questions/…`: a test a professional sent, one question a page, without script."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

import locales
from bot import second_line
from bot.channels.web import guard
from bot.channels.web.site import CAN, CHANNEL, Link, Site
from bot.phrases import PHRASES
from bot.questions import asked
from bot.rendering import View
from bot.second_line import Standing
from store.repository import Transaction

LONGEST_ID = 40


class Questions:
    """Handlers; a test that is not this person's is not there."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def page(self, request: Request) -> Response:
        """The question that waits, or thanks."""
        address, test_id = guard.person(request), request.path_params["test"][:LONGEST_ID]

        def work(tx: Transaction) -> Standing | None:
            return second_line.look(tx, self.site.desk.shelf, CHANNEL, address, test_id)

        at = await self.site.look(work) if address and not guard.held(request, guard.AWAY) else None
        if at is None:
            return self.site.pages.go("/chat")
        if at.done or at.position.waiting is None:
            return self._thanks(request, at)
        return self._question(request, at)

    async def say(self, request: Request) -> Response:
        """One answer, one step back, or « stop here »."""
        form = await self.site.form(request)
        test_id = request.path_params["test"][:LONGEST_ID]
        about, said = form.get("about") or None, form.get("said")[:100]
        if form.get("command"):
            about, said = None, form.get("command")[:100]
        message = guard.message_id(form.key, str(about), said)
        wording = locales.texts(form.language).wording

        def work(tx: Transaction) -> None:
            shelf = self.site.desk.shelf
            at = second_line.look(tx, shelf, CHANNEL, form.address, test_id)
            if at is not None and said:
                key = (CHANNEL, form.address, f"test|{message}")
                second_line.hear(tx, shelf, at, said, about, key, wording)

        if form.address:
            await self.site.write(work)
        return self.site.pages.go(f"/questions/{test_id}")

    def _question(self, request: Request, at: Standing) -> Response:
        reader = self.site.reader(request, at.held.interview.language)
        desk = self.site.desk
        view = View(desk.shelf, at.run, at.position, reader.texts, CAN, desk.page, desk.library)
        question = at.position.waiting
        assert question is not None  # noqa: S101  `page` checked
        order = [each.id for each in at.position.asked]
        return self.site.pages.show(
            reader, "questions.html", test=at.instrument, kept=at.kept, asked=asked(view, question),
            place=order.index(question.id) + 1, total=len(order), first=not at.run.log,
        )  # fmt: skip

    def _thanks(self, request: Request, at: Standing) -> Response:
        reader = self.site.reader(request, at.held.interview.language)
        t, alert = reader.texts.gettext, self.site.desk.shelf.alerts.get("suicide")
        lines = [t("web", "Vos réponses sont gardées pour le professionnel.")]
        if at.instrument.private and alert is not None and alert.quiet:
            lines.append(t("alert.suicide", alert.quiet))
        links = (Link("/chat", t("bot", PHRASES["see_again"])),)
        return self.site.note(reader, t("web", "Merci, c'est terminé."), *lines, links=links)
