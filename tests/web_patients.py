"""Patients with a telephone: the whole application on a port of its own, in Debian's Chromium."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Locator, Page

from app.settings import Settings
from app.web import create
from app.wiring import Service, build
from bot.messages import Said
from flows import engine
from flows.engine import Heard
from flows.loading import Shelf
from flows.model import NON_ANSWERS, Interview, Value
from store.crypto import Keyring
from store.repository import Summary
from tests.serving import NOW, Clock

_numbers = itertools.count(1)
PHONE = {"width": 360, "height": 640}
MARC: dict[str, Said] = {
    "age": "47", "sex": "man", "height_m": "1,78", "weight_kg": "92", "fruit_veg": "rarely",
    "physical_activity_freq": "never", "chosen_name": "Marc T.",
}  # fmt: skip
TOLD: dict[str, Said] = {
    **MARC, "phq4_nervous": "never", "phq4_worry": "never", "phq4_interest": "never",
    "phq4_sad": "never", "suicidal_history": ("ideation",), "suicide_follow_up": "long_ago",
    "violence_victim": "no",
}  # fmt: skip
"""The same man, who also answered the private block."""
READ = """() => {
  const lines = [], said = e => e.innerText.replace(/\\s+/g, ' ').trim();
  const seen = e => e.checkVisibility() && e.getBoundingClientRect().width > 2;
  const add = (text, mark) => text && lines.push((mark || '') + text);
  function walk(e, mark) {
    if (!seen(e)) return;
    if (e.matches('section.urgent')) mark = '! ';
    if (e.matches('.row')) {
      return add([...e.children].filter(seen).filter(it => it.matches('button, a'))
        .map(it => `( ${said(it)} )`).join(' '), mark);
    }
    if (e.matches('[role=checkbox]')) {
      return add(`[${e.getAttribute('aria-checked') === 'true' ? 'x' : ' '}] ${said(e)}`, mark);
    }
    if (e.matches('label.box')) return add(`[${e.control.checked ? 'x' : ' '}] ${said(e)}`, mark);
    if (e.matches('button, a.button, a.call, a.handover')) return add(`( ${said(e)} )`, mark);
    if (e.matches('summary')) return add(`[+] ${said(e)}`, mark);
    if (e.matches('input, textarea')) return add(`[ ${e.value || '…'} ]`, mark);
    if (e.matches('.qr')) return add(`[ ${e.getAttribute('aria-label')} ]`, mark);
    if (e.matches('h1,h2,h3,p,dt,dd,li,span') && !e.querySelector('button,.button,.call,p')) {
      return add(said(e), e.matches('li') ? '- ' : mark);
    }
    for (const each of e.children) walk(each, mark);
  }
  walk(document.querySelector('main'));
  return lines;
}"""
"""The page's text and what may be pressed, top to bottom: « ( a button ) », « [ ] a box »."""


@dataclass(frozen=True)
class House:
    """The running application and where it is."""

    service: Service
    base: str


@contextlib.contextmanager
def open_house(folder: Path, **settings: Any) -> Iterator[House]:
    """The application as an operator starts it, on an empty database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    settings = Settings(database_url=f"sqlite:///{folder}/web.db", data_dir=str(folder),
                        keys=Keyring.fresh(), public_url=base, _env_file=None,
                        **settings)  # fmt: skip
    service = build(settings, Clock())
    server = uvicorn.Server(
        uvicorn.Config(create(service), "127.0.0.1", port, log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield House(service, base)
    finally:
        server.should_exit = True
        thread.join()


def met(house: House, said: Mapping[str, Said], until: str | None = None) -> str:
    """Somebody who answered all before `until`, without a browser; gives what theirs would keep."""
    shelf, token = house.service.shelf, f"somebody-{next(_numbers):08}"
    interview = engine.begin(token, "fr", NOW)
    while (waiting := engine.replay(shelf, interview).waiting) and waiting.id != until:
        value = said.get(waiting.id) or usual(waiting.id)
        typed = isinstance(value, str) and value not in (*waiting.values, *NON_ANSWERS)
        heard = Heard(value, None if typed else waiting.id, typed)
        interview = engine.hear(shelf, interview, heard, NOW).interview
    position = engine.replay(shelf, interview)
    with house.service.store.transaction() as tx:
        held = tx.hold(interview, "web")
        tx.save([held], {interview.id: Summary("open", position.questionnaire.band, False)})
        tx.settle(held, "web", token)
    return token


def kept(house: House, token: str) -> Interview | None:
    """What is kept of whoever has this browser."""
    with house.service.store.reading() as tx:
        held = tx.at([("web", token)]).get(("web", token))
        return held.interview if held else None


def answers(house: House, token: str) -> Mapping[str, Value]:
    """The answers that count, of whoever has this browser."""
    interview = kept(house, token)
    return engine.replay(house.service.shelf, interview).answers if interview else {}


class Phone:
    """One person's browser. What they do is written down as anyone could read it."""

    def __init__(self, browser: Browser, base: str, token: str = "", **options: Any) -> None:
        kept = {"viewport": PHONE, "locale": "fr-FR", "reduced_motion": "reduce"}
        self.context = browser.new_context(**(kept | options))  # type: ignore[arg-type]
        if token:
            self.context.add_cookies([{"name": "q", "value": token, "url": base}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.base = base
        self.asked: list[str] = []
        """Address of every request this browser made."""
        self.troubles: list[str] = []
        """What the browser complained of: script errors, refused content."""
        self.context.on("request", lambda it: self.asked.append(it.url))
        self.told: list[str] = []
        """The conversation so far, as anyone can read it; kept when `writes`."""
        self.writes = False
        self.page.on("pageerror", lambda it: self.troubles.append(str(it)))
        self.page.on("console", lambda it: self.troubles.append(it.text)
                     if it.type in ("error", "warning") else None)  # fmt: skip

    def open(self, path: str = "/") -> Phone:
        self.page.goto(path if path.startswith("http") else self.base + path)
        return self._read()

    def _read(self) -> Phone:
        if self.writes:
            self.told += ["", *self.page.evaluate(READ)]
        return self

    def _did(self, what: str) -> None:
        self.told += ["", f"> {' '.join(what.split())}"]

    def press(self, what: str | Locator) -> Phone:
        """Press something that sends a form, and wait for what comes back."""
        keys = self.page.locator("input[name=key]")
        old = keys.first.get_attribute("value") if keys.count() else ""
        button = self.page.locator(what).first if isinstance(what, str) else what
        self._did(button.inner_text())
        button.click()
        if old:
            self.page.locator(f"input[name=key][value='{old}']").first.wait_for(state="detached")
        self.page.locator("html.sending").wait_for(state="detached")
        self.page.wait_for_load_state("load")
        return self._read()

    def begin(self, path: str = "/") -> Phone:
        return self.open(path).press("form[action='/begin'] button")

    # -- answering -----------------------------------------------------------------------

    @property
    def waiting(self) -> str | None:
        """The question on the page, by id."""
        about = self.page.locator("main input[name=about]")
        return about.first.get_attribute("value") if about.count() else None

    def tap(self, value: str) -> Phone:
        """An answer, or « I don't know », « skip », « I prefer not to say »."""
        return self.press(self._found(f"main button[value='{value}']"))

    def tick(self, *values: str) -> Phone:
        """Boxes of a multiple choice."""
        for each in values:
            box = self.page.locator(f"main label:has(input[value='{each}'])")
            if box.count():
                self._did(box.inner_text())
                box.click()
            else:
                self.press(f"main button[name=tick][value='{each}']")
        return self

    def write(self, text: str) -> Phone:
        self._did(text)
        self.page.fill("main [name=written]", text)
        return self.done()

    def done(self) -> Phone:
        return self.press("main button[name=done]")

    def command(self, name: str) -> Phone:
        """A button of the help, or under a page."""
        return self.press(self._found(f"button[name=command][value='{name}']"))

    def _found(self, what: str) -> Locator:
        """The button, in sight even if it lies in the help or among the languages."""
        inside = self.page.locator(what.removeprefix("main "))
        folded = self.page.locator("details:not([open])").filter(has=inside)
        if folded.count() and not self.page.locator(what).first.is_visible():
            folded.first.locator("> summary").click()
        return self.page.locator(what).first

    def unfold(self) -> Phone:
        """Open « help »."""
        self.page.locator(".help > summary").click()
        return self

    def answer(self, said: Said) -> Phone:
        """The question on the page, in the way it is asked."""
        if isinstance(said, tuple):
            return self.tick(*said).done()
        offered = self.page.locator(f"main button[value='{said}']")
        return self.tap(said) if offered.count() else self.write(said)

    def answer_all(self, persona: Mapping[str, Said], until: str | None = None) -> Phone:
        """Go on until nothing waits, or `until` does."""
        while (waiting := self.waiting) is not None and waiting != until:
            self.answer(persona.get(waiting) or usual(waiting))
        return self

    @property
    def token(self) -> str:
        """What stands for this browser."""
        return next((it["value"] for it in self.context.cookies() if it["name"] == "q"), "")

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    @property
    def code(self) -> str:
        return self.page.locator("a.handover bdi").inner_text().replace(" ", "")


def usual(question: str) -> Said:
    """What a person says who has nothing special to say."""
    return {
        "consent": "yes", "shared_phone": "no", "helped": "alone", "private_ready": "yes",
        "check_answers": "all_good", "share": "yes", "band_choice": "go_on",
    }.get(question, "go_on" if question.startswith("go_on_") else "skipped")  # fmt: skip


def told(shelf: Shelf, script: Path) -> dict[str, Said]:
    """What the person of this script answered on the console, by question."""
    interview = engine.begin("one", "fr", NOW)
    for line in script.read_text(encoding="utf-8").splitlines():
        interview = engine.hear(shelf, interview, Heard(line, numbered=True), NOW).interview
    answers = engine.replay(shelf, interview).answers
    return {each: _pressed(value) for each, value in answers.items()}


def _pressed(value: Any) -> Said:
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else value
