"""`/pro/compte`: one's sessions, password, second factor, recovery codes."""

from __future__ import annotations

import asyncio
from typing import Annotated

import segno
from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api import auth
from api.auth import OwnForm
from api.deps import CookieToken, Here, Owner, ProvenOwner, ProvenSettingUp, Service
from api.errors import Refused
from api.origin import From
from api.pages.rendering import Page, Show
from store import accounts, factors, sessions, tries
from store.accounts import Professional
from store.repository import Transaction
from store.tries import TooManyTries

router = APIRouter(prefix="/pro/compte", include_in_schema=False)


@router.get("")
async def account(me: Owner, show: Page, here: Here) -> Response:
    """Where I am signed in, and how."""
    return await page(me, show, here)


async def page(me: Professional, show: Show, here: Service, code: str = "") -> Response:
    """The account as it is, with what went wrong by its code."""

    def work(tx: Transaction) -> dict[str, object]:
        return {
            "sessions": sessions.sessions(tx, me.id),
            "digits": factors.has_digits(tx, me.id),
            "codes": factors.codes_left(tx, me.id),
            "passkeys": factors.passkeys(tx, me.id),
            "local": bool(accounts.account(tx, me.id).password_hash),
        }

    problem = Refused(code) if code else None
    found = await here.writer.look(work)
    required = me.role in here.config.second_factor
    return show("account/mine.html", problem.status if problem else 200, me=me, required=required,
                problem=problem.message if problem else "", **found)  # fmt: skip


# -- sessions --------------------------------------------------------------------------------------


@router.post("/session/{name}/fin", dependencies=[OwnForm])
async def end_one(name: str, me: ProvenOwner, here: Here) -> Response:
    """End one of my sessions."""
    if not await here.writer.run(lambda tx: sessions.end(tx, me.id, name)):
        raise Refused("not_found")
    # This one, perhaps: then the page itself sends back to the door.
    return RedirectResponse("/pro/compte", 303)


@router.post("/partout", dependencies=[OwnForm])
async def end_every(me: ProvenOwner, here: Here) -> Response:
    """Sign out everywhere, here included."""
    await here.writer.run(lambda tx: sessions.end_all(tx, me.id))
    answer = RedirectResponse("/pro/connexion", 303)
    return auth.goodbye(answer, here)


# -- password --------------------------------------------------------------------------------------


@router.post("/mot-de-passe", dependencies=[OwnForm])
async def change(
    me: Owner, show: Page, here: Here, came: From,
    old: Annotated[str, Form(max_length=200)] = "", new: Annotated[str, Form(max_length=200)] = "",
) -> Response:  # fmt: skip
    """A new password, for whoever knows the old one; every session ends, this one too."""
    if len(new) < accounts.SHORTEST_PASSWORD:
        return await page(me, show, here, "short_password")
    try:
        if not await auth.knows_password(here, me, old, came):
            return await page(me, show, here, "wrong_password")
    except TooManyTries:
        return await page(me, show, here, "too_many_tries")
    async with here.checking:
        kept = await asyncio.to_thread(accounts.hashed, new)
    await here.writer.run(lambda tx: accounts.change_password(tx, me.id, kept, "change password"))
    answer = RedirectResponse("/pro/connexion", 303)
    return auth.goodbye(answer, here)


# -- second factor ---------------------------------------------------------------------------------


@router.get("/second")
async def scan(me: ProvenSettingUp, show: Page, here: Here) -> Response:
    """A QR code to scan, and the first code to type."""
    return await _scan(me, show, here)


async def _scan(me: Professional, show: Show, here: Service, code: str = "") -> Response:
    secret = await here.writer.run(lambda tx: factors.begin(tx, me.id))
    if secret is None:
        return RedirectResponse("/pro/compte", 303)
    drawn = segno.make(factors.address(secret, me.email)).svg_data_uri(scale=4, dark="#000",
                                                                       light="#fff")  # fmt: skip
    spaced = " ".join(secret[each : each + 4] for each in range(0, len(secret), 4))
    problem = Refused(code) if code else None
    return show("account/scan.html", problem.status if problem else 200, drawn=drawn,
                secret=spaced, problem=problem.message if problem else "")  # fmt: skip


@router.post("/second", dependencies=[OwnForm])
async def confirm(
    me: ProvenSettingUp, token: CookieToken, show: Page, here: Here, came: From,
    code: Annotated[str, Form(max_length=40)] = "",
) -> Response:  # fmt: skip
    """The first code: the second factor is on, the session renewed, recovery codes shown once."""

    def work(tx: Transaction) -> tuple[str, list[str]] | None:
        number = tries.begin(tx, me.id, "factor", came.source)
        if not factors.digits(tx, me.id, code, first=True):
            return None
        sessions.end_all(tx, me.id)
        full = accounts.sign_in(tx, me.id, number, came.browser)
        return full, factors.new_codes(tx, me.id)

    try:
        done = await here.writer.run(work)
    except TooManyTries:
        return await _scan(me, show, here, "too_many_tries")
    if done is None:
        return await _scan(me, show, here, "wrong_second")
    answer = show("account/codes.html", codes=done[1])
    return auth.let_in(answer, here, done[0], me.email, came)


@router.post("/second/retrait", dependencies=[OwnForm])
async def remove(
    me: Owner, show: Page, here: Here, came: From, code: Annotated[str, Form(max_length=40)] = ""
) -> Response:
    """No second factor any more, for whoever has it in hand; every session ends."""

    def work(tx: Transaction) -> bool:
        number = tries.begin(tx, me.id, "factor", came.source)
        if not factors.digits(tx, me.id, code):
            return False
        tries.right(tx, number)
        factors.remove_digits(tx, me.id)
        return True

    try:
        if not await here.writer.run(work):
            return await page(me, show, here, "wrong_second")
    except TooManyTries:
        return await page(me, show, here, "too_many_tries")
    answer = RedirectResponse("/pro/connexion", 303)
    return auth.goodbye(answer, here)


@router.post("/secours", dependencies=[OwnForm])
async def codes(
    me: Owner, show: Page, here: Here, came: From,
    password: Annotated[str, Form(max_length=200)] = "",
) -> Response:  # fmt: skip
    """A fresh sheet of recovery codes, shown this once, for whoever knows the password."""
    try:
        if not await auth.knows_password(here, me, password, came):
            return await page(me, show, here, "wrong_password")
    except TooManyTries:
        return await page(me, show, here, "too_many_tries")
    return show("account/codes.html", codes=await here.writer.run(
        lambda tx: factors.new_codes(tx, me.id)))  # fmt: skip
