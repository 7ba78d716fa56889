"""Second-line tests: the published score, both sides of each threshold, nothing imputed."""

from __future__ import annotations

import dataclasses
import itertools
import shutil

import msgspec
import pytest
import yaml

from flows import engine, instruments, model
from flows.engine import Heard
from flows.errors import BadContent
from flows.files import read_yaml
from flows.loading import CONTENT, load
from flows.model import Answers
from tests.advising import rules, shelf

NOW = 1_795_000_000
ALL = sorted(shelf().instruments)


def tool(name):
    return shelf().instruments[name]


def answered(name, points):
    """Answers worth these points, item by item; None: skipped."""
    instrument = tool(name)
    said = Answers()
    for item, worth in zip(instrument.points, points, strict=True):
        if worth is None:
            said[item] = "skipped"
            continue
        found = [value for value, each in instrument.points[item].items() if each == worth]
        assert found, f"{item}: nothing is worth {worth}"
        said[item] = found[0]
    return said


def worth(name, total):
    """Points, item by item, that add up to this total."""
    left, points = total, []
    for options in tool(name).points.values():
        best = max(each for each in options.values() if each <= left)
        points.append(best)
        left -= best
    assert left == 0, f"{name}: no way to {total}"
    return points


def scores(name, points, sex=None):
    return instruments.score(tool(name), answered(name, points), sex)


# -- what is there ---------------------------------------------------------------------------------


def test_the_ten_tests_are_there_and_the_others_are_named():
    assert ALL == ["audit_c", "cast", "epices", "face", "fagerstrom_6", "gad7", "gds15",
                   "hsi_2_items", "phq9", "scoff_f"]  # fmt: skip
    named = {each.id: each for each in shelf().elsewhere}
    for licensed in ("epworth", "stop_bang", "isi_insomnia", "full_zarit", "frax"):
        assert named[licensed].why == "licence"
    for asked in ("mna_sf", "grio_calcium", "hhie_s", "mini_zarit", "icope_step1"):
        assert named[asked].why == "ask"
    assert all(each.where for each in shelf().elsewhere)


def test_every_test_a_rule_suggests_is_here_or_named_with_where_to_find_it():
    ours = {each.id for each in rules().tests.values() if each.ours}
    theirs = {each.id for each in rules().tests.values() if not each.ours}
    assert ours == set(ALL)
    assert theirs <= {each.id for each in shelf().elsewhere}


@pytest.mark.parametrize("name", ALL)
def test_each_test_says_where_it_comes_from_and_that_nobody_reviewed_it(name):
    instrument = tool(name)
    assert instrument.sources
    assert any(each.seen for each in instrument.sources)
    assert instrument.licence
    assert instrument.adapted
    assert instrument.review != "clinically_reviewed"
    assert "ndicatif" in instrument.note


# -- published and hand-computed examples ----------------------------------------------------------

EXAMPLES = [
    ("phq9", [0] * 9, 0), ("phq9", [3] * 9, 27), ("phq9", [1, 2, 3, 0, 1, 0, 2, 0, 1], 10),
    ("gad7", [0] * 7, 0), ("gad7", [3] * 7, 21), ("gad7", [2, 2, 1, 1, 0, 3, 1], 10),
    # first cigarette at once, 31 a day, and every yes
    ("fagerstrom_6", [3, 1, 1, 3, 1, 1], 10), ("fagerstrom_6", [2, 0, 1, 1, 0, 0], 4),
    ("hsi_2_items", [3, 3], 6), ("hsi_2_items", [1, 1], 2),
    ("cast", [4] * 6, 24), ("cast", [1, 2, 0, 0, 0, 4], 7),
    ("face", [4, 4, 4, 4, 4], 20), ("face", [3, 1, 0, 0, 4], 8),
    ("audit_c", [4, 4, 4], 12), ("audit_c", [3, 0, 1], 4),
    ("scoff_f", [1, 0, 1, 0, 0], 2), ("scoff_f", [1] * 5, 5),
    ("gds15", [0] * 15, 0), ("gds15", [1] * 15, 15),
]  # fmt: skip


@pytest.mark.parametrize(("name", "points", "total"), EXAMPLES)
def test_the_total_is_that_of_the_publication(name, points, total):
    assert {each.value for each in scores(name, points) if each.id.startswith("total")} == {total}


@pytest.mark.parametrize(
    ("said", "total"),
    [
        ({}, 75.14),  # « no » to everything
        ({"social_worker", "money"}, 100),
        ({"insurance", "couple", "owner", "sport", "show", "holiday", "family", "host", "help"}, 0),
        # covered, has somebody to count on, went nowhere: 75.14 - 11.83 - 9.47 - 9.47 - 7.10
        ({"insurance", "family", "host", "help"}, 37.27),
        # 75.14 - 11.83 - 8.28 - 9.47 - 9.47 - 7.10 + 14.80
        ({"insurance", "couple", "family", "host", "help", "money"}, 43.79),
    ],
)
def test_epices_weighs_each_yes(said, total):
    answers = Answers({item: "yes" if item.removeprefix("epices_") in said else "no"
                       for item in tool("epices").points})  # fmt: skip
    (score,) = instruments.score(tool("epices"), answers)
    assert score.value == total


def test_five_questions_of_the_gds_count_when_the_answer_is_no():
    reversed_ = [place for place, options in enumerate(tool("gds15").points.values(), 1)
                 if options["no"] == 1]  # fmt: skip
    assert reversed_ == [1, 5, 7, 11, 13]


def test_the_fagerstrom_gives_the_hsi_of_its_two_heaviest_questions():
    total, hsi = scores("fagerstrom_6", [3, 1, 1, 2, 0, 0])
    assert (total.value, hsi.value) == (7, 5)
    assert hsi.reading == "Dépendance forte"


def test_somebody_who_never_drinks_is_asked_no_more_and_scores_nothing():
    said = Answers({"audit_c_frequency": "never"})
    (score,) = instruments.score(tool("audit_c"), said, "woman")
    assert (score.value, score.answered, score.total) == (0, 3, 3)


# -- both sides of every threshold -----------------------------------------------------------------

EDGES = {
    "phq9": ("Signes absents", "Signes légers", "Signes modérés", "Signes assez sévères",
             "Signes sévères"),
    "gad7": ("Signes absents", "Signes légers", "Signes modérés", "Signes sévères"),
    "fagerstrom_6": ("Pas de dépendance", "Dépendance faible", "Dépendance moyenne",
                     "Dépendance forte"),
    "hsi_2_items": ("Pas de dépendance", "Dépendance modérée", "Dépendance forte"),
    "cast": ("Pas de risque", "Risque faible", "Risque élevé"),
    "scoff_f": ("Pas de signe", "Trouble des conduites"),
    "gds15": ("Pas de signe", "Dépression possible", "Dépression très probable"),
}  # fmt: skip
FIRST_OF = {"phq9": (5, 10, 15, 20), "gad7": (5, 10, 15), "fagerstrom_6": (3, 5, 7),
            "hsi_2_items": (2, 4), "cast": (3, 7), "scoff_f": (2,), "gds15": (5, 10)}  # fmt: skip
SIDES = [
    (name, first + side, EDGES[name][place + 1 + side])
    for name, lows in FIRST_OF.items()
    for place, first in enumerate(lows)
    for side in (-1, 0)
]


@pytest.mark.parametrize(("name", "total", "reading"), SIDES)
def test_a_threshold_is_read_on_both_its_sides(name, total, reading):
    score = scores(name, worth(name, total))[0]
    assert score.value == total
    assert score.reading.startswith(reading)
    assert sum(each.here for each in score.levels) == 1


@pytest.mark.parametrize(
    ("name", "sex", "points", "reading"),
    [
        ("audit_c", "woman", [2, 0, 0], "Pas de mésusage"),
        ("audit_c", "woman", [3, 0, 0], "Mésusage possible"),
        ("audit_c", "man", [3, 0, 0], "Pas de mésusage"),
        ("audit_c", "man", [4, 0, 0], "Mésusage possible"),
        ("audit_c", "woman", [4, 4, 1], "Mésusage possible"),
        ("audit_c", "woman", [4, 4, 2], "Dépendance probable"),
        ("audit_c", "man", [4, 4, 1], "Mésusage possible"),
        ("audit_c", "man", [4, 4, 2], "Dépendance probable"),
        ("face", "woman", [3, 0, 0, 0, 0], "Risque faible"),
        ("face", "woman", [4, 0, 0, 0, 0], "Consommation excessive"),
        ("face", "man", [4, 0, 0, 0, 0], "Risque faible"),
        ("face", "man", [4, 1, 0, 0, 0], "Consommation excessive"),
        ("face", "woman", [4, 0, 4, 0, 0], "Consommation excessive"),
        ("face", "woman", [4, 1, 4, 0, 0], "Dépendance probable"),
        ("face", "man", [4, 0, 4, 0, 0], "Consommation excessive"),
        ("face", "man", [4, 1, 4, 0, 0], "Dépendance probable"),
    ],
)
def test_alcohol_thresholds_are_those_of_women_and_of_men(name, sex, points, reading):
    (score,) = scores(name, points, sex)
    assert score.reading.startswith(reading)


@pytest.mark.parametrize("sex", ["other", None, "skipped"])
def test_a_sex_that_is_neither_or_unknown_shows_both_thresholds(sex):
    woman, man = scores("audit_c", [3, 0, 0], sex)
    assert woman.label == "AUDIT-C (seuils des femmes)"
    assert woman.reading.startswith("Mésusage")
    assert man.reading.startswith("Pas de mésusage")


@pytest.mark.parametrize(("total", "here"), [(30.16, 0), (30.17, 1)])
def test_the_threshold_of_epices_is_to_the_hundredth(total, here):
    """No eleven answers give 30.16 or 30.17 exactly: one weight is moved to come there."""
    instrument = tool("epices")
    item = "epices_social_worker"
    moved = {**instrument.points, item: {"yes": round(total - 75.14, 2), "no": 0.0}}
    answers = Answers(dict.fromkeys(instrument.points, "no") | {item: "yes"})
    (score,) = instruments.score(dataclasses.replace(instrument, points=moved), answers)
    assert score.value == total
    assert [each.here for each in score.levels].index(True) == here


def test_each_of_the_2048_ways_to_answer_epices_is_counted_in_hundredths():
    weights = [1006, -1183, -828, -828, 1480, -651, -710, -710, -947, -947, -710]
    items = list(tool("epices").points)
    for said in itertools.product((0, 1), repeat=11):
        total = 7514 + sum(weight for weight, yes in zip(weights, said, strict=True) if yes)
        answers = Answers(zip(items, ("yes" if yes else "no" for yes in said), strict=True))
        (score,) = instruments.score(tool("epices"), answers)
        assert round(score.value * 100) == total
        assert score.reading.startswith("Précarité") is (total >= 3017)


def test_the_table_of_thresholds_reads_like_the_publication():
    (score,) = scores("phq9", [0] * 9)
    assert [each.span for each in score.levels] == ["0 à 4", "5 à 9", "10 à 14", "15 à 19",
                                                    "20 à 27"]  # fmt: skip
    (epices,) = scores("epices", [0] * 11)
    assert [each.span for each in epices.levels] == ["0 à 30,16", "30,17 à 100"]


# -- incomplete is incomplete ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_one_missing_answer_makes_a_score_incomplete(name):
    instrument = tool(name)
    full = Answers({item: list(options)[-1] for item, options in instrument.points.items()})
    for item in instrument.points:
        for silence in ("skipped", "dont_know", "prefer_not", "dont_understand", None):
            said = Answers(full)
            if silence is None:
                del said[item]
            else:
                said[item] = silence
            for score in instruments.score(instrument, said):
                needs = next(each for each in instrument.scales
                             if each.id == score.id.split(".")[0])  # fmt: skip
                if item in needs.items:
                    assert score.value is None
                    assert score.reading is None
                    assert (score.answered, score.total) == (score.total - 1, len(needs.items))


def test_the_certain_minimum_is_told_and_what_it_reaches_whatever_the_rest():
    (score,) = scores("phq9", [3, 3, 3, 3, None, None, 0, 0, 0])
    assert (score.value, score.at_least, score.at_most) == (None, 12, 18)
    assert score.sure.startswith("Signes modérés")
    assert scores("phq9", [1, *[None] * 8])[0].sure is None


def test_weights_below_zero_lower_the_certain_minimum():
    (score,) = scores("epices", [0, None, *[0] * 9])
    assert (score.at_least, score.at_most) == (63.31, 75.14)


# -- suicide ---------------------------------------------------------------------------------------


def test_the_phq9_asks_about_suicide_and_stays_in_the_room():
    instrument = tool("phq9")
    assert instrument.suicide == {"phq9_self_harm"}
    assert instrument.room_only
    assert not instrument.sendable("fr")


@pytest.mark.parametrize("name", ALL)
def test_only_tests_that_ask_about_suicide_are_kept_to_the_room(name):
    assert tool(name).sendable("fr") is (name != "phq9")
    assert not tool(name).sendable("ar"), "a translated score is another test"


@pytest.mark.parametrize(
    ("said", "state"),
    [("never", None), ("several_days", "positive"), ("nearly_every_day", "positive"),
     ("skipped", "unanswered"), ("prefer_not", "unanswered"), (None, "unanswered")],
)  # fmt: skip
def test_the_question_about_dying_is_never_passed_over(said, state):
    answers = Answers({"phq9_self_harm": said} if said else {})
    assert instruments.alarming(tool("phq9"), answers) == state
    assert instruments.alarming(tool("gad7"), Answers()) is None


# -- the same engine -------------------------------------------------------------------------------


class Run:
    """A run through one test, by the engine every bilan uses."""

    def __init__(self, name):
        self.instrument = tool(name)
        self.interview = instruments.begin(self.instrument, "t", "fr", NOW)

    def say(self, said, about=None):
        heard = Heard(said, about, typed=about is None)
        step = engine.hear(shelf(), self.interview, heard, NOW)
        self.interview = step.interview
        return step.position.waiting.id if step.position.waiting else None

    @property
    def position(self):
        return engine.replay(shelf(), self.interview)


@pytest.mark.parametrize("name", ALL)
def test_the_engine_asks_every_question_once_and_ends(name):
    run, seen = Run(name), []
    while run.position.waiting is not None:
        seen.append(run.position.waiting.id)
        run.say(run.position.waiting.options[-1].value, run.position.waiting.id)
    assert seen == [each.id for each in run.instrument.questionnaire.questions]
    assert run.position.finished
    assert all(each.value is not None for each in instruments.score(
        run.instrument, run.position.answers))  # fmt: skip


def test_one_may_skip_not_know_prefer_not_to_say_and_go_back():
    run = Run("gad7")
    assert run.say("plusieurs jours") == "gad7_control"
    assert run.say("passer") == "gad7_worry"
    assert run.say("je sais pas") == "gad7_relax"
    assert run.say("prefer_not", "gad7_relax") == "gad7_restless"
    assert run.say("retour") == "gad7_relax"
    assert run.say("jamais") == "gad7_restless"
    assert dict(run.position.answers) == {
        "gad7_nervous": "several_days", "gad7_control": "skipped", "gad7_worry": "dont_know",
        "gad7_relax": "never",
    }  # fmt: skip


def test_a_run_kept_and_opened_again_stands_where_it_stood():
    run = Run("audit_c")
    run.say("never", "audit_c_frequency")
    again = model.load(model.dump(run.interview))
    assert again == run.interview
    assert engine.replay(shelf(), again).finished


def test_an_interview_kept_before_there_were_tests_still_opens():
    now = msgspec.msgpack.decode(model.dump(instruments.begin(tool("cast"), "i", "fr", NOW)))
    old = now[: model.Interview.__struct_fields__.index("instrument")]
    assert model.load(msgspec.msgpack.encode(old)).instrument == ""


# -- content mistakes ------------------------------------------------------------------------------


@pytest.fixture
def content(tmp_path):
    """The product's content, to be spoiled."""
    return shutil.copytree(CONTENT, tmp_path / "content")


def spoil(content, name, change):
    path = content / "instruments" / f"{name}.yaml"
    written = read_yaml(path)
    change(written)
    path.write_text(yaml.safe_dump(written, allow_unicode=True, sort_keys=False), encoding="utf-8")


SPOILT = [
    ("gad7", lambda it: it.update(id="gad"), "gad7.yaml: its id is 'gad', unlike its file's name"),
    ("gad7", lambda it: it.update(theme="mood"), "gad7.yaml: no theme called 'mood'"),
    ("gad7", lambda it: it.pop("licence"), "gad7.yaml: gad7: licence: Field required"),
    ("gad7", lambda it: it["items"][1].pop("ask"), "gad7.yaml: gad7_control: ask: Field required"),
    ("gad7", lambda it: it["items"][1].update(id="gad7_worry"),
     "gad7.yaml: gad7_worry: the same id stands in instruments/gad7.yaml"),
    ("gad7", lambda it: it["items"][1].update(id="sex"),
     "gad7.yaml: sex: the same id stands in themes"),
    ("hsi_2_items", lambda it: it["items"][0]["options"][0].update(points=4),
     "hsi_2_items.yaml: total: its range is 0 to 6, its points give 0 to 7"),
    ("hsi_2_items", lambda it: it["items"][0]["options"][0].pop("points"),
     "hsi_2_items.yaml: hsi_first: points for each option, or for none"),
    ("hsi_2_items", lambda it: it["items"][0]["options"][0].update(value="after_60_min"),
     "hsi_2_items.yaml: hsi_first: an option value stands twice"),
    ("cast", lambda it: it["scales"][0]["readings"].reverse(),
     "cast.yaml: total: its readings must rise"),
    ("cast", lambda it: it["scales"][0]["readings"][2].update({"from": 30}),
     "cast.yaml: total: a reading starts above its range, 24"),
    ("cast", lambda it: it["scales"][0]["readings"].pop(0),
     "cast.yaml: total: its first reading starts at 3, its range at 0"),
    ("fagerstrom_6", lambda it: it["scales"][1].update(items=["fagerstrom_first", "hsi"]),
     "fagerstrom_6.yaml: hsi: hsi: no item with points has this id"),
    ("face", lambda it: it["scales"][0]["readings_by_sex"].pop("man"),
     "face.yaml: total: readings_by_sex: needs woman and man"),
    ("face", lambda it: it["items"][1].update(unless={"face_blackout": "yes"}),
     "face.yaml: face_drinks: its condition looks at 'face_blackout', which is not asked before"),
    ("face", lambda it: it["items"][1].update(unless={"face_frequency": "rarely"}),
     "face.yaml: face_drinks: face_frequency: no option 'rarely'"),
    ("phq9", lambda it: it.update(room_only=False),
     "phq9.yaml: phq9_self_harm: asks about suicide: `room_only: true`, never sent to a phone"),
    ("phq9", lambda it: it["items"][8].pop("suicide"),
     "phq9.yaml: phq9_self_harm: speaks of death or harm: say `suicide: true`"),
    ("phq9", lambda it: it.pop("safety"),
     "phq9.yaml: phq9_self_harm: asks about suicide: `safety` says what the professional reads"),
    ("scoff_f", lambda it: it["sources"][0].update(status="seen"),
     "« seen » goes with a date, and only then"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "told"), SPOILT)
def test_a_mistake_in_a_test_is_named_with_its_file_and_item(content, name, change, told):
    spoil(content, name, change)

    with pytest.raises(BadContent) as found:
        load(content)
    assert any(told in problem for problem in found.value.problems), found.value.problems


def test_every_mistake_is_named_at_once(content):
    told = {name: said for name, change, said in SPOILT if not spoil(content, name, change)}
    with pytest.raises(BadContent) as found:
        load(content)
    assert {problem.split(":")[0] for problem in found.value.problems} >= {
        f"instruments/{name}.yaml" for name in told if name != "gad7"
    }


def test_a_test_cannot_be_both_here_and_elsewhere(content):
    path = content / "elsewhere.yaml"
    text = path.read_text(encoding="utf-8").replace("id: epworth", "id: cast")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadContent, match=r"elsewhere.yaml: cast: this test is here"):
        load(content)
