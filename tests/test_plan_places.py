"""Places of the operator's directory, chosen into a plan and named beside a brief."""

from __future__ import annotations

import re

import pytest

from tests.professionals import House, browsing, person
from tests.test_directory_pages import fill
from tests.test_plan_pages import CENTRE, kept, press


@pytest.fixture
async def smoker(tmp_path):
    """A smoker's brief, and a practitioner signed in, with a directory or without one."""
    house = House(tmp_path)
    house.account(centre=CENTRE)
    brief_id, _ = house.share(person("Marc"), CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        yield house, browser, brief_id
    house.writer.close()


async def test_a_place_near_the_person_is_chosen_into_their_plan(smoker):
    house, browser, brief_id = smoker
    fill(house)
    await browser.go(f"/pro/bilan/{brief_id}/plan")
    page = await press(browser, brief_id, do="near", near="Lille")
    assert "near=Lille" in str(page.url)
    group = re.search(r'<optgroup label="Près de Lille">(.*?)</optgroup>', page.text, re.S)[1]
    origin = re.search(r'value="(place:[^"]+)"', group)[1]
    page = await press(browser, brief_id, do="save:0", r0__pick_resources=origin)
    assert "csapa" in page.text
    lines = kept(house, brief_id)[-1][3].rows[0].resources
    assert [each.origin for each in lines if each.origin.startswith("place:")] == [origin]


@pytest.mark.parametrize("near", ["", "   ", "Atlantis"])
async def test_an_unknown_town_offers_nothing_and_loses_nothing(smoker, near):
    house, browser, brief_id = smoker
    fill(house)
    await browser.go(f"/pro/bilan/{brief_id}/plan")
    page = await press(browser, brief_id, do="near", near=near, r0__words="pas le temps")
    assert page.status_code == 200 and "Près de" not in page.text
    assert "pas le temps" in page.text


async def test_the_brief_leads_to_the_places_its_signals_call_for(smoker):
    _, browser, brief_id = smoker
    page = await browser.go(f"/pro/bilan/{brief_id}")
    assert 'href="/pro/annuaire?theme=tobacco"' in page.text
    assert f'href="/pro/bilan/{brief_id}/pourquoi/smoker"' in page.text
    for each in re.findall(r'href="(/pro/annuaire\?theme=\w+)"', page.text):
        assert (await browser.go(each)).status_code == 200
