"""What every route may ask for, as type aliases that read like words.

All are coroutines: FastAPI runs plain functions in a thread each, which costs more than they do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import Refused
from api.identity import Provider
from flows.loading import Shelf
from restitution.directory import Directory
from restitution.library import Library
from store import accounts, sessions
from store.accounts import Professional
from store.places import Kept
from store.repository import Store, Transaction
from store.writer import Writer

if TYPE_CHECKING:
    from api.federation import Federation


@dataclass(frozen=True)
class Config:
    """Where people reach us, and whether over HTTPS."""

    public_url: str
    secure_cookies: bool = True
    second_factor: frozenset[str] = frozenset()
    """Roles that sign in with a second factor or not at all."""
    oidc: Provider | None = None
    """Who else may say who somebody is."""

    def cookie(self, name: str) -> str:
        """Its name on the wire. Over HTTPS a prefix no other host of the domain can set."""
        return f"__Host-{name}" if self.secure_cookies else name


Handed = Callable[[Transaction, str], None]
"""Tells a person (by their interview) that something waits for them, where they talk with us."""


def nobody_told(tx: Transaction, interview: str) -> None:
    """Where no channel is open: the person finds it on their own page."""


@dataclass(frozen=True)
class Service:
    """What the routes work with."""

    store: Store
    writer: Writer
    shelf: Shelf
    config: Config
    library: Library
    places: Kept[Directory]
    handed: Handed = nobody_told
    """A validated plan waits for the person."""
    asked: Handed = nobody_told
    """A second-line test was sent."""
    checking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    """Passwords checked at once: each takes 19 MiB and a core on purpose."""
    federation: Federation | None = None


async def service(request: Request) -> Service:
    """The service these routes were made with."""
    found: Service = request.state.professionals
    return found


Here = Annotated[Service, Depends(service)]

_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="professional",
    description="The token of `POST /api/v1/sessions`.",
)


async def bearer_token(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> str:
    """A machine's session. Never a cookie: another site could make a browser send that."""
    return bearer.credentials if bearer else ""


async def cookie_token(request: Request, here: Here) -> str:
    """A browser's session."""
    return request.cookies.get(here.config.cookie("pro"), "")


BearerToken = Annotated[str, Depends(bearer_token)]
CookieToken = Annotated[str, Depends(cookie_token)]


async def _who(here: Service, token: str, stages: tuple[str, ...] = ("in",)) -> Professional:
    def work(tx: Transaction) -> Professional | None:
        return accounts.signed_in(tx, token, stages)

    found = await here.writer.look(work) if token else None
    if found is None:
        raise Refused("sign_in")
    if found.seen_at <= here.store.clock() - sessions.TOUCH:
        await here.writer.run(lambda tx: sessions.touch(tx, token))
    return found


def _only(me: Professional, *roles: str) -> Professional:
    """For other roles there is nothing here."""
    if me.role not in roles:
        raise Refused("not_found")
    return me


async def by_bearer(here: Here, token: BearerToken) -> Professional:
    """Whoever this machine speaks for; otherwise 401."""
    return await _who(here, token)


async def by_cookie(here: Here, token: CookieToken) -> Professional:
    """Whoever sits at this browser; otherwise they are sent to sign in."""
    return await _who(here, token)


async def halfway(here: Here, token: CookieToken) -> Professional:
    """Whoever gave the password, and still owes the second factor."""
    return await _who(here, token, ("second",))


async def setting_up(here: Here, token: CookieToken) -> Professional:
    """Whoever may set up a second factor: signed in, or let in for that only."""
    return _only(await _who(here, token, ("in", "enrol")), *ACCOUNTS)


def _lately(here: Service, me: Professional) -> Professional:
    """Whoever proved to be themselves some minutes ago; otherwise they are asked to again."""
    if me.stage == "in" and me.proved_at <= here.store.clock() - sessions.PROVEN:
        raise Refused("prove_again")
    return me


ACCOUNTS = tuple(each for each in accounts.ROLES if each != "volunteer")
"""Roles with an account of their own to look after; a volunteer's is gone at midnight."""
AnyCaller = Annotated[Professional, Depends(by_bearer)]
AnyVisitor = Annotated[Professional, Depends(by_cookie)]
Halfway = Annotated[Professional, Depends(halfway)]
SettingUp = Annotated[Professional, Depends(setting_up)]


async def proven_setting_up(me: SettingUp, here: Here) -> Professional:
    """The same, proven lately."""
    return _lately(here, me)


ProvenSettingUp = Annotated[Professional, Depends(proven_setting_up)]


async def reading_caller(me: AnyCaller) -> Professional:
    """A machine that may read briefs."""
    return _only(me, "practitioner")


async def reading_visitor(me: AnyVisitor) -> Professional:
    """A person at a browser who may read briefs."""
    return _only(me, "practitioner")


async def field_visitor(me: AnyVisitor) -> Professional:
    """A person at a browser who prepares campaigns."""
    return _only(me, "practitioner", "outreach")


async def counting_visitor(me: AnyVisitor) -> Professional:
    """A person at a browser who may see how many answered."""
    return _only(me, "practitioner", "outreach", "volunteer")


async def administrator(me: AnyVisitor) -> Professional:
    """A person at a browser who manages the accounts of their organisation."""
    return _only(me, "admin")


async def auditor(me: AnyVisitor) -> Professional:
    """A person at a browser who reads the trail of their organisation."""
    return _only(me, "auditor")


async def owner(me: AnyVisitor) -> Professional:
    """A person at a browser with an account to look after."""
    return _only(me, *ACCOUNTS)


async def answerable(me: AnyVisitor) -> Professional:
    """A person at a browser who answers for the readings of their organisation."""
    return _only(me, "admin", "auditor")


Caller = Annotated[Professional, Depends(reading_caller)]
Visitor = Annotated[Professional, Depends(reading_visitor)]
FieldVisitor = Annotated[Professional, Depends(field_visitor)]
CountingVisitor = Annotated[Professional, Depends(counting_visitor)]
Administrator = Annotated[Professional, Depends(administrator)]
Auditor = Annotated[Professional, Depends(auditor)]
Answerable = Annotated[Professional, Depends(answerable)]
Owner = Annotated[Professional, Depends(owner)]


async def proven_owner(me: Owner, here: Here) -> Professional:
    """The same, proven lately."""
    return _lately(here, me)


ProvenOwner = Annotated[Professional, Depends(proven_owner)]
