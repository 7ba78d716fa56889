"""Listening on Telegram: a voice message when asked, in its turn with all the rest."""

from __future__ import annotations

import itertools

import pytest
import pytest_asyncio

from tests.recordings import SOUNDS, record
from tests.telegram_emulator import Refused
from tests.telegram_world import Person, World, telegram

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHATS = itertools.count(42)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("voices")
    kinds = {"sex": "mp3", "height_m": "wav"}
    for ending in ("ogg", "mp3", "wav"):
        record(folder, "fr", lambda each, ending=ending: (
            each.what not in ("start", "weight_kg") and kinds.get(each.what, "ogg") == ending
        ), ending, reviewed=True)  # fmt: skip
    async with telegram(tmp_path_factory.mktemp("data"), voice=str(folder)) as made:
        yield made


@pytest.fixture
def world(served: World):
    served.person = Person(served.emulator, next(CHATS))
    yield served
    assert served.emulator.refused == []


async def test_listening_to_the_consent_brings_a_voice_message_then_the_question_again(
    world: World,
):
    await world.type("/start")
    await world.tap("Commencer")
    await world.tap("Écouter")
    voice, again = world.person.messages[-2:]

    assert (voice.text, voice.sound, voice.protected) == ("[voice]", SOUNDS["ogg"], True)
    assert "Puis-je garder" in again.text
    await world.tap("Oui")
    assert "ce téléphone" in world.last.text


async def test_under_help_a_question_recorded_as_mp3_comes_as_audio(world: World):
    await world.begin()
    await world.type("47")
    await world.until("une femme ou un homme")
    assert "Écouter" not in world.labels()
    await world.tap("Aide")
    await world.tap("Écouter")

    assert world.person.messages[-2].text == "[audio]"
    assert world.person.messages[-2].sound == SOUNDS["mp3"]


@pytest.mark.parametrize("words", ["mesurez", "pesez"])
async def test_without_a_recording_telegram_plays_there_is_no_button_and_a_kind_word(
    world: World, words: str
):
    await world.begin()
    await world.type("47")
    await world.until(words)
    await world.tap("Aide")
    assert not any("Écouter" in each for each in world.labels())
    await world.type("/listen")

    assert any("pas d'enregistrement" in each.text for each in world.person.messages[-2:])
    assert not any(each.sound for each in world.person.messages)


async def test_private_questions_are_not_heard_where_they_are_not_read(world: World):
    await world.begin()
    await world.type("47")
    await world.until("seul")
    await world.tap("Oui")
    assert "Ouvrir la page" in "".join(world.labels())
    await world.type("/listen")

    assert not any(each.sound for each in world.person.messages)


async def test_an_urgent_card_may_be_heard(world: World):
    await world.begin()
    await world.type("je veux mourir")
    card = next(each for each in world.person.messages if "3114" in each.text)
    assert "Écouter" in world.labels(card)
    await world.tap("Écouter", card)

    assert any(each.sound for each in world.person.messages)


async def test_a_recording_waits_when_telegram_says_so_and_then_leaves_once(world: World):
    await world.type("/start")
    await world.tap("Commencer")
    world.emulator.fail = [Refused(429, "Too Many Requests", retry_after=1)]
    await world.tap("Écouter")

    assert [each.text for each in world.person.messages].count("[voice]") == 1
