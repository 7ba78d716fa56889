"""Every printed document read back: pages, sizes, words, QR codes, and nothing confided.

A hundred people in all by default, twenty-five of each band; `make papers` prints two hundred of
each band for each document.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

import locales
from flows.model import BANDS, Band
from restitution import documents
from restitution.advise import advise
from restitution.model import Brief, Restitution
from restitution.typesetting import TEMPLATES
from tests.advising import CALM, brief, restitution, rules
from tests.population import Person, patients
from tests.printing import FLOOR, read, titled, told
from tests.qr import Bitmap

PEOPLE = int(os.environ.get("PEOPLE", "12"))
PARTS = 5
"""Each band is printed in so many parts, so that several processes share the work."""
DAY = "26/11/2026"
CODE, CODE_URL = "7H3KQ9TMWX", "https://bilan.example.org/pro#7H3KQ9TMWX"
EVERYBODY = [(band, part) for band in BANDS for part in range(PARTS)]
SECRETS = {
    "age": 63, "sex": "woman", **CALM, "suicidal_history": ["attempt"],
    "suicide_follow_up": "recently", "violence_victim": "yes", "violence_follow_up": "danger_now",
    "chemical_recent": "yes", "priorities_free_text": "mon mari me frappe",
}  # fmt: skip


def some(band: Band, part: int) -> Sequence[Person]:
    return patients(band, PEOPLE, seed=26)[part::PARTS]


def advised(person: Person, language: str = "fr", *, paper: bool = True) -> Restitution:
    texts = locales.texts(language).gettext
    return advise(person.position, rules(), texts, language=language, paper=paper,
                  distress=person.interview.distress)  # fmt: skip


# -- whoever they are ------------------------------------------------------------------------------


@pytest.mark.parametrize(("band", "part"), EVERYBODY)
def test_the_practitioners_pages_are_one_each_readable_and_tell_nothing(
    band: Band, part: int
) -> None:
    for person in some(band, part):
        made = person.brief()
        for printed in (documents.brief_pdf(made, DAY), documents.fiche_pdf(made, DAY)):
            page = read(printed)
            assert page.pages == 1, person.kind
            assert page.smallest >= FLOOR, person.kind
            assert told(page.text) == [], person.kind
            assert "non diagnostique" in page.text and made.rules in page.text


@pytest.mark.parametrize(("band", "part"), EVERYBODY)
def test_the_patients_page_is_one_readable_and_tells_nothing(band: Band, part: int) -> None:
    for number, person in enumerate(some(band, part)):
        language = ("fr", "en", "ar")[number % 3]
        texts = locales.texts(language).gettext
        code = (CODE, CODE_URL) if number % 2 else (None, None)
        page = read(documents.patient_pdf(advised(person, language), texts, *code))
        assert page.pages == 1, person.kind
        assert page.smallest >= FLOOR, person.kind
        assert told(page.text) == [], person.kind


@pytest.mark.parametrize("band", BANDS)
def test_the_words_looked_for_are_really_there_before_the_filter(band: Band) -> None:
    """Else the two tests above would pass on anything."""
    alarming = next(each for each in patients(band, 12) if each.kind == "alarming")
    assert {"suicid", "violen"} <= set(told(repr(alarming.brief())))
    assert "3114" in told(repr(advised(alarming, paper=False)))


# -- the practitioner's pages ----------------------------------------------------------------------


def test_a_page_made_for_a_screen_is_not_printed() -> None:
    with pytest.raises(ValueError, match="paper=True"):
        documents.patient_pdf(restitution(SECRETS), locales.texts("fr").gettext)


def test_a_free_text_that_set_off_an_alert_stays_on_the_screen_whatever_its_words() -> None:
    said = {"age": 47, "priorities_free_text": "tout est noir", "personal_history_other": "-"}
    heard = (("suicide", "tout est noir", "priorities_free_text", 1_795_000_000),)
    assert "tout est noir" in read(documents.brief_pdf(brief(said), DAY)).text
    for printed in (documents.brief_pdf, documents.fiche_pdf):
        assert "tout est noir" not in read(printed(brief(said, heard), DAY)).text


def test_a_note_that_says_a_subject_waits_for_a_moment_alone_stays_on_the_screen() -> None:
    made = brief({"age": 47, "helped": "helped", "shared_phone": "yes"})
    assert len(made.notes) >= 2
    text = read(documents.brief_pdf(made, DAY)).text
    assert "seul à seul" not in text and "téléphone" not in text.casefold()
    assert "avec de l'aide" in text


def test_the_brief_says_first_what_the_person_wants_then_what_is_urgent_whole() -> None:
    made = brief({
        "age": 63, "sex": "man", "leg_swelling": "yes", "breathless_vs_peers": "yes",
        "one_leg_painful": "no", "chest_pain_effort": "yes", "fruit_veg": "never",
        "priorities": ["ageing_effects"], "check_answers": "all_good",
        "help_chronic_diseases": "later",
    })  # fmt: skip
    text = read(documents.brief_pdf(made, DAY)).text
    parts = ("Veut parler de", "Bien vieillir", "URGENT", "À proposer, à savoir", "Non répondu")
    order = [text.index(each) for each in parts]
    assert order == sorted(order)
    assert "Autres maladies chroniques (plus tard)" in text
    plain = " ".join(text.split())
    for each in made.urgent:
        assert _spaced(each.note) in _spaced(plain)


def test_a_brief_without_an_answer_lists_what_was_passed_and_supposes_nothing() -> None:
    empty = next(each for each in patients("45-50", 12) if each.kind == "skips_everything")
    text = read(documents.brief_pdf(empty.brief(), DAY)).text
    assert "ne pas supposer" in text and "0 réponses sur 47" in text
    assert "incomplet" in text and "Aucun sujet choisi" in text
    fiche = read(documents.fiche_pdf(empty.brief(), DAY)).text
    assert fiche.count("non répondu") > 15 and " : non " not in fiche


@pytest.mark.parametrize("printed", [documents.brief_pdf, documents.fiche_pdf])
def test_a_page_is_tagged_and_the_same_for_the_same_content(printed: type[Brief]) -> None:
    made = brief({"age": 21, "fruit_veg": "never"})
    first = printed(made, DAY)  # type: ignore[call-arg]
    assert first == printed(made, DAY)  # type: ignore[call-arg]
    assert titled(first)  # type: ignore[arg-type]


@pytest.mark.parametrize("words", [
    "أريد أن أتحدث", "我想谈谈", "😀🙏🏽", "#pagebreak() *a* _b_ $x$ @y \\ ~",
    "<script>alert(1)</script>",
    "a" * 490, "\u202e\u0000\ufdd0", "e" + "\u0301" * 200, "ประชุม", "ẹ̀kọ́",
])  # fmt: skip
def test_whatever_is_typed_prints_on_one_page(words: str) -> None:
    made = replace(brief({"age": 47}), name=words, priorities_free_text=words)
    for printed in (documents.brief_pdf, documents.fiche_pdf):
        page = read(printed(made, DAY))
        assert page.pages == 1 and page.smallest >= FLOOR
    if words.startswith(("#", "<")):
        assert words.split(maxsplit=1)[0].rstrip("*") in page.text


# -- what the patient takes home -------------------------------------------------------------------


def test_the_code_on_the_patients_page_and_receipt_opens_their_brief() -> None:
    made, texts = restitution({"age": 47}, paper=True), locales.texts("fr").gettext
    page = documents.patient_pdf(made, texts, CODE, CODE_URL)
    receipt = documents.receipt_pdf(CODE, CODE_URL, texts)
    assert Bitmap(page).shows(CODE_URL, "m", 27)
    assert Bitmap(receipt).shows(CODE_URL, "m", 42)
    for each in (page, receipt):
        assert "7H3KQ" in read(each).text and "9TMWX" in read(each).text
        assert titled(each)
    assert CODE not in read(documents.patient_pdf(made, texts)).text


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_a_receipt_is_one_small_readable_paper(language: str) -> None:
    from pypdfium2 import PdfDocument

    made = documents.receipt_pdf(CODE, CODE_URL, locales.texts(language).gettext, language)
    assert read(made).pages == 1 and read(made).smallest >= FLOOR
    width, height = PdfDocument(made)[0].get_size()
    assert round(width / 72 * 25.4) == 80 and height < 300


# -- what outreach workers print -------------------------------------------------------------------

URL = "https://bilan.example.org/r/abcdefghij"


def test_a_poster_is_read_from_afar_and_its_square_opens_the_questions() -> None:
    made = documents.poster_pdf("Maison de quartier, 93", URL, ["fr", "en", "ar"])
    page = read(made)
    assert page.pages == 1 and page.smallest >= 12 and titled(made)
    assert "bilan.example.org/r/abcdefghij" in page.text
    assert "Maison de quartier" in page.text
    assert Bitmap(made).shows(URL, "q", 78)
    assert not Bitmap(made).shows(URL + "x", "q", 78)


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (24, 1), (25, 2), (60, 3)])
def test_each_card_carries_its_own_square_and_address(count: int, pages: int) -> None:
    urls = [f"https://bilan.example.org/r/card{number:06d}" for number in range(count)]
    made = documents.cards_pdf("Foyer des Lilas", urls)
    page = read(made)
    assert page.pages == pages and page.smallest >= FLOOR
    for url in urls:
        assert url.removeprefix("https://") in page.text
    first = Bitmap(made)
    assert all(first.shows(url, "m", 24) for url in urls[: min(count, 24) : 7])


def test_a_place_with_a_long_or_strange_name_keeps_the_poster_on_one_page() -> None:
    for place in ("Maison " * 40, "青少年中心", "<b>Centre</b> & Cie", ""):
        assert read(documents.poster_pdf(place, URL, ["fr", "en", "ar"])).pages == 1


# -- colours ---------------------------------------------------------------------------------------


def test_every_ink_stands_out_from_its_paper() -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text, whatever its size here."""
    written = (TEMPLATES / "base.typ").read_text("utf-8")
    colours = dict(re.findall(r'#let ([\w-]+) = rgb\("#([0-9a-f]{6})"\)', written))
    pairs = [(ink, "ffffff") for ink in ("ink", "deep", "soft", "warm-edge")]
    pairs += [("ink", colours["warm"]), ("ink", colours["tint"]), ("deep", colours["tint"])]
    for ink, paper in pairs:
        assert _contrast(colours[ink], paper) >= 4.5, (ink, paper)
    templates = "".join(path.read_text("utf-8") for path in TEMPLATES.glob("*.typ"))
    greys = set(map(int, re.findall(r"text\([^)]*fill: luma\((\d+)\)", templates)))
    assert greys and all(_contrast(f"{level:02x}" * 3, "ffffff") >= 4.5 for level in greys)


def _contrast(one: str, other: str) -> float:
    light = sorted((_light(one), _light(other)), reverse=True)
    return (light[0] + 0.05) / (light[1] + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _spaced(text: str) -> str:
    """Without any space: lines are cut where they must be."""
    return re.sub(r"\s", "", text)
