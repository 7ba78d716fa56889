"""`/pro`: sign in, enter a code, the worklist, the brief."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import auth, orientation, planning, reading
from api.auth import OwnForm
from api.deps import AnyVisitor, CookieToken, Here, Service, Visitor
from api.errors import Refused
from api.identity import Away
from api.origin import From
from api.pages.practitioner import tests
from api.pages.practitioner.view import in_list, seen
from api.pages.rendering import STATIC, Page, Show, static
from api.routes.briefs import paper
from restitution import visit
from restitution.directory import themes_for
from store.access import LONGEST_LIST
from store.accounts import Professional
from store.tries import TooManyTries

router = APIRouter(prefix="/pro", include_in_schema=False)


@router.get("/static/{name}")
async def file(name: str) -> Response:
    """The style sheet and the script."""
    if name not in STATIC:
        raise Refused("not_found")
    kept = {"Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff"}  # fmt: skip
    return Response(static(name), media_type=STATIC[name], headers=kept)


# -- signing in ----------------------------------------------------------------------------------


@router.get("/connexion")
async def door(request: Request, show: Page, here: Here) -> Response:
    """The sign-in page."""
    token = auth.browser(request, here)
    fresh = token or auth.new_door()
    page = show.plain("practitioner/sign_in.html", problem="", email="",
                      csrf=auth.proof(here, fresh), provider=provider(here))  # fmt: skip
    if not token:
        auth.keep(page, here, auth.DOOR, fresh, None)
    return page


@router.post("/connexion", dependencies=[OwnForm])
async def enter(
    here: Here, show: Page, came: From, email: Annotated[str, Form()],
    password: Annotated[str, Form()],
) -> Response:  # fmt: skip
    """Sign in; a wrong password says so without saying which part is wrong."""

    def again(status: int, code: str) -> Response:
        return show("practitioner/sign_in.html", status, problem=Refused(code).message,
                    email=email, provider=provider(here))  # fmt: skip

    try:
        entry = await auth.sign_in(here, email, password, came)
    except Refused as error:
        return again(401, error.code)
    except TooManyTries:
        return again(429, "too_many_tries")
    answer = RedirectResponse(_NEXT[entry.stage], 303)
    # Known by this browser only once every factor was given.
    return auth.let_in(answer, here, entry.token, email, came if entry.stage == "in" else None)


_NEXT = {"in": "/pro", "second": "/pro/second", "enrol": "/pro/compte/second"}


def provider(here: Service) -> str:
    """What the button of the identity provider says; « » without one."""
    if here.federation is None:
        return ""
    psc = here.federation.provider.profile == "psc"
    return "Pro Santé Connect" if psc else "Compte de mon organisation"


@router.post("/sortie", dependencies=[OwnForm])
async def leave(me: AnyVisitor, token: CookieToken, show: Page, here: Here) -> Response:
    """Sign out, here and at the identity provider when it let them in."""
    hint = await auth.sign_out(here, token)
    answer = await _farewell(here, show, hint) if hint else RedirectResponse("/pro/connexion", 303)
    return auth.goodbye(answer, here)


async def _farewell(here: Service, show: Show, hint: bytes) -> Response:
    after = RedirectResponse("/pro/connexion", 303)
    if here.federation is None:
        return after
    try:
        on = await here.federation.way_home(
            hint.decode(), f"{here.config.public_url}/pro/connexion"
        )
    except Away:
        return after
    # Not a redirect: it would answer a form, and our forms only go to our own pages.
    return show("account/goodbye.html", on=on) if on else after


# -- reading -------------------------------------------------------------------------------------


@router.get("")
async def home(me: AnyVisitor, show: Page, here: Here) -> Response:
    """A code to enter, and what was shared ahead of the visit."""
    if me.role != "practitioner":
        return RedirectResponse(_HOMES[me.role], 303)
    return await _home(me, show, here)


_HOMES = {"outreach": "/terrain", "volunteer": "/terrain", "admin": "/pro/equipe",
          "auditor": "/pro/trace"}  # fmt: skip


async def _home(
    me: Professional, show: Show, here: Service, problem: str = "", status: int = 200
) -> Response:
    work, watch = await reading.worklist(here, me)
    top = await asyncio.to_thread(lambda: [in_list(each.brief) for each in work])
    return show("practitioner/home.html", status, me=me, problem=problem, longest=LONGEST_LIST,
                watch=watch, work=list(zip(work, top, strict=True)))  # fmt: skip


@router.post("/code", dependencies=[OwnForm])
async def by_code(
    me: Visitor, show: Page, here: Here, came: From, code: Annotated[str, Form()] = ""
) -> Response:
    """Open the brief of a code; spaces, dashes, lower case and O for 0 do not matter."""
    try:
        return RedirectResponse(
            f"/pro/bilan/{await reading.open_code(here, me, code, came.source)}", 303
        )
    except Refused as error:
        return await _home(me, show, here, error.message, error.status)
    except TooManyTries:
        return await _home(me, show, here, Refused("too_many_tries").message, 429)


@router.get("/bilan/{brief_id}.pdf")
async def on_paper(brief_id: str, me: Visitor, here: Here) -> Response:
    """One A4, nothing confidential on it."""
    return paper(await reading.paper(here, me, brief_id))


@router.get("/bilan/{brief_id}/fiche.pdf")
async def fiche(brief_id: str, me: Visitor, here: Here) -> Response:
    """The sheet to spot risks: one A4, pre-filled, nothing confidential on it."""
    return paper(await reading.fiche(here, me, brief_id), "fiche")


@router.get("/bilan/{brief_id}")
async def brief(brief_id: str, me: Visitor, show: Page, here: Here) -> Response:
    """Thirty seconds before the visit."""
    read = await reading.read(here, me, brief_id, "read brief")
    help_ = visit.load()
    inside, _ = await orientation.find(here, limit=0)
    flags = [each for each in read.brief.flags if not each.confidential]
    maps = [(each, inside.themes[each]) for each in themes_for(flags, inside)]
    return show("practitioner/brief.html", me=me, read=read, brief=read.brief,
                seen=seen(read.brief), rates=help_.billing, billing=help_.billing.of(me.profession),
                sheets=help_.sheets.about(theme for theme, level in read.brief.themes if level),
                maps=maps, tests=await tests.of_brief(here, me, read),
                planned=await planning.validated(here, me, brief_id))  # fmt: skip
