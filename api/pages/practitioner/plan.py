"""`/pro/bilan/…/plan`: the prevention plan, written with the person. Works without JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

import locales
from api import orientation, planning
from api.auth import OwnForm
from api.deps import Here, Service, Visitor
from api.errors import Refused
from api.pages.practitioner.plan_view import editor
from api.pages.rendering import Page, Show
from api.planning import Desk, Stale
from restitution import plan_choices
from restitution.directory import themes_for
from restitution.plan_text import plan_text
from restitution.ppp import Plan
from restitution.ppp_check import Problem, problems
from restitution.ppp_edit import act, read
from restitution.ppp_offers import Offer, nearby, offers
from store.accounts import Professional

router = APIRouter(prefix="/pro", include_in_schema=False)
MANY = 1_000_000
PLACES = 12
"""Local places offered at most."""


@router.get("/bilan/{brief_id}/plan")
async def plan(
    brief_id: str, me: Visitor, show: Page, here: Here,
    near: Annotated[str, Query(max_length=80)] = "",
) -> Response:  # fmt: skip
    """The plan as it stands: a draft to write on, or the validated version.

    `near`: a commune or postcode, to pick local places from.
    """
    desk = await planning.look(here, me, brief_id, "read plan")
    if not desk.locked:
        local = await _local(here, desk, near)
        return _editor(show, here, me, desk, desk.plan, local=local, near=near)
    assert desk.last is not None  # noqa: S101  a locked plan has a last version
    return show(
        "practitioner/plan_locked.html", me=me, desk=desk, plan=desk.plan,
        copy=plan_text(desk.plan, planning.signed(desk.last)),
        other=_other(desk.plan.language), shown=msgspec.json.encode(desk.plan).decode(),
    )  # fmt: skip


@router.post("/bilan/{brief_id}/plan", dependencies=[OwnForm])
async def write(
    request: Request, brief_id: str, me: Visitor, show: Page, here: Here,
    number: Annotated[int, Form(ge=1, le=MANY)], edit: Annotated[int, Form(ge=0, le=MANY)],
    shown: Annotated[str, Form()] = "", do: Annotated[str, Form()] = "save",
    near: Annotated[str, Form(max_length=80)] = "",
) -> Response:  # fmt: skip
    """One button. Whatever it is, everything on the page is saved with it."""
    desk = await planning.look(here, me, brief_id, None)
    form = await request.form()
    fields = {name: [str(each) for each in form.getlist(name)] for name in form}
    local = await _local(here, desk, near)
    written = _written(desk, shown, fields, do, here, local)
    wrong = problems(written, here.library) if do == "validate" else ()
    try:
        validates = do == "validate" and not wrong
        await planning.save(here, me, desk, written, number, edit, validates)
    except Stale:
        # Somebody else was faster: nothing is lost on either side, and nothing is overwritten.
        now = await planning.look(here, me, brief_id, None)
        return _editor(show, here, me, now, written, status=409, local=local, near=near)
    if wrong:
        now = await planning.look(here, me, brief_id, None)
        return _editor(show, here, me, now, now.plan, wrong, 422, local, near)
    again = f"?near={quote(near)}" if near and do != "validate" else ""
    return RedirectResponse(f"/pro/bilan/{brief_id}/plan{again}{_place(do, written)}", 303)


@router.get("/bilan/{brief_id}/plan/{number:int}.pdf")
async def on_paper(brief_id: str, number: int, me: Visitor, here: Here) -> Response:
    """A validated version on one A4, in French."""
    return _pdf(await planning.paper(here, me, brief_id, number))


@router.get("/bilan/{brief_id}/plan/{number:int}-bilingue.pdf")
async def on_paper_twice(brief_id: str, number: int, me: Visitor, here: Here) -> Response:
    """The same with the person's language."""
    return _pdf(await planning.paper(here, me, brief_id, number, both=True))


@router.get("/bilan/{brief_id}/plan/{number:int}.txt")
async def as_text(brief_id: str, number: int, me: Visitor, here: Here) -> Response:
    """The same for the practice's own software."""
    made = await planning.text(here, me, brief_id, number)
    named = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="plan.txt"',
             "X-Content-Type-Options": "nosniff"}  # fmt: skip
    return Response(made.encode(), media_type="text/plain; charset=utf-8", headers=named)


def _written(
    desk: Desk, shown: str, fields: dict[str, list[str]], do: str, here: Service,
    local: Sequence[Offer],
) -> Plan:  # fmt: skip
    """What the form says, and what its button did."""
    try:
        before = msgspec.json.decode(shown, type=Plan)
    except msgspec.MsgspecError:
        raise Refused("not_readable") from None
    name, _, rest = do.partition(":")
    if name == "take":  # a small step proposed beside a row
        row, _, origin = rest.partition(":")
        fields.setdefault(f"r{row}.pick_advice", []).append(origin)
    offered = offers(desk.brief, here.library, local).by_origin
    return act(read(before, fields, offered, plan_choices.load()), do)


def _editor(
    show: Show, here: Service, me: Professional, desk: Desk, plan: Plan,
    wrong: tuple[Problem, ...] = (), status: int = 200, local: Sequence[Offer] = (),
    near: str = "",
) -> Response:  # fmt: skip
    seen = editor(plan, desk.brief, here.library, local)
    number, edit = desk.editing
    stale = desk.last if status == 409 else None
    theirs = plan_text(desk.plan, planning.signed(stale)) if stale else ""
    return show(
        "practitioner/plan.html", status, me=me, desk=desk, plan=plan, seen=seen, number=number,
        edit=edit, shown=msgspec.json.encode(plan).decode(), wrong=wrong, stale=stale,
        theirs=theirs, fields={each.where for each in wrong}, near=near, found=bool(local),
    )  # fmt: skip


async def _local(here: Service, desk: Desk, near: str) -> tuple[Offer, ...]:
    """Places near the person for what this brief is about; none when no town was given."""
    if not near.strip():
        return ()
    flags = [each for each in desk.brief.flags if not each.confidential]
    inside, _ = await orientation.find(here, limit=0)
    themes = themes_for(flags, inside)
    _, found = await orientation.find(here, themes=themes, near=near, fresh_only=True, limit=PLACES)
    return nearby((each.place for each in found.local), near.strip())


def _place(do: str, written: Plan) -> str:
    """Where the page opens again: at the row that was touched."""
    name, _, rest = do.partition(":")
    row = rest.partition(".")[0].partition(":")[0]
    if name == "add_row":
        return f"#r{len(written.rows) - 1}"
    if name in ("up", "down") and row.isdecimal():
        to = int(row) + (1 if name == "down" else -1)
        return f"#r{min(max(to, 0), len(written.rows) - 1)}"
    return f"#r{row}" if row.isdecimal() and int(row) < len(written.rows) else ""


def _other(language: str) -> str | None:
    return language if language != "fr" and language in locales.written() else None


def _pdf(made: bytes) -> Response:
    named = {"Cache-Control": "no-store", "Content-Disposition": 'inline; filename="plan.pdf"'}
    return Response(made, media_type="application/pdf", headers=named)
