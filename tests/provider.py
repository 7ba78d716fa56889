"""A real identity provider (npm `oidc-provider`) for the tests, and a crooked line to it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import httpx2
from joserfc.jwk import KeySet, RSAKey

from tests.node import FOLDER, installed
from tests.professionals import BASE, free_port

CLIENT, SECRET = "avant-bilan", "a-secret-of-the-tests-only"
BACK = f"{BASE}/pro/federation/retour"
RPPS = "99700000001"


class RealClock:
    """Today's time, which a test may move."""

    now = 0.0

    def __call__(self) -> float:
        return time.time() + self.now


@dataclass
class Identities:
    """The provider as it runs, with its private key: our forgeries are signed like its own."""

    issuer: str
    key: RSAKey

    async def authorize(self, address: str, hint: str = f"8{RPPS}") -> dict[str, str]:
        """Sign in there as `hint`; gives what it sends back with the browser."""
        async with httpx.AsyncClient(base_url=self.issuer) as person:
            answer = await person.get(f"{address}&login_hint={hint}")
            while (where := urljoin(self.issuer, answer.headers["location"])) and not (
                where.startswith(BASE)
            ):
                answer = await person.get(where)
        return {name: value[0] for name, value in parse_qs(urlsplit(where).query).items()}

    def ask(self, **changed: str | None) -> str:
        """An authorization request of somebody else's making."""
        asked: dict[str, str | None] = {
            "response_type": "code", "client_id": CLIENT, "redirect_uri": BACK, "state": "s",
            "scope": "openid scope_all offline_access", "code_challenge_method": "S256",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "prompt": "consent",
            **changed,
        }  # fmt: skip
        kept = {name: value for name, value in asked.items() if value is not None}
        return f"{self.issuer}/auth?{urlencode(kept)}"


VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
"""That of RFC 7636's example, for the challenge above."""


class Line(httpx2.AsyncBaseTransport):
    """The way to the provider; an attacker on it may change what is asked and answered."""

    def __init__(self) -> None:
        self._real = httpx2.AsyncHTTPTransport()
        self.asked: Callable[[dict[str, str]], dict[str, str]] = lambda it: it
        self.answered: Callable[[dict[str, Any]], dict[str, Any]] = lambda it: it
        self.userinfo: Callable[[dict[str, Any]], dict[str, Any]] = lambda it: it

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        if path == "/token":
            form = {name: value[0] for name, value in parse_qs(request.content.decode()).items()}
            headers = {name: value for name, value in request.headers.items()
                       if name != "content-length"}  # fmt: skip
            request = httpx2.Request(request.method, request.url, headers=headers,
                                     data=self.asked(form))  # fmt: skip
        answer = await self._real.handle_async_request(request)
        twist = {"/token": self.answered, "/me": self.userinfo}.get(path)
        if twist is None or answer.status_code != 200:
            return answer
        await answer.aread()
        return httpx2.Response(200, json=twist(answer.json()))


@contextlib.contextmanager
def identities(base: str = BASE) -> Iterator[Identities]:
    """A provider on a port of its own. In CI a missing Node is a failure; elsewhere a skip."""
    node, _ = installed()
    port = free_port()
    key = RSAKey.generate_key(2048, {"kid": "tests", "use": "sig", "alg": "RS256"}, private=True)
    issuer = f"http://127.0.0.1:{port}"
    given = {
        "issuer": issuer, "port": port, "client": CLIENT, "secret": SECRET,
        "back": f"{base}/pro/federation/retour",
        "after": f"{base}/pro/connexion", "jwks": KeySet([key]).as_dict(private=True),
    }  # fmt: skip
    running = subprocess.Popen([node, "provider.mjs", json.dumps(given)], cwd=FOLDER,
                               stdout=subprocess.PIPE, text=True)  # fmt: skip
    try:
        assert running.stdout
        assert any(line.strip() == "ready" for line in running.stdout), "the provider did not start"
        yield Identities(issuer, key)
    finally:
        running.terminate()
        running.wait()
