"""`/pro/bilan/…/test/…`: fill in a second-line test during the visit, or send it."""

from __future__ import annotations

import re

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import reading
from api.auth import OwnForm
from api.deps import Here, Service, Visitor
from api.errors import Refused
from api.pages.practitioner import second_line
from api.pages.practitioner.second_line import Section
from api.pages.rendering import Page, Show
from api.reading import Read
from flows.instruments import Instrument
from flows.model import dump
from store import instruments
from store.accounts import Professional
from store.codes import new_token
from store.instruments import Content, Kept
from store.repository import Transaction

router = APIRouter(prefix="/pro/bilan/{brief_id}", include_in_schema=False)
_FORM_ID = re.compile(r"[A-Za-z0-9_-]{16,40}")


async def of_brief(here: Service, me: Professional, read: Read) -> Section:
    """The section of a brief already read; reading its results leaves a trace of its own."""
    kept = await _kept(here, me, read.id)
    return second_line.section(read.brief, kept, here.shelf)


async def _kept(here: Service, me: Professional, brief_id: str) -> tuple[Kept, ...]:
    found = await here.writer.run(lambda tx: instruments.of_brief(tx, me, brief_id))
    if found is None:
        raise Refused("not_found")
    return found


def _instrument(here: Service, name: str) -> Instrument:
    found = here.shelf.instruments.get(name)
    if found is None:
        raise Refused("not_found")
    return found


@router.get("/tests")
async def every(brief_id: str, me: Visitor, show: Page, here: Here) -> Response:
    """All the tests, and where those that are not here are found."""
    read = await reading.read(here, me, brief_id, "read brief")
    return show("practitioner/tests.html", me=me, read=read, why=second_line.WHY,
                tests=sorted(here.shelf.instruments.values(), key=lambda each: each.title),
                elsewhere=here.shelf.elsewhere)  # fmt: skip


@router.get("/test/{name}")
async def form(brief_id: str, name: str, me: Visitor, show: Page, here: Here) -> Response:
    """The questions, on one page, under what was already answered."""
    instrument = _instrument(here, name)
    read = await reading.read(here, me, brief_id, "open test")
    return await _form(here, me, show, read, instrument)


async def _form(
    here: Service, me: Professional, show: Show, read: Read, instrument: Instrument,
    problem: str = "", status: int = 200,
) -> Response:  # fmt: skip
    kept = await _kept(here, me, read.id)
    mine = [each for each in kept if each.content.instrument == instrument.id]
    return show(
        "practitioner/test.html", status, me=me, read=read, test=instrument, problem=problem,
        form_id=new_token(), choices=second_line.CHOICES,
        done=[second_line.done(each) for each in mine if each.status == "done"],
        waits=any(each.status == "sent" for each in mine),
        blocked=second_line.why_not_sent(instrument, read.brief),
        warnings=second_line.warnings(instrument, read.brief),
    )  # fmt: skip


@router.post("/test/{name}", dependencies=[OwnForm])
async def fill(
    brief_id: str, name: str, request: Request, me: Visitor, show: Page, here: Here
) -> Response:
    """Keep what was answered; what was not stays unanswered."""
    instrument = _instrument(here, name)
    fields = {key: str(value) for key, value in (await request.form()).items()}
    read = await reading.read(here, me, brief_id, "open test")
    form_id, now = fields.get("form_id", ""), int(here.store.clock())
    run = second_line.new_run(instrument, form_id, now)
    run = second_line.answered(here.shelf, instrument, run, fields, now)
    if not run.log or not _FORM_ID.fullmatch(form_id):
        said = "Rien n'est coché : rien n'est gardé."
        return await _form(here, me, show, read, instrument, said, 422)
    result = second_line.result_of(here.shelf, run, second_line.sex_of(read.brief, here.shelf))
    content = Content(instrument.id, dump(run), msgspec.json.encode(result))

    def keep(tx: Transaction) -> bool:
        return instruments.fill(tx, me, brief_id, form_id, content)

    if not await here.writer.run(keep):
        raise Refused("not_found")
    return RedirectResponse(f"/pro/bilan/{brief_id}/test/{name}", 303)


@router.post("/test/{name}/envoi", dependencies=[OwnForm])
async def send(
    brief_id: str, name: str, request: Request, me: Visitor, show: Page, here: Here
) -> Response:
    """Let the person answer alone, where they talk with us."""
    instrument = _instrument(here, name)
    fields = await request.form()
    read = await reading.read(here, me, brief_id, "open test")
    form_id, now = str(fields.get("form_id", "")), int(here.store.clock())
    blocked = second_line.why_not_sent(instrument, read.brief)
    if blocked or not _FORM_ID.fullmatch(form_id):
        return await _form(here, me, show, read, instrument, blocked, 422)
    run = second_line.new_run(instrument, form_id, now)

    def work(tx: Transaction) -> bool:
        sent = instruments.send(tx, me, brief_id, form_id, Content(instrument.id, dump(run)))
        if sent is not None and sent[1]:
            here.asked(tx, sent[0])
        return sent is not None

    if not await here.writer.run(work):
        raise Refused("not_found")
    return RedirectResponse(f"/pro/bilan/{brief_id}/test/{name}", 303)
