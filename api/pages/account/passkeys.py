"""Passkeys (WebAuthn): signing in with the phone's or the computer's own lock."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from api import auth
from api.auth import OwnForm
from api.deps import Here, ProvenOwner, Service
from api.errors import Refused
from api.origin import From
from store import accounts, factors
from store.repository import Transaction
from store.sessions import open_session
from store.trail import audit

router = APIRouter(prefix="/pro", include_in_schema=False)
_KIND = "passkey challenge"
Credential = Annotated[str, Form(max_length=20_000)]
"""What the browser made, as JSON."""
log = structlog.get_logger()


@router.post("/compte/cle/defi", dependencies=[OwnForm])
async def ask_new(me: ProvenOwner, here: Here) -> Response:
    """What the browser needs to make a passkey."""
    from api import passkey

    known = await here.writer.look(lambda tx: factors.passkeys(tx, me.id))
    keys = [bytes.fromhex(each.name) for each in known]
    return await _challenge(
        here,
        passkey.ask_new(here.config.public_url, me.id, me.email, me.name, keys),
        f"new {me.id}",
    )


@router.post("/compte/cle", dependencies=[OwnForm])
async def keep_new(me: ProvenOwner, here: Here, came: From, key: Credential = "") -> Response:
    """Keep the public half of the passkey just made."""
    from api import passkey

    answered = _answered(key)
    challenge = await _served(here, answered, f"new {me.id}")
    made = passkey.made(here.config.public_url, answered, challenge)
    if made is None:
        raise Refused("not_proven")

    def work(tx: Transaction) -> bool:
        if factors.passkey(tx, made.credential_id) is not None:
            return False
        factors.add_passkey(tx, me.id, made.credential_id, made.credential_public_key,
                            made.sign_count, came.browser)  # fmt: skip
        return True

    if not await here.writer.run(work):
        raise Refused("not_proven")
    return JSONResponse({"on": "/pro/compte"}, headers={"Cache-Control": "no-store"})


@router.post("/compte/cle/{name}/retrait", dependencies=[OwnForm])
async def remove(name: str, me: ProvenOwner, here: Here) -> Response:
    """This passkey opens nothing any more."""
    if not await here.writer.run(lambda tx: factors.remove_passkey(tx, me.id, name)):
        raise Refused("not_found")
    return RedirectResponse("/pro/compte", 303)


@router.post("/cle/defi", dependencies=[OwnForm])
async def ask(request: Request, here: Here) -> Response:
    """What the browser needs to show a passkey; no account is named, so none is revealed."""
    from api import passkey

    whose = f"in {auth.browser(request, here)}"
    return await _challenge(here, passkey.ask(here.config.public_url), whose)


@router.post("/cle", dependencies=[OwnForm])
async def enter(request: Request, here: Here, came: From, key: Credential = "") -> Response:
    """Sign in with a passkey: it is had in hand, and its owner was verified by the device."""
    from api import passkey

    answered = _answered(key)
    challenge = await _served(here, answered, f"in {auth.browser(request, here)}")
    raw = _bytes(answered.get("rawId"))
    kept = await here.writer.look(lambda tx: factors.passkey(tx, raw))
    if kept is None:
        raise Refused("not_proven")
    shown = passkey.shown(here.config.public_url, answered, challenge, kept.public_key,
                          kept.sign_count)  # fmt: skip
    if shown is None:
        log.warning("a passkey was refused")
        raise Refused("not_proven")

    def work(tx: Transaction) -> tuple[str, str] | None:
        row = accounts.account(tx, kept.practitioner_id)
        if row is None:
            return None
        factors.used_passkey(tx, raw, shown.new_sign_count)
        # A session this browser holds is replaced: shown again, a passkey is a proof.
        accounts.sign_out(tx, auth.browser(request, here))
        audit(tx, row.id, "sign in")
        return open_session(tx, row.id, came.browser), row.email

    done = await here.writer.run(work)
    if done is None:
        raise Refused("not_proven")
    answer = JSONResponse({"on": "/pro"}, headers={"Cache-Control": "no-store"})
    return auth.let_in(answer, here, done[0], done[1], came)


async def _challenge(here: Service, asked: tuple[bytes, str], whose: str) -> Response:
    made = base64.urlsafe_b64encode(asked[0]).decode().rstrip("=")
    await here.writer.run(lambda tx: factors.once(tx, _KIND, f"{whose} {made}"))
    return Response(asked[1], media_type="application/json",
                    headers={"Cache-Control": "no-store"})  # fmt: skip


def _answered(key: str) -> dict[str, Any]:
    try:
        found = json.loads(key)
    except ValueError:
        raise Refused("not_readable") from None
    if not isinstance(found, dict):
        raise Refused("not_readable")
    return found


async def _served(here: Service, answered: dict[str, Any], whose: str) -> bytes:
    """The challenge this answers, used up. Raises `Refused` for one we did not give this person."""
    try:
        client = json.loads(_bytes(answered["response"]["clientDataJSON"]))
        challenge = str(client["challenge"])
    except (KeyError, TypeError, ValueError):
        raise Refused("not_readable") from None
    known = await here.writer.run(lambda tx: factors.serve_once(tx, _KIND, f"{whose} {challenge}"))
    if not known:
        raise Refused("not_proven")
    return _bytes(challenge)


def _bytes(written: object) -> bytes:
    try:
        return base64.urlsafe_b64decode(str(written).encode() + b"==")
    except (binascii.Error, ValueError):
        raise Refused("not_readable") from None
