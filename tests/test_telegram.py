"""What a person sees on Telegram, through a Bot API emulator over HTTP."""

from __future__ import annotations

import asyncio
import itertools

import pytest
import pytest_asyncio

from store import outreach
from tests.telegram_world import Person, World, telegram
from tests.web_reader import Page, answer, follow

pytestmark = pytest.mark.asyncio(loop_scope="module")
CHATS = itertools.count(42)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("telegram")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(folder):
    """One service for all these people; each test brings somebody new."""
    async with telegram(folder) as made:
        yield made


@pytest.fixture
def world(served: World):
    served.person = Person(served.emulator, next(CHATS))
    yield served
    assert served.emulator.refused == []


async def test_the_start_screen_says_what_this_is_and_touches_nothing(world: World):
    await world.type("/start")

    assert "10 minutes" in world.last.text
    assert "Urgence : 15" in world.last.text
    assert {"Commencer", "Rendez-vous sans questions"} <= set(world.labels())
    assert world.interview is None


async def test_the_consent_names_telegram(world: World):
    await world.type("/start")
    await world.tap("Commencer")

    assert "Telegram garde" in world.last.text


async def test_a_tap_changes_the_message_instead_of_piling_up(world: World):
    await world.type("/start")
    await world.tap("Commencer")
    messages = len(world.person.messages)
    await world.tap("Oui")

    assert len(world.person.messages) == messages
    assert world.last.edits == 1
    assert "téléphone" in world.last.text


async def test_help_opens_in_place_and_gives_the_question_back(world: World):
    await world.begin()
    messages, asked = len(world.person.messages), world.last.text
    await world.tap("Aide")
    assert "J'ai besoin d'aide maintenant" in world.labels()
    await world.tap("Retour à la question")

    assert (len(world.person.messages), world.last.text) == (messages, asked)


async def test_under_a_question_are_its_options_then_dont_know_skip_and_one_help(world: World):
    await world.begin()

    assert [button["text"] for button in world.last.keyboard[-1]] == [
        "Je ne sais pas", "Passer", "Aide"]  # fmt: skip
    assert world.labels()[:2] == ["18 à 25 ans", "45 à 50 ans"]


async def test_a_typed_answer_brings_a_new_message_and_leaves_the_old_one_as_it_is(world: World):
    await world.begin()
    old, messages = world.copy(), len(world.person.messages)
    await world.type("47")

    assert len(world.person.messages) == messages + 1
    assert world.person.messages[-2] == old


async def test_boxes_tick_in_place_then_done(world: World):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    await world.until("maladies")
    messages = len(world.person.messages)
    first, second = world.labels()[:2]
    for label, ticked in ((first, True), (second, True), (first, False)):
        await world.tap(label)
        assert (f"✓ {label}" in world.labels()) is ticked
    assert len(world.person.messages) == messages
    await world.tap("C'est tout")
    assert "maladies" not in world.last.text


async def test_an_exclusive_box_unticks_the_others(world: World):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    await world.until("maladies")
    await world.tap("Cancer")
    await world.tap("Aucune")

    assert [each for each in world.labels() if each.startswith("✓")] == ["✓ Aucune"]


async def test_done_with_nothing_ticked_is_said_kindly(world: World):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    await world.until("maladies")
    await world.tap("C'est tout")

    assert "Rien n'est choisi" in world.person.messages[-2].text
    assert "maladies" in world.last.text


async def test_the_urgent_card_comes_on_the_very_tick_and_stays(world: World):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    await world.until("seul(e) et tranquille")
    await world.tap("Oui")
    await world.tap("Répondre ici quand même")
    await world.until("envie de mourir")
    await world.tap("J'ai eu envie de mourir")

    card = world.person.messages[-2]
    assert "3114" in card.text
    assert "Personne ne lit ceci maintenant" in card.text
    assert any("/help" in button.get("url", "") for button in card.buttons)
    text = card.text
    await world.tap("Faire une pause", card)
    assert card.text == text
    assert "C'est gardé" in world.last.text


async def test_words_of_distress_are_met_even_under_a_picture(world: World):
    await world.begin()
    raw = world.person.text("")
    del raw["message"]["text"]
    raw["message"]["photo"] = [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]
    raw["message"]["caption"] = "j'ai envie de mourir"
    await world.arrive(raw)

    assert any("3114" in each.text for each in world.person.messages)


async def test_a_voice_message_is_not_understood_and_the_question_is_asked_again(world: World):
    await world.begin()
    raw = world.person.text("")
    del raw["message"]["text"]
    raw["message"]["voice"] = {"file_id": "x", "file_unique_id": "x", "duration": 2}
    await world.arrive(raw)

    assert "Je n'ai pas compris" in world.person.messages[-2].text
    assert "Quel âge" in world.last.text


async def test_messages_cannot_be_forwarded(world: World):
    await world.begin()
    await world.type("47")

    assert all(each.protected for each in world.person.messages)


async def test_every_button_pressed_is_answered_once(world: World):
    before = len(world.emulator.answered)
    await world.begin()
    answered = world.emulator.answered[before:]

    assert len(answered) == len(set(answered)) == 3


async def test_the_commands_menu_is_set_in_each_language(world: World):
    for _ in range(200):
        if len(world.emulator.commands) >= 3:
            break
        await asyncio.sleep(0.02)
    menu = {
        key: [each["command"] for each in said] for key, said in world.emulator.commands.items()
    }

    assert set(menu) >= {"", "en", "ar"}
    assert menu[""] == menu["en"] == menu["ar"]
    assert menu[""][:3] == ["start", "help", "help_now"]
    words = {said[1]["description"] for said in world.emulator.commands.values()}
    assert len(words) == len(menu)


async def test_somebody_whose_phone_speaks_english_is_spoken_to_in_english(world: World):
    world.person = Person(world.emulator, next(CHATS), "en-GB")
    await world.type("/start")

    assert "Start" in world.labels()


async def test_an_invitation_names_its_place_and_is_used_only_when_one_begins(world: World):
    token = _card(world)
    await world.type(f"/start {token}")
    assert "Forum" in world.last.text
    assert _state(world, token) == "ok"
    await world.tap("Commencer")
    assert _state(world, token) == "used"
    assert world.interview is not None
    assert world.interview.campaign


async def test_a_used_card_is_said_to_be_used_and_one_may_begin_without_it(world: World):
    token = _card(world)
    await world.type(f"/start {token}")
    await world.tap("Commencer")
    world.person = Person(world.emulator, next(CHATS))
    await world.type(f"/start {token}")

    assert "déjà servi" in world.last.text
    await world.tap("Commencer")
    assert "garder vos réponses" in world.last.text


@pytest.mark.parametrize("payload", ["a:b", "x" * 64, "é" * 40, "-", "../..", "a b c"])
async def test_any_start_payload_shows_the_start_screen(world: World, payload):
    await world.type(f"/start {payload}")

    assert "Commencer" in world.labels()
    await world.tap("Commencer")
    assert "garder vos réponses" in world.last.text


async def test_a_start_link_pressed_in_the_middle_goes_on_with_what_was_begun(world: World):
    await world.begin()
    await world.type(f"/start {_card(world)}")
    assert "Vos réponses sont gardées" in world.last.text
    await world.tap("Continuer")

    assert "Quel âge" in world.last.text


async def test_somebody_who_has_finished_may_begin_anew_from_another_invitation(world: World):
    await world.begin()
    await world.type("47")
    await world.type("/stop")
    await world.tap("Personne")
    first = world.interview
    await world.type(f"/start {_card(world)}")
    assert "Forum" in world.last.text
    assert world.interview == first
    await world.tap("Commencer")

    assert "garder vos réponses" in world.last.text
    assert world.interview is not None
    assert world.interview.campaign


async def test_erasing_leaves_nothing_and_says_so(world: World):
    await world.begin()
    await world.type("/erase")
    await world.tap("Oui, tout effacer")

    assert "C'est effacé" in world.last.text
    assert world.interview is None


async def test_the_personal_questions_are_answered_on_our_page_and_telegram_goes_on(world: World):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    await world.until("seul(e) et tranquille")
    await world.tap("Oui")
    assert "s'ouvrent sur notre page" in world.last.text
    link = world.last.buttons[0]["url"]
    async with world.browser() as browser:
        page = await follow(browser, link)
        while "priorities" not in (waiting := await _waiting(world)):
            page = await answer(browser, page, waiting, ("skipped",))
        assert any("revenir à Telegram" in each for each in page.lines)
        again = Page((await browser.get(link.split(str(world.port))[1])).text)
        used = await browser.post(link.split(str(world.port))[1], data=again.form(_path(link)))
        assert used.status_code == 410
    await world.tap("C'est fait, continuer")

    assert "De quoi voulez-vous parler" in world.last.text


async def test_coming_back_before_the_personal_questions_are_done_gives_a_new_link(world: World):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    await world.until("seul(e) et tranquille")
    await world.tap("Oui")
    first = world.last.buttons[0]["url"]
    await world.tap("C'est fait, continuer")

    assert world.last.buttons[0]["url"] != first
    await world.tap("J'en parlerai au rendez-vous")
    assert "De quoi voulez-vous parler" in world.last.text


async def test_stopping_early_gives_the_advice_by_link_and_asking_again_a_new_link(world: World):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    await world.type("/stop")
    await world.tap("Personne")
    links = [_advice(world)]
    await world.tap("Revoir mes conseils")
    links.append(_advice(world))

    assert links[0] != links[1]
    for link in links:
        async with world.browser() as browser:
            page = await follow(browser, link)
        assert not any("revenir à Telegram" in each for each in page.lines)
        assert any("rendez-vous" in each for each in page.lines)


def _advice(world: World) -> str:
    shown = next(each for each in reversed(world.person.messages)
                 if "Vos conseils sont prêts" in each.text)  # fmt: skip
    return str(shown.buttons[0]["url"])


async def test_looking_at_a_single_use_link_does_not_use_it_up(world: World):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    await world.until("seul(e) et tranquille")
    await world.tap("Oui")
    link = world.last.buttons[0]["url"]
    async with world.browser() as preview:
        for _ in range(3):
            assert (await preview.get(_path(link))).status_code == 200
    async with world.browser() as browser:
        page = await follow(browser, link)

    assert any("14 derniers jours" in each for each in page.lines)


def _path(link: str) -> str:
    return "/s/" + link.rsplit("/", 1)[1]


def _card(world: World) -> str:
    with world.service.store.transaction() as tx:
        campaign = outreach.create_campaign(tx, "Forum", None, None)
        (token,) = outreach.create_invitations(tx, campaign.id, 1)
    return token


def _state(world: World, token: str) -> str:
    with world.service.store.reading() as tx:
        invited = outreach.find(tx, token)
    assert invited is not None
    return invited.state


async def _waiting(world: World) -> str:
    from bot.channels.telegram.intake import CAN

    view = await world.service.desk.view("telegram", str(world.person.chat), CAN)
    assert view is not None
    assert view.position.waiting is not None
    return view.position.waiting.id
