"""Where to send people. Public data, for whoever is signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api import orientation
from api.deps import AnyCaller, Here
from api.errors import Refused
from api.routes.answers import errors
from api.schemas import DirectoryOut, HitOut
from restitution.directory import NEAR_KM

router = APIRouter(tags=["directory"])


@router.get("/directory", responses=errors(401, 422))
async def get_directory(
    me: AnyCaller, here: Here,
    theme: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006  FastAPI copies it
    near: Annotated[str, Query(max_length=80, description="a commune or a postcode")] = "",
    language: Annotated[str, Query(max_length=3, description="ISO code")] = "",
    free: bool = False,
    fresh: Annotated[bool, Query(description="only what was checked within 12 months")] = False,
    km: Annotated[float, Query(gt=0, le=500)] = NEAR_KM,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> DirectoryOut:  # fmt: skip
    """Places that fit every filter given, nearest first, then national resources."""
    inside, found = await orientation.find(
        here, themes=theme, near=near, language=language, free=free, fresh_only=fresh,
        within_km=km, limit=limit,
    )  # fmt: skip
    if any(each not in inside.themes for each in theme):
        raise Refused("unknown_theme")
    return DirectoryOut(
        local=[HitOut.model_validate(each) for each in found.local],
        national=[HitOut.model_validate(each) for each in found.national],
        total=found.total, known=found.known, themes=dict(inside.themes),
    )  # fmt: skip
