"""Golden transcripts of the web chat: each band completed in Chromium, as anyone can review.

`ACCEPT=1 pytest tests/test_web_transcripts.py` accepts a change. René's browser has no script.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from store import access
from tests.web_patients import Phone, open_house, told

FOLDER = Path(__file__).parent / "transcripts"
PEOPLE = {"18-25-lea": "Léa", "45-50-marc": "Marc T.", "60-65-awa": "Awa D.", "70-75-rene": "René"}
WITHOUT_SCRIPT = "70-75-rene"
PASSWORD = "a-long-password"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("transcripts")) as opened:
        with opened.service.store.transaction() as tx:
            access.create_practitioner(tx, "c@example.org", "Camille", "infirmière", PASSWORD, None)
        yield opened


def brief_of(phone: Phone, code: str) -> dict:
    """What a professional who types this code reads."""
    api, base = phone.context.request, f"{phone.base}/api/v1"
    signed_in = api.post(f"{base}/sessions", data={"email": "c@example.org", "password": PASSWORD})
    headers = {"Authorization": f"Bearer {signed_in.json()['token']}"}
    opened = api.post(f"{base}/briefs/open", data={"code": code}, headers=headers)
    assert opened.ok, opened.text()
    return api.get(f"{base}/briefs/{opened.json()['id']}", headers=headers).json()


@pytest.mark.parametrize("who", PEOPLE)
def test_the_conversation_in_a_browser_is_the_one_reviewed(house, browser, who):
    answers = told(house.service.shelf, FOLDER / f"{who}.said")
    phone = Phone(browser, house.base, java_script_enabled=who != WITHOUT_SCRIPT)
    phone.writes = True
    phone.begin().answer_all(answers)
    code = phone.code
    phone.open("/code")
    brief = brief_of(phone, code)
    assert (brief["name"], brief["band"]) == (PEOPLE[who], who[:5])
    assert phone.troubles == []
    assert {each for each in phone.asked if not each.startswith(house.base)} <= {"data:,"}
    text = "\n".join(phone.told).strip() + "\n"
    text = text.replace(f"{code[:5]} {code[5:]}", "XXXXX XXXXX")
    golden = FOLDER / "web" / f"{who}.txt"
    if os.environ.get("ACCEPT"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert not re.search(r"\b[0-9A-Z]{5} [0-9A-Z]{5}\b", text.replace("XXXXX XXXXX", ""))
    assert text == golden.read_text(encoding="utf-8")
