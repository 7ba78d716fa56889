"""Somebody whose phone others see, and somebody who is helped."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import func, select

from api.pages.rendering import _environment
from app.demonstration import AWA
from restitution.brief import make_brief
from store.repository import table
from store.tables import TraceRow
from tests.advising import rules, shelf
from tests.serving import Patient, serving
from tests.telegram_world import telegram


def count(service):
    with service.store.reading() as tx:
        return tx.db.execute(select(func.count()).select_from(table(TraceRow))).scalar_one()


async def begun(world, seen_by_others):
    await world.type("/start")
    await world.tap("Commencer")
    await world.tap("Oui")
    await world.tap(seen_by_others)


@pytest.mark.parametrize("answer", ["Oui", "Je ne sais pas"])
async def test_on_a_phone_others_see_the_conversation_is_taken_back_at_its_end(tmp_path, answer):
    async with telegram(tmp_path) as world:
        await begun(world, answer)
        typed = world.person.text("47")
        await world.arrive(typed)
        # What was typed goes once it was heard.
        assert typed["message"]["message_id"] in world.emulator.deleted
        asked = {each.id for each in world.person.messages if each.id > 100}
        await world.type("/stop")
        await world.tap("Personne")
        left = [each.text for each in world.person.messages]
        assert asked & world.emulator.deleted
        assert not any("aide-t-il" in each for each in left)
        assert any("Vos conseils sont prêts" in each for each in left)
        assert world.emulator.refused == []
        # The last screens stay, and are noted in case more is said.
        numbers = {each.id for each in world.person.messages}
        assert not numbers & world.emulator.deleted


async def test_on_a_phone_of_ones_own_nothing_is_noted_nor_taken_back(tmp_path):
    async with telegram(tmp_path) as world:
        await begun(world, "Non")
        await world.type("47")
        await world.type("/stop")
        await world.tap("Personne")
        assert world.emulator.deleted == set()
        assert count(world.service) == 0


async def test_telegram_refusing_to_take_back_stops_nothing(tmp_path):
    from tests.telegram_emulator import Refused

    async with telegram(tmp_path) as world:
        await begun(world, "Oui")
        refused = Refused(400, "Bad Request: message can't be deleted for everyone")
        world.emulator.fail_methods["deleteMessages"] = [refused]
        await world.type("47")
        await world.type("/pause")
        assert "C'est gardé" in world.last.text


async def test_before_anything_is_told_the_consent_says_what_telegram_keeps(tmp_path):
    async with telegram(tmp_path) as world:
        await world.type("/start")
        await world.tap("Commencer")
        assert "Telegram garde aussi ce que vous écrivez ici." in world.last.text
        assert "48 heures" in world.last.text


async def brief_of(tmp_path, **more):
    async with serving(tmp_path) as service:
        patient = Patient(service)
        await patient.begin()
        await patient.answer({**AWA, **more})
        with service.store.reading() as tx:
            interview = tx.at([("console", "p")])["console", "p"].interview
    from flows import engine

    return make_brief(engine.replay(shelf(), interview), interview, rules())


async def test_what_was_said_with_help_is_marked_answer_by_answer(tmp_path):
    made = await brief_of(tmp_path, helped="helped")
    asked = [each for each in made.answers if each.status != "not_asked"]
    assert asked and all(each.helped for each in asked)
    assert made.sensitive_helped
    # Held back while somebody helps: mood and violence are left for the visit.
    assert {each.status for each in made.answers if each.question.startswith("phq4")} == {
        "not_asked"
    }


async def test_what_was_said_alone_carries_no_mark(tmp_path):
    made = await brief_of(tmp_path)
    assert not any(each.helped for each in made.answers) and not made.sensitive_helped


def test_the_mark_stands_beside_the_answer():
    parts = _environment().get_template("practitioner/parts.html").module
    said = {"asked": "Q ?", "said": "Oui", "official": None}
    assert "(avec aide)" in parts.answer({**said, "helped": True})
    assert "(avec aide)" not in parts.answer({**said, "helped": False})


async def test_the_advice_to_download_says_nothing_of_mood_violence_sex_or_drugs(tmp_path):
    from app.web import create

    async with serving(tmp_path) as service:
        patient = Patient(service, "a" * 20, "web")
        await patient.begin()
        await patient.answer({**AWA, "violence_victim": "yes", "suicidal_history": "yes"})
        transport = httpx.ASGITransport(app=create(service))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://bilan.example.org"
        ) as client:
            client.cookies.set("__Host-q", "a" * 20, domain="bilan.example.org")
            page = (await client.get("/discreet")).text.lower()
    main = page[page.index("<main>") : page.index("</main>")]
    for word in ("violence", "suicid", "3114", "3919", "moral", "drogue", "sexual"):
        assert word not in main, word
