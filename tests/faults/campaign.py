"""A campaign: people talk through every channel while things are killed, then all is compared."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.loading import Shelf
from tests.faults.doors import Door, JsonDoor, Parcel, TelegramDoor, WebDoor, say
from tests.faults.people import Told
from tests.faults.served import App, Postgres, cut_connections
from tests.faults.wire import Wire
from tests.telegram_emulator import Emulator, Refused, Shown

AGAIN = 0.3
"""How many acknowledged requests come once more, some time later, among those of others."""
AT_ONCE = 0.05
"""How many come twice at the same moment, before any answer."""
LATEST = 3.0


@dataclass(frozen=True)
class Plan:
    """What is to happen."""

    people: int = 6
    """At the same moment; whoever finishes is followed by another."""
    kills: int = 2
    """Of the application."""
    database_kills: int = 0
    cuts: int = 0
    """Times all database connections are cut."""
    updates: int = 0
    """Requests to make at least, duplicates included."""
    trouble: float = 0.3
    """Part of the Bot API calls that fail or come late."""
    between: tuple[float, float] = (0.1, 3.0)
    """Seconds the application lives once it answers."""
    seed: int = 1
    workers: int = 1


@dataclass
class Somebody:
    """Where they come in, and what the oracle heard of them."""

    door: Door
    told: Told


class Phones(Emulator):
    """Also tells of an edit that would change nothing: the screen is already there."""

    async def _editMessageText(self, data: Any) -> Any:
        try:
            return await super()._editMessageText(data)
        except Refused as error:
            if "not modified" in error.description:
                chat, number = int(data["chat_id"]), int(data["message_id"])
                self.story(chat, "same", self.chats[chat][number])
            raise


class Campaign:
    """One run. `counts` tells what happened, `people` what was acknowledged."""

    def __init__(self, plan: Plan, shelf: Shelf, emulator: Emulator, app: App,
                 postgres: Postgres | None = None) -> None:  # fmt: skip
        self.plan, self.shelf, self.emulator = plan, shelf, emulator
        self.app, self.postgres = app, postgres
        self.chance = random.Random(plan.seed)
        self.counts: Counter[str] = Counter()
        self.people: list[Somebody] = []
        self.shown: dict[int, list[str]] = {}
        """What each chat was shown, in order."""
        self._chats = itertools.count(1000)
        self._later: set[asyncio.Task[None]] = set()
        self._over = False
        emulator.weather, emulator.story = self._weather, self._story

    async def run(self) -> None:
        """Until every kill happened and everybody present has finished."""
        await self.app.start()
        talking = [asyncio.create_task(self._place(number)) for number in range(self.plan.people)]
        began = time.monotonic()
        await self._chaos()
        while self.counts["sent"] < self.plan.updates:
            await asyncio.sleep(0.2)
        self._over = True
        await asyncio.gather(*talking)
        await asyncio.gather(*self._later)
        self.counts["seconds"] = round(time.monotonic() - began)

    # -- what people do ------------------------------------------------------------------------

    async def _place(self, number: int) -> None:
        """One seat: person after person until the campaign is over."""
        wires = Wire(self.app.port), Wire(self.app.port)
        for turn in itertools.count():
            await self._person(number * 10_000 + turn, wires)
            if self._over:
                break
        for wire in wires:
            wire.close()

    async def _person(self, number: int, wires: tuple[Wire, Wire]) -> None:
        chance = random.Random(f"{self.plan.seed}|{number}")
        kind = chance.choices(("telegram", "web", "json"), (3, 1, 1))[0]
        door: Door
        if kind == "telegram":
            door = TelegramDoor(self.app, self.emulator, next(self._chats))
        else:
            door = WebDoor(self.app) if kind == "web" else JsonDoor(self.app)
        door.opened(await self._kept(door.opening(), wires, chance, once=kind == "json"))
        somebody = Somebody(door, Told(self.shelf, chance, kind))
        self.people.append(somebody)
        while (move := somebody.told.next()) is not None:
            body = await self._kept(door.parcel(move), wires, chance)
            somebody.told.hear(move)
            self.counts["acknowledged"] += 1
            if kind == "json":
                assert json.loads(body)["waiting"] == somebody.told.waiting, (number, move)

    async def _kept(
        self, parcel: Parcel, wires: tuple[Wire, Wire], chance: random.Random, once: bool = False
    ) -> bytes:
        """Say it until it is acknowledged; gives what came back."""
        twice = not once and chance.random() < AT_ONCE
        while True:
            both = [self._said(wire, parcel) for wire in (wires if twice else wires[:1])]
            answers = [each for each in await asyncio.gather(*both) if each is not None]
            if answers:
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.app.answers.wait(), 1.0)
            await asyncio.sleep(0.1 * chance.random())
        self.counts["duplicated"] += twice
        if not once and chance.random() < AGAIN:
            task = asyncio.create_task(self._once_more(parcel, answers[0], chance))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        return answers[0]

    async def _said(self, wire: Wire, parcel: Parcel) -> bytes | None:
        try:
            answer = await say(wire, parcel)
        except OSError:
            self.counts["broken lines"] += 1
            return None
        self.counts["sent"] += 1
        self.counts["asked to try again"] += answer is None
        return answer

    async def _once_more(self, parcel: Parcel, before: bytes, chance: random.Random) -> None:
        await asyncio.sleep(chance.uniform(0, LATEST))
        wire = Wire(self.app.port)
        answer = await self._said(wire, parcel)
        wire.close()
        if answer is not None:
            self.counts["duplicated"] += 1
            if "Idempotency-Key" in parcel.headers:
                assert answer == before, "the same key brought another answer"

    # -- what goes wrong -----------------------------------------------------------------------

    async def _chaos(self) -> None:
        plan, chance = self.plan, self.chance
        kinds = ["app"] * plan.kills + ["database"] * plan.database_kills + ["cut"] * plan.cuts
        chance.shuffle(kinds)
        for kind in kinds:
            # One in eight is killed while it starts.
            if chance.random() > 1 / 8:
                await self._up()
            await asyncio.sleep(chance.uniform(*plan.between))
            self.counts[f"{kind} killed"] += 1
            if kind == "app":
                await self.app.kill()
                await self.app.start()
            elif kind == "cut":
                self.counts["connections cut"] += await cut_connections(self.app.database)
            elif self.postgres is not None:
                self.postgres.kill()
                await asyncio.sleep(chance.uniform(0.05, 0.5))
                await asyncio.to_thread(self.postgres.start)
        await self._up()

    async def _up(self) -> None:
        for _ in range(20):
            with contextlib.suppress(AssertionError):
                return await self.app.ready()
            # Its database was away when it started: whoever runs it starts it again.
            self.counts["started again"] += 1
            await self.app.start()
        raise AssertionError("it never came up again")

    def _weather(self, method: str) -> Refused | float | None:
        """What befalls a call, by chance."""
        if method not in ("sendMessage", "editMessageText"):
            return None
        self.counts["Bot API calls"] += 1
        if self.chance.random() > self.plan.trouble:
            return None
        self.counts["Bot API trouble"] += 1
        kind = self.chance.random()
        if kind < 0.01:
            return Refused(429, "Too Many Requests: retry after 1", retry_after=1)
        if kind < 0.4:
            return Refused(500, "Internal Server Error")
        return -1.0 if kind < 0.6 else self.chance.uniform(0.05, 1.0)

    def _story(self, chat: int, what: str, message: Shown) -> None:
        self.shown.setdefault(chat, []).append(message.text)


@contextlib.asynccontextmanager
async def campaign(plan: Plan, shelf: Shelf, database: str = "sqlite") -> AsyncIterator[Campaign]:
    """A campaign on a fresh database, everything stopped and removed afterwards."""
    postgres = None
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with contextlib.AsyncExitStack() as stack:
            emulator = await stack.enter_async_context(Phones())
            address = ""
            if database == "postgresql":
                kept = Path(tempfile.mkdtemp(prefix="faults-")) / "data"
                postgres = Postgres(kept)
                stack.callback(postgres.stop)
                address = await asyncio.to_thread(postgres.start)
            app = App(folder, emulator.base, address,
                      AVANT_BILAN_TELEGRAM_RATE="1000")  # fmt: skip
            run = Campaign(plan, shelf, emulator, app, postgres)
            try:
                yield run
            finally:
                await app.close()
