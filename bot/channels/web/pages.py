"""Templates → responses: the same headers, the same words and the same keys on every page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from isal import igzip, isal_zlib
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

import locales
from bot.channels.web import assets, guard, pictures
from bot.channels.web.config import WebConfig
from bot.channels.web.phones import Phones
from bot.listening import of_name
from bot.messages import Line, Sound
from bot.phrases import PHRASES
from bot.voices import SILENCE, TYPES, Voices
from locales import Texts, oral

SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; media-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Cookie, Accept-Language, Accept-Encoding",
}
"""On every page: nothing kept, nothing from elsewhere, no inline script or style, no frame."""
_KEY = "\ufdd0key\ufdd0"
"""Stands for the key. Unicode keeps such letters out of texts; typed in, one gets one's own key."""
SAME = 1000
"""Pages kept: every question of every band in some languages (11 KB each in memory)."""
_HIDDEN = Markup('<input type="hidden" name="%s" value="%s">')
_AHEAD = "\ufdd0ahead\ufdd0"
"""Stands for what a phone may do next, which holds answers."""
_LEFT = "\ufdd0left\ufdd0"
"""Stands for how many questions are left, which would make five pages of each."""
CHAT, FIRST = "chat.html", "start.html"
"""The chat; the page most people see first: its looks come with it, one round trip less before it
shows."""
_LOOKS_HERE = "/*looks*/"
ICONS = (192, 512)
LOOKS = (
    ("text", "large", "large_text"), ("text", "usual", "usual_text"), ("light", "dark", "dark"),
    ("light", "light", "light"), ("light", "auto", "like_the_phone"),
)  # fmt: skip
"""(field, value, phrase) of each button under « Aa »."""
_HYPHENED = re.compile(r"(\w+(?:-\w+)+)")


@dataclass(frozen=True)
class Tongue:
    """A language one may choose, in its own script."""

    code: str
    name: str
    direction: str
    voice: Sound = ()
    """Its name as it is heard, where it is not read."""


@dataclass(frozen=True)
class Part:
    """Lines of the summary that stand under one heading."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Reader:
    """For whom a page is made."""

    request: Request
    texts: Texts
    address: str
    """The token of their browser; « » for somebody we have not met."""


@dataclass(frozen=True)
class Same:
    """What a page, or the question on it, depends on beside its language, where it holds nothing of
    a person: a question nobody answered yet is the same for everybody, and made once."""

    page: Hashable | None = None
    question: Hashable | None = None


ANOTHER = Same()
"""A page of one person."""


class Pages:
    """Renders the templates."""

    def __init__(self, config: WebConfig, phones: Phones, voices: Voices = SILENCE) -> None:
        self.config, self._voices = config, voices
        self.css, self.js = assets.read("style.css"), assets.read("app.js")
        self.pictures = assets.named("pictures.svg", pictures.sheet())
        self._same: dict[Hashable, str] = {}
        # Only this very style sheet may stand in a page, by its hash.
        mark = base64.b64encode(hashlib.sha256(self.css.plain).digest()).decode()
        policy = SAFE["Content-Security-Policy"]
        self._dressed = SAFE | {"Content-Security-Policy": policy.replace(
            "style-src 'self'", f"style-src 'self' 'sha256-{mark}'")}  # fmt: skip
        self.more = assets.read("walk.js", "ahead.js")
        self.icons = [assets.read(f"icon-{size}.png") for size in ICONS]
        self.manifest = assets.named("questions.webmanifest", _manifest(self.icons))
        self._env = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            auto_reload=False,
        )  # fmt: skip
        self._env.filters.update(
            phones=phones.linked, calls=phones.found, reached=phones.of, lines=lines,
            groupby_part=parts, site=site, whole=whole,
        )  # fmt: skip
        self._env.globals.update(
            assets={
                "css": self.css.address, "js": self.js.address, "pictures": self.pictures.address,
                "more": self.more.address, "manifest": self.manifest.address,
            },
            pictures=pictures.read(), exit_url=config.exit_url, sounds=TYPES,
        )  # fmt: skip

    @property
    def assets(self) -> list[assets.Asset]:
        """All that pages name, by address."""
        return [self.css, self.js, self.more, self.pictures, self.manifest, *self.icons]

    def html(
        self, reader: Reader, template: str, same: Same = ANOTHER, ahead: str = "",
        left: str = "", lazily: Callable[[], dict[str, Any]] = dict, **values: Any,
    ) -> str:  # fmt: skip
        """The page as text. `lazily`: values it takes work to know, for a page not yet made."""
        looks, path = guard.looks(reader.request), _path(reader.request)
        about = (template, reader.texts.language, same.page, looks, path, bool(ahead))
        made = self._same.get(about) if same.page is not None else None
        if made is None:
            around = {"looks": looks, "path_back": path, "ahead": _AHEAD if ahead else "",
                      "left": _LEFT}  # fmt: skip
            made = self._made(reader.texts, template, lazily() | values | around, same.question)
            if same.page is not None:
                self._keep(about, made)
        if ahead:
            made = made.replace(_AHEAD, str(escape(ahead)))
        if left:
            made = made.replace(_LEFT, str(escape(left)))
        return made.replace(_KEY, guard.new_key(reader.address))

    def _made(
        self, texts: Texts, template: str, values: dict[str, Any], question: Hashable | None
    ) -> str:
        """The page with `_KEY` for the key of its forms, which is another each time."""

        def bot(name: str, /, **words: object) -> str:
            said = texts.gettext("bot", PHRASES[name])
            return said.format(**words) if words else said

        whose = _HIDDEN % ("key", _KEY) + _HIDDEN % ("language", texts.language)

        def hidden(about: str | None = None) -> Markup:
            return whose + _HIDDEN % ("about", about) if about else whose

        tongues = [Tongue(each, locales.name(each), locales.direction(each),
                          of_name(self._voices, each) if oral.known(each) else ())
                   for each in locales.offered()]  # fmt: skip
        known = {
            "texts": texts,
            "t": texts.gettext,
            "bot": bot,
            "hidden": hidden,
            "languages": tongues,
            "looks_offered": LOOKS,
        }
        known |= values
        seen = (texts.language, values["looks"], values["path_back"])
        known["tongues"] = self._part("tongues.html", texts.language, known)
        known["looks_choice"] = self._part("looks.html", seen, known)
        if template == CHAT and values["shown"].question:
            here = (texts.language, question) if question is not None else None
            known["question"] = self._part("question.html", here, known)
        made = self._env.get_template(template).render(known)
        if texts.written == "fr":
            made = locales.tight(made)
        return made.replace(_LOOKS_HERE, self.css.plain.decode())

    def _part(self, template: str, about: Hashable | None, values: dict[str, Any]) -> str:
        """A part that only depends on this, made once for all the pages it stands in; None: on
        more than that."""
        made = self._same.get((template, about)) if about is not None else None
        if made is None:
            made = self._env.get_template(template).render(values)
            if about is not None:
                self._keep((template, about), made)
        return made

    def _keep(self, about: Hashable, made: str) -> None:
        if len(self._same) >= SAME:
            self._same.clear()
        self._same[about] = made

    def show(
        self, reader: Reader, template: str, status: int = 200, same: Same = ANOTHER,
        **values: Any,
    ) -> Response:  # fmt: skip
        """The page as a response."""
        body, first = self.html(reader, template, same, **values), template == FIRST
        return self.sent(reader.request, body, status, self._dressed if first else SAFE)

    def sent(
        self, request: Request, body: str, status: int = 200, safe: Mapping[str, str] = SAFE
    ) -> Response:
        """HTML with the headers of every page, compressed where the browser can read that."""
        content, headers = body.encode(), dict(safe)
        if assets.accepts_gzip(request):
            # zlib presses an eighth harder in eight times the time, a tenth of all an answer costs.
            content = igzip.compress(content, isal_zlib.ISAL_DEFAULT_COMPRESSION)
            headers["Content-Encoding"] = "gzip"
        return Response(content, status, headers, "text/html; charset=utf-8")

    def go(self, place: str) -> Response:
        """« See there »: a reload or a step back then sends nothing twice."""
        return RedirectResponse(place, 303, SAFE)


def _manifest(icons: list[assets.Asset]) -> bytes:
    """What a phone shows when the page is put on its first screen: a name and a drawing that tell
    nobody what it is about."""
    return json.dumps({
        "name": "Questions", "short_name": "Questions", "start_url": "/", "scope": "/",
        "display": "standalone", "background_color": "#f4f1ea", "theme_color": "#f4f1ea",
        "icons": [{"src": each.address, "sizes": f"{size}x{size}", "type": each.kind}
                  for size, each in zip(ICONS, icons, strict=True)],
    }).encode()  # fmt: skip


def _path(request: Request) -> str:
    """Where the page that is shown can be asked for again."""
    path = str(request.scope.get("path", "/"))
    return "/chat" if path in ("/say", "/begin") else path


def lines(text: str) -> list[str]:
    """The lines of a text that hold something."""
    return [each.strip() for each in text.split("\n") if each.strip()]


def whole(text: str) -> Markup:
    """A title whose « rendez-vous » and « avez-vous » are not cut at a line's end."""
    kept = (
        Markup("<span>{}</span>").format(each) if number % 2 else escape(each)
        for number, each in enumerate(_HYPHENED.split(text))
    )
    return Markup("").join(kept)


def parts(said: Iterable[Line]) -> list[Part]:
    """Lines grouped under their heading, in their order."""
    return [
        Part(title, tuple(each)) for title, each in groupby(said, key=lambda line: line.theme_title)
    ]


def site(url: str) -> str:
    """The name of a site, as people say it."""
    return urlsplit(url).netloc.removeprefix("www.")


def language_of(request: Request, asked: str = "") -> str:
    """The language chosen on the page, else the browser's first one offered, else French."""
    offered = locales.offered()
    chosen = asked if asked in offered else request.query_params.get("language", "")
    if chosen in offered:
        return chosen
    for each in request.headers.get("accept-language", "").split(","):
        code = each.split(";")[0].strip().split("-")[0].lower()
        if code in offered:
            return code
    return "fr"
