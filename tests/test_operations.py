"""What operators see: alive, ready, figures that tell of nobody; and a stop that loses nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, text

from app import letters
from app.operations import _Discreet
from app.web import create
from bot import metrics
from bot.desk import Busy, Desk
from bot.messages import Capabilities
from store import dead, outbox
from store.crypto import Keyring
from store.database import open_database
from store.repository import table
from store.tables import HeardRow, InterviewRow
from store.turns import Turn
from tests.serving import Patient, serving

ROOT = Path(__file__).parent.parent
QUEUED = Capabilities(queued=True, private=False)
HERE, ELSEWHERE = ("127.0.0.1", 1), ("203.0.113.7", 1)


@contextlib.asynccontextmanager
async def asked(service, client=HERE) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create(service), client=client)
    async with httpx.AsyncClient(
        transport=transport, base_url="https://bilan.example.org"
    ) as browser:
        yield browser


async def test_ready_once_all_is_there_and_not_without_tables_or_desk(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service, asked(service) as browser:
        assert (await browser.get("/healthz")).json() == {"status": "ok"}
        assert (await browser.get("/readyz")).status_code == 200

        with service.store.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = 'f7fb311ee245'"))
        old = await browser.get("/readyz")
        assert (old.status_code, old.json()["missing"]) == (503, ["migrations"])

        with service.store.engine.begin() as connection:
            connection.execute(text("DROP TABLE alembic_version"))
        await service.desk.stop()
        gone = await browser.get("/readyz")
        assert gone.json()["missing"] in (["migrations", "desk"], ["database", "desk"])
        assert (await browser.get("/healthz")).status_code == 200


async def test_a_database_that_is_away_means_not_ready(tmp_path):
    async with serving(tmp_path) as service:
        away = open_database("postgresql://nobody@127.0.0.1:1/nothing")
        object.__setattr__(service.store, "engine", away)
        async with asked(service) as browser:
            assert (await browser.get("/readyz")).json()["missing"] == ["database"]
            begun = await browser.post("/api/v1/interviews", json={})
            said = await browser.post(
                "/api/v1/interviews/x/messages", json={"said": "oui"},
                headers={"Authorization": "Bearer t", "Idempotency-Key": "k"},
            )  # fmt: skip
        for answer in (begun, said):
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_more_than_can_be_heard_is_sent_back_and_nobody_new_is_sent_here(tmp_path):
    async with serving(tmp_path) as service:
        await service.desk.stop()
        service.desk = Desk(service.writer, service.shelf, service.library,
                            service.desk.page, waiting=1)  # fmt: skip
        first = asyncio.create_task(Patient(service, "first").begin())
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await Patient(service, "second").begin()
        async with asked(service) as browser:
            assert (await browser.get("/readyz")).json()["missing"] == ["desk", "queue"]
            turned_away = await browser.post("/api/v1/interviews", json={})
            assert turned_away.status_code == 503
        await service.desk.start()
        assert (await first).waiting == "consent"


@pytest.mark.parametrize(
    ("token", "client", "headers", "status"),
    [
        (None, HERE, {}, 200),
        (None, ELSEWHERE, {}, 404),
        (None, HERE, {"X-Forwarded-For": "203.0.113.7"}, 404),
        ("s3cret", ELSEWHERE, {}, 404),
        ("s3cret", HERE, {}, 404),
        ("s3cret", ELSEWHERE, {"Authorization": "Bearer s3cret"}, 200),
        ("s3cret", ELSEWHERE, {"Authorization": "Bearer other"}, 404),
    ],
)
async def test_figures_open_on_this_machine_or_with_the_token(
    tmp_path, token, client, headers, status
):
    async with (
        serving(tmp_path, metrics_token=token) as service,
        asked(service, client) as browser,
    ):
        assert (await browser.get("/metrics", headers=headers)).status_code == status


async def test_figures_count_answers_and_never_tell_of_one_person(tmp_path):
    async with serving(tmp_path) as service, asked(service) as browser:
        before = figures((await browser.get("/metrics")).text)
        people = [Patient(service, f"secret-address-{each}") for each in range(23)]
        for each in people:
            await each.begin()
            await each.say("yes", "consent")
        for each in people[:3]:
            await each.say("no", "shared_phone")
        shown = (await browser.get("/metrics")).text
        after = figures(shown)

    answers = 'avant_bilan_answers_total{channel="console"}'
    assert after[answers] - before.get(answers, 0) == 26
    reached = {name: count for name, count in after.items() if "reached" in name}
    assert reached['avant_bilan_reached_total{question="shared_phone"}'] >= 22
    assert all(count >= 11 and count % 11 == 0 for count in reached.values())
    assert "secret-address" not in shown
    assert "avant_bilan_batch_bucket" in shown and "avant_bilan_queue" in shown


def figures(shown: str) -> dict[str, float]:
    lines = [each.rsplit(" ", 1) for each in shown.splitlines() if not each.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_what_follows_an_alert_is_never_counted_and_small_counts_are_not_shown():
    from prometheus_client import REGISTRY

    metrics.REACHED.labels("seldom").inc(10)
    metrics.REACHED.labels("often").inc(25)
    shown = {
        sample.labels["question"]: sample.value
        for metric in _Discreet(REGISTRY).collect() if metric.name == "avant_bilan_reached"
        for sample in metric.samples
    }  # fmt: skip
    assert "seldom" not in shown
    assert shown["often"] == 22


# -- dead letters -------------------------------------------------------------------------------


async def test_given_up_screens_are_shown_without_content_and_put_back(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        people = [Patient(service, str(each), "telegram", QUEUED) for each in range(3)]
        for each in people:
            await each.begin()
        with service.store.transaction() as tx:
            first, second, third = outbox.due(tx, "telegram", 1.0)
            outbox.give_up(tx, first, "TelegramBadRequest")
            outbox.give_up(tx, second, "TelegramNetworkError")
            outbox.block(tx, third)
        await people[1].say("oui")  # a newer question was shown since

        shown = letters.shown(service)
        assert "TelegramBadRequest" in shown and "blocked" in shown and "3 given up" in shown
        assert "consent" not in shown and "garder" not in shown
        with service.store.transaction() as tx:
            assert dead.retry(tx, [second.id]) == 0
            assert dead.retry(tx) == 1
            assert first.id in {each.id for each in outbox.due(tx, "telegram", 1.0)}
        assert "2 given up" in letters.shown(service)


async def test_a_question_of_who_began_again_since_is_not_put_back(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        person, other = (Patient(service, each, "telegram", QUEUED) for each in ("1", "2"))
        await person.begin()
        with service.store.transaction() as tx:
            (given_up,) = outbox.due(tx, "telegram", 1.0)
            outbox.give_up(tx, given_up, "TelegramNetworkError")
        await other.begin()
        with service.store.transaction() as tx:
            place = ("telegram", "2")
            tx.settle(tx.at([place])[place], "telegram", "1")  # another interview is there now
            assert dead.retry(tx) == 0


# -- turns ---------------------------------------------------------------------------------------


def test_one_process_has_the_turn_and_another_gets_it_when_that_one_is_gone(postgresql):
    engines = [open_database(postgresql) for _ in range(2)]
    one, other = (Turn(engine, "telegram polling") for engine in engines)
    assert [one.take(), other.take(), one.take()] == [True, False, True]

    with engines[1].begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks "
                                "WHERE locktype = 'advisory'"))  # fmt: skip
    # The server ends a connection when it gets to it, not when it is told.
    assert any(other.take() or time.sleep(0.05) for _ in range(200))
    assert not one.take()
    other.leave()
    assert one.take()
    for engine in engines:
        engine.dispose()


# -- stopping --------------------------------------------------------------------------------------


class Served:
    """`python -m app serve …`, and people who answer it without a pause."""

    def __init__(self, folder: Path, address: str, *more: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.keys, self.address, self.more = Keyring.fresh(), address, more
        self.log = folder / "log.jsonl"
        self.acknowledged = 0
        self.environment = os.environ | {
            "AVANT_BILAN_DATA_DIR": str(folder), "AVANT_BILAN_PORT": str(self.port),
            "AVANT_BILAN_DATABASE_URL": address, "AVANT_BILAN_KEYS": self.keys,
            "AVANT_BILAN_LOG_FORMAT": "json",
        }  # fmt: skip

    @contextlib.asynccontextmanager
    async def up(self) -> AsyncIterator[asyncio.subprocess.Process]:
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app", "serve", *self.more, cwd=ROOT, env=self.environment,
                stdout=log, stderr=log,
            )  # fmt: skip
        try:
            await self._ready(process)
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _ready(self, process: asyncio.subprocess.Process) -> None:
        async with self.browser() as browser:
            for _ in range(3000):
                assert process.returncode is None, self.log.read_text(encoding="utf-8")
                with contextlib.suppress(httpx.HTTPError):
                    if (await browser.get("/readyz")).status_code == 200:
                        return
                await asyncio.sleep(0.02)
        raise AssertionError("never ready")

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}/", timeout=20)

    async def person(self) -> None:
        """Says the same over and over, each time as something new, until nobody answers."""
        async with self.browser() as browser:
            with contextlib.suppress(httpx.HTTPError, KeyError):
                opened = (await browser.post("/api/v1/interviews", json={})).json()
                headers = {"Authorization": f"Bearer {opened['token']}"}
                for each in range(10_000):
                    answer = await browser.post(
                        f"/api/v1/interviews/{opened['id']}/messages",
                        json={"said": "/help"}, headers=headers | {"Idempotency-Key": str(each)},
                    )  # fmt: skip
                    if answer.status_code == 200:
                        self.acknowledged += 1
                    await asyncio.sleep(0)

    def kept(self) -> tuple[int, int]:
        """(interviews, messages heard) that the database holds."""
        engine = open_database(self.address)
        with engine.connect() as connection:
            counts = [connection.execute(select(func.count()).select_from(table(row))).scalar()
                      for row in (InterviewRow, HeardRow)]  # fmt: skip
        engine.dispose()
        return counts[0], counts[1]


@pytest.mark.parametrize("workers", [1, 2])
async def test_told_to_stop_while_people_answer_all_that_was_acknowledged_is_kept(
    tmp_path, workers, request
):
    if workers == 1:
        served = Served(tmp_path, f"sqlite:///{tmp_path}/test.db")
    else:
        address = request.getfixturevalue("postgresql")
        served = Served(tmp_path, address, "--workers", "2")
    async with served.up() as process:
        people = [asyncio.create_task(served.person()) for _ in range(8)]
        while served.acknowledged < 60:
            await asyncio.sleep(0.02)
        if workers == 2:
            async with served.browser() as browser:
                shown = figures((await browser.get("/metrics")).text)
            assert shown['avant_bilan_messages_total{channel="json"}'] >= 60
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 60) in (0, -signal.SIGTERM)
        for each in people:
            each.cancel()
        await asyncio.gather(*people, return_exceptions=True)

    interviews, heard = served.kept()
    assert interviews == 8
    # Those whose acknowledgement was still on its way may be kept, too; never the reverse.
    assert heard - interviews >= served.acknowledged
    assert "Traceback" not in served.log.read_text(encoding="utf-8")
