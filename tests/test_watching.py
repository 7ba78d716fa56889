"""Who watches: a centre receives briefs once it has said who reads urgent ones, and when."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import update

from app import accounts as commands
from app import demonstration
from app import outreach as field_commands
from app.demonstration import AWA, LUCAS
from app.web import create
from store import access, accounts, outreach, watching
from store.repository import table
from store.tables import CentreRow
from tests.professionals import House, browsing, person
from tests.serving import Clock, Patient, make, receiving_centre, serving
from tests.test_api import World

CENTRE = "Centre Nord"
ALARMING = {**AWA, "leg_swelling": "no", "chest_pain_effort": "yes", "breathless_vs_peers": "no"}


@pytest.fixture
async def world(tmp_path):
    clock = Clock()
    async with serving(tmp_path, clock) as service:
        transport = httpx.ASGITransport(app=create(service))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://bilan.example.org"
        ) as client:
            yield World(service, client, clock)


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


def invited(world, named=True):
    with world.service.store.transaction() as tx:
        centre = (receiving_centre if named else access.centre_called)(tx, CENTRE)
        return outreach.create_campaign(tx, "Marché", None, centre).token


async def up_to_the_card(world, persona=ALARMING, named=True):
    """Somebody this centre invited, at the urgent message their answer brings."""
    patient = Patient(world.service, persona["chosen_name"])
    await patient.begin(token=invited(world, named))
    while not any(each.kind == "urgent" for each in patient.reply.screens):
        await patient.answer_one(persona)
    return patient


def said(patient):
    return [each.said for screen in patient.reply.screens for each in screen.choices]


async def listed(pro):
    return (await pro.get("/worklist")).json()["briefs"]


# -- the person -----------------------------------------------------------------------------------


async def test_at_an_urgent_message_one_may_share_with_the_centre_before_the_end(world):
    pro = await world.pro(centre=CENTRE)
    other = await world.pro("o@example.org", centre="Centre Sud")
    patient = await up_to_the_card(world)
    assert "/share centre" in said(patient)
    assert await listed(pro) == []
    waiting = patient.reply.waiting
    await patient.say("/share centre")
    assert "Dr Keita, du lundi au vendredi, de 9 h à 17 h" in patient.text
    assert "Personne ne lit ceci maintenant." in patient.text
    assert patient.reply.waiting == waiting and patient.reply.code is None
    (line,) = await listed(pro)
    assert line["urgent"] and line["unfinished"]
    assert await listed(other) == []
    brief = (await pro.get(f"/briefs/{line['id']}")).json()
    assert brief["unfinished"] and any("Pas terminé" in each for each in brief["notes"])


async def test_unfinished_and_urgent_heads_the_list(world):
    pro = await world.pro(centre=CENTRE)
    early = await up_to_the_card(world)
    await early.say("/share centre")
    world.clock.now += 60
    late = Patient(world.service, "late")
    await late.begin(token=invited(world))
    await late.answer({**ALARMING, "chosen_name": "Later", "share": "centre"})
    lines = await listed(pro)
    assert [each["unfinished"] for each in lines] == [True, False]
    assert all(each["urgent"] for each in lines)


async def test_finishing_keeps_the_consent_and_brings_the_code(world):
    pro = await world.pro(centre=CENTRE)
    patient = await up_to_the_card(world)
    await patient.say("/share centre")
    await patient.answer(ALARMING)
    assert patient.reply.finished and patient.reply.code
    assert "Dr Keita" in patient.text
    (line,) = await listed(pro)
    assert not line["unfinished"] and line["name"] == "Awa D."


async def test_taking_it_back_before_the_end_empties_the_list_and_asks_again_in_its_place(world):
    pro = await world.pro(centre=CENTRE)
    patient = await up_to_the_card(world)
    await patient.say("/share centre")
    await patient.say("/share stop")
    assert await listed(pro) == []
    await patient.say("/resume")
    asked = []
    while patient.reply.waiting is not None:
        asked.append(patient.reply.waiting)
        await patient.answer_one({**ALARMING, "share": "no"})
    assert asked[-1] == "share" and await listed(pro) == []


async def test_what_is_corrected_before_the_end_does_not_stay_wrong_in_the_list(world):
    pro = await world.pro(centre=CENTRE)
    patient = await up_to_the_card(world)
    await patient.say("/share centre")
    await patient.say("no", "chest_pain_effort")
    (line,) = await listed(pro)
    assert not line["urgent"] and line["revision"] == 2


async def test_worrying_words_after_sharing_reach_the_list(world):
    pro = await world.pro(centre=CENTRE)
    patient = await up_to_the_card(world)
    await patient.say("/share centre")
    await patient.say("je veux mourir")
    (line,) = await listed(pro)
    brief = (await pro.get(f"/briefs/{line['id']}")).json()
    assert [each["alert"] for each in brief["distress"]] == ["suicide"]


async def test_what_was_confided_stays_behind_the_fold_in_the_list(world):
    await world.pro(centre=CENTRE)
    patient = await up_to_the_card(world, {**LUCAS, "suicidal_history": ("ideation",)})
    await patient.say("/share centre")
    door = (await world.client.get("/pro/connexion")).text
    proof = door.split('name="csrf" value="')[1].split('"')[0]
    account = {"email": "c@example.org", "password": "a-long-password", "csrf": proof}
    sent = await world.client.post("/pro/connexion", data=account, follow_redirects=True)
    page = sent.text[sent.text.index("<main") :]
    assert "pas terminé" in page and "d&#39;abord" in page.replace("'", "&#39;")
    assert "suicid" not in page.lower()


async def test_without_an_urgent_answer_nothing_is_shared_before_the_end(world):
    patient = Patient(world.service)
    await patient.begin(token=invited(world))
    while patient.reply.waiting != "height_m":
        await patient.answer_one({**AWA, "chest_pain_effort": "no"})
    await patient.say("/partage")
    assert "/share centre" not in said(patient)


async def test_without_an_invitation_there_is_no_centre_to_share_with(world):
    patient = Patient(world.service)
    await patient.begin()
    while not any(each.kind == "urgent" for each in patient.reply.screens):
        await patient.answer_one(ALARMING)
    assert "/share centre" not in said(patient)
    await patient.say("/share centre")
    assert "Personne ne peut lire" in patient.text


async def test_a_centre_where_nobody_is_named_is_not_offered(world):
    pro = await world.pro("before@example.org")
    patient = await up_to_the_card(world, named=False)
    assert "/share centre" not in said(patient)
    while patient.reply.waiting != "share":
        await patient.answer_one(ALARMING)
    assert "centre" not in said(patient)
    # Even for a machine that says it all the same: the code opens, nobody else reads.
    await patient.say("centre", "share")
    assert "Le centre qui vous invite" not in patient.text
    assert (await pro.open(patient.reply.code)).status_code == 200


def test_what_a_centre_was_given_waits_until_somebody_is_named(house):
    who = house.account(centre=CENTRE)
    house.share(person("Marc"), CENTRE)
    token = house.token(who)
    kept = {"watcher": "", "watch_hours": ""}
    with house.store.transaction() as tx:
        me = accounts.signed_in(tx, token)
        assert len(access.worklist(tx, me)) == 1
        tx.db.execute(update(table(CentreRow)).values(**kept))
        assert access.worklist(tx, me) == []
        watching.name(tx, me.centre_id, "Dr Keita", "le matin")
        assert len(access.worklist(tx, me)) == 1


# -- professionals --------------------------------------------------------------------------------


def unnamed(house, email, role):
    """An account of a centre that named nobody yet."""
    with house.store.transaction() as tx:
        where = access.centre_called(tx, "Centre neuf")
        access.create_practitioner(tx, email, "Nadia", "médiatrice", "a-long-password", where, role)
    return where


async def test_an_outreach_worker_is_told_why_a_centre_cannot_receive(house):
    where = unnamed(house, "t@example.org", "outreach")
    async with browsing(house) as browser:
        page = await browser.sign_in("t@example.org")
        assert "Votre centre ne reçoit aucun bilan" in page.text
        assert f'<option value="{where}" disabled>' in page.text
        page = await browser.send("/terrain", place="Forum", centre=where)
        assert page.status_code == 422 and "qui lit les bilans urgents" in page.text
        with house.store.reading() as tx:
            assert watching.watch(tx, where) is None
        page = await browser.send("/terrain", place="Forum")
        assert page.status_code == 200


async def test_the_administrator_names_who_reads_and_when(house):
    where = unnamed(house, "admin@example.org", "admin")
    async with browsing(house) as browser:
        page = await browser.sign_in("admin@example.org")
        assert "ne reçoit aucun bilan" in page.text
        page = await browser.send("/pro/equipe/veille", who="Dr Sow", hours=" ")
        assert page.status_code == 422
        page = await browser.send("/pro/equipe/veille", who="Dr  Sow", hours="le matin")
        assert "ne reçoit aucun bilan" not in page.text and 'value="Dr Sow"' in page.text
    with house.store.reading() as tx:
        assert watching.watch(tx, where) == watching.Watch("Dr Sow", "le matin")


async def test_a_practitioner_sees_who_reads_what_is_urgent(house):
    house.account(centre=CENTRE)
    unnamed(house, "n@example.org", "practitioner")
    async with browsing(house) as browser:
        page = await browser.sign_in()
        assert "Bilans urgents lus par Dr Keita" in page.text
    async with browsing(house) as browser:
        page = await browser.sign_in("n@example.org")
        assert "Votre centre ne reçoit aucun bilan" in page.text


# -- the operator ---------------------------------------------------------------------------------


def test_the_operator_names_who_reads_and_a_campaign_waits_for_it(tmp_path):
    service = make(tmp_path)
    with pytest.raises(OSError, match="--watcher"):
        field_commands.invite(service, "Forum", None, CENTRE, 0, tmp_path)
    told = commands.organisations(service, CENTRE, "centre")
    assert "no brief" in told
    assert "no watcher" in commands.organisations(service, None, "centre")
    with pytest.raises(OSError, match="and when"):
        commands.organisations(service, CENTRE, "centre", "Dr Sow", "")
    told = commands.organisations(service, CENTRE, "centre", "Dr Sow", "weekdays")
    assert told == f"{CENTRE}: urgent briefs are read by Dr Sow, weekdays."
    assert commands.organisations(service, None, "centre") == CENTRE
    assert "Campaign: Forum" in field_commands.invite(service, "Forum", None, CENTRE, 0, tmp_path)


async def test_the_demonstration_says_who_reads(tmp_path):
    service = make(tmp_path, public_url=None)
    told = await demonstration.prepare(service)
    assert "practitioners" in told.lower()
    with service.store.reading() as tx:
        assert [each.receives for each in watching.centres(tx)] == [True]
        token = told.split("/r/")[1].split()[0]
        assert outreach.find(tx, token).centre_id is not None
