"""The rules of the conversation, one by one, on the console and the real questionnaires."""

from __future__ import annotations

import pytest

from bot.channels.console import CAN, lines
from bot.messages import Inbound
from restitution.brief import make_brief
from tests.serving import serving, usual


class Person:
    """Somebody at a console: types, taps, and reads what is shown."""

    def __init__(self, service, language="fr"):
        self.service, self.keys, self.reply = service, 0, None
        self.language = language

    async def hear(self, said, about=None, **more):
        self.keys += 1
        inbound = Inbound("console", "p", said, str(self.keys), about, typed=about is None,
                          numbered=True, **more)  # fmt: skip
        self.reply = await self.service.desk.hear(inbound, CAN)
        return self.text

    async def begin(self):
        await self.hear("/begin", language=self.language, start="")
        return self

    async def say(self, *said):
        for each in said:
            await self.hear(each)
        return self.text

    async def until(self, question, **answers):
        """Answer the usual way until this question waits (None: to the end)."""
        numbers = {"age": answers.pop("age", "47"), "height_m": "1m70", "weight_kg": "70"}
        for _ in range(120):
            waiting = self.reply.waiting
            if waiting == question:
                return self.text
            if waiting in numbers:
                await self.hear(numbers[waiting])
            else:
                await self.hear(answers.get(waiting) or usual(waiting), waiting)
        raise AssertionError(question)

    @property
    def text(self):
        return "\n".join(lines(each) for each in self.reply.screens)

    @property
    def kinds(self):
        return [each.kind for each in self.reply.screens]


@pytest.fixture
async def person(tmp_path):
    async with serving(tmp_path) as service:
        yield await Person(service).begin()


async def test_the_start_says_what_matters_before_anything_is_asked(person):
    screen = person.service.desk.clerk.opening("fr")
    for each in ("10 minutes", "Rien n'est obligatoire", "pas un service d'urgence", "15",
                 "le professionnel que vous choisissez"):  # fmt: skip
        assert each in screen.text
    assert [each.label for each in screen.choices[:2]] == [
        "Commencer", "Rendez-vous sans questions"]  # fmt: skip


async def test_an_appointment_without_questions_stays_possible(person):
    text = await person.say("rendez-vous sans questions")
    assert "sans répondre aux questions" in text
    assert "sante.fr" in text


async def test_consent_is_one_screen_with_nothing_ticked(person):
    assert person.reply.waiting == "consent"
    question = person.reply.screens[-1].question
    assert [each.said for each in question.choices] == ["yes", "no"]
    assert not any(each.ticked for each in question.choices)
    assert question.non_answers == ()
    assert "effacer" in person.text


async def test_refusing_that_answers_are_kept_keeps_nothing_and_still_shows_where_to_go(person):
    text = await person.say("non")
    assert "Je ne garde rien" in text
    assert "sante.fr" in text
    assert person.reply.waiting is None


async def test_refusing_to_share_still_gives_the_advice(person):
    await person.until(None, share="no")
    assert person.kinds[0] == "restitution"
    assert person.reply.code is None
    assert "Personne ne lit vos réponses" in person.text


async def test_the_phone_is_asked_about_next(person):
    assert "voir ce téléphone" in await person.say("oui")


@pytest.mark.parametrize(
    ("age", "told", "waiting"),
    [
        ("17", ["0 800 235 236", "3018", "119"], None),
        ("12 ans", ["0 800 235 236", "3018", "119"], None),
        ("30", ["entre deux bilans", "45 ans", "18-25", "18 à 25"], "band_choice"),
        ("37", ["entre deux bilans", "45 ans", "45"], "band_choice"),
        ("80", ["plus de bilan à âge fixe"], "band_choice"),
        ("47", [], "helped"),
        ("1", ["âge exact"], "age_exact"),
    ],
)
async def test_each_age_is_met(person, age, told, waiting):
    text = await person.say("oui", "non", age)
    assert person.reply.waiting == waiting
    for each in told[:2]:
        assert each in text


async def test_between_two_bilans_one_may_answer_or_wait(person):
    await person.say("oui", "non", "30")
    assert "45 ans" in await person.say("non")
    assert person.reply.waiting is None


async def test_a_band_tapped_asks_the_exact_age_by_tap(person):
    await person.say("oui", "non")
    await person.hear("60-65", "age")
    assert [each.said for each in person.reply.screens[-1].question.choices] == [
        "60", "61", "62", "63", "64", "65"]  # fmt: skip


async def test_under_a_question_stand_its_options_two_non_answers_and_one_help(person):
    await person.until("personal_history")
    question = person.reply.screens[-1].question
    assert [each.said for each in question.non_answers] == ["dont_know", "skipped"]
    assert question.help is not None
    help_said = await person.say("aide")
    for each in (
        "besoin d'aide maintenant",
        "Effacer",
        "Langue",
        "Pourquoi",
        "préfère ne pas dire",
    ):
        assert each in help_said


async def test_why_do_you_ask_and_more_simply_are_answered_and_the_question_comes_back(person):
    await person.until("weight_kg")
    for said in ("pourquoi ?", "plus simple"):
        await person.say(said)
        assert len(person.reply.screens) == 2
        assert person.reply.waiting == "weight_kg"


@pytest.mark.parametrize(
    ("ready", "asked"), [("yes", True), ("at_visit", False), ("skipped", False)]
)
async def test_the_private_block_is_introduced_and_asked_only_of_who_is_alone(person, ready, asked):
    text = await person.until("private_ready")
    assert "seul(e) et tranquille" in text
    assert "au rendez-vous" in text
    await person.hear(ready, "private_ready")
    assert (person.reply.waiting == "phq4_nervous") is asked


async def test_a_helped_person_is_not_asked_it_and_the_brief_says_to_talk_of_it(person):
    await person.until(None, helped="helped", share="yes")
    view = await person.service.desk.view("console", "p", CAN)
    asked = {each.id for each in view.position.asked}
    assert not asked & {"private_ready", "phq4_nervous", "suicidal_history", "violence_victim"}
    brief = make_brief(view.position, view.interview, person.service.library)
    assert brief.discuss_face_to_face


async def test_an_urgent_tick_shows_its_card_before_done_and_only_once(person):
    await person.until("suicidal_history")
    await person.hear("ideation", "suicidal_history", tick=True)
    assert "urgent" in person.kinds
    assert "3114" in person.text
    assert "Personne ne lit" in person.text
    await person.hear("attempt", "suicidal_history", tick=True)
    assert "urgent" not in person.kinds
    await person.hear("/done", "suicidal_history")
    assert person.reply.waiting == "suicide_follow_up"


async def test_the_soft_follow_up_is_recorded_then_the_person_chooses(person):
    await person.until("suicidal_history")
    await person.hear(("ideation",), "suicidal_history")
    await person.hear("recently", "suicide_follow_up")
    view = await person.service.desk.view("console", "p", CAN)
    assert view.position.answers["suicide_follow_up"] == "recently"
    assert person.reply.waiting == "go_on_suicidal_history"
    assert [each.said for each in person.reply.screens[-1].question.choices] == [
        "go_on", "pause", "stop"]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "told", "waiting"),
    [
        ("go_on", "violences", "violence_victim"),
        ("pause", "C'est gardé", "violence_victim"),
        ("stop", "On s'arrête ici", "share"),
    ],
)
async def test_after_an_urgent_card_one_goes_on_pauses_or_stops(person, said, told, waiting):
    await person.until("go_on_suicidal_history", suicidal_history=("ideation",))
    await person.hear(said, "go_on_suicidal_history")
    assert told in person.text
    assert person.reply.waiting == waiting


@pytest.mark.parametrize("question", ["suicidal_history", "violence_victim"])
async def test_passing_over_a_question_that_may_be_urgent_shows_one_quiet_line(person, question):
    await person.until(question)
    await person.hear("skipped", question)
    assert person.kinds[0] == "info"
    assert ("3114" if question == "suicidal_history" else "116 006") in person.reply.screens[0].text
    assert person.reply.screens[0].text.count("\n") == 0


async def test_several_triggers_make_one_merged_card(person):
    await person.say("oui", "non", "47")
    await person.say("mon mari me frappe et j'ai envie de mourir")
    assert person.kinds.count("urgent") == 1
    text = person.reply.screens[0].text
    assert text.index("3114") < text.index("17")
    assert text.count("Personne ne lit") == 1


async def test_distress_words_are_met_paused_and_finished_and_before_beginning(person, tmp_path):
    await person.until("weight_kg")
    assert "3114" in await person.say("je veux mourir")
    assert person.reply.waiting == "weight_kg"
    await person.say("pause")
    assert "3114" in await person.say("je veux mourir")
    await person.say("reprendre")
    await person.until(None)
    assert "3114" in await person.say("je veux mourir")


async def test_after_an_urgent_answer_the_safety_box_comes_before_anything_else(person):
    await person.until(None, suicidal_history=("ideation",), suicide_follow_up="now",
                       physical_activity_freq="5_7_per_week", tobacco_status=("no",))  # fmt: skip
    text = person.reply.screens[0].text
    assert person.kinds[0] == "restitution"
    assert "3114" in text
    first = text.index("3114")
    for praise in ("bravo", "Bravo", "minutes de marche"):
        assert praise not in text[:first]


async def test_answers_of_the_block_are_never_displayed_again(person):
    text = await person.until("check_answers", suicidal_history=("ideation",),
                              suicide_follow_up="long_ago", violence_victim="yes",
                              violence_follow_up="past")  # fmt: skip
    assert "envie de mourir" not in text
    assert "répondu" in text
    # In the list of what may be changed: what everybody is asked, and nothing that tells.
    await person.say("modifier")
    text = await person.hear("/change @mental_wellbeing_violence")
    assert "répondu" in text
    for told in ("penses", "pensez à mourir", "en danger", "J'ai eu envie", "follow_up", "go_on"):
        assert told not in text
    # And all of them can be erased alone.
    await person.hear("/erase_private")
    view = await person.service.desk.view("console", "p", CAN)
    assert not any(each.private for each in view.position.asked)
    assert not any("suicid" in each.question for each in view.interview.log)


async def test_a_pause_comes_back_at_the_same_place_and_start_again_begins_anew(person):
    await person.until("leg_swelling")
    assert "C'est gardé" in await person.say("pause")
    assert "gonflées" in await person.say("reprendre")
    await person.say("recommencer")
    assert person.reply.waiting == "consent"


async def test_the_language_changes_in_the_middle(person):
    await person.until("leg_swelling")
    assert "swollen" in (await person.say("english")).lower()
    assert person.reply.waiting == "leg_swelling"


async def test_help_needed_now_is_answered_at_once_anywhere(person):
    await person.until("leg_swelling")
    for said in ("au secours", "j'ai besoin d'aide maintenant"):
        text = await person.say(said)
        assert "15" in text
        assert "3114" in text
        assert person.reply.waiting == "leg_swelling"


async def test_an_unreadable_answer_is_asked_again_with_what_was_not_understood(person):
    await person.until("personal_history")
    text = await person.say("cancer et patates")
    assert "Cancer" in text
    assert "patates" in text
    assert person.reply.waiting == "personal_history"
