"""The JSON channel, exactly as promised."""

from __future__ import annotations

import httpx
import pytest

from app.web import create
from tests.serving import AGES, serving, usual


@pytest.fixture
async def client(tmp_path):
    async with serving(tmp_path) as service:
        transport = httpx.ASGITransport(app=create(service))
        async with httpx.AsyncClient(
            transport=transport, base_url="https://bilan.example.org"
        ) as made:
            yield made


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
