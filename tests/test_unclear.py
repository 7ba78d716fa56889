"""« I don't understand »: said more simply first, counted without anybody, never an answer lost."""

from __future__ import annotations

import asyncio

import pytest

import locales
from app import cli
from bot.channels.console import CAN
from bot.conversation import respond
from bot.messages import Capabilities, Inbound
from flows.engine import explained
from flows.loading import load
from flows.model import DONT_UNDERSTAND
from store import misunderstood
from store.retention import purge
from tests.driving import Talk, small_shelf
from tests.serving import Patient, serving
from tests.telegram_world import telegram
from tests.test_conversation import Person
from tests.test_json_channel import begin as kiosk_begins
from tests.test_json_channel import client  # noqa: F401  a fixture

SHELF = load()


@pytest.fixture
def talk(tmp_path):
    made = Talk(small_shelf(tmp_path))
    made.say("oui", "19")
    assert made.waiting == "smokes"
    return made


# -- the engine ------------------------------------------------------------------------------------


def test_the_question_comes_back_once_and_nothing_is_answered(talk):
    step = talk.say("je ne comprends pas")
    assert step.outcome == "unclear"
    assert talk.waiting == "smokes"
    assert explained(talk.interview) == "smokes"
    assert "smokes" not in talk.position.answers


@pytest.mark.parametrize("then", ["je ne comprends pas", "passer", "au suivant"])
def test_who_goes_on_without_answering_did_not_understand(talk, then):
    talk.say("je ne comprends pas")
    if then == "au suivant":
        talk.say("skipped", about="smokes")
    else:
        talk.say(then)
    assert talk.position.answers["smokes"] == DONT_UNDERSTAND
    assert talk.waiting == "ill"
    assert explained(talk.interview) == ""


@pytest.mark.parametrize(
    ("then", "value"), [("oui", "yes"), ("je ne sais pas", "dont_know"),
                        ("je préfère ne pas dire", "prefer_not")],
)  # fmt: skip
def test_an_answer_after_the_simpler_words_is_that_answer(talk, then, value):
    talk.say("je ne comprends pas", then)
    assert talk.position.answers["smokes"] == value


def test_skipping_a_question_that_was_understood_is_skipping(talk):
    talk.say("je ne comprends pas", "oui")
    talk.say("passer")
    assert talk.waiting == "ill"
    assert talk.position.answers["wants_to_stop"] == "skipped"


def test_asked_about_an_earlier_question_it_comes_back(talk):
    talk.say("oui", "oui")
    assert talk.waiting == "ill"
    talk.say("dont_understand", about="smokes")
    assert talk.waiting == "smokes"
    assert talk.position.answers["smokes"] == "yes"
    talk.say("passer")
    assert talk.position.answers["smokes"] == DONT_UNDERSTAND


def test_boxes_already_ticked_stay_ticked(talk):
    talk.say("non")
    talk.say("lungs", about="ill", tick=True)
    talk.say("dont_understand", about="ill")
    talk.say("c'est tout")
    assert talk.position.answers["ill"] == ("lungs",)


def test_a_pause_or_another_language_does_not_forget_it(talk):
    talk.say("je ne comprends pas", "/pause", "/resume", "/language en")
    assert explained(talk.interview) == "smokes"


def test_consent_is_explained_too_and_never_taken_for_granted(tmp_path):
    talk = Talk(small_shelf(tmp_path))
    assert talk.say("c'est quoi ?").outcome == "unclear"
    assert talk.say("je ne comprends pas").outcome == "unreadable"
    assert talk.waiting == "consent"


def test_the_quiet_numbers_of_an_alert_come_when_the_question_is_left(tmp_path):
    talk = Talk(small_shelf(tmp_path))
    talk.say("oui", "19", "non")
    assert talk.say("je ne comprends pas").quiet == ()
    assert talk.say("passer").quiet == ("heart",)


# -- what people see -------------------------------------------------------------------------------


@pytest.fixture
async def person(tmp_path):
    async with serving(tmp_path) as service:
        yield await Person(service).begin()


async def test_the_simpler_words_the_example_and_two_ways_on_are_shown(person):
    await person.until("caregiver_role")
    text = await person.say("je ne comprends pas")
    question = SHELF.questions["caregiver_role"]
    for each in (question.ask, question.simpler, question.hint, "Passer",
                 "J'en parlerai au rendez-vous"):  # fmt: skip
        assert each in text
    assert question.simpler not in await person.say("je ne comprends pas")


@pytest.mark.parametrize("said", ["J'en parlerai au rendez-vous", "passer"])
async def test_kept_for_the_visit_the_record_says_it_was_not_understood(person, said):
    await person.until("caregiver_role")
    await person.say("je ne comprends pas", said)
    view = await person.service.desk.view("console", "p", CAN)
    assert view.position.answers["caregiver_role"] == DONT_UNDERSTAND
    assert person.reply.waiting == "social_support"


async def test_without_simpler_words_the_visit_is_offered(person):
    await person.until("dentist_12m")
    text = await person.say("je ne comprends pas")
    assert "ou en parler au rendez-vous" in text


async def test_every_question_can_be_not_understood(person):
    """All of them, the steps of the conversation included: one wants an answer, consent."""
    asked, wanted = [], {"consent": "oui", "age": "47", "private_ready": "oui"}
    for _ in range(200):
        waiting = person.reply.waiting
        if waiting is None:
            break
        before = person.reply.waiting
        await person.say("je ne comprends pas")
        assert person.reply.waiting == before
        asked.append(waiting)
        await person.say(wanted.get(waiting, "je ne comprends pas"))
    assert person.reply.waiting is None
    assert len(asked) > 50
    assert "consent" in asked


async def test_a_kiosk_gets_the_same(client):  # noqa: F811
    kiosk = await kiosk_begins(client)
    for said, about in (("yes", "consent"), ("no", "shared_phone"), ("47", "age")):
        await kiosk.say(said, about)
    await kiosk.say("alone", "helped")
    await kiosk.say("woman", "sex")
    await kiosk.say("no", "children_at_home")
    await kiosk.say("dont_understand", "caregiver_role")
    assert kiosk.now["waiting"] == "caregiver_role"
    assert SHELF.questions["caregiver_role"].simpler in kiosk.now["replies"][0]["text"]
    await kiosk.say("dont_understand", "caregiver_role")
    assert kiosk.now["waiting"] == "social_support"


@pytest.mark.parametrize("typed", ["plus simple", "pourquoi", "je ne comprends pas"])
async def test_a_messenger_never_shows_the_words_of_a_private_question(tmp_path, typed):
    async with serving(tmp_path) as service:
        someone = Patient(service, can=Capabilities(links=False, private=False))
        await someone.begin()
        while someone.reply.waiting != "violence_victim":
            await someone.answer_one({"age": "47"})
        await someone.say(typed)
        question = SHELF.questions["violence_victim"]
        for words in (question.ask, question.simpler, question.why, question.hint):
            assert words not in someone.text


async def test_on_telegram_the_same_message_becomes_simpler(tmp_path):
    async with telegram(tmp_path) as world:
        await world.begin()
        await world.type("47")
        await world.tap("Je réponds seul(e)")
        await world.until("Aidez-vous souvent")
        await world.tap("Aide")
        await world.tap("Je ne comprends pas")
        question = SHELF.questions["caregiver_role"]
        assert question.simpler in world.last.text
        await world.tap("J'en parlerai au rendez-vous")
        assert "quelqu'un peut-il vous aider" in world.last.text
        said = {each.question: each.value for each in world.interview.log}
        assert said["caregiver_role"] == DONT_UNDERSTAND


# -- counted ---------------------------------------------------------------------------------------


def _listed(service):
    with service.store.reading() as tx:
        return [(each.question, each.language, each.count) for each in misunderstood.listed(tx)]


async def _unclear(service, who):
    someone = Patient(service, who)
    await someone.begin()
    await someone.say("dont_understand", "consent")
    return someone


async def test_eleven_times_are_shown_ten_are_not(tmp_path, database):
    async with serving(tmp_path, database_url=database) as service:
        await asyncio.gather(*(_unclear(service, f"p{each}") for each in range(10)))
        assert _listed(service) == []
        eleventh = await _unclear(service, "p10")
        assert _listed(service) == [("consent", "fr", 11)]
        await eleventh.say("yes", "consent")
        await eleventh.say("dont_understand", "shared_phone")
        assert _listed(service) == [("consent", "fr", 11)]


async def test_what_is_kept_names_nobody(tmp_path):
    async with serving(tmp_path) as service:
        await _unclear(service, "p1")
        with service.store.reading() as tx:
            rows = [dict(each._mapping) for each in tx.db.exec_driver_sql(
                "SELECT * FROM misunderstood")]  # fmt: skip
    assert [set(each) for each in rows] == [{"day", "question", "language", "count"}]


def test_what_follows_an_alert_is_not_counted(tmp_path):
    talk = Talk(small_shelf(tmp_path))
    talk.say("oui", "19", "non")
    asked = Inbound("console", "p", "je ne comprends pas", "k")
    french = locales.texts("fr")
    assert respond(talk.shelf, talk.interview, asked, french, 1).unclear == "ill"
    talk.say(("heart",), about="ill")
    assert talk.waiting == "heart_follow_up"
    assert respond(talk.shelf, talk.interview, asked, french, 1).unclear == ""


async def test_a_year_later_the_counts_are_gone(tmp_path):
    async with serving(tmp_path) as service:
        for each in range(11):
            await _unclear(service, f"p{each}")
        service.store.clock.now += misunderstood.KEPT + 2 * 24 * 3600
        assert purge(service.store)["questions not understood"] == 1
        assert _listed(service) == []


def test_the_operator_reads_the_list(tmp_path, monkeypatch, capsys):
    async def people():
        async with serving(tmp_path) as service:
            for each in range(12):
                await _unclear(service, f"p{each}")
            return service

    service = asyncio.run(people())
    monkeypatch.setattr(cli, "_service", lambda: service)
    assert cli.main(["misunderstood"]) == 0
    told = capsys.readouterr().out
    assert "12  fr  consent  Puis-je garder vos réponses de santé ?" in told
    assert "1 not understood 11 times or more" in told
