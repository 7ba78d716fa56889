"""What patients chose to show. Every reading leaves a trace."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Response

from api.deps import Here, Me, open_code, read, worklist
from api.schemas import BriefOut, CodeIn, OpenedOut, WorklistOut, WorkOut

router = APIRouter(tags=["briefs"])
PRIVATE = {"Cache-Control": "no-store"}


@router.post("/briefs/open")
async def open_brief(code: CodeIn, me: Me, here: Here) -> OpenedOut:
    """The brief a code opens. The code travels in the body, so that it stays out of logs."""
    return OpenedOut(id=await open_code(here, me, code.code))


@router.get("/briefs/{brief_id}")
async def get_brief(brief_id: str, me: Me, here: Here, response: Response) -> BriefOut:
    """What one patient chose to show you."""
    response.headers.update(PRIVATE)
    brief = await read(here, me, brief_id, "read brief")
    return BriefOut.model_validate(brief).model_copy(update={"id": brief_id})


@router.get("/briefs/{brief_id}/pdf", response_class=Response)
async def get_pdf(brief_id: str, me: Me, here: Here) -> Response:
    """The same on one A4, without anything confidential."""
    return await pdf(brief_id, me, here)


async def pdf(brief_id: str, me: Me, here: Here) -> Response:
    """The paper copy, named without the person's name."""
    from restitution import documents

    brief = await read(here, me, brief_id, "print brief")
    day = datetime.fromtimestamp(here.store.clock(), UTC).strftime("%d/%m/%Y")
    made = await asyncio.to_thread(documents.brief_pdf, brief, day)
    named = {"Content-Disposition": 'inline; filename="bilan.pdf"'}
    return Response(made, media_type="application/pdf", headers=PRIVATE | named)


@router.get("/worklist")
async def get_worklist(me: Me, here: Here, response: Response) -> WorklistOut:
    """Shared with you or your centre ahead of the visit: urgent first."""
    response.headers.update(PRIVATE)
    return WorklistOut(
        briefs=[
            WorkOut(
                id=opened.id, shared_at=opened.made_at, name=brief.name, age=brief.age,
                band=brief.band, urgent=bool(brief.urgent), priorities=list(brief.priorities),
                top=[flag.id for flag in brief.flags[:3]],
            )
            for opened, brief in await worklist(here, me)
        ]
    )  # fmt: skip
