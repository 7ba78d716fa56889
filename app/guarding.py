"""What holds for every request, whichever door it knocks at.

Hosts we are known by, bodies of a size we expect and that arrive in time, and the same headers on
every answer, a crash's included: the outermost layer of the application.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import answer
from app.settings import HERE, Settings

LARGEST = (("/telegram/", 1_000_000), ("/pro", 256_000), ("/terrain", 64_000), ("/api/", 256_000))
"""Bytes of a body by where it goes; elsewhere (a patient's form) `SMALL`."""
SMALL = 32_000
_LARGER = tuple(start for start, _ in LARGEST)
TOO_SLOW, TOO_LARGE = 408, 413
PATIENCE = 30.0
"""Seconds a body may take to arrive."""
ANY_HOST = ("/healthz", "/readyz", "/metrics")
"""Asked by machines that know us by our address only."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""Where an answer says nothing else."""
HSTS = "max-age=63072000; includeSubDomains"


def hosts(settings: Settings, public: str) -> frozenset[str] | None:
    """Names we answer to; None (any) when an operator gave no public address."""
    if settings.public_url is None and not settings.local:
        return None
    return frozenset({urlsplit(public).hostname or "", settings.host, *HERE})


class GuardedApp(FastAPI):
    """A FastAPI application behind `Guard`: outside even of what answers a crash."""

    def __init__(self, known: Collection[str] | None, secure: bool, **more: Any) -> None:
        self.doors: dict[tuple[str, str], ASGIApp] = {}
        """(method, path) → what answers there by itself, guarded but without FastAPI: the busiest
        addresses."""
        super().__init__(**more)
        self._guard = Guard(super().__call__, known, secure, self.doors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._guard(scope, receive, send)


class Guard:
    """Pure ASGI: nothing is held in memory for it."""

    def __init__(
        self, inner: ASGIApp, known: Collection[str] | None, secure: bool,
        doors: Mapping[tuple[str, str], ASGIApp],
    ) -> None:  # fmt: skip
        self.inner, self.known, self.doors = inner, known, doors
        given = HEADERS | ({"Strict-Transport-Security": HSTS} if secure else {})
        self._headers = [(name.lower().encode(), value.encode()) for name, value in given.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        told, path, most = False, scope["path"], largest(scope["path"])

        async def dressed(message: Message) -> None:
            nonlocal told
            if message["type"] == "http.response.start":
                told = True
                message["headers"] = self._dressed(message.get("headers", ()))
            await send(message)

        refused = self._refused(scope, most)
        if refused:
            await answer(Request(scope), refused)(scope, receive, dressed)
            return
        inner = self.doors.get((scope["method"], path), self.inner)
        try:
            await inner(scope, _measured(receive, most), dressed)
        except HTTPException as error:
            if told:
                raise
            code = "too_large" if error.status_code == TOO_LARGE else "too_slow"
            await answer(Request(scope), code)(scope, receive, dressed)

    def _refused(self, scope: Scope, most: int) -> str:
        host, length = b"", b"0"
        for name, value in scope["headers"]:
            if name == b"host":
                host = value
            elif name == b"content-length":
                length = value
        asked = self.known is not None and scope["path"] not in ANY_HOST
        if asked and _host(host) not in (self.known or ()):
            return "unknown_host"
        return "" if length.isdigit() and int(length) <= most else "too_large"

    def _dressed(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """These, and ours where they say nothing else."""
        given = list(headers)
        names = {name.lower() for name, _ in given}
        return given + [each for each in self._headers if each[0] not in names]


@lru_cache(maxsize=100)
def _host(header: bytes) -> str:
    try:
        return urlsplit(f"//{header.decode('latin-1')}").hostname or ""
    except ValueError:
        return ""


def largest(path: str) -> int:
    """Bytes of the largest body taken there."""
    if not path.startswith(_LARGER):
        return SMALL
    return next(size for start, size in LARGEST if path.startswith(start))


def _measured(receive: Receive, most: int) -> Receive:
    """The same, counting what comes: a body may not say how long it is, or lie.

    What it raises is what handlers let through: reading a body is their affair.
    """
    left, until, done = most, time.monotonic() + PATIENCE, False

    async def counted() -> Message:
        nonlocal left, done
        # Once it is all here, what is waited for is the end of the line: as long as it takes.
        patience = None if done else max(0.0, until - time.monotonic())
        try:
            async with asyncio.timeout(patience):
                message = await receive()
        except TimeoutError:
            raise HTTPException(TOO_SLOW) from None
        left -= len(message.get("body", b""))
        done = not message.get("more_body", False)
        if left < 0:
            raise HTTPException(TOO_LARGE)
        return message

    return counted
