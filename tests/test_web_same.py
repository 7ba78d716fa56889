"""A question's page is made once for everybody: only the key of its forms is somebody's."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.responses import Response

from app.web import create
from bot.channels.web import WebConfig, guard
from bot.channels.web.site import Site, door
from tests.serving import serving

HOME = "http://127.0.0.1:8000"
KEYS = re.compile(r'name="key" value="([^"]+)"')
FORMS = re.compile(r'<form method="post" action="/say" class="question".*?</form>', re.DOTALL)


class Browser:
    """Somebody's browser, known by its cookie."""

    def __init__(self, app: object, name: str) -> None:
        self.address = f"browser-of-{name:->16}"
        self._web = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url=HOME,
            cookies={guard.PERSON: self.address}, follow_redirects=True,
        )  # fmt: skip

    async def send(self, path: str, **fields: str) -> str:
        form = {"key": guard.new_key(self.address), "language": "fr", **fields}
        return (await self._web.post(path, data=form)).text

    async def at_the_age(self) -> str:
        await self.send("/begin")
        await self.send("/say", about="consent", said="yes")
        return await self.send("/say", about="shared_phone", said="no")


@pytest.fixture
async def people(tmp_path) -> AsyncIterator[tuple[Browser, Browser]]:
    async with serving(tmp_path, public_url=HOME) as service:
        app = create(service)
        yield Browser(app, "awa"), Browser(app, "marc")


def keys(page: str) -> set[str]:
    return set(KEYS.findall(page))


async def test_two_people_at_one_question_get_forms_of_their_own(people):
    awa, marc = people
    hers, his = await awa.at_the_age(), await marc.at_the_age()

    assert keys(hers) and not keys(hers) & keys(his)
    assert all(guard.genuine(key, awa.address) for key in keys(hers))
    assert all(guard.genuine(key, marc.address) for key in keys(his))


async def test_an_answer_given_before_is_shown_to_whoever_gave_it_and_nobody_else(people):
    awa, marc = people
    await awa.at_the_age()
    await awa.send("/say", about="age", said="45-50")
    hers = await awa.send("/say", command="/back")
    his = await marc.at_the_age()

    pressed = re.compile(r'name="said" value="45-50"[^>]* aria-pressed="true"')
    assert pressed.search(hers)
    assert 'value="45-50"' in his and not pressed.search(his)


async def test_a_notice_above_a_question_changes_nothing_for_the_next_person(people):
    awa, marc = people
    await awa.at_the_age()
    hers = await awa.send("/say", about="shared_phone", said="yes")  # a page back, another answer
    his = await marc.at_the_age()

    assert 'class="notice"' in hers and 'class="notice"' not in his
    asked, next_ = (FORMS.findall(KEYS.sub("", page)) for page in (hers, his))
    assert asked and asked == next_


async def test_an_unexpected_error_is_told_kindly_and_its_words_are_kept_from_the_log(
    tmp_path, capsys
):
    async def breaks(_: object) -> Response:
        raise ValueError("what the person said")

    async with serving(tmp_path, public_url=HOME) as service:
        config = WebConfig(public_url=HOME, book_url=HOME, secure_cookies=False)
        app = door(Site(service.desk, config), breaks)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as web:
            told = await web.post(f"{HOME}/say", headers={"Accept-Language": "en"})

    assert told.status_code == 503 and told.headers["retry-after"] == "2"
    assert 'lang="en"' in told.text and "what the person said" not in told.text
    logged = capsys.readouterr()
    assert "ValueError" in logged.out + logged.err
    assert "what the person said" not in logged.out + logged.err
