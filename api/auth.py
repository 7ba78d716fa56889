"""Signing in, and forms that only our own pages can send."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import Depends, Form, Request, Response

from api import origin
from api.deps import Here, Service
from api.errors import Refused
from api.origin import Origin
from store import accounts, factors, tries
from store.accounts import SESSION, Professional
from store.repository import Transaction

log = structlog.get_logger()
DOOR = "door"
"""The cookie of a browser that has not signed in yet, for the sign-in form's own proof."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A session just opened, and how far it goes."""

    token: str
    stage: str
    """in · second (a code is asked for) · enrol (a second factor is set up first)."""


async def sign_in(here: Service, email: str, password: str, came: Origin) -> Entry:
    """A session. Raises `Refused`, or `TooManyTries`."""
    who, number = await _known(here, email, password, came)

    def work(tx: Transaction) -> Entry:
        stage = _stage(tx, here, who)
        return Entry(accounts.sign_in(tx, who, number, came.browser, stage), stage)

    return await here.writer.run(work)


async def sign_in_machine(
    here: Service, email: str, password: str, code: str | None, came: Origin
) -> str:
    """A machine's session, in one step: the six digits come along where they are asked for."""
    who, number = await _known(here, email, password, came)

    def work(tx: Transaction) -> str | Refused:
        stage = _stage(tx, here, who)
        if stage == "enrol":
            return Refused("enrol_first")
        if stage == "second":
            guess = tries.begin(tx, who, "factor", came.source)
            if not factors.digits(tx, who, code or ""):
                log.info("a second factor was refused")
                return Refused("second_factor")
            tries.right(tx, guess)
        return accounts.sign_in(tx, who, number, came.browser)

    given = await here.writer.run(work)
    if isinstance(given, Refused):
        raise given
    return given


async def _known(here: Service, email: str, password: str, came: Origin) -> tuple[str, tries.Try]:
    device = origin.device(here, email, came)
    knock = await here.writer.run(lambda tx: accounts.knock(tx, email, came.source, device))
    async with here.checking:
        right = await asyncio.to_thread(accounts.right_password, knock.password_hash, password)
    if not right or knock.who is None:
        log.info("a password was refused")
        raise Refused("wrong_password")
    return knock.who, knock.number


async def knows_password(here: Service, me: Professional, password: str, came: Origin) -> bool:
    """Is this the password of whoever is signed in? Counted like a try at the door."""
    knock = await here.writer.run(lambda tx: accounts.knock(tx, me.email, came.source))
    async with here.checking:
        right = await asyncio.to_thread(accounts.right_password, knock.password_hash, password)
    if right and knock.who == me.id:
        await here.writer.run(lambda tx: tries.right(tx, knock.number))
        return True
    return False


def _stage(tx: Transaction, here: Service, who: str) -> str:
    """How far a right password alone goes. Raises `Refused` where only a passkey will do."""
    if factors.has_digits(tx, who):
        return "second"
    if accounts.account(tx, who).role not in here.config.second_factor:
        return "in"
    if factors.passkeys(tx, who):
        # Setting up six digits here would let a stolen password do without the passkey.
        raise Refused("use_passkey")
    return "enrol"


async def second_step(
    here: Service, me: Professional, token: str, code: str, came: Origin
) -> str | None:
    """The full session for the six digits or a recovery code; None for a wrong one.

    The half-open session is replaced: its token opens nothing any more.
    """

    def work(tx: Transaction) -> str | None:
        number = tries.begin(tx, me.id, "factor", came.source)
        if not (factors.digits(tx, me.id, code) or factors.recover(tx, me.id, code)):
            log.info("a second factor was refused")
            return None
        accounts.sign_out(tx, token)
        return accounts.sign_in(tx, me.id, number, came.browser)

    return await here.writer.run(work)


async def sign_out(here: Service, token: str) -> bytes | None:
    """End this session; gives what the identity provider wants back, if it opened it."""
    return await here.writer.run(lambda tx: accounts.sign_out(tx, token))


def let_in(
    answer: Response, here: Service, token: str, email: str = "", came: Origin | None = None
) -> Response:
    """This browser now holds this session, and is known to the account next time."""
    keep(answer, here, "pro", token, SESSION)
    forget(answer, here, DOOR)
    if came is not None:
        keep(answer, here, origin.KNOWN, origin.known_as(here, email, came), origin.LASTS)
    return answer


def keep(
    response: Response, here: Service, name: str, value: str, lasts: int | None,
    strict: bool = True,
) -> None:  # fmt: skip
    """Set a cookie that no script and no other site can use.

    Not `strict`: it still comes along when somebody is sent back to us from elsewhere.
    """
    response.set_cookie(
        here.config.cookie(name), value, max_age=lasts, path="/", httponly=True,
        secure=here.config.secure_cookies, samesite="strict" if strict else "lax",
    )  # fmt: skip


def forget(response: Response, here: Service, name: str) -> None:
    """Take a cookie back. (Browsers refuse to touch a `__Host-` one unless told it is secure.)"""
    response.delete_cookie(
        here.config.cookie(name), path="/", secure=here.config.secure_cookies, httponly=True,
        samesite="strict",
    )  # fmt: skip


def goodbye(answer: Response, here: Service) -> Response:
    """This browser holds nothing of the session any more, not even a page it kept."""
    forget(answer, here, "pro")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def new_door() -> str:
    """A token for a browser we have not met."""
    return secrets.token_urlsafe(16)


def browser(request: Request, here: Service) -> str:
    """This browser's token: its session, else what stands at the door; « » for a new one."""
    cookies = request.cookies
    return cookies.get(here.config.cookie("pro")) or cookies.get(here.config.cookie(DOOR), "")


def proof(here: Service, token: str) -> str:
    """What a form of this session carries: nobody else can make it."""
    return here.store.keys.hash("form", token).hex()[:32]


async def own_form(request: Request, here: Here, csrf: Annotated[str, Form()] = "") -> None:
    """Refuse a form that this browser did not get from us."""
    token = browser(request, here)
    genuine = bool(token) and hmac.compare_digest(csrf.encode(), proof(here, token).encode())
    if not (genuine and _own_site(request)):
        raise Refused("foreign_form")


OwnForm = Depends(own_form)


def _own_site(request: Request) -> bool:
    """Our pages send no referrer, so browsers say « Origin: null » even of our own forms."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host", "")
