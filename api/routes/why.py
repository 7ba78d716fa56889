"""Why a flag stands in a brief. Same permission and same trace as reading the brief."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api import reading
from api.deps import Caller, Here
from api.routes.answers import errors, private
from api.schemas import WhyOut

router = APIRouter(tags=["briefs"], dependencies=[Depends(private)])


@router.get("/briefs/{brief_id}/why/{flag}", responses=errors(401, 404))
async def get_why(brief_id: str, flag: str, me: Caller, here: Here) -> WhyOut:
    """The answers as given, what the rule asks for in words, its source, its review status.

    What is `confidential` is read alone with the person and never printed.
    """
    _, why = await reading.why(here, me, brief_id, flag)
    return WhyOut.model_validate(why)
