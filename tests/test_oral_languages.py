"""Soninké and other languages that are heard and not read: French beside recordings."""

from __future__ import annotations

import itertools

import pytest
import pytest_asyncio
from fastapi.testclient import TestClient

import locales
from app import voice
from app.web import create
from bot import voices
from bot.holding import delicate
from bot.spoken import mark
from flows import engine
from flows.engine import Heard
from locales import oral
from restitution.brief import make_brief
from restitution.paper_brief import facts
from tests.recordings import TODAY, declare, of, record, settings, texts
from tests.serving import NOW, _content, make, usual
from tests.telegram_world import Person, World, telegram
from tests.web_reader import Page

NAME = "Sooninkanxanne"


@pytest.fixture(autouse=True)
def quiet():
    """No language of one test is left for the next."""
    yield
    oral.declare(())


def everything(folder, wanted=lambda each: True, **more):
    record(declare(folder), "snk", wanted, name=NAME, **more)
    return folder


def load(folder):
    return voices.load(folder, _content()[0]).languages["snk"]


@pytest.mark.parametrize(
    ("left_out", "offered"),
    [
        ("", True),
        ("name", False),
        ("start", False),
        ("consent", False),
        ("shared_phone", False),
        ("card suicide/first", False),
        ("card help_now/first", False),
        ("sex", True),
        ("phq4_sad", True),
    ],
)
def test_a_language_is_offered_once_its_name_start_consent_and_cards_are_recorded(
    tmp_path, left_out, offered
):
    everything(tmp_path, lambda each: each.what != left_out, reviewed=True)
    found = load(tmp_path)

    assert ("snk" in locales.offered()) is offered
    assert {each.what for each in found.lacking} == (set() if offered else {left_out})
    assert ("keeps the language away" in voice.check(settings(tmp_path), "snk")[0]) is not offered


def test_cards_nobody_reviewed_keep_it_away(tmp_path):
    everything(tmp_path)

    assert {each.what.split()[0] for each in load(tmp_path).lacking} == {"card"}
    assert "snk" not in locales.offered()


@pytest.mark.parametrize(("on", "offered"), [("2026-11-25", False), (TODAY.isoformat(), True)])
def test_who_reviewed_a_whole_language_vouches_for_what_was_made_until_then(tmp_path, on, offered):
    everything(tmp_path)
    (tmp_path / "snk" / "language.yaml").write_text(
        f"name: {NAME}\nfrench: soninké\nreviewed_by: Awa Traoré\nreviewed_on: {on}\n", "utf-8"
    )
    load(tmp_path)

    assert ("snk" in locales.offered()) is offered


def test_a_machine_drafts_no_language_that_only_people_speak(tmp_path):
    declare(tmp_path)
    with pytest.raises(OSError, match="only people"):
        voice.draft(settings(tmp_path), "snk", True, TODAY)


def test_scored_questions_without_a_reviewed_recording_are_kept_for_the_visit(tmp_path):
    folder, data = tmp_path / "voices", tmp_path / "data"
    data.mkdir()
    missing = {"phq4_sad", "suicidal_history"}
    everything(folder, lambda each: each.what not in missing, reviewed=True)
    service = make(data, voice=str(folder))
    shelf = service.shelf
    assert shelf.held["snk"] == missing

    interview = engine.begin("x", "snk", NOW)
    asked = []
    while (waiting := engine.replay(shelf, interview).waiting) is not None:
        asked.append(waiting.id)
        said = {"age": "47"}.get(waiting.id) or usual(waiting.id)
        typed = waiting.id in ("age", "height_m", "weight_kg")
        heard = Heard(said, None if typed else waiting.id, typed)
        interview = engine.hear(shelf, interview, heard, NOW).interview
    position = engine.replay(shelf, interview)
    brief = make_brief(position, interview, service.library)

    assert not missing & set(asked)
    assert {"phq4_nervous", "violence_victim"} <= set(asked)
    assert not missing & set(position.answers)
    assert any("soninké (à l'oral)" in each for each in facts(brief))


def test_nothing_delicate_is_asked_when_none_was_reviewed_even_if_the_language_disappeared(
    tmp_path,
):
    folder, data = tmp_path / "voices", tmp_path / "data"
    data.mkdir()
    everything(folder, lambda each: each.what == "name")
    shelf = make(data, voice=str(folder)).shelf
    asked = {it.id for each in shelf.questionnaires.values() for it in each.questions
             if delicate(it)}  # fmt: skip

    assert "snk" not in locales.offered()
    assert asked <= shelf.held["snk"]


def test_its_texts_are_french_and_say_so(tmp_path):
    everything(tmp_path, reviewed=True)
    load(tmp_path)
    spoken = locales.texts("snk")

    assert (spoken.language, spoken.written, spoken.rtl) == ("snk", "fr", False)
    assert spoken.gettext("consent", "Oui") == "Oui"
    assert spoken.date(TODAY) == "26 novembre 2026"
    assert "snk" not in locales.written()


# -- on a page, and on Telegram --------------------------------------------------------------------


def test_who_does_not_read_finds_their_language_by_ear_on_the_start_page(tmp_path):
    folder, data = tmp_path / "voices", tmp_path / "data"
    data.mkdir()
    everything(folder, reviewed=True)
    with TestClient(
        create(make(data, voice=str(folder))), base_url="https://bilan.example.org"
    ) as client:
        first = client.get("/").text
        theirs = client.get("/?language=snk").text
        name = f"/voix/{mark('snk', NAME)}.ogg"

        assert f'lang="snk" dir="ltr">{NAME}</a>' in first
        assert name in first
        assert client.get(name).status_code == 200
        assert f"/voix/{of('start', 'snk')}.ogg" in theirs
        assert '<html lang="fr" dir="ltr">' in theirs

        begun = _begin(client, theirs)
        assert '<html lang="fr" dir="ltr">' in begun
        assert name in begun
        assert f"/voix/{of('consent', 'snk')}.ogg" in begun


def _begin(client: TestClient, page: str) -> str:
    return client.post("/begin", data=Page(page).form("/begin")).text


CHATS = itertools.count(42)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("voices")
    everything(folder, reviewed=True)
    async with telegram(tmp_path_factory.mktemp("data"), voice=str(folder)) as made:
        yield made


@pytest.mark.asyncio(loop_scope="module")
async def test_somebody_hears_their_language_chooses_it_and_answers_by_ear(served: World):
    # What the fixtures of other tests declared is gone: as it is when the service starts.
    voices.load(_folder(served), _content()[0])
    served.person = Person(served.emulator, next(CHATS))
    await served.type("/start")
    await served.tap(f"Écouter : {NAME}")
    assert served.last.sound

    await served.tap(NAME)
    await served.tap("Écouter")
    assert served.last.sound
    await served.tap("Commencer")
    await served.tap("Écouter")
    await served.tap("Oui")
    assert served.interview is not None
    assert served.interview.language == "snk"

    assert "Écouter" in served.labels()
    await served.tap("Écouter")
    assert [bool(each.sound) for each in served.person.messages[-2:]] == [True, False]
    assert served.emulator.refused == []


def _folder(served: World):
    from pathlib import Path

    return Path(served.service.settings.voice or "")


def test_no_text_is_said_twice_under_one_mark():
    marks = [mark("snk", each.text) for each in texts("snk", NAME)]

    assert len(marks) == len(set(marks))
