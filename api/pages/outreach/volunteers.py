"""`/terrain`: accounts for one day. A volunteer sees how many answered, never an answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import auth
from api.auth import OwnForm
from api.deps import FieldVisitor, Here
from api.errors import Refused
from api.origin import From
from api.pages.account.door import at_the_door
from api.pages.rendering import Page
from store import team
from store.repository import Transaction
from store.sessions import open_session
from store.trail import audit

router = APIRouter(prefix="/terrain", include_in_schema=False)


@router.post("/benevole", dependencies=[OwnForm])
async def admit(
    me: FieldVisitor, show: Page, here: Here, name: Annotated[str, Form(max_length=120)] = ""
) -> Response:
    """A link for one volunteer, shown this once; it ends at midnight."""
    named = " ".join(name.split())
    if not named:
        raise Refused("not_readable")
    made = await here.writer.run(lambda tx: team.volunteer(tx, me, named))
    if made is None:
        # Without a centre there is nothing a volunteer could count.
        raise Refused("not_found")
    link = f"{here.config.public_url}/terrain/jour/{made[0]}"
    return show("outreach/volunteer.html", me=me, name=named, link=link)


@router.get("/jour/{link}")
async def look(link: str, request: Request, show: Page, here: Here) -> Response:
    """Looking at the link does not use it up: messengers look first."""
    found = await here.writer.look(lambda tx: team.admitted(tx, link, ("day",)))
    if found is None:
        raise Refused("not_found")
    return at_the_door(request, show, "outreach/day.html", who=found)


@router.post("/jour/{link}", dependencies=[OwnForm])
async def begin(link: str, here: Here, came: From) -> Response:
    """The link is used up; the day begins."""

    def work(tx: Transaction) -> str | None:
        found = team.use(tx, link, ("day",))
        if found is None:
            return None
        audit(tx, found.who, "day by link")
        return open_session(tx, found.who, came.browser)

    session = await here.writer.run(work)
    if session is None:
        raise Refused("not_found")
    return auth.let_in(RedirectResponse("/terrain", 303), here, session)
