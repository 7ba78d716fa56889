"""Guessing codes through the API: limits stop it, nothing is hit, and the others still get in.

Here 2,000 tries against 100 live codes. The full run (`make fuzz`): TRIES=1000000 CODES=10000, in
SHARDS=2 processes, each with as many codes of its own and its share of the tries.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import uuid
from collections import Counter

import httpx
import msgspec
import pytest
import structlog
from sqlalchemy import insert, select

from store import tries
from store.codes import ALPHABET, new_code
from store.repository import Summary, table
from store.tables import BriefRow, GrantRow, WrongCodeRow
from tests import advising
from tests.professionals import BASE, House, caller, person
from tests.sampling import apart

SHARDS = int(os.environ.get("SHARDS", "1"))
TRIES = int(os.environ.get("TRIES", "2000")) // SHARDS
CODES = int(os.environ.get("CODES", "100"))
ATTACKERS, PLACES = 40, 4
AT_ONCE = 20
"""Tries on their way together."""


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


def live_codes(house, count):
    """So many codes that open something: one interview of their own each would take minutes."""
    made = msgspec.structs.replace(advising.interview(person("Marc")), id="many")
    with house.store.transaction() as tx:
        held = tx.hold(made, "web")
        tx.save([held], {made.id: Summary("finished", "45-50", True)})
        ids = [uuid.uuid4().hex for _ in range(count)]
        rows = [{"id": each, "interview_id": made.id, "made_at": tx.now} for each in ids]
        tx.db.execute(insert(table(BriefRow)), rows)
        codes = [new_code() for _ in range(count)]
        tx.db.execute(insert(table(GrantRow)), [
            {"brief_id": each, "code_hash": tx.keys.hash("code", code), "until": tx.now + 10**7,
             "chosen": False}
            for each, code in zip(ids, codes, strict=True)
        ])  # fmt: skip
    return codes


def at(house, token, place):
    """A machine at this network address."""
    transport = httpx.ASGITransport(app=house.app, client=(place, 1))
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers)


async def guess(app, token, place, code):
    """The same request, straight at the door of the application: a client's own work takes longer
    than ours. Gives the status."""
    body, sent = b'{"code": "%s"}' % code.encode(), []
    headers = {"host": "bilan.example.org", "content-type": "application/json",
               "content-length": str(len(body)), "authorization": f"Bearer {token}"}  # fmt: skip

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    path = "/api/v1/briefs/open"
    await app({
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "https", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "client": (place, 1), "server": ("bilan.example.org", 443),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }, receive, send)  # fmt: skip
    return sent[0]["status"]


@contextlib.contextmanager
def counted():
    """How often each line was logged: a million of them would fill the memory."""
    lines = Counter()

    def count(logger, method, line):
        lines[tuple(sorted((key, str(value)) for key, value in line.items()))] += 1
        raise structlog.DropEvent

    processors = structlog.get_config()["processors"]
    before = processors.copy()
    processors[:] = [count]
    structlog.configure(processors=processors)
    try:
        yield lines
    finally:
        processors[:] = before
        structlog.configure(processors=processors)


@pytest.mark.parametrize("shard", apart(range(SHARDS)))
async def test_random_codes_open_nothing_and_whoever_holds_one_still_gets_in(house, shard):
    codes = live_codes(house, CODES)
    chance = random.Random(shard + 1)
    tokens = [house.token(house.account(f"a{each}@example.org")) for each in range(ATTACKERS)]
    # One half crowds in a few places, the other comes from everywhere.
    places = [each % PLACES if each % 2 else 100 + each for each in range(ATTACKERS)]
    attackers = [(token, f"192.0.2.{each}") for each, token in zip(places, tokens, strict=True)]
    honest = at(house, house.token(house.account("nurse@example.org")), "192.0.2.1")
    said, opened = Counter(), 0
    with counted() as lines:
        for number in range(0, TRIES, AT_ONCE):
            some = (
                (*attackers[each % ATTACKERS], "".join(chance.choices(ALPHABET, k=10)))
                for each in range(number, number + AT_ONCE)
            )
            said.update(await asyncio.gather(*(guess(house.app, *each) for each in some)))
            if number % (TRIES // 10) < AT_ONCE and opened < 10:
                # In the middle of it, from the very same place as an attacker.
                answer = await honest.post("/api/v1/briefs/open", json={"code": codes[opened]})
                assert answer.status_code == 200
                opened += 1
    assert said[200] == 0
    assert said[404] <= ATTACKERS * tries.PER_ACCOUNT
    assert said[404] + said[429] == TRIES
    assert opened == 10
    told = [dict(each) for each in lines]
    limits = {each["count"] for each in told if each["event"] == "locked out for a while"}
    assert limits == {str(tries.PER_ACCOUNT), str(tries.PER_SOURCE)}
    assert not any(set(each) - {"event", "count"} for each in told)
    await honest.aclose()


async def test_many_accounts_raise_an_alarm_and_lock_nobody_out(house):
    _, code = house.share(person("Marc"))
    tokens = [house.token(house.account(f"a{each}@example.org")) for each in range(30)]
    with structlog.testing.capture_logs() as logs:
        for place, token in enumerate(tokens):
            async with at(house, token, f"198.51.100.{place}") as client:
                for each in range(4):
                    guess = {"code": f"22222{place:04}{each}"}
                    answer = await client.post("/api/v1/briefs/open", json=guess)
                    assert answer.status_code == 404
    assert [each["count"] for each in logs if "many wrong" in each["event"]] == [tries.OVERALL]
    async with caller(house, house.account("nurse@example.org")) as client:
        answer = await client.post("/api/v1/briefs/open", json={"code": code})
    assert answer.status_code == 200


async def test_from_one_place_many_accounts_do_not_guess_faster_than_a_few(house):
    wrong = 0
    for number in range(20):
        token = house.token(house.account(f"a{number}@example.org"))
        async with at(house, token, "203.0.113.7") as client:
            for each in range(5):
                guess = {"code": f"22222{number:04}{each}"}
                answer = await client.post("/api/v1/briefs/open", json=guess)
                wrong += answer.status_code == 404
    # Six accounts use up the place; each of the other fourteen is wrong once.
    assert wrong == tries.PER_SOURCE + 14


async def test_where_a_guess_comes_from_is_not_kept_in_clear_and_changes_each_day(house):
    who = house.account()
    for _ in range(2):
        async with at(house, house.token(who), "203.0.113.7") as client:
            await client.post("/api/v1/briefs/open", json={"code": "2222222222"})
        house.clock.now += 13 * 3600
    with house.store.reading() as tx:
        names = tx.db.execute(select(table(WrongCodeRow).c.who)).scalars()
        kept = {each for each in names if each.startswith("source ")}
    assert len(kept) == 2 and all(len(each) == len("source ") + 64 for each in kept)
    assert b"203.0.113.7" not in (house.folder / "professionals.db").read_bytes()
