"""The translations: complete, and what must not change in translation has not changed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest
from babel.messages.pofile import read_po

import locales
from bot.channels.web.phones import Phones
from bot.phrases import PHRASES
from flows.loading import load as load_shelf
from locales.__main__ import template, untranslated
from locales.reviewing import stale
from restitution.library import load as load_library

OTHERS = tuple(each for each in locales.NAMES if each != "fr")
TEXTS = {(str(each.context), str(each.id)) for each in template() if each.id}
SHELF = load_shelf()
PHONES = Phones(load_library().resources.values())
SAME_AS_FRENCH = {
    "en": {
        "m",
        "kg",
        "Questions",
        "Cancer",
        "Mon bilan prévention",
        "Sante.fr",
        "Vaccination",
        "Nutrition",
        "Addictions",
    },
    "ro": {"Alcool", "Cancer", "Gratuit", "gratuit"},
}
"""Words that are the same in both languages, and names."""
SCRIPTS = {"ar": "ء-ي", "ru": "а-яё", "uk": "а-яіїєґ", "zh": "一-鿿", "ta": "அ-ஹ", "bn": "অ-হ"}
OWN_NAMES = {"Mon bilan prévention", "Sante.fr", "m", "kg", "100 % Santé"}


def catalogue(language: str):
    with (locales.FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


CATALOGUES = {language: catalogue(language) for language in OTHERS}


def pairs(language: str) -> list[tuple[str, str, str]]:
    """(context, French, translation), many of them: no test passes for want of any."""
    found = [(str(m.context), str(m.id), str(m.string)) for m in CATALOGUES[language] if m.id]
    assert len(found) > 1_000
    return found


# -- complete and up to date -------------------------------------------------------------------


def test_every_language_is_offered():
    assert locales.offered() == ("fr", *OTHERS)
    assert set(locales.NAMES) == {"fr", *OTHERS}


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_missing_fuzzy_or_left_over(language):
    # `python -m locales extract`, then `update`, then translate what `status` names.
    assert untranslated(CATALOGUES[language], template()) == []
    assert {(context, french) for context, french, _ in pairs(language)} == TEXTS


def test_the_template_is_up_to_date():
    with (locales.FOLDER / "messages.pot").open("rb") as file:
        assert {(str(each.context), str(each.id)) for each in read_po(file) if each.id} == TEXTS


@pytest.mark.parametrize("language", OTHERS)
def test_every_translation_says_who_read_it(language):
    statuses = {"status: machine", "status: drafted", "status: reviewed"}
    for each in CATALOGUES[language]:
        if each.id:
            assert statuses & set(each.user_comments), each.id
            assert not stale(each), each.id


# -- what a translation must keep --------------------------------------------------------------


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_kept(language):
    assert [french for _, french, said in pairs(language)
            if locales.placeholders(french) != locales.placeholders(said)] == []  # fmt: skip


def numbers(text: str) -> Counter[str]:
    """Every number, hours on 24; a lone 1 may be a word (« once a week »)."""
    text = re.sub(r"(?<=\d)[.:]00\b", "", text)  # « 9.00-23.00 »
    text = re.sub(r"\b(\d+) em \1\b", r"\1", text)  # « de 5 em 5 anos »
    text = re.sub(r"(\d+) (?:pm|مساءً|بعد الظهر)", lambda found: str(int(found[1]) + 12), text)
    found = Counter(re.findall(r"\d+(?:[.,]\d+)?", text.replace(",", ".")))
    return found - Counter({"1": found["1"]})


@pytest.mark.parametrize("language", OTHERS)
def test_ages_doses_hours_and_phone_numbers_are_kept(language):
    changed = [(french, said) for _, french, said in pairs(language)
               if numbers(french) != numbers(said)]  # fmt: skip
    assert changed == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_numbers_can_be_called(language):
    """« 6 pm » must not become a link to the fire brigade (18)."""
    changed = [(french, said) for _, french, said in pairs(language)
               if set(PHONES.found(french)) != set(PHONES.found(said))]  # fmt: skip
    assert changed == []


@pytest.mark.parametrize("language", OTHERS)
def test_addresses_are_kept(language):
    address = re.compile(r"\b[\w-]+(?:\.[\w-]+)*\.(?:fr|org|com)\b")
    changed = [(french, said) for _, french, said in pairs(language)
               if address.findall(french) != address.findall(said)]  # fmt: skip
    assert changed == []


@pytest.mark.parametrize("language", OTHERS)
def test_lines_are_kept(language):
    """A merged card drops the lines it has already said."""
    changed = [french for _, french, said in pairs(language)
               if french.count("\n") != said.count("\n")]  # fmt: skip
    assert changed == []


@pytest.mark.parametrize("language", OTHERS)
def test_nobody_reads_this_now_is_said_in_the_same_words_everywhere(language):
    nobody = PHRASES["nobody_reads"]
    said = locales.texts(language).gettext("bot", nobody)
    cards = [translated for _, french, translated in pairs(language) if nobody in french]
    assert len(cards) > 5
    assert all(said in each for each in cards)


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_stays_french(language):
    same = {french for context, french, said in pairs(language)
            if said == french and context != "band" and re.search(r"\w", french)}  # fmt: skip
    assert same - OWN_NAMES - SAME_AS_FRENCH.get(language, set()) == set()


@pytest.mark.parametrize(("language", "letters"), SCRIPTS.items())
def test_a_language_is_written_in_its_own_script(language, letters):
    assert [said for context, french, said in pairs(language)
            if context != "band" and not re.search(f"[{letters}]", said)
            and re.search(r"\w", re.sub(r"\{\w*\}", "", said))
            and french not in OWN_NAMES] == []  # fmt: skip


@pytest.mark.parametrize("language", OTHERS)
def test_labels_fit_a_button(language):
    labels = {(each.id, option.label) for it in SHELF.questionnaires.values()
              for each in it.questions for option in each.options}  # fmt: skip
    assert [said for context, french, said in pairs(language)
            if (context, french) in labels and width(said) > 40] == []  # fmt: skip


def width(text: str) -> int:
    """Letters that take room: signs stand above or below theirs, Chinese takes twice as much."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return wide + sum(unicodedata.category(each) != "Mn" for each in text)


@pytest.mark.parametrize("language", OTHERS)
def test_the_options_of_a_question_stay_apart(language):
    """Two options with one label could not be told apart."""
    said = {(context, french): text for context, french, text in pairs(language)}
    for it in SHELF.questionnaires.values():
        for each in it.questions:
            context = "go_on" if each.id.startswith("go_on_") else each.id
            labels = [said[context, option.label] for option in each.options]
            assert len(set(labels)) == len(labels), each.id
