"""A very small HTTP/1.1 client on kept connections: the generator must cost less than what it asks.

Any trouble (refused, reset, closed half-way, too late) is an `OSError`: nothing was acknowledged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import cast

PATIENCE = 60.0
"""Seconds for one answer."""
_END = b"\r\n\r\n"


class _Line(asyncio.Protocol):
    """One connection: what was asked last, and the answer that comes."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[tuple[int, bytes, bytes]] | None = None
        self._come = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)

    def ask(self, asked: bytes) -> asyncio.Future[tuple[int, bytes, bytes]]:
        if self.transport.is_closing():
            raise OSError("closed")
        self.answer, self._come = asyncio.get_running_loop().create_future(), b""
        self.transport.write(asked)
        return self.answer

    def data_received(self, data: bytes) -> None:
        self._come += data
        end = self._come.find(_END) + len(_END)
        if end < len(_END):
            return
        head = self._come[:end]
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._come) >= end + length and self.answer and not self.answer.done():
            self.answer.set_result((int(head[9:12]), head, self._come[end:]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(OSError("closed"))


class Wire:
    """One kept connection to a port of this machine, opened again when it breaks."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._line: _Line | None = None

    async def post(
        self, path: str, body: bytes, headers: Mapping[str, str], method: str = "POST"
    ) -> tuple[int, bytes, bytes]:
        """(status, head, body) of the answer; raises `OSError`."""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in headers.items()
        )
        asked = head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body
        try:
            async with asyncio.timeout(PATIENCE):
                if self._line is None:
                    loop = asyncio.get_running_loop()
                    _, self._line = await loop.create_connection(_Line, "127.0.0.1", self.port)
                return await self._line.ask(asked)
        except (TimeoutError, OSError) as error:
            self.close()
            raise OSError(type(error).__name__) from None

    def close(self) -> None:
        """Forget this connection."""
        if self._line is not None:
            self._line.transport.abort()
            self._line = None
