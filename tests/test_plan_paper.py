"""The plan on paper: one page whatever is in it, readable, and nothing confidential."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest

import locales
from flows.model import BANDS, Band
from restitution import documents, plan_choices, ppp
from restitution.paper import SCREEN_ONLY, folded, tells
from restitution.paper_plan import Signed
from restitution.plan_text import plan_text
from restitution.ppp import Line, Plan
from restitution.ppp_edit import act
from tests.advising import rules
from tests.population import Person, patients

SIGNED = Signed(1, "Camille Martin", "infirmière", "26/11/2026")
SMALLEST = 7.5
PEOPLE = int(os.environ.get("PEOPLE", "8"))
"""Of each band; `make papers` prints two hundred."""
BOXES = tuple(
    Line(each.label, f"choice:{each.id}", "accepted") for each in plan_choices.load().obstacles
)
TOKENS = ("suicid", "violenc", "frappe", "mourir", "3114", "3919", "3133", "116 006", "wast")


def read(pdf: bytes) -> tuple[int, str, float]:
    """(pages, all the text on one line, the smallest letter in points)."""
    document = pdfium.PdfDocument(pdf)
    page = document[0].get_textpage()
    sizes = (size for size, _ in letters(page))
    return len(document), " ".join(page.get_text_range().split()), round(min(sizes), 2)


def letters(page: pdfium.PdfTextPage) -> Iterator[tuple[float, str]]:
    """Each visible letter with its size as drawn: the font's, times how it was scaled."""
    matrix = pdfium_c.FS_MATRIX()
    for at in range(page.count_chars()):
        letter = chr(pdfium_c.FPDFText_GetUnicode(page, at))
        if letter.isspace():
            continue
        assert pdfium_c.FPDFText_GetMatrix(page, at, ctypes.byref(matrix))
        yield pdfium_c.FPDFText_GetFontSize(page, at) * abs(matrix.d), letter


def written(person: Person, full: bool) -> Plan:
    """The plan of this person as somebody validates it; `full`: with all that may be added."""
    plan = act(ppp.draft(person.brief(), rules()), "accept_all")
    if not full:
        return plan
    typed = ("Dix minutes de marche après le repas, cinq jours, avec la voisine. " * 5)[:300]
    rows = tuple(
        replace(
            row, kept=True, importance=9, confidence=4,
            obstacles=(*BOXES, Line(typed, "person")),
            advice=(*row.advice, Line(typed), Line(typed), Line(typed), Line(typed))[:4],
            resources=(*row.resources, Line(typed), Line(typed), Line(typed), Line(typed))[:4],
        )
        for row in plan.rows
    )  # fmt: skip
    return replace(plan, rows=rows, follow_up=(*plan.follow_up, Line(typed)))


@pytest.mark.parametrize("band", BANDS)
def test_everybody_gets_one_readable_page_that_tells_nothing(band: Band):
    names = [folded(rules().resources[each].name) for each in SCREEN_ONLY]
    for number, person in enumerate(patients(band, PEOPLE, seed=3)):
        plan = written(person, full=number % 10 == 9)
        language = plan.language if number % 4 == 0 else "fr"
        texts = locales.texts(language).gettext if language != "fr" else None
        pages, text, smallest = read(documents.plan_pdf(plan, SIGNED, texts, language))
        assert pages == 1, (person.kind, number)
        assert smallest >= SMALLEST, (person.kind, number)
        for shown in (text, plan_text(plan, SIGNED)):
            assert not tells(shown), (person.kind, number)
            flat = folded(shown)
            assert not [each for each in (*TOKENS, *names) if each in flat], (person.kind, number)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_fullest_plan_in_two_languages_is_cut_aloud_not_lost(language: str):
    person = patients("70-75", 3, seed=3)[2]
    plan = written(person, full=True)
    pages, text, smallest = read(
        documents.plan_pdf(plan, SIGNED, locales.texts(language).gettext, language)
    )
    assert (pages, smallest >= SMALLEST) == (1, True)
    assert "Texte raccourci" in text
    assert plan_text(plan, SIGNED).count("avec la voisine") > text.count("avec la voisine")


def test_an_advice_is_never_cut_in_the_middle(longest=4):
    """Half of « do not stop at once without a doctor » would say the contrary."""
    advice = sorted((each for each in rules().rules if each.patient and not tells(each.patient)),
                    key=lambda each: -len(each.patient or ""))  # fmt: skip
    lines = [Line(each.patient or "", f"advice:{each.id}", "accepted") for each in advice]
    rows = tuple(
        ppp.Row(Line("Priorité"), BOXES, tuple(lines[at : at + longest]), (Line("Ici"),))
        for at in (0, 4, 8)
    )
    plan = Plan("45-50", "ar", None, 47, rows)
    for language in ("fr", "en", "ar"):
        texts = locales.texts(language).gettext
        pages, text, smallest = read(documents.plan_pdf(plan, SIGNED, texts, language))
        assert (pages, smallest >= SMALLEST, "…" in text) == (1, True, False)
        flat = text.replace("\u00a0", " ").replace("\u202f", " ").replace(" ", "")
        whole = [it for it in lines[:12] if it.text.replace(" ", "") in flat]
        begun = [it for it in lines[:12] if it.text.replace(" ", "")[:25] in flat]
        assert len(whole) >= 6 and whole == begun


def test_both_languages_stand_beside_each_other_and_typed_words_once():
    plan = act(ppp.draft(patients("45-50", 1, seed=8)[0].brief(), rules()), "accept_all")
    smoker = rules().by_id["smoker"].patient or ""
    row = replace(plan.rows[0], kept=True, advice=(
        Line(smoker, "advice:smoker", "accepted"), Line("avec Mme Diallo, le mardi"),
        Line(smoker + " Vraiment.", "advice:smoker", "edited"),
    ))  # fmt: skip
    english = locales.texts("en").gettext
    make = partial(documents.plan_pdf, replace(plan, rows=(row,)), SIGNED)
    _, text, _ = read(make(english, "en"))
    said = english("advice.smoker", smoker)
    assert said != smoker and text.count(said[:40]) == 1
    assert text.count("avec Mme Diallo") == 1
    assert text.replace("\u00a0", " ").count(smoker[:40]) == 2
    _, french, _ = read(make())
    assert said[:40] not in french
    assert make(english, "fr") == make()


def test_confidential_lines_are_dropped_even_if_nobody_checked():
    plan = act(ppp.draft(patients("45-50", 1, seed=8)[0].brief(), rules()), "accept_all")
    row = replace(plan.rows[0], kept=True, advice=(Line("il me frappe"), Line("marcher")))
    hidden = replace(plan.rows[0], priority=Line("sortir de la violence"), kept=True)
    plan = replace(plan, name="victime de violences", rows=(row, hidden),
                   follow_up=(Line("rappeler le 3919"), Line("en mars")))  # fmt: skip
    _, text, _ = read(documents.plan_pdf(plan, SIGNED))
    for shown in (text, plan_text(plan, SIGNED)):
        assert not tells(shown) and "marcher" in shown and "en mars" in shown
        assert "Sans nom" in shown
