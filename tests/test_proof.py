"""A screen left open is not enough to change how one signs in."""

from __future__ import annotations

import re

import pyotp
import pytest
import structlog

from store import factors, sessions
from tests.professionals import BASE, PASSWORD, House, browsing

LATE = sessions.PROVEN
PROOF = f"{BASE}/pro/compte/preuve"


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


def with_passkey(house, who):
    with house.store.transaction() as tx:
        factors.add_passkey(tx, who, b"key", b"public", 0, "Firefox")


def keys(house, who):
    with house.store.reading() as tx:
        return len(factors.passkeys(tx, who))


async def later(house, browser):
    """Signed in a while ago, at the page of one's account."""
    await browser.sign_in()
    house.clock.now += LATE
    await browser.go("/pro/compte")


@pytest.mark.parametrize("path", ["second", "cle/defi", "cle", f"cle/{b'key'.hex()}/retrait"])
async def test_after_a_while_adding_or_removing_a_factor_asks_who_one_is(house, path):
    who = house.account()
    with_passkey(house, who)
    async with browsing(house) as browser:
        await later(house, browser)
        page = await browser.send(f"/pro/compte/{path}", code="000000", key="{}")
        assert str(page.url) == PROOF and "C&#39;est bien vous" in page.text.replace("'", "&#39;")
        assert keys(house, who) == 1
        page = await browser.send("/pro/compte/preuve", password=PASSWORD)
        assert str(page.url) == f"{BASE}/pro/compte"
        page = await browser.send(f"/pro/compte/{path}", code="000000", key="{}")
        assert str(page.url) != PROOF


async def test_the_qr_code_is_not_shown_either(house):
    house.account()
    async with browsing(house) as browser:
        await later(house, browser)
        assert str((await browser.go("/pro/compte/second")).url) == PROOF


async def test_right_after_signing_in_nothing_more_is_asked(house):
    who = house.account()
    with_passkey(house, who)
    async with browsing(house) as browser:
        await browser.sign_in()
        await browser.go("/pro/compte")
        await browser.send(f"/pro/compte/cle/{b'key'.hex()}/retrait")
    assert keys(house, who) == 0


async def test_a_proof_is_over_after_some_minutes(house):
    who = house.account()
    with_passkey(house, who)
    async with browsing(house) as browser:
        await later(house, browser)
        await browser.go("/pro/compte/preuve")
        await browser.send("/pro/compte/preuve", password=PASSWORD)
        house.clock.now += LATE
        page = await browser.send(f"/pro/compte/cle/{b'key'.hex()}/retrait")
    assert str(page.url) == PROOF and keys(house, who) == 1


async def test_the_six_digits_are_a_proof_and_serve_once(house):
    who = house.account()
    with_passkey(house, who)
    async with browsing(house) as browser:
        await browser.sign_in()
        page = await browser.go("/pro/compte/second")
        secret = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page.text)
        clock = pyotp.TOTP((secret[1] if secret else _secret(house, who)).replace(" ", ""))
        await browser.send("/pro/compte/second", code=clock.at(house.clock.now))
        house.clock.now += LATE
        await browser.go("/pro/compte/preuve")
        code = clock.at(house.clock.now)
        assert str((await browser.send("/pro/compte/preuve", code=code)).url).endswith("/compte")
        await browser.go("/pro/compte/preuve")
        assert (await browser.send("/pro/compte/preuve", code=code)).status_code == 401


def _secret(house, who):
    with house.store.transaction() as tx:
        return factors._secret(tx, who, tx.db.exec_driver_sql(
            "SELECT factor_salt FROM practitioner WHERE id = ?", (who,)).scalar())  # fmt: skip


@pytest.mark.parametrize("fields", [{}, {"password": "wrong"}, {"code": "000000"}])
async def test_a_wrong_proof_is_none_and_is_counted(house, fields):
    who = house.account()
    with_passkey(house, who)
    async with browsing(house) as browser:
        await later(house, browser)
        await browser.go("/pro/compte/preuve")
        for _ in range(5):
            assert (await browser.send("/pro/compte/preuve", **fields)).status_code == 401
        assert (await browser.send("/pro/compte/preuve", **fields)).status_code == 429
        if "code" not in fields:
            right = await browser.send("/pro/compte/preuve", password=PASSWORD)
            assert right.status_code == 429
        page = await browser.send(f"/pro/compte/cle/{b'key'.hex()}/retrait")
    assert str(page.url) == PROOF and keys(house, who) == 1


async def test_ones_other_sessions_are_ended_after_a_proof_only(house):
    house.account()
    async with browsing(house) as browser, browsing(house) as other:
        await later(house, browser)
        await other.sign_in()
        page = await browser.send("/pro/compte/partout")
        assert str(page.url) == PROOF
        assert "Ouvrir un bilan" in (await other.go("/pro")).text
        await browser.send("/pro/compte/preuve", password=PASSWORD)
        await browser.send("/pro/compte/partout")
        assert str((await other.go("/pro")).url).endswith("/pro/connexion")


async def test_signing_out_clears_what_the_browser_kept(house):
    house.account()
    async with browsing(house) as browser:
        await browser.sign_in()
        sent = await browser.client.post("/pro/sortie", data={"csrf": browser.proof})
    assert sent.headers["clear-site-data"] == '"cache", "storage"'


async def test_a_refused_password_or_code_is_in_the_log_without_whose(house):
    house.account()
    with structlog.testing.capture_logs() as logs:
        async with browsing(house) as browser:
            await browser.sign_in(password="not the password")
    assert {"event": "a password was refused", "log_level": "info"} in logs
