"""The professionals' API: who may read what, the codes, the traces."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from app.demonstration import AWA, LUCAS
from app.web import create
from store import access
from store.repository import table
from store.tables import AuditRow
from tests.serving import Clock, Patient, receiving_centre, serving

PASSWORD = "a-long-password"


class Pro:
    """A professional with a bearer token."""

    def __init__(self, client, token):
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    async def get(self, path):
        return await self.client.get(f"/api/v1{path}", headers=self.headers)

    async def open(self, code):
        return await self.client.post(
            "/api/v1/briefs/open", json={"code": code}, headers=self.headers
        )


class World:
    def __init__(self, service, client, clock):
        self.service, self.client, self.clock = service, client, clock

    def account(self, email, centre=None, role="practitioner"):
        with self.service.store.transaction() as tx:
            where = receiving_centre(tx, centre) if centre else None
            access.create_practitioner(tx, email, "Camille", "infirmière", PASSWORD, where, role)

    async def sign_in(self, email, password=PASSWORD):
        answer = await self.client.post(
            "/api/v1/sessions", json={"email": email, "password": password}
        )
        return answer, Pro(self.client, answer.json().get("token"))

    async def pro(self, email="c@example.org", centre=None, role="practitioner"):
        self.account(email, centre, role)
        return (await self.sign_in(email))[1]

    async def shared(self, persona=AWA, **more):
        patient = Patient(self.service, persona["chosen_name"])
        await patient.begin()
        return (await patient.answer({**persona, **more})).code


@pytest.fixture
async def world(tmp_path):
    clock = Clock()
    async with serving(tmp_path, clock) as service:
        transport = httpx.ASGITransport(app=create(service))
        base = "https://bilan.example.org"
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            yield World(service, client, clock)


async def test_a_code_opens_the_brief_with_everything_named(world):
    pro, code = await world.pro(), await world.shared()
    opened = await pro.open(f"{code[:5].lower()} {code[5:]}")
    brief = (await pro.get(f"/briefs/{opened.json()['id']}")).json()

    assert brief["band"] == "60-65"
    assert (brief["name"], brief["age"], brief["interpreter"]) == ("Awa D.", 62, True)
    assert "inactive" in {flag["id"] for flag in brief["flags"]} | {
        flag["id"] for flag in brief["urgent"]
    }
    flag = next(flag for flag in brief["flags"] if flag["answers"])
    assert {"id", "theme", "severity", "answers", "source"} <= set(flag)
    assert {"phq4", "bmi", "copd_screen"} <= {score["id"] for score in brief["scores"]}
    assert brief["not_answered"]
    assert brief["priorities"]


async def test_every_reading_leaves_a_trace(world):
    pro, code = await world.pro(), await world.shared()
    brief = (await pro.open(code)).json()["id"]
    await pro.get(f"/briefs/{brief}")
    audit = table(AuditRow)
    with world.service.store.reading() as tx:
        actions = tx.db.execute(select(audit.c.action).where(audit.c.brief_id == brief)).scalars()
        assert list(actions) == ["open by code", "read brief"]


async def test_not_yours_looks_exactly_like_not_there(world):
    mine, other = await world.pro(), await world.pro("o@example.org")
    brief = (await mine.open(await world.shared())).json()["id"]
    foreign, absent = await other.get(f"/briefs/{brief}"), await other.get("/briefs/none")

    assert foreign.status_code == absent.status_code == 404
    assert foreign.json() == absent.json()


@pytest.mark.parametrize("path", ["/worklist", "/briefs/x", "/briefs/x/pdf", "/briefs/x/fiche.pdf"])
async def test_nothing_is_read_without_signing_in(world, path):
    assert (await world.client.get(f"/api/v1{path}")).status_code == 401


async def test_an_outreach_worker_never_sees_answers(world):
    pro = await world.pro(role="outreach")

    assert (await pro.get("/worklist")).status_code == 404
    assert (await pro.open(await world.shared())).status_code == 404


async def test_guessing_codes_is_stopped_and_ends_with_time(world):
    pro, code = await world.pro(), await world.shared()
    for each in range(5):
        assert (await pro.open(f"222222222{each}")).status_code == 404
    assert (await pro.open(code)).status_code == 429
    world.clock.now += 1801
    assert (await pro.open(code)).status_code == 200


@pytest.mark.parametrize("code", ["", "12345", "1234567890123", "IIIII LLLL"])
async def test_what_is_no_code_says_what_a_code_is(world, code):
    answer = await (await world.pro()).open(code)

    assert answer.status_code == 422
    assert "dix caractères" in answer.json()["message"]


async def test_a_code_ends(world):
    pro, code = await world.pro(), await world.shared()
    world.clock.now += 91 * 24 * 3600
    _, pro = await world.sign_in("c@example.org")

    assert (await pro.open(code)).status_code == 404


async def test_wrong_passwords_are_slowed_down(world):
    world.account("c@example.org")
    for _ in range(5):
        assert (await world.sign_in("c@example.org", "wrong"))[0].status_code == 401
    assert (await world.sign_in("c@example.org"))[0].status_code == 429
    assert (await world.sign_in("nobody@example.org"))[0].status_code == 401


async def test_the_centre_finds_what_its_invitation_brought_urgent_first(world):
    from store import outreach

    pro = await world.pro(centre="Centre Nord")
    other = await world.pro("o@example.org", centre="Centre Sud")
    with world.service.store.transaction() as tx:
        centre = receiving_centre(tx, "Centre Nord")
        campaign = outreach.create_campaign(tx, "Forum", None, centre)
    for persona, more in (
        (LUCAS, {"suicidal_history": ("ideation",)}),
        (AWA, {"leg_swelling": "no"}),
    ):
        patient = Patient(world.service, persona["chosen_name"])
        await patient.begin(token=campaign.token)
        await patient.answer({**persona, **more, "share": "centre"})
        world.clock.now += 60
    listed = (await pro.get("/worklist")).json()["briefs"]

    assert [each["name"] for each in listed] == ["Lucas", "Awa D."]
    assert [each["urgent"] for each in listed] == [True, False]
    assert (await other.get("/worklist")).json()["briefs"] == []


async def test_no_longer_sharing_closes_the_brief(world):
    pro = await world.pro()
    patient = Patient(world.service)
    await patient.begin()
    code = (await patient.answer(AWA)).code
    brief = (await pro.open(code)).json()["id"]
    await patient.say("no", "share")

    assert (await pro.open(code)).status_code == 404
    assert (await pro.get(f"/briefs/{brief}")).status_code == 404


async def test_the_questionnaires_are_public(world):
    bands = (await world.client.get("/api/v1/questionnaires")).json()["bands"]
    band = (await world.client.get("/api/v1/questionnaires/45-50")).json()

    assert list(bands) == ["18-25", "45-50", "60-65", "70-75"]
    assert sum(each["official"] is not None for each in band["questions"]) == 47
    assert (await world.client.get("/api/v1/questionnaires/1-2")).status_code == 404


async def test_the_documentation_asks_nothing_of_any_other_site(world):
    page = (await world.client.get("/api/docs")).text

    assert "/api/v1/briefs/open" in page
    assert "//cdn" not in page
    assert "http" not in page.replace("https://bilan.example.org", "")
