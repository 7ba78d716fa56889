"""What a phone decides by itself is what we would: both along the same made-up interviews."""

from __future__ import annotations

import json
import random
import re
import subprocess
from dataclasses import replace
from functools import cache

import msgspec
import pytest

import locales
from bot.channels.web import WebConfig
from bot.channels.web.ahead import STOPS, Ahead
from bot.channels.web.assets import FOLDER
from bot.channels.web.site import CAN, Site
from flows import engine
from flows.engine import Heard
from flows.model import BANDS, NON_ANSWERS, Question
from tests.node import installed
from tests.sampling import WHOLE
from tests.serving import NOW, make

MOST = 10 * 1024
MOST_ELSEWHERE = 11 * 1024
WIDE = ("ru", "uk", "ta", "bn")
"""Where a letter takes two or three bytes, and there are many of them."""
INTERVIEWS = 1_000 if WHOLE else 100
AGES = {"18-25": (18, 25), "45-50": (45, 50), "60-65": (60, 65), "70-75": (70, 75)}
WALK = """
const fs = require('fs');
eval(fs.readFileSync(process.argv[1], 'utf8') + ';globalThis.walk = walk');
const {suites, interviews} = JSON.parse(fs.readFileSync(0, 'utf8'));
const wrong = [];
interviews.forEach((steps, number) => steps.forEach(step => {
  const {questions, cards} = suites[step.band];
  const here = questions.findIndex(each => each.id === step.about);
  const now = {...step.known, [step.about]: step.value};
  const at = walk.next(questions, now, here + 1);
  const due = walk.due(cards, step.about, step.known, now).length;
  const left = walk.left(questions, now, at);
  const got = [at < 0 ? null : questions[at].id, due, questions[at].html ? left : step.then[2]];
  if (JSON.stringify(got) !== JSON.stringify(step.then)) wrong.push([number, step, got]);
}));
console.log(JSON.stringify([interviews.flat().length, wrong.slice(0, 3)]));
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    service = make(tmp_path_factory.mktemp("ahead"))
    yield Site(service.desk, WebConfig("https://bilan.example.org", "https://www.sante.fr"))
    service.writer.close()


@cache
def _suite(site: Site, band: str, language: str = "fr"):
    asset = _phones(site)._made(band, language)
    return asset, json.loads(asset.plain)


def any_answer(question: Question, dice: random.Random):
    """Something this question may be answered, a refusal now and then."""
    if dice.random() < 0.2 and question.id not in ("consent", "age_exact"):
        return dice.choice(sorted(NON_ANSWERS - {"not_concerned"}))
    if question.kind == "number":
        return round(dice.uniform(question.low, question.high), 2)
    if question.kind == "text":
        return "quelques mots"
    values = [each.value for each in question.options]
    if question.kind == "single":
        return "go_on" if question.id.startswith("go_on_") else dice.choice(values)
    together = [each.value for each in question.options if not (each.exclusive or each.group)]
    some = [each for each in together if dice.random() < 0.4]
    return tuple(some or [dice.choice(values)])


@cache
def _phones(site: Site) -> Ahead:
    return Ahead(site)


def walked(site: Site, number: int):
    """One made-up interview, as far as a phone goes alone: what each answer led to, here."""
    dice, shelf = random.Random(number), site.desk.shelf
    band = BANDS[number % 4]
    interview = engine.begin(str(number), "fr", NOW)
    for said in ("yes", "no"):
        waiting = engine.replay(shelf, interview).waiting
        interview = engine.hear(shelf, interview, Heard(said, waiting.id, False), NOW).interview
    age = str(dice.randint(*AGES[band]))
    interview = engine.hear(shelf, interview, Heard(age), NOW).interview
    helped = dice.choice(["alone", "helped"])
    interview = engine.hear(shelf, interview, Heard(helped, "helped", False), NOW).interview
    ahead, steps = _phones(site), []
    while True:
        view = site.desk.clerk.view(interview, CAN)
        here, waiting = ahead.here(view), view.position.waiting
        if waiting.id in STOPS:
            return steps
        assert here, waiting.id
        value = any_answer(waiting, dice)
        doubt = about_to_say(interview, waiting.id, value)
        step = engine.hear(shelf, doubt, Heard("/confirm"), NOW)
        after = step.position
        steps.append({
            "band": band, "known": json.loads(here)["known"], "about": waiting.id,
            "value": list(value) if isinstance(value, tuple) else value,
            "then": [after.waiting.id, len(step.cards), _left(after)],
        })  # fmt: skip
        interview = step.interview


def about_to_say(interview, question, value):
    """The same interview, one tap before this very value is kept."""
    return msgspec.structs.replace(interview, doubt=(question, value))


def _left(position):
    order = position.asked
    rest = order[order.index(position.waiting) :]
    return sum(each.section == position.waiting.section for each in rest)


def test_a_phone_asks_the_same_next_question_and_shows_the_same_cards(site):
    node, _ = installed()
    sent = {
        "suites": {band: _suite(site, band)[1] for band in BANDS},
        "interviews": [walked(site, number) for number in range(INTERVIEWS)],
    }
    ran = subprocess.run([node, "-e", WALK, str(FOLDER / "walk.js")], input=json.dumps(sent),
                         capture_output=True, text=True, check=True)  # fmt: skip
    steps, wrong = json.loads(ran.stdout)
    assert steps > 20 * INTERVIEWS
    assert wrong == []


def test_a_phone_gives_the_server_what_was_not_said_by_the_same_names():
    js = (FOLDER / "walk.js").read_text(encoding="utf-8")
    assert set(re.findall(r'"(\w+)"', js.split("NOT_SAID = ")[1].split("]")[0])) == NON_ANSWERS


@pytest.mark.parametrize("language", locales.offered())
@pytest.mark.parametrize("band", BANDS)
def test_a_whole_questionnaire_is_fetched_in_ten_kilobytes(site, band, language):
    asset, said = _suite(site, band, language)
    assert len(asset.small) <= (MOST_ELSEWHERE if language in WIDE else MOST)
    assert sum("html" in each for each in said["questions"]) > 30


@pytest.mark.parametrize("band", BANDS)
def test_nothing_personal_lies_on_a_phone(site, band):
    asset, said = _suite(site, band)
    questions = site.desk.shelf.questionnaires[band].questions
    private = [each for each in questions if each.private]
    assert len(private) > 5
    text = asset.plain.decode()
    for each in private:
        assert each.ask not in text and f'"{each.id}"' not in text
    assert [each["id"] for each in said["questions"] if "html" not in each] == list(STOPS)
    for alert in site.desk.shelf.alerts.values():
        if alert.confidential:
            assert all(card.text.split("\n")[0] not in text for card in alert.cards)


@pytest.mark.parametrize("band", BANDS)
def test_the_questions_are_the_same_for_everybody(site, band):
    one, other = (Ahead(site)._make(band, "fr") for _ in range(2))
    assert (one.address, one.plain) == (other.address, other.plain)
    assert 'name="key"' not in one.plain.decode()


def test_what_conditions_do_not_look_at_stays_with_us(site):
    steps = [step for number in range(40) for step in walked(site, number)]
    looked = {"age", "age_exact", "helped", "sex"} | {
        "children_at_home", "has_children", "personal_history", "colorectal_or_breast_screening",
        "tobacco_status", "alcohol_statements", "other_substances", "leg_swelling",
        "breathless_vs_peers", "weight_change_6m", "chest_pain_effort", "chest_pain_follow_up",
        "one_leg_painful", "nitrous_follow_up",
    }  # fmt: skip
    assert {name for step in steps for name in step["known"]} <= looked


def test_where_only_we_can_decide_a_phone_waits(site):
    """A score or a fact in a condition: the question is named, and not shown."""
    band = "45-50"
    shelf = site.desk.shelf
    asked = shelf.questionnaires[band]
    odd = tuple(
        replace(each, written={"when": {"score": {"phq4": {"min": 3}}}})
        if each.id == "sleep_duration" else each for each in asked.questions
    )  # fmt: skip
    site.desk.shelf = replace(
        shelf, questionnaires={**shelf.questionnaires, band: replace(asked, questions=odd)}
    )
    try:
        said = json.loads(Ahead(site)._make(band, "fr").plain)
    finally:
        site.desk.shelf = shelf
    assert "html" not in next(each for each in said["questions"] if each["id"] == "sleep_duration")
