"""How the API's answers may go wrong, for its description; and what no cache may keep."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from api.schemas import ErrorOut

_SAID = {
    401: "Not signed in, or a wrong password.",
    403: "The account must set up a second factor first, on its page.",
    404: "Nothing there, or not for you: the two look the same.",
    422: "The request cannot be read, or this is no code.",
    429: "Too many wrong tries: half an hour's wait.",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These refusals, as OpenAPI tells them."""
    return {each: {"model": ErrorOut, "description": _SAID[each]} for each in statuses}


async def private(response: Response) -> None:
    """Nobody on the way keeps a copy."""
    response.headers["Cache-Control"] = "no-store"
