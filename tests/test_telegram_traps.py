"""Telegram's known traps, each met through the HTTP emulator."""

from __future__ import annotations

import asyncio
import logging
import time

import httpx
import pytest
from sqlalchemy import select, text, update

from bot import say
from bot.channels.telegram.config import TelegramConfig
from bot.say import Say
from store import outbox
from store.repository import table
from store.tables import AddressRow, OutboxRow
from tests.telegram_emulator import GARBLED, TOKEN, Emulator, Refused
from tests.telegram_world import Person, World, telegram


@pytest.fixture
async def world(tmp_path):
    async with telegram(tmp_path) as made:
        yield made
        assert made.emulator.refused == []


def said(world: World) -> list[str]:
    """The questions answered so far, in the order they were answered."""
    assert world.interview is not None
    return [each.question for each in world.interview.log]


# -- the same thing twice, late, or out of order -----------------------------------------------


async def test_a_duplicate_update_is_heard_once(world: World):
    await world.type("/start")
    await world.tap("Commencer")
    pressed = await world.tap("Oui")
    shown = world.copy()
    assert await world.emulator.deliver(pressed) == 200
    await world.quiet()

    assert said(world) == ["consent"]
    assert world.last == shown


async def test_a_start_brought_twice_shows_one_start_screen(world: World):
    started = await world.type("/start")
    await world.emulator.deliver(started)

    assert len(world.person.messages) == 1


async def test_an_erasure_brought_twice_says_it_once(world: World):
    await world.begin()
    await world.type("/erase")
    erased = await world.tap("Oui, tout effacer")
    messages = len(world.person.messages)
    await world.emulator.deliver(erased)

    assert len(world.person.messages) == messages


async def test_an_old_keyboard_corrects_its_own_question(world: World):
    await world.begin()
    old = world.copy()
    await world.type("47")
    await world.tap("18 à 25 ans", old)

    assert said(world)[-1] == "age"
    assert any("C'est changé" in each.text for each in world.person.messages)
    assert "âge exact" in world.last.text


async def test_the_same_button_pressed_twice_by_a_hurried_finger_changes_nothing(world: World):
    await world.begin()
    old = world.copy()
    await world.tap("45 à 50 ans", old)
    messages = [each.text for each in world.person.messages]
    await world.tap("45 à 50 ans", old)

    assert [each.text for each in world.person.messages] == messages


async def test_a_press_and_a_text_out_of_order_never_answer_each_other_s_question(world: World):
    await world.begin()
    press, typed = world.person.tap("45 à 50 ans"), world.person.text("47")
    for raw in (typed, press):
        await world.arrive(raw)

    assert said(world) == ["consent", "shared_phone", "age", "age"]


async def test_a_button_shown_before_its_question_changed_meaning_answers_nothing(world: World):
    await world.begin()
    raw = world.person.tap("45 à 50 ans")
    query = raw["callback_query"]
    query["data"] = query["data"].rpartition(":")[0] + ":9"
    await world.arrive(raw)

    assert said(world) == ["consent", "shared_phone"]
    assert "Quel âge" in world.last.text


async def test_a_button_of_another_time_stops_spinning_and_does_nothing_else(world: World):
    await world.begin()
    messages = len(world.person.messages)
    raw = world.person.tap("45 à 50 ans")
    raw["callback_query"]["data"] = "made by an older version"
    await world.arrive(raw)

    assert raw["callback_query"]["id"] in world.emulator.answered
    assert len(world.person.messages) == messages


async def test_ten_quick_ticks_all_count(world: World):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    await world.until("maladies")
    labels = world.labels()[:5]
    updates = [world.emulator.push(world.person.tap(each)) for each in labels]
    assert set(await asyncio.gather(*map(world.emulator.deliver, updates))) == {200}
    await world.quiet()

    assert [f"✓ {each}" for each in labels] == world.labels()[:5]


# -- messages that cannot be changed -----------------------------------------------------------


async def test_a_message_too_old_to_edit_is_replaced_by_a_new_one(world: World):
    await world.begin()
    world.last.editable = False
    messages = len(world.person.messages)
    await world.tap("45 à 50 ans")

    assert len(world.person.messages) == messages + 1
    assert "âge exact" in world.last.text


async def test_a_message_the_person_deleted_is_replaced_by_a_new_one(world: World):
    await world.begin()
    raw = world.person.tap("45 à 50 ans")
    del world.emulator.chats[42][world.last.id]
    await world.arrive(raw)

    assert "âge exact" in world.last.text


async def test_a_button_under_a_message_telegram_no_longer_shows_us_counts(world: World):
    """An `InaccessibleMessage`: its chat and number only, dated 0."""
    await world.begin()
    raw = world.person.tap("45 à 50 ans")
    message = raw["callback_query"]["message"]
    raw["callback_query"]["message"] = {
        "chat": message["chat"], "message_id": message["message_id"], "date": 0}  # fmt: skip
    world.last.editable = False
    await world.arrive(raw)

    assert said(world)[-1] == "age"
    assert "âge exact" in world.last.text


async def test_the_same_screen_again_is_not_an_error(world: World):
    await world.begin()
    shown = world.copy()
    await world.tap("Aide")
    await world.tap("Retour à la question")
    await world.arrive(world.person.tap("Non", _with(shown, "Non", "a:shared_phone:no:1")))

    assert world.last.text == shown.text


def _with(shown, label, data):
    shown.keyboard = [[{"text": label, "callback_data": data}]]
    return shown


# -- what would hold the process up, or leak ---------------------------------------------------


def nested(depth: int = 60) -> dict:
    """Bold in bold in bold: reading it takes exponential time."""
    inner: dict = {"type": "text", "text": "x"}
    for _ in range(depth):
        inner = {"type": "bold", "text": inner}
    return {"blocks": [inner]}


async def test_a_nested_rich_message_is_dropped_before_it_is_read(world: World):
    raw = world.person.text("/start")
    raw["message"]["rich_message"] = nested()
    raw["message"]["reply_to_message"] = world.person.text("x")["message"] | {
        "rich_message": nested(), "quote": None}  # fmt: skip
    await world.arrive(raw)
    press = world.person.tap("Commencer")
    message = press["callback_query"]["message"]
    message["rich_message"] = nested()
    message["reply_to_message"] = world.person.text("x")["message"] | {"rich_message": nested()}
    message["pinned_message"] = dict(message["reply_to_message"])
    await world.arrive(press)

    assert "garder vos réponses" in world.last.text


async def test_a_nested_rich_message_is_dropped_from_what_is_fetched_too(tmp_path):
    async with telegram(tmp_path, "polling") as world:
        raw = world.person.text("/start")
        raw["message"]["rich_message"] = nested()
        await world.arrive(raw)

        assert "Commencer" in world.labels()


async def test_an_unreadable_update_is_not_asked_for_again_and_tells_the_logs_nothing(
    world: World, caplog, capfd
):
    caplog.set_level(logging.DEBUG)
    for logger in ("aiohttp", "asyncio", "httpx", "hpack"):
        logging.getLogger(logger).setLevel(logging.WARNING)
    secret = "mon-secret-de-sante"
    raw = {"update_id": 1, "message": {"text": secret, "chat": secret}}
    assert await world.emulator.deliver(raw) == 200
    assert await world.emulator.deliver([secret]) == 200  # type: ignore[arg-type]

    out, err = capfd.readouterr()
    assert secret not in out + err + caplog.text
    assert "update not readable" in out + err


async def test_an_unreadable_update_does_not_hide_those_behind_it(tmp_path):
    async with telegram(tmp_path, "polling") as world:
        world.emulator.push({"message": {"text": 5}})
        await world.type("/start")

        assert "Commencer" in world.labels()


async def test_a_wrong_secret_is_refused_whatever_it_is_made_of(world: World):
    started = world.emulator.push(world.person.text("/start"))
    for wrong in ("wrong", "", "é" * 64):
        assert await world.emulator.deliver(started, wrong) == 403
    assert world.emulator.webhook is not None
    path = httpx.URL(world.emulator.webhook["url"]).path
    async with world.browser() as browser:
        assert (await browser.post(path, json=started)).status_code == 403
        assert (await browser.get(path)).status_code in (404, 405)
        assert world.emulator.webhook["secret_token"] not in path
    world.emulator.updates.clear()

    assert world.person.messages == []
    assert TOKEN not in TelegramConfig(TOKEN, "").path


# -- Telegram says no, or nothing --------------------------------------------------------------


async def test_slow_down_is_waited_for_as_long_as_told_and_nothing_is_lost(world: World):
    await world.type("/start")
    world.emulator.fail = [Refused(429, "Too Many Requests: retry after 1", retry_after=1)]
    began = len(world.emulator.calls)
    started = time.monotonic()
    await world.tap("Commencer")

    assert time.monotonic() - started >= 1
    assert "garder vos réponses" in world.last.text
    sends = [name for name, _ in world.emulator.calls[began:] if name == "sendMessage"]
    assert len(sends) == 2


async def test_slow_down_is_waited_for_by_the_start_screen_too(world: World):
    world.emulator.fail = [Refused(429, "Too Many Requests: retry after 1", retry_after=1)]
    await world.type("/start")

    assert "Commencer" in world.labels()


async def test_a_server_error_is_tried_again(world: World):
    world.emulator.fail = [Refused(500, "Internal Server Error"), Refused(502, "Bad Gateway")]
    await world.type("/start")
    world.emulator.fail = [Refused(500, "Internal Server Error"), Refused(502, "Bad Gateway")]
    await world.tap("Commencer")

    assert "garder vos réponses" in world.last.text


async def test_a_long_screen_cut_short_by_a_slow_down_goes_on_where_it_was(world: World):
    await world.begin()
    messages = len(world.person.messages)
    world.emulator.fail = [None, Refused(429, "Too Many Requests: retry after 1", retry_after=1)]
    long = Say("phrase", "not_understood", {"said": "une ligne\n" * 600})
    with world.service.store.transaction() as tx:
        held = tx.at([("telegram", "42")])["telegram", "42"]
        row = outbox.Outgoing(held, tx.place("telegram", "42"), "telegram", say.dump((long,)))
        outbox.send(tx, [row])
    world.service.desk.sent.set()
    await world.quiet()
    parts = [each.text for each in world.person.messages[messages:]]

    assert len(parts) == 2
    assert "".join(parts).count("une ligne") == 600


async def test_a_person_who_blocked_us_gets_nothing_more_until_they_write_again(world: World):
    await world.begin()
    world.emulator.blocked.add(42)
    await world.type("47")
    assert _blocked(world)
    calls = len(world.emulator.calls)
    with world.service.store.transaction() as tx:
        held = tx.at([("telegram", "42")])["telegram", "42"]
        row = outbox.Outgoing(held, tx.place("telegram", "42"), "telegram",
                              say.dump((Say("phrase", "paused"),)))  # fmt: skip
        outbox.send(tx, [row])
    world.service.desk.sent.set()
    await asyncio.sleep(0.1)
    assert len(world.emulator.calls) == calls

    world.emulator.blocked.clear()
    await world.type("/start")
    assert not _blocked(world)
    await world.tap("Continuer")
    assert "aide-t-il" in world.last.text


def _blocked(world: World) -> bool:
    with world.service.store.reading() as tx:
        return bool(tx.db.execute(select(table(AddressRow).c.blocked)).scalar_one())


MORE_PEOPLE = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
INSERT INTO address (hash, interview_id, channel, sealed, blocked)
SELECT CAST(n.i AS BLOB), interview_id, channel, address.sealed, 0 FROM n, address
"""
LATER_SCREENS = """
INSERT INTO outbox (interview_id, address_hash, channel, sealed, notice, status, attempts, due_at,
                    made_at)
SELECT interview_id, hash, channel, sealed, 0, 'waiting', 0, 9e12, 0 FROM address
WHERE length(hash) < 8
"""


async def test_screens_that_wait_for_their_hour_keep_nobody_else_waiting(world: World):
    await world.begin()
    with world.service.store.transaction() as tx:
        tx.db.execute(text(MORE_PEOPLE))
        tx.db.execute(text(LATER_SCREENS))
    update_ = world.emulator.push(world.person.text("47"))
    assert await world.emulator.deliver(update_) == 200
    for _ in range(500):
        if "aide-t-il" in world.last.text:
            break
        await asyncio.sleep(0.01)

    assert "aide-t-il" in world.last.text
    with world.service.store.transaction() as tx:
        tx.db.execute(update(table(OutboxRow)).values(status="dead"))


# -- what could not be kept is brought again ---------------------------------------------------


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_an_update_that_could_not_be_kept_is_brought_again_and_heard(tmp_path, mode):
    async with telegram(tmp_path, mode) as world:
        await world.begin()
        with world.service.store.transaction() as tx:
            tx.db.execute(text("ALTER TABLE heard RENAME TO away"))
        typed = world.emulator.push(world.person.text("47"))
        if mode == "webhook":
            assert await world.emulator.deliver(typed) == 503
        else:
            await asyncio.sleep(0.3)
            assert typed in world.emulator.updates
        with world.service.store.transaction() as tx:
            tx.db.execute(text("ALTER TABLE away RENAME TO heard"))
        if mode == "webhook":
            await world.emulator.bring(typed)
        await world.quiet()

        assert said(world)[-1] == "age"
        assert "aide-t-il" in world.last.text


async def test_an_answer_that_is_no_json_is_waited_out_and_tells_the_logs_nothing(
    tmp_path, caplog, capfd
):
    async with telegram(tmp_path, "polling") as world:
        for method in ("getUpdates", "sendMessage", "answerCallbackQuery"):
            world.emulator.fail_methods[method] = [Refused(502, GARBLED)]
        await world.type("/start")
        world.emulator.fail_methods["sendMessage"] = [Refused(502, GARBLED)]
        await world.tap("Commencer")

        assert "garder vos réponses" in world.last.text
    out, err = capfd.readouterr()
    assert "html" not in out + err + caplog.text
    assert "Puis-je" not in out + err + caplog.text


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_the_channel_opens_even_if_telegram_is_away_at_the_start(tmp_path, mode):
    async with Emulator() as emulator:
        away = [Refused(502, "Bad Gateway"), Refused(429, "Too Many Requests", retry_after=1)]
        for method in ("setWebhook", "deleteWebhook", "getUpdates", "setMyCommands"):
            emulator.fail_methods[method] = list(away)
        async with telegram(tmp_path, mode, emulator) as world:
            await world.type("/start")

            assert "Commencer" in world.labels()


async def test_polling_takes_the_place_of_a_webhook_left_behind(tmp_path):
    async with Emulator() as emulator:
        emulator.webhook = {"url": "http://elsewhere.example.org", "secret_token": "x"}
        async with telegram(tmp_path, "polling", emulator) as world:
            await world.type("/start")

            assert "Commencer" in world.labels()
            assert emulator.refused == []


async def test_many_people_polled_at_once_each_get_their_own_way(tmp_path):
    async with telegram(tmp_path, "polling") as world:
        people = [Person(world.emulator, 100 + each) for each in range(20)]
        for step in ("/start", "Commencer", "Oui", "Non", "47"):
            for person in people:
                typed = step in ("/start", "47")
                world.emulator.push(person.text(step) if typed else person.tap(step))
            await world.quiet()

        assert {each.last.text.split("\n")[0] for each in people} == {
            "Quelqu'un vous aide-t-il à répondre ?"}  # fmt: skip


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_a_stop_lets_what_was_heard_be_answered_once(tmp_path, mode):
    async with Emulator() as emulator:
        async with telegram(tmp_path, mode, emulator) as world:
            await world.begin()
            typed = emulator.push(world.person.text("47"))
            if mode == "webhook":
                assert await emulator.deliver(typed) == 200
        async with telegram(tmp_path, mode, emulator) as world:
            await world.quiet()
            asked = [each for each in world.person.messages if "aide-t-il" in each.text]

            assert len(asked) == 1
            assert said(world)[-1] == "age"
