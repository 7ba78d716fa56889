"""A very small HTTP/1.1 client on kept connections: the generator must cost less than what it asks.

Any trouble (refused, reset, closed half-way, too late) is an `OSError`: nothing was acknowledged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

PATIENCE = 60.0
"""Seconds for one answer."""


class Wire:
    """One kept connection to a port of this machine, opened again when it breaks."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

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
                return await self._ask(asked)
        except (TimeoutError, EOFError, OSError) as error:
            self.close()
            raise OSError(type(error).__name__) from None

    async def _ask(self, asked: bytes) -> tuple[int, bytes, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        writer.write(asked)
        head = await reader.readuntil(b"\r\n\r\n")
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        return int(head[9:12]), head, await reader.readexactly(length)

    def close(self) -> None:
        """Forget this connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None
