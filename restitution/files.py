"""How the files of advice and resources look: the author's side, checked field by field."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from flows.model import Band
from restitution.model import Severity

Condition = dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _iso(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("a date is written like 2026-11-24, between quotes") from None


Day = Annotated[str, AfterValidator(_iso)]
"""An ISO date."""


class SourceFile(_Strict):
    """Where it comes from, and the date it was really seen."""

    name: str = Field(min_length=3)
    seen: Day | None
    status: str = Field(min_length=3)


class Unsigned(_Strict):
    """`review: drafted`: nobody vouches for it yet."""

    status: Literal["to_verify", "drafted", "checked"]


class Signed(_Strict):
    """`review: {status: clinically_reviewed, by: …, on: "2026-12-01"}`: somebody with a name."""

    status: Literal["clinically_reviewed"]
    by: str = Field(min_length=3)
    on: Day


def _review(raw: Any) -> Any:
    if raw == "clinically_reviewed":
        raise ValueError("clinically_reviewed names who and when: {status, by, on}")
    return {"status": raw} if isinstance(raw, str) else raw


ReviewFile = Annotated[
    Annotated[Unsigned | Signed, Field(discriminator="status")], BeforeValidator(_review)
]
"""How far a text was checked."""


class VariantFile(_Strict):
    """Other words for some people: the first whose condition is true replaces what it gives."""

    when: Condition | None = None
    alert: str | None = None
    """For words typed in distress: the alert they set off."""
    patient: str | None = None
    practitioner: str | None = None
    step: str | None = None
    resources: list[str] | None = None
    private: bool = False
    """Tells of intimate life: not where somebody else might look."""


class SeverityFile(_Strict):
    """A graver reading when this holds."""

    when: Condition
    severity: Severity


class SecondLineFile(_Strict):
    """Second-line tests for some people, after the rule's own."""

    when: Condition
    tests: list[str]


class ResourcesFile(_Strict):
    """Resources for some people, named before the others."""

    when: Condition
    resources: list[str]


class RuleFile(_Strict):
    """One rule."""

    id: str
    bands: list[Band] = Field(min_length=1)
    when: Condition | None = None
    spoken: bool = False
    """Set off by words typed in distress, not by answers."""
    theme: str
    severity: Severity
    severity_when: list[SeverityFile] = []
    weight: int = 0
    safety: bool = False
    confidential: bool = False
    tags: list[Literal["effort", "weight", "drugs", "sleep", "see_doctor", "aside"]] = []
    patient: str | None = None
    variants: list[VariantFile] = []
    practitioner: str
    hides: list[str] = []
    topics: list[str] = []
    step: str | None = None
    items: list[str] = []
    resources: list[str] = []
    resources_when: list[ResourcesFile] = []
    second_line: list[str] = []
    second_line_when: list[SecondLineFile] = []
    exam: str | None = None
    source: SourceFile
    review: ReviewFile


class DueVariantFile(_Strict):
    """Other words for some people."""

    when: Condition
    text: str


class DueFile(_Strict):
    """A vaccine or a screening to look at: the first of `late`, `done`, `check` that holds decides.

    Without any of them it is due to all it concerns; when none holds, it is to be asked.
    """

    id: str
    kind: Literal["vaccine", "screening"]
    when: Condition
    """Whom it concerns."""
    late: Condition | None = None
    """Said not to be done, or not known."""
    done: Condition | None = None
    """Said to be done: nothing to list."""
    check: Condition | None = None
    """Said to be done, but only the record can tell."""
    text: str
    variants: list[DueVariantFile] = []
    source: SourceFile
    review: ReviewFile


class SwapFile(_Strict):
    """Resources that do not fit some people, in whatever rule they stand."""

    when: Condition
    drop: list[str]
    instead: list[str]


class InstrumentEntry(_Strict):
    """A second-line test a rule may name."""

    id: str
    name: str
    ours: bool
    """False: its owner's licence keeps its text out of here; it is only named."""
    source: SourceFile
    review: ReviewFile


class InstrumentsFile(_Strict):
    """Every second-line test."""

    tests: list[InstrumentEntry]


class AdviceFile(_Strict):
    """The rules of one theme."""

    rules: list[RuleFile] = []
    due: list[DueFile] = []
    swaps: list[SwapFile] = []


class ResourceEntry(_Strict):
    """A number, a site, a place to go."""

    id: str
    name: str
    phone: str | None = None
    sms: str | None = None
    url: str | None = None
    hours: str | None = None
    cost: str | None = None
    use: str | None = None
    source: SourceFile | None = None
    review: ReviewFile = Unsigned(status="to_verify")


class ResourceFile(BaseModel):
    """The resources of one topic."""

    model_config = ConfigDict(extra="ignore")

    resources: list[ResourceEntry] = []


class MapFile(_Strict):
    """One of the twelve maps, with the national resources it leads to."""

    id: str
    name: str
    resources: list[str] = []


class SubjectFile(_Strict):
    """One of the seven subjects."""

    id: str
    name: str
    maps: list[MapFile] = Field(min_length=1)


class MapsFile(_Strict):
    """The programme's cartography."""

    source: SourceFile
    subjects: list[SubjectFile]


class WordsFile(_Strict):
    """How facts and scores are said to a professional."""

    facts: dict[str, str]
    scores: dict[str, str]


class ChangeFile(_Strict):
    """What an operator changes in one rule; what is left out stays."""

    patient: str | None = Field(default=None, min_length=1)
    variants: list[str | None] | None = None
    """Other words for some people, one per variant of the rule in its order; null: as it is."""
    severity: Severity | None = None
    """Always this one, whatever the rule grades."""
    resources: list[str] | None = None
    review: ReviewFile | None = None


class OverlayFile(_Strict):
    """An operator's file."""

    off: list[str] = []
    change: dict[str, ChangeFile] = {}
