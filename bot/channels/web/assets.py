"""Style sheet, script, pictograms: named by content, compressed once, kept a year by browsers."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
PREFIX = "/w"
_TYPES = {
    ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png", ".webmanifest": "application/manifest+json",
}  # fmt: skip


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    address: str
    kind: str
    plain: bytes
    small: bytes
    """Compressed."""

    def sent(self, request: Request) -> Response:
        """The file, compressed where the browser can read that."""
        small = accepts_gzip(request)
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding",
        }  # fmt: skip
        if small:
            headers["Content-Encoding"] = "gzip"
        return Response(self.small if small else self.plain, headers=headers, media_type=self.kind)


def read(*names: str) -> Asset:
    """These files, one after the other, as the last one; a changed file gets another address."""
    return named(names[-1], b"".join((FOLDER / name).read_bytes() for name in names))


def named(name: str, plain: bytes) -> Asset:
    """A file made from this; other content gets another address."""
    path, mark = Path(name), hashlib.sha256(plain).hexdigest()[:10]
    return Asset(f"{PREFIX}/{path.stem}.{mark}{path.suffix}", _TYPES[path.suffix], plain,
                 gzip.compress(plain, 9, mtime=0))  # fmt: skip


def accepts_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")
