"""Signing in, for machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Depends

from api import auth
from api.deps import AnyCaller, BearerToken, Here
from api.routes.answers import errors, private
from api.schemas import SessionIn, SessionOut
from store.accounts import SESSION

router = APIRouter(tags=["sessions"], dependencies=[Depends(private)])


@router.post("/sessions", status_code=201, responses=errors(401, 422, 429))
async def sign_in(account: SessionIn, here: Here) -> SessionOut:
    """A bearer token for a professional, valid twelve hours."""
    token = await auth.sign_in(here, account.email, account.password)
    now = datetime.fromtimestamp(int(here.store.clock()), UTC)
    return SessionOut(token=token, expires=now + timedelta(seconds=SESSION))


@router.delete("/sessions", status_code=204, responses=errors(401))
async def sign_out(me: AnyCaller, token: BearerToken, here: Here) -> None:
    """End this session."""
    await auth.sign_out(here, token)
