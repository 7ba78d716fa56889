"""Complete interviews through the served application, the generator on the same machine.

`python -m bench.load [sqlite|postgresql] [--channel telegram|web|json] [--seconds 20]`: first as
fast as it goes (64 of a thousand people waiting at any moment), then the thousand saying something
by chance at 80 % of that rate (or at `--rate`), whoever is still being answered. Real engine, real
seals, real commits, a real socket for each side; the Bot API is a stand-in that accepts everything.
Beside it, in the same run, a bare aiogram webhook that stores nothing and answers each update: what
this machine can do at this hour. `beside`: as many times as fast as that one. `--apart`: the
application on the first core alone, all that speaks to it on the others.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import math
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path

from flows.loading import Shelf, load
from restitution.helping import ask_for_help
from restitution.library import load as load_library
from tests.faults.doors import Door, JsonDoor, TelegramDoor, WebDoor
from tests.faults.people import Move, Told
from tests.faults.served import App, Postgres, free_port
from tests.faults.wire import Wire

PEOPLE = 1000
AT_ONCE = 64
WARM = 60
"""Things each has said before anything is measured."""
DOORS = {"web": WebDoor, "json": JsonDoor}
_SENT = b'{"ok":true,"result":{"message_id":%d,"date":1790000000,"chat":{"id":1,"type":"private"}}}'
_DONE = b'{"ok":true,"result":true}'


class BotApi(asyncio.Protocol):
    """Accepts every call; counts what was sent or edited."""

    sent = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            found = re.search(rb"(?i)content-length: *(\d+)", self.buffer[:end])
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self.buffer) < whole:
                return
            self._answer(self.buffer[: self.buffer.find(b"\r\n")])
            self.buffer = self.buffer[whole:]

    def _answer(self, line: bytes) -> None:
        shows = b"/sendMessage" in line or b"/editMessageText" in line
        BotApi.sent += shows
        body = _SENT % BotApi.sent if shows else _DONE
        self.transport.write(  # type: ignore[attr-defined]
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )


def scripts(shelf: Shelf, channel: str, count: int = 40) -> list[list[Move]]:
    """What people say from the first question to the end, worked out beforehand."""
    made = []
    for seed in range(count):
        told, moves = Told(shelf, random.Random(seed), channel), []
        while (move := told.next()) is not None:
            told.hear(move)
            moves.append(move)
        made.append(moves)
    return made


class Person:
    """One of the thousand; whoever finishes is followed by another on the same seat.

    The first on each seat leaves at some point by chance: from then on people are everywhere in
    their questions: the first answers cost less than the last ones.
    """

    def __init__(self, app: App, channel: str, told: list[list[Move]], seat: int) -> None:
        self.app, self.channel, self.told, self.seat, self.turn = app, channel, told, seat, 0
        self.left: deque[Move] = deque()
        self.door: Door | None = None

    async def step(self, wire: Wire) -> None:
        """The next thing said, acknowledged. Raises when it is not."""
        if not self.left:
            self.turn += 1
            chat = self.seat + PEOPLE * self.turn
            self.door = (TelegramDoor(self.app, None, chat) if self.channel == "telegram"
                         else DOORS[self.channel](self.app))  # fmt: skip
            parcel = self.door.opening()
            said = self.told[chat % len(self.told)]
            stays = random.Random(self.seat).randrange(len(said)) if self.turn == 1 else len(said)
            self.left.extend(said[:stays])
        else:
            assert self.door is not None
            parcel = self.door.parcel(self.left.popleft())
        try:
            status, _, body = await wire.post(parcel.path, parcel.body, parcel.headers)
        except OSError:  # a kept connection that was idle too long
            status, _, body = await wire.post(parcel.path, parcel.body, parcel.headers)
        if status not in parcel.good:
            raise OSError(f"status {status}")
        if self.door.address == "":
            self.door.opened(body)


def in_turns(people: list[Person]) -> Callable[[int, Wire], Awaitable[None]]:
    """Each of the callers speaks for some of the people, one after the other: nobody is rushed."""
    turns = [0] * AT_ONCE

    async def step(seat: int, wire: Wire) -> None:
        turns[seat] = (turns[seat] + 1) % (len(people) // AT_ONCE)
        await people[seat + AT_ONCE * turns[seat]].step(wire)

    return step


async def as_fast_as_it_goes(step: Callable[[int, Wire], Awaitable[None]], port: int,
                             seconds: float, count: float = math.inf) -> float:  # fmt: skip
    """Acknowledged a second with `AT_ONCE` callers, each waiting for its answer; until `seconds`
    have passed or `count` things were said."""
    began, done = time.monotonic(), 0

    async def one(seat: int) -> None:
        nonlocal done
        wire = Wire(port)
        while time.monotonic() < began + seconds and done < count:
            await step(seat, wire)
            done += 1
        wire.close()

    await asyncio.gather(*(one(seat) for seat in range(AT_ONCE)))
    return done / (time.monotonic() - began)


async def as_they_come(people: list[Person], port: int, rate: float,
                       seconds: float) -> tuple[float, list[float]]:  # fmt: skip
    """(acknowledged a second, waits in seconds from the moment each was due), at this rate."""
    waits: list[float] = []
    wires, chance = [Wire(port) for _ in range(400)], random.Random(3)
    free, busy, tasks = deque(wires), [asyncio.Lock() for _ in people], set()
    room = asyncio.Semaphore(len(wires))

    async def one(seat: int, due: float) -> None:
        # A person says the next thing once the last was answered: the wait counts all the same.
        async with busy[seat], room:
            wire = free.pop()
            await people[seat].step(wire)
            free.append(wire)
        waits.append(time.monotonic() - due)

    began = due = time.monotonic()
    while due < began + seconds:
        due += chance.expovariate(rate)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        task = asyncio.create_task(one(chance.randrange(len(people)), due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    took = time.monotonic() - began
    for wire in wires:
        wire.close()
    return len(waits) / took, waits


def memory(pid: int) -> float:
    """MB this process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def spent(pid: int) -> float:
    """Seconds of processor time this process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def watch_memory(pid: int, seen: list[float]) -> None:
    """Add what this process holds, once a second, until cancelled."""
    while True:
        seen.append(memory(pid))
        await asyncio.sleep(1.0)


async def measure(app: App, channel: str, told: list[list[Move]], seconds: float,
                  asked: float, bare: float, profile: str) -> None:  # fmt: skip
    """Print one row. `asked`: answers a second to come; 0: 80 % of what it can. `bare`: how fast
    the bare webhook goes."""
    people = [Person(app, channel, told, seat) for seat in range(PEOPLE)]
    gc.freeze()  # else our own pauses, of a tenth of a second, count as waits
    await as_fast_as_it_goes(in_turns(people), app.port, math.inf, WARM * PEOPLE)
    fastest = await as_fast_as_it_goes(in_turns(people), app.port, 5.0)
    watching = await _profiled(app.pid, profile, seconds) if profile else None
    sent, used, began = BotApi.sent, spent(app.pid), time.monotonic()
    held: list[float] = []
    looking = asyncio.create_task(watch_memory(app.pid, held))
    rate, waits = await as_they_come(people, app.port, asked or fastest * 0.8, seconds)
    looking.cancel()
    took, cost = time.monotonic() - began, (spent(app.pid) - used) / len(waits) * 1e6
    if watching is not None:
        await watching.wait()
    cuts = statistics.quantiles(waits, n=100)
    delivered = f"{(BotApi.sent - sent) / took:8.0f}" if channel == "telegram" else f"{rate:8.0f}"
    print(f"{channel:10}{fastest:12.0f}{fastest / bare:8.2f}{rate:16.0f}{delivered}"
          f"{cuts[49] * 1000:9.0f}{cuts[98] * 1000:9.0f}{cost:10.0f}{held[0]:9.0f}"
          f"{held[len(held) // 2]:6.0f}{held[-1]:6.0f}{max(held):6.0f}"
          f"{os.getloadavg()[0]:7.1f}", flush=True)  # fmt: skip


async def echo(api: str, seconds: float) -> float:
    """The bare webhook's row; gives how many it answers a second."""
    port = free_port()
    bare = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench._echo", str(port), api, stdout=asyncio.subprocess.PIPE
    )
    assert bare.stdout is not None
    await bare.stdout.readline()
    door = TelegramDoor.__new__(TelegramDoor)
    door.chat = 5
    body = door._update
    app = type("Bare", (), {"webhook": "/", "secret": "s", "port": port})
    door.app = app  # type: ignore[assignment]

    async def step(seat: int, wire: Wire) -> None:
        parcel = body({"message": door._message(seat) | {"text": "47"}})
        for _ in range(100):
            try:
                await wire.post("/", parcel.body, parcel.headers)
                return
            except OSError:
                await asyncio.sleep(0.1)

    await step(0, Wire(port))
    used = spent(bare.pid)
    rate = await as_fast_as_it_goes(step, port, seconds)
    cost = (spent(bare.pid) - used) / (rate * seconds) * 1e6
    print(f"{'bare echo':10}{rate:12.0f}{'':50}{cost:10.0f}{'':27}{os.getloadavg()[0]:7.1f}")
    bare.kill()
    await bare.wait()
    return rate


async def _profiled(pid: int, out: str, seconds: float) -> asyncio.subprocess.Process:
    """Where the interpreter's time goes, sampled by py-spy (not among our dependencies: have it on
    the path). What runs without it, like the database's own work, is left out."""
    return await asyncio.create_subprocess_exec(
        "py-spy", "record", "--pid", str(pid), "--duration", str(int(seconds)), "--rate", "200",
        "--gil", "--format", "raw", "--output", out,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def run(
    database: str, channels: list[str], seconds: float, rate: float, profile: str, apart: bool
) -> None:
    """Print the table."""
    cores = os.sched_getaffinity(0)
    shelf = ask_for_help(load(), load_library())
    server = await asyncio.get_running_loop().create_server(BotApi, "127.0.0.1", 0)
    api = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    postgres = Postgres(Path(tempfile.mkdtemp(prefix="load-")) / "data")
    with tempfile.TemporaryDirectory() as folder:
        address = postgres.start() if database == "postgresql" else ""
        app = App(Path(folder), api, address, AVANT_BILAN_TELEGRAM_RATE="1000")
        print(f"{database:10}{'at most/s':>12}{'beside':>8}{'acknowledged/s':>16}{'shown/s':>8}"
              f"{'p50 ms':>9}{'p99 ms':>9}{'µs CPU':>10}{'MB from':>9}{'half':>6}{'to':>6}"
              f"{'most':>6}{'load':>7}")  # fmt: skip
        try:
            bare = await echo(api, 5.0)
            await app.start()
            if apart:
                first, *others = sorted(cores)
                os.sched_setaffinity(app.pid, {first})
                os.sched_setaffinity(0, others)
            await app.ready()
            for channel in channels:
                told = scripts(shelf, channel)
                await measure(app, channel, told, seconds, rate, bare, profile)
        finally:
            os.sched_setaffinity(0, cores)
            await app.close()
            postgres.stop()


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    both = ("sqlite", "postgresql")
    parser.add_argument("database", nargs="?", choices=both, help="both by default")
    parser.add_argument("--channel", action="append", choices=("telegram", "web", "json"))
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--rate", type=float, default=0.0, help="answers a second that come")
    parser.add_argument("--profile", default="", help="file for py-spy's collapsed stacks")
    parser.add_argument("--apart", action="store_true", help="the application on a core of its own")
    chosen = parser.parse_args()
    channels = chosen.channel or ["telegram", "web", "json"]
    try:
        import uvloop

        start: Callable[..., None] = uvloop.run
    except ImportError:
        start = asyncio.run
    for database in (chosen.database,) if chosen.database else both:
        start(run(database, channels, chosen.seconds, chosen.rate, chosen.profile, chosen.apart))


if __name__ == "__main__":
    main()
