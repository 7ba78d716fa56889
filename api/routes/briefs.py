"""What patients chose to show. Every reading leaves a trace."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends, Response

from api import reading
from api.deps import Caller, Here
from api.origin import From
from api.reading import Read
from api.routes.answers import errors, private
from api.schemas import BriefOut, CodeIn, OpenedOut, SignalOut, WorklistOut, WorkOut

router = APIRouter(tags=["briefs"], dependencies=[Depends(private)])
PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "One A4 page."}
}


@router.post("/briefs/open", responses=errors(401, 404, 422, 429))
async def open_brief(code: CodeIn, me: Caller, here: Here, came: From) -> OpenedOut:
    """The brief a code opens. The code travels in the body, so that it stays out of logs.

    From then on the brief is found by its id, for thirty days at most.
    """
    return OpenedOut(id=await reading.open_code(here, me, code.code, came.source))


@router.get("/briefs/{brief_id}", responses=errors(401, 404))
async def get_brief(brief_id: str, me: Caller, here: Here) -> BriefOut:
    """What one patient chose to show you."""
    read = await reading.read(here, me, brief_id, "read brief")
    more = {"id": read.id, "revision": read.revision, "shared_at": _moment(read)}
    return BriefOut.model_validate(read.brief).model_copy(update=more)


@router.get("/briefs/{brief_id}/pdf", response_class=Response, responses=PDF | errors(401, 404))
async def get_pdf(brief_id: str, me: Caller, here: Here) -> Response:
    """The same on one A4, without anything confidential."""
    return paper(await reading.paper(here, me, brief_id))


@router.get("/briefs/{brief_id}/fiche.pdf", response_class=Response,
            responses=PDF | errors(401, 404))  # fmt: skip
async def get_fiche(brief_id: str, me: Caller, here: Here) -> Response:
    """The sheet to spot risks, pre-filled, on one A4, without anything confidential."""
    return paper(await reading.fiche(here, me, brief_id), "fiche")


@router.get("/worklist", responses=errors(401, 404))
async def get_worklist(me: Caller, here: Here) -> WorklistOut:
    """Shared with you or your centre ahead of the visit: urgent first, then the newest."""
    found, _ = await reading.worklist(here, me)
    return WorklistOut(briefs=[_line(each) for each in found])


def paper(made: bytes, name: str = "bilan") -> Response:
    """A PDF, named without the person's name."""
    named = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(made, media_type="application/pdf", headers=named)


def _line(read: Read) -> WorkOut:
    brief = read.brief
    return WorkOut(
        id=read.id, shared_at=_moment(read), revision=read.revision, name=brief.name,
        age=brief.age, band=brief.band, language=brief.language, interpreter=brief.interpreter,
        urgent=bool(brief.urgent), unfinished=brief.unfinished,
        priorities=list(brief.priorities),
        top=[SignalOut.model_validate(flag) for flag in reading.top_signals(brief)],
    )  # fmt: skip


def _moment(read: Read) -> datetime:
    return datetime.fromtimestamp(read.shared_at, UTC)
