"""Where a request comes from: enough to slow down guessing and to recognise one's own browser."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.deps import Here, Service
from store import tries

KNOWN = "known"
"""The cookie of a browser that signed in before."""
LASTS = 180 * 24 * 3600
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"),
             ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
            ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Of one request; the address itself is never kept."""

    source: str
    browser: str
    known: str


async def origin(request: Request, here: Here) -> Origin:
    """The origin of this request."""
    host = request.client.host if request.client else ""
    cookie = request.cookies.get(here.config.cookie(KNOWN), "")
    return Origin(tries.place(host), browser(request.headers.get("user-agent", "")), cookie)


From = Annotated[Origin, Depends(origin)]


def browser(agent: str) -> str:
    """« Firefox, Windows »: what its owner recognises, and no more."""
    named = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (named, system))) or "autre programme"


def device(here: Service, email: str, came: Origin) -> str:
    """What this browser is known by at this account; « » for a browser it has not seen."""
    nonce, _, proof = came.known.partition(".")
    genuine = hmac.compare_digest(proof.encode(), _proof(here, email, nonce).encode())
    return nonce if nonce and genuine else ""


def known_as(here: Service, email: str, came: Origin) -> str:
    """The cookie by which this account recognises this browser next time."""
    nonce = device(here, email, came) or secrets.token_urlsafe(16)
    return f"{nonce}.{_proof(here, email, nonce)}"


def _proof(here: Service, email: str, nonce: str) -> str:
    return here.store.keys.hash("known", f"{email.strip().lower()} {nonce}").hex()[:32]
