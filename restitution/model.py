"""What we tell the patient (`Restitution`) and show the practitioner (`Brief`): finished values.

Templates only lay these out: no rule, no query, no date arithmetic left to do.
Texts are already in the reader's language and plain (no markup).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["urgent", "high", "moderate", "info", "strength"]
SEVERITIES: tuple[Severity, ...] = ("urgent", "high", "moderate", "info", "strength")
DueStatus = Literal["due", "to_ask", "to_check"]
"""Said not to be done; not said at all; said to be done, where the record must tell."""
THEMES: tuple[str, ...] = (
    "nutrition",
    "physical_activity",
    "addictions",
    "mental_health",
    "sexual_health",
    "vaccination",
    "cancers",
    "chronic_diseases",
    "housing_environment",
    "social_life",
)
"""The programme's ten (HCSP and ministry, ars-grand-est-presentation 2023-12-22)."""
THEME_TITLES: dict[str, str] = {
    "nutrition": "Nutrition",
    "physical_activity": "Activité physique",
    "addictions": "Addictions",
    "mental_health": "Santé mentale, sommeil",
    "sexual_health": "Santé sexuelle",
    "vaccination": "Vaccination",
    "cancers": "Cancers",
    "chronic_diseases": "Autres maladies chroniques",
    "housing_environment": "Logement, environnement",
    "social_life": "Vie sociale",
}
"""As professionals read them, in the programme's order."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from, and the date it was really seen (None: not seen, to verify)."""

    name: str
    seen: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A number, a site, a place to go."""

    id: str
    name: str
    phone: str | None = None
    sms: str | None = None
    url: str | None = None
    hours: str | None = None
    cost: str | None = None
    use: str | None = None


@dataclass(frozen=True, slots=True)
class SaidAnswer:
    """An answer as the person gave it: question, words, official number."""

    question: str
    official: str | None
    asked: str
    said: str
    """The label(s) chosen, in the reader's language; « skipped » and its kin in words."""
    status: Literal[
        "answered",
        "skipped",
        "dont_know",
        "dont_understand",
        "prefer_not",
        "not_concerned",
        "not_usable",
        "not_asked",
        "held_back",
    ] = "answered"
    theme: str = ""
    confidential: bool = False
    values: tuple[str, ...] = ()
    """The boxes ticked, by their stable names; none for a number, words or a non-answer."""
    helped: bool = False
    """Said while somebody helped."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One advice for the patient."""

    id: str
    theme: str
    text: str
    because: str | None = None
    """« Vous avez dit : … », quoting their own answer; None when quoting would expose them."""
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class Safety:
    """One box listing every danger met, 15 first, then 3114, then 17 and 114, then listening."""

    lines: tuple[str, ...]
    resources: tuple[Resource, ...]
    french: tuple[str, ...] = ()
    """The same in French, numbers included, where nobody reviewed the translation."""


@dataclass(frozen=True, slots=True)
class Restitution:
    """What the patient reads. Never a score, a percentage or a diagnosis word."""

    language: str
    band: str
    safety: Safety | None
    strengths: tuple[str, ...]
    """At least one; none of a theme that has an alarm; empty only after an urgent answer."""
    advice: tuple[Advice, ...]
    """At most three."""
    more: tuple[Advice, ...]
    """« Autres conseils », on demand."""
    first_step: str | None
    bring: tuple[str, ...]
    book: str
    """Where to book, one sentence."""
    book_url: str
    chosen: tuple[str, ...] = ()
    """The person's own priorities, in their words and order."""
    partial: bool = False
    paper: bool = False
    """Made for paper: nothing in it shows that suicide or violence was told."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A fact that matters to the practitioner. `id` is that of `rules.yaml`."""

    id: str
    theme: str
    severity: Severity
    note: str
    """The practitioner's line, French."""
    answers: tuple[SaidAnswer, ...]
    """The answers that caused it."""
    source: Source
    review: str
    exam: str | None = None
    second_line: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    confidential: bool = False
    patient: str | None = None
    """What it says to the person, in French; None: nothing, or a graver line says it."""
    step: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreItem:
    question: str
    official: str | None
    points: int | None


@dataclass(frozen=True, slots=True)
class Score:
    """A score, complete or a certain minimum. Never imputed."""

    id: str
    """phq4, phq4.gad2, phq4.phq2, bmi, copd_screen, alcohol_benchmark."""
    label: str
    value: float | None
    """None while incomplete."""
    at_least: float | None
    """Certain minimum of the answered items, when incomplete."""
    answered: int
    total: int
    reading: str
    """What it amounts to, in words, French, with the threshold used."""
    items: tuple[ScoreItem, ...] = ()
    adapted: bool = False
    source: Source | None = None
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Want:
    """Something the person wants to talk about, in their order."""

    label: str
    when: Literal["today", "later", "no"] | None
    """None: chosen as a topic, without saying when."""


@dataclass(frozen=True, slots=True)
class Due:
    """A vaccine or screening to look at, by exact age."""

    id: str
    kind: Literal["vaccine", "screening"]
    text: str
    source: Source
    status: DueStatus = "due"


@dataclass(frozen=True, slots=True)
class Brief:
    """What the practitioner sees, in French whatever the patient's language."""

    band: str
    age: float | None
    language: str
    name: str | None
    helped: bool | None
    interpreter: bool | None
    family_doctor: bool | None
    answered: int
    total: int
    partial: bool
    urgent: tuple[Flag, ...]
    flags: tuple[Flag, ...]
    """All but strengths: the person's priorities first, then by severity."""
    strengths: tuple[Flag, ...]
    scores: tuple[Score, ...]
    priorities: tuple[str, ...]
    priorities_free_text: str | None
    answers: tuple[SaidAnswer, ...]
    """Every official item in order, with its status."""
    not_answered: tuple[SaidAnswer, ...]
    discuss_face_to_face: bool
    """The sensitive block was not asked (not alone, helped, or wished)."""
    distress: tuple[tuple[str, str], ...] = ()
    """(alert, sentence typed), confidential."""
    due: tuple[Due, ...] = ()
    notes: tuple[str, ...] = ()
    themes: tuple[tuple[str, str], ...] = field(default=())
    """(theme, worst severity) for the ten themes, in the programme's order."""
    questionnaire: str = ""
    """Band and version."""
    rules: str = ""
    """Version of the rules."""
    wordings: tuple[tuple[str, str, str], ...] = ()
    wants: tuple[Want, ...] = ()
    """The chosen topics in the person's order, then the themes they were asked about."""
    sensitive_helped: bool = False
    """A sensitive question was answered while somebody helped: to be asked again alone."""
    unfinished: bool = False
    """A question still waits: the person shared before the end, or opened it again."""
