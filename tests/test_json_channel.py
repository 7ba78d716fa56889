"""The JSON channel, exactly as promised."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from app.web import create
from flows.loading import load
from tests.serving import AGES, serving, usual


@pytest.fixture
async def client(tmp_path):
    async with serving(tmp_path) as service:
        transport = httpx.ASGITransport(app=create(service))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://bilan.example.org"
        ) as made:
            yield made


SHELF = load()


class Kiosk:
    """Another messenger's gateway."""

    def __init__(self, client, opened):
        self.client, self.id, self.token = client, opened["id"], opened["token"]
        self.now, self.turn = opened, 0

    async def say(self, said, about=None, key=None, token=None):
        self.turn += 1
        headers = {"Authorization": f"Bearer {token or self.token}",
                   "Idempotency-Key": key or f"k{self.turn}"}  # fmt: skip
        body = {"said": said, "about": about}
        url = f"/api/v1/interviews/{self.id}/messages"
        answer = await self.client.post(url, json=body, headers=headers)
        if answer.status_code == 200:
            self.now = answer.json()
        return answer


async def begin(client, **opening):
    answer = await client.post("/api/v1/interviews", json=opening)
    assert answer.status_code == 201
    return Kiosk(client, answer.json())


async def test_beginning_gives_the_first_question(client):
    kiosk = await begin(client, language="fr", campaign=None)

    assert kiosk.now["waiting"] == "consent"
    assert kiosk.now["finished"] is False
    assert kiosk.now["code"] is None
    (reply,) = kiosk.now["replies"]
    assert reply["kind"] == "question"
    assert reply["question"]["options"] == [
        {"value": "yes", "label": "Oui"}, {"value": "no", "label": "Non"}]  # fmt: skip


async def test_the_same_key_again_gives_the_same_answer_and_counts_once(client):
    kiosk = await begin(client)
    first = await kiosk.say("yes", "consent", key="same")
    await kiosk.say("no", "shared_phone")
    again = await kiosk.say("yes", "consent", key="same")

    assert again.json() == first.json()
    assert (await kiosk.say("", None)).json()["waiting"] == "age"


@pytest.mark.parametrize("band", AGES)
async def test_a_whole_band_to_its_code(client, band):
    kiosk = await begin(client)
    persona = {"age": AGES[band], "height_m": "1m70", "weight_kg": "70 kg", "share": "yes",
               "suicidal_history": ["ideation"], "suicide_follow_up": "recently"}  # fmt: skip
    kinds, seen = [], []
    while kiosk.now["waiting"]:
        waiting = kiosk.now["waiting"]
        seen.append(waiting)
        assert (await kiosk.say(persona.get(waiting) or usual(waiting), waiting)).status_code == 200
        kinds += [reply["kind"] for reply in kiosk.now["replies"]]

    assert kiosk.now["finished"]
    assert len(kiosk.now["code"]) == 10
    assert kinds.count("urgent") >= 2
    assert {"restitution", "code"} <= set(kinds)
    assert {"consent", "shared_phone", "age", "suicide_follow_up", "share"} <= set(seen)


async def test_somebody_else_s_interview_looks_like_none(client):
    mine, other = await begin(client), await begin(client)

    assert (await mine.say("yes", token=other.token)).status_code == 404
    assert (await mine.say("yes", token="nonsense")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"said": None}, {"said": 5}, {"said": "x" * 3000}, {"said": "x", "about": "y" * 99}],
)
async def test_a_message_of_the_wrong_form_is_refused(client, body):
    kiosk = await begin(client)
    url = f"/api/v1/interviews/{kiosk.id}/messages"
    headers = {"Authorization": f"Bearer {kiosk.token}", "Idempotency-Key": "k"}

    assert (await client.post(url, json=body, headers=headers)).status_code == 422


async def test_a_language_not_offered_is_refused_kindly(client):
    assert (await client.post("/api/v1/interviews", json={"language": "xx"})).status_code == 422


TURN = {"id", "replies", "waiting", "finished", "code"}
KINDS = {"info", "question", "urgent", "restitution", "code"}


def check(turn, opened=False):
    """Field by field what the design promises, and nothing more."""
    assert set(turn) == TURN | ({"token"} if opened else set())
    assert isinstance(turn["id"], str)
    assert isinstance(turn["finished"], bool)
    assert turn["waiting"] is None or isinstance(turn["waiting"], str)
    assert turn["code"] is None or len(turn["code"]) == 10
    for reply in turn["replies"]:
        assert set(reply) == {"kind", "text", "question"}
        assert reply["kind"] in KINDS
        assert reply["text"]
        if reply["question"] is None:
            continue
        assert set(reply["question"]) == {"id", "official", "type", "options"}
        assert reply["question"]["type"] in ("single", "multiple", "number", "text")
        assert all(set(each) == {"value", "label"} for each in reply["question"]["options"])


async def test_every_answer_has_the_promised_fields_and_no_other(client):
    kiosk = await begin(client, language="fr", campaign=None)
    check(kiosk.now, opened=True)
    persona = {"age": "47", "height_m": "1m70", "weight_kg": "70 kg", "share": "yes"}
    while kiosk.now["waiting"]:
        waiting = kiosk.now["waiting"]
        await kiosk.say(persona.get(waiting) or usual(waiting), waiting)
        check(kiosk.now)
        asked = [reply["question"] for reply in kiosk.now["replies"] if reply["question"]]
        if kiosk.now["waiting"]:
            assert [each["id"] for each in asked] == [kiosk.now["waiting"]]
            expected = SHELF.questionnaires["45-50"].find(asked[0]["id"])
            if expected is not None and expected.options and expected.id != "share":
                assert {it["value"] for it in asked[0]["options"]} <= expected.values
    assert kiosk.now["finished"]


HEARD = [
    ("yes", None, "shared_phone"),  # free text
    ("ouais", None, "shared_phone"),
    ("yes", "consent", "shared_phone"),  # an option's value
    (["yes"], "consent", "shared_phone"),  # several values, of one
    ("dont_know", "consent", "consent"),  # consent is said, never guessed
    ("maybe", "consent", "consent"),  # not a value of it
    ("yes", "nothing_like_it", "consent"),  # not a question of ours
    ("yes", "share", "consent"),  # not asked yet
    ([], "consent", "consent"),
    (["yes", "no"], "consent", "consent"),
    ("", None, "consent"),
    ("\x00\u202e🙂", None, "consent"),
]


async def test_text_a_value_or_several_values_are_heard(client):
    for said, about, waiting in HEARD:
        kiosk = await begin(client)
        assert (await kiosk.say(said, about)).status_code == 200
        check(kiosk.now)
        assert kiosk.now["waiting"] == waiting, said


async def test_an_earlier_question_can_be_corrected_by_naming_it(client):
    kiosk = await begin(client)
    await kiosk.say("yes", "consent")
    await kiosk.say("yes", "shared_phone")
    await kiosk.say("no", "shared_phone")

    assert kiosk.now["waiting"] == "age"
    assert kiosk.now["replies"][0]["text"] == "C'est changé."


async def test_the_same_key_at_the_same_moment_counts_once(client):
    kiosk = await begin(client)
    answers = await asyncio.gather(*(kiosk.say("yes", "consent", key="same") for _ in range(5)))

    assert len({each.text for each in answers}) == 1
    assert answers[0].json()["waiting"] == "shared_phone"


async def test_a_key_belongs_to_its_interview(client):
    mine, other = await begin(client), await begin(client)
    await mine.say("yes", "consent", key="same")
    await other.say("yes", "consent", key="same")

    assert other.now["waiting"] == "shared_phone"


MISSING = [
    {},
    {"Idempotency-Key": "k"},
    {"Authorization": "Bearer nonsense", "Idempotency-Key": "k"},
    {"Authorization": "Basic eDp5", "Idempotency-Key": "k"},
    {"Authorization": "Bearer {token}"},
    {"Authorization": "Bearer {token}", "Idempotency-Key": ""},
    {"Authorization": "Bearer {token}", "Idempotency-Key": "k" * 300},
]


async def test_what_is_missing_is_said_kindly_and_changes_nothing(client):
    kiosk = await begin(client)
    url = f"/api/v1/interviews/{kiosk.id}/messages"
    for headers in MISSING:
        sent = {name: each.format(token=kiosk.token) for name, each in headers.items()}
        answer = await client.post(url, json={"said": "yes", "about": "consent"}, headers=sent)
        assert answer.status_code in (404, 422), headers
        assert "Traceback" not in answer.text
        assert answer.json()
    assert (await kiosk.say("", None)).json()["waiting"] == "consent"


async def test_an_unknown_interview_looks_like_somebody_else_s(client):
    mine, other = await begin(client), await begin(client)
    known = await other.say("yes", token=mine.token)
    mine.id = "0" * 32
    unknown = await mine.say("yes")

    assert unknown.status_code == known.status_code == 404
    assert unknown.json() == known.json()


WRONG = [[], "fr", {"language": 5}, {"language": None}, {"campaign": 7}, {"campaign": "x" * 80}]


async def test_an_opening_of_the_wrong_form_is_refused(client):
    for body in WRONG:
        answer = await client.post("/api/v1/interviews", json=body)
        assert answer.status_code == 422, body
        assert answer.json()


async def test_half_a_character_is_no_reason_to_break(client):
    kiosk = await begin(client)
    answer = await client.post(
        f"/api/v1/interviews/{kiosk.id}/messages",
        content=b'{"said": "\\ud800", "about": null}',
        headers={"Authorization": f"Bearer {kiosk.token}", "Idempotency-Key": "k",
                 "Content-Type": "application/json"},
    )  # fmt: skip

    assert answer.status_code == 200
    assert answer.json()["waiting"] == "consent"
    assert "souci" not in answer.json()["replies"][0]["text"]
