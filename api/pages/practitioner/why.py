"""`/pro/bilan/{brief}/pourquoi/{flag}`: one flag, from the answer to the source."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api import reading
from api.deps import Here, Visitor
from api.pages.rendering import Page

router = APIRouter(prefix="/pro", include_in_schema=False)


@router.get("/bilan/{brief_id}/pourquoi/{flag}")
async def explained(brief_id: str, flag: str, me: Visitor, show: Page, here: Here) -> Response:
    """Why this flag stands there. On screen only, like the brief."""
    read, why = await reading.why(here, me, brief_id, flag)
    return show("practitioner/why_page.html", me=me, read=read, why=why)
