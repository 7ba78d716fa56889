"""What the API says and hears, field by field: nothing leaves that is not named here."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SessionIn(BaseModel):
    """A professional's sign-in."""

    email: str = Field(max_length=200)
    password: str = Field(max_length=200)


class SessionOut(BaseModel):
    """A bearer token, valid twelve hours."""

    token: str
    expires_in: int


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


class ResourceOut(_Out):
    """A number, a site, a place to go."""

    id: str
    name: str
    phone: str | None
    url: str | None
    hours: str | None


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


class BriefOut(_Out):
    """Everything the person shared, in French."""

    id: str = ""
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
    urgent: list[FlagOut]
    flags: list[FlagOut]
    strengths: list[FlagOut]
    scores: list[ScoreOut]
    due: list[DueOut]
    priorities: list[str]
    priorities_free_text: str | None
    answers: list[AnswerOut]
    not_answered: list[AnswerOut]
    discuss_face_to_face: bool
    distress: list[tuple[str, str]]
    notes: list[str]
    themes: list[tuple[str, str]]
    questionnaire: str
    rules: str
    wordings: list[tuple[str, str, str]]


class WorkOut(BaseModel):
    """One line of the worklist."""

    id: str
    shared_at: int
    name: str | None
    age: float | None
    band: str
    urgent: bool
    priorities: list[str]
    top: list[str]


class WorklistOut(BaseModel):
    """Shared with this professional or their centre, urgent first."""

    briefs: list[WorkOut]


class OptionOut(_Out):
    """One box."""

    value: str
    label: str


class QuestionOut(_Out):
    """One question of a band."""

    id: str
    official: str | None
    type: str
    ask: str
    options: list[OptionOut]


class QuestionnaireOut(BaseModel):
    """A band's questionnaire, in order."""

    band: str
    version: str
    ages: tuple[int, int]
    questions: list[QuestionOut]


class QuestionnairesOut(BaseModel):
    """The bands there are."""

    bands: dict[str, str]
