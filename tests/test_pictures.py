"""Pictograms: beside words that say the same, in the colours of the page, light to load."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from bot.channels.web import assets, pictures
from flows.loading import load
from tests.web_patients import TOLD, Phone, met, open_house

SHELF = load()
READ = pictures.read()
SHEET = assets.named("pictures.svg", pictures.sheet())
NAMES = set(re.findall(r'<symbol id="(\w+)"', SHEET.plain.decode()))
USED = {*READ.themes.values(), *(name for each in READ.answers.values() for name in each.values())}
STEPS = {"start", "closing", "help", "after_alert"}
"""Parts of the conversation, not themes of health."""
ALONE = """() => [...document.querySelectorAll('svg.pic')].filter(it => {
  const words = it.parentElement.innerText.trim();
  const hidden = it.getAttribute('aria-hidden') === 'true';
  return !words || !hidden || it.getBoundingClientRect().width < 20;
}).length"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("pictures")) as opened:
        yield opened


def test_every_theme_has_a_pictogram():
    themes = {each.theme for band in SHELF.questionnaires.values() for each in band.questions}
    assert themes - STEPS == set(READ.themes)


def test_every_pictogram_named_is_there_and_each_one_is_used():
    assert USED == NAMES


def test_every_answer_with_a_pictogram_exists():
    for question, answers in READ.answers.items():
        asked = [band.find(question) for band in SHELF.questionnaires.values()]
        offered = {value for each in asked if each for value in each.values}
        assert set(answers) <= offered, question


def test_no_private_question_has_one():
    assert not [each for each in READ.answers if SHELF.questions[each].private]


def test_the_sheet_is_small_and_takes_the_colour_of_the_page():
    ET.fromstring(SHEET.plain)
    assert len(SHEET.small) < 10 * 1024
    for forbidden in (b"fill=", b"stroke=", b"style=", b"<script", b"href", b"#"):
        assert forbidden not in SHEET.plain.replace(b'fill-rule="', b""), forbidden


def test_the_licence_travels_with_them():
    licence = (pictures.FOLDER / "LICENSE").read_text(encoding="utf-8")
    assert "MIT License" in licence
    assert "https://healthicons.org" in licence


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("question", ["sex", "personal_history", "tobacco_status", "priorities"])
def test_a_pictogram_always_stands_beside_words(browser, house, question, language):
    phone = Phone(browser, house.base, met(house, TOLD, question)).open("/chat")
    phone.command(f"/language {language}")
    assert phone.page.locator("svg.pic").count() >= 3
    assert phone.page.evaluate(ALONE) == 0
    assert phone.troubles == []
    phone.context.close()


@pytest.mark.parametrize("colours", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_a_pictogram_has_the_colour_of_the_words(browser, house, colours):
    phone = Phone(browser, house.base, met(house, TOLD, "sex"), **colours).open("/chat")
    fill, words = phone.page.evaluate("""() => {
      const it = document.querySelector('.answer .pic');
      return [getComputedStyle(it).fill, getComputedStyle(it.parentElement).color];
    }""")
    assert fill == words
    phone.context.close()


def test_the_sheet_is_asked_once_and_kept(browser, house):
    phone = Phone(browser, house.base, met(house, TOLD, "sex")).open("/chat")
    phone.page.wait_for_load_state("networkidle")
    kept = phone.context.request.get(house.base + SHEET.address).headers
    assert "immutable" in kept["cache-control"]
    assert kept["content-type"].startswith("image/svg+xml")
    # Whoever asks again (a worker that keeps it, another picture) asks for the same file.
    assert {each for each in phone.asked if "/w/pictures" in each} == {house.base + SHEET.address}
    phone.context.close()
