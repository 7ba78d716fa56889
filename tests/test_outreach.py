"""Going to people: campaigns, posters, cards, and counts in which nobody is recognised."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select, text

from flows import engine
from store import accounts, outreach
from store.outreach import SMALLEST, Counts
from store.repository import Summary, table
from store.tables import CampaignRow, InvitationRow
from tests.professionals import BASE, House, browsing
from tests.serving import NOW

CENTRE = "Centre Nord"


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


def signed_in(house, who):
    token = house.token(who)
    with house.store.transaction() as tx:
        return accounts.signed_in(tx, token)


def campaign(house, place="Forum", centre=CENTRE, **more):
    where = house.centre(centre) if centre else None
    with house.store.transaction() as tx:
        return outreach.create_campaign(tx, place, None, where, **more)


def begin(house, made, count, finished, demo=False):
    """So many interviews from this campaign, of which so many finished."""
    with house.store.transaction() as tx:
        for each in range(count):
            interview = engine.begin(f"{made.id}{each}", "fr", NOW, campaign=made.id)
            held = tx.hold(interview, "web", demo)
            done = each < finished
            summary = Summary("finished" if done else "open", "45-50", done)
            tx.save([held], {interview.id: summary})


async def field(browser, house, email="t@example.org", centre=CENTRE):
    """Signed in as somebody of the field."""
    house.account(email, centre=centre, role="outreach", name="Nadia B.", profession="médiatrice")
    return await browser.sign_in(email)


def state(house, token):
    with house.store.reading() as tx:
        found = outreach.find(tx, token)
    return found and found.state


# -- campaigns -------------------------------------------------------------------------------------


async def test_a_campaign_has_a_place_a_neighbourhood_a_centre_and_a_link(house):
    where = house.centre("Centre Sud")
    async with browsing(house) as browser:
        await field(browser, house)
        page = await browser.send(
            "/terrain", place="  Bus   de la gare ", qpv="qn 07501m", centre=where
        )
    assert str(page.url) == f"{BASE}/terrain"
    for told in ("Bus de la gare", "QPV QN07501M", "Centre Sud"):
        assert told in page.text
    (token,) = re.findall(rf"{BASE}/r/(\w+)", page.text)
    assert re.fullmatch(r"[2-9A-HJ-KM-NP-TV-Z]{8}", token), "readable aloud"
    with house.store.reading() as tx:
        found = outreach.find(tx, token.lower())
    assert (found.place, found.centre_id, found.invitation) == ("Bus de la gare", where, None)
    assert (found.state, found.demo) == ("ok", False)


@pytest.mark.parametrize(
    ("fields", "told"),
    [({"place": "  "}, "Donnez un nom"), ({"place": "Ici", "qpv": "75011"}, "QN07501M")],
)
async def test_what_is_missing_is_said_and_what_was_typed_stays(house, fields, told):
    async with browsing(house) as browser:
        await field(browser, house)
        page = await browser.send("/terrain", **fields)
    assert page.status_code == 422 and told in page.text
    assert f'value="{fields["place"]}"' in page.text
    with house.store.reading() as tx:
        assert tx.db.execute(select(table(CampaignRow))).all() == []


async def test_an_unknown_centre_is_refused(house):
    async with browsing(house) as browser:
        await field(browser, house)
        assert (await browser.send("/terrain", place="Ici", centre="nope")).status_code == 422


def test_one_sees_what_one_made_and_what_ones_centre_receives(house):
    here = signed_in(house, house.account("a@example.org", centre=CENTRE))
    alone = signed_in(house, house.account("b@example.org", role="outreach"))
    other = signed_in(house, house.account("c@example.org", role="outreach"))
    campaign(house, "received")
    campaign(house, "made by me", centre=None, made_by=alone.id)
    campaign(house, "nobody's", centre=None)
    with house.store.reading() as tx:
        seen = {me.email[0]: [each.place for each, _ in outreach.campaigns(tx, me)]
                for me in (here, alone, other)}  # fmt: skip
    assert seen == {"a": ["received"], "b": ["made by me"], "c": []}


@pytest.mark.parametrize("act", ["affiche.pdf", "cartes.pdf", "arret"])
async def test_somebody_elses_campaign_is_not_there(house, act):
    foreign = campaign(house, centre="Centre Sud")
    async with browsing(house) as browser:
        await field(browser, house)
        path = f"/terrain/{foreign.id}/{act}"
        await browser.go("/terrain")
        proof = browser.proof
        page = await (browser.go(path) if act == "affiche.pdf" else browser.send(path, csrf=proof))
    assert page.status_code == 404
    assert state(house, foreign.token) == "ok"
    with house.store.reading() as tx:
        assert tx.db.execute(select(table(InvitationRow))).all() == []


# -- cards -----------------------------------------------------------------------------------------


def test_a_card_is_for_one_person_once_and_looking_never_uses_it(house):
    made = campaign(house)
    with house.store.transaction() as tx:
        first, second = outreach.create_invitations(tx, made.id, 2)
    for _ in range(3):
        assert state(house, first) == "ok"
    begin(house, made, 2, 0)
    with house.store.transaction() as tx:
        card = outreach.find(tx, first).invitation
        assert outreach.consume(tx, card, f"{made.id}0") is True
        assert outreach.consume(tx, card, f"{made.id}1") is False
    assert (state(house, first), state(house, second)) == ("used", "ok")
    with house.store.reading() as tx:
        used = table(InvitationRow).c.interview_id
        assert tx.db.execute(select(used).where(used.is_not(None))).scalars().all() == [
            f"{made.id}0"
        ]
    assert state(house, "no-such-card") is None


def test_cards_cannot_be_guessed_and_are_not_kept(house):
    made = campaign(house)
    with house.store.transaction() as tx:
        tokens = outreach.create_invitations(tx, made.id, 500)
        kept = str(tx.db.execute(text("SELECT * FROM invitation")).all())
    assert len(set(tokens)) == 500 and all(len(each) >= 22 for each in tokens)
    assert not [each for each in tokens if each in kept]


def test_a_campaign_ends_on_its_day(house):
    made = campaign(house, until=int(house.clock.now) + 3600)
    assert state(house, made.token) == "ok"
    house.clock.now += 3601
    assert state(house, made.token) == "expired"


async def test_stopping_closes_the_poster_and_every_card(house):
    made = campaign(house)
    with house.store.transaction() as tx:
        (card,) = outreach.create_invitations(tx, made.id, 1)
    async with browsing(house) as browser:
        await field(browser, house)
        page = await browser.send(f"/terrain/{made.id}/arret")
        assert "arrêtée" in page.text and made.token not in page.text
        assert (await browser.go(f"/terrain/{made.id}/affiche.pdf")).status_code == 404
    assert (state(house, made.token), state(house, card)) == ("expired", "revoked")


async def test_a_poster_and_a_sheet_of_cards_are_printed(house):
    made = campaign(house, "Forum de la place des Fêtes")
    async with browsing(house) as browser:
        await field(browser, house)
        poster = await browser.go(f"/terrain/{made.id}/affiche.pdf")
        await browser.go("/terrain")
        cards = await browser.send(f"/terrain/{made.id}/cartes.pdf")
    for pdf, name in ((poster, "affiche"), (cards, "cartes")):
        assert pdf.headers["content-type"] == "application/pdf"
        assert pdf.headers["content-disposition"] == f'inline; filename="{name}.pdf"'
        assert pdf.headers["cache-control"] == "no-store"
    printed = PdfReader(io.BytesIO(poster.content))
    assert len(printed.pages) == 1 and made.token in printed.pages[0].extract_text()
    assert len(PdfReader(io.BytesIO(cards.content)).pages) == 1
    with house.store.reading() as tx:
        assert len(tx.db.execute(select(table(InvitationRow))).all()) == 24


# -- counts ----------------------------------------------------------------------------------------


@given(started=st.integers(0, 400), share=st.floats(0, 1))
def test_no_small_number_is_shown_nor_can_be_worked_out(started, share):
    finished = round(started * share)
    shown = outreach.safe(started, finished)
    small = range(1, SMALLEST)
    assert shown.started not in small and shown.finished not in small
    if shown.started is not None and shown.finished is not None:
        assert shown.started - shown.finished not in small
        assert (shown.started, shown.finished) == (started, finished)
    assert not (shown.started is None and shown.finished is not None)


@pytest.mark.parametrize(
    ("started", "finished", "told"),
    [(0, 0, ["0", "0"]), (10, 10, ["moins de 11", "moins de 11"]),
     (11, 11, ["11", "11"]), (30, 12, ["30", "12"]), (30, 5, ["30", "masqué"]),
     (30, 25, ["30", "masqué"]), (30, 0, ["30", "0"])],
)  # fmt: skip
async def test_the_page_shows_what_may_be_shown(house, started, finished, told):
    begin(house, campaign(house), started, finished)
    async with browsing(house) as browser:
        page = await field(browser, house)
    assert re.findall(r"<dd>(.*?)</dd>", page.text) == told


async def test_practice_is_never_counted(house):
    made = campaign(house, demo=True)
    begin(house, made, 40, 20, demo=True)
    house.clock.now += 60
    mixed = campaign(house, "Forum 2")
    begin(house, mixed, 40, 20, demo=True)
    async with browsing(house) as browser:
        page = await field(browser, house)
    assert re.findall(r"<dd>(.*?)</dd>", page.text) == ["0", "0", "–"]
    assert "entraînement" in page.text
    me = signed_in(house, house.account("d@example.org", centre=CENTRE))
    with house.store.reading() as tx:
        assert {counts for _, counts in outreach.campaigns(tx, me)} == {Counts(0, 0)}
