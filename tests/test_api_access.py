"""Who may read what: sessions, guessing, grants, traces. The whole path is in `test_api.py`."""

from __future__ import annotations

import asyncio
import dataclasses

import httpx
import msgspec
import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from api import schemas
from restitution import model
from store import access, accounts, tries
from store.repository import table
from store.tables import AuditRow, PractitionerRow, SignInRow, WrongCodeRow
from tests.professionals import BASE, PASSWORD, House, browsing, caller, person

CENTRE = "Centre Nord"
DAY = 24 * 3600


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


async def post_session(client, email="c@example.org", password=PASSWORD):
    return await client.post("/api/v1/sessions", json={"email": email, "password": password})


async def open_(client, code):
    return await client.post("/api/v1/briefs/open", json={"code": code})


def actions(house, brief_id):
    with house.store.reading() as tx:
        return [action for _, _, action in access.readings(tx, brief_id)]


# -- what is said ----------------------------------------------------------------------------------

SHAPES = [
    (model.Brief, schemas.BriefOut, {"id", "revision", "shared_at"}),
    (model.Flag, schemas.FlagOut, set()),
    (model.Score, schemas.ScoreOut, set()),
    (model.ScoreItem, schemas.ScoreItemOut, set()),
    (model.SaidAnswer, schemas.AnswerOut, set()),
    (model.Resource, schemas.ResourceOut, set()),
    (model.Source, schemas.SourceOut, set()),
    (model.Due, schemas.DueOut, set()),
]


@pytest.mark.parametrize(
    ("kept", "told", "more"), SHAPES, ids=[each[1].__name__ for each in SHAPES]
)
def test_every_field_is_named_in_the_answer(kept, told, more):
    assert set(told.model_fields) == {each.name for each in dataclasses.fields(kept)} | more


@pytest.mark.parametrize("name", ["Yasmine", "Marc", "Awa", "Odette"])
async def test_the_answer_says_what_was_sealed(house, name):
    who = house.account(centre=CENTRE)
    brief_id, _ = house.share(person(name), CENTRE, (("suicide", "je veux mourir", "", 9),))
    async with caller(house, who) as client:
        told = (await client.get(f"/api/v1/briefs/{brief_id}")).json()
    token = house.token(who)
    with house.store.transaction() as tx:
        (opened,) = access.worklist(tx, accounts.signed_in(tx, token))
    sealed = msgspec.json.decode(opened.brief)
    for field in ("flags", "urgent", "strengths", "scores", "answers", "not_answered", "due",
                  "priorities", "notes", "band", "age", "helped", "questionnaire"):  # fmt: skip
        assert told[field] == sealed[field], field
    assert told["distress"] == [{"alert": "suicide", "sentence": "je veux mourir"}]
    assert told["themes"][0] == dict(zip(("theme", "severity"), sealed["themes"][0], strict=True))
    assert (told["id"], told["revision"]) == (brief_id, 1)


async def test_every_answer_of_the_api_stays_out_of_caches_and_looks_alike_when_refused(house):
    who = house.account(centre=CENTRE)
    brief_id, code = house.share(person("Marc"), CENTRE)
    async with caller(house, who) as client:
        answers = [
            await client.get("/api/v1/worklist"),
            await client.get(f"/api/v1/briefs/{brief_id}"),
            await open_(client, code),
            await post_session(client),
            await client.get("/api/v1/briefs/none"),
            await client.get("/api/v1/nothing/there"),
            await client.put("/api/v1/worklist"),
            await open_(client, "my secret answer"),
            await client.post("/api/v1/briefs/open", json={"secret": "answer"}),
        ]
    assert [each.status_code for each in answers] == [200, 200, 200, 201, 404, 404, 405, 422, 422]
    assert all(each.headers["cache-control"] == "no-store" for each in answers)
    refused = [each.json() for each in answers[4:]]
    assert all(set(each) == {"error", "message"} for each in refused)
    assert "secret" not in str([each["message"] for each in refused])


# -- sessions --------------------------------------------------------------------------------------


async def test_a_session_lasts_twelve_hours_and_ends_when_left(house):
    house.account()
    async with caller(house) as client:
        given = (await post_session(client)).json()
        assert given["expires"] == "2026-11-18T23:06:40Z"
        client.headers["Authorization"] = f"Bearer {given['token']}"
        assert (await client.get("/api/v1/worklist")).status_code == 200
        assert (await client.delete("/api/v1/sessions")).status_code == 204
        assert (await client.get("/api/v1/worklist")).status_code == 401
        client.headers["Authorization"] = f"Bearer {(await post_session(client)).json()['token']}"
        house.clock.now += 12 * 3600
        assert (await client.get("/api/v1/worklist")).status_code == 401


async def test_a_cookie_opens_no_api_and_a_bearer_no_page(house):
    who = house.account(centre=CENTRE)
    token = house.token(who)
    async with caller(house) as client:
        client.cookies.set("__Host-pro", token)
        assert (await client.get("/api/v1/worklist")).status_code == 401
        assert (await client.get("/pro")).status_code == 200
        client.cookies.clear()
        page = await client.get("/pro", headers={"Authorization": f"Bearer {token}"})
        assert page.headers["location"] == "/pro/connexion"


async def test_no_token_and_no_password_is_kept(house):
    house.account()
    async with caller(house) as client:
        token = (await post_session(client)).json()["token"]
        await post_session(client, "typed-by-mistake@example.org", "wrong")
    rows = []
    with house.store.reading() as tx:
        for kind in (PractitionerRow, SignInRow, WrongCodeRow, AuditRow):
            rows += [str(row) for row in tx.db.execute(select(table(kind)))]
        kept = tx.db.execute(select(table(PractitionerRow).c.password_hash)).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not [row for row in rows if token in row or PASSWORD in row or "mistake" in row]


def test_a_short_password_an_unknown_role_and_a_taken_address_are_refused(house):
    house.account("c@example.org")
    with house.store.transaction() as tx:
        for email, password, role in (
            ("d@example.org", "short", "practitioner"),
            ("d@example.org", PASSWORD, "king"),
            (" C@Example.org ", PASSWORD, "practitioner"),
        ):
            with pytest.raises(OSError, match=r"account|password|role"):
                access.create_practitioner(tx, email, "D", "médecin", password, None, role)


# -- guessing --------------------------------------------------------------------------------------


async def test_many_passwords_at_once_are_counted_before_they_are_checked(house):
    house.account()
    async with caller(house) as client:
        tried = [post_session(client, password=f"wrong-{each}") for each in range(9)]
        statuses = sorted(each.status_code for each in await asyncio.gather(*tried))
    assert statuses == [401] * 5 + [429] * 4


async def test_a_restart_forgets_no_wrong_code(house):
    who = house.account()
    _, code = house.share(person("Marc"))
    async with caller(house, who) as client:
        for each in range(5):
            assert (await open_(client, f"222222222{each}")).status_code == 404
    house.app = house.application()
    async with caller(house, who) as client:
        refused = await open_(client, code)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1800")
        assert refused.json()["error"] == "too_many_tries"
        house.clock.now += 1801
        assert (await open_(client, code)).status_code == 200


async def test_right_codes_never_count(house):
    who = house.account()
    codes = [house.share(person("Marc"))[1] for _ in range(3)]
    async with caller(house, who) as client:
        for code in codes * 4:
            assert (await open_(client, code)).status_code == 200


def test_hundreds_of_wrong_codes_raise_an_alarm_and_stop_nobody_else(house):
    who = house.account()
    _, code = house.share(person("Marc"))
    with capture_logs() as told, house.store.transaction() as tx:
        for each in range(205):
            tries.begin(tx, f"account {each // 5}", "code")
        assert access.open_by_code(tx, who, code), "nobody can lock everybody out"
    assert [(each["log_level"], each["count"]) for each in told] == [
        ("warning", 100), ("warning", 200),
    ]  # fmt: skip


# -- grants ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/pdf", "/fiche.pdf"])
async def test_not_yours_looks_exactly_like_not_there(house, path):
    house.account(centre=CENTRE)
    other = house.account("o@example.org", centre="Centre Sud")
    outreach = house.account("t@example.org", centre=CENTRE, role="outreach")
    brief_id, _ = house.share(person("Marc"), CENTRE)
    for who in (other, outreach):
        async with caller(house, who) as client:
            foreign = await client.get(f"/api/v1/briefs/{brief_id}{path}")
            absent = await client.get(f"/api/v1/briefs/none{path}")
        assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert actions(house, brief_id) == []


def test_permission_lives_in_the_query(house):
    """Even asked directly, the store gives an outreach worker nothing."""
    who = house.account("t@example.org", centre=CENTRE, role="outreach")
    brief_id, _ = house.share(person("Marc"), CENTRE)
    token = house.token(who)
    with house.store.transaction() as tx:
        me = accounts.signed_in(tx, token)
        assert access.worklist(tx, me) == []
        assert access.read_brief(tx, me, brief_id, "read brief") is None


async def test_a_code_gives_its_reader_thirty_days_and_no_one_else(house):
    mine, other = house.account(), house.account("o@example.org")
    brief_id, code = house.share(person("Marc"))
    async with caller(house, mine) as client:
        assert (await open_(client, code)).json() == {"id": brief_id}
    house.clock.now += 29 * DAY
    async with caller(house, mine) as client:
        assert (await client.get(f"/api/v1/briefs/{brief_id}")).status_code == 200
        listed = (await client.get("/api/v1/worklist")).json()["briefs"]
        assert [each["id"] for each in listed] == [brief_id]
    async with caller(house, other) as client:
        assert (await client.get(f"/api/v1/briefs/{brief_id}")).status_code == 404
    house.clock.now += 2 * DAY
    async with caller(house, mine) as client:
        assert (await client.get(f"/api/v1/briefs/{brief_id}")).status_code == 404
        assert (await client.get("/api/v1/worklist")).json() == {"briefs": []}


def test_a_correction_adds_a_revision_and_keeps_who_may_read(house):
    who = house.account()
    brief_id, code = house.share(person("Marc"))
    with house.store.transaction() as tx:
        access.open_by_code(tx, who, code)
    token = house.token(who)
    with house.store.transaction() as tx:
        interview = tx.db.execute(text("SELECT interview_id FROM brief")).scalar_one()
        held = tx.interview(interview)
        assert access.file_brief(tx, held, b"second", b"{}", code) == brief_id
    with house.store.transaction() as tx:
        read = access.read_brief(tx, accounts.signed_in(tx, token), brief_id, "read brief")
        assert (read.revision, read.brief, read.restitution) == (2, b"second", b"{}")
        access.withdraw(tx, interview)
    with house.store.transaction() as tx:
        me = accounts.signed_in(tx, token)
        assert access.read_brief(tx, me, brief_id, "read brief") is None
        assert access.open_by_code(tx, who, code) is None


async def test_what_was_erased_is_gone_for_everybody(house):
    who = house.account(centre=CENTRE)
    brief_id, code = house.share(person("Marc"), CENTRE)
    with house.store.transaction() as tx:
        tx.erase(tx.db.execute(text("SELECT interview_id FROM brief")).scalar_one())
    async with caller(house, who) as client:
        assert (await client.get("/api/v1/worklist")).json() == {"briefs": []}
        assert (await client.get(f"/api/v1/briefs/{brief_id}")).status_code == 404
        assert (await open_(client, code)).status_code == 404


def test_a_sealed_brief_moved_to_another_row_does_not_open(house):
    from store.crypto import SealError

    who = house.account(centre=CENTRE)
    house.share(person("Marc"), CENTRE)
    house.share(person("Rosa"), CENTRE)
    token = house.token(who)
    with house.store.transaction() as tx:
        tx.db.execute(
            text("UPDATE revision SET sealed = (SELECT sealed FROM revision WHERE id = 1)")
        )
        found = access.worklist(tx, accounts.signed_in(tx, token))
    with pytest.raises(SealError):
        [each.brief for each in found]


# -- the worklist and its traces -------------------------------------------------------------------


async def test_the_worklist_puts_urgent_first_and_says_why_without_confidences(house):
    who = house.account(centre=CENTRE)
    for name in ("Yasmine", "Bernard", "Marc"):
        house.share(person(name, chosen_name=name), CENTRE)
        house.clock.now += 60
    async with caller(house, who) as client:
        listed = (await client.get("/api/v1/worklist")).json()["briefs"]
    assert [(each["name"], each["urgent"]) for each in listed] == [
        ("Bernard", True), ("Yasmine", True), ("Marc", False),
    ]  # fmt: skip
    assert listed[0]["top"][0]["id"] == "chest_pain" and listed[0]["top"][0]["answers"]
    assert listed[2]["priorities"] == ["Fumer moins ou arrêter", "Mieux manger, bouger plus"]
    assert "violence" not in str(listed) and "mourir" not in str(listed)


async def test_being_listed_leaves_one_trace_a_session_and_each_reading_its_own(house):
    who = house.account(centre=CENTRE)
    brief_id, _ = house.share(person("Marc"), CENTRE)
    async with caller(house, who) as client:
        for _ in range(3):
            await client.get("/api/v1/worklist")
        await client.get(f"/api/v1/briefs/{brief_id}")
        await client.get(f"/api/v1/briefs/{brief_id}")
    assert actions(house, brief_id) == ["listed", "read brief", "read brief"]


async def test_a_reading_that_cannot_be_recorded_is_not_given(house):
    who = house.account(centre=CENTRE)
    brief_id, _ = house.share(person("Marc"), CENTRE)
    token = house.token(who)
    with house.store.transaction() as tx:
        tx.db.execute(text("DROP TABLE audit"))
    transport = httpx.ASGITransport(app=house.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await client.get(f"/api/v1/briefs/{brief_id}", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (503, "busy")


# -- the description -------------------------------------------------------------------------------


async def test_the_description_tells_every_route_its_refusals_and_who_needs_a_token(house):
    async with browsing(house) as browser:
        described = (await browser.go("/api/openapi.json")).json()
        page = (await browser.go("/api/docs")).text
    routes = {
        (method, path): each
        for path, methods in described["paths"].items()
        for method, each in methods.items()
    }
    secured = {key for key, each in routes.items() if each.get("security")}
    assert secured == {
        ("delete", "/api/v1/sessions"), ("post", "/api/v1/briefs/open"),
        ("get", "/api/v1/briefs/{brief_id}"), ("get", "/api/v1/briefs/{brief_id}/pdf"),
        ("get", "/api/v1/briefs/{brief_id}/ppp"),
        ("get", "/api/v1/briefs/{brief_id}/fiche.pdf"), ("get", "/api/v1/worklist"),
        ("get", "/api/v1/directory"), ("get", "/api/v1/briefs/{brief_id}/why/{flag}"),
    }  # fmt: skip
    assert "429" in routes["post", "/api/v1/briefs/open"]["responses"]
    assert not [path for _, path in routes if path.startswith(("/pro", "/terrain"))]
    assert all(path in page for _, path in routes)
    assert "http" not in page.replace(BASE, "") and "<script" not in page
