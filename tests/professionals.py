"""The professionals' side alone: real routes on a real SQLite file, briefs of invented people."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser as Browsers
from playwright.sync_api import sync_playwright

from api import errors, routes
from api.deps import Config
from flows import engine
from restitution.brief import make_brief
from store import access, accounts
from store.codes import new_code
from store.crypto import Keyring
from store.database import open_database
from store.opening import bring_up
from store.repository import Store, Summary
from store.writer import Writer
from tests import advising
from tests.serving import Clock, receiving_centre
from tests.test_personas import PEOPLE, said

PASSWORD = "a-long-password"
BASE = "https://bilan.example.org"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"]  # fmt: skip
_numbers = itertools.count(1)


def person(name: str, **more: Any) -> dict[str, Any]:
    """What this invented person said, with a few other answers."""
    found = next(each for _, each in PEOPLE if each["name"].startswith(name))
    return {**said(found), **more}


class House:
    """A store with its application, and shortcuts to fill it."""

    def __init__(
        self, folder: Path, base: str = BASE, clock: Clock | None = None, **config: Any
    ) -> None:
        self.clock = clock or Clock()
        self.folder = folder
        self.config = config
        engine_ = open_database(f"sqlite:///{folder}/professionals.db")
        self.store = Store(engine_, Keyring.parse(Keyring.fresh()), self.clock)
        bring_up(self.store)
        self.writer = Writer(self.store)
        self.app = self.application(base)

    def application(self, base: str = BASE) -> FastAPI:
        """A fresh process on the same database."""
        app = FastAPI(title="Avant-bilan", docs_url=None, redoc_url=None,
                      openapi_url="/api/openapi.json")  # fmt: skip
        errors.install(app)
        config = Config(base, base.startswith("https://"), **self.config)
        app.include_router(
            routes.build(self.store, self.writer, advising.shelf(), config, advising.rules())
        )
        return app

    def centre(self, name: str) -> str:
        with self.store.transaction() as tx:
            return receiving_centre(tx, name)

    def account(
        self, email: str = "c@example.org", centre: str | None = None, role: str = "practitioner",
        name: str = "Camille Martin", profession: str = "infirmière",
    ) -> str:  # fmt: skip
        where = self.centre(centre) if centre else None
        with self.store.transaction() as tx:
            return access.create_practitioner(tx, email, name, profession, PASSWORD, where, role)

    def token(self, who: str) -> str:
        """A session without the door."""
        with self.store.transaction() as tx:
            knock = accounts.knock(tx, "nobody@example.org")
            return accounts.sign_in(tx, who, knock.number)

    def share(
        self, answers: Mapping[str, Any], centre: str | None = None,
        distress: tuple[tuple[str, str, str, int], ...] = (),
    ) -> tuple[str, str]:  # fmt: skip
        """A finished, shared interview of somebody who said this: (brief, code)."""
        code = new_code()
        where = self.centre(centre) if centre else None
        made = msgspec.structs.replace(
            advising.interview(answers, distress), id=f"i{next(_numbers)}", centre=where,
            wordings=(("own", "1", "fr"),),
        )  # fmt: skip
        brief = make_brief(engine.replay(advising.shelf(), made), made, advising.rules())
        with self.store.transaction() as tx:
            held = tx.hold(made, "web")
            tx.save([held], {made.id: Summary("finished", brief.band, True)})
            advice = msgspec.json.encode(advising.restitution(answers))
            filed = access.file_brief(
                tx, held, msgspec.json.encode(brief), advice, code, centre=where is not None
            )
        return filed, code


@contextlib.asynccontextmanager
async def caller(house: House, who: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A machine at the API; with a bearer token when it speaks for somebody."""
    headers = {"Authorization": f"Bearer {house.token(who)}"} if who else {}
    transport = httpx.ASGITransport(app=house.app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
        yield client


class Browser:
    """A browser without script: follows forms as they are on the page."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = httpx.Response(200, text="")

    async def go(self, path: str) -> httpx.Response:
        self.page = await self.client.get(path, follow_redirects=True)
        return self.page

    @property
    def proof(self) -> str:
        """The hidden field of the page's forms."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.page.text)
        assert found, self.page.text
        return found[1]

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Send this page's form."""
        fields = {"csrf": self.proof, **fields}
        self.page = await self.client.post(path, data=fields, follow_redirects=True)
        return self.page

    async def sign_in(self, email: str = "c@example.org", password: str = PASSWORD) -> Any:
        await self.go("/pro")
        return await self.send("/pro/connexion", email=email, password=password)


@contextlib.asynccontextmanager
async def browsing(house: House) -> AsyncIterator[Browser]:
    transport = httpx.ASGITransport(app=house.app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield Browser(client)


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def served(
    folder: Path, clock: Clock | None = None, host: str = "127.0.0.1", port: int = 0, **config: Any
) -> Iterator[tuple[House, str]]:
    """A house on a port of its own, for a real browser: (house, address)."""
    port = port or free_port()
    base = f"http://{host}:{port}"
    house = House(folder, base, clock, **config)
    server = uvicorn.Server(
        uvicorn.Config(house.app, "127.0.0.1", port, log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield house, base
    finally:
        server.should_exit = True
        thread.join()
        house.writer.close()


@contextlib.contextmanager
def chromium() -> Iterator[Browsers]:
    """Debian's Chromium. In CI a missing one is a failure; elsewhere those tests are skipped."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("needs Chromium (Debian: apt install chromium)")
    assert found, "needs Chromium (Debian: apt install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield browser
        browser.close()
