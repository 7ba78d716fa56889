"""`/pro/equipe` for an organisation's administrator, `/pro/trace` for its auditor."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from api.auth import OwnForm
from api.deps import Administrator, Answerable, Auditor, Here, Service
from api.errors import Refused
from api.pages.account.words import ACTIONS, ROLES, STATES
from api.pages.rendering import Page, Show
from store import consent, team, watching
from store.accounts import Professional
from store.repository import Transaction
from store.watching import Watch

router = APIRouter(prefix="/pro", include_in_schema=False)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@router.get("/equipe")
async def members(me: Administrator, show: Page, here: Here) -> Response:
    """The accounts of my organisation."""
    return await _members(me, show, here)


async def _members(
    me: Professional, show: Show, here: Service, problem: str = "", link: str = "", whose: str = ""
) -> Response:
    def work(tx: Transaction) -> tuple[list[team.Member], Watch | None]:
        return team.members(tx, me), watching.watch(tx, me.centre_id)

    found, watch = await here.writer.look(work)
    address = f"{here.config.public_url}/pro/invitation/{link}" if link else ""
    return show("account/team.html", 422 if problem else 200, me=me, members=found,
                problem=problem, link=address, whose=whose, roles=ROLES, states=STATES,
                invited=team.INVITED, watch=watch)  # fmt: skip


@router.post("/equipe/veille", dependencies=[OwnForm])
async def name_watcher(
    me: Administrator, show: Page, here: Here,
    who: Annotated[str, Form(max_length=watching.LONGEST)] = "",
    hours: Annotated[str, Form(max_length=watching.LONGEST)] = "",
) -> Response:  # fmt: skip
    """Who reads the urgent briefs of my centre, and when: it receives none before."""
    if not (who.strip() and hours.strip()):
        return await _members(me, show, here, Refused("empty_watch").message)
    await here.writer.run(lambda tx: team.name_watcher(tx, me, who, hours))
    return RedirectResponse("/pro/equipe", 303)


@router.post("/equipe", dependencies=[OwnForm])
async def invite(
    me: Administrator, show: Page, here: Here,
    email: Annotated[str, Form(max_length=200)] = "",
    name: Annotated[str, Form(max_length=120)] = "",
    profession: Annotated[str, Form(max_length=80)] = "",
    role: Annotated[str, Form(max_length=20)] = "",
    rpps: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    """A new account; its link is shown this once, to be handed over."""
    named, number = " ".join(name.split()), "".join(rpps.split())
    readable = _EMAIL.fullmatch(email.strip()) and named and role in team.INVITED
    if not readable or not re.fullmatch(r"(\d{11})?", number, re.ASCII):
        return await _members(me, show, here, Refused("bad_account").message)

    def work(tx: Transaction) -> str | None:
        return team.invite(tx, me, email, named, profession.strip() or ROLES[role], role, number)

    try:
        link = await here.writer.run(work)
    except OSError:
        return await _members(me, show, here, Refused("bad_account").message)
    return await _members(me, show, here, link=link or "", whose=named)


@router.post("/equipe/{who}/lien", dependencies=[OwnForm])
async def reset(who: str, me: Administrator, show: Page, here: Here) -> Response:
    """For somebody who lost everything: a new link, to be handed over in person."""

    def work(tx: Transaction) -> tuple[str, str] | None:
        found = team.member(tx, me, who)
        link = team.reset(tx, me, who)
        return (link, found.name) if link and found else None

    done = await here.writer.run(work)
    if done is None:
        raise Refused("not_found")
    return await _members(me, show, here, link=done[0], whose=done[1])


@router.post("/equipe/{who}/sessions", dependencies=[OwnForm])
async def end_sessions(who: str, me: Administrator, here: Here) -> Response:
    """Sign somebody out everywhere."""
    return await _done(here, lambda tx: team.end_sessions(tx, me, who))


@router.post("/equipe/{who}/arret", dependencies=[OwnForm])
async def deactivate(who: str, me: Administrator, here: Here) -> Response:
    """The account ends now."""
    return await _done(here, lambda tx: team.deactivate(tx, me, who))


async def _done(here: Service, work: Callable[[Transaction], bool]) -> Response:
    if not await here.writer.run(work):
        raise Refused("not_found")
    return RedirectResponse("/pro/equipe", 303)


@router.get("/signalements")
async def contested(me: Answerable, show: Page, here: Here) -> Response:
    """Readings by my organisation's accounts that their patients say were not right."""
    found = await here.writer.look(lambda tx: consent.contested(tx, me.centre_id))
    return show("account/contested.html", me=me, found=found, actions=ACTIONS)


@router.get("/trace")
async def trace(me: Auditor, show: Page, here: Here) -> Response:
    """Who did what, when, in my organisation. No content."""
    lines = await here.writer.look(lambda tx: team.trace(tx, me))
    return show("account/trace.html", me=me, lines=lines, actions=ACTIONS,
                longest=team.LONGEST_TRACE)  # fmt: skip
