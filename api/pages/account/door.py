"""Doors beside the password: the second step, a link that serves once, a recovery code."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import auth
from api.auth import OwnForm
from api.deps import CookieToken, Halfway, Here
from api.errors import Refused
from api.origin import From
from api.pages.rendering import Page, Show
from store import accounts, factors, team, tries
from store.repository import Transaction
from store.tries import TooManyTries

router = APIRouter(prefix="/pro", include_in_schema=False)
_LINKS = ("join", "reset")


@router.get("/second")
async def ask_second(me: Halfway, show: Page) -> Response:
    """The password was right: now the six digits."""
    return show("account/second.html", problem="")


@router.post("/second", dependencies=[OwnForm])
async def second(
    me: Halfway, token: CookieToken, show: Page, here: Here, came: From,
    code: Annotated[str, Form(max_length=40)] = "",
) -> Response:  # fmt: skip
    """Six digits, or a recovery code."""
    try:
        full = await auth.second_step(here, me, token, code, came)
    except TooManyTries:
        return show("account/second.html", 429, problem=Refused("too_many_tries").message)
    if full is None:
        return show("account/second.html", 401, problem=Refused("wrong_second").message)
    return auth.let_in(RedirectResponse("/pro", 303), here, full, me.email, came)


# -- a link that serves once -----------------------------------------------------------------------


@router.get("/invitation/{link}")
async def invited(link: str, request: Request, show: Page, here: Here) -> Response:
    """Choose a password. Looking at the link does not use it up."""
    found = await here.writer.look(lambda tx: team.admitted(tx, link, _LINKS))
    if found is None:
        raise Refused("not_found")
    return at_the_door(request, show, "account/invitation.html", who=found, problem="")


@router.post("/invitation/{link}", dependencies=[OwnForm])
async def join(
    link: str, show: Page, here: Here, password: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """The password chosen: the link is used up, and one signs in with it."""
    found = await here.writer.look(lambda tx: team.admitted(tx, link, _LINKS))
    if found is None:
        raise Refused("not_found")
    if len(password) < accounts.SHORTEST_PASSWORD:
        problem = Refused("short_password").message
        return show("account/invitation.html", 422, who=found, problem=problem)
    async with here.checking:
        kept = await asyncio.to_thread(accounts.hashed, password)

    def work(tx: Transaction) -> None:
        used = team.use(tx, link, _LINKS)
        if used is None:
            raise Refused("not_found")
        accounts.change_password(tx, used.who, kept, f"{used.purpose} by link")

    await here.writer.run(work)
    return RedirectResponse("/pro/connexion", 303)


# -- a recovery code -------------------------------------------------------------------------------


@router.get("/oubli")
async def forgotten(request: Request, show: Page) -> Response:
    """The password is lost: a recovery code opens the account again."""
    return at_the_door(request, show, "account/forgotten.html", problem="", email="")


@router.post("/oubli", dependencies=[OwnForm])
async def recover(
    show: Page, here: Here, came: From,
    email: Annotated[str, Form(max_length=200)] = "",
    code: Annotated[str, Form(max_length=40)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
) -> Response:  # fmt: skip
    """A new password for whoever holds a recovery code; a wrong code says no more than that."""

    def refuse(code: str) -> Response:
        problem = Refused(code)
        return show("account/forgotten.html", problem.status, problem=problem.message, email=email)

    if len(password) < accounts.SHORTEST_PASSWORD:
        return refuse("short_password")
    try:
        number = await here.writer.run(lambda tx: accounts.knock(tx, email, came.source).number)
    except TooManyTries:
        return refuse("too_many_tries")
    async with here.checking:
        kept = await asyncio.to_thread(accounts.hashed, password)

    def work(tx: Transaction) -> bool:
        try:
            who = team.account_at(tx, email)
        except OSError:
            return False
        if not factors.recover(tx, who, code):
            return False
        tries.right(tx, number)
        accounts.change_password(tx, who, kept, "recover account")
        return True

    if not await here.writer.run(work):
        return refuse("wrong_recovery")
    return RedirectResponse("/pro/connexion", 303)


def at_the_door(request: Request, show: Show, template: str, **values: object) -> Response:
    """A page with a form for a browser that may not be signed in."""
    here = show.here
    token = auth.browser(request, here)
    fresh = token or auth.new_door()
    page = show.plain(template, 200, csrf=auth.proof(here, fresh), **values)
    if not token:
        auth.keep(page, here, auth.DOOR, fresh, None)
    return page
