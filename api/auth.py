"""Signing in, and forms that only our own pages can send."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request, Response

from api.deps import Here, Service
from api.errors import Refused
from store import accounts

DOOR = "door"
"""The cookie of a browser that has not signed in yet, for the sign-in form's own proof."""


async def sign_in(here: Service, email: str, password: str) -> str:
    """A session's token. Raises `Refused`, or `TooManyTries`."""
    knock = await here.writer.run(lambda tx: accounts.knock(tx, email))
    async with here.checking:
        right = await asyncio.to_thread(accounts.right_password, knock.password_hash, password)
    who = knock.who
    if not right or who is None:
        raise Refused("wrong_password")
    return await here.writer.run(lambda tx: accounts.sign_in(tx, who, knock.number))


async def sign_out(here: Service, token: str) -> None:
    """End this session."""
    await here.writer.run(lambda tx: accounts.sign_out(tx, token))


def keep(response: Response, here: Service, name: str, value: str, lasts: int | None) -> None:
    """Set a cookie that no script and no other site can use."""
    response.set_cookie(
        here.config.cookie(name), value, max_age=lasts, path="/", httponly=True,
        secure=here.config.secure_cookies, samesite="strict",
    )  # fmt: skip


def forget(response: Response, here: Service, name: str) -> None:
    """Take a cookie back. (Browsers refuse to touch a `__Host-` one unless told it is secure.)"""
    response.delete_cookie(
        here.config.cookie(name), path="/", secure=here.config.secure_cookies, httponly=True,
        samesite="strict",
    )  # fmt: skip


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


def own_form(request: Request, here: Here, csrf: Annotated[str, Form()] = "") -> None:
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
