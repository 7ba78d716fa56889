"""Going on with an interview on another phone, by a code that opens nothing else."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import func, select

from app.demonstration import AWA, LUCAS
from app.web import create
from bot.messages import Capabilities
from store import access, resuming, tries
from store.repository import table
from store.retention import purge
from store.tables import ResumeRow
from tests.serving import Clock, Patient, serving
from tests.telegram_world import telegram
from tests.web_reader import Page

CODE = re.compile(r"\b([0-9A-HJKMNP-TV-Z]{5} [0-9A-HJKMNP-TV-Z]{5})\b")
PHONE = Capabilities(links=False, takes_codes=True)
"""Like Telegram: addresses nobody makes up."""


@pytest.fixture
async def service(tmp_path):
    async with serving(tmp_path, Clock()) as made:
        yield made


def code_in(text):
    return CODE.search(text)[1]


async def begun(service, persona=AWA, until="height_m", **more):
    """Somebody in the middle of it."""
    patient = Patient(service)
    await patient.begin()
    while patient.reply.waiting != until:
        await patient.answer_one({**persona, **more})
    return patient


def other(service, address="other"):
    return Patient(service, address, can=PHONE)


def waiting_codes(service):
    with service.store.reading() as tx:
        return tx.db.execute(select(func.count()).select_from(table(ResumeRow))).scalar_one()


def browsing(service, host="192.0.2.1"):
    transport = httpx.ASGITransport(app=create(service), client=(host, 1))
    return httpx.AsyncClient(
        transport=transport, base_url="https://bilan.example.org", follow_redirects=True
    )


async def enter(client, code):
    page = Page((await client.get("/reprendre")).text)
    return await client.post("/reprendre", data=page.form("/reprendre") | {"code": code})


# -- the code -------------------------------------------------------------------------------------


async def test_a_pause_shows_the_code_and_what_it_is_for(service):
    patient = await begun(service)
    await patient.say("/pause")
    assert "autre téléphone" in patient.text and code_in(patient.text)
    assert "Ce code sert une fois, jusqu'au 2 décembre 2026." in patient.text


@pytest.mark.parametrize("said", ["/autre_telephone", "/other_phone", "un autre téléphone"])
async def test_it_is_shown_whenever_it_is_asked_for(service, said):
    patient = await begun(service, until="family_history")
    await patient.say(said)
    assert code_in(patient.text) and patient.reply.waiting == "family_history"


@pytest.mark.parametrize("answer", ["yes", "dont_know"])
async def test_on_a_phone_others_see_it_is_shown_only_when_asked_for(service, answer):
    patient = await begun(service, shared_phone=answer)
    await patient.say("/pause")
    assert not CODE.search(patient.text)
    await patient.say("/autre_telephone")
    assert code_in(patient.text)


async def test_only_the_newest_code_of_an_interview_serves_and_only_once(service):
    patient = await begun(service)
    await patient.say("/pause")
    old = code_in(patient.text)
    await patient.say("/autre_telephone")
    new = code_in(patient.text)
    assert waiting_codes(service) == 1
    with service.store.transaction() as tx:
        assert resuming.take(tx, old, source="here") is None
        assert resuming.take(tx, new.lower().replace(" ", "-"), source="here")
        assert resuming.take(tx, new, source="here") is None


async def test_the_code_that_resumes_opens_no_brief_and_the_other_way_round(service):
    patient = Patient(service)
    await patient.begin()
    brief = (await patient.answer(AWA)).code
    await patient.say("/autre_telephone")
    resume = code_in(patient.text).replace(" ", "")
    with service.store.transaction() as tx:
        who = access.create_practitioner(tx, "a@example.org", "A", "médecin", "a-long-password",
                                         None, "practitioner")  # fmt: skip
        assert access.open_by_code(tx, who, resume) is None
        assert access.interview_of(tx, resume) is None
        assert resuming.take(tx, brief, source="here") is None
        assert access.open_by_code(tx, who, brief)
        assert resuming.take(tx, resume, source="here")


async def test_it_expires_is_purged_and_goes_with_the_interview(service):
    patient = await begun(service)
    await patient.say("/pause")
    code = code_in(patient.text)
    await patient.say("/erase_yes")
    assert waiting_codes(service) == 0
    patient = await begun(service)
    await patient.say("/pause")
    late = code_in(patient.text)
    service.store.clock.now += resuming.LASTS
    with service.store.transaction() as tx:
        assert resuming.take(tx, code, source="here") is None
        assert resuming.take(tx, late, source="here") is None
    service.store.clock.now += 1
    assert purge(service.store)["codes to resume"] == 1


async def test_only_a_keyed_hash_of_it_is_kept(service, tmp_path):
    patient = await begun(service)
    await patient.say("/pause")
    code = code_in(patient.text)
    kept = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert code.encode() not in kept and code.replace(" ", "").encode() not in kept


# -- on our pages ---------------------------------------------------------------------------------


async def test_another_phone_goes_on_and_no_answer_is_lost(service):
    patient = await begun(service)
    await patient.say("/pause")
    async with browsing(service) as client:
        start = (await client.get("/")).text
        assert 'href="/reprendre?language=fr"' in start
        page = Page((await enter(client, code_in(patient.text))).text)
        sent = await client.post("/say", data=page.form("/say") | {"command": "/resume"})
        page = Page(sent.text)
        view = await service.desk.view("web", client.cookies["__Host-q"], Capabilities())
        before = dict(view.position.answers)
        assert view.position.waiting.id == "height_m" and before["social_support"] == "yes"
        said = {"about": "height_m", "written": "1,62", "done": "1"}
        form = next(each for each in page.forms if "key" in each)
        await client.post("/say", data={"key": form["key"], "language": "fr"} | said)
    # The first phone goes on where the second one is.
    await patient.say("/resume")
    assert patient.reply.waiting == "weight_kg"
    await patient.answer(AWA)
    assert patient.reply.finished and patient.reply.code


async def test_what_was_confided_is_never_displayed_on_the_other_phone(service):
    patient = await begun(service, {**LUCAS, "age": "22"}, until="suicidal_history")
    # A box ticked and not done, on a phone where boxes are ticked one by one.
    await patient.say("ideation", "suicidal_history", tick=True)
    await patient.say("/autre_telephone")
    async with browsing(service) as client:
        sent = await enter(client, code_in(patient.text))
        view = await service.desk.view("web", client.cookies["__Host-q"], Capabilities())
        assert view.interview.draft == ("", ())
        assert "Plusieurs jours" not in sent.text and 'aria-checked="true"' not in sent.text
        assert view.position.answers["phq4_nervous"] == "several_days", "kept all the same"


@pytest.mark.parametrize("code", ["", "hello", "22222 22222", "7K3QM 2XW9U"])
async def test_a_wrong_code_is_said_to_be_wrong(service, code):
    async with browsing(service) as client:
        sent = await enter(client, code)
    assert sent.status_code == 404 and "pas le bon" in sent.text


async def test_guessing_from_one_place_ends_and_other_places_still_resume(service):
    patient = await begun(service)
    await patient.say("/pause")
    code = code_in(patient.text)
    async with browsing(service) as client:
        for number in range(tries.PER_SOURCE):
            assert (await enter(client, f"22222{number:05}")).status_code == 404
            client.cookies.clear()
        assert (await enter(client, code)).status_code == 429
    async with browsing(service, "198.51.100.7") as client:
        assert (await enter(client, code)).status_code == 200


async def test_answers_already_kept_in_this_browser_are_not_left_behind(service):
    patient = await begun(service)
    await patient.say("/pause")
    code = code_in(patient.text)
    async with browsing(service) as client:
        page = Page((await client.get("/")).text)
        page = Page((await client.post("/begin", data=page.form("/begin"))).text)
        await client.post("/say", data=page.form("/say") | {"about": "consent", "said": "yes"})
        sent = await enter(client, code)
        assert sent.status_code == 409 and "déjà gardées ici" in sent.text
    async with browsing(service) as client:
        assert (await enter(client, code)).status_code == 200, "the code still serves"


# -- in a chat ------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["{}", "/start r_{}", "/start@bilan_bot r_{}"])
async def test_in_a_chat_the_code_is_typed_or_comes_with_a_link(service, said):
    patient = await begun(service)
    await patient.say("/pause")
    code = code_in(patient.text)
    phone = other(service)
    await phone.say(said.format(code.replace(" ", "") if "r_" in said else code))
    assert "On continue ?" in phone.text
    await phone.say("/resume")
    assert phone.reply.waiting == "height_m"
    await phone.answer(AWA)
    assert phone.reply.finished


async def test_both_phones_at_once_lose_nothing(service):
    patient = await begun(service)
    await patient.say("/autre_telephone")
    phone = other(service)
    await asyncio.gather(patient.say("1,62"), phone.say(code_in(patient.text)))
    view = await service.desk.view("console", "other", PHONE)
    assert view.position.answers["height_m"] == 1.62


async def test_in_a_chat_guessing_ends_too(service):
    phone = other(service)
    for number in range(tries.PER_ACCOUNT):
        await phone.say(f"/start r_22222{number:05}")
        assert "pas le bon" in phone.text
    await phone.say("/start r_2222299999")
    assert "Trop d'essais" in phone.text


async def test_ten_letters_typed_by_a_stranger_are_no_code(service):
    phone = other(service)
    await phone.say("commencera")
    assert "Mon bilan prévention" in phone.text


async def test_where_addresses_can_be_made_up_nothing_typed_is_a_code(service):
    patient = await begun(service)
    await patient.say("/pause")
    code = code_in(patient.text)
    phone = other(service)
    phone.can = replace(PHONE, takes_codes=False)
    await phone.say(f"/start r_{code}")
    assert "Mon bilan prévention" in phone.text or "valable" in phone.text
    assert waiting_codes(service) == 1


async def test_somebody_who_answers_here_keeps_their_own_answers(service):
    patient = await begun(service)
    await patient.say("/pause")
    code = code_in(patient.text).replace(" ", "")
    phone = other(service)
    await phone.begin()
    await phone.say("yes", "consent")
    await phone.say(f"/start r_{code}")
    assert "déjà gardées ici" in phone.text
    await phone.say(code)
    assert phone.reply.waiting == "shared_phone", "typed, it is an answer like any other"


async def test_on_telegram_one_goes_on_with_what_was_begun_elsewhere(tmp_path):
    async with telegram(tmp_path) as world:
        patient = await begun(world.service)
        await patient.say("/pause")
        await world.type(f"/start r_{code_in(patient.text).replace(' ', '')}")
        assert "On continue ?" in world.last.text
        await world.tap("Continuer")
        assert "mesurez-vous" in world.last.text or "taille" in world.last.text.lower()
