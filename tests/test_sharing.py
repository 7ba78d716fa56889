"""« Qui peut lire ? » in the chat: until when, who read, no more, a new code, not right."""

from __future__ import annotations

import httpx
import pytest

from app.demonstration import AWA
from app.web import create
from store import access, consent, outreach
from tests.serving import Clock, Patient, receiving_centre, serving
from tests.test_api import World

DAY = 24 * 3600
CENTRE = "Centre Nord"


@pytest.fixture
async def world(tmp_path):
    clock = Clock()
    async with serving(tmp_path, clock) as service:
        transport = httpx.ASGITransport(app=create(service))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://bilan.example.org"
        ) as client:
            yield World(service, client, clock)


async def finished(world, share="yes", token="", name="awa"):
    patient = Patient(world.service, name)
    await patient.begin(token=token)
    await patient.answer({**AWA, "share": share})
    return patient


def labels(patient):
    return [choice.label for screen in patient.reply.screens for choice in screen.choices]


def invitation(world, email=None):
    with world.service.store.transaction() as tx:
        centre = receiving_centre(tx, CENTRE)
        who = access.account_called(tx, email) if email else None
        return outreach.create_campaign(tx, "Marché", None, centre, practitioner=who).token


async def test_a_person_sees_who_may_read_and_until_when(world):
    patient = await finished(world)
    await patient.say("/partage")
    # 90 days after the 18th of November 2026.
    assert "Qui a votre code peut lire, jusqu'au 16 février 2027." in patient.text
    assert "Personne ne les a encore lues." in patient.text
    assert labels(patient)[0] == "Ne plus partager"


@pytest.mark.parametrize("said", ["/partage", "qui peut lire ?", "Ne plus partager", "/share"])
async def test_it_is_asked_for_in_several_ways(world, said):
    patient = await finished(world)
    await patient.say(said)
    assert "votre code peut lire" in patient.text


async def test_before_anything_is_shared_it_says_that_nobody_reads(world):
    patient = Patient(world.service)
    await patient.begin()
    await patient.say("yes", "consent")
    await patient.say("/partage")
    assert patient.text == "Personne ne peut lire vos réponses."
    assert patient.reply.waiting == "shared_phone"


async def test_each_reading_is_told_with_who_and_when_once_a_visit(world):
    pro = await world.pro()
    patient = await finished(world)
    opened = await pro.open(patient.reply.code)
    for _ in range(3):
        await pro.get(f"/briefs/{opened.json()['id']}")
    world.clock.now += 3600
    await pro.get(f"/briefs/{opened.json()['id']}")
    await patient.say("/partage")
    lines = [each for each in patient.text.split("\n") if " à " in each]
    assert lines == [
        "Camille, infirmière, le 18 novembre 2026 à 13 h 06",
        "Camille, infirmière, le 18 novembre 2026 à 12 h 06",
    ]


async def test_sharing_no_more_stops_everybody_at_once(world):
    pro, late = await world.pro(), await world.pro("late@example.org")
    patient = await finished(world)
    code = patient.reply.code
    brief = (await pro.open(code)).json()["id"]
    await patient.say("/share stop")
    assert "Plus personne ne peut lire vos réponses" in patient.text
    assert "Choisir qui peut lire" in labels(patient)
    assert (await pro.get(f"/briefs/{brief}")).status_code == 404
    assert (await late.open(code)).status_code == 404
    # A correction afterwards does not share again.
    await patient.say("smokes", "tobacco_status")
    assert (await pro.get(f"/briefs/{brief}")).status_code == 404
    assert (await late.open(code)).status_code == 404


async def test_whoever_changes_their_mind_again_shares_again(world):
    pro = await world.pro()
    patient = await finished(world)
    await patient.say("/share stop")
    await patient.say("/change share")
    await patient.say("yes", "share")
    assert (await pro.open(patient.reply.code)).status_code == 200


async def test_a_new_code_opens_and_the_old_one_no_more(world):
    pro = await world.pro()
    patient = await finished(world)
    old = patient.reply.code
    await patient.say("/share new_code")
    new = patient.reply.code
    assert new != old and "Voici un nouveau code" in patient.text
    assert (await pro.open(old)).status_code == 404
    assert (await pro.open(new)).status_code == 200


async def test_a_corrected_brief_is_read_with_the_same_code_to_the_same_day(world):
    pro = await world.pro()
    patient = await finished(world)
    code = patient.reply.code
    await patient.say("/share 30")
    world.clock.now += 10 * DAY
    await patient.say("yes", "interpreter")
    pro = await again(world, "c@example.org")
    opened = await pro.open(code)
    brief = (await pro.get(f"/briefs/{opened.json()['id']}")).json()
    assert (patient.reply.code, brief["revision"]) == (code, 2)
    world.clock.now += 20 * DAY
    assert (await (await again(world, "c@example.org")).open(code)).status_code == 404


async def test_thirty_days_are_left_from_the_visit(world):
    await world.pro()
    await world.pro("second@example.org")
    patient = await finished(world)
    code = patient.reply.code
    world.clock.now += 40 * DAY
    assert (await (await again(world, "c@example.org")).open(code)).status_code == 200
    world.clock.now += 29 * DAY
    assert (await (await again(world, "second@example.org")).open(code)).status_code == 200
    world.clock.now += 2 * DAY
    assert (await (await again(world, "second@example.org")).open(code)).status_code == 404


async def again(world, email):
    return (await world.sign_in(email))[1]


async def test_longer_for_the_code_gives_no_time_to_who_opened_it_and_shorter_takes_it(world):
    pro = await world.pro()
    patient = await finished(world)
    brief = (await pro.open(patient.reply.code)).json()["id"]
    await patient.say("/share 90")
    world.clock.now += 31 * DAY
    assert (await (await again(world, "c@example.org")).get(f"/briefs/{brief}")).status_code == 404


async def test_only_the_professional_who_invited_may_read_and_nobody_needs_a_code(world):
    await world.pro("a@example.org", CENTRE)
    await world.pro("b@example.org", CENTRE)
    mine, colleague = await again(world, "a@example.org"), await again(world, "b@example.org")
    patient = await finished(world, "practitioner", invitation(world, "a@example.org"))
    assert patient.reply.code is None
    assert "sans code" in patient.text
    assert len((await mine.get("/worklist")).json()["briefs"]) == 1
    assert (await colleague.get("/worklist")).json()["briefs"] == []
    await patient.say("/partage")
    assert "Camille, infirmière peut lire, jusqu'au" in patient.text
    await patient.say("/share stop")
    assert (await mine.get("/worklist")).json()["briefs"] == []


@pytest.mark.parametrize(
    ("named", "offered"),
    [
        (False, ["yes", "centre", "no"]),
        (True, ["yes", "centre", "practitioner", "no"]),
    ],
)
async def test_only_who_invited_is_offered(world, named, offered):
    await world.pro("a@example.org", CENTRE)
    patient = Patient(world.service)
    await patient.begin(token=invitation(world, "a@example.org" if named else None))
    while patient.reply.waiting != "share":
        await patient.answer_one(AWA)
    assert [each.said for each in patient.reply.screens[-1].question.choices] == offered


async def test_a_reading_that_is_not_right_is_kept_for_who_answers_for_it(world):
    pro = await world.pro(centre=CENTRE)
    patient = await finished(world)
    brief = (await pro.open(patient.reply.code)).json()["id"]
    await patient.say("/share contest")
    (choice,) = [each for each in patient.reply.screens[-1].choices if "contest" in each.said]
    assert choice.label == "Camille, infirmière, le 18 novembre 2026 à 12 h 06"
    await patient.say(choice.said)
    assert "merci de l'avoir dit" in patient.text and "(signalé)" in patient.text
    await patient.say(choice.said)  # a hurried finger
    with world.service.store.reading() as tx:
        centre = receiving_centre(tx, CENTRE)
        assert consent.contested(tx) == consent.contested(tx, centre)
        assert consent.contested(tx, "elsewhere") == []
        (kept,) = consent.contested(tx, centre)
    assert (kept.name, kept.action, kept.about) == ("Camille", "open by code", brief[:6])


async def test_nobody_contests_or_changes_what_is_not_theirs(world):
    pro = await world.pro()
    awa = await finished(world)
    await pro.open(awa.reply.code)
    other = await finished(world, name="other")
    for said in ("/share contest 1", "/share contest 2", "/share contest 3", "/share contest x",
                 "/share contest 99999999999999999999", "/share 31", "/share x"):  # fmt: skip
        await other.say(said)
    with world.service.store.reading() as tx:
        assert consent.contested(tx) == []
    assert (await pro.open(awa.reply.code)).status_code == 200


async def test_erasing_leaves_no_grant_behind(world):
    pro = await world.pro()
    patient = await finished(world)
    code = patient.reply.code
    await pro.open(code)
    await patient.say("/erase_yes")
    assert (await pro.open(code)).status_code == 404


async def test_the_json_channel_tells_it_too(world):
    begun = (await world.client.post("/api/v1/interviews", json={})).json()
    headers = {"Authorization": f"Bearer {begun['token']}", "Idempotency-Key": "1"}
    told = await world.client.post(
        f"/api/v1/interviews/{begun['id']}/messages", json={"said": "/partage"}, headers=headers
    )
    assert told.json()["replies"][0]["text"] == "Personne ne peut lire vos réponses."
