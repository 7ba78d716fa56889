"""Signing in, for machines."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.deps import Anyone, Here, sign_in, token_of
from api.schemas import SessionIn, SessionOut
from store import access

router = APIRouter(tags=["sessions"])


@router.post("/sessions", status_code=201)
async def begin(account: SessionIn, here: Here) -> SessionOut:
    """A bearer token for a professional."""
    token = await sign_in(here, account.email, account.password)
    return SessionOut(token=token, expires_in=access.SESSION)


@router.delete("/sessions", status_code=204)
async def end(request: Request, me: Anyone, here: Here) -> None:
    """End this session."""
    token = token_of(request)
    await here.writer.run(lambda tx: access.sign_out(tx, token))
