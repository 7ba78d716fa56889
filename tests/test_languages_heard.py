"""What people type in their own language and script, and worrying words among idioms."""

from __future__ import annotations

from functools import cache

import pytest

import locales
from flows import reading
from flows.files import read_yaml
from flows.folding import fold
from flows.loading import load
from flows.vocabulary import heard, twice
from flows.words import FOLDER, _files, spoken
from tests.people import FOLDER as PEOPLE

SHELF = load()
YEAR = 2026
CASES = read_yaml(PEOPLE.parent / "cases" / "heard.yaml")
ASKED = {"yes": "family_doctor", "no": "family_doctor", "dont_know": "family_doctor",
         "skipped": "family_doctor"}  # fmt: skip
MEASURED = {"height": "height_m", "weight": "weight_kg", "age": "age"}


@cache
def labels(question: str, language: str) -> dict[str, str]:
    gettext = locales.texts(language).gettext
    return {it.value: gettext(question, it.label) for it in SHELF.questions[question].options}


def read(question: str, said: str, language: str) -> reading.Read:
    asked = SHELF.questions[question]
    return reading.read(asked, said, labels(question, language), YEAR, language=language)


@pytest.mark.parametrize(
    ("language", "meaning", "said"),
    [(language, meaning, said) for language, each in CASES.items()
     for meaning in ASKED for said in each[meaning]],
)  # fmt: skip
def test_yes_no_dont_know_and_skip_in_ones_own_words(language, meaning, said):
    assert read(ASKED[meaning], said, language) == reading.Read(meaning)


@pytest.mark.parametrize(
    ("language", "question", "value", "said"),
    [(language, question, float(value), said) for language, each in CASES.items()
     for kind, question in MEASURED.items() for value, words in each[kind].items()
     for said in words],
)  # fmt: skip
def test_sizes_weights_and_ages_in_ones_own_words_and_digits(language, question, value, said):
    assert read(question, said, language) == reading.Read(value)


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [(language, name, said) for language, each in CASES.items()
     for name, words in each["commands"].items() for said in words],
)  # fmt: skip
def test_commands_in_ones_own_words(language, name, said):
    assert reading.command(said, language) == reading.Command(name)


@pytest.mark.parametrize(
    ("alert", "said"),
    [(alert, said) for each in CASES.values()
     for alert, words in each["distress"].items() for said in words],
)  # fmt: skip
def test_worrying_words_show_their_card_in_every_language(alert, said):
    assert alert in SHELF.distress.caught(said)
    assert alert in SHELF.distress.caught(said.upper())


@pytest.mark.parametrize("said", [said for each in CASES.values() for said in each["idioms"]])
def test_idioms_mourning_and_denials_show_none_in_any_language(said):
    assert SHELF.distress.caught(said) == ()


def test_the_tables_are_long_enough_to_mean_something():
    assert set(CASES) == set(locales.NAMES) - {"fr", "en", "ar"}
    for language, each in CASES.items():
        said = [word for part in ("yes", "no", "dont_know", "skipped") for word in each[part]]
        said += [word for part in ("commands", "height", "weight", "age")
                 for words in each[part].values() for word in words]  # fmt: skip
        assert len(said) >= 25, language
        assert sum(map(len, each["distress"].values())) >= 6, language
        assert len(each["idioms"]) >= 4, language


# -- several languages at once -----------------------------------------------------------------


@pytest.mark.parametrize("language", locales.NAMES)
def test_ones_own_yes_and_no_are_never_taken_by_another_language(language):
    own = next(each for each in _files(FOLDER) if each.language == language)
    assert all(reading.agreement(each, language) is True for each in own.yes)
    assert all(reading.agreement(each, language) is False for each in own.no)


@pytest.mark.parametrize("spoken_in", ["fr", *CASES])
def test_a_yes_of_any_language_is_never_a_no_elsewhere(spoken_in):
    for language, each in CASES.items():
        for said in each["yes"]:
            assert reading.agreement(said, spoken_in) is not False, (language, said)
        for said in each["no"]:
            assert reading.agreement(said, spoken_in) is not True, (language, said)


def test_somebody_answering_in_french_is_heard_in_their_first_language():
    heard_in_french = [read("family_doctor", said, "fr").value
                       for said in ("да", "ні", "是的", "இல்லை", "হ্যাঁ", "evet", "sim")]  # fmt: skip
    assert heard_in_french == ["yes", "no", "yes", "no", "yes", "yes", "yes"]


def test_little_words_of_other_languages_stay_away():
    """« o » is « or » in Spanish, a yes in French; « on » is ten in Turkish."""
    assert reading.agreement("o", "fr") is True
    assert reading.agreement("o", "es") is None
    assert "on" in spoken("tr").spelt
    assert "on" not in spoken("fr").spelt


def test_a_word_with_two_answers_in_one_language_is_named():
    file = _files(FOLDER)[0]
    mixed = file.model_copy(update={"yes": ["ok"], "no": ["ok"]})
    assert any("« ok » is both no and yes" in each for each in twice(mixed))


def test_two_other_languages_that_disagree_are_both_asked_again():
    files = {each.language: each for each in _files(FOLDER)}
    one = files["es"].model_copy(update={"yes": ["zzz"]})
    other = files["tr"].model_copy(update={"no": ["zzz"]})
    made = heard([files["fr"], one, other], "fr")
    assert not any("zzz" in (*each.yes, *each.no) for each in made)


# -- scripts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "folded"),
    [
        ("அம்மா", "அம்மா"),
        ("தெரியாது", "தெரியாது"),
        ("হ্যাঁ", "হ্যাঁ"),
        ("৭২", "72"),
        ("௧௨", "12"),
        ("٧٢", "72"),
        ("７２．５", "72.5"),
        ("Ёлка", "елка"),
        ("İSTANBUL", "istanbul"),
        ("Não", "nao"),
    ],
)
def test_scripts_are_kept_readable(said, folded):
    assert fold(said) == folded
    assert fold(fold(said)) == fold(said)


def test_bengali_letters_written_two_ways_are_one():
    assert fold("\u09dc") == fold("\u09a1\u09bc")
    assert fold("\u0bca") == fold("\u0bc6\u0bbe")
