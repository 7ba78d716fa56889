"""`/pro`: sign in, enter a code, the worklist, the brief."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.deps import COOKIE, Anyone, Here, Me, Service, open_code, read, sign_in, token_of, worklist
from api.errors import Refused
from api.pages.rendering import confidential, own_form, page, stylesheet, top_signals
from api.routes.briefs import pdf
from store import access
from store.access import TooManyTries

router = APIRouter(prefix="/pro", include_in_schema=False)


@router.get("/style.css")
async def style() -> Response:
    """Kept by browsers: its address changes with its content."""
    return Response(stylesheet(), media_type="text/css",
                    headers={"Cache-Control": "public, max-age=31536000, immutable"})  # fmt: skip


@router.get("/connexion")
async def door(request: Request) -> Response:
    """The sign-in page."""
    return page("sign_in.html", request, problem="", email="")


@router.post("/connexion")
async def enter(
    request: Request, here: Here, email: Annotated[str, Form()], password: Annotated[str, Form()]
) -> Response:
    """Sign in; a wrong password says so without saying which part is wrong."""
    own_form(request, here.config.public_url)
    try:
        token = await sign_in(here, email, password)
    except (Refused, TooManyTries) as error:
        problem = error.message if isinstance(error, Refused) else "Trop d'essais. Attendez."
        return page("sign_in.html", request, status=401, problem=problem, email=email)
    answer = RedirectResponse("/pro", 303)
    answer.set_cookie(COOKIE, token, max_age=access.SESSION, httponly=True, samesite="strict",
                      secure=here.config.secure_cookies, path="/")  # fmt: skip
    return answer


@router.post("/sortie")
async def leave(request: Request, me: Anyone, here: Here) -> Response:
    """Sign out."""
    own_form(request, here.config.public_url)
    token = token_of(request)
    await here.writer.run(lambda tx: access.sign_out(tx, token))
    answer = RedirectResponse("/pro/connexion", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("")
async def home(request: Request, me: Anyone, here: Here) -> Response:
    """A code to enter, and what was shared ahead of the visit."""
    if me.role != "practitioner":
        return RedirectResponse("/terrain", 303)
    return await _home(request, me, here)


async def _home(request: Request, me: Me, here: Service, problem: str = "") -> Response:
    work = await worklist(here, me)
    return page("home.html", request, status=422 if problem else 200, me=me, work=work,
                problem=problem)  # fmt: skip


@router.post("/code")
async def by_code(
    request: Request, me: Me, here: Here, code: Annotated[str, Form()] = ""
) -> Response:
    """Open the brief of a code; spaces, dashes and lower case do not matter."""
    own_form(request, here.config.public_url)
    try:
        return RedirectResponse(f"/pro/bilan/{await open_code(here, me, code)}", 303)
    except Refused as error:
        return await _home(request, me, here, error.message)


@router.get("/bilan/{brief_id}")
async def brief(brief_id: str, request: Request, me: Me, here: Here) -> Response:
    """Thirty seconds before the visit."""
    found = await read(here, me, brief_id, "read brief")
    return page("brief.html", request, me=me, brief=found, brief_id=brief_id,
                top=top_signals(found), alone=confidential(found))  # fmt: skip


@router.get("/bilan/{brief_id}.pdf")
async def paper(brief_id: str, me: Me, here: Here) -> Response:
    """One A4, nothing confidential on it."""
    return await pdf(brief_id, me, here)
