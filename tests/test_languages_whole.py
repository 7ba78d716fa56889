"""Somebody of each language, from the first page to the code, in Chromium and on Telegram.

One age band a language, in turn, so that all four are walked through. Nobody has reviewed these
translations: mood, violence and scores are kept for the visit, urgent words come in French too.
"""

from __future__ import annotations

import re

import pytest

import locales
from bot.channels.telegram.intake import CAN
from bot.messages import Said
from bot.phrases import PHRASES
from flows.model import BANDS, Question
from tests.professionals import chromium
from tests.serving import AGES, usual
from tests.telegram_world import World, telegram
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
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("whole")) as opened:
        yield opened


@pytest.mark.parametrize(("language", "band"), WALKS)
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


@pytest.mark.parametrize("language", OTHERS)
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


# -- on Telegram -------------------------------------------------------------------------------


class Walker:
    """Taps where there is a button in their language, types where there is none."""

    def __init__(self, world: World, language: str, band: str) -> None:
        self.world, self.texts, self.said = world, locales.texts(language), said_by(band)
        self.asked: set[str] = set()

    async def walk(self) -> None:
        await self.world.type("/start")
        await self.world.tap(locales.NAMES[self.texts.language])
        await self.world.tap(self.phrase("begin"))
        for _ in range(120):
            view = await self.world.service.desk.view("telegram", str(self.world.person.chat), CAN)
            assert view is not None
            if (waiting := view.position.waiting) is None:
                return
            self.asked.add(waiting.id)
            await self.answer(waiting, view.labels(waiting))
        raise AssertionError("it never ends")

    async def answer(self, waiting: Question, labels: dict[str, str]) -> None:
        value = self.said.get(waiting.id) or usual(waiting.id)
        if isinstance(value, tuple):
            for each in value:
                await self.world.tap(labels.get(each) or self.phrase("skip"))
            if value[0] in labels:
                await self.world.tap(self.phrase("done"))
        elif value in labels:
            await self.world.tap(labels[value])
        elif value == "skipped":
            await self.world.tap(self.phrase("skip"))
        else:
            await self.world.type(value)

    def phrase(self, key: str) -> str:
        return self.texts.gettext("bot", PHRASES[key])


@pytest.mark.parametrize(("language", "band"), WALKS[1:] + WALKS[:1])
async def test_a_whole_interview_on_telegram(tmp_path, language, band):
    async with telegram(tmp_path, "polling") as world:
        walker = Walker(world, language, band)
        await walker.walk()
        texts = [each.text for each in world.person.messages]
        kept = world.interview
        assert world.emulator.refused == []
    assert walker.asked & DELICATE == set()
    assert kept is not None and kept.language == language
    assert any(re.search(r"\w{5} \w{5}", each) for each in texts[-3:])
    if band in ("60-65", "70-75"):
        assert any("Français\u00a0:" in each and "appelez le 15" in each for each in texts)
