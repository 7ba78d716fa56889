"""Named statements about answers, for what a table of values cannot say.

A fact is true, false, or None when it hangs on something that was not answered. A few end
with « not ruled out »: there only a plain answer says no, because silence must not hide a
warning. Each one has its source and a table of cases in the tests.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from flows import scores
from flows.model import DONT_KNOW, DONT_UNDERSTAND, PREFER_NOT, SKIPPED, Answers, Verdict
from flows.scores import SCORES, reaches
from flows.three import all3, any3, at_least, not3, said

__all__ = ["FACTS", "Fact", "all3", "any3", "fact", "not3"]

OVER = ("gt_2_drinks_per_day", "gt_10_drinks_per_week")
DECLINED = (DONT_KNOW, DONT_UNDERSTAND, PREFER_NOT, SKIPPED)
FORM = "Questionnaires nationaux « Mon bilan prévention »"


@dataclass(frozen=True, slots=True)
class Fact:
    """A documented function of the answers."""

    name: str
    says: str
    source: str
    items: tuple[str, ...]
    """The questions it looks at."""
    decide: Callable[[Answers], Verdict]

    def __call__(self, answers: Answers) -> Verdict:
        return self.decide(answers)


FACTS: dict[str, Fact] = {}
"""By name, for conditions: `{fact: vapes_only}`."""


def fact(source: str, items: tuple[str, ...]) -> Callable[[Callable[[Answers], Verdict]], Fact]:
    """Register a function of the answers under its own name; its docstring says what it claims."""

    def register(decide: Callable[[Answers], Verdict]) -> Fact:
        name = decide.__name__
        made = Fact(name, (decide.__doc__ or "").strip(), source, items, decide)
        FACTS[name] = made
        return made

    return register


# -- tobacco and alcohol -------------------------------------------------------------------


@fact("HCSP, avis cigarette électronique, 2022", ("tobacco_status",))
def vapes_only(answers: Answers) -> Verdict:
    """Vapes and does not smoke."""
    return all3(
        said(answers, "tobacco_status", "vapes"), not3(said(answers, "tobacco_status", "smokes"))
    )


@fact(FORM, ("tobacco_status",))
def neither_smokes_nor_vapes(answers: Answers) -> Verdict:
    """Says no to both, and ticks nothing that contradicts it."""
    return all3(
        said(answers, "tobacco_status", "no"),
        not3(said(answers, "tobacco_status", "smokes", "vapes")),
    )


@fact(FORM, ("tobacco_status",))
def quit_and_not_smoking(answers: Answers) -> Verdict:
    """Has stopped, and does not tick « I smoke » as well."""
    return all3(
        said(answers, "tobacco_status", "quit"), not3(said(answers, "tobacco_status", "smokes"))
    )


@fact("HAS, dépistage par scanner : symptômes d'abord explorés", (
    "tobacco_status", "daily_cough", "breathless_vs_peers", "weight_change_6m"))  # fmt: skip
def smoked_without_lung_alert(answers: Answers) -> Verdict:
    """Smokes or smoked, and has no cough or short breath together with weight loss.

    The alarm is not ruled out by silence alone: unanswered, the scan may still be mentioned.
    """
    alarm = all3(
        any3(said(answers, "daily_cough", "yes"), said(answers, "breathless_vs_peers", "yes")),
        said(answers, "weight_change_6m", "loss"),
    )
    return all3(said(answers, "tobacco_status", "smokes", "quit"), alarm is not True)


@fact("Santé publique France, repères de consommation d'alcool, 2017", ("alcohol_statements",))
def keeps_dry_days(answers: Answers) -> Verdict:
    """Drinks within the benchmark, with dry days; the box « I do not drink » was at hand."""
    return all3(
        said(answers, "alcohol_statements", "no_alcohol_at_least_2_days_week"),
        not3(said(answers, "alcohol_statements", *OVER, "no_drink")),
    )


# -- sex and organs ------------------------------------------------------------------------


@fact(FORM, ("sex",))
def not_a_man(answers: Answers) -> Verdict:
    """Did not answer « a man »: organs are never guessed, so nobody else is ruled out."""
    return answers.get("sex") != "man"


@fact("INCa, dépistage organisé du col : personnes ayant un col de l'utérus, 25-65 ans",
      ("sex", "cervical_screening", "cervical_smear_ever", "cervical_smear_at_25"))  # fmt: skip
def may_have_cervix(answers: Answers) -> Verdict:
    """Not a man, nor « not concerned »; a past smear shows the organ whatever the sex said."""
    asked = ("cervical_screening", "cervical_smear_ever", "cervical_smear_at_25")
    if any(said(answers, each, "lt_5y", "gt_5y", "yes") for each in asked):
        return True
    if any(answers.get(each) == "not_concerned" for each in asked):
        return False
    return not_a_man(answers)


@fact("INCa, dépistage organisé du cancer du sein, 50-74 ans", ("sex", "breast_screening"))
def may_need_mammogram(answers: Answers) -> Verdict:
    """Not a man, nor « not concerned »; a past mammogram counts whatever the sex said."""
    if said(answers, "breast_screening", "lt_2y", "gt_2y"):
        return True
    if answers.get("breast_screening") == "not_concerned":
        return False
    return not_a_man(answers)


@fact("HAS, Chlamydia trachomatis : dépistage, 2018", ("sexual_situation",))
def sexual_life_possible(answers: Answers) -> Verdict:
    """False only for who answered « not concerned » about their sexual life."""
    return said(answers, "sexual_situation", "not_concerned") is not True


@fact("HAS, contraception ; SPF, projet de grossesse", (
    "contraception_use", "sex", "sexual_situation", "child_project_5y"))  # fmt: skip
def without_contraception(answers: Answers) -> Verdict:
    """May become pregnant, does not wish it, and uses nothing: « not concerned » counts."""
    return all3(
        said(answers, "contraception_use", "no"),
        not_a_man(answers),
        sexual_life_possible(answers),
        said(answers, "child_project_5y", "yes") is not True,
    )


@fact("Santé publique France : zéro alcool pendant la grossesse", ("child_project_5y", "sex"))
def wishes_to_carry_a_child(answers: Answers) -> Verdict:
    """Wants a child within five years and may carry it."""
    return all3(said(answers, "child_project_5y", "yes"), not_a_man(answers))


# -- mood and violence ---------------------------------------------------------------------


@fact("Kroenke 2009 (PHQ-4), minimum certain des réponses données", scores.PHQ4)
def phq4_six_to_eight(answers: Answers) -> Verdict:
    """The certain minimum is 6, 7 or 8 (the score itself may still be higher)."""
    total = SCORES["phq4"](answers)
    return all3(reaches(total, 6), total.low < 9)


@fact("ameli.fr, Mon soutien psy : patients concernés, 27 février 2025 (vu le 26 novembre 2026)", (
    "suicidal_history", *scores.PHQ4))  # fmt: skip
def beyond_short_therapy(answers: Answers) -> Verdict:
    """Suicidal ideas or attempt, that item declined, or severe distress: sees a doctor instead."""
    declined = said(answers, "suicidal_history", "ideation", "attempt", *DECLINED)
    return any3(declined, reaches(SCORES["phq4"](answers), 9))


@fact("HAS, Violences au sein du couple, 2019", ("suicidal_history", "violence_victim"))
def private_item_declined(answers: Answers) -> Verdict:
    """The suicide or the violence question was asked and passed over."""
    violence: Verdict = said(answers, "violence_victim", *DECLINED)
    if answers.get("violence_victim") == DONT_KNOW:
        violence = False  # a box of the form, with a rule of its own
    return any3(said(answers, "suicidal_history", *DECLINED), violence)


@fact("HAS, Violences au sein du couple, 2019", ("social_support", "violence_victim"))
def supported_and_safe(answers: Answers) -> Verdict:
    """Can count on somebody, and answered no about violence: that somebody may be its author."""
    return all3(
        said(answers, "social_support", "yes"),
        not3(said(answers, "violence_victim", "yes", "dont_know")),
    )


@fact("HAS, dépression du sujet âgé, 2014 ; Santé publique France, suicide après 75 ans", (
    "contacts_6m", "social_support", "retirement_view", "alcohol_statements",
    *scores.PHQ2))  # fmt: skip
def isolation_adds_up(answers: Answers) -> Verdict:
    """Three or more of: no contact, no support, retirement seen very badly, alcohol, low mood."""
    return at_least(
        3,
        said(answers, "contacts_6m", "no"),
        said(answers, "social_support", "no"),
        said(answers, "retirement_view", "very_negative"),
        said(answers, "alcohol_statements", *OVER),
        reaches(SCORES["phq4.phq2"](answers), 3),
    )


@fact("HAS, Arrêt des benzodiazépines, 2015", ("sleep_problems", "sleep_duration"))
def sleeps_well_without_pills(answers: Answers) -> Verdict:
    """No trouble sleeping, six to ten hours, and no sleeping pills."""
    return all3(
        said(answers, "sleep_problems", "no"),
        not3(said(answers, "sleep_problems", "takes_sleeping_pills")),
        said(answers, "sleep_duration", "6_to_10h"),
    )


# -- body and daily life -------------------------------------------------------------------


@fact("HAS, surpoids et obésité, 2023 ; HAS/FFN, dénutrition après 70 ans, 2021", (
    "height_m", "weight_kg", "age"))  # fmt: skip
def overweight_for_age(answers: Answers) -> Verdict:
    """BMI from 25 (above 27 from 70 years) and under 30."""
    index, age = SCORES["bmi"](answers), scores.years(answers)
    if index.value is None:
        return None
    if not 25 <= index.value < 30:
        return False
    return True if index.value > 27 else not3(reaches(age, 70))


@fact(f"{FORM} : sens de la question Q25 des 70-75 ans", ("adl_difficulty",))
def daily_gestures_hard(answers: Answers) -> Verdict:
    """At least one gesture of daily life is ticked as hard (transport has its own rule)."""
    return said(answers, "adl_difficulty", *scores.ADL)


@fact(f"{FORM} : sens de la question Q25 des 70-75 ans", (
    "adl_difficulty", "physical_activity_freq"))  # fmt: skip
def gestures_to_confirm(answers: Answers) -> Verdict:
    """Six gestures or more ticked by an active person: hard, or possible?"""
    return scores.adl_to_confirm(answers)


@fact("HAS, Troubles neurocognitifs, 2018", (
    "daily_activity_difficulty", "adl_difficulty", "physical_activity_freq"))  # fmt: skip
def hindered_in_daily_life(answers: Answers) -> Verdict:
    """Activities or gestures of daily life are harder; doubtful ticks decide nothing."""
    return scores.hindered(answers)


# -- screening -----------------------------------------------------------------------------


@fact("HAS, Cancer colorectal : niveaux de risque, 2017 ; HAS, sein à haut risque, 2014", (
    "family_history", "personal_history", "weight_change_6m"))  # fmt: skip
def ordinary_cancer_risk(answers: Answers) -> Verdict:
    """No family illness, bowel disease, cancer or weight loss: all four answered."""
    return all3(
        said(answers, "family_history", "no"),
        not3(said(answers, "personal_history", "inflammatory_bowel_disease", "cancer")),
        not3(said(answers, "weight_change_6m", "loss")),
    )


@fact("INCa, dépistages organisés dès 50 ans", ("screening_which", "sex"))
def one_screening_left(answers: Answers) -> Verdict:
    """Of bowel and breast, only one was done, and the other may concern the person."""
    done = answers.get("screening_which")
    if not isinstance(done, tuple):
        return None
    breast = "breast" not in done and answers.get("sex") != "man"
    return "colorectal" not in done or breast


_BOWEL = re.compile(r"\b(?:crohn|rch|mici|rectocolite|recto-colite)\b")


@fact("HAS, Cancer colorectal : risque élevé et très élevé, 2017", (
    "personal_history_other", "priorities_free_text"))  # fmt: skip
def bowel_disease_written(answers: Answers) -> Verdict:
    """Names Crohn's disease or ulcerative colitis in their own words."""
    texts = [answers.get(each) for each in ("personal_history_other", "priorities_free_text")]
    return any(isinstance(each, str) and bool(_BOWEL.search(_fold(each))) for each in texts)


@fact("HAS, Cancer colorectal : risque élevé et très élevé, 2017", (
    "personal_history", "personal_history_other", "priorities_free_text"))  # fmt: skip
def stool_test_possible(answers: Answers) -> Verdict:
    """False only with a bowel disease, ticked or written: then a specialist decides."""
    ticked = said(answers, "personal_history", "inflammatory_bowel_disease")
    return not (ticked or bowel_disease_written(answers))


@fact(FORM, ("priorities",))
def chose_topics(answers: Answers) -> Verdict:
    """Ticked at least one topic to talk about."""
    value = answers.get("priorities")
    if isinstance(value, tuple):
        return bool(value)
    return None if value is None else False


def _fold(text: str) -> str:
    """Lower case without accents."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))
