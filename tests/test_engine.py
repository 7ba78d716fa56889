"""What comes next, in tables and short stories."""

from __future__ import annotations

import pytest

from flows import engine, model
from flows.engine import nearest, upcoming
from tests.driving import ALERT, HEALTH, NOW, Talk, small_shelf

STARTED = ("oui", "47")


@pytest.fixture
def shelf(tmp_path):
    return small_shelf(tmp_path)


@pytest.fixture
def talk(shelf):
    return Talk(shelf)


@pytest.mark.parametrize(
    ("said", "answers", "waiting"),
    [
        (["oui"], {"smokes": "yes"}, "wants_to_stop"),
        (["non"], {"smokes": "no"}, "ill"),
        (["passer"], {"smokes": "skipped"}, "ill"),
        (["je sais pas"], {"smokes": "dont_know"}, "ill"),
        (["oui", "non", "1 et 2"], {"ill": ("heart", "lungs")}, "heart_follow_up"),
        (["non", "aucune", "1m75"], {"height_m": 1.75}, "share"),
        (["non", "aucune", "1m75", "oui"], {"share": "yes"}, None),
    ],
)
def test_what_was_said_leads_to_the_next_question(talk, said, answers, waiting):
    talk.say(*STARTED, *said)

    assert talk.position.answers.items() >= answers.items()
    assert talk.waiting == waiting


def test_a_changed_mind_hides_the_answer_that_depended_on_it_and_keeps_it(talk):
    talk.say(*STARTED, "oui", "oui")
    talk.say("no", about="smokes")
    assert "wants_to_stop" not in talk.position.answers

    talk.say("yes", about="smokes")
    assert talk.position.answers["wants_to_stop"] == "yes"


def test_an_old_button_corrects_its_own_question_and_never_answers_today_s(talk):
    talk.say(*STARTED, "non")
    step = talk.say("yes", about="smokes")

    assert step.position.answers["smokes"] == "yes"
    assert talk.waiting == "wants_to_stop"


def test_a_button_of_a_question_that_no_longer_concerns_changes_nothing(talk):
    talk.say(*STARTED, "non")
    before = talk.interview
    step = talk.say("yes", about="wants_to_stop")

    assert step.outcome == "stale"
    assert talk.interview == before


def test_going_back_shows_the_question_again_and_its_answer_stands_until_replaced(talk):
    talk.say(*STARTED, "non", "retour")
    assert talk.waiting == "smokes"
    assert talk.position.answers["smokes"] == "no"

    talk.say("oui")
    assert talk.waiting == "wants_to_stop"


def test_going_back_twice_then_on_returns_where_we_were(talk):
    talk.say(*STARTED, "oui", "oui", "retour", "retour")
    assert talk.waiting == "smokes"

    talk.say("reprendre")
    assert talk.waiting == "ill"


@pytest.mark.parametrize("where", [(), ("non",), ("non", "aucune")])
def test_pausing_and_resuming_lose_nothing(talk, where):
    talk.say(*STARTED, *where)
    waiting = talk.waiting
    assert talk.say("pause").position.paused
    assert not talk.say("reprendre").position.paused
    assert talk.waiting == waiting


def test_restarting_asks_everything_again(talk):
    talk.say(*STARTED, "non", "recommencer")

    assert talk.waiting == "consent"
    assert talk.position.answers == {}


def test_a_height_out_of_range_is_asked_again_once_then_kept_as_not_usable(talk):
    talk.say(*STARTED, "non", "aucune")
    step = talk.say("17 m")
    assert step.outcome == "unreadable"
    assert talk.waiting == "height_m"

    talk.say("17 m")
    assert talk.position.answers["height_m"] == model.NOT_USABLE
    assert talk.waiting == "share"


def test_what_was_not_understood_holds_nothing_of_the_batch_it_was_heard_in(talk):
    problem = talk.say(*STARTED, "bla bla").problem

    assert problem.code and problem.__traceback__ is None


def test_an_urgent_box_is_met_on_the_very_tick_and_only_once(talk):
    talk.say(*STARTED, "non")
    assert talk.say("heart", about="ill", tick=True).cards == ("heart/first",)
    assert talk.say("lungs", about="ill", tick=True).cards == ()
    step = talk.say("/done")
    assert step.cards == ()
    assert talk.waiting == "heart_follow_up"


def test_a_question_passed_over_that_could_have_been_urgent_shows_a_quiet_line(talk):
    talk.say(*STARTED, "non")
    assert talk.say("passer").quiet == ("heart",)


def test_after_an_urgent_message_the_person_chooses(talk):
    talk.say(*STARTED, "non", "coeur")
    assert talk.say("oui").cards == ("heart/now",)
    assert talk.waiting == "go_on_ill"

    talk.say("arrêter ici")
    assert talk.position.stopped
    assert talk.waiting == "share"


def test_worrying_words_are_met_before_anything_else_in_any_state(talk):
    talk.say(*STARTED, "non", "aucune")
    step = talk.say("j'ai très mal au cœur")
    assert step.outcome == "distress"
    assert step.cards == ("heart/first",)
    assert talk.waiting == "height_m"
    talk.say("pause")
    assert talk.say("mal au coeur").cards == ("heart/first",)
    assert [each[0] for each in talk.interview.distress] == ["heart", "heart"]


def test_exclusive_boxes_clear_the_others_when_ticked(talk):
    talk.say(*STARTED, "non")
    talk.say("lungs", "none", about="ill", tick=True)
    assert talk.interview.draft == ("ill", ("none",))
    talk.say("lungs", about="ill", tick=True)
    assert talk.interview.draft == ("ill", ("lungs",))


@pytest.mark.parametrize(
    ("age", "band", "between", "next_one"),
    [
        (18, "18-25", False, ("45-50", 45)),
        (25, "18-25", False, ("45-50", 45)),
        (26, "18-25", True, ("45-50", 45)),
        (35, "18-25", True, ("45-50", 45)),
        (36, "45-50", True, ("45-50", 45)),
        (55, "45-50", True, ("60-65", 60)),
        (56, "60-65", True, ("60-65", 60)),
        (75, "70-75", False, None),
        (90, "70-75", True, None),
    ],
)
def test_the_band_of_an_age(shelf, age, band, between, next_one):
    assert nearest(shelf, age) == (band, between)
    assert upcoming(shelf, age) == next_one


@pytest.mark.parametrize(
    ("said", "closed", "waiting"),
    [
        (("non",), "refused", None),
        (("oui", "16"), "underage", None),
        (("oui", "passer"), "no_age", None),
        (("oui", "30"), None, "band_choice"),
        (("oui", "30", "non"), "waits", None),
        (("oui", "30", "oui"), None, "smokes"),
    ],
)
def test_how_the_start_may_end(talk, said, closed, waiting):
    talk.say(*said)

    assert (talk.position.closed, talk.waiting) == (closed, waiting)


def test_a_band_tapped_then_the_exact_age(talk):
    talk.say("oui")
    talk.say("60-65", about="age")
    assert talk.waiting == "age_exact"
    talk.say("63")
    assert talk.position.questionnaire.band == "60-65"
    assert talk.position.answers.age == 63
    talk.say("19", about="age_exact")
    assert talk.position.questionnaire.band == "18-25"


def test_publishing_a_changed_questionnaire_while_interviews_are_open(tmp_path, shelf):
    """Unchanged answers stay, changed questions are asked again, finished ones are untouched."""
    early, middle, done = Talk(shelf), Talk(shelf), Talk(shelf)
    early.say(*STARTED, "oui")
    middle.say(*STARTED, "non", "aucune")
    done.say(*STARTED, "non", "aucune", "1m75", "oui")
    kept = model.dump(done.interview)

    questions = [dict(each) for each in HEALTH["questions"]]
    questions[2] |= {"ask": "Avez-vous une maladie du cœur, des poumons ?"}  # wording only
    questions[0] |= {"ask": "Fumez-vous ou vapotez-vous ?", "meaning": 2}  # another question
    new = small_shelf(tmp_path / "new", theme=HEALTH | {"questions": questions})
    for talk in (early, middle):
        talk.shelf = new

    assert early.waiting == "smokes"
    assert middle.waiting == "smokes"
    assert middle.position.answers["ill"] == ("none",)
    middle.say("non")
    assert middle.waiting == "height_m"
    assert model.dump(done.interview) == kept
    again = engine.replay(new, done.interview)
    assert again.finished
    assert again.answers == engine.replay(shelf, done.interview).answers


def test_the_record_says_which_words_the_person_saw(shelf):
    interview = engine.begin("one", "fr", NOW)
    for said, wording in (("oui", ("own", "1", "fr")), ("47", ("own", "1", "ar"))):
        heard = engine.Heard(said)
        interview = engine.hear(shelf, interview, heard, NOW, wording).interview

    assert [interview.wordings[each.wording] for each in interview.log] == [
        ("own", "start/1", "fr"), ("own", "start/1", "ar")]  # fmt: skip


def test_a_stored_interview_reads_back_as_it_was(talk):
    talk.say(*STARTED, "oui", "oui", "1 et 2")

    assert model.load(model.dump(talk.interview)) == talk.interview


def test_changing_a_worrying_answer_is_no_cry_for_help(tmp_path):
    talk = Talk(small_shelf(tmp_path, alert=ALERT | {"words": {"fr": [r"\bill"]}}))
    talk.say(*STARTED, "non", "1", "go_on")
    assert talk.say("/change ill").outcome == "moved"
    assert talk.waiting == "ill"
    assert talk.say("/change I am ill").outcome == "distress"
