"""The directory as professionals meet it: the page, the API."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from store import places
from tests.professionals import House, browsing, caller, chromium, served
from tests.test_directory import FRANCE


def fill(house: House) -> None:
    kept = [{k: v for k, v in asdict(it).items() if k not in ("use", "national")}
            for it in FRANCE.places]  # fmt: skip
    with house.store.transaction() as tx:
        places.replace(tx, kept)


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


async def test_whoever_is_signed_in_searches_the_directory(house):
    fill(house)
    async with caller(house) as client:
        assert (await client.get("/api/v1/directory")).status_code == 401
    async with caller(house, house.account(role="outreach")) as client:
        answer = await client.get("/api/v1/directory?theme=tobacco&near=59000&free=true")
    made = answer.json()
    assert [each["place"]["name"] for each in made["local"]] == ["csapa"]
    assert made["local"][0]["place"]["languages"] == ["fr", "ar"]
    assert [each["place"]["id"] for each in made["national"]] == ["tabac_3989"]
    assert made["total"] == 1 and made["known"] and made["themes"]["tobacco"] == "Tabac"


@pytest.mark.parametrize(
    ("query", "status"),
    [("theme=unknown", 422), ("km=-1", 422), ("limit=0", 422), ("near=" + "x" * 81, 422),
     ("theme=tobacco&theme=nutrition", 200), ("near=%00", 200)],
)  # fmt: skip
async def test_a_search_that_makes_no_sense_is_refused(house, query, status):
    async with caller(house, house.account()) as client:
        assert (await client.get(f"/api/v1/directory?{query}")).status_code == status


async def test_the_page_finds_places_by_a_plain_form_and_marks_what_is_old(house):
    fill(house)
    house.account()
    async with browsing(house) as browser:
        assert "Espace des professionnels" in (await browser.go("/pro/annuaire")).text
        await browser.sign_in()
        assert 'href="/pro/annuaire"' in browser.page.text
        tobacco = (await browser.go("/pro/annuaire?theme=tobacco&near=Lille")).text
        unknown = (await browser.go("/pro/annuaire?near=Atlantis")).text
        odd = await browser.go("/pro/annuaire?theme=<script>&language=zzzzzz&free=")
    assert "csapa" in tobacco and "tabacologue" in tobacco and "st denis" not in tobacco
    assert "Relu le 10/11/2025, il y a plus de 12 mois" in tobacco and "Jamais relu" in tobacco
    assert "39" in tobacco and "Tabac info service" in tobacco
    assert "Aucun lieu de l&#39;annuaire" in unknown or "Aucun lieu de l'annuaire" in unknown
    assert odd.status_code == 200 and "<script>&" not in odd.text


async def test_an_empty_directory_still_names_national_resources(house):
    house.account()
    async with browsing(house) as browser:
        await browser.sign_in()
        page = (await browser.go("/pro/annuaire?theme=tobacco")).text
    assert "Pas encore de lieu local" in page and "Tabac info service" in page


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_a_phone_and_a_desk_without_script(tmp_path, width):
    with served(tmp_path) as (house, base), chromium() as browser:
        fill(house)
        house.account()
        context = browser.new_context(viewport={"width": width, "height": 800},
                                      java_script_enabled=False)  # fmt: skip
        page = context.new_page()
        page.goto(f"{base}/pro")
        page.fill("#email", "c@example.org")
        page.fill("#password", "a-long-password")
        page.click("#door button")
        page.click("text=Annuaire")
        page.select_option("#theme", "addictions")
        page.fill("#near", "Lille")
        page.click("text=Chercher")
        assert page.locator(".places li").count() >= 4
        size = page.locator("body").bounding_box()
        assert size is not None and size["width"] <= width
        assert page.locator("main").bounding_box()["width"] <= width
        page.screenshot(path=str(tmp_path / f"annuaire-{width}.png"), full_page=True)
