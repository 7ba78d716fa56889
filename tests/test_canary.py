"""Nothing a person says, is called or is reached by lies in the open, anywhere, at any time.

People carry unique strings: typed at every question, as name, as address. They talk on the web,
on Telegram and through JSON; one message breaks the service; a practitioner reads and prints. Then
every file, the log at its most talkative, every address asked for and the temporary folder are
searched. Half of them erase, the other half is purged; then no key and no sealed byte is left.

`CANARIES=100` for the full run: something typed at every question, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import base64
import contextlib
import io
import itertools
import logging
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
import structlog
from sqlalchemy import select
from sqlmodel import SQLModel

from app.logging import configure
from bot import clerk
from bot.messages import Capabilities
from bot.phrases import PHRASES
from bot.view import View
from flows.model import Question, Value
from store.crypto import Keyring, SealError
from store.database import checkpoint
from store.repository import table
from store.retention import purge
from store.tables import InterviewRow
from store.vault import KEYS
from tests.sampling import apart
from tests.serving import AGES
from tests.telegram_talker import Talker
from tests.telegram_world import PASSWORD, Person, World, telegram
from tests.web_reader import Page

WHOLE = "CANARIES" in os.environ
PEOPLE = int(os.environ.get("CANARIES", "3"))
DATABASES = ("sqlite", "postgresql") if WHOLE else ("sqlite",)
SELDOM = 6
"""In the short run something is typed at one question in so many: each is a request more."""
DAY = 24 * 3600
FIXED = {
    "consent": "yes", "shared_phone": "no", "helped": "alone", "private_ready": "yes",
    "check_answers": "all_good", "share": "yes", "band_choice": "go_on",
}  # fmt: skip
MARK = "zqcanari"
"""What every unique string begins with: looking for it finds each."""
BROKEN = "zqbroken"
_numbers = itertools.count(1)


class Canary:
    """One person's unique strings."""

    def __init__(self) -> None:
        self.number = next(_numbers)
        self.said: set[str] = set()
        self.values: set[str] = set()

    def sings(self, place: int) -> bool:
        """Do they type something unreadable at this question first?"""
        return WHOLE or place % SELDOM == self.number % SELDOM

    def song(self, question: str) -> str:
        """Something only this person could have typed, here."""
        made = f"{MARK}{self.number:03}x{len(self.said):03}"
        self.said.add(made)
        return made

    def choose(self, view: View, question: Question) -> Value:
        """An answer of theirs; different people answer differently."""
        if question.id == "age":
            return list(AGES.values())[self.number % 4]
        if question.kind == "text":
            return self.song(question.id)
        if question.kind == "number":
            return {"height_m": "1,71", "weight_kg": "83"}.get(question.id, "48")
        if question.id in FIXED or question.id.startswith("go_on_"):
            return FIXED.get(question.id, "go_on")
        options = [each for each in question.options if not each.exclusive] or question.options
        chosen = options[self.number % len(options)].value
        if len(chosen) > 9 and "_" in chosen:
            self.values.add(chosen)
        return (chosen,) if question.kind == "multiple" else chosen


class Watched:
    """Every address a browser asked for."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def client(self, world: World, **more: Any) -> httpx.AsyncClient:
        client = world.browser()
        client.headers.update(more)

        async def asked(request: httpx.Request) -> None:
            self.addresses.append(str(request.url))

        client.event_hooks["request"].append(asked)
        return client


# -- three ways to talk ---------------------------------------------------------------------------


class Phone(Talker):
    """On Telegram: something unreadable at each question, then an answer."""

    def __init__(self, world: World, canary: Canary) -> None:
        super().__init__(world, {}, "here")
        self.canary = canary

    async def go(self) -> None:
        await self._type("/start")
        await self._tap("Commencer")
        while (waiting := (view := await self._view()).position.waiting) is not None:
            if waiting.private and not view.interview.in_chat:
                await self._tap(PHRASES["answer_here"])
                continue
            if self.canary.sings(len(view.position.answers)):
                await self._type(self.canary.song(waiting.id))
                view = await self._view()
                if view.position.waiting != waiting:
                    continue  # taken as it was typed
            value = self.canary.choose(view, waiting)
            if waiting.kind == "number" or waiting.id == "age":
                await self._type(str(value))
            else:
                await self._say(view, waiting, value)

    async def erase(self) -> None:
        self.world.person = Person(self.world.emulator, self.world.person.chat)
        await self._type("/erase")
        await self._tap(PHRASES["erase_yes"])


async def kiosk(world: World, watched: Watched, canary: Canary) -> tuple[str, dict[str, str]]:
    """Through JSON; gives (interview, headers)."""
    async with watched.client(world) as client:
        at = (await client.post("/api/v1/interviews", json={"language": "fr"})).json()
        mine = {"Authorization": f"Bearer {at['token']}"}
        canary.said.add(at["token"])
        path, keys = f"/api/v1/interviews/{at['id']}/messages", itertools.count()

        async def say(said: Value, about: str | None) -> dict[str, Any]:
            key = {"Idempotency-Key": f"{canary.song('key')}{next(keys)}"}
            sent = {"said": said, "about": about}
            answer = await client.post(path, json=sent, headers=mine | key)
            assert answer.status_code == 200
            found: dict[str, Any] = answer.json()
            return found

        while (waiting := at["waiting"]) is not None:
            typed, place = at, next(keys)
            if canary.sings(place):
                typed = await say(canary.song(waiting), None)
            if typed["waiting"] == waiting:
                view = await _view(world, "json", at["token"])
                question = view.position.waiting
                assert question is not None
                value = canary.choose(view, question)
                number = question.kind == "number" or waiting == "age"
                typed = await say(value, None if number else waiting)
            at |= typed
        canary.said.add(at["code"])
    return path, mine


async def browser(world: World, watched: Watched, canary: Canary) -> httpx.AsyncClient:
    """On our pages, without script; gives the browser, still open."""
    client = watched.client(world)
    page = Page((await client.get("/")).text)
    page = Page((await client.post("/begin", data=page.form("/begin"))).text)
    mine = client.cookies["q"]
    canary.said.add(mine)
    while (waiting := (view := await _view(world, "web", mine)).position.waiting) is not None:
        if canary.sings(len(view.position.answers)):
            written = {"about": waiting.id, "written": canary.song(waiting.id), "done": "1"}
            page = await _sent(client, page, written)
            view = await _view(world, "web", mine)
            if view.position.waiting != waiting:
                continue
        value = canary.choose(view, waiting)
        if waiting.kind == "number" or waiting.id == "age":
            sent: dict[str, Any] = {"written": str(value), "done": "1"}
        else:
            sent = {"said": list(value) if isinstance(value, tuple) else [value], "done": "1"}
        page = await _sent(client, page, {"about": waiting.id, **sent})
    canary.said.add(view.interview.code)
    for path in ("/chat", "/code", "/conseils.pdf", "/recu.pdf", "/discreet", "/mes-donnees",
                 "/mes-donnees.json", "/mes-donnees.pdf"):  # fmt: skip
        assert (await client.get(path)).status_code == 200, path
    return client


async def _sent(client: httpx.AsyncClient, page: Page, fields: dict[str, Any]) -> Page:
    hidden = next(form for form in page.forms if "key" in form)
    known = {"key": hidden["key"], "language": hidden["language"]}
    return Page((await client.post("/say", data=known | fields)).text)


async def _view(world: World, channel: str, address: str) -> View:
    view = await world.service.desk.view(channel, address, Capabilities())
    assert view is not None
    return view


# -- where one could find them --------------------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path) -> Iterator[io.StringIO]:
    """The log at its most talkative, and temporary files in a folder of their own."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    handlers, level = logging.root.handlers[:], logging.root.level
    levels = {each: logging.getLogger(each).level for each in list(logging.root.manager.loggerDict)}
    folder, before = tmp_path / "temporary", tempfile.tempdir
    folder.mkdir()
    tempfile.tempdir = str(folder)
    out = io.StringIO()
    configure("json", out)
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.root.setLevel(logging.DEBUG)
    yield out
    tempfile.tempdir = before
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
    logging.root.handlers[:], logging.raiseExceptions = handlers, True
    logging.root.setLevel(level)
    for name, kept in levels.items():
        logging.getLogger(name).setLevel(kept)
    structlog.reset_defaults()


def forms(secret: str) -> Iterator[bytes]:
    """As it is, in UTF-16, in hexadecimal, and in base64 at each of its three positions."""
    plain = secret.encode()
    yield from (plain, secret.encode("utf-16-le"), plain.hex().encode())
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        yield coded[4 if shift else 0 : -4]


def unread(written: io.StringIO, watched: Watched) -> str:
    """What was logged and asked for since the last look: a long run's log is long to search."""
    told = "\n".join((written.getvalue(), *watched.addresses))
    written.seek(0)
    written.truncate()
    watched.addresses.clear()
    return told


def found(folders: Sequence[Path], elsewhere: str, secrets: set[str]) -> dict[str, list[str]]:
    """Which secrets lie in the open, and where."""
    places = {str(each): content for each, content in files(folders)}
    places["log and addresses"] = elsewhere.encode()
    secrets = {each for each in secrets if not each.startswith(MARK)} | {MARK}
    return {
        secret: where for secret in secrets
        if (where := [name for name, content in places.items()
                      if any(form in content for form in forms(secret))])
    }  # fmt: skip


def settle(world: World) -> None:
    """What an operator of PostgreSQL does after erasing (docs/keys.md); SQLite did it already."""
    url = world.service.store.engine.url
    if url.get_backend_name() == "sqlite":
        return
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute("VACUUM FULL")
        for _ in range(2):
            admin.execute("SELECT pg_switch_wal()")
            admin.execute("CHECKPOINT")


def wrapped(world: World) -> dict[str, bytes]:
    with world.service.store.vault.engine.connect() as connection:
        return {row.interview_id: row.wrapped for row in connection.execute(select(KEYS))}


def sealed(world: World) -> list[bytes]:
    """Every sealed value in every table."""
    kept: list[bytes] = []
    with world.service.store.reading() as tx:
        for each in SQLModel.metadata.tables.values():
            if "sealed" in each.c:
                rows = tx.db.execute(select(each.c.sealed).where(each.c.sealed.is_not(None)))
                kept += [bytes(value) for value in rows.scalars()]
    return kept


def on_disk(folders: Sequence[Path], secrets: list[bytes]) -> int:
    left = set(secrets)
    for _, content in files(folders):
        left -= {each for each in left if each in content}
    return len(secrets) - len(left)


def files(folders: Sequence[Path]) -> Iterator[tuple[Path, bytes]]:
    """Every file there, one at a time; some go while one looks."""
    for folder in folders:
        for each in folder.rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                if each.is_file():
                    yield each, each.read_bytes()


# -- the test -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", apart(DATABASES))
async def test_what_people_confide_is_nowhere_in_the_open_and_goes_for_good(
    tmp_path, written, monkeypatch, request, kind
):
    folders = [tmp_path]
    database = ""
    if kind == "postgresql":
        cluster = request.getfixturevalue("cluster")
        database = cluster.fresh()
        folders.append(cluster.folder)
    decide = clerk.respond

    def broken(shelf, interview, inbound, *more):
        if isinstance(inbound.said, str) and inbound.said.startswith(BROKEN):
            raise ValueError(f"{inbound.said} {interview}")
        return decide(shelf, interview, inbound, *more)

    # The one place where our own code is replaced: nothing known makes deciding fail.
    monkeypatch.setattr(clerk, "respond", broken)
    house = tmp_path / "house"
    house.mkdir()
    watched, canaries = Watched(), [Canary() for _ in range(PEOPLE)]
    phones, kiosks, browsers = [], [], []
    async with telegram(house, database=database) as world:
        for number, canary in enumerate(canaries):
            if number % 3 == 0:
                chat = 7_390_000_000_000 + canary.number * 7919
                world.person = Person(world.emulator, chat)
                phones.append((Phone(world, canary), chat, number))
                await phones[-1][0].go()
                canary.said.add(str(chat))
            elif number % 3 == 1:
                kiosks.append((*await kiosk(world, watched, canary), number))
            else:
                browsers.append((await browser(world, watched, canary), number))
        await _broken(world, canaries[0])
        await _read(world, watched, canaries)
        figures = await watched.client(world).get("/metrics")
        assert figures.status_code == 200
        print(figures.text, file=written)

        secrets = set().union(*(each.said for each in canaries))
        chosen = set().union(*(each.values for each in canaries))
        assert len(secrets) > (40 if WHOLE else 12) * PEOPLE
        assert len(chosen) > 6 * min(PEOPLE, 4)
        keys, ring = wrapped(world), world.service.store.keys
        elsewhere = unread(written, watched)
        assert "message not handled" in elsewhere
        assert found(folders, elsewhere, secrets | chosen) == {}
        assert on_disk(folders, [ring._unwrap(owner, key) for owner, key in keys.items()]) == 0
        values = sealed(world)
        assert len(keys) == PEOPLE and len(values) > 3 * PEOPLE
        assert on_disk(folders, list(keys.values())) == PEOPLE

        await _erase(world, phones, kiosks, browsers)
        left = wrapped(world)
        gone = [key for owner, key in keys.items() if owner not in left]
        assert len(gone) == (PEOPLE + 1) // 2
        settle(world)
        assert on_disk(folders, gone) == 0
        elsewhere = unread(written, watched)
        assert found(folders, elsewhere, secrets | chosen) == {}

        world.service.store.clock.now += 200 * DAY
        purge(world.service.store)
        assert wrapped(world) == {}
        assert not sealed(world)
        assert _openable(ring, values, wrapped(world)) == 0
        for client, _ in browsers:
            await client.aclose()
    checkpoint(world.service.store.engine, seconds=2)
    settle(world)
    elsewhere = unread(written, watched)
    assert found(folders, elsewhere, secrets | chosen) == {}
    assert on_disk(folders, list(keys.values())) == 0
    assert on_disk(folders, values) == 0


def _openable(ring: Keyring, values: list[bytes], keys: dict[str, bytes]) -> int:
    """Sealed values, copied while people talked, that what is left would open."""
    count = 0
    for owner, key in keys.items():
        for value in values:
            try:
                ring.box(owner, key).open(value, f"{owner}|log|1")
            except SealError:
                continue
            count += 1
    return count


async def _broken(world: World, canary: Canary) -> None:
    """A message that breaks us, with something private in the exception and in its frames."""
    world.person = Person(world.emulator, 7_390_000_000_000 + canary.number * 7919)
    await world.type("/change")
    await world.type(f"{BROKEN} {canary.song('broken')}")


async def _read(world: World, watched: Watched, canaries: list[Canary]) -> None:
    """A practitioner opens each brief with its code, reads it and prints it."""
    with world.service.store.reading() as tx:
        ids = tx.db.execute(select(table(InterviewRow).c.id)).scalars().all()
        codes = [held.interview.code for each in ids if (held := tx.interview(each))]
    brief = await world.opened_by(codes[0])
    canaries[0].said |= set(codes)
    assert brief["answers"]
    async with watched.client(world) as client:
        account = {"email": "a@example.org", "password": PASSWORD}
        token = (await client.post("/api/v1/sessions", json=account)).json()["token"]
        canaries[0].said.add(token)
        bearer = {"Authorization": f"Bearer {token}"}
        for code in codes:
            opened = await client.post("/api/v1/briefs/open", json={"code": code}, headers=bearer)
            path = f"/api/v1/briefs/{opened.json()['id']}"
            assert (await client.get(path, headers=bearer)).status_code == 200
            await client.get(f"{path}.pdf", headers=bearer)


async def _erase(world: World, phones: Any, kiosks: Any, browsers: Any) -> None:
    """Every second person of each channel, by one tap and one confirmation."""
    for phone, chat, number in phones:
        if number % 2:
            continue
        world.person = Person(world.emulator, chat)
        await phone.erase()
    for path, mine, number in kiosks:
        if number % 2:
            continue
        async with world.browser() as client:
            for said in ("/erase", "/erase_yes"):
                key = {"Idempotency-Key": said}
                await client.post(path, json={"said": said}, headers=mine | key)
    for client, number in browsers:
        if number % 2:
            continue
        page = Page((await client.get("/chat")).text)
        for said in ("/erase", "/erase_yes"):
            page = await _sent(client, page, {"command": said})


@pytest.mark.parametrize("form", range(6))
def test_a_canary_is_found_in_whatever_form_it_lies(tmp_path, form):
    song = Canary().song("anything")
    lies = list(forms(song))[form]
    (tmp_path / "file").write_bytes(b"..." + lies + b"...")
    assert found([tmp_path], "", {song}) == {MARK: [str(tmp_path / "file")]}
