"""Who vouches for a translation, and what is not asked in a language nobody vouches for."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date

import pytest
from babel.messages.catalog import Catalog

import locales
from bot.holding import DOOR, held
from bot.messages import Capabilities
from bot.rendering import render
from bot.say import Say
from bot.view import Page, View
from flows import engine
from flows.loading import load
from flows.model import Interview
from locales import reviewing
from locales.__main__ import _command, _read, main, review
from restitution.brief import make_brief
from restitution.library import load as load_library
from restitution.readings import read_scores
from tests.driving import Talk
from tests.serving import NOW, Patient, make, serving, usual

SHELF, LIBRARY = load(), load_library()
ON = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def nobody_trusted():
    locales.trust(())
    yield
    locales.trust(())


def one(string: str = "Yes", **more: object) -> Catalog:
    made = Catalog(locale="en")
    made.add("Oui", string, context="alert.suicide", **more)
    return made


# -- signing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("comments", "status"),
    [
        ([], "machine"),
        (["status: machine"], "machine"),
        (["status: drafted"], "drafted"),
        (["status: reviewed"], "drafted"),
        (["status: reviewed", "review: Dr A, 2026-11-26, 00000000"], "drafted"),
    ],
)
def test_a_review_without_a_name_a_date_and_the_very_words_is_none(comments, status):
    message = one(user_comments=comments).get("Oui", "alert.suicide")
    assert reviewing.status(message) == status


def test_signing_names_who_and_when_and_only_the_contexts_asked_for():
    catalogue = one()
    catalogue.add("Non", "No", context="web")
    assert reviewing.mark(catalogue, "Dr Amel B", ON, ["alert.*"]) == 1
    message = catalogue.get("Oui", "alert.suicide")
    assert reviewing.status(message) == "reviewed"
    assert reviewing.review(message) == ("Dr Amel B", "2026-11-26")
    assert reviewing.status(catalogue.get("Non", "web")) == "machine"


def test_a_text_changed_after_its_review_is_reviewed_no_more():
    catalogue = one()
    reviewing.mark(catalogue, "Dr Amel B", ON, ["*"])
    message = catalogue.get("Oui", "alert.suicide")
    message.string = "Yeah"
    assert reviewing.stale(message)
    assert reviewing.status(message) == "drafted"


@pytest.mark.parametrize("name", ["", "  ", "B, Amel", "a\nb"])
def test_a_name_that_could_not_be_read_back_is_refused(name):
    with pytest.raises(ValueError, match="name"):
        reviewing.mark(one(), name, ON, ["*"])


def test_what_is_fuzzy_or_empty_cannot_be_signed():
    assert reviewing.mark(one(""), "Dr A", ON, ["*"]) == 0
    assert reviewing.mark(one(flags=["fuzzy"]), "Dr A", ON, ["*"]) == 0


def test_an_operator_signs_and_sees_it(tmp_path, capsys):
    shutil.copytree(locales.FOLDER / "en", tmp_path / "en")
    assert review("en", "Dr Amel B", ON, ["alert.*", "phq4_*"], tmp_path) > 30
    assert main("status", tmp_path) == 1  # the other languages are not there
    said = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("en: "))
    assert "0 machine" in said and " 0 reviewed" not in said
    once = (tmp_path / "en" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    assert "# review: Dr Amel B, 2026-11-26, " in once
    main("update", tmp_path)
    assert (tmp_path / "en" / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8") == once


@pytest.mark.parametrize(
    "given",
    [["review", "fr", "--by", "A", "--on", "2026-11-26"], ["review", "en", "--on", "2026-11-26"],
     ["review", "en", "--by", "A", "--on", "hier"], ["review", "en", "--by", "A, B", "--on",
     "2026-11-26"], [], ["nothing"]],
)  # fmt: skip
def test_a_mistaken_command_says_what_to_write(given, capsys):
    with pytest.raises(SystemExit):
        _command(given)
    assert "usage" in capsys.readouterr().err


# -- which languages are offered -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "offered"),
    [
        (("web", ""), True),
        (("alert.suicide", "alert"), False),
        (("sleep_problems", "ask"), False),
        (("sleep_problems", "option"), False),
        (("sleep_problems", "simpler"), True),
        (("consent", "why"), False),
        (("privacy", ""), False),
    ],
)
def test_one_missing_text_takes_a_language_away_only_if_it_must(missing, offered):
    context, role = missing
    catalogue = Catalog(locale="en")
    for number in range(20):
        catalogue.add(f"Texte {number}", f"Text {number}", context="web")
    catalogue.add("Nouveau", "", context=context, auto_comments=[role] if role else [])
    assert reviewing.enough(catalogue) is offered


def test_a_language_with_too_little_is_not_offered():
    catalogue = Catalog(locale="en")
    for number in range(20):
        catalogue.add(f"Texte {number}", "Text" if number < 17 else "", context="web")
    assert not reviewing.enough(catalogue)


def test_the_catalogues_tell_what_each_text_is():
    roles = {role for each in _read(locales.FOLDER / "tr" / "LC_MESSAGES" / "messages.po", "tr")
             for role in each.auto_comments}  # fmt: skip
    assert roles >= {"ask", "option", "hint", "why", "alert"}


# -- what is not asked ---------------------------------------------------------------------------


def test_mood_violence_and_scores_wait_for_the_visit_in_a_language_nobody_reviewed():
    kept = held(SHELF)
    assert kept["fr"] == frozenset()
    for language in locales.offered()[1:]:
        assert {DOOR, "phq4_sad", "suicidal_history", "violence_victim", "chest_pain_follow_up",
                "chemical_recent"} <= kept[language]  # fmt: skip
        assert not {"chest_pain_effort", "leg_swelling", "weight_kg", "consent"} & kept[language]


def test_an_operator_may_answer_for_some_languages_or_for_all():
    locales.trust(["tr"])
    assert (held(SHELF)["tr"], bool(held(SHELF)["ar"])) == (frozenset(), True)
    locales.trust(["all"])
    assert not any(held(SHELF).values())


def talking(language: str) -> Talk:
    talk = Talk(replace(SHELF, held=held(SHELF)))
    talk.interview = Interview(talk.interview.id, language, NOW)
    return talk


def finish(talk: Talk) -> None:
    for _ in range(90):
        if talk.waiting is None:
            return
        talk.say({"age": "47"}.get(talk.waiting) or usual(talk.waiting),
                 about=None if talk.waiting == "age" else talk.waiting)  # fmt: skip
    raise AssertionError("it never ends")


def test_what_was_not_asked_is_told_to_the_professional_and_is_no_no():
    talk = talking("ar")
    finish(talk)
    position = engine.replay(talk.shelf, talk.interview)
    assert not {"phq4_sad", "suicidal_history", "violence_victim"} & set(position.answers)
    scores = {each.id: each for each in read_scores(position)}
    assert all(each.value is None for name, each in scores.items() if "phq" in name)
    brief = make_brief(position, talk.interview, LIBRARY)
    unsaid = {each.question: each for each in brief.not_answered}
    assert unsaid["suicidal_history"].status == "not_asked"
    assert "traduction non relue" in unsaid["suicidal_history"].said
    assert brief.discuss_face_to_face
    assert any("non relue" in each for each in brief.notes)


def test_nothing_is_told_where_all_was_asked():
    talk = talking("fr")
    finish(talk)
    brief = make_brief(engine.replay(talk.shelf, talk.interview), talk.interview, LIBRARY)
    assert not any("non relue" in each for each in brief.notes)


def test_changing_language_loses_no_answer_and_asks_what_may_be_asked():
    talk = talking("fr")
    talk.say("oui", "non", "47", "non", "femme")
    for _ in range(60):
        if talk.waiting == "phq4_worry":
            break
        talk.say(usual(talk.waiting), about=talk.waiting)
    before = dict(engine.replay(talk.shelf, talk.interview).answers)
    talk.say("/language tr")
    position = engine.replay(talk.shelf, talk.interview)
    assert dict(position.answers) == before
    assert "phq4_nervous" in position.answers
    assert position.waiting is not None and position.waiting.id not in held(SHELF)["tr"]
    talk.say("/language fr")
    assert talk.waiting == "phq4_worry"


# -- urgent words in two languages ---------------------------------------------------------------


def card(language: str):
    interview = engine.begin("one", language, NOW)
    view = View(SHELF, interview, engine.replay(SHELF, interview), locales.texts(language),
                Capabilities(), Page("https://bilan.example.org"), LIBRARY)  # fmt: skip
    return render(view, Say("cards", items=("suicide/first",)))


@pytest.mark.parametrize("language", locales.offered()[1:])
def test_urgent_words_come_in_french_too_until_somebody_reviewed_them(language):
    shown = card(language)
    assert "Français\u00a0:" in shown.french and "3114" in shown.french
    assert shown.text.endswith(shown.french)
    assert shown.text.count("3114") == 2 * SHELF.alerts["suicide"].cards[0].text.count("3114")
    locales.trust([language])
    assert card(language).french == ""


def test_french_lines_keep_their_direction_among_arabic_ones():
    lines = card("ar").french.split("\n")
    assert all(each.startswith("\u2066") and each.endswith("\u2069") for each in lines)


def test_a_french_person_reads_them_once():
    assert card("fr").french == ""


async def test_the_setting_reaches_the_conversation(tmp_path):
    (tmp_path / "a").mkdir()
    async with serving(tmp_path) as service:
        one = Patient(service)
        await one.begin("tr")
        reply = await one.answer({"age": "47"})
        assert reply.finished
    service = make(tmp_path / "a", unreviewed="tr")
    assert service.shelf.held["tr"] == frozenset()
    assert service.shelf.held["ar"] != frozenset()
    service.writer.close()
    service.store.engine.dispose()
