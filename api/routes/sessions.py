"""Signing in, for machines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Depends

from api import auth
from api.deps import AnyCaller, BearerToken, Here
from api.origin import From
from api.routes.answers import errors, private
from api.schemas import SessionIn, SessionOut
from store.accounts import SESSION

router = APIRouter(tags=["sessions"], dependencies=[Depends(private)])


@router.post("/sessions", status_code=201, responses=errors(401, 403, 422, 429))
async def sign_in(account: SessionIn, here: Here, came: From) -> SessionOut:
    """A bearer token for a professional, valid twelve hours, two when it is not used.

    Where the account has a second factor, its code of the moment comes along as `code`.
    """
    token = await auth.sign_in_machine(here, account.email, account.password, account.code, came)
    now = datetime.fromtimestamp(int(here.store.clock()), UTC)
    return SessionOut(token=token, expires=now + timedelta(seconds=SESSION))


@router.delete("/sessions", status_code=204, responses=errors(401))
async def sign_out(me: AnyCaller, token: BearerToken, here: Here) -> None:
    """End this session."""
    await auth.sign_out(here, token)
