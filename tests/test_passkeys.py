"""Passkeys: what is refused, then a real browser with an authenticator of its own."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from urllib.parse import parse_qs, urlencode

import pytest
from sqlalchemy import select, text, update

from store import factors
from store.repository import table
from store.tables import PasskeyRow, PractitionerRow
from tests.professionals import PASSWORD, browsing, chromium, served
from tests.professionals import House as Alone
from tests.provider import RealClock

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    with chromium() as made:
        yield made


@pytest.fixture
def house(tmp_path):
    # A passkey belongs to a name: numbers are none.
    with served(tmp_path, RealClock(), "localhost") as (made, base):
        made.base = base
        yield made


@contextlib.contextmanager
def device(browser, house, **more):
    """A person's computer with its own lock: (page, the line to its authenticator)."""
    context = browser.new_context(base_url=house.base)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | more})
    yield page
    context.close()


def by_password(page, email="c@example.org"):
    page.goto("/pro/connexion")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("#door button")


def add(page):
    page.goto("/pro/compte")
    page.click("#new-key button")
    page.wait_for_selector("text=Ajoutée le")


def leave(page):
    page.click("text=Se déconnecter >> nth=0")
    page.wait_for_url("**/pro/connexion")


async def test_where_a_second_factor_is_needed_a_password_does_not_replace_the_passkey(tmp_path):
    house = Alone(tmp_path, second_factor=frozenset({"practitioner"}))
    who = house.account()
    with house.store.transaction() as tx:
        factors.add_passkey(tx, who, b"key", b"public", 0, "Firefox")
    async with browsing(house) as browser:
        page = await browser.sign_in()
        assert page.status_code == 401 and "clé d" in page.text
    with house.store.reading() as tx:
        assert tx.db.execute(text("SELECT count(*) FROM sign_in")).scalar() == 0
    house.writer.close()


@pytest.mark.parametrize("key", ["", "[]", "{}", '{"response":{}}', '{"response":1,"rawId":"é"}'])
async def test_what_is_no_passkey_is_refused_in_words(tmp_path, key):
    house = Alone(tmp_path)
    async with browsing(house) as browser:
        await browser.go("/pro/connexion")
        answer = await browser.send("/pro/cle", key=key)
    assert answer.status_code == 422
    house.writer.close()


def test_a_device_is_added_opens_the_account_and_is_taken_away(browser, house):
    house.account()
    with device(browser, house) as page:
        by_password(page)
        add(page)
        leave(page)
        page.click("#key button")
        page.wait_for_url("**/pro")
        assert page.is_visible("text=Ouvrir un bilan")
        page.goto("/pro/compte")
        page.click("section[aria-labelledby=keys] .rows button")
        page.wait_for_load_state()
        leave(page)
        page.click("#key button")
        page.wait_for_selector("#key .problem:visible")


def test_a_device_that_does_not_check_its_owner_is_not_taken(browser, house):
    house.account()
    with device(browser, house, isUserVerified=False) as page:
        by_password(page)
        page.goto("/pro/compte")
        page.click("#new-key button")
        page.wait_for_selector("#new-key .problem:visible")
    with house.store.reading() as tx:
        assert tx.db.execute(select(table(PasskeyRow))).all() == []


def test_a_deactivated_account_s_device_opens_nothing(browser, house):
    house.account()
    with device(browser, house) as page:
        by_password(page)
        add(page)
        leave(page)
        with house.store.transaction() as tx:
            tx.db.execute(update(table(PractitionerRow)).values(until=tx.now))
        page.click("#key button")
        page.wait_for_selector("#key .problem:visible")


def test_an_answer_serves_once_in_its_own_browser_unchanged(browser, house):
    house.account()
    with device(browser, house) as page:
        by_password(page)
        add(page)
        leave(page)
        sent = []
        page.on("request", lambda asked: sent.append(asked.post_data or "")
                if asked.url.endswith("/pro/cle") else None)  # fmt: skip
        # The answer is made and kept from the server.
        page.route("**/pro/cle", lambda route: route.abort())
        page.click("#key button")
        page.wait_for_selector("#key .problem:visible")
        page.unroute("**/pro/cle")
        (kept,) = sent
        give = """async (body) => (await fetch("/pro/cle", {method: "POST", body,
                  headers: {"Content-Type": "application/x-www-form-urlencoded"}})).status"""
        changed = _changed(kept)
        with device(browser, house) as other:
            other.goto("/pro/connexion")
            proof = other.input_value("#door [name=csrf]")
            stolen = re.sub("csrf=[0-9a-f]+", f"csrf={proof}", kept)
            assert other.evaluate(give, stolen) == 403, "another browser's challenge"
        assert page.evaluate(give, changed) == 403, "a signature that does not match"
        assert page.evaluate(give, kept) == 403, "its challenge was used up by the try before"


def _changed(body):
    fields = {name: each[0] for name, each in parse_qs(body).items()}
    key = json.loads(fields["key"])
    signature = bytearray(base64.urlsafe_b64decode(key["response"]["signature"] + "=="))
    signature[-1] ^= 1
    key["response"]["signature"] = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return urlencode({**fields, "key": json.dumps(key)})
