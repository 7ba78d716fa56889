"""Every letter of every language is in the fonts we ship: a missing one would spoil a paper."""

from __future__ import annotations

import pytest

import locales
from restitution import documents
from restitution.glyphs import drawn
from restitution.typography import UNREADABLE, printable
from tests.printing import read, titled

INVISIBLE = set("\n\u2066\u2067\u2068\u2069\u200c\u200d\u200b")
OTHERS = tuple(each for each in locales.NAMES if each != "fr")


def said_in(language: str) -> list[str]:
    return list(locales.texts(language).entries.values())


@pytest.mark.parametrize("language", OTHERS)
def test_every_letter_of_every_text_is_drawn(language):
    letters = {letter for text in said_in(language) for letter in text} - INVISIBLE
    assert letters - drawn() == set()
    assert [text for text in said_in(language) if UNREADABLE in printable(text)] == []


@pytest.mark.parametrize("language", locales.NAMES)
def test_every_text_is_printed_in_a_conforming_document(language):
    """PDF/UA-1 is left as soon as the document engine misses one letter."""
    texts = locales.texts(language).gettext
    lines = said_in(language) or list(locales.NAMES.values())
    made = documents.data_pdf([(each, each) for each in lines], lines[:3], texts, language)
    assert titled(made) and b"pdfuaid" in made


def test_each_language_names_itself_on_paper():
    assert printable(" ".join(locales.NAMES.values())) == " ".join(locales.NAMES.values())


@pytest.mark.parametrize(
    "typed", ["龘靐齉 名", "ภาษาไทย", "𝕳𝖊𝖑𝖑𝖔", "🫠🫠", "\u0301\u0301\u0301", "\ue000\x07"]
)
def test_what_a_person_types_never_stops_their_paper(typed):
    """A letter no font of ours has is marked, and the rest is printed."""
    texts = locales.texts("zh").gettext
    made = documents.data_pdf([("您的名字？", f"前 {typed} 后")], (), texts, "zh")
    assert titled(made)
    said = read(made).text
    assert "前" in said and "后" in said
