"""What is said of an identity provider and of whom it vouches for; the talking is `federation.py`.

Apart, because Authlib takes a quarter of a second to load, and few services need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


class NotProven(Exception):
    """What came back does not prove who somebody is. Says which check failed, never a value."""


class Away(Exception):
    """The provider does not answer, or not as it should."""


@dataclass(frozen=True)
class Provider:
    """Who we ask, and as whom."""

    issuer: str
    client_id: str
    client_secret: str
    profile: Literal["psc", "oidc"] = "psc"
    transport: Any = None
    """Another way to reach it, as in tests."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Of one way out and back, all derived from what the browser holds."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is for the provider, and what it wants back at sign-out."""

    subject: str
    id_token: str
