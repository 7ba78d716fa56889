"""Does a full table slow an answer down? `python -m bench.million [sqlite|postgresql] [rows]`.

The desk answers 300 messages on an empty database, then beside a million stored interviews with
their keys, addresses, message ids and screens, sealed as ours are; the same for the start.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from app.settings import Settings
from app.wiring import Service, build
from bot.messages import Capabilities, Inbound
from flows.model import Interview, dump
from store.crypto import Keyring
from tests.faults.people import Told
from tests.faults.served import Postgres

CAN = Capabilities(private=False, queued=True)
PART = 10_000
HEARD = 2
"""Message ids and screens of each interview that are still kept."""
ANSWERS = 300
TABLES = (
    ("interview", "id, sealed, version, status, band, channel, started_at, touched_at, "
                  "finished_at, demo"),
    ("address", "hash, interview_id, channel, sealed, blocked"),
    ("heard", "hash, interview_id, at"),
    ("outbox", "interview_id, address_hash, channel, sealed, notice, status, attempts, due_at, "
               "made_at"),
)  # fmt: skip


def whole(service: Service) -> list[bytes]:
    """A few complete interviews as they are stored, before sealing."""
    made: list[Interview] = []
    for seed in range(20):
        told = Told(service.shelf, random.Random(seed), "telegram")
        while (move := told.next()) is not None:
            told.hear(move)
        made.append(told.interview)
    return [dump(each) for each in made]


def rows(service: Service, start: int, stored: list[bytes]) -> list[list[tuple[object, ...]]]:
    """A part of the million, in the order of `TABLES`; their keys go to the vault first."""
    wrapped: dict[str, bytes] = {}
    now, keys, demo = int(time.time()), service.store.keys, False
    made: list[list[tuple[object, ...]]] = [[] for _ in TABLES]
    for number in range(start, start + PART):
        name, touched = f"{number:032x}", now - random.randrange(180 * 24 * 3600)
        box, key = keys.new_box(name)
        place = keys.hash("address", f"telegram|m{number}")
        whole = number % 4
        made[0].append((
            name, box.seal(stored[number % len(stored)], f"{name}|log|60"), 60,
            "finished" if whole else "open", "45-50", "telegram", touched - 900, touched,
            touched if whole else None, demo))  # fmt: skip
        wrapped[name] = key
        address = box.seal(b"123456789", f"{name}|address|telegram")
        made[1].append((place, name, "telegram", address, demo))
        for each in range(HEARD):
            made[2].append((os.urandom(32), name, touched))
            made[3].append((name, place, "telegram", os.urandom(70), demo,
                            "sent" if each else "superseded", 0, 0.0, touched))  # fmt: skip
    service.store.vault.put(wrapped, now)
    return made


def fill(service: Service, count: int) -> None:
    """Write them as fast as each database takes them."""
    stored = whole(service)
    raw = service.store.engine.raw_connection()
    cursor = raw.cursor()
    for start in range(0, count, PART):
        for (name, columns), part in zip(TABLES, rows(service, start, stored), strict=True):
            if service.store.engine.dialect.name == "postgresql":
                with cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:
                    for each in part:
                        copy.write_row(each)
            else:
                marks = ", ".join("?" * len(columns.split(",")))
                if not raw.driver_connection.in_transaction:
                    cursor.execute("BEGIN")
                cursor.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", part)
        raw.commit()
    raw.close()


async def answers(service: Service) -> list[float]:
    """Seconds each of 300 answers waited, one person at a time."""
    waits: list[float] = []
    await service.desk.start()
    for number in range(ANSWERS):
        told = Told(service.shelf, random.Random(number), "telegram")
        chat = f"{number}|{time.monotonic()}"
        begin = Inbound("telegram", chat, "/begin - fr", "b", language="fr", typed=False)
        await service.desk.hear(begin, CAN)
        while len(waits) < ANSWERS and (move := told.next()) is not None:
            inbound = Inbound("telegram", chat, move.said, str(told.moves), move.about, move.tick,
                              typed=move.typed, meaning=move.meaning)  # fmt: skip
            began = time.perf_counter()
            await service.desk.hear(inbound, CAN)
            waits.append(time.perf_counter() - began)
            told.hear(move)
        if len(waits) >= ANSWERS:
            break
    await service.desk.stop()
    return waits


def started(settings: Settings) -> tuple[Service, float]:
    """The service, and the seconds its start took."""
    began = time.perf_counter()
    return build(settings), time.perf_counter() - began


def row(name: str, settings: Settings) -> tuple[float, float]:
    """Print and give (median wait, start) on the database as it is."""
    service, start = started(settings)
    asyncio.run(answers(service))  # warm: caches of the database and of ours
    used = time.process_time()
    waits = asyncio.run(answers(service))
    cost = (time.process_time() - used) / len(waits) * 1e6
    cuts = statistics.quantiles(waits, n=100)
    service.writer.close()
    service.store.engine.dispose()
    print(f"{name:24}{cuts[49] * 1000:10.2f}{cuts[98] * 1000:10.2f}{cost:10.0f}{start:10.2f}"
          f"{os.getloadavg()[0]:8.1f}", flush=True)  # fmt: skip
    return cuts[49], start


def measure(database: str, count: int) -> None:
    """Print the table of one database."""
    postgres = Postgres(Path(tempfile.mkdtemp(prefix="million-")) / "data")
    with tempfile.TemporaryDirectory() as folder:
        address = postgres.start() if database == "postgresql" else f"sqlite:///{folder}/a.db"
        settings = Settings(database_url=address, data_dir=folder, keys=Keyring.fresh(),
                            _env_file=None)  # fmt: skip
        try:
            started(settings)[0].store.engine.dispose()
            print(
                f"{database:24}{'p50 ms':>10}{'p99 ms':>10}{'µs CPU':>10}{'start s':>10}{'load':>8}"
            )
            before = row("empty", settings)
            began, service = time.monotonic(), started(settings)[0]
            fill(service, count)
            with service.store.engine.begin() as db:
                db.execute(text("ANALYZE"))
            service.store.engine.dispose()
            print(f"  (filled in {time.monotonic() - began:.0f} s)")
            after = row(f"{count:,} interviews", settings)
            print(f"  answers {after[0] / before[0]:.2f} times as long, "
                  f"start {after[1] - before[1]:+.2f} s")  # fmt: skip
            if database == "sqlite":
                size = Path(folder, "a.db").stat().st_size
                print(f"  {size / count:.0f} bytes an interview on disk")
        finally:
            postgres.stop()


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m bench.million")
    parser.add_argument("database", nargs="?", choices=("sqlite", "postgresql"))
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    chosen = parser.parse_args()
    for each in [chosen.database] if chosen.database else ["sqlite", "postgresql"]:
        measure(each, chosen.rows)


if __name__ == "__main__":
    main()
