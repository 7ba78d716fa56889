"""Screens within Telegram's limits: texts, labels and button data, for all we can ever show."""

from __future__ import annotations

import msgspec
import pytest

import locales
from bot.channels.telegram.intake import CAN
from bot.channels.telegram.keyboards import messages, split
from bot.doorstep import opening
from bot.messages import Choice, Line, Screen
from bot.phrases import SECTIONS
from bot.questions import question_screen
from bot.rendering import Page, View, render
from bot.say import Say
from flows import engine
from flows.loading import load
from flows.model import Interview
from restitution.library import load as load_library
from store.codes import new_token

SHELF, LIBRARY = load(), load_library()
PAGE = Page("https://bilan.example.org")


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def view(language: str, band: str | None = None) -> View:
    """As somebody sees it who answers in the chat."""
    interview = Interview("one", language, 0, in_chat=True)
    position = engine.replay(SHELF, interview)
    if band:
        position = msgspec.structs.replace(position, questionnaire=SHELF.questionnaires[band])
    return View(SHELF, interview, position, locales.texts(language), CAN, PAGE, LIBRARY)


def check(screen: Screen) -> None:
    """Everything in it is taken by Telegram."""
    for sent in messages(screen):
        assert 0 < units(sent.text) <= 4096
        rows = sent.keyboard.inline_keyboard if sent.keyboard else []
        assert all(1 <= len(row) <= 4 for row in rows)
        for button in (button for row in rows for button in row):
            assert 0 < len(button.text) <= 64
            assert button.url or 1 <= len((button.callback_data or "").encode()) <= 64


@pytest.mark.parametrize("language", locales.offered())
def test_every_question_of_every_band_fits(language):
    for band in SHELF.questionnaires:
        seen = view(language, band)
        for question in SHELF.questionnaires[band].questions:
            check(question_screen(seen, Say("question", question.id)))
            check(render(seen, Say("help", question.id)))


@pytest.mark.parametrize("language", locales.offered())
def test_every_urgent_card_fits_even_all_of_them_together(language):
    items = tuple(f"{name}/{card.id}" for name, each in SHELF.alerts.items() for card in each.cards)
    for item in items:
        check(render(view(language), Say("cards", items=(item,))))
    check(render(view(language), Say("cards", items=items)))


@pytest.mark.parametrize("language", locales.offered())
def test_the_start_screen_carries_the_longest_invitation(language):
    check(opening(view(language), new_token(), "Forum"))


def test_a_button_to_change_any_answer_fits():
    choices = [Choice("x", f"/change {each}", kind="action") for each in SHELF.questions]
    choices += [Choice("x", f"/change @{each}", kind="action") for each in SECTIONS]
    for each in choices:
        check(Screen("info", "x", choices=(each,)))


@pytest.mark.parametrize("text", ["a" * 5000, "é\n" * 4000, "😀" * 3000, "", "x\n" + "y" * 4096])
def test_long_texts_are_cut_within_telegram_s_limit(text):
    parts = split(text)

    assert all(units(part) <= 4096 for part in parts)
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")


def test_a_long_summary_is_cut_between_its_lines_and_its_buttons_stand_under_the_last():
    lines = tuple(Line(f"q{each}", f"Question {each} ?", "Oui " * 20, f"Partie {each // 10}")
                  for each in range(90))  # fmt: skip
    screen = Screen("summary", "Vérifiez.", choices=(Choice("Tout est bon", "x"),), lines=lines)
    sent = messages(screen)

    assert len(sent) > 1
    assert [each.keyboard is not None for each in sent] == [False] * (len(sent) - 1) + [True]
    shown = "\n".join(each.text for each in sent).split("\n")
    assert [each for each in shown if each.startswith("·")] == [
        f"· {line.asked} {line.said}" for line in lines]  # fmt: skip


@pytest.mark.parametrize("url", ["tel:3114", "sms:114", "http://localhost/x", "http://127.0.0.1"])
def test_an_address_telegram_refuses_stands_in_the_text_instead(url):
    (sent,) = messages(Screen("info", "Appelez.", choices=(Choice("Appeler", "", url=url),)))

    assert url in sent.text
    assert sent.keyboard is None
