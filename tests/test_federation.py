"""Pro Santé Connect, played by a real provider: people come in, forgers do not."""

from __future__ import annotations

import base64
import hmac
import json
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from api.federation import rpps
from api.identity import NotProven, Provider
from store import accounts
from store.repository import table
from store.tables import PractitionerRow, SignInRow
from tests.professionals import BASE, House, browsing, chromium, free_port, served
from tests.provider import (
    BACK,
    CLIENT,
    RPPS,
    SECRET,
    VERIFIER,
    Line,
    RealClock,
    identities,
)

HEADER = {"alg": "RS256", "kid": "tests"}


@pytest.fixture(scope="module")
def provider():
    with identities() as running:
        yield running


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def house(tmp_path, provider, line):
    asked = Provider(provider.issuer, CLIENT, SECRET, "psc", line)
    made = House(tmp_path, clock=RealClock(), oidc=asked)
    with made.store.transaction() as tx:
        centre = accounts.create_centre(tx, "Centre Nord")
        accounts.admit(tx, "p@example.org", "Paul Bernard", "médecin", centre, "practitioner",
                       subject=f"psc:{RPPS}")  # fmt: skip
    yield made
    made.writer.close()


async def leave(browser):
    """Off to the provider; gives its address."""
    answer = await browser.client.get("/pro/federation")
    assert answer.status_code == 303
    return answer.headers["location"]


async def come_back(browser, told):
    return await browser.client.get("/pro/federation/retour", params=told)


async def sign_in(browser, provider, **hint):
    return await come_back(browser, await provider.authorize(await leave(browser), **hint))


async def outside(house, browser):
    """Nobody came in: no session was opened, and the page is not given."""
    with house.store.reading() as tx:
        assert tx.db.execute(select(table(SignInRow))).all() == []
    home = await browser.client.get("/pro")
    return home.headers["location"] == "/pro/connexion"


# -- in and out ------------------------------------------------------------------------------------


async def test_a_practitioner_comes_in_with_their_rpps_and_leaves_at_both_places(house, provider):
    async with browsing(house) as browser:
        assert "Pro Santé Connect" in (await browser.go("/pro/connexion")).text
        asked = parse_qs(urlsplit(await leave(browser)).query)
        assert asked["scope"] == ["openid scope_all"] and asked["acr_values"] == ["eidas1"]
        assert asked["code_challenge_method"] == ["S256"] and asked["redirect_uri"] == [BACK]
        page = await sign_in(browser, provider)
        assert page.status_code == 200 and "Vous êtes connecté" in page.text
        home = await browser.go("/pro")
        assert "Paul Bernard, médecin · Centre Nord" in home.text
        page = await browser.send("/pro/sortie")
        assert "Vous êtes déconnecté" in page.text and "id_token_hint=" in page.text
        assert (await browser.client.get("/pro")).headers["location"] == "/pro/connexion"
    shown = page.text.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
    async with httpx.AsyncClient() as client:
        assert (await client.get(shown)).status_code == 200, "the provider takes our hint"


async def test_an_unknown_person_is_told_whom_to_ask(house, provider):
    async with browsing(house) as browser:
        page = await sign_in(browser, provider, hint="899700009999")
        assert page.status_code == 403 and "administrateur de votre centre" in page.text
        assert await outside(house, browser)


async def test_a_deactivated_account_stays_outside(house, provider):
    with house.store.transaction() as tx:
        tx.db.execute(table(PractitionerRow).update().values(until=tx.now - 1))
    async with browsing(house) as browser:
        assert (await sign_in(browser, provider)).status_code == 403
        assert await outside(house, browser)


async def test_such_a_session_ends_after_half_an_hour_unused(house, provider):
    async with browsing(house) as browser:
        await sign_in(browser, provider)
        house.clock.now += 29 * 60
        assert (await browser.client.get("/pro")).status_code == 200
        house.clock.now += 31 * 60
        assert (await browser.client.get("/pro")).status_code == 303


async def test_nothing_of_the_provider_is_kept_in_clear(house, provider, line):
    seen = {}
    line.answered = lambda told: seen.update(told) or told
    async with browsing(house) as browser:
        await sign_in(browser, provider)
    kept = b"".join(each.read_bytes() for each in house.folder.glob("professionals.db*"))
    for name in ("id_token", "access_token"):
        assert seen[name].encode() not in kept


@pytest.mark.parametrize(
    ("national", "number"),
    [("899700000001", "99700000001"), ("810003456789", "10003456789")],
)
def test_the_rpps_is_what_follows_the_leading_8(national, number):
    assert rpps(national) == number


@pytest.mark.parametrize("national", ["", "99700000001", "0997000000012", "8123", "8٣٣٣٣٣٣٣٣٣٣٣"])
def test_another_number_is_no_rpps(national):
    with pytest.raises(NotProven):
        rpps(national)


# -- what comes back with the browser --------------------------------------------------------------

CHANGED = {
    "a wrong state": lambda told: told | {"state": "0" * 64},
    "no state": lambda told: {name: told[name] for name in told if name != "state"},
    "another issuer (mix-up)": lambda told: told | {"iss": "https://evil.example"},
    "no issuer": lambda told: {name: told[name] for name in told if name != "iss"},
    "an invented code": lambda told: told | {"code": "invented"},
    "an error with a code": lambda told: told | {"error": "access_denied"},
}


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
async def test_an_answer_changed_on_its_way_back_is_refused(house, provider, change):
    async with browsing(house) as browser:
        told = await provider.authorize(await leave(browser))
        assert (await come_back(browser, change(told))).status_code == 403
        assert await outside(house, browser)
        # Nor does the true one serve any more.
        assert (await come_back(browser, told)).status_code == 403


async def test_an_answer_of_another_browser_is_refused(house, provider):
    """Somebody is lured into the attacker's own account."""
    async with browsing(house) as mine, browsing(house) as theirs:
        told = await provider.authorize(await leave(mine))
        await leave(theirs)
        assert (await come_back(theirs, told)).status_code == 403
        assert await outside(house, theirs)


async def test_an_answer_serves_once(house, provider):
    async with browsing(house) as browser:
        told = await provider.authorize(await leave(browser))
        cookies = dict(browser.client.cookies)
        assert (await come_back(browser, told)).status_code == 200
        browser.client.cookies.update(cookies)
        assert (await come_back(browser, told)).status_code == 403


async def test_a_code_used_before_is_refused_in_another_sign_in(house, provider):
    async with browsing(house) as browser:
        first = await provider.authorize(await leave(browser))
        await come_back(browser, first)
        second = await provider.authorize(await leave(browser))
        answer = await come_back(browser, second | {"code": first["code"]})
        assert answer.status_code == 403


async def test_an_answer_too_late_is_refused(house, provider):
    async with browsing(house) as browser:
        told = await provider.authorize(await leave(browser))
        house.clock.now += 601
        assert (await come_back(browser, told)).status_code == 403


# -- the verifier, checked by the provider ---------------------------------------------------------


@pytest.mark.parametrize(
    "verifier", [{"code_verifier": "x" * 64}, {}], ids=["a wrong verifier", "no verifier"]
)
async def test_a_stolen_code_is_useless_without_its_verifier(house, provider, line, verifier):
    line.asked = lambda form: (
        {name: form[name] for name in form if name != "code_verifier"} | verifier
    )
    async with browsing(house) as browser:
        assert (await sign_in(browser, provider)).status_code == 403
        assert await outside(house, browser)


# -- the token, forged with the provider's own key where that is not the point ---------------------


def claims(token):
    return json.loads(jws.extract_compact(token.encode()).payload)


def forged(**changed):
    """The provider's token with these claims changed, signed with its key; None: left out."""

    def forge(token, key):
        told = {**claims(token), **changed}
        return jwt.encode(HEADER, {k: v for k, v in told.items() if v is not None}, key)

    return forge


def tampered(token, key):
    head, _, signature = token.split(".")
    payload = jwt.encode(HEADER, {**claims(token), "sub": "899700009999"}, key).split(".")[1]
    return f"{head}.{payload}.{signature}"


def _written(told):
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def unsigned(token, key):
    return f"{_written({'alg': 'none'})}.{token.split('.')[1]}."


def by_secret(token, key):
    return jwt.encode({"alg": "HS256"}, claims(token), OctKey.import_key(SECRET))


def by_public_key(token, key):
    # By hand: libraries rightly refuse to sign so.
    signed = f"{_written({'alg': 'HS256', 'kid': 'tests'})}.{token.split('.')[1]}"
    made = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"


def by_stranger(token, key):
    return jwt.encode(HEADER, claims(token), RSAKey.generate_key(2048))


FORGERIES = {
    "another nonce": forged(nonce="0" * 64),
    "no nonce": forged(nonce=None),
    "a changed payload": tampered,
    "no signature (alg none)": unsigned,
    "signed with our secret (HS256)": by_secret,
    "signed with the public key as a secret": by_public_key,
    "signed by a stranger": by_stranger,
    "another audience": forged(aud="another-client"),
    "one audience too many": forged(aud=[CLIENT, "another-client"]),
    "another issuer": forged(iss="https://evil.example"),
    "expired": forged(exp=int(time.time()) - 120),
    "no end": forged(exp=None),
    "made tomorrow": forged(iat=int(time.time()) + 86400),
    "a lower level (acr)": forged(acr="eidas0"),
    "no level": forged(acr=None),
    "another person than userinfo": forged(sub="899700009999"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
async def test_a_forged_token_is_refused(house, provider, line, forge):
    line.answered = lambda told: told | {"id_token": forge(told["id_token"], provider.key)}
    async with browsing(house) as browser:
        assert (await sign_in(browser, provider)).status_code == 403
        assert await outside(house, browser)


async def test_the_provider_s_own_token_signed_again_is_taken(house, provider, line):
    """So that the forgeries above fail for what they change, and for nothing else."""
    forge = forged()
    line.answered = lambda told: told | {"id_token": forge(told["id_token"], provider.key)}
    async with browsing(house) as browser:
        assert (await sign_in(browser, provider)).status_code == 200


async def test_userinfo_of_somebody_else_or_without_rpps_is_refused(house, provider, line):
    for changed in ({"sub": "899700009999"}, {"SubjectNameID": ""}, {"SubjectNameID": RPPS}):
        line.userinfo = lambda told, changed=changed: told | changed
        async with browsing(house) as browser:
            assert (await sign_in(browser, provider)).status_code == 403
            assert await outside(house, browser)


# -- what the provider itself refuses: our stand-in is as strict as the real one must be -----------

ASKED = {
    "a foreign redirect": {"redirect_uri": "https://evil.example/retour"},
    "no PKCE": {"code_challenge": None, "code_challenge_method": None},
    "plain PKCE": {"code_challenge_method": "plain"},
}


@pytest.mark.parametrize("changed", ASKED.values(), ids=ASKED)
async def test_the_provider_gives_no_code_for_a_request_of_this_kind(provider, changed):
    async with httpx.AsyncClient() as person:
        answer = await person.get(provider.ask(**changed))
    told = parse_qs(urlsplit(answer.headers.get("location", "")).query)
    assert "code" not in told
    assert answer.status_code == 400 or told["error"] == ["invalid_request"]


async def test_a_refresh_token_serves_once(provider):
    told = await provider.authorize(provider.ask())
    async with httpx.AsyncClient(base_url=provider.issuer, auth=(CLIENT, SECRET)) as client:
        first = await client.post("/token", data={
            "grant_type": "authorization_code", "code": told["code"], "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        })  # fmt: skip
        again = {"grant_type": "refresh_token", "refresh_token": first.json()["refresh_token"]}
        assert (await client.post("/token", data=again)).status_code == 200
        refused = await client.post("/token", data=again)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


async def test_without_a_provider_there_is_no_such_door(tmp_path):
    house = House(tmp_path)
    async with browsing(house) as browser:
        for path in ("/pro/federation", "/pro/federation/retour"):
            assert (await browser.client.get(path)).status_code == 404
        assert "Pro Santé" not in (await browser.go("/pro/connexion")).text
    house.writer.close()


async def test_a_provider_that_is_away_is_said_kindly(tmp_path):
    away = Provider("http://127.0.0.1:9", CLIENT, SECRET)
    house = House(tmp_path, oidc=away)
    async with browsing(house) as browser:
        page = await browser.client.get(f"{BASE}/pro/federation")
    assert page.status_code == 503 and "Réessayez" in page.text
    house.writer.close()


def test_a_browser_comes_in_and_leaves_although_cookies_stay_at_home(tmp_path):
    """Another site sends the browser back to us: our strict cookie must be there all the same."""
    port = free_port()
    base = f"http://localhost:{port}"
    with identities(base) as running, chromium() as browser:
        asked = Provider(running.issuer, CLIENT, SECRET)
        with served(tmp_path, RealClock(), "localhost", port, oidc=asked) as (house, _):
            with house.store.transaction() as tx:
                accounts.admit(tx, "p@example.org", "Paul Bernard", "médecin", None,
                               "practitioner", subject=f"psc:{RPPS}")  # fmt: skip
            page = browser.new_page(base_url=base)
            page.goto("/pro/connexion")
            page.click("text=Pro Santé Connect")
            page.wait_for_url(f"{base}/pro")
            assert page.is_visible("text=Paul Bernard, médecin")
            page.click("text=Se déconnecter")
            page.wait_for_url(f"{running.issuer}/session/end**")
            page.goto(f"{base}/pro")
            assert page.url == f"{base}/pro/connexion"
