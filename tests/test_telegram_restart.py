"""Killed in the middle and started again: what was acknowledged is kept, what was due is sent."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.sampling import few
from tests.telegram_emulator import TOKEN, Emulator, Refused
from tests.telegram_world import Person

ROOT = Path(__file__).parent.parent


class Served:
    """`python -m app serve`, as an operator starts it."""

    def __init__(self, folder: Path, emulator: Emulator, mode: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.mode, self.emulator = mode, emulator
        self.more: tuple[str, ...] = ()
        self.environment = os.environ | {
            "AVANT_BILAN_DATA_DIR": str(folder), "AVANT_BILAN_PORT": str(self.port),
            "AVANT_BILAN_TELEGRAM_TOKEN": TOKEN, "AVANT_BILAN_TELEGRAM_MODE": mode,
            "AVANT_BILAN_TELEGRAM_API_BASE": emulator.base,
            "AVANT_BILAN_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "AVANT_BILAN_LOG_FORMAT": "json",
        }  # fmt: skip
        self.log = folder / "log.jsonl"

    @contextlib.asynccontextmanager
    async def up(self) -> AsyncIterator[asyncio.subprocess.Process]:
        self.emulator.webhook = None
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app", "serve", *self.more, cwd=ROOT, env=self.environment,
                stdout=log, stderr=log,
            )  # fmt: skip
        try:
            await until(self._answers)
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    async def _answers(self) -> bool:
        async with httpx.AsyncClient() as browser:
            with contextlib.suppress(httpx.HTTPError):
                answer = await browser.get(f"http://127.0.0.1:{self.port}/healthz")
                ready = self.mode == "polling" or self.emulator.webhook is not None
                return answer.status_code == 200 and ready
        return False

    async def say(self, raw: dict) -> None:
        """An update that the bot accepts."""
        update = self.emulator.push(raw)
        if self.mode == "webhook":
            await self.emulator.bring(update)
        else:
            await until(lambda: update not in self.emulator.updates)


async def until(true, seconds: float = 60.0) -> None:
    """Wait for something to come true."""
    for _ in range(int(seconds / 0.02)):
        found = true()
        if await found if asyncio.iscoroutine(found) else found:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("never came true")


@pytest.mark.parametrize("mode", few(["webhook", "polling"], 1))
async def test_killed_in_the_middle_nothing_acknowledged_is_lost(tmp_path, mode):
    async with Emulator() as emulator:
        served, person = Served(tmp_path, emulator, mode), Person(emulator)
        async with served.up() as process:
            await served.say(person.text("/start"))
            await until(lambda: person.messages)
            for label, then in (("Commencer", "garder"), ("Oui", "Quelqu'un"), ("Non", "âge")):
                await served.say(person.tap(label))
                await until(lambda then=then: then in person.last.text)
            emulator.fail = [Refused(500, "Internal Server Error")] * 1000
            await served.say(person.text("47"))  # acknowledged, and its screen cannot leave
            process.send_signal(signal.SIGKILL)
            await process.wait()
        emulator.fail.clear()
        written = emulator.push(person.text("on m'aide"))  # while nobody listens
        assert "âge" in person.last.text

        async with served.up() as process:
            await until(lambda: "aide-t-il" in person.last.text or "femme" in person.last.text)
            if mode == "webhook":
                await emulator.bring(written)
            await until(lambda: "femme" in person.last.text)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 30) in (0, -signal.SIGTERM)

    said = served.log.read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert TOKEN not in said
    assert "m'aide" not in said
