"""From the practitioner's desk to the person: a whole plan in a real browser without script."""

from __future__ import annotations

import contextlib
import io
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
import uvicorn
from pypdf import PdfReader

from app.web import create
from bot import say as says
from bot.channels.telegram.keyboards import messages
from bot.handover import plan_ready
from bot.messages import Capabilities
from flows import engine
from restitution.paper import tells
from store import access, outbox
from store.accounts import Professional
from store.repository import table
from store.tables import AddressRow
from tests.professionals import PASSWORD, chromium, person
from tests.serving import make, serving, usual
from tests.test_telegram import telegram

TYPED = {"age", "age_exact", "height_m", "weight_kg", "menopause_age"}


@dataclass
class Town:
    """The whole service on a port of its own."""

    service: object
    base: str

    def patient(self, name: str, language: str = "fr", **more) -> tuple[str, str, str]:
        """Somebody who answered everything: (interview, their browser's cookie, code)."""
        said, keys = person(name, **more), iter(range(1000))
        with httpx.Client(base_url=self.base) as client:
            at = client.post("/api/v1/interviews", json={"language": language}).json()
            token = {"Authorization": f"Bearer {at['token']}"}
            path = f"/api/v1/interviews/{at['id']}/messages"
            while (waiting := at["waiting"]) is not None:
                answer = said.get(waiting) or usual(waiting)
                about = None if waiting in TYPED else waiting
                sent = {"said": str(answer) if waiting in TYPED else answer, "about": about}
                headers = token | {"Idempotency-Key": str(next(keys))}
                at = client.post(path, json=sent, headers=headers).json()
        cookie = f"browser-of-{name}-0123456789"
        with self.service.store.transaction() as tx:
            held = tx.interview(_interview(tx, at["code"]))
            tx.settle(held, "web", cookie)
        return held.interview.id, cookie, at["code"]


def _interview(tx, code: str) -> str:
    """The interview behind a code."""
    who = access.create_practitioner(tx, f"{code}@example.org", "x", "x", PASSWORD, None)
    me = Professional(who, "", "", "", "practitioner", None, None)
    return access.interview_behind(tx, me, access.open_by_code(tx, who, code), "test")


@contextlib.contextmanager
def town(folder: Path) -> Iterator[Town]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    service = make(folder, public_url=base)
    config = uvicorn.Config(create(service), "127.0.0.1", port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    with service.store.transaction() as tx:
        access.create_practitioner(tx, "c@example.org", "Camille Martin", "infirmière", PASSWORD,
                                   None)  # fmt: skip
    try:
        yield Town(service, base)
    finally:
        server.should_exit = True
        thread.join()


# -- on Telegram -----------------------------------------------------------------------------------


async def test_telegram_gets_a_notice_with_a_link_that_serves_once_never_the_content(tmp_path):
    async with serving(tmp_path) as service:
        with service.store.transaction() as tx:
            held = tx.hold(engine.begin("one", "fr", tx.now), "telegram")
            tx.save([held], {"one": service.desk.clerk.summary(held.interview)})
            tx.settle(held, "telegram", "42")
            tx.settle(held, "web", "a-browser-0123456789")
            plan_ready(tx, "one", "https://bilan.example.org")
        with service.store.reading() as tx:
            (waiting,) = outbox.due(tx, "telegram", tx.now)
            screens = service.desk.screens(tx, [waiting], Capabilities(private=False))[waiting.id]
        assert waiting.notice and [each.kind for each in says.load(waiting.screen)] == ["plan"]
        (message,) = messages(screens[0])
        assert not re.search("santé|prévention|plan|fumer|médecin", message.text)
        (button,) = [each for row in message.keyboard.inline_keyboard for each in row]
        token = re.fullmatch(r"https://bilan.example.org/s/([\w-]{22})", button.url)[1]
        with service.store.transaction() as tx:
            assert tx.follow(token) == ("one", "plan")
            assert tx.follow(token) is None


async def test_the_notice_leaves_through_the_outbox_and_its_link_opens_the_plan(tmp_path):
    async with telegram(tmp_path) as world:
        await world.begin()
        with world.service.store.transaction() as tx:
            (held,) = tx.at([("telegram", "42")]).values()
            plan_ready(tx, held.interview.id, "https://bilan.example.org")
        world.service.desk.sent.set()
        await world.quiet()
        assert "vous attend" in world.last.text
        url = world.last.buttons[0]["url"]
        transport = httpx.ASGITransport(app=create(world.service))
        get = partial(httpx.AsyncClient, transport=transport, base_url="https://bilan.example.org")
        async with get() as client:
            page = await client.get(url)
            key = re.search(r'name="key" value="([^"]+)"', page.text)[1]
            opened = await client.post(url, data={"key": key, "language": "fr"})
            assert opened.headers["location"] == "/plan"


async def test_who_stopped_the_bot_is_not_written_to(tmp_path):
    async with serving(tmp_path) as service:
        with service.store.transaction() as tx:
            held = tx.hold(engine.begin("one", "fr", tx.now), "telegram")
            tx.save([held], {"one": service.desk.clerk.summary(held.interview)})
            tx.settle(held, "telegram", "42")
            tx.db.execute(table(AddressRow).update().values(blocked=True))
            plan_ready(tx, "one", "https://bilan.example.org")
            assert outbox.due(tx, "telegram", tx.now) == []
            plan_ready(tx, "nobody", "https://bilan.example.org")


# -- in a real browser (last: its event loop stays until the module ends) -----------------------


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    with town(tmp_path_factory.mktemp("town")) as found, chromium() as browser:
        yield found, browser


def practitioner(street, width=1280):
    """Signed in, without script."""
    found, browser = street
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(f"{found.base}/pro")
    page.fill("#email", "c@example.org")
    page.fill("#password", PASSWORD)
    page.click("#door button")
    return page


def person_page(street, cookie, width=390):
    found, browser = street
    context = browser.new_context(
        viewport={"width": width, "height": 844}, java_script_enabled=False
    )
    context.add_cookies([{"name": "q", "value": cookie, "url": found.base}])
    return context.new_page()


def test_a_plan_is_drafted_changed_ordered_validated_printed_and_reaches_the_person(street):
    found, _ = street
    _, cookie, code = found.patient("Marc", chosen_name="Marc D.")
    person_sees = person_page(street, cookie)
    person_sees.goto(f"{found.base}/chat")
    assert person_sees.locator("a[href='/plan']").count() == 0
    person_sees.goto(f"{found.base}/plan")
    assert person_sees.url.endswith("/chat")

    page = practitioner(street)
    page.fill("#code", code)
    page.click("form[action='/pro/code'] button")
    page.click("text=Ouvrir le brouillon de plan")
    page.fill("[id='r0.priority']", "Arrêter de fumer avant l'été")
    page.select_option("[id='r0.importance']", "5")
    page.select_option("[id='r1.importance']", "9")
    page.check("input[name='r1.obstacle'][value='time']")
    page.fill("[id='r1.words']", "mal au dos le soir")
    page.click("text=Ordonner : le plus important d'abord")
    assert page.input_value("[id='r0.priority']") == "Mieux manger, bouger plus"
    assert page.input_value("[id='r1.priority']") == "Arrêter de fumer avant l'été"
    page.click("#r1 button:has-text('Monter') >> nth=0")
    assert page.input_value("[id='r0.priority']") == "Arrêter de fumer avant l'été"
    page.click("#r0 .more summary >> nth=0")
    page.fill("[id='r0.new_advice']", "Patchs, avec Mme Diallo, dès lundi")
    page.click("#r0 .more button >> nth=0")
    assert page.input_value("[id='r0.advice.3']") == "Patchs, avec Mme Diallo, dès lundi"
    page.click("button[value=validate]")
    assert "Pas encore validé" in page.locator("#wrong").inner_text()
    page.click(".plan-end button[value=accept_all]")
    page.click("button[value=validate]")
    assert "version 1 validée" in page.locator("h1").inner_text()
    paper = page.context.request.get(f"{page.url}/1.pdf")
    text = PdfReader(io.BytesIO(paper.body())).pages[0].extract_text()
    assert "Mme Diallo" in text and "mal au dos" in text and "Marc D." in text

    person_sees.goto(f"{found.base}/chat")
    person_sees.click("a[href='/plan']")
    assert person_sees.locator("h2").first.inner_text() == "1. Arrêter de fumer avant l'été"
    seen = person_sees.locator("main").inner_text()
    for part in ("Patchs, avec Mme Diallo", "mal au dos le soir", "Camille Martin", "3989",
                 "Point dans 3 mois"):  # fmt: skip
        assert part in seen
    assert person_sees.locator("a[href='tel:3989']").count() >= 1
    own = person_sees.context.request.get(f"{found.base}/plan.pdf")
    assert len(PdfReader(io.BytesIO(own.body())).pages) == 1
    page.goto(page.url.removesuffix("/plan"))
    page.click("text=Voir le plan validé")
    assert "version 1 validée" in page.locator("h1").inner_text()
    person_sees.context.close()
    page.context.close()


def test_the_person_reads_it_in_their_language_what_was_typed_stays(street):
    found, _ = street
    _, cookie, code = found.patient("Marc", language="ar")
    page = practitioner(street)
    page.fill("#code", code)
    page.click("form[action='/pro/code'] button")
    page.click("text=Ouvrir le brouillon de plan")
    page.fill("[id='r0.words']", "mon fils fume")
    page.click(".plan-end button[value=accept_all]")
    page.click("button[value=validate]")
    path = page.locator("a:has-text('arabe')").get_attribute("href")
    both = page.context.request.get(found.base + path)
    assert both.headers["content-type"] == "application/pdf"
    assert len(PdfReader(io.BytesIO(both.body())).pages) == 1
    sees = person_page(street, cookie)
    sees.goto(f"{found.base}/plan")
    assert sees.locator("html").get_attribute("dir") == "rtl"
    assert re.search("[ء-ي]{4}", sees.locator("h2").first.inner_text())
    assert "mon fils fume" in sees.locator("main").inner_text()
    assert not tells(sees.locator("main").inner_text())
    assert sees.evaluate("document.documentElement.scrollWidth") <= 390
    # Somebody else's browser has nothing here.
    other = person_page(street, "somebody-else-0123456789")
    other.goto(f"{found.base}/plan")
    assert not other.url.endswith("/plan")
    for each in (sees, page, other):
        each.context.close()


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_the_editor_fits_every_screen(street, width):
    found, _ = street
    _, _, code = found.patient("Josiane")
    page = practitioner(street, width)
    page.fill("#code", code)
    page.click("form[action='/pro/code'] button")
    page.goto(f"{page.url}/plan")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for each in page.locator(".plan textarea:visible").all()[:6]:
        assert each.bounding_box()["width"] >= 120
    page.click(".plan-end button[value=accept_all]")
    page.click("button[value=validate]")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()
