"""Answers that contradict each other. Nobody is blocked: they are asked once, gently, whether we
understood, then the practitioner gets a note. Pure.

The bounds of height and weight are ours, for plausibility only: no clinical source, no claim.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.model import Answers, Verdict
from flows.scores import SCORES, adl_to_confirm
from flows.three import all3, any3, not3, said

LOWEST_M, HIGHEST_M = 1.40, 2.10
LOWEST_BMI, HIGHEST_BMI = 13, 60


@dataclass(frozen=True, slots=True)
class Check:
    """Two answers or more that do not go together."""

    id: str
    items: tuple[str, ...]
    when: Callable[[Answers], Verdict]
    note: str
    """For the practitioner, French; « » where a rule already says it."""
    spoken: bool = False
    """May be asked again at the summary: never alcohol, tobacco, drugs, sex, mood or violence."""


def contradictions(answers: Answers) -> tuple[Check, ...]:
    """What does not go together in these answers; what was not answered contradicts nothing."""
    return tuple(each for each in CHECKS if each.when(answers) is True)


def _body_size(answers: Answers) -> Verdict:
    height, index = answers.get("height_m"), SCORES["bmi"](answers).value
    odd = not LOWEST_M <= height <= HIGHEST_M if isinstance(height, float) else None
    return any3(odd, None if index is None else not LOWEST_BMI <= index <= HIGHEST_BMI)


def _stopped_after_now(answers: Answers) -> Verdict:
    age, stopped = answers.age, answers.get("menopause_age")
    return stopped > age if isinstance(stopped, float) and age is not None else None


def _treated_without_illness(answers: Answers) -> Verdict:
    # A pill is a treatment to some: then nothing is odd.
    return all3(
        said(answers, "personal_history", "none"),
        said(answers, "current_treatment", "yes"),
        said(answers, "contraception_use", "yes") is not True,
    )


def _walks_and_moves(answers: Answers) -> Verdict:
    return all3(
        said(answers, "adl_difficulty", "walking"),
        said(answers, "physical_activity_freq", "5_7_per_week"),
        not3(adl_to_confirm(answers)),
    )


def _both(first: tuple[str, ...], second: tuple[str, ...]) -> Callable[[Answers], Verdict]:
    """(question, values…) and (question, values…) were both answered so."""
    return lambda answers: all3(said(answers, *first), said(answers, *second))


CHECKS: tuple[Check, ...] = (
    Check(
        "body_size", ("height_m", "weight_kg"), _body_size, spoken=True,
        note="Taille ou poids déclarés peu vraisemblables : à mesurer.",
    ),
    Check(
        "cough_without_cough", ("daily_cough", "productive_cough"),
        _both(("daily_cough", "no"), ("productive_cough", "yes")), spoken=True,
        note="Dit ne pas tousser tous les jours, et avoir une toux souvent grasse : à préciser.",
    ),
    Check(
        "screens_without_sitting", ("sitting_time", "screen_time"),
        _both(("sitting_time", "lt_2h"), ("screen_time", "gt_4h")), spoken=True,
        note="Plus de 4 heures d'écran, et moins de 2 heures assis : à préciser.",
    ),
    Check(
        "menopause_after_now", ("age_exact", "menopause_age"), _stopped_after_now,
        note="Âge de la ménopause plus élevé que l'âge donné : à vérifier.",
    ),
    Check(
        "gestures_or_abilities", ("adl_difficulty", "physical_activity_freq"), adl_to_confirm,
        spoken=True, note="",
    ),
    Check(
        "walks_and_moves", ("adl_difficulty", "physical_activity_freq"), _walks_and_moves,
        note="Marche cochée comme difficile, et bouge 5 à 7 fois par semaine : à préciser.",
    ),
    Check(
        "treated_without_illness", ("personal_history", "current_treatment"),
        _treated_without_illness,
        note="Aucune maladie citée, et un traitement en cours : lequel, pour quoi ?",
    ),
    Check(
        "supported_without_contact", ("social_support", "contacts_6m"),
        _both(("social_support", "yes"), ("contacts_6m", "no")),
        note="Quelqu'un peut l'aider, mais aucun échange avec des proches en 6 mois : à préciser.",
    ),
    Check(
        "single_parent_in_couple", ("living_arrangement", "single_parent"),
        _both(("living_arrangement", "as_couple"), ("single_parent", "yes")),
        note="Vit en couple, et dit s'occuper seul(e) des enfants : à préciser.",
    ),
    Check(
        "tested_without_sample", ("last_lab_test", "sti_screening_ever"),
        _both(("last_lab_test", "never"), ("sti_screening_ever", "yes")),
        note="Aucune analyse de sang ou d'urine, mais un dépistage des IST fait : à préciser.",
    ),
    Check(
        "mammogram_of_a_man", ("sex", "screening_which"),
        _both(("sex", "man"), ("screening_which", "breast")),
        note="A répondu « un homme », et une mammographie faite : à préciser.",
    ),
    Check(
        "sleeps_well_with_pills", ("sleep_problems",),
        _both(("sleep_problems", "no"), ("sleep_problems", "takes_sleeping_pills")),
        note="Dit bien dormir, et prendre des somnifères : depuis quand, pour quoi ?",
    ),
    Check(
        "smokes_and_stopped", ("tobacco_status",),
        _both(("tobacco_status", "smokes"), ("tobacco_status", "quit")),
        note="Coche « je fume » et « j'ai arrêté » : reprise, ou arrêt en cours ?",
    ),
    Check(
        "wants_to_smoke_less", ("tobacco_status", "priorities"),
        _both(("tobacco_status", "no"), ("priorities", "reduce_stop_tobacco")),
        note="Dit ne pas fumer, et veut parler d'arrêter de fumer : pour soi, ou un proche ?",
    ),
    Check(
        "wants_to_drink_less", ("alcohol_statements", "priorities"),
        _both(("alcohol_statements", "no_drink"), ("priorities", "reduce_stop_alcohol")),
        note="Dit ne pas boire d'alcool, et veut parler de moins boire : pour soi, ou un proche ?",
    ),
    Check(
        "wants_fewer_screens", ("screen_time", "priorities"),
        _both(("screen_time", "lt_1h"), ("priorities", "less_screen")),
        note="Moins d'une heure d'écran, et veut en réduire le temps : au travail, ou un proche ?",
    ),
    Check(
        "wants_to_sleep_better", ("sleep_problems", "priorities"),
        lambda answers: all3(
            said(answers, "sleep_problems", "no"),
            not3(said(answers, "sleep_problems", "takes_sleeping_pills")),
            said(answers, "priorities", "sleep_better"),
        ),
        note="Dit bien dormir, et veut parler du sommeil : à reprendre.",
    ),
    # The conversation never asks the second question after such a first answer. Answers brought
    # in from paper or another system may still hold both.
    Check(
        "never_smoked_but_stopped", ("tobacco_status", "smoking_quit_since"),
        lambda answers: all3(
            said(answers, "tobacco_status", "no"),
            not3(said(answers, "tobacco_status", "quit")),
            said(answers, "smoking_quit_since", "lt_1y", "1_to_5y", "gt_5y"),
        ),
        note="Dit ne pas fumer, et donne une date d'arrêt du tabac : ancien fumeur ?",
    ),
    Check(
        "binge_without_alcohol", ("alcohol_statements", "binge_drinking"),
        _both(("alcohol_statements", "no_drink"), ("binge_drinking", "yes")),
        note="Dit ne pas boire d'alcool, et boire parfois beaucoup et vite : à préciser.",
    ),
    Check(
        "single_parent_without_child", ("has_children", "children_at_home", "single_parent"),
        lambda answers: all3(
            any3(said(answers, "has_children", "no"), said(answers, "children_at_home", "no")),
            said(answers, "single_parent", "yes"),
        ),
        note="Dit ne pas avoir d'enfant à charge, et s'occuper seul(e) des enfants : à préciser.",
    ),
    Check(
        "screening_not_done_but_named", ("colorectal_or_breast_screening", "screening_which"),
        _both(("colorectal_or_breast_screening", "no"),
              ("screening_which", "colorectal", "breast")),
        note="Dit n'avoir pas fait de dépistage, et en cite un : à préciser.",
    ),
)  # fmt: skip
