"""axe-core on every kind of page a professional opens, the brief with a keyboard alone."""

from __future__ import annotations

import pytest

from tests.axe import SEEN, complaints, record
from tests.professionals import PASSWORD, chromium, person, served

CENTRE = "Centre Nord"
WIDTHS = [1280, 390]


READER, ADMIN, AUDITOR, NOBODY = "c@example.org", "a@example.org", "t@example.org", ""


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """A served house with one brief, and who opens its pages; axe goes past the pages' policy."""
    with served(tmp_path_factory.mktemp("axe")) as (house, base), chromium() as browser:
        house.account(READER, centre=CENTRE)
        house.account(ADMIN, centre=CENTRE, role="admin")
        house.account(AUDITOR, centre=CENTRE, role="auditor")
        brief_id, code = house.share(
            person("Sandrine", chosen_name="Sandrine D.", family_doctor="no"), CENTRE
        )
        found: list[int] = []
        pages = {who: _signed_in(browser, base, who) for who in (READER, ADMIN, AUDITOR, NOBODY)}
        yield pages, base, brief_id, code, found
        record("professionals", len(PAGES), ["light", "dark", "large", *map(str, WIDTHS)],
               sum(found))  # fmt: skip


def _signed_in(browser, base, who):
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    if who:
        page.goto(f"{base}/pro/connexion")
        page.fill("#email", who)
        page.fill("#password", PASSWORD)
        page.click("#door button")
        page.wait_for_url(lambda url: "connexion" not in url)
    return page


PAGES = {
    "sign in": (NOBODY, "/pro/connexion"), "forgotten": (NOBODY, "/pro/oubli"),
    "list": (READER, "/pro"), "brief": (READER, "/pro/bilan/{}"),
    "plan": (READER, "/pro/bilan/{}/plan"), "tests": (READER, "/pro/bilan/{}/tests"),
    "test": (READER, "/pro/bilan/{}/test/gad7"),
    "why": (READER, "/pro/bilan/{}/pourquoi/sleep_bad"), "directory": (READER, "/pro/annuaire"),
    "account": (READER, "/pro/compte"), "proof": (READER, "/pro/compte/preuve"),
    "outreach": (READER, "/terrain"), "team": (ADMIN, "/pro/equipe"),
    "contested": (ADMIN, "/pro/signalements"), "trace": (AUDITOR, "/pro/trace"),
    "description": (READER, "/api/docs"),
}  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong(street, name, width):
    pages, base, brief_id, _, seen = street
    who, path = PAGES[name]
    page = pages[who]
    page.set_viewport_size({"width": width, "height": 800})
    answer = page.goto(base + path.format(brief_id))
    assert answer.status == 200
    found = complaints(page)
    seen.append(len(found))
    assert found == []


@pytest.mark.parametrize("name", PAGES)
def test_nor_in_the_dark_nor_in_large_text_with_everything_unfolded(street, name):
    pages, base, brief_id, _, seen = street
    who, path = PAGES[name]
    page = pages[who]
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="dark")
    page.goto(base + path.format(brief_id))
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = complaints(page, SEEN)
    page.emulate_media(color_scheme="light")
    page.evaluate("document.documentElement.style.fontSize = '150%'")
    found += complaints(page, SEEN)
    seen.append(len(found))
    assert found == []


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_the_first_blocks_stand_where_they_must(street, width):
    pages, base, brief_id, _, _ = street
    page = pages[READER]
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{base}/pro/bilan/{brief_id}")
    most = 800 if width == 1280 else 1600
    boxes = [page.locator(each).bounding_box() for each in
             ("#who", "#who .button", "#alone", "#wants", "#signals")]  # fmt: skip
    assert all(each["y"] >= 0 and each["y"] + each["height"] <= most for each in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_code_a_brief_and_what_was_confided_open_with_the_keyboard_alone(street):
    pages, base, brief_id, code, _ = street
    page = pages[READER]
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
