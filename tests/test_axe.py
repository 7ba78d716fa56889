"""axe-core on every kind of page a professional opens, the brief with a keyboard alone."""

from __future__ import annotations

import pytest

from tests.axe import complaints, record
from tests.professionals import PASSWORD, chromium, person, served

CENTRE = "Centre Nord"
WIDTHS = [1280, 390]


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """A served house with one brief, and a browser that lets axe in past the pages' own policy."""
    with served(tmp_path_factory.mktemp("axe")) as (house, base), chromium() as browser:
        house.account(centre=CENTRE)
        brief_id, code = house.share(
            person("Sandrine", chosen_name="Sandrine D.", family_doctor="no"), CENTRE
        )
        found: list[int] = []
        context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.goto(f"{base}/pro")
        page.fill("#email", "c@example.org")
        page.fill("#password", PASSWORD)
        page.click("#door button")
        page.wait_for_url(f"{base}/pro")
        yield page, base, brief_id, code, found
        record("professionals", len(PAGES), ["light", *map(str, WIDTHS)], sum(found))


PAGES = {
    "list": "/pro", "brief": "/pro/bilan/{}", "plan": "/pro/bilan/{}/plan",
    "tests": "/pro/bilan/{}/tests", "test": "/pro/bilan/{}/test/gad7",
    "why": "/pro/bilan/{}/pourquoi/sleep_bad", "directory": "/pro/annuaire",
    "account": "/pro/compte", "outreach": "/terrain", "description": "/api/docs",
}  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong(street, name, width):
    page, base, brief_id, _, seen = street
    page.set_viewport_size({"width": width, "height": 800})
    answer = page.goto(base + PAGES[name].format(brief_id))
    assert answer.status == 200
    found = complaints(page)
    seen.append(len(found))
    assert found == []


def test_nor_in_the_dark_nor_with_everything_unfolded(street):
    page, base, brief_id, *_ = street
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="dark")
    page.goto(f"{base}/pro/bilan/{brief_id}")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert complaints(page) == []
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_the_first_blocks_stand_where_they_must(street, width):
    page, base, brief_id, _, _ = street
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{base}/pro/bilan/{brief_id}")
    most = 800 if width == 1280 else 1600
    boxes = [page.locator(each).bounding_box() for each in
             ("#who", "#who .button", "#alone", "#wants", "#signals")]  # fmt: skip
    assert all(each["y"] >= 0 and each["y"] + each["height"] <= most for each in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_code_a_brief_and_what_was_confided_open_with_the_keyboard_alone(street):
    page, base, brief_id, code, _ = street
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{base}/pro")

    def reach(wanted):
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
                return
        raise AssertionError(f"{wanted} is out of the keyboard's reach")

    reach("#code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/pro/bilan/{brief_id}")
    reach("#who .button")
    reach("#alone > summary")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    assert page.locator("#alone").get_attribute("open") is not None
    reach("#signals summary")
