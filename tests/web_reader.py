"""A browser without a screen: reads our pages, sends their forms, follows their buttons."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx

BLOCKS = {
    "summary",
    "p",
    "h1",
    "h2",
    "h3",
    "li",
    "dt",
    "dd",
    "button",
    "label",
    "legend",
    "div",
    "section",
}


class Page(HTMLParser):
    """What stands in `<main>`: lines of text, and the first form's fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.forms: list[dict[str, str]] = []
        self.actions: list[str] = []
        self._inside = self._hidden = 0
        self.feed(html)
        self.lines = [" ".join(each.split()) for each in self.lines]
        self.lines = [each for each in self.lines if each]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "main":
            self._inside += 1
        if tag in ("svg", "script", "style"):
            self._hidden += 1
        if tag == "form":
            self.forms.append({})
            self.actions.append(given.get("action") or "")
        if tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1][given.get("name") or ""] = given.get("value") or ""
        self.handle_data(" ")
        if tag in BLOCKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._inside -= 1
        if tag in ("svg", "script", "style"):
            self._hidden -= 1
        if tag in BLOCKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self._inside and not self._hidden:
            self.lines[-1] += data

    def form(self, action: str, about: str | None = None) -> dict[str, str]:
        """The hidden fields of the form that goes there (and belongs to this question)."""
        return next(
            form for form, goes in zip(self.forms, self.actions, strict=True)
            if goes == action and (about is None or form.get("about") == about)
        )  # fmt: skip


async def follow(browser: httpx.AsyncClient, link: str) -> Page:
    """Open a single-use link: look at it, then press its button."""
    path = httpx.URL(link).path
    looked = Page((await browser.get(path)).text)
    return Page((await browser.post(path, data=looked.form(path))).text)


async def answer(browser: httpx.AsyncClient, page: Page, about: str, said: tuple[str, ...]) -> Page:
    """Answer the question that stands there."""
    fields: dict[str, str | list[str]] = dict(page.form("/say", about))
    sent = await browser.post("/say", data=fields | {"said": list(said)})
    return Page(sent.text)
