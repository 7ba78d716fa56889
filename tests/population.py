"""Made-up people: each walks the real questionnaire through the real engine, so conditions hold.

`patients("45-50", 200, seed=1)` is always the same two hundred people. Kinds come round in turn:
most answer as people do, others skip everything, tick everything worrying, stop half-way, write
long texts, other scripts, emoji or markup. No answer here is anybody's.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from flows import engine
from flows.engine import Heard
from flows.model import NON_ANSWERS, Band, Interview, Position, Question
from restitution.brief import make_brief
from restitution.library import Library
from restitution.model import Brief
from tests.advising import rules, shelf

NOW = 1_795_000_000
LONGEST_WALK = 160
"""Turns: more than any questionnaire has questions."""
KINDS = (
    "ordinary", "skips_everything", "alarming", "ordinary", "stops_half_way", "wordy",
    "other_script", "markup", "ordinary", "first_boxes", "non_answers", "every_box",
)  # fmt: skip
AGES: dict[str, tuple[int, ...]] = {
    "18-25": (18, 19, 20, 21, 22, 23, 24, 25, 25, 26),
    "45-50": (44, 45, 45, 46, 47, 48, 49, 50, 50, 51),
    "60-65": (59, 60, 60, 61, 62, 63, 64, 65, 65, 66),
    "70-75": (69, 70, 70, 71, 72, 73, 74, 75, 75, 79),
}
"""Edges twice; one a little outside, who answers for their own use."""
LANGUAGES = ("fr", "fr", "fr", "en", "ar")
_ALWAYS = {"consent": "yes", "band_choice": "go_on", "check_answers": "all_good"}
_WORST: dict[str, tuple[str, ...]] = {
    "fruit_veg": ("never",),
    "fat_sugar_salt": ("several_per_day",),
    "weight_change_6m": ("loss",),
    "physical_activity_freq": ("never",),
    "sitting_time": ("gt_7h",),
    "screen_time": ("gt_4h",),
    "vaccines_up_to_date": ("no",),
    "dentist_12m": ("no",),
    "gynae_visit_12m": ("no",),
    "social_support": ("no",),
    "contacts_6m": ("no",),
    "housing_accessible": ("no",),
    "housing_fall_proof": ("no",),
    "family_doctor": ("no",),
    "alcohol_statements": ("gt_2_drinks_per_day", "gt_10_drinks_per_week"),
    "tobacco_status": ("smokes", "vapes"),
    "other_substances": ("cannabis", "other_drugs", "nitrous_oxide"),
    "gambling_12m": ("often",),
    "sleep_problems": ("often", "takes_sleeping_pills"),
    "sleep_duration": ("lt_6h",),
    "suicidal_history": ("ideation", "attempt"),
    "suicide_follow_up": ("now",),
    "violence_follow_up": ("danger_now",),
    "chest_pain_follow_up": ("now_or_rest",),
    "colorectal_screening": ("never",),
    "breast_screening": ("never",),
    "cervical_screening": ("never",),
    "cervical_smear_at_25": ("no",),
    "cervical_smear_ever": ("no",),
    "sti_screening_ever": ("no",),
    "contraception_use": ("no",),
    "retirement_view": ("very_negative",),
    "retirement_projects": ("no_not_yet",),
    "helped": ("alone",),
    "private_ready": ("yes",),
}
"""What somebody for whom everything goes badly ticks; « yes » or the last box elsewhere."""
TEXTS: dict[str, tuple[str, ...]] = {
    "ordinary": (
        "maladie de Crohn", "arthrose du genou", "mes migraines", "passer", "le stress au travail",
        "Mon père a fait un AVC et j'ai peur d'en faire un", "une fausse couche il y a deux ans",
        "rien", "mal aux genoux dans les escaliers", "les vaccins pour voyager",
    ),
    "alarming": (
        "j'ai envie de mourir", "mon mari me frappe", "Je n'en peux plus, je veux en finir.",
        "on m'a menacée et harcelée au travail", "douleur dans la poitrine ce matin",
    ),
    "wordy": (
        "Depuis l'hiver dernier je suis fatigué dès le matin, j'ai mal au dos quand je porte, je "
        "dors par petits bouts, et je voudrais savoir quels examens sont utiles à mon âge. ",
        "Anticonstitutionnellement" * 4 + " ",
        "Mon médecin est parti à la retraite ; depuis, personne ne suit ma tension « 16/9 » ! ",
    ),
    "other_script": (
        "أريد أن أتحدث عن النوم والسكري", "我想谈谈睡眠和高血压", "😀🙏🏽 fatigue 💤 et 🦷",
        "Хочу поговорить о давлении", "ẹ̀kọ́ nípa àìsàn", "ประชุม about sleep",
    ),
    "markup": (
        "<b>Crohn</b> & <script>alert(1)</script>", "#let x = 1; #pagebreak() *gras* _fin_ $x^2$",
        "Robert'); DROP TABLE students;--", "{{ 7*7 }} {% raw %} \\u202e \\n", "[lien](http://x.y)",
    ),
}  # fmt: skip
"""What is written where words are asked."""
NAMES: dict[str, tuple[str, ...]] = {
    "ordinary": ("Awa D.", "M. L.", "Jean-René", "passer", "Zoë O'Neil", "Mme de La Tour du Pin"),
    "skips_everything": ("passer",),
    "wordy": ("Marie-Antoinette-Joséphine Vandenbroucke-Delacroix de Saint-Exupéry la cadette",),
    "other_script": ("مريم", "张伟", "Ольга К.", "😀 Lina"),
    "markup": ("<b>Zoë</b> & fils", "#pagebreak() *Max*"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, what they said, and where that led."""

    kind: str
    interview: Interview
    position: Position

    def brief(self, library: Library | None = None) -> Brief:
        """What the practitioner would see of them."""
        return make_brief(self.position, self.interview, library or rules())


def patients(band: Band, count: int, seed: int = 1) -> list[Person]:
    """`count` people of one band; the same ones for the same seed."""
    return list(_patients(band, count, seed))


def _patients(band: Band, count: int, seed: int) -> Iterator[Person]:
    for number in range(count):
        chance = random.Random(f"{band} {seed} {number}")
        yield person(band, KINDS[number % len(KINDS)], chance)


def person(band: Band, kind: str, chance: random.Random) -> Person:
    """One person of this kind, from the first question to the last that concerns them."""
    interview = engine.begin("one", chance.choice(LANGUAGES), NOW)
    stop = chance.randrange(8, 40) if kind == "stops_half_way" else LONGEST_WALK
    age_tapped = chance.random() < 0.2
    position = engine.replay(shelf(), interview)
    for turn in range(LONGEST_WALK):
        waiting = position.waiting
        if waiting is None:
            break
        if turn == stop and not position.stopped:
            heard = Heard("/stop")
        elif waiting.id == "age":
            heard = Heard(band if age_tapped else str(chance.choice(AGES[band])), "age", False)
        elif waiting.id in _ALWAYS:
            heard = Heard(_ALWAYS[waiting.id], waiting.id, False)
        else:
            heard = _answer(waiting, band, kind, chance)
        step = engine.hear(shelf(), interview, heard, NOW + turn)
        if step.outcome in ("doubtful", "unreadable"):
            sure = "/confirm" if step.outcome == "doubtful" else "skipped"
            step = engine.hear(shelf(), step.interview, Heard(sure), NOW + turn)
        interview, position = step.interview, step.position
    return Person(kind, interview, position)


def _answer(question: Question, band: Band, kind: str, chance: random.Random) -> Heard:
    """What somebody of this kind answers to this question."""
    if question.id == "chosen_name":
        return Heard(chance.choice(NAMES.get(kind, NAMES["ordinary"])))
    if question.kind == "text":
        return Heard(_text(kind, chance))
    if question.id.startswith("go_on_"):
        return Heard("go_on", question.id, False)
    if kind == "skips_everything":
        return _tap(question, "skipped")
    if kind == "non_answers" and chance.random() < 0.6:
        return _tap(question, chance.choice(sorted(NON_ANSWERS)))
    if kind == "ordinary" and chance.random() < 0.06:
        return _tap(question, chance.choice(sorted(NON_ANSWERS)))
    if question.kind == "number":
        return _tap(question, _number(question, band, kind, chance))
    return _tap(question, *_boxes(question, kind, chance))


def _tap(question: Question, *values: str) -> Heard:
    """Boxes ticked together, or one button."""
    several = question.kind == "multiple" and not set(values) & NON_ANSWERS
    return Heard(values if several else values[0], question.id, False)


def _boxes(question: Question, kind: str, chance: random.Random) -> tuple[str, ...]:
    values = [option.value for option in question.options]
    if kind == "first_boxes":
        return (values[0],)
    if kind in ("alarming", "every_box") and question.kind == "multiple":
        wanted = _WORST.get(question.id, tuple(values)) if kind == "alarming" else tuple(values)
        return _fitting(question, wanted)
    if kind in ("alarming", "every_box"):
        worst = _WORST.get(question.id, ())
        found = [each for each in (*worst, "yes", values[-1]) if each in values]
        return (found[0] if question.id != "sex" else chance.choice(values),)
    calm = [each for each in ("no", "never") if each in values]
    if calm and chance.random() < (0.85 if question.private else 0.4):
        return (calm[0],)
    if question.kind == "multiple":
        ticked = chance.sample(values, chance.choice((1, 1, 1, 2, 3, 3)[: len(values) + 2]))
        return _fitting(question, tuple(ticked))
    if question.id in ("helped", "private_ready"):  # most people are alone and go on
        return (values[0] if chance.random() < 0.85 else chance.choice(values),)
    return (chance.choice(values),)


def _fitting(question: Question, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Those that may be ticked together; a box that stands alone only when it is alone."""
    options = [each for each in question.options if each.value in wanted]
    together = [each for each in options if not each.exclusive] or options[:1]
    kept: list[str] = []
    groups: set[str] = set()
    for option in together:
        if option.group is None or option.group not in groups:
            kept.append(option.value)
            groups |= {option.group} if option.group else set()
    return tuple(kept)


def _number(question: Question, band: Band, kind: str, chance: random.Random) -> str:
    if question.unit == "m":
        return f"{min(max(chance.gauss(1.68, 0.1), 1.42), 2.05):.2f}"
    if question.unit == "kg":
        heavy = chance.choice((38, 160)) if kind == "alarming" else chance.gauss(72, 15)
        return f"{min(max(heavy, 38), 180):.0f}"
    if question.id == "menopause_age":
        return str(chance.choice((38, 44, 49, 51, 53, 57)))
    return str(chance.choice(AGES[band]))


def _text(kind: str, chance: random.Random) -> str:
    if kind == "skips_everything":
        return "passer"
    written = chance.choice(TEXTS.get(kind, TEXTS["ordinary"]))
    return (written * 6)[:490] if kind == "wordy" else written
