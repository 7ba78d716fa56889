"""A person on Telegram, and the whole served application behind the emulator."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import re
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app.settings import Settings
from app.web import create
from app.wiring import Service, build
from flows.model import Interview
from store import access, outbox
from store.crypto import Keyring
from tests.serving import Clock
from tests.telegram_emulator import TOKEN, Emulator, Shown, as_json

HOST = "bilan.example.org"
PASSWORD = "a-long-password"


class Person:
    """Someone with a phone: what they type, press and see. Gives updates, sends nothing."""

    def __init__(self, emulator: Emulator, chat: int = 42, language: str = "fr") -> None:
        self.emulator, self.chat, self.language = emulator, chat, language

    @property
    def messages(self) -> list[Shown]:
        return list(self.emulator.chats[self.chat].values())

    @property
    def last(self) -> Shown:
        return self.messages[-1]

    def text(self, said: str) -> dict[str, Any]:
        """The update of something typed."""
        return {"message": {
            "message_id": self.emulator.next_id(), "date": 1_790_000_000, "text": said,
            "chat": {"id": self.chat, "type": "private"}, "from": self._me()}}  # fmt: skip

    def tap(self, label: str, message: Shown | None = None) -> dict[str, Any]:
        """The update of a button pressed, by its label (a ✓ in front does not matter)."""
        shown = message or next(
            each for each in reversed(self.messages)
            if any(_bare(button["text"]) == label for button in each.buttons)
        )  # fmt: skip
        button = next(each for each in shown.buttons if _bare(each["text"]) == label)
        return {"callback_query": {
            "id": str(self.emulator.next_id()), "from": self._me(), "chat_instance": "1",
            "data": button["callback_data"], "message": as_json(self.chat, shown)}}  # fmt: skip

    def _me(self) -> dict[str, Any]:
        return {"id": self.chat, "is_bot": False, "first_name": "P", "language_code": self.language}


def _bare(label: str) -> str:
    return label.removeprefix("✓ ")


class World:
    """The service, the emulator and one person."""

    def __init__(self, service: Service, emulator: Emulator, mode: str, port: int) -> None:
        self.service, self.emulator, self.mode, self.port = service, emulator, mode, port
        self.person = Person(emulator)

    async def type(self, said: str) -> dict[str, Any]:
        return await self.arrive(self.person.text(said))

    async def tap(self, label: str, message: Shown | None = None) -> dict[str, Any]:
        return await self.arrive(self.person.tap(label, message))

    async def arrive(self, raw: dict[str, Any]) -> dict[str, Any]:
        """This reaches the bot, and all it answers has arrived."""
        update = self.emulator.push(raw)
        if self.mode == "webhook":
            assert await self.emulator.deliver(update) == 200
        await self.quiet()
        return update

    async def quiet(self, seconds: float = 20.0) -> None:
        """Until every update is confirmed and no screen waits."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.emulator.updates and self._nothing_waits():
                return
            await asyncio.sleep(0.003)
        raise AssertionError("something still waits")

    def _nothing_waits(self) -> bool:
        with self.service.store.reading() as tx:
            return outbox.next_due(tx, "telegram") is None

    @property
    def last(self) -> Shown:
        return self.person.last

    def labels(self, message: Shown | None = None) -> list[str]:
        return [button["text"] for button in (message or self.last).buttons]

    def copy(self, message: Shown | None = None) -> Shown:
        """A message as it was, to press its buttons later."""
        return copy.deepcopy(message or self.last)

    @property
    def interview(self) -> Interview | None:
        """What is kept of our person."""
        place = ("telegram", str(self.person.chat))
        with self.service.store.reading() as tx:
            held = tx.at([place]).get(place)
        return held.interview if held else None

    async def begin(self) -> None:
        """Up to the question of the age."""
        await self.type("/start")
        await self.tap("Commencer")
        await self.tap("Oui")
        await self.tap("Non")

    async def until(self, words: str) -> None:
        """Skip until these words are asked."""
        for _ in range(100):
            if words in self.last.text:
                return
            await self.tap("Passer")
        raise AssertionError(f"never asked: {words}")

    def browser(self) -> httpx.AsyncClient:
        """The same person's browser, at our public address."""
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", follow_redirects=True,
                                 headers={"Host": f"{HOST}:{self.port}"})  # fmt: skip

    async def opened_by(self, code: str) -> dict[str, Any]:
        """The brief a practitioner gets through the API with this code."""
        with self.service.store.transaction() as tx:
            centre = access.create_centre(tx, "Centre")
            access.create_practitioner(tx, "a@example.org", "A", "médecin", PASSWORD, centre,
                                       "practitioner")  # fmt: skip
        async with self.browser() as browser:
            account = {"email": "a@example.org", "password": PASSWORD}
            signed = await browser.post("/api/v1/sessions", json=account)
            bearer = {"Authorization": f"Bearer {signed.json()['token']}"}
            opened = await browser.post("/api/v1/briefs/open", json={"code": code}, headers=bearer)
            brief = await browser.get(f"/api/v1/briefs/{opened.json()['id']}", headers=bearer)
        found: dict[str, Any] = brief.json()
        return found


@contextlib.asynccontextmanager
async def telegram(
    folder: Path,
    mode: str = "webhook",
    emulator: Emulator | None = None,
    pace: float = 0.0,
    database: str = "",
    **more: object,
) -> AsyncIterator[World]:
    """The whole application served over HTTP, its Telegram being ours."""
    async with contextlib.AsyncExitStack() as stack:
        given = emulator or await stack.enter_async_context(Emulator())
        listens = socket.socket()
        listens.bind(("127.0.0.1", 0))
        port = listens.getsockname()[1]
        settings = Settings(
            database_url=database or f"sqlite:///{folder}/test.db", data_dir=str(folder),
            keys=_keys(folder), public_url=f"http://{HOST}:{port}", telegram_token=TOKEN,
            telegram_api_base=given.base, telegram_mode=mode, _env_file=None, **more,
        )  # fmt: skip
        service = build(settings, Clock())
        config = uvicorn.Config(create(service, telegram_pace=pace), log_config=None)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listens]))
        while not server.started or (mode == "webhook" and given.webhook is None):
            await asyncio.sleep(0.005)
        try:
            yield World(service, given, mode, port)
        finally:
            server.should_exit = True
            await serving


def _keys(folder: Path) -> str:
    """The same at the next start in this folder."""
    file = folder / "keys.txt"
    if not file.exists():
        file.write_text(Keyring.fresh(), encoding="ascii")
    return file.read_text(encoding="ascii")


def code_in(text: str) -> str:
    """« 7K3QM2XW9T » in « Votre code : 7K3QM 2XW9T »."""
    found = re.search(r"Votre code : (\w{5}) (\w{5})", text)
    assert found is not None
    return "".join(found.groups())
