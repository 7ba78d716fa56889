"""Whoever answers for the readers sees the readings that patients say were not right."""

from __future__ import annotations

import pytest

from app import safekeeping
from store import access, accounts, consent
from store.retention import Policy, purge
from tests.professionals import House, browsing, person

CENTRE = "Centre Nord"


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


def contest(house, email, centre):
    """Somebody of this centre reads; the patient says it was not right. Gives the brief's id."""
    who = house.account(email, centre, name=f"Reader of {centre}")
    brief, code = house.share(person("Marc"))
    with house.store.transaction() as tx:
        access.open_by_code(tx, who, code)
        interview = access.readable(tx, _me(house, tx, who), brief).interview
        (reading,) = consent.readings(tx, interview)
        assert consent.contest(tx, interview, reading.number)
    return brief


def _me(house, tx, who):
    knock = accounts.knock(tx, "nobody@example.org")
    return accounts.signed_in(tx, accounts.sign_in(tx, who, knock.number))


@pytest.mark.parametrize("role", ["admin", "auditor"])
async def test_they_see_those_of_their_own_organisation_and_what_to_do(house, role):
    mine = contest(house, "n@example.org", CENTRE)
    other = contest(house, "s@example.org", "Centre Sud")
    house.account("x@example.org", CENTRE, role)
    async with browsing(house) as browser:
        page = await browser.sign_in("x@example.org")
        assert "/pro/signalements" in page.text
        page = await browser.go("/pro/signalements")
    assert "Reader of Centre Nord" in page.text and mine[:6] in page.text
    assert "Centre Sud" not in page.text and other[:6] not in page.text
    assert "Que faire" in page.text and "72 heures" in page.text
    assert "Marc" not in page.text


async def test_nothing_contested_is_said(house):
    house.account("x@example.org", CENTRE, "auditor")
    async with browsing(house) as browser:
        await browser.sign_in("x@example.org")
        assert "Aucune lecture signalée" in (await browser.go("/pro/signalements")).text


def test_the_operator_sees_those_of_readers_without_an_organisation_too(house):
    contest(house, "alone@example.org", None)
    said = []

    class Service:
        store = house.store

    safekeeping.audit(Service(), "contested", said.append)
    (line,) = said
    assert "Reader of None, infirmière: open by code" in line


def test_they_are_kept_as_long_as_the_trail(house):
    contest(house, "n@example.org", CENTRE)
    house.clock.now += Policy().audit - 10
    assert purge(house.store)["contested readings"] == 0
    house.clock.now += 20
    assert purge(house.store)["contested readings"] == 1
