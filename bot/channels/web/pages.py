"""Templates → responses: the same headers, the same words and the same keys on every page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
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
Made = tuple[bytes, ...]
"""A page, or a part of one, cut at its holes: what differs each time it is sent."""
_HOLE = re.compile("(\ufdd0[a-z]+\ufdd0)")
"""Unicode keeps such letters out of texts; typed in, one fills them with what is one's own."""
_KEY, _AHEAD, _LEFT, _MAIN = (
    f"\ufdd0{each}\ufdd0".encode() for each in ("key", "ahead", "left", "main")
)
"""The key of its forms; what a phone may do next, which holds answers; how many questions are left;
what stands in the frame."""
SAME = 1000
"""Parts kept: every question of every band in some languages (4 KB each in memory)."""
_HIDDEN = Markup('<input type="hidden" name="%s" value="%s">')
FRAMED = frozenset({"chat.html", "end.html", "question.html", "summary.html"})
"""Pages of the conversation: each stands in the same frame."""
FIRST = "start.html"
"""The page most people see first: its looks come with it, one round trip less before it shows."""
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


class Pages:
    """Renders the templates."""

    def __init__(self, config: WebConfig, phones: Phones, voices: Voices = SILENCE) -> None:
        self.config, self._voices = config, voices
        self.css, self.js = assets.read("style.css"), assets.read("app.js")
        self.pictures = assets.named("pictures.svg", pictures.sheet())
        self._same: dict[Hashable, Made] = {}
        self._languages: dict[Texts, Environment] = {}
        # Only this very style sheet may stand in a page, by its hash.
        mark = base64.b64encode(hashlib.sha256(self.css.plain).digest()).decode()
        policy = SAFE["Content-Security-Policy"]
        dressed = policy.replace("style-src 'self'", f"style-src 'self' 'sha256-{mark}'")
        self._safe = _written(SAFE)
        self._dressed = _written(SAFE | {"Content-Security-Policy": dressed})
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

    def html(self, reader: Reader, template: str, **values: Any) -> str:
        """The page as text."""
        return self._page(reader, template, **values).decode()

    def _page(
        self, reader: Reader, template: str, same: Hashable | None = None, ahead: str = "",
        left: str = "", lazily: Callable[[], dict[str, Any]] = dict, **values: Any,
    ) -> bytes:  # fmt: skip
        """`same`: all that the question shown depends on beside its language, where it holds
        nothing of a person: made once. `lazily`: values it takes work to know, for what is not
        made yet."""
        texts, looks, path = reader.texts, guard.looks(reader.request), _path(reader.request)
        around = {"looks": looks, "path_back": path, "ahead": ahead and _AHEAD.decode(),
                  "left": _LEFT.decode(), "main": _MAIN.decode()}  # fmt: skip

        @cache
        def known() -> dict[str, Any]:
            return lazily() | values | around

        if template not in FRAMED:
            made = self._part(texts, template, None, known)
        else:
            over = bool(values.get("over"))
            seen = (texts.language, looks, path, bool(ahead), over)
            frame = self._part(texts, "frame.html", seen, known)
            about = (texts.language, same) if same is not None else None
            main = self._part(texts, template, about, known)
            if template == "question.html" and (values["shown"].urgent or values["shown"].notices):
                main = (*self._part(texts, "before.html", None, known), *main)
            place = frame.index(_MAIN)
            made = (*frame[:place], *main, *frame[place + 1 :])
        filled = {_KEY: guard.new_key(reader.address).encode(), _LEFT: str(escape(left)).encode(),
                  _AHEAD: str(escape(ahead)).encode()}  # fmt: skip
        return b"".join([filled.get(each, each) for each in made])

    def _said_in(self, texts: Texts) -> Environment:
        """The templates in one language: what they may name beside what a page gives them."""
        if texts in self._languages:
            return self._languages[texts]

        def bot(name: str, /, **words: object) -> str:
            said = texts.gettext("bot", PHRASES[name])
            return said.format(**words) if words else said

        whose = _HIDDEN % ("key", _KEY.decode()) + _HIDDEN % ("language", texts.language)

        def hidden(about: str | None = None) -> Markup:
            return whose + _HIDDEN % ("about", about) if about else whose

        tongues = [Tongue(each, locales.name(each), locales.direction(each),
                          of_name(self._voices, each) if oral.known(each) else ())
                   for each in locales.offered()]  # fmt: skip
        made = self._languages[texts] = self._env.overlay()
        made.globals = self._env.globals | {
            "texts": texts, "t": texts.gettext, "bot": bot, "hidden": hidden,
            "languages": tongues, "looks_offered": LOOKS,
        }  # fmt: skip
        return made

    def _part(
        self, texts: Texts, template: str, about: Hashable | None,
        known: Callable[[], dict[str, Any]],
    ) -> Made:  # fmt: skip
        """The template with its holes; what only depends on `about` is made once."""
        made = self._same.get((template, about)) if about is not None else None
        if made is None:
            page = self._said_in(texts).get_template(template).render(known())
            if texts.written == "fr":
                page = locales.tight(page)
            page = page.replace(_LOOKS_HERE, self.css.plain.decode())
            made = tuple(each.encode() for each in _HOLE.split(page))
            if about is not None:
                if len(self._same) >= SAME:
                    self._same.clear()
                self._same[template, about] = made
        return made

    def show(self, reader: Reader, template: str, status: int = 200, **values: Any) -> Response:
        """The page as a response; `values` as for the text of it."""
        body = self._page(reader, template, **values)
        headers = list(self._dressed if template == FIRST else self._safe)
        if assets.accepts_gzip(reader.request):
            # zlib presses an eighth harder in eight times the time, a tenth of all an answer costs.
            body = igzip.compress(body, isal_zlib.ISAL_DEFAULT_COMPRESSION)
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", b"%d" % len(body)))
        response = Response(status_code=status)
        # Written once for all pages: putting them together takes as long as pressing the page.
        response.body, response.raw_headers = body, headers
        return response

    def go(self, place: str) -> Response:
        """« See there »: a reload or a step back then sends nothing twice."""
        return RedirectResponse(place, 303, SAFE)


def _written(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """HTML with these headers, as they are sent; its length comes with each page."""
    made = Response(headers=headers, media_type="text/html; charset=utf-8").raw_headers
    return [each for each in made if each[0] != b"content-length"]


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
