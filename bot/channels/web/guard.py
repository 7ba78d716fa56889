"""Who is speaking, and is it really them: cookies, form keys, where a request comes from."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

PERSON = "q"
"""The random token that stands for this browser. Its name says nothing."""
AWAY = "a"
"""Set when somebody left quickly: the chat then does not open by itself."""
FROM_CHAT = "f"
"""Set when a messaging app's link led here: the way back is shown."""
LOOKS = "v"
"""How pages look to this browser: large text, dark, light. Says nothing of who reads."""
LOOKS_KNOWN = ("large", "dark", "light")
THIRTY_DAYS = 30 * 24 * 3600
SECURE = "avant-bilan.secure"
"""In a request's scope: are we reached over HTTPS?"""


def wire(name: str, secure: bool) -> str:
    """A cookie's name as sent. Over HTTPS a prefix no other host of the domain can set."""
    return f"__Host-{name}" if secure else name


def held(request: Request, name: str) -> str:
    """What this cookie holds; « » without it."""
    return request.cookies.get(wire(name, request.scope.get(SECURE, False)), "")


def person(request: Request) -> str:
    """The token of this browser, or «» for somebody we have not met."""
    token = held(request, PERSON)
    return token if 16 <= len(token) <= 64 and token.isascii() else ""


def looks(request: Request) -> tuple[str, ...]:
    """What this browser asked for: « large », and « dark » or « light »."""
    kept = held(request, LOOKS).split(".")
    return tuple(each for each in LOOKS_KNOWN if each in kept)


def keep(response: Response, name: str, value: str, secure: bool, lasts: int | None = None) -> None:
    """Set a cookie no script can read; gone when the browser closes unless it `lasts`."""
    response.set_cookie(
        wire(name, secure), value, max_age=lasts, path="/", secure=secure, httponly=True,
        samesite="lax",
    )  # fmt: skip


def forget(response: Response, name: str, secure: bool) -> None:
    """Take a cookie back. (Browsers refuse to touch a `__Host-` one unless told it is secure.)"""
    response.delete_cookie(wire(name, secure), path="/", secure=secure, httponly=True)


def new_key(address: str) -> str:
    """A form's own key: names the message it will send, and proves that we rendered the form.

    Another site can neither read the cookie nor, so, make a key that goes with it. No secret
    of ours is needed, and any process can check it.
    """
    nonce = secrets.token_urlsafe(9)
    return f"{nonce}.{_proof(address, nonce)}"


def genuine(key: str, address: str) -> bool:
    """Was this key made for this browser? (`~1`, `~2` … may follow: one for each box ticked.)"""
    nonce, _, rest = key.partition(".")
    return hmac.compare_digest(rest.partition("~")[0].encode(), _proof(address, nonce).encode())


def _proof(address: str, nonce: str) -> str:
    return hashlib.blake2b(nonce.encode(), key=address.encode(), digest_size=10).hexdigest()


def message_id(key: str, *said: str) -> str:
    """The same form sent twice with the same content is one message; another answer is another.

    Someone who comes back to a page their browser kept may answer it differently: that
    is a correction and must count.
    """
    content = "\x1f".join(said).encode()
    return f"{key}|{hashlib.sha256(content).hexdigest()[:16]}"


def own_site(request: Request) -> bool:
    """Does this request come from one of our own pages?

    Our pages send no referrer, so some browsers say « Origin: null »: then only
    `Sec-Fetch-Site` tells, and where neither does, the form's key still must be right.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host", "")
