"""Telegram through a Bot API emulator over HTTP, webhook and polling; each known trap is met."""

from __future__ import annotations

import asyncio
import contextlib
import time

import pytest
import uvicorn
from fastapi import FastAPI

from bot.channels.telegram import TelegramConfig, running
from bot.channels.telegram.careful import stripped
from bot.channels.telegram.keyboards import split
from store import outbox
from tests.serving import AGES, serving
from tests.telegram_emulator import TOKEN, Emulator, Person, Refused, Shown


class World:
    """The service, the emulator and one person, by webhook."""

    def __init__(self, service, emulator):
        self.service, self.emulator = service, emulator
        self.person = Person(emulator)

    async def type(self, said, person=None):
        await self._deliver((person or self.person).text(said))

    async def tap(self, label, message: Shown | None = None):
        await self._deliver(self.person.tap(label, message))

    async def _deliver(self, raw):
        update = self.emulator.push(raw)
        assert await self.emulator.deliver(update) == 200
        await self.quiet()
        return update

    async def quiet(self, seconds=5.0):
        """Until the outbox is empty."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self.service.store.reading() as tx:
                if outbox.next_due(tx, "telegram") is None:
                    return
            await asyncio.sleep(0.01)
        raise AssertionError("screens still wait")

    @property
    def last(self):
        return self.person.last

    def labels(self, message=None):
        return [button["text"] for button in (message or self.last).buttons]

    async def begin(self):
        await self.type("/start")
        await self.tap("Commencer")
        await self.tap("Oui")
        await self.tap("Non")


@contextlib.asynccontextmanager
async def telegram(folder, mode="webhook"):
    async with Emulator() as emulator, serving(folder) as service:
        app = FastAPI()
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
        task = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        config = TelegramConfig(TOKEN, f"http://127.0.0.1:{port}", emulator.base, mode, pace=0)
        async with running(service.desk, config, app):
            while mode == "webhook" and emulator.webhook is None:
                await asyncio.sleep(0.01)
            yield World(service, emulator)
        server.should_exit = True
        await task


@pytest.fixture
async def world(tmp_path):
    async with telegram(tmp_path) as made:
        yield made


async def test_the_start_screen_says_what_this_is_and_touches_nothing(world):
    await world.type("/start")

    assert "10 minutes" in world.last.text
    assert "Urgence : 15" in world.last.text
    assert {"Commencer", "Rendez-vous sans questions"} <= set(world.labels())


async def test_a_tap_changes_the_message_instead_of_piling_up(world):
    await world.type("/start")
    await world.tap("Commencer")
    messages = len(world.person.messages)
    await world.tap("Oui")

    assert len(world.person.messages) == messages
    assert world.last.edits >= 1
    assert "téléphone" in world.last.text


async def test_the_consent_names_telegram(world):
    await world.type("/start")
    await world.tap("Commencer")

    assert "Telegram garde" in world.last.text


async def test_boxes_tick_then_done(world):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    while "maladies" not in world.last.text:
        await world.tap("Passer")
    first, second = (each for each in world.labels()[:2])
    await world.tap(first)
    assert f"✓ {first}" in world.labels()
    await world.tap(second)
    assert f"✓ {second}" in world.labels()
    await world.tap(first)
    assert f"✓ {first}" not in world.labels()
    await world.tap("C'est tout")
    assert "maladies" not in world.last.text


async def test_a_duplicate_update_is_heard_once(world):
    await world.type("/start")
    await world.tap("Commencer")
    update = await world._deliver(world.person.tap("Oui"))
    text = world.last.text
    assert await world.emulator.deliver(update) == 200
    await world.quiet()

    assert world.last.text == text


async def test_an_old_keyboard_corrects_its_own_question(world):
    await world.begin()
    old = Shown(world.last.id, world.last.text, [list(row) for row in world.last.keyboard])
    await world.type("47")
    assert old.buttons
    await world.tap("18 à 25 ans", old)

    assert "âge exact" in world.last.text


async def test_a_press_and_a_text_out_of_order_never_answer_each_other_s_question(world):
    await world.begin()
    shown = Shown(world.last.id, world.last.text, [list(row) for row in world.last.keyboard])
    press, text = world.person.tap("45 à 50 ans", shown), world.person.text("47")
    for raw in (text, press):
        await world._deliver(raw)

    with world.service.store.reading() as tx:
        held = tx.at([("telegram", "42")])["telegram", "42"]
    assert [each.question for each in held.interview.log] == [
        "consent",
        "shared_phone",
        "age",
        "age",
    ]


async def test_a_nested_rich_message_is_dropped_before_it_is_read(world):
    nested: dict = {"type": "text", "text": "x"}
    for _ in range(60):
        nested = {"type": "bold", "text": nested}
    raw = world.person.text("/start")
    raw["message"]["rich_message"] = {"blocks": [nested]}
    began = time.process_time()
    await world._deliver(raw)

    assert time.process_time() - began < 2
    assert "Commencer" in world.labels()
    assert "rich_message" not in str(stripped(raw))


async def test_slow_down_is_waited_for_and_nothing_is_lost(world):
    world.emulator.fail = [Refused(429, "Too Many Requests: retry after 1", retry_after=1)]
    await world.type("/start")

    assert "Commencer" in world.labels()


async def test_a_server_error_is_tried_again(world):
    world.emulator.fail = [Refused(500, "Internal Server Error"), Refused(502, "Bad Gateway")]
    await world.type("/start")

    assert "Commencer" in world.labels()


async def test_a_person_who_blocked_us_gets_nothing_more_and_keeps_their_place(world):
    await world.begin()
    world.emulator.blocked.add(42)
    await world.type("47")
    assert not [each for each in world.emulator.calls[-3:] if each[0] == "getMe"]
    world.emulator.blocked.clear()
    await world.type("/start")
    await world.tap("Continuer")

    assert "aide-t-il" in world.last.text


async def test_a_message_too_old_to_edit_is_replaced_by_a_new_one(world):
    await world.begin()
    world.last.editable = False
    messages = len(world.person.messages)
    await world.tap("45 à 50 ans")

    assert len(world.person.messages) == messages + 1
    assert "âge exact" in world.last.text


async def test_the_same_screen_again_is_not_an_error(world):
    await world.begin()
    text = world.last.text
    await world.tap("Aide")
    await world.tap("Retour à la question")

    assert world.last.text == text


async def test_a_wrong_secret_is_refused(world):
    update = world.emulator.push(world.person.text("/start"))

    assert await world.emulator.deliver(update, "wrong") == 403
    assert world.person.messages == []


async def test_an_unreadable_update_is_not_asked_for_again(world):
    assert await world.emulator.deliver({"update_id": 1, "message": {"text": 5}}) == 200


async def test_a_link_preview_never_consumes_an_invitation(world):
    from store import outreach

    with world.service.store.transaction() as tx:
        campaign = outreach.create_campaign(tx, "Forum", None, None)
        (token,) = outreach.create_invitations(tx, campaign.id, 1)
    await world.type(f"/start {token}")
    assert "Forum" in world.last.text
    with world.service.store.reading() as tx:
        assert outreach.find(tx, token).state == "ok"
    await world.tap("Commencer")
    with world.service.store.reading() as tx:
        assert outreach.find(tx, token).state == "used"


async def test_the_private_block_opens_on_our_own_page(world):
    await world.begin()
    await world.type("47")
    await world.tap("Je réponds seul(e)")
    while "seul(e) et tranquille" not in world.last.text:
        await world.tap("Passer")
    await world.tap("Oui")

    assert "s'ouvrent sur notre page" in world.last.text
    assert "/s/" in world.last.text + str(world.last.keyboard)


async def test_the_commands_menu_is_set_in_each_language(world):
    for _ in range(100):
        if len(world.emulator.commands) >= 3:
            break
        await asyncio.sleep(0.02)
    assert world.emulator.commands[""][:2] == ["start", "help"]
    assert set(world.emulator.commands) == {"", "en", "ar"}


async def test_polling_works_as_well(tmp_path):
    async with telegram(tmp_path, "polling") as world:
        for raw in (lambda: world.person.text("/start"), lambda: world.person.tap("Commencer")):
            shown = len(world.person.messages), sum(each.edits for each in world.person.messages)
            world.emulator.push(raw())
            for _ in range(500):
                now = len(world.person.messages), sum(each.edits for each in world.person.messages)
                if now != shown:
                    break
                await asyncio.sleep(0.01)
        assert "garder vos réponses" in world.last.text


@pytest.mark.parametrize("text", ["a" * 5000, "é\n" * 4000, "😀" * 3000, "", "x\n" + "y" * 4096])
def test_long_texts_are_cut_within_telegram_s_limit(text):
    parts = split(text)

    assert all(len(part.encode("utf-16-le")) // 2 <= 4096 for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


@pytest.mark.parametrize("band", AGES)
async def test_each_band_completed_by_tapping(tmp_path, band):
    """To the link of the restitution and a code that opens the brief."""
    async with telegram(tmp_path) as world:
        await world.begin()
        await world.type(AGES[band])
        await world.tap("Je réponds seul(e)")
        for _ in range(150):
            labels = [each.removeprefix("✓ ") for each in world.labels()]
            if "Tout est bon" in labels:
                await world.tap("Tout est bon")
            elif "Répondre ici quand même" in labels:
                await world.tap("J'en parlerai au rendez-vous")
            elif "Le professionnel à qui je montre le code" in labels:
                await world.tap("Le professionnel à qui je montre le code")
                break
            elif any(each.startswith("✓") for each in world.labels()):
                await world.tap("C'est tout")
            else:
                skips = [
                    each for each in ("Passer", "J'en parlerai au rendez-vous") if each in labels
                ]
                await world.tap(skips[0] if skips else labels[0])
        texts = [each.text for each in world.person.messages]
        code = next(text for text in texts if "Votre code" in text)
        assert any("Vos conseils sont prêts" in text for text in texts)

        from store import access
        from store.codes import read_code

        typed = read_code(code.split(" : ")[1].split("\n")[0])
        with world.service.store.transaction() as tx:
            centre = access.create_centre(tx, "Centre")
            who = access.create_practitioner(tx, "a@example.org", "A", "médecin", "secret-secret",
                                             centre, "practitioner")  # fmt: skip
            assert access.open_by_code(tx, who, typed)
