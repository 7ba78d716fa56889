"""What every route may ask for, as type aliases that read like words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeVar

import msgspec
from fastapi import Depends, Request

from api.errors import Refused
from flows.loading import Shelf
from restitution.model import Brief
from store import access
from store.access import Professional
from store.repository import Store, Transaction
from store.writer import Writer

COOKIE = "pro"
T = TypeVar("T")


@dataclass(frozen=True)
class Config:
    """Where people reach us, and whether over HTTPS."""

    public_url: str
    secure_cookies: bool = True


@dataclass(frozen=True)
class Service:
    """What the routes work with."""

    store: Store
    writer: Writer
    shelf: Shelf
    config: Config


def service(request: Request) -> Service:
    """The service this application was made with."""
    found: Service = request.app.state.professionals
    return found


Here = Annotated[Service, Depends(service)]


def token_of(request: Request) -> str:
    """The session's token: a bearer for machines, a cookie for pages."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" else request.cookies.get(COOKIE, "")


async def professional(request: Request, here: Here) -> Professional:
    """Who is signed in; otherwise 401."""
    token = token_of(request)
    found = await here.writer.look(lambda tx: access.signed_in(tx, token)) if token else None
    if found is None:
        raise Refused("sign_in")
    return found


async def practitioner(me: Annotated[Professional, Depends(professional)]) -> Professional:
    """Somebody who may read briefs: an outreach worker never sees answers."""
    if me.role != "practitioner":
        raise Refused("not_found")
    return me


Me = Annotated[Professional, Depends(practitioner)]
Anyone = Annotated[Professional, Depends(professional)]


async def sign_in(here: Service, email: str, password: str) -> str:
    """A session's token; raises `Refused` for a wrong password or too many tries."""
    import asyncio

    def known(tx: Transaction) -> tuple[str | None, str]:
        access.check_tries(tx, email.lower(), "password")
        return access.password_hash(tx, email)

    who, kept = await here.writer.look(known)
    if not await asyncio.to_thread(access.right_password, kept, password) or who is None:
        await here.writer.run(lambda tx: access.wrong(tx, email.lower(), "password"))
        raise Refused("wrong_password")
    account = who
    return await here.writer.run(lambda tx: access.sign_in(tx, account))


async def open_code(here: Service, me: Professional, typed: str) -> str:
    """The id of the brief this code opens; raises `Refused`."""
    from store.codes import read_code

    code = read_code(typed)
    if code is None:
        raise Refused("bad_code")

    def work(tx: Transaction) -> str | None:
        return access.open_by_code(tx, me.id, code)

    found = await here.writer.run(work)
    if found is None:
        raise Refused("wrong_code")
    return found


async def read(here: Service, me: Professional, brief_id: str, action: str) -> Brief:
    """The brief, its reading recorded in the same transaction; raises `Refused`."""
    found = await here.writer.run(lambda tx: access.read_brief(tx, me, brief_id, action))
    if found is None:
        raise Refused("not_found")
    return msgspec.json.decode(found.brief, type=Brief)


def urgent_first(briefs: list[tuple[access.Opened, Brief]]) -> list[tuple[access.Opened, Brief]]:
    """The worklist's order: urgent answers, then the newest."""
    return sorted(briefs, key=lambda each: (not each[1].urgent, -each[0].made_at))


async def worklist(here: Service, me: Professional) -> list[tuple[access.Opened, Brief]]:
    """What was shared with this professional or their centre, urgent first."""
    found = await here.writer.run(lambda tx: access.worklist(tx, me))
    return urgent_first([(each, msgspec.json.decode(each.brief, type=Brief)) for each in found])
