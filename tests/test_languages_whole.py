"""Somebody of each language, from the first page to the code, in Chromium and on Telegram.

One age band a language, in turn, so that all four are walked through. Nobody has reviewed these
translations: mood, violence and scores are kept for the visit, urgent words come in French too.
"""

from __future__ import annotations

import pytest

import locales
from bot.messages import Said
from flows.model import BANDS
from tests.sampling import WHOLE, few
from tests.serving import AGES, usual
from tests.web_patients import Phone, answers, open_house

OTHERS = tuple(each for each in locales.NAMES if each != "fr")
WALKS = [(language, BANDS[place % 4]) for place, language in enumerate(OTHERS)]
SAID: dict[str, Said] = {
    "sex": "woman", "height_m": "1,65", "weight_kg": "61,5", "fruit_veg": "rarely",
    "chest_pain_effort": "yes", "chosen_name": "skipped", "tobacco_status": ("smokes",),
}  # fmt: skip
DELICATE = {"private_ready", "phq4_nervous", "phq4_sad", "suicidal_history", "violence_victim",
            "chest_pain_follow_up"}  # fmt: skip


def said_by(band: str) -> dict[str, Said]:
    return {**SAID, "age": AGES[band]}


# -- in Chromium -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("whole")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("language", "band"), WALKS if WHOLE else [it for it in WALKS if it[0] in ("ar", "ta")]
)
def test_a_whole_interview_on_the_web(browser, house, language, band):
    phone = Phone(browser, house.base, java_script_enabled=False)
    phone.begin(f"/?language={language}")
    html = phone.page.locator("html")
    assert html.get_attribute("lang") == language
    assert html.get_attribute("dir") == locales.direction(language)
    asked, french = set(), ""
    while (waiting := phone.waiting) is not None:
        asked.add(waiting)
        phone.answer(said_by(band).get(waiting) or usual(waiting))
        if phone.page.locator(".urgent [lang=fr]").count():
            french = phone.page.locator(".urgent").first.inner_text()
    token = phone.token
    assert asked & DELICATE == set()
    assert answers(house, token)["weight_kg"] == 61.5
    assert len(phone.code) == 10
    if band in ("60-65", "70-75"):
        assert "appelez le 15" in french
    assert phone.troubles == []
    phone.context.close()


@pytest.mark.parametrize("language", few(OTHERS, 3))
def test_twelve_languages_stay_easy_to_choose_on_a_phone(browser, house, language):
    phone = Phone(browser, house.base).open(f"/?language={language}")
    links = phone.page.locator("nav.tongues a")
    assert links.count() == len(locales.NAMES)
    for place in range(links.count()):
        link = links.nth(place)
        code = link.get_attribute("lang")
        assert link.inner_text() == locales.NAMES[code]
        assert link.get_attribute("dir") == locales.direction(code)
        assert link.bounding_box()["height"] >= 44
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    phone.context.close()
