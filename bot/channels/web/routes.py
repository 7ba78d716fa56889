"""The patient's web chat, at `/`. Works without JavaScript; keeps but a cookie."""

from __future__ import annotations

from collections.abc import MutableMapping

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from bot.channels.web import papers
from bot.channels.web.accessibility import Accessibility
from bot.channels.web.addresses import Addresses
from bot.channels.web.ahead import PREFIX, Ahead
from bot.channels.web.assets import Asset
from bot.channels.web.config import WebConfig
from bot.channels.web.doors import Doors
from bot.channels.web.looks import Looks
from bot.channels.web.my_data import MyData
from bot.channels.web.offline import Offline
from bot.channels.web.plan import Plans
from bot.channels.web.privacy import Privacy
from bot.channels.web.questions import Questions
from bot.channels.web.resuming import Resuming
from bot.channels.web.site import Handler, Site, door, guarded
from bot.channels.web.sounds import Sounds
from bot.channels.web.talking import Talking
from bot.desk import Desk


def router(site: Site, talking: Talking) -> APIRouter:
    """Every page a patient opens."""
    offline = Offline(site)
    doors, paper = Doors(site), papers.Papers(site)
    plan, tests, addresses = Plans(site), Questions(site), Addresses(site)
    own, elsewhere = MyData(site), Resuming(site)
    made = APIRouter()
    reads: dict[str, Handler] = {
        "/": doors.start, "/r/{token}": doors.start, "/chat": talking.chat, "/quit": doors.quit,
        "/help": doors.help, "/appointment": doors.appointment,
        "/s/{token}": doors.link, "/code": paper.code, "/adresses": addresses.ask,
        "/discreet": paper.discreet, "/conseils.pdf": paper.advice, "/recu.pdf": paper.receipt,
        "/plan": plan.page, "/plan.pdf": plan.paper, "/questions/{test}": tests.page,
        "/confidentialite": Privacy(site).page, "/reprendre": elsewhere.page,
        "/accessibilite": Accessibility(site).page,
        "/c": doors.again,
        "/hors-ligne": offline.page, "/sw.js": offline.worker,
        PREFIX + "/{name}": talking.ahead.send,
        "/voix/{name}": Sounds(site).file,
        "/mes-donnees": own.page, "/mes-donnees.json": own.file, "/mes-donnees.pdf": own.paper,
    }  # fmt: skip
    acts: dict[str, Handler] = {
        "/say": talking.say, "/begin": talking.begin, "/s/{token}": doors.follow,
        "/questions/{test}": tests.say, "/adresses": addresses.find,
        "/reprendre": elsewhere.enter,
        "/affichage": Looks(site).change,
    }  # fmt: skip
    # What is said most comes first: routes are tried in their order.
    for method, handlers in (("POST", acts), ("GET", reads)):
        for path, handler in handlers.items():
            made.add_route(path, guarded(site, handler), methods=[method], include_in_schema=False)
    for asset in site.pages.assets:
        made.add_route(asset.address, _sends(asset), methods=["GET"], include_in_schema=False)
    return made


def mount(
    app: FastAPI, desk: Desk, config: WebConfig, doors: MutableMapping[tuple[str, str], ASGIApp]
) -> None:
    """Put the chat at the root of this application, before anything else it answers.

    Its routes join those of the application one by one: FastAPI looks through routers inside
    routers at each request, which takes as long as making the page. What is said most joins the
    application's `doors`.
    """
    site = Site(desk, config)
    talking = Talking(site, Ahead(site))
    app.router.routes.extend(router(site, talking).routes)
    doors["POST", "/say"] = door(site, talking.say)


def _sends(asset: Asset) -> Handler:
    async def send(request):  # type: ignore[no-untyped-def]
        return asset.sent(request)

    return send
