"""One way to render every professional page: strict templates, strict headers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import locales
from api import auth
from api.deps import Here
from api.pages.words import DUE, REVIEWS, SEVERITIES, TESTS, WHEN
from api.reading import moment
from flows.instruments import words as score
from restitution.model import THEME_TITLES
from restitution.places import SIGN_LANGUAGE
from restitution.typography import french

FOLDER = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Nothing kept, nothing from elsewhere, nothing inline, no frame."""
STATIC = {"style.css": "text/css; charset=utf-8", "code.js": "text/javascript; charset=utf-8",
          "passkey.js": "text/javascript; charset=utf-8"}  # fmt: skip


class Show:
    """Renders pages for whoever asks; their forms carry their session's proof."""

    def __init__(self, request: Request, here: Here) -> None:
        self.request, self.here = request, here

    def __call__(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        token = auth.browser(self.request, self.here)
        csrf = auth.proof(self.here, token) if token else ""
        return self.plain(template, status, csrf=csrf, **values)

    def plain(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        """A page whose proof, if it has forms, comes with `values`."""
        path = self.request.url.path
        html = _environment().get_template(template).render(path=path, **values)
        return HTMLResponse(html, status, headers=HEADERS)


async def show(request: Request, here: Here) -> Show:
    """Not the class itself: FastAPI would hand it to a thread, for nothing."""
    return Show(request, here)


Page = Annotated[Show, Depends(show)]


def error_page(
    request: Request, status: int, message: str, headers: Mapping[str, str] | None
) -> HTMLResponse:
    """A refusal, for a person at a browser."""
    ours = request.url.path.split("/")[1] in ("pro", "terrain")
    html = _environment().get_template("shared/error.html").render(
        path=request.url.path, message=message, back="/pro" if ours else "/"
    )  # fmt: skip
    return HTMLResponse(html, status, headers={**HEADERS, **(headers or {})})


@cache
def static(name: str) -> bytes:
    """A file of ours that browsers may keep: its address changes with its content."""
    return (FOLDER / "shared" / name).read_bytes()


def address(name: str) -> str:
    """Where browsers find it."""
    return f"/pro/static/{name}?{hashlib.sha256(static(name)).hexdigest()[:10]}"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=True,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals.update(
        severities=SEVERITIES, themes=THEME_TITLES, reviews=REVIEWS, when=WHEN,
        tag_due=DUE,
        style=address("style.css"), script=address("code.js"),
        passkey_script=address("passkey.js"),
    )  # fmt: skip
    made.filters.update(day=_day, hour=_hour, language=_language, number=_number, age=_age,
                        fr=french, test_name=_test_name, score=score)  # fmt: skip
    return made


def _day(at: float) -> str:
    return f"{moment(at):%d/%m/%Y}"


def _hour(at: float) -> str:
    return f"{moment(at):%H:%M}"


@cache
def _language(code: str) -> str:
    if code == SIGN_LANGUAGE:
        return "langue des signes"
    return locales.in_french(code)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def _test_name(test: str) -> str:
    return TESTS.get(test, test.replace("_", " "))


def _age(years: float) -> str:
    return f"{years:g} ans"
