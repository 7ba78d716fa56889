"""Signing in with Pro Santé Connect, or another identity provider."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import auth
from api.deps import Here, Service
from api.errors import Refused
from api.identity import Away, NotProven, Secrets
from api.origin import From
from api.pages.rendering import Page
from store import accounts, factors
from store.factors import CHALLENGE
from store.repository import Transaction
from store.sessions import open_session
from store.trail import audit

if TYPE_CHECKING:
    from api.federation import Federation

router = APIRouter(prefix="/pro/federation", include_in_schema=False)
COOKIE = "federation"
"""Held by the browser between leaving and coming back; not « strict », or it would stay away."""
log = structlog.get_logger()


@router.get("")
async def leave(here: Here) -> Response:
    """Off to the provider."""
    federation = _federation(here)
    token = secrets.token_urlsafe(32)
    try:
        address = await federation.way_out(_derived(here, token))
    except Away:
        raise Refused("provider_away") from None
    await here.writer.run(lambda tx: factors.once(tx, COOKIE, token))
    answer = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
    auth.keep(answer, here, COOKIE, token, CHALLENGE, strict=False)
    return answer


@router.get("/retour")
async def back(request: Request, show: Page, here: Here, came: From) -> Response:
    """Back from the provider: who they are must be proven, and somebody must have admitted them."""
    federation = _federation(here)
    token = request.cookies.get(here.config.cookie(COOKIE), "")
    # Used up whatever comes of it: what was seen once on the way serves nobody again.
    held: bool = await here.writer.run(lambda tx: factors.serve_once(tx, COOKIE, token))
    if not held:
        raise Refused("not_proven")
    told = dict(request.query_params)
    try:
        found = await federation.identity(told, _derived(here, token), here.store.clock())
    except NotProven as error:
        log.warning("a sign-in with the identity provider was refused", error=str(error))
        raise Refused("not_proven") from None
    except Away:
        raise Refused("provider_away") from None

    def admitted(tx: Transaction) -> str | None:
        who = accounts.known_as(tx, found.subject)
        if who is None:
            return None
        audit(tx, who, "sign in")
        return open_session(tx, who, came.browser, sealed=found.id_token.encode())

    session = await here.writer.run(admitted)
    if session is None:
        raise Refused("not_admitted")
    # Not a redirect: after one that began elsewhere browsers would hold back a strict cookie.
    answer = show.plain("account/welcome.html", on="/pro")
    auth.forget(answer, here, COOKIE)
    return auth.let_in(answer, here, session)


def _federation(here: Service) -> Federation:
    if here.federation is None:
        raise Refused("not_found")
    return here.federation


def _derived(here: Service, token: str) -> Secrets:
    """State, nonce and verifier of one way out and back, from what the browser holds."""
    made = (here.store.keys.hash(f"federation {each}", token).hex()
            for each in ("state", "nonce", "verifier"))  # fmt: skip
    return Secrets(*made)
