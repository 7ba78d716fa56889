"""`/pro/annuaire`: where to send people. A plain form, so that a link to a search can be kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api import orientation
from api.deps import AnyVisitor, Here
from api.pages.rendering import Page

router = APIRouter(prefix="/pro", include_in_schema=False)
SHOWN = 50


@router.get("/annuaire")
async def directory(
    me: AnyVisitor, show: Page, here: Here,
    theme: Annotated[str, Query()] = "", near: Annotated[str, Query()] = "",
    language: Annotated[str, Query()] = "", free: Annotated[str, Query()] = "",
) -> Response:  # fmt: skip
    """Filters and what they find. What makes no sense is taken as no filter."""
    subjects = here.library.subjects
    known = {each.id for each in subjects} | {it.id for each in subjects for it in each.maps}
    theme, near = (theme if theme in known else ""), near.strip()[:80]
    inside, found = await orientation.find(
        here, themes=[theme] if theme else [], near=near, language=language[:3], free=bool(free),
        limit=SHOWN,
    )  # fmt: skip
    return show(
        "practitioner/directory.html", me=me, found=found, subjects=inside.subjects,
        names=inside.themes, languages=inside.languages, theme=theme, near=near,
        language=language, free=bool(free), empty=not inside.places,
    )  # fmt: skip
