"""Text fit for print: French spacing, right-to-left numbers, characters no font has, long words."""

from __future__ import annotations

import pytest

from restitution.glyphs import drawn
from restitution.typography import (
    _PLAINEST,
    LONGEST,
    clipped,
    french,
    numbers_left_to_right,
    printable,
    shortened,
)

NB, NNB = "\u00a0", "\u202f"


@pytest.mark.parametrize(("written", "printed"), [
    ("Âge : 47 ans", f"Âge{NB}: 47{NB}ans"),
    ("Vraiment ?", f"Vraiment{NNB}?"),
    ("Vraiment?", f"Vraiment{NNB}?"),
    ("« oui »", f"«{NB}oui{NB}»"),
    ("un ; deux !", f"un{NNB}; deux{NNB}!"),
    ("appelez le 09 72 39 40 50", f"appelez le 09{NB}72{NB}39{NB}40{NB}50"),
    ("16:30", "16:30"),
    ("https://sante.fr", "https://sante.fr"),
    ("l'oreille", "l'oreille"),
    ("2 verres par jour", f"2{NB}verres par jour"),
])  # fmt: skip
def test_french_spaces_hold_together(written: str, printed: str) -> None:
    assert french(written) == printed
    assert french(printed) == printed


@pytest.mark.parametrize(("written", "printed"), [
    ("اتصل 39 89", "اتصل \u206639\u00a089\u2069"),
    ("15", "\u206615\u2069"),
    ("3114 و 15", "\u20663114\u2069 و \u206615\u2069"),
    ("T4", "T4"),
    ("بين 60-65 سنة", "بين \u206660-65\u2069 سنة"),
    ("2,5", "\u20662,5\u2069"),
])  # fmt: skip
def test_numbers_keep_their_order_among_arabic_words(written: str, printed: str) -> None:
    assert numbers_left_to_right(written) == printed
    assert numbers_left_to_right(printed) == printed


@pytest.mark.parametrize(("written", "printed"), [
    ("Crohn", "Crohn"),
    ("  deux\n lignes\t", "deux lignes"),
    ("睡眠 et toux", "睡眠 et toux"),
    ("หลับ 龘 et toux", "[…] et toux"),
    ("😀🙏🏽 fatigue", "fatigue"),
    ("tension ≥ 14", "tension >= 14"),
    ("𝐟ièvre", "fièvre"),
    ("e\u0301te\u0301", "été"),
    ("\u202eenvers", "envers"),
    ("<b>gras</b> #let x = 1 *y*", "<b>gras</b> #let x = 1 *y*"),
    ("", ""),
    ("مرحبا", "مرحبا"),
])  # fmt: skip
def test_what_no_font_draws_is_told_or_left_out(written: str, printed: str) -> None:
    assert printable(written) == printed
    assert printable(printed) == printed


def test_a_pile_of_marks_never_covers_the_line_above() -> None:
    assert len(printable("e" + "\u0301" * 40)) <= 4


def test_a_word_too_long_may_turn_the_line_but_an_address_is_whole() -> None:
    assert "\u200b" in printable("a" * (LONGEST + 1))
    assert printable("a" * LONGEST) == "a" * LONGEST
    address = "https://bilan.example.org/r/abcdefghij"
    assert printable(address) == address


def test_the_plainest_characters_are_drawn_by_every_font_that_has_letters() -> None:
    plain = [chr(code) for code in range(32, 0x2100) if _PLAINEST.fullmatch(chr(code))]
    assert len(plain) > 150
    assert not [each for each in plain if each not in drawn()]


@pytest.mark.parametrize(("text", "most", "kept"), [
    ("Une phrase. Une autre, plus longue.", 40, "Une phrase. Une autre, plus longue."),
    ("Une phrase. Une autre, plus longue.", 20, "Une phrase."),
    ("Une seule phrase trop longue pour la place", 20, "Une seule phrase…"),
])  # fmt: skip
def test_whole_sentences_are_kept(text: str, most: int, kept: str) -> None:
    assert shortened(text, most) == kept


def test_what_is_cut_says_so() -> None:
    assert clipped("Mieux dormir, la nuit", 16) == "Mieux dormir…"
    assert clipped("court", 16) == "court"
