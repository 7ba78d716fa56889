"""What the API says and hears, field by field: nothing leaves that is not named here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class _Row(BaseModel):
    """A tuple of the model, its places named."""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        named = zip(cls.model_fields, value, strict=True) if isinstance(value, tuple) else value
        return dict(named)


class ErrorOut(BaseModel):
    """Every refusal: a code for machines, a French sentence for people."""

    error: str
    message: str


class SessionIn(BaseModel):
    """A professional's sign-in."""

    email: str = Field(max_length=200)
    password: str = Field(max_length=200)
    code: str | None = Field(default=None, max_length=10)
    """The second factor's six digits, where the account has one."""


class SessionOut(BaseModel):
    """A bearer token, valid twelve hours."""

    token: str
    expires: datetime


class CodeIn(BaseModel):
    """A code as the person shows it; spaces and lower case do not matter."""

    code: str = Field(max_length=40)


class OpenedOut(BaseModel):
    """The brief a code opens."""

    id: str


class SourceOut(_Out):
    """Where a rule comes from; `seen` is the date it was really seen."""

    name: str
    seen: str | None
    status: str


class AnswerOut(_Out):
    """An answer as given."""

    question: str
    official: str | None
    asked: str
    said: str
    status: str
    theme: str
    confidential: bool
    values: list[str]
    helped: bool


class ResourceOut(_Out):
    """A number, a site, a place to go."""

    id: str
    name: str
    phone: str | None
    sms: str | None
    url: str | None
    hours: str | None
    cost: str | None
    use: str | None


class FlagOut(_Out):
    """A fact that matters, with the answers that caused it."""

    id: str
    theme: str
    severity: str
    note: str
    answers: list[AnswerOut]
    source: SourceOut
    review: str
    exam: str | None
    second_line: list[str]
    resources: list[ResourceOut]
    confidential: bool
    patient: str | None
    """What it says to the person; none when a graver line says it."""
    step: str | None


class ScoreItemOut(_Out):
    """One item of a score; no points: not answered."""

    question: str
    official: str | None
    points: int | None


class ScoreOut(_Out):
    """A score, complete or a certain minimum; never imputed."""

    id: str
    label: str
    value: float | None
    at_least: float | None
    answered: int
    total: int
    reading: str
    items: list[ScoreItemOut]
    adapted: bool
    source: SourceOut | None
    confidential: bool


class DueOut(_Out):
    """A vaccine or screening to look at, by exact age."""

    id: str
    kind: str
    text: str
    source: SourceOut
    status: str
    """due, to_ask (not answered) or to_check (said to be done)."""


class DistressOut(_Row):
    """A worrying sentence as typed, and the alert it set off. Confidential."""

    alert: str
    sentence: str


class WantOut(_Out):
    """What the person wants to talk about: today, later, no, or just chosen as a topic."""

    label: str
    when: str | None


class ThemeOut(_Row):
    """One of the ten themes with its worst severity; empty: nothing found."""

    theme: str
    severity: str


class WordingOut(_Row):
    """Which texts the person saw."""

    catalogue: str
    version: str
    language: str


class BriefOut(_Out):
    """Everything the person shared, in French whatever their language.

    What is `confidential`, and `distress`, is read alone with the person and never printed.
    """

    id: str = ""
    revision: int = 1
    shared_at: datetime | None = None
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
    unfinished: bool
    urgent: list[FlagOut]
    flags: list[FlagOut]
    strengths: list[FlagOut]
    scores: list[ScoreOut]
    due: list[DueOut]
    priorities: list[str]
    priorities_free_text: str | None
    wants: list[WantOut]
    sensitive_helped: bool
    answers: list[AnswerOut]
    not_answered: list[AnswerOut]
    discuss_face_to_face: bool
    distress: list[DistressOut]
    notes: list[str]
    themes: list[ThemeOut]
    questionnaire: str
    rules: str
    wordings: list[WordingOut]


class SignalOut(_Out):
    """One of the strongest signals, with the answers that caused it."""

    id: str
    theme: str
    severity: str
    note: str
    answers: list[AnswerOut]


class WorkOut(BaseModel):
    """One line of the worklist."""

    id: str
    shared_at: datetime
    revision: int
    name: str | None
    age: float | None
    band: str
    language: str
    interpreter: bool | None
    urgent: bool
    """Something urgent was answered; it may be confidential, then it is not in `top`."""
    unfinished: bool
    """Shared with the centre before the end, or opened again: more may follow."""
    priorities: list[str]
    top: list[SignalOut]


class WorklistOut(BaseModel):
    """Shared with this professional or their centre, urgent first."""

    briefs: list[WorkOut]


class FactOut(_Out):
    """A documented statement about answers that a rule relies on."""

    name: str
    says: str
    source: str


class WhyOut(_Out):
    """Why a flag stands in a brief: answers, facts, rule, source and date, status."""

    flag: str
    theme: str
    severity: str
    note: str
    confidential: bool
    """The flag, or anything that explains it: read alone with the person, never printed."""
    answers: list[AnswerOut]
    """Those the flag quotes, then all others the rule looks at."""
    conditions: list[str]
    """What the rule asks for, all of it, in French; empty when it is no longer there."""
    facts: list[FactOut]
    rule: str
    version: str
    """Of the rules the brief was made with."""
    changed_since: bool
    """Other rules are in use now: `conditions` and `facts` are theirs."""
    source: SourceOut
    review: str
    reviewed: str
    """Who reviewed it clinically, and when; empty when nobody did."""
    overlay: str
    """The operator changed this rule (`here`), others (`elsewhere`), or `none`."""


class PlaceOut(_Out):
    """A place of the directory."""

    id: str
    name: str
    themes: list[str]
    address: str
    commune: str
    postcode: str
    latitude: float | None
    longitude: float | None
    phone: str | None
    url: str | None
    hours: str | None
    languages: list[str]
    """ISO codes; empty: not told."""
    cost: str | None
    free: bool
    use: str | None
    reviewed: str | None
    """ISO date of the operator's last check."""


class HitOut(_Out):
    """A place found."""

    place: PlaceOut
    km: float | None
    """As the crow flies from the middle of the commune or postcode's entries, when known."""
    fresh: bool
    """Checked less than 12 months ago."""


class DirectoryOut(BaseModel):
    """What a search found: the nearest local places, then national resources."""

    local: list[HitOut]
    national: list[HitOut]
    total: int
    """Local places that fit, shown or not."""
    known: bool
    """False: no entry of the directory is in that commune, postcode or department."""
    themes: dict[str, str]
    """Every subject and map one may ask for, with its French name."""


class OptionOut(_Out):
    """One box."""

    value: str
    label: str
    exclusive: bool
    """Ticking it clears the others."""
    added: bool
    """Ours: not on the official form."""


class QuestionOut(_Out):
    """One question of a band."""

    id: str
    official: str | None
    section: str | None
    theme: str
    type: str
    ask: str
    hint: str | None
    unit: str | None
    sensitive: bool
    options: list[OptionOut]


class QuestionnaireOut(BaseModel):
    """A band's questionnaire, in order."""

    band: str
    title: str
    version: str
    ages: tuple[int, int]
    questions: list[QuestionOut]


class QuestionnairesOut(BaseModel):
    """The bands there are."""

    bands: dict[str, str]
