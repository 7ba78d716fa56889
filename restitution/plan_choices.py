"""What a plan offers to tick: obstacles, follow-up, subjects. Content files → frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from flows.errors import BadContent
from flows.files import read_file
from restitution.files import SourceFile
from restitution.model import THEMES

FOLDER = Path(__file__).parent / "content" / "plan"


@dataclass(frozen=True, slots=True)
class Choice:
    """One box, in French; its translation stands under the context « plan »."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """Choices of which one is taken at most."""

    id: str
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything a plan offers."""

    obstacles: tuple[Choice, ...]
    follow_up: tuple[Group, ...]
    usual: Choice
    """The follow-up proposed when nothing was said."""
    subjects: Mapping[str, str]
    """Theme → a priority in the person's voice."""
    low: int
    """Confidence below which a smaller step is proposed."""
    hint: str


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _ChoiceFile(_Strict):
    id: str
    label: str = Field(min_length=2, max_length=60)


class _ObstaclesFile(_Strict):
    source: SourceFile
    review: str
    choices: list[_ChoiceFile] = Field(min_length=1)


class _GroupFile(_Strict):
    id: str
    title: str
    choices: list[_ChoiceFile] = Field(min_length=1)


class _FollowUpFile(_Strict):
    source: SourceFile
    review: str
    usual: str
    groups: list[_GroupFile] = Field(min_length=1)


class _ConfidenceFile(_Strict):
    below: int = Field(ge=1, le=10)
    hint: str
    source: SourceFile


class _SubjectsFile(_Strict):
    source: SourceFile
    review: str
    themes: dict[str, str]
    confidence: _ConfidenceFile


@lru_cache
def load(folder: Path = FOLDER) -> Choices:
    """Read the folder once; raises `BadContent` naming every problem in it."""
    problems: list[str] = []
    obstacles = read_file(folder / "obstacles.yaml", _ObstaclesFile, problems)
    follow_up = read_file(folder / "follow_up.yaml", _FollowUpFile, problems)
    subjects = read_file(folder / "subjects.yaml", _SubjectsFile, problems)
    if obstacles is None or follow_up is None or subjects is None:
        raise BadContent(problems)
    groups = tuple(Group(it.id, it.title, _choices(it.choices)) for it in follow_up.groups)
    offered = [each for group in groups for each in group.choices]
    usual = next((each for each in offered if each.id == follow_up.usual), None)
    problems += _unfit(_choices(obstacles.choices), offered, subjects.themes)
    if usual is None:
        problems.append(f"plan/follow_up.yaml: usual: no choice called {follow_up.usual!r}")
    if problems or usual is None:
        raise BadContent(problems)
    confidence = subjects.confidence
    return Choices(_choices(obstacles.choices), groups, usual, subjects.themes,
                   confidence.below, confidence.hint)  # fmt: skip


def _choices(raw: list[_ChoiceFile]) -> tuple[Choice, ...]:
    return tuple(Choice(each.id, each.label) for each in raw)


def _unfit(
    obstacles: tuple[Choice, ...], follow_up: list[Choice], subjects: Mapping[str, str]
) -> list[str]:
    """Ids stand once, and so do labels: two boxes with the same words would be one."""
    found = []
    for name in ("id", "label"):
        seen = [getattr(each, name) for each in (*obstacles, *follow_up)]
        twice = sorted({each for each in seen if seen.count(each) > 1})
        found += [f"plan: the {name} {each!r} stands twice" for each in twice]
    if set(subjects) != set(THEMES):
        found.append("plan/subjects.yaml: themes: exactly the programme's ten")
    return found
