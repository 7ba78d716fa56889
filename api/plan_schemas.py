"""What the API says of a prevention plan, field by field."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PlanLineOut(_Out):
    """One line: its French text, where it came from, and whether somebody stood by it."""

    text: str
    details: list[str]
    origin: str
    state: str
    """draft (automatic), accepted, edited, written."""


class PlanRowOut(_Out):
    """One priority and what stands beside it, in the ministry's columns."""

    priority: PlanLineOut
    obstacles: list[PlanLineOut]
    advice: list[PlanLineOut]
    resources: list[PlanLineOut]
    importance: int | None
    confidence: int | None
    signals: list[str]


class PlanVersionOut(BaseModel):
    """A version that was kept."""

    number: int
    author: str
    profession: str
    saved_at: datetime
    validated_at: datetime | None


class PlanOut(_Out):
    """The plan as it stands."""

    id: str = ""
    version: int = 1
    state: str = "draft"
    versions: list[PlanVersionOut] = []
    band: str
    language: str
    name: str | None
    age: float | None
    rows: list[PlanRowOut]
    follow_up: list[PlanLineOut]
    rules: str
