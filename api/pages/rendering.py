"""One way to render every professional page: strict templates, strict headers."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from api.errors import Refused
from restitution.model import Brief, Flag

HERE = Path(__file__).parent
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SEVERITIES = {
    "urgent": "urgent", "high": "important", "moderate": "à proposer", "info": "à savoir",
    "strength": "point fort", "none": "rien de signalé", "": "non exploré",
}  # fmt: skip
THEMES = {
    "nutrition": "Nutrition", "physical_activity": "Activité physique",
    "addictions": "Addictions", "mental_health": "Santé mentale, sommeil",
    "sexual_health": "Santé sexuelle", "vaccination": "Vaccination", "cancers": "Cancers",
    "chronic_diseases": "Autres maladies chroniques",
    "housing_environment": "Logement, environnement", "social_life": "Vie sociale",
}  # fmt: skip
STATUSES = {
    "skipped": "passé", "dont_know": "ne sait pas", "dont_understand": "pas compris",
    "prefer_not": "préfère ne pas dire", "not_concerned": "non concerné(e)",
    "not_usable": "mesure inutilisable", "not_asked": "pas demandé",
}  # fmt: skip
LANGUAGES = {"fr": "français", "en": "anglais", "ar": "arabe"}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        severities=SEVERITIES, themes=THEMES, statuses=STATUSES, languages=LANGUAGES,
        style=f"/pro/style.css?{hashlib.sha256(stylesheet()).hexdigest()[:8]}",
    )  # fmt: skip
    made.filters["when"] = lambda at: datetime.fromtimestamp(at, UTC).strftime("%d/%m/%Y %H:%M")
    return made


@cache
def stylesheet() -> bytes:
    """The one stylesheet of these pages."""
    return (HERE / "static" / "style.css").read_bytes()


def page(template: str, request: Request, status: int = 200, **values: object) -> HTMLResponse:
    """A page that no other site can frame, read or feed."""
    html = _environment().get_template(template).render(path=request.url.path, **values)
    return HTMLResponse(html, status, headers=HEADERS)


def own_form(request: Request, public_url: str) -> None:
    """Refuse a form sent from another site (the cookie is SameSite=Strict besides)."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    hosts = {urlsplit(public_url).netloc, request.headers.get("host", "")}
    foreign = origin is not None and urlsplit(origin).netloc not in hosts
    if foreign or site not in ("same-origin", "none"):
        raise Refused("not_found")


def top_signals(brief: Brief) -> list[Flag]:
    """The three strongest signals that may stand in the open."""
    return [flag for flag in brief.flags if not flag.confidential][:3]


def confidential(brief: Brief) -> list[Flag]:
    """What is only opened alone with the person."""
    return [flag for flag in (*brief.urgent, *brief.flags) if flag.confidential]
