"""What we chose about the questions, beyond the printed forms: boxes added, sensitive questions,
who is asked what, and short sentences."""

from __future__ import annotations

import re

import pytest

from flows.loading import Shelf, load
from flows.model import BANDS, Answers, Band, Question

PHQ4 = ["phq4_nervous", "phq4_worry", "phq4_interest", "phq4_sad"]
BLOCK = [*PHQ4, "suicidal_history", "violence_victim"]
ADDED = {
    "alcohol_statements": ["no_drink", "none_of_these"],
    "adl_difficulty": ["none"],
    "work_conditions_hard_if_working": ["not_concerned"],
    "contraception_use": ["not_concerned"],
    "cervical_smear_at_25": ["not_concerned"],
    "cervical_screening": ["not_concerned"],
    "cervical_smear_ever": ["not_concerned"],
    "breast_screening": ["not_concerned"],
}
EXCLUSIVE = {
    "personal_history": ["none"],
    "sexual_situation": ["sex_12m_none_of_these", "not_concerned"],
    "alcohol_statements": ["no_drink", "none_of_these"],
    "tobacco_status": ["no"],
    "other_substances": ["no"],
    "suicidal_history": ["no"],
    "adl_difficulty": ["none"],
}
SENSITIVE = [
    "height_m", "weight_kg", "weight_change_6m", "food_dominant", "hard_living_work_conditions",
    "work_conditions_hard_if_working", "contraception_use", "sti_screening_ever",
    "sexual_situation", "alcohol_statements", "binge_drinking", "tobacco_status",
    "smoking_quit_since", "other_substances", "gambling_12m", *BLOCK,
]  # fmt: skip


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return load()


def ours(shelf: Shelf, band: Band) -> list[Question]:
    """Our questions that stand on the form."""
    return [each for each in shelf.questionnaires[band].questions if each.official]


def every(shelf: Shelf) -> list[Question]:
    """Each question of each band, ours and the official ones."""
    return [each for band in BANDS for each in shelf.questionnaires[band].questions]


def test_only_the_kind_boxes_are_added(shelf: Shelf) -> None:
    for each in every(shelf):
        added = [option.value for option in each.options if option.added]
        assert added == ADDED.get(each.id, []), each.id


def test_boxes_that_clear_the_others(shelf: Shelf) -> None:
    for each in (each for band in BANDS for each in ours(shelf, band)):
        found = [option.value for option in each.options if option.exclusive]
        assert found == EXCLUSIVE.get(each.id, []), each.id


def test_sleeping_pills_do_not_depend_on_how_often_one_sleeps_badly(shelf: Shelf) -> None:
    groups = {o.value: o.group for o in shelf.questions["sleep_problems"].options}
    assert groups == {
        "often": "frequency",
        "sometimes": "frequency",
        "no": "frequency",
        "takes_sleeping_pills": None,
    }


def test_sensitive_questions_say_why(shelf: Shelf) -> None:
    assert all(shelf.questions[key].sensitive for key in SENSITIVE)
    assert [each.id for each in every(shelf) if each.sensitive and not each.why] == []


@pytest.mark.parametrize("band", BANDS)
def test_the_private_block_comes_together_after_its_introduction(shelf: Shelf, band: Band) -> None:
    official = [each for each in ours(shelf, band) if each.private]
    assert [each.id for each in official] == BLOCK
    assert [each.id for each in ours(shelf, band) if each.adapted] == PHQ4
    ids = [each.id for each in shelf.questionnaires[band].questions]
    assert ids[ids.index("private_ready") + 1] == "phq4_nervous"
    for ready, asked in (("yes", True), ("at_visit", False), ("skipped", False)):
        answers = Answers(private_ready=ready)
        assert all(each.concerns(answers) is asked for each in official), ready
    assert not any(each.concerns(Answers()) for each in official)


def test_a_helped_person_is_not_asked_the_private_block(shelf: Shelf) -> None:
    ready = shelf.questions["private_ready"]
    assert not ready.concerns(Answers(helped="helped"))
    assert ready.concerns(Answers(helped="alone"))
    assert ready.concerns(Answers(helped="skipped"))


@pytest.mark.parametrize(
    "question",
    ["gynae_visit_12m", "period_pain_severe", "menopause_discuss", "menopause_age",
     "cervical_screening", "cervical_smear_ever", "breast_screening"],
)  # fmt: skip
def test_organs_are_never_guessed(shelf: Shelf, question: str) -> None:
    asked = shelf.questions[question].concerns
    assert not asked(Answers(sex="man"))
    for said in ({"sex": "woman"}, {"sex": "other"}, {"sex": "prefer_not"}, {}):
        assert asked(Answers(said)), said


def test_the_smear_question_follows_the_exact_age(shelf: Shelf) -> None:
    smear = shelf.questions["cervical_smear_at_25"]
    for age, asked in ((24.0, False), (25.0, True), (29.0, True), (30.0, False)):
        assert smear.concerns(Answers(sex="woman", age_exact=age)) is asked, age
    assert not smear.concerns(Answers(sex="man", age_exact=25.0))


@pytest.mark.parametrize(
    ("question", "said", "asked"),
    [
        ("single_parent", {"has_children": "yes"}, True),
        ("single_parent", {"children_at_home": "yes"}, True),
        ("single_parent", {"has_children": "no"}, False),
        ("smoking_quit_since", {"tobacco_status": ("quit", "vapes")}, True),
        ("smoking_quit_since", {"tobacco_status": ("smokes",)}, False),
        ("personal_history_other", {"personal_history": ("cancer", "other_free_text")}, True),
        ("personal_history_other", {"personal_history": ("cancer",)}, False),
        ("screening_which", {"colorectal_or_breast_screening": "yes"}, True),
        ("screening_which", {"colorectal_or_breast_screening": "dont_know"}, False),
        ("binge_drinking", {"alcohol_statements": ("no_drink",)}, False),
        ("binge_drinking", {"alcohol_statements": "skipped"}, True),
        ("age_exact", {"age": "60-65"}, True),
        ("age_exact", {"age": 62.0}, False),
    ],
)
def test_a_question_that_depends_on_an_answer(
    shelf: Shelf, question: str, said: dict[str, object], asked: bool
) -> None:
    assert shelf.questions[question].concerns(Answers(said)) is asked  # type: ignore[arg-type]


def test_texts_stay_short_and_plain(shelf: Shelf) -> None:
    for each in every(shelf):
        for text in (each.ask, each.hint or "", each.why or "", each.simpler or ""):
            assert "·" not in text, text
            for sentence in re.split(r"(?<=[.?!])\s", text):
                assert len(re.findall(r"\w+(?:['’-]\w+)*", sentence)) <= 16, sentence
        for option in each.options:
            assert len(option.label) <= 40, option.label
