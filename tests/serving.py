"""The whole service on a fresh database, and scripted people for every channel."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping
from functools import cache
from pathlib import Path

from app.settings import Settings
from app.wiring import Service, build, content
from bot.messages import Capabilities, Inbound, Reply, Said
from flows.loading import Shelf
from restitution.library import Library
from store import access, watching
from store.crypto import Keyring
from store.repository import Transaction

NOW = 1_795_000_000
AGES = {"18-25": "22", "45-50": "47", "60-65": "62", "70-75": "72"}


class Clock:
    """Moves when told."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def make(folder: Path, clock: Clock | None = None, **settings: object) -> Service:
    """A service of its own, nothing read from the environment."""
    usual = {"public_url": "https://bilan.example.org", "data_dir": str(folder),
             "database_url": f"sqlite:///{folder}/test.db", "keys": Keyring.fresh()}  # fmt: skip
    made = Settings(_env_file=None, **(usual | settings))
    # Read once for all tests of a process, unless a test lays something over it.
    return build(made, clock or Clock(), None if made.overlay else _content())


@cache
def _content() -> tuple[Shelf, Library]:
    return content(Settings(_env_file=None))


@contextlib.asynccontextmanager
async def serving(
    folder: Path, clock: Clock | None = None, **settings: object
) -> AsyncIterator[Service]:
    service = make(folder, clock, **settings)
    await service.desk.start()
    yield service
    await service.desk.stop()
    service.writer.close()
    service.store.engine.dispose()


def receiving_centre(tx: Transaction, name: str) -> str:
    """The centre of this name, which has said who reads what is urgent; gives its id."""
    centre = access.centre_called(tx, name)
    watching.name(tx, centre, "Dr Keita", "du lundi au vendredi, de 9 h à 17 h")
    return centre


class Patient:
    """Someone on a channel whose replies come straight back."""

    def __init__(self, service: Service, address: str = "p", channel: str = "console",
                 can: Capabilities | None = None) -> None:  # fmt: skip
        self.service, self.address, self.channel = service, address, channel
        self.can = can or Capabilities(links=False)
        self._keys = itertools.count()
        self.reply = Reply(())

    async def begin(self, language: str = "fr", token: str = "") -> Reply:
        self.reply = await self.service.desk.hear(
            Inbound(self.channel, self.address, "/begin", f"begin{next(self._keys)}",
                    language=language, start=token), self.can)  # fmt: skip
        return self.reply

    async def say(
        self, said: Said, about: str | None = None, key: str | None = None, **more: bool
    ) -> Reply:
        inbound = Inbound(self.channel, self.address, said, key or str(next(self._keys)), about,
                          typed=about is None, **more)  # fmt: skip
        self.reply = await self.service.desk.hear(inbound, self.can)
        return self.reply

    async def answer(self, persona: Mapping[str, Said]) -> Reply:
        """Go on until nothing waits: the persona's answers, else the usual ones, else skip."""
        while self.reply.waiting is not None:
            await self.answer_one(persona)
        return self.reply

    async def answer_one(self, persona: Mapping[str, Said]) -> Reply:
        """Answer the question that waits."""
        waiting = self.reply.waiting
        assert waiting is not None
        said = persona.get(waiting) or usual(waiting)
        if waiting in ("age", "age_exact", "height_m", "weight_kg", "menopause_age"):
            return await self.say(said)
        return await self.say(said, waiting)

    @property
    def text(self) -> str:
        return "\n".join(screen.text for screen in self.reply.screens)


def usual(question: str) -> Said:
    """What a person says who has nothing special to say."""
    return {
        "consent": "yes", "shared_phone": "no", "helped": "alone", "private_ready": "yes",
        "check_answers": "all_good", "share": "yes", "band_choice": "go_on",
    }.get(question, "go_on" if question.startswith("go_on_") else "skipped")  # fmt: skip
