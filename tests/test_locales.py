"""Languages: every text is gathered, and only sure translations are read."""

from __future__ import annotations

import re
import subprocess
import sys
import timeit
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import locales
from bot.phrases import PHRASES
from flows.loading import load as load_shelf
from locales import extract
from locales.__main__ import main, template
from restitution.library import load as load_library

TEXTS = {(str(each.context), str(each.id)) for each in template() if each.id}
SHELF, LIBRARY = load_shelf(), load_library()


def catalogue(language: str, folder: Path = locales.FOLDER):
    with (folder / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


# -- gathering ---------------------------------------------------------------------------------


def test_every_text_of_the_questions_and_alerts_is_gathered():
    for questionnaire in SHELF.questionnaires.values():
        for each in questionnaire.questions:
            context = "go_on" if each.id.startswith("go_on_") else each.id
            said = [each.ask, each.hint, each.why, each.simpler, *(o.label for o in each.options)]
            assert {(context, text) for text in said if text} <= TEXTS
    for name, alert in SHELF.alerts.items():
        said = [alert.quiet, *(card.text for card in alert.cards)]
        assert {(f"alert.{name}", text) for text in said if text} <= TEXTS


def test_every_text_of_the_advice_and_resources_is_gathered():
    for rule in LIBRARY.rules:
        said = [rule.patient, rule.step, *(variant.patient for variant in rule.variants)]
        assert {(f"advice.{rule.id}", text) for text in said if text} <= TEXTS
    for name, resource in LIBRARY.resources.items():
        said = [resource.name, resource.hours, resource.cost, resource.use]
        assert {(f"resource.{name}", text) for text in said if text} <= TEXTS


def test_every_phrase_of_the_conversation_is_gathered():
    assert {("bot", text) for text in PHRASES.values()} <= TEXTS
    assert {("band", band) for band in SHELF.questionnaires} <= TEXTS


def test_every_call_with_a_written_text_is_gathered():
    # Read another way than the extractors do, so that a kind of page they forget is noticed.
    written = re.compile(r"""\bt\(\s*"(web|bot|restitution)"\s*,\s*"([^"\\]+)"\s*\)""")
    root = locales.FOLDER.parent
    pages = [each for folder in ("bot", "restitution") for each in (root / folder).rglob("*")
             if each.suffix in (".py", ".html", ".j2")]  # fmt: skip
    found = {call for each in pages for call in written.findall(each.read_text(encoding="utf-8"))}
    assert len(found) > 20
    assert found <= TEXTS


@pytest.mark.parametrize(
    ("extractor", "source", "found"),
    [
        (
            extract.themes,
            "questions: [{id: a, ask: A, hint: H, options: [{value: yes, label: Oui}]}]",
            [("a", "A"), ("a", "H"), ("a", "Oui")],
        ),
        (extract.themes, "questions: [{id: a, ask: yes, hint: null}]", [("a", "yes")]),
        (extract.bands, "band: 45-50\ntitle: Bilan", [("band", "45-50")]),
        (
            extract.alerts,
            "id: b\nquiet: Q\ncards: [{text: C}]\nfollow_ups: [{id: f, ask: F}]",
            [("alert.b", "C"), ("alert.b", "Q"), ("f", "F")],
        ),
        (
            extract.advice,
            "rules: [{id: r, patient: P, step: S, practitioner: N, variants: [{patient: V}]}]",
            [("advice.r", "P"), ("advice.r", "S"), ("advice.r", "V")],
        ),
        (
            extract.resources,
            "resources: [{id: n, name: N, hours: null, use: U, phone: '15'}]",
            [("resource.n", "N"), ("resource.n", "U")],
        ),
        (
            extract.calls,
            't("web", "Un " "deux")\ntexts.gettext("bot", "Trois")\nt("bot", PHRASES["x"])',
            [("web", "Un deux"), ("bot", "Trois")],
        ),
        (
            extract.templates,
            '<p>{{ t("web", "Oui") if a else t("web", "L\'autre") }}</p>{% if t("web", "C") %}'
            '{% endif %}{{ t("bot", name) }}',
            [("web", "Oui"), ("web", "L'autre"), ("web", "C")],
        ),
    ],
)
def test_seeded_texts_are_found(extractor, source, found):
    entries = extractor(BytesIO(source.encode()), (), (), options={})
    assert sorted(each[2] for each in entries) == sorted(found)


def test_constants_are_found_under_the_context_of_their_file():
    source = BytesIO(b'A: dict[str, str] = {"k": "Un " "deux"}\nB: int = 1\nC: dict = {"k": "No"}')
    assert [each[2] for each in extract.constants(source, (), (), {"A": "bot"})] == [
        ("bot", "Un deux")
    ]


def test_babel_own_command_gathers_the_same(tmp_path):
    pot = tmp_path / "messages.pot"
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract", "--mapping-file",
         "locales/babel.toml", "--output-file", str(pot), "."],
        cwd=locales.FOLDER.parent, check=True,
    )  # fmt: skip
    with pot.open("rb") as file:
        assert {(str(each.context), str(each.id)) for each in read_po(file) if each.id} == TEXTS


# -- reading the texts -------------------------------------------------------------------------


def test_a_text_is_given_in_its_context_and_language():
    arabic, french = locales.texts("ar"), locales.texts("fr")
    assert locales.texts("en").gettext("bot", "Oui") == "Yes"
    assert arabic.gettext("bot", "Oui") == "نعم"
    assert french.gettext("bot", "Oui") == "Oui"
    assert arabic.gettext("nowhere", "Oui") == "Oui"
    assert (arabic.rtl, french.rtl) == (True, False)
    assert locales.texts("xx").language == "fr"
    assert arabic.wording == ("own", "1", "ar")


def test_dates_are_those_of_the_language_with_european_digits():
    said = [locales.texts(each).date(date(2027, 3, 3)) for each in ("fr", "en", "ar")]
    assert said == ["3 mars 2027", "3 March 2027", "3 مارس 2027"]


def test_a_text_is_found_at_once():
    texts = locales.texts("ar")
    best = min(timeit.repeat(lambda: texts.gettext("bot", "Oui"), number=10_000, repeat=7))
    assert best / 10_000 < 5e-6  # 0.12 µs on an idle machine


# -- a language comes and goes -----------------------------------------------------------------

PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n{head}\n{body}'
DONE = 'msgctxt "bot"\nmsgid "Oui"\nmsgstr "Yes"\n'


def written(folder: Path, body: str, head: str = "", language: str = "en") -> Path:
    path = folder / language / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PO.format(head=head, body=body), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("body", "offered"),
    [
        (DONE, ["en"]),
        ("", []),
        (DONE + '\nmsgctxt "bot"\nmsgid "Non"\nmsgstr ""\n', []),
        (DONE + '\n#, fuzzy\nmsgctxt "bot"\nmsgid "Non"\nmsgstr "No"\n', []),
    ],
)
def test_a_language_is_offered_when_complete_and_sure(tmp_path, body, offered):
    written(tmp_path, body)
    assert list(locales.catalogues(tmp_path)) == offered


def test_a_fuzzy_text_is_never_said(tmp_path):
    path = written(tmp_path, '#, fuzzy\nmsgctxt "bot"\nmsgid "Oui"\nmsgstr "No"\n')
    with path.open("rb") as file:
        assert locales.entries(read_po(file)) == {}


def test_a_changed_french_text_makes_its_translation_fuzzy(tmp_path):
    french = "Je n'ai pas compris du tout."
    body = f'# status: reviewed\nmsgctxt "bot"\nmsgid "{french}"\nmsgstr "Not understood."\n'
    path = written(tmp_path, body, '"Last-Translator: someone, 2026\\n"\n')
    assert main("update", tmp_path) == 0
    again = {(each.context, each.id): each for each in catalogue("en", tmp_path)}
    changed = again["bot", PHRASES["not_understood_short"]]
    assert (changed.fuzzy, changed.string) == (True, "Not understood.")
    assert ("bot", french) not in again
    assert "Last-Translator: someone, 2026" in path.read_text(encoding="utf-8")
    assert main("status", tmp_path) == 1


def test_gathering_twice_changes_nothing(tmp_path):
    main("extract", tmp_path)
    once = (tmp_path / "messages.pot").read_bytes()
    assert once == (locales.FOLDER / "messages.pot").read_bytes()
    main("extract", tmp_path)
    assert (tmp_path / "messages.pot").read_bytes() == once


# -- right to left -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("اتصلوا: 0 800 235 236.", "اتصلوا: [0 800 235 236]."),
        ("116 006، مجانًا", "[116 006]، مجانًا"),
        ("15 أو 112", "15 أو 112"),
        ("+33 1 40 05 42 70 مركز", "[+33 1 40 05 42 70] مركز"),
        ("18-25 و45-50 سنة", "[18-25] و[45-50] سنة"),
        ("1,65 متر", "1,65 متر"),
        ("https://3114.fr و B9", "https://3114.fr و B9"),
        ("[15] مرة", "[15] مرة"),
    ],
)
def test_numbers_keep_their_order(text, shown):
    marks = str.maketrans({"[": "\u2066", "]": "\u2069"})
    assert locales.isolate(text.translate(marks)) == shown.translate(marks)
    assert locales.isolate(shown.translate(marks)) == shown.translate(marks)


def test_arabic_texts_come_isolated_and_addresses_do_not():
    texts = locales.texts("ar")
    assert "\u20660 800 235 236\u2069" in texts.gettext("bot", PHRASES["underage"])
    assert "\u2068{place}\u2069" in texts.gettext("bot", PHRASES["start_place"])
    assert "\u2068{code}" not in texts.gettext("bot", PHRASES["code"])
    assert "\u2068{url}" not in texts.gettext("bot", PHRASES["appointment_text"])
    assert texts.gettext("band", "45-50") == "\u206645-50\u2069"


# -- the official wording ----------------------------------------------------------------------

OFFICIAL = '"Project-Id-Version: officiel 2024\\n"\n'


@pytest.fixture
def lifted():
    yield
    locales.overlay(None)


@pytest.mark.usefixtures("lifted")
def test_the_official_wording_lies_over_the_french_only(tmp_path):
    body = 'msgctxt "age"\nmsgid "Quel âge avez-vous ?"\nmsgstr "Votre âge ?"\n'
    locales.overlay(written(tmp_path, body, OFFICIAL))
    french = locales.texts("fr")
    assert french.gettext("age", "Quel âge avez-vous ?") == "Votre âge ?"
    assert french.gettext("age", "Un autre âge") == "Un autre âge"
    assert french.wording == ("officiel", "2024", "fr")
    assert locales.texts("xx").wording == french.wording
    assert locales.texts("en").gettext("age", "Quel âge avez-vous ?") == "How old are you?"
    locales.overlay(None)
    assert locales.texts("fr").wording == ("own", "1", "fr")


@pytest.mark.usefixtures("lifted")
@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\x89PNG\r\n\x1a\n\x00\xff",
        b'msgid "a\nmsgstr "b"\n',
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "é"\nmsgstr "è"\n'
        .encode("latin-1"),
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nope\\n"\n\nmsgid "a"\nmsgstr "b"\n',
        PO.format(head=OFFICIAL, body='msgid "Bilan {band}"\nmsgstr "Bilan {bande}"\n').encode(),
        PO.format(head=OFFICIAL, body='#, fuzzy\nmsgid "Oui"\nmsgstr "Si"\n').encode(),
    ],
)  # fmt: skip
def test_an_unreadable_wording_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "official.po"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(locales.BadCatalogue) as refused:
        locales.overlay(path)
    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)
    assert locales.texts("fr").wording == ("own", "1", "fr")
