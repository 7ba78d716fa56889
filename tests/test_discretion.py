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
    said = [each for each in made.answers if each.status not in ("not_asked", "held_back")]
    assert said and all(each.helped for each in said)
    # Held back while somebody helps: mood and violence are left for the visit.
    assert {each.status for each in made.answers if each.question.startswith("phq4")} == {
        "not_asked"
    }


async def test_sensitive_questions_wait_for_the_visit_while_somebody_helps(tmp_path):
    made = await brief_of(tmp_path, helped="helped")
    kept = {each.question for each in made.not_answered if each.status == "held_back"}
    assert {"height_m", "weight_kg", "breast_screening", "tobacco_status"} <= kept
    # Not what hangs on an answer nobody gave.
    assert "smoking_quit_since" not in kept
    assert not made.sensitive_helped and made.discuss_face_to_face
    assert any("questions sensibles gardées" in each for each in made.notes)
    # Nothing is made of the silence: neither « does not smoke » nor « never screened ».
    found = {each.id for each in (*made.flags, *made.strengths)}
    assert not found & {"str_no_tobacco", "breast_late", "bmi_obesity", "smoker"}
    assert next(each for each in made.due if each.id == "due_breast").status == "to_ask"


async def test_whoever_is_helped_is_told_that_some_questions_are_kept(tmp_path):
    async with serving(tmp_path) as service:
        patient = Patient(service)
        await patient.begin()
        while patient.reply.waiting != "helped":
            await patient.answer_one(AWA)
        await patient.say("helped", "helped")
        assert "gardées pour le professionnel" in patient.text
        assert "Ce n'est pas un oubli" in patient.text
        await patient.say("/change helped")
        await patient.say("alone", "helped")
        assert "gardées" not in patient.text


async def test_alone_again_the_questions_kept_are_asked_after_all(tmp_path):
    async with serving(tmp_path) as service:
        patient = Patient(service)
        await patient.begin()
        persona = {**AWA, "helped": "helped"}
        while patient.reply.waiting != "check_answers":
            await patient.answer_one(persona)
        await patient.say("/change helped")
        await patient.say("alone", "helped")
        asked = []
        while patient.reply.waiting not in ("check_answers", None):
            asked.append(patient.reply.waiting)
            await patient.answer_one(AWA)
    assert {"height_m", "weight_kg", "tobacco_status", "private_ready"} <= set(asked)
    assert "social_support" not in asked


async def test_answers_given_alone_are_not_shown_once_somebody_helps(tmp_path):
    async with serving(tmp_path) as service:
        patient = Patient(service)
        await patient.begin()
        while patient.reply.waiting != "check_answers":
            await patient.answer_one(AWA)
        await patient.say("/change helped")
        await patient.say("helped", "helped")
        shown = [line.question for screen in patient.reply.screens for line in screen.lines]
        assert "dentist_12m" in shown and "tobacco_status" not in shown
        # They are there again when they are alone again.
        await patient.say("/change helped")
        await patient.say("alone", "helped")
        shown = [line.question for screen in patient.reply.screens for line in screen.lines]
        assert "tobacco_status" in shown


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
