"""The prevention plan: what it starts from, how it is changed, what may not enter it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from flows.errors import BadContent
from flows.model import BANDS
from restitution import plan_choices, ppp
from restitution.paper import tells
from restitution.paper_plan import Signed
from restitution.plan_text import latin, plan_text
from restitution.ppp import Line, Plan, Row, ranked, smaller_step
from restitution.ppp_check import problems
from restitution.ppp_edit import act, read
from restitution.ppp_offers import Offer, offers
from tests.advising import brief, rules
from tests.population import patients
from tests.test_personas import PEOPLE, said

CHOICES = plan_choices.load()
SIGNED = Signed(1, "Camille Martin", "infirmière", "26/11/2026")


def persona(name: str, **more: Any) -> dict[str, Any]:
    return {**said(next(each for _, each in PEOPLE if each["name"].startswith(name))), **more}


def draft(name: str, **more: Any) -> Plan:
    return ppp.draft(brief(persona(name, **more)), rules())


def subjects(plan: Plan) -> list[tuple[str, bool]]:
    return [(each.priority.origin, each.kept) for each in plan.rows]


# -- the draft -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Two ticked, in their order; then the strongest signal of another subject, left aside.
        ("Marc", ["topic:reduce_stop_tobacco", "topic:eat_better_move_more",
                  "topic:reduce_stop_alcohol"]),
        # Danger now: nothing of it; what is left of the signals.
        ("Sandrine", ["topic:sleep_better"]),
        ("Fatou", ["topic:menopause", "topic:screening_information",
                   "topic:mental_wellbeing_stress"]),
        # Nothing said, nothing found: an empty plan, never an invented one.
        ("Thomas", []),
        # All is well: her own subject, without any signal behind it.
        ("Rosa", ["topic:screening_information"]),
    ],
)  # fmt: skip
def test_the_draft_follows_the_person_then_the_strongest_signals(name, expected):
    made = draft(name)
    assert [origin for origin, _ in subjects(made)][: len(expected) or None] == expected
    assert [kept for _, kept in subjects(made)] == [True, True, False][: len(made.rows)]


def test_every_automatic_line_is_a_draft_that_says_where_it_came_from():
    made = draft("Marc")
    first = made.rows[0]
    assert {each.state for each in made.lines} == {"draft"}
    assert first.priority == Line("Fumer moins ou arrêter", "topic:reduce_stop_tobacco", "draft")
    assert first.signals[0] == "smoker"
    assert [each.origin for each in first.advice] == [
        "advice:smoker", "advice:cardiovascular_cluster", "step:smoker"]  # fmt: skip
    assert first.resources[0].origin == "resource:tabac_3989"
    assert first.resources[0].whole.startswith("Tabac info service, 3989")
    assert made.follow_up == (Line("Point dans 3 mois", "choice:months_3", "draft"),)


def test_the_words_fit_the_answers_not_only_the_rule():
    made = draft("Marc", priorities=["reduce_stop_alcohol"])
    over = next(each for each in made.rows[0].advice if each.origin == "advice:alcohol_over")
    assert "n'arrêtez pas d'un coup sans avis médical" in over.text


def test_what_the_person_wrote_is_a_priority_in_their_own_words():
    made = draft("Rosa", priorities="skipped", priorities_free_text="retrouver mon souffle")
    assert made.rows[0].priority == Line("retrouver mon souffle", "person", "draft")


@pytest.mark.parametrize("words", ["mon mari me frappe", "je veux mourir"])
def test_what_the_person_confided_never_becomes_a_priority(words):
    answers = persona("Rosa", priorities="skipped", priorities_free_text=words)
    made = ppp.draft(brief(answers, [("violence", words, "priorities_free_text", 1)]), rules())
    assert words not in repr(made)


def test_words_that_set_off_an_alert_stay_out_even_when_they_tell_nothing_by_themselves():
    words = "je voudrais disparaître"
    answers = persona("Rosa", priorities="skipped", priorities_free_text=words)
    made = ppp.draft(brief(answers, [("suicide", words, "priorities_free_text", 1)]), rules())
    assert words not in repr(made)


def test_a_theme_the_person_refused_is_not_proposed_and_one_they_want_comes_first():
    calm = persona("Marc", priorities="skipped", check_answers="all_good")
    refused = ppp.draft(brief({**calm, "help_addictions": "no"}), rules())
    assert not {"topic:reduce_stop_tobacco", "topic:reduce_stop_alcohol"} & {
        origin for origin, _ in subjects(refused)
    }
    wanted = ppp.draft(brief({**calm, "help_physical_activity": "today"}), rules())
    assert subjects(wanted)[0] == ("topic:eat_better_move_more", True)


@pytest.mark.parametrize(("band", "person"), PEOPLE, ids=[each["name"] for _, each in PEOPLE])
def test_a_draft_keeps_its_promises_for_everybody(band, person):
    made = ppp.draft(brief(said(person)), rules())
    assert len(made.rows) <= 3 and sum(each.kept for each in made.rows) <= 2
    assert not [each for each in made.lines if tells(each.whole)]
    for row in made.rows:
        assert row.priority.text and len(row.advice) <= 3 and len(row.resources) <= 2
        assert all(rules().by_id[each].severity != "urgent" for each in row.signals)
    texts = [each.text for row in made.rows for each in row.advice]
    assert len(made.rows) < 2 or len(set(texts)) >= len(texts) - 1
    assert msgspec.json.decode(msgspec.json.encode(made), type=Plan) == made


# -- before the choice: importance and confidence --------------------------------------------------


def rated(name: str, importance: int | None, confidence: int | None) -> Row:
    return Row(Line(name), importance=importance, confidence=confidence)


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        ([("a", None, None), ("b", None, None), ("c", None, None)], "abc"),
        ([("a", 3, 9), ("b", 9, 2), ("c", 7, 7)], "bca"),
        ([("a", 8, 3), ("b", 8, 7), ("c", 8, None)], "bac"),
        ([("a", None, 10), ("b", 0, 0), ("c", None, None)], "bac"),
        ([("a", 5, 5), ("b", 5, 5), ("c", 10, 0)], "cab"),
        ([], ""),
    ],
)
def test_the_most_important_comes_first_then_what_one_feels_able_to_do(rows, order):
    found = ranked(rated(*each) for each in rows)
    assert "".join(each.priority.text for each in found) == order


@pytest.mark.parametrize(("confidence", "shown"), [(None, False), (0, True), (6, True), (7, False),
                                                   (10, False)])  # fmt: skip
def test_low_confidence_calls_for_a_smaller_step(confidence, shown):
    made = brief(persona("Marc"))
    row = replace(draft("Marc").rows[0], confidence=confidence)
    found = smaller_step(row, offers(made, rules()).by_origin, CHOICES)
    assert (found is not None) == shown
    if found:
        text, step = found
        assert f"{confidence} sur 10" in text
        assert step is not None and step.origin not in {each.origin for each in row.advice}


# -- changing it -----------------------------------------------------------------------------------


def form(plan: Plan, **more: list[str]) -> dict[str, list[str]]:
    """What a browser sends of this plan when nothing was touched; `more`: « r0__words »…"""
    fields: dict[str, list[str]] = {"follow.words": [""]}
    for each in plan.follow_up:
        group = next((g.id for g in CHOICES.follow_up for c in g.choices
                      if f"choice:{c.id}" == each.origin), "words")  # fmt: skip
        fields[f"follow.{group}"] = [each.origin.removeprefix("choice:")]
    for at, row in enumerate(plan.rows):
        fields[f"r{at}.priority"] = [row.priority.whole]
        fields |= {f"r{at}.kept": ["1"]} if row.kept else {}
        for cell in ("advice", "resources"):
            for number, line in enumerate(getattr(row, cell)):
                fields[f"r{at}.{cell}.{number}"] = [line.whole]
    return fields | {key.replace("__", "."): value for key, value in more.items()}


def edited(plan: Plan, name: str = "Marc", **more: list[str]) -> Plan:
    return read(plan, form(plan, **more), offers(brief(persona(name)), rules()).by_origin, CHOICES)


def test_a_form_sent_untouched_changes_nothing():
    made = draft("Marc")
    assert edited(made) == made


def test_a_changed_line_is_edited_and_no_longer_passes_for_the_librarys_words():
    made = edited(draft("Marc"), r0__advice__0=["Dix minutes de marche avec la voisine"])
    line = made.rows[0].advice[0]
    assert (line.text, line.state) == ("Dix minutes de marche avec la voisine", "edited")
    assert line.origin == "advice:smoker" and line.context is None
    assert made.rows[0].advice[1].state == "draft"


def test_lines_are_picked_typed_ticked_and_emptied():
    made = edited(
        draft("Marc"), r0__advice__2=[""], r0__pick_advice=["advice:aaa", "advice:fruit_low"],
        r0__new_resources=["  Mme Diallo,\n tabacologue  "], r0__obstacle=["time", "nonsense"],
        r0__words=["mon fils fume aussi"], r0__importance=["8"], r0__confidence=["11"],
        follow__who=["doctor"], follow__words=["le 3 mars"],
    )  # fmt: skip
    row = made.rows[0]
    assert [each.origin for each in row.advice] == [
        "advice:smoker", "advice:cardiovascular_cluster", "advice:fruit_low"]  # fmt: skip
    assert row.advice[2].state == "accepted"
    assert row.resources[-1] == Line("Mme Diallo, tabacologue")
    assert row.obstacles == (Line("Pas le temps", "choice:time", "accepted"),
                             Line("mon fils fume aussi", "person"))  # fmt: skip
    assert (row.importance, row.confidence) == (8, None)
    assert [each.text for each in made.follow_up] == [
        "Point dans 3 mois", "Avec le médecin traitant", "le 3 mars"]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "order"),
    [
        ("up:1", "bac"), ("down:0", "bac"), ("up:0", "abc"), ("down:2", "abc"), ("remove:1", "ac"),
        ("up:9", "abc"), ("up:x", "abc"), ("", "abc"), ("remove:-1", "abc"), ("nonsense:1", "abc"),
    ],
)  # fmt: skip
def test_priorities_move_and_go(what, order):
    plan = replace(draft("Rosa"), rows=tuple(Row(Line(each)) for each in "abc"))
    assert "".join(each.priority.text for each in act(plan, what).rows) == order


def test_lines_move_and_go_too():
    plan = draft("Marc")
    a, b, c = plan.rows[0].advice
    assert act(plan, "line_up:0.advice.1").rows[0].advice == (b, a, c)
    assert act(plan, "drop:0.advice.0").rows[0].advice == (b, c)
    assert act(plan, "drop:0.advice.7") == plan


def test_lines_are_accepted_one_by_one_by_row_and_all_together():
    plan = draft("Marc")
    one = act(plan, "accept:0.advice.1").rows[0]
    assert [each.state for each in one.advice] == ["draft", "accepted", "draft"]
    row = act(plan, "accept:0")
    assert {each.state for each in row.rows[0].lines} == {"accepted"}
    assert {each.state for each in row.rows[1].lines} == {"draft"}
    everything = act(plan, "accept_all")
    assert {each.state for each in ppp.final(everything).lines} == {"accepted"}


def test_there_are_four_rows_at_most():
    plan = draft("Marc")
    for _ in range(5):
        plan = act(plan, "add_row")
    assert len(plan.rows) == 4


# -- what keeps it from being validated ------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "where", "told"),
    [
        ({"r0__advice__0": ["Si on vous frappe encore, appelez"]}, "r0.advice.0", "conseil 1"),
        ({"r0__words": ["peur de mon mari violent"]}, "r0.obstacles.0", "frein 1"),
        ({"r1__new_resources": ["3919"]}, "r1.resources.2", "ressource 3"),
        ({"r1__new_resources": ["SOS Amitié"]}, "r1.resources.2", "ressource 3"),
        ({"r1__new_resources": ["01 40 05 42 70"]}, "r1.resources.2", "ressource 3"),
        ({"follow__words": ["en parler : idées de suicide"]}, "follow.words", "Suivi"),
        ({"r0__priority": [""]}, "r0.priority", "écrivez-la"),
    ],
)  # fmt: skip
def test_what_may_not_stand_in_a_plan_is_named_kindly(fields, where, told):
    plan = edited(act(draft("Marc"), "accept_all"), **fields)
    found = problems(plan, rules())
    assert [each.where for each in found] == [where]
    assert told in found[0].text


def test_drafts_too_many_rows_and_none_are_told():
    made = draft("Marc")
    assert {each.where for each in problems(made, rules())} == {
        "r0.priority", "r1.priority", "follow.when"}  # fmt: skip
    assert problems(act(made, "accept_all"), rules()) == ()
    assert "au moins une" in problems(replace(made, rows=(), follow_up=()), rules())[0].text
    four = replace(made, rows=tuple(Row(Line(each)) for each in "abcd"), follow_up=())
    assert "trois priorités au plus" in problems(four, rules())[0].text


# -- what is offered -------------------------------------------------------------------------------


def test_nothing_confidential_is_offered_and_the_words_of_this_brief_come_first():
    for band in BANDS:
        for each in patients(band, 12, seed=5):
            made = offers(each.brief(), rules())
            assert not [line for line in made.by_origin.values() if tells(line.whole)]
            assert not {"resource:p3114", "resource:samu_15"} & set(made.by_origin)
            origins = [line.origin for offer in made.advice for line in offer.lines]
            assert len(origins) == len(set(origins))


def test_a_local_directory_has_its_place():
    near = Offer("local", (Line("Club de marche", "local:1", "accepted"),))
    made = offers(brief(persona("Marc")), rules(), [near])
    assert [each.theme for each in made.resources] == ["", "local", "all"]
    assert made.by_origin["local:1"].text == "Club de marche"


def test_the_topics_of_the_library_are_those_of_the_form():
    assert rules().topics["reduce_stop_tobacco"] == "Fumer moins ou arrêter"
    assert len(rules().topics) == 9


# -- as text ---------------------------------------------------------------------------------------


def test_the_text_copy_fits_old_software():
    plan = act(draft("Marc", chosen_name="Zoë Ÿ. 张"), "accept_all")
    made = plan_text(plan, SIGNED)
    made.encode("latin-1")
    assert max(map(len, made.splitlines())) <= 80
    assert "Zoë Y. [...], 50 ans - Bilan 45-50 ans" in made
    assert "Version 1, écrite avec Camille Martin, infirmière, le 26/11/2026" in made
    assert "prenez soin de votre\n     coeur" in made
    assert "Boire moins" not in made  # weighed, and left aside


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("l’œuf à 3 €… — déjà", "l'oeuf à 3 EUR... - déjà"), ("8 h\u00a0\u2009≥ 2", "8 h >= 2"),
     ("مرحبا يا صديق", "[...]"), ("Łódź", "[...]ódz"), ("a\u0000b\u202ec", "abc"), ("😀 ok", "ok")],
)  # fmt: skip
def test_letters_every_software_shows(typed, shown):
    assert latin(typed) == shown


# -- whatever is sent ------------------------------------------------------------------------------

NAMES = [f"r{at}.{name}" for at in range(5) for name in (
    "priority", "kept", "importance", "confidence", "obstacle", "words", "advice.0", "advice.9",
    "resources.1", "pick_advice", "pick_resources", "new_advice", "new_resources",
)] + ["follow.when", "follow.how", "follow.words", "do", ""]  # fmt: skip
BUTTONS = some.one_of(
    some.sampled_from(["save", "rank", "add_row", "accept_all", "accept:follow_up", "up:0",
                       "down:2", "remove:1", "accept:0.advice.0", "drop:0.resources.1",
                       "line_down:1.advice.0", "accept:1.priority"]),
    some.text(max_size=12),
)  # fmt: skip


@given(
    some.dictionaries(some.sampled_from(NAMES), some.lists(some.text(max_size=400), max_size=3)),
    some.lists(BUTTONS, max_size=5),
)
def test_no_form_breaks_a_plan_or_makes_it_grow_without_end(fields, buttons):
    plan, offered = draft("Marc"), offers(brief(persona("Marc")), rules()).by_origin
    for each in buttons:
        plan = act(read(plan, fields, offered, CHOICES), each)
    assert len(plan.rows) <= ppp.ROWS
    for row in plan.rows:
        assert len(row.advice) <= ppp.LINES and len(row.resources) <= ppp.LINES
        assert len(row.obstacles) <= len(CHOICES.obstacles) + 1
        assert row.importance is None or 0 <= row.importance <= 10
        assert all(len(each.text) <= ppp.LONGEST for each in row.lines)
    problems(plan, rules())
    plan_text(plan, SIGNED).encode("latin-1")
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


def test_no_text_of_the_library_is_longer_than_a_line_may_be():
    """Otherwise sending a form untouched would cut it."""
    for rule in rules().rules:
        for part in (rule, *rule.variants):
            assert all(len(each or "") <= ppp.LONGEST for each in (part.patient, part.step))


# -- what an author may get wrong ------------------------------------------------------------------


def test_every_mistake_in_the_choices_is_named_at_once(tmp_path):
    for path in plan_choices.FOLDER.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    obstacles, follow_up = tmp_path / "obstacles.yaml", tmp_path / "follow_up.yaml"
    obstacles.write_text(obstacles.read_text("utf-8").replace("id: money", "id: time"), "utf-8")
    text = follow_up.read_text("utf-8").replace("usual: months_3", "usual: months_9")
    follow_up.write_text(text.replace("Par téléphone", "Pas le temps"), "utf-8")
    with pytest.raises(BadContent) as told:
        plan_choices.load(tmp_path)
    assert told.value.problems == [
        "plan: the id 'time' stands twice",
        "plan: the label 'Pas le temps' stands twice",
        "plan/follow_up.yaml: usual: no choice called 'months_9'",
    ]
