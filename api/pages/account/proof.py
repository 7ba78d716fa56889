"""`/pro/compte/preuve`: the password or a second factor once more, before how one signs in changes.

A screen left open must not be enough to add a key of somebody else's, or to take one's own away.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api import auth
from api.auth import OwnForm
from api.deps import CookieToken, Here, Owner, Service
from api.errors import Refused
from api.origin import From, Origin
from api.pages.rendering import Page, Show
from store import accounts, factors, sessions, tries
from store.accounts import Professional
from store.repository import Transaction
from store.tries import TooManyTries

router = APIRouter(prefix="/pro/compte", include_in_schema=False)


@router.get("/preuve")
async def ask(me: Owner, show: Page, here: Here) -> Response:
    """What this account can prove itself with."""
    return await _page(me, show, here)


async def _page(me: Professional, show: Show, here: Service, code: str = "") -> Response:
    def work(tx: Transaction) -> dict[str, bool]:
        return {
            "local": bool(accounts.account(tx, me.id).password_hash),
            "digits": factors.has_digits(tx, me.id),
            "passkeys": bool(factors.passkeys(tx, me.id)),
        }

    problem = Refused(code) if code else None
    return show("account/proof.html", problem.status if problem else 200, me=me,
                problem=problem.message if problem else "",
                **await here.writer.look(work))  # fmt: skip


@router.post("/preuve", dependencies=[OwnForm])
async def prove(
    me: Owner, token: CookieToken, show: Page, here: Here, came: From,
    password: Annotated[str, Form(max_length=200)] = "",
    code: Annotated[str, Form(max_length=10)] = "",
) -> Response:  # fmt: skip
    """For some minutes this session may change how one signs in."""
    try:
        if code:
            right = await _digits(here, me, code, came)
        else:
            right = await auth.knows_password(here, me, password, came)
    except TooManyTries:
        return await _page(me, show, here, "too_many_tries")
    if not right:
        return await _page(me, show, here, "wrong_second" if code else "wrong_password")
    await here.writer.run(lambda tx: sessions.prove(tx, token))
    return RedirectResponse("/pro/compte", 303)


async def _digits(here: Service, me: Professional, code: str, came: Origin) -> bool:
    def work(tx: Transaction) -> bool:
        number = tries.begin(tx, me.id, "factor", came.source)
        if not factors.digits(tx, me.id, code):
            return False
        tries.right(tx, number)
        return True

    return await here.writer.run(work)
