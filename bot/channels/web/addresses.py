"""Places near the person for what their advice is about. The town is neither kept nor logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from babel import Locale
from starlette.requests import Request
from starlette.responses import Response

import locales
from bot.channels.web import guard
from bot.channels.web.pages import Reader
from bot.channels.web.phones import Call
from bot.channels.web.site import Site
from bot.rendering import View, restitution_of
from restitution.directory import Directory, Hit, search, themes_for
from restitution.places import SIGN_LANGUAGE
from store.repository import Transaction

PER_THEME = 4
LONGEST = 80


@dataclass(frozen=True)
class Address:
    """One place as a person reads it."""

    name: str
    where: str
    km: str
    call: Call | None
    url: str | None
    about: tuple[str, ...]


class Addresses:
    """Handlers of `/adresses`: for a finished interview, when the operator gave local places."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def ask(self, request: Request) -> Response:
        """One field: a town or a postcode."""
        return await self._page(request, None)

    async def find(self, request: Request) -> Response:
        """What is near, by theme. By POST: a town must not stay in a browser's history."""
        form = await self.site.form(request)
        return await self._page(request, form.get("near").strip()[:LONGEST])

    async def _page(self, request: Request, near: str | None) -> Response:
        view = await self.site.view(guard.person(request))
        done = view is not None and view.position.finished and view.position.closed is None
        inside = await self.site.directory() if done else None
        if view is None or inside is None:
            return self.site.pages.go("/chat")
        reader = self.site.reader(request, view.interview.language)
        here = partial(_found, inside, view, near or "", reader)
        found, known = await self.site.look(here)
        return self.site.pages.show(
            reader, "addresses.html", near=near or "", asked=bool(near), known=known, found=found
        )


def _found(
    inside: Directory, view: View, near: str, reader: Reader, tx: Transaction
) -> tuple[list[tuple[str, list[Address]]], bool]:
    """(name of the theme, places), and whether the town is known."""
    if not near:
        return [], True
    today = datetime.fromtimestamp(tx.now, UTC).date()
    found, known = [], True
    for theme in themes_for(restitution_of(view).advice, inside):
        hits = search(inside, today, themes=[theme], near=near, fresh_only=True, limit=40)
        known = known and hits.known
        if hits.local:
            title = reader.texts.gettext("map", inside.themes[theme])
            shown = _best(hits.local, reader.texts.language)[:PER_THEME]
            found.append((title, [_address(each, reader) for each in shown]))
    return found, known


def _best(hits: Sequence[Hit], language: str) -> list[Hit]:
    """Whoever speaks the person's language first, then what is free, then what is near."""

    def place(hit: Hit) -> tuple[bool, bool]:
        return language not in ("fr", *hit.place.languages), not hit.place.free

    return sorted(hits, key=place)


def _address(hit: Hit, reader: Reader) -> Address:
    place, t = hit.place, reader.texts.gettext
    names = {
        **Locale.parse(locales.babel(reader.texts.written)).languages,
        SIGN_LANGUAGE: t("web", "langue des signes"),
    }
    spoken = ", ".join(names.get(each, each) for each in place.languages)
    about = [t("web", "Gratuit") if place.free else place.cost, place.hours, spoken]
    town = f"{place.postcode} {place.commune}"
    return Address(
        name=place.name,
        where=f"{place.address}, {town}" if place.address else town,
        km=t("web", "à {km} km").format(km=max(1, round(hit.km))) if hit.km is not None else "",
        call=Call(place.phone, "tel:" + place.phone.replace(" ", ""), False)
        if place.phone else None,
        url=place.url, about=tuple(each for each in about if each),
    )  # fmt: skip
