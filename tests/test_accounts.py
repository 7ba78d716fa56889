"""Accounts as people live them: teams, sessions, second factors, one-day volunteers."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pyotp
import pytest
from sqlalchemy import select, text, update

from api.origin import browser as kind_of_browser
from store import access, accounts, factors, sessions, team, tries
from store.repository import table
from store.tables import AuditRow, PractitionerRow, RecoveryCodeRow
from store.tries import TooManyTries
from tests.professionals import BASE, PASSWORD, House, browsing, caller, person
from tests.test_outreach import begin, campaign

CENTRE, ELSEWHERE = "Centre Nord", "Centre Sud"
NEW = "another-long-password"


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


def admin(house, centre=CENTRE, email="a@example.org"):
    return house.account(email, centre, "admin", "Alice Admin", "directrice")


def me(house, who):
    token = house.token(who)
    with house.store.reading() as tx:
        return accounts.signed_in(tx, token)


def link_on(page):
    (found,) = re.findall(rf"{BASE}(/(?:pro/invitation|terrain/jour)/[\w-]+)", page.text)
    return found


def enrolled(house, who):
    """Their phone, set up."""
    with house.store.transaction() as tx:
        clock = pyotp.TOTP(factors.begin(tx, who))
        assert factors.digits(tx, who, clock.at(house.clock.now), first=True)
    house.clock.now += 60
    return clock


# -- the team --------------------------------------------------------------------------------------


async def test_somebody_invited_chooses_a_password_once_and_comes_in(house):
    admin(house)
    async with browsing(house) as alice, browsing(house) as paul:
        page = await alice.sign_in("a@example.org")
        assert str(page.url) == f"{BASE}/pro/equipe"
        page = await alice.send("/pro/equipe", email="paul@example.org", name=" Paul  B. ",
                                profession="médecin", role="practitioner")  # fmt: skip
        assert "Lien pour Paul B." in page.text and "invitation en attente" in page.text
        link = link_on(page)
        for _ in range(2):  # a messenger looks first
            assert "paul@example.org" in (await paul.go(link)).text
        assert (await paul.send(link, password="short")).status_code == 422
        await paul.go(link)
        assert str((await paul.send(link, password=NEW)).url) == f"{BASE}/pro/connexion"
        assert (await paul.go(link)).status_code == 404
        assert "Ouvrir un bilan" in (await paul.sign_in("paul@example.org", NEW)).text
        assert "actif" in (await alice.go("/pro/equipe")).text


async def test_an_invitation_ends_after_a_week(house):
    who = me(house, admin(house))
    with house.store.transaction() as tx:
        link = team.invite(tx, who, "p@example.org", "P", "médecin", "practitioner")
    house.clock.now += 7 * 24 * 3600 + 1
    async with browsing(house) as browser:
        assert (await browser.go(f"/pro/invitation/{link}")).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"email": "nobody"}, {"name": " "}, {"role": "volunteer"}, {"role": "operator"},
     {"rpps": "123"}, {"email": "a@example.org"}],
)  # fmt: skip
async def test_an_account_that_cannot_be_is_refused_in_words(house, fields):
    admin(house)
    good = {"email": "p@example.org", "name": "P", "role": "practitioner", "profession": ""}
    async with browsing(house) as browser:
        await browser.sign_in("a@example.org")
        page = await browser.send("/pro/equipe", **{**good, **fields})
    assert page.status_code == 422 and "déjà un compte, ou" in page.text


async def test_a_reset_takes_everything_that_opened_the_account(house):
    admin(house)
    who = house.account(centre=CENTRE)
    token = house.token(who)
    enrolled(house, who)
    with house.store.transaction() as tx:
        factors.new_codes(tx, who)
    async with browsing(house) as alice, browsing(house) as camille:
        await alice.sign_in("a@example.org")
        link = link_on(await alice.send(f"/pro/equipe/{who}/lien"))
        with house.store.reading() as tx:
            assert accounts.signed_in(tx, token) is None
            assert factors.codes_left(tx, who) == 0 and not factors.has_digits(tx, who)
        assert (await camille.sign_in()).status_code == 401
        await camille.go(link)
        await camille.send(link, password=NEW)
        assert "Ouvrir un bilan" in (await camille.sign_in(password=NEW)).text
    assert [each for each in trail(house) if "reset" in each] == ["reset account", "reset by link"]


def trail(house):
    with house.store.reading() as tx:
        return list(tx.db.execute(select(table(AuditRow).c.action)).scalars())


async def test_a_deactivated_account_loses_its_sessions_at_once_and_never_opens_again(house):
    admin(house)
    who = house.account(centre=CENTRE)
    async with browsing(house) as alice, browsing(house) as camille, caller(house, who) as machine:
        await camille.sign_in()
        await alice.sign_in("a@example.org")
        page = await alice.send(f"/pro/equipe/{who}/arret")
        assert "arrêté" in page.text
        assert (await camille.client.get("/pro")).status_code == 303
        assert (await machine.get("/api/v1/worklist")).status_code == 401
        assert (await camille.sign_in()).status_code == 401


async def test_an_administrator_ends_the_sessions_of_their_own_people_only(house):
    mine = admin(house)
    who = house.account(centre=CENTRE)
    other = house.account("o@example.org", centre=ELSEWHERE)
    tokens = {each: house.token(each) for each in (who, other)}
    async with browsing(house) as alice:
        page = await alice.sign_in("a@example.org")
        assert "c@example.org" in page.text and "o@example.org" not in page.text
        for path in ("lien", "sessions", "arret"):
            await alice.go("/pro/equipe")
            foreign = await alice.send(f"/pro/equipe/{other}/{path}")
            await alice.go("/pro/equipe")
            absent = await alice.send(f"/pro/equipe/nobody/{path}")
            assert (foreign.status_code, foreign.text) == (404, absent.text)
        await alice.go("/pro/equipe")
        assert (await alice.send(f"/pro/equipe/{mine}/arret")).status_code == 404, "not oneself"
        await alice.go("/pro/equipe")
        await alice.send(f"/pro/equipe/{who}/sessions")
    with house.store.reading() as tx:
        assert accounts.signed_in(tx, tokens[who]) is None
        assert accounts.signed_in(tx, tokens[other]) is not None


def test_even_asked_directly_the_store_gives_nothing_of_another_organisation(house):
    mine, doctor = me(house, admin(house)), me(house, house.account(centre=CENTRE))
    other = house.account("o@example.org", centre=ELSEWHERE)
    with house.store.transaction() as tx:
        assert team.reset(tx, mine, other) is None and not team.deactivate(tx, mine, other)
        assert team.members(tx, doctor) == [] and team.trace(tx, doctor) == []
        assert team.reset(tx, doctor, mine.id) is None
        assert team.invite(tx, doctor, "x@example.org", "X", "x", "admin") is None
        assert team.volunteer(tx, mine, "X") is None
        assert access.worklist(tx, mine) == []


async def test_an_auditor_reads_the_trail_of_their_organisation_without_content(house):
    house.account("z@example.org", CENTRE, "auditor", "Zoé Audit", "auditrice")
    who = house.account(centre=CENTRE)
    other = house.account("o@example.org", ELSEWHERE, name="Olga Sud")
    brief, _ = house.share(person("Marc", chosen_name="Marc B."), CENTRE)
    foreign, _ = house.share(person("Marc"), ELSEWHERE)
    for reader, read in ((who, brief), (other, foreign)):
        async with caller(house, reader) as client:
            await client.get(f"/api/v1/briefs/{read}")
    async with browsing(house) as zoe:
        page = await zoe.sign_in("z@example.org")
        assert str(page.url) == f"{BASE}/pro/trace"
        assert "a lu un bilan" in page.text and "Camille Martin" in page.text
        assert brief[:6] in page.text and brief not in page.text
        assert "Marc" not in page.text and "Olga" not in page.text
        assert (await zoe.client.get(f"/pro/bilan/{brief}")).status_code == 404


# -- one day ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-01-15T08:00:00", "2026-01-15T23:00:00"),  # winter: UTC+1
        ("2026-07-14T21:59:59", "2026-07-14T22:00:00"),  # summer: UTC+2
        ("2026-07-14T22:00:00", "2026-07-15T22:00:00"),  # midnight has just struck
        ("2026-03-29T00:30:00", "2026-03-29T22:00:00"),  # the night that loses an hour
        ("2026-10-25T00:30:00", "2026-10-25T23:00:00"),  # the night that gains one
    ],
)
def test_a_day_ends_at_midnight_in_paris(now, until):
    moment = int(datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp())
    assert datetime.fromtimestamp(team.midnight(moment), UTC).isoformat()[:19] == until


async def test_a_volunteer_counts_until_midnight_and_never_sees_an_answer(house):
    house.account("t@example.org", CENTRE, "outreach", "Nadia B.", "médiatrice")
    made = campaign(house, "Forum")
    begin(house, made, 30, 15)
    brief, code = house.share(person("Marc"), CENTRE)
    async with browsing(house) as nadia, browsing(house) as lea:
        await nadia.sign_in("t@example.org")
        link = link_on(await nadia.send("/terrain/benevole", name="Léa"))
        assert "Bonjour, Léa" in (await lea.go(link)).text
        page = await lea.send(link)
        assert "Forum" in page.text and "<dd>30</dd>" in page.text
        assert "Préparer une action" not in page.text and "Affiche" not in page.text
        for path in (f"/pro/bilan/{brief}", f"/terrain/{made.id}/affiche.pdf", "/pro/compte"):
            assert (await lea.client.get(path)).status_code == 404
        await lea.go("/terrain")
        assert (await lea.send("/pro/code", code=code)).status_code == 404
        await lea.go("/terrain")
        assert (await lea.send("/terrain", place="Ici")).status_code == 404
        assert (await nadia.client.get(link)).status_code == 404, "it served"
        with house.store.reading() as tx:
            midnight = team.midnight(tx.now)
        house.clock.now = midnight - 1
        with house.store.transaction() as tx:  # busy all day long
            tx.db.execute(text("UPDATE sign_in SET seen_at = :now, until = :late"),
                          {"now": tx.now, "late": tx.now + 99999})  # fmt: skip
        assert (await lea.client.get("/terrain")).status_code == 200
        house.clock.now = midnight
        assert (await lea.client.get("/terrain")).status_code == 303


# -- sessions --------------------------------------------------------------------------------------


async def test_a_session_unused_for_two_hours_is_over_and_a_used_one_lasts_twelve(house):
    who = house.account()
    used, unused = house.token(who), house.token(who)
    for _ in range(11):
        house.clock.now += 3600
        async with caller(house) as client:
            headers = {"Authorization": f"Bearer {used}"}
            assert (await client.get("/api/v1/worklist", headers=headers)).status_code == 200
    async with caller(house) as client:
        headers = {"Authorization": f"Bearer {unused}"}
        assert (await client.get("/api/v1/worklist", headers=headers)).status_code == 401
        house.clock.now += 3600
        headers = {"Authorization": f"Bearer {used}"}
        assert (await client.get("/api/v1/worklist", headers=headers)).status_code == 401


AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0":
        "Firefox, Windows",
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (like Gecko) Chrome/126 Safari/537":
        "Chrome, Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) WebKit/605 Version/17 Safari/604":
        "Safari, iPhone",
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0":
        "Edge, Windows",
    "curl/8": "autre programme",
}  # fmt: skip


@pytest.mark.parametrize(("agent", "told"), AGENTS.items())
def test_a_session_is_recognised_by_its_browser(agent, told):
    assert kind_of_browser(agent) == told


async def test_people_see_and_end_their_sessions(house):
    who = house.account()
    other = house.token(house.account("o@example.org"))
    async with browsing(house) as desk, browsing(house) as phone:
        phone.client.headers["User-Agent"] = next(iter(AGENTS))
        await phone.sign_in()
        await desk.sign_in()
        page = await desk.go("/pro/compte")
        assert "Firefox, Windows" in page.text and page.text.count("(ici)") == 1
        assert "127.0.0.1" not in page.text
        names = re.findall(r"/pro/compte/session/([0-9a-f]+)/fin", page.text)
        (mine,) = re.findall(r"\(ici\).*?session/([0-9a-f]+)/fin", page.text, re.S)
        (away,) = set(names) - {mine}
        with house.store.reading() as tx:
            foreign = accounts.signed_in(tx, other).session
        assert (await desk.send(f"/pro/compte/session/{foreign}/fin")).status_code == 404
        await desk.go("/pro/compte")
        await desk.send(f"/pro/compte/session/{away}/fin")
        assert (await phone.client.get("/pro")).status_code == 303
        await desk.send("/pro/compte/partout")
        assert (await desk.client.get("/pro")).status_code == 303
    with house.store.reading() as tx:
        assert sessions.sessions(tx, who) == []
        assert accounts.signed_in(tx, other) is not None


async def test_a_new_password_signs_out_everywhere(house):
    who = house.account()
    token = house.token(who)
    async with browsing(house) as browser:
        await browser.sign_in()
        await browser.go("/pro/compte")
        wrong = await browser.send("/pro/compte/mot-de-passe", old="wrong", new=NEW)
        assert wrong.status_code == 401
        short = await browser.send("/pro/compte/mot-de-passe", old=PASSWORD, new="short")
        assert short.status_code == 422
        await browser.send("/pro/compte/mot-de-passe", old=PASSWORD, new=NEW)
        with house.store.reading() as tx:
            assert accounts.signed_in(tx, token) is None
        assert (await browser.sign_in()).status_code == 401
        assert "Ouvrir un bilan" in (await browser.sign_in(password=NEW)).text


async def test_a_session_s_token_changes_at_each_step(house):
    who = house.account()
    clock = enrolled(house, who)
    async with browsing(house) as browser:
        await browser.go("/pro/connexion")
        door = browser.client.cookies["__Host-door"]
        await browser.sign_in()
        half = browser.client.cookies["__Host-pro"]
        await browser.send("/pro/second", code=clock.at(house.clock.now))
        full = browser.client.cookies["__Host-pro"]
    assert len({door, half, full}) == 3
    with house.store.reading() as tx:
        assert accounts.signed_in(tx, half, ("in", "second")) is None


# -- second factor ---------------------------------------------------------------------------------


async def test_setting_up_a_phone_then_signing_in_with_it(house):
    house.account()
    async with browsing(house) as browser:
        await browser.sign_in()
        page = await browser.go("/pro/compte/second")
        secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
        assert "data:image/svg+xml" in page.text
        again = await browser.go("/pro/compte/second")
        assert secret in again.text.replace(" ", ""), "drawn twice, the same"
        clock = pyotp.TOTP(secret)
        assert (await browser.send("/pro/compte/second", code="000000")).status_code == 401
        page = await browser.send("/pro/compte/second", code=clock.at(house.clock.now))
        codes = re.findall(r"<li>(\w{5} \w{5})</li>", page.text)
        assert len(codes) == 10
        house.clock.now += 60
        page = await browser.sign_in()
        assert str(page.url) == f"{BASE}/pro/second"
        assert (await browser.client.get("/pro")).status_code == 303, "half-way opens nothing"
        await browser.go("/pro/second")
        code = clock.at(house.clock.now)
        assert "Ouvrir un bilan" in (await browser.send("/pro/second", code=code)).text
        await browser.go("/pro/compte")
        await browser.send("/pro/compte/partout")
        await browser.sign_in()
        assert (await browser.send("/pro/second", code=code)).status_code == 401, "it served"
        page = await browser.send("/pro/second", code=codes[0].lower().replace(" ", "-"))
        assert "Ouvrir un bilan" in page.text
        await browser.go("/pro/compte")
        await browser.send("/pro/compte/partout")
        await browser.sign_in()
        assert (await browser.send("/pro/second", code=codes[0])).status_code == 401, "it served"


def test_no_code_is_taken_twice_nor_an_older_one(house):
    who = house.account()
    clock = enrolled(house, who)
    now = house.clock.now
    with house.store.transaction() as tx:
        assert factors.digits(tx, who, clock.at(now))
        for late in (clock.at(now), clock.at(now - 30)):
            assert not factors.digits(tx, who, late)
        assert not factors.digits(tx, who, clock.at(now + 90)), "too early"
        assert factors.digits(tx, who, clock.at(now + 30)), "a phone that is ahead"


def test_neither_secret_nor_recovery_code_is_kept(house):
    who = house.account()
    clock = enrolled(house, who)
    with house.store.transaction() as tx:
        codes = factors.new_codes(tx, who)
        kept = str([list(tx.db.execute(select(table(each)))) for each in
                    (PractitionerRow, RecoveryCodeRow)])  # fmt: skip
        assert clock.secret not in kept
        assert not [each for each in codes if each.replace(" ", "") in kept]


async def test_a_role_that_needs_a_second_factor_sets_it_up_before_anything_else(tmp_path):
    house = House(tmp_path, second_factor=frozenset({"practitioner"}))
    house.account()
    house.account("t@example.org", role="outreach")
    async with browsing(house) as browser, caller(house) as machine:
        account = {"email": "c@example.org", "password": PASSWORD}
        told = await machine.post("/api/v1/sessions", json=account)
        assert (told.status_code, told.json()["error"]) == (403, "enrol_first")
        page = await browser.sign_in()
        assert str(page.url) == f"{BASE}/pro/compte/second"
        for path in ("/pro", "/pro/compte", "/terrain"):
            assert (await browser.client.get(path)).headers["location"] == "/pro/connexion"
        secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)[1].replace(" ", "")
        clock = pyotp.TOTP(secret)
        await browser.send("/pro/compte/second", code=clock.at(house.clock.now))
        assert "Ouvrir un bilan" in (await browser.go("/pro")).text
        assert "Retirer" not in (await browser.go("/pro/compte")).text
        house.clock.now += 60
        told = await machine.post("/api/v1/sessions", json=account)
        assert (told.status_code, told.json()["error"]) == (401, "second_factor")
        code = {"code": clock.at(house.clock.now)}
        told = await machine.post("/api/v1/sessions", json=account | code)
        assert told.status_code == 201
        assert "Terrain" in (await browser.sign_in("t@example.org")).text
    house.writer.close()


async def test_the_phone_itself_takes_the_second_factor_away(house):
    who = house.account()
    clock = enrolled(house, who)
    async with browsing(house) as browser:
        await browser.sign_in()
        await browser.send("/pro/second", code=clock.at(house.clock.now))
        await browser.go("/pro/compte")
        assert (await browser.send("/pro/compte/second/retrait", code="1")).status_code == 401
        house.clock.now += 60
        await browser.send("/pro/compte/second/retrait", code=clock.at(house.clock.now))
        assert "Ouvrir un bilan" in (await browser.sign_in()).text


async def test_a_lost_password_opens_again_with_a_recovery_code_and_no_mail(house):
    house.account()
    async with browsing(house) as browser:
        await browser.sign_in()
        await browser.go("/pro/compte")
        page = await browser.send("/pro/compte/secours", password=PASSWORD)
        (code, *_) = re.findall(r"<li>(\w{5} \w{5})</li>", page.text)
        browser.client.cookies.clear()
        await browser.go("/pro/oubli")
        unknown = await browser.send("/pro/oubli", email="n@example.org", code=code, password=NEW)
        wrong = await browser.send("/pro/oubli", email="c@example.org", code="0" * 10, password=NEW)
        assert unknown.status_code == wrong.status_code == 401
        await browser.send("/pro/oubli", email="c@example.org", code=code, password=NEW)
        assert "Ouvrir un bilan" in (await browser.sign_in(password=NEW)).text
        browser.client.cookies.clear()
        await browser.go("/pro/oubli")
        again = await browser.send(
            "/pro/oubli", email="c@example.org", code=code, password=PASSWORD
        )
        assert again.status_code == 401


# -- guessing --------------------------------------------------------------------------------------


async def test_guessing_at_an_account_does_not_keep_its_owner_s_browser_out(house):
    house.account()
    async with browsing(house) as owner, browsing(house) as thief:
        await owner.sign_in()
        await owner.send("/pro/sortie")
        for _ in range(6):
            last = await thief.sign_in(password="wrong")
        assert last.status_code == 429
        assert "Ouvrir un bilan" in (await owner.sign_in()).text
        await owner.send("/pro/sortie")
        for _ in range(6):
            last = await owner.sign_in(password="wrong")
        assert last.status_code == 429, "a stolen browser guesses no more than another"


async def test_a_forged_or_borrowed_browser_mark_changes_nothing(house):
    house.account()
    house.account("o@example.org")
    async with browsing(house) as other, browsing(house) as thief:
        await other.sign_in("o@example.org")
        for mark in (other.client.cookies["__Host-known"], "x.y", ".", "é"):
            thief.client.cookies.set("__Host-known", mark.encode("ascii", "ignore").decode(),
                                     domain="bilan.example.org")  # fmt: skip
            await thief.sign_in(password="wrong")
        await thief.sign_in(password="wrong")
        assert (await thief.sign_in(password="wrong")).status_code == 429


def test_nobody_can_lock_everybody_out(house):
    """A thousand guesses at accounts of every kind, from everywhere: another one comes in."""
    with house.store.transaction() as tx:
        for each in range(1000):
            tries.begin(tx, f"account {each // 5}", "password", f"source {each // 30}")
        assert accounts.knock(tx, "c@example.org", "their own place")


def test_one_source_is_stopped_across_accounts_processes_and_restarts(house, tmp_path):
    with house.store.transaction() as tx:
        for each in range(tries.PER_SOURCE):
            tries.begin(tx, f"account {each}", "password", "192.0.2.7")
    house.app = house.application()
    with house.store.transaction() as tx:
        with pytest.raises(TooManyTries):
            accounts.knock(tx, "c@example.org", "192.0.2.7")
        assert accounts.knock(tx, "c@example.org", "192.0.2.8")
        assert "192.0.2.7" not in str(list(tx.db.execute(text("SELECT * FROM wrong_code"))))


async def test_six_digits_cannot_be_guessed_through(house):
    who = house.account()
    clock = enrolled(house, who)
    async with browsing(house) as browser:
        await browser.sign_in()
        for _ in range(5):
            assert (await browser.send("/pro/second", code="000000")).status_code == 401
        right = await browser.send("/pro/second", code=clock.at(house.clock.now))
        assert right.status_code == 429


def test_an_account_that_is_over_is_over_at_every_door(house):
    who = house.account()
    with house.store.transaction() as tx:
        tx.db.execute(update(table(PractitionerRow)).values(until=tx.now))
        assert accounts.knock(tx, "c@example.org").who is None
        with pytest.raises(OSError, match="no open account"):
            team.account_at(tx, "c@example.org")
        assert accounts.account(tx, who) is None
