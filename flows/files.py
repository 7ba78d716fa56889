"""How content files look: the author's side of `model.py`, checked field by field."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flows.model import Band, Kind

Model = TypeVar("Model", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OptionFile(_Strict):
    """One box."""

    value: str
    label: str
    exclusive: bool = False
    group: str | None = None
    added: bool = False
    also: list[str] = []
    bands: list[Band] | None = None


class QuestionFile(_Strict):
    """One question, written once for all bands."""

    id: str
    type: Kind
    ask: str
    official: dict[Band, str] = {}
    section: str | None = None
    hint: str | None = None
    why: str | None = None
    simpler: str | None = None
    sensitive: bool = False
    also_helped: bool = False
    """Sensitive, and asked all the same while somebody helps."""
    private: bool = False
    adapted: bool = False
    meaning: int = 1
    unit: str | None = None
    min: float | None = None
    max: float | None = None
    when: dict[str, Any] | None = None
    unless: dict[str, Any] | None = None
    options: list[OptionFile] = []


class ThemeFile(_Strict):
    """The questions of one theme, each checked by itself: one mistake hides no other."""

    theme: str
    title: str
    questions: list[dict[str, Any]]


class BandFile(_Strict):
    """One manifest per age band."""

    band: Band
    ages: tuple[int, int]
    version: str
    title: str
    questions: list[str]


class JourneyFile(_Strict):
    """What stands before and after every band's questions."""

    start: list[str]
    closing: list[str]
    help: list[str] = []


class CardFile(_Strict):
    """One fixed text of an alert."""

    id: str
    when: dict[str, Any]
    text: str


class AlertFile(_Strict):
    """What is said at once when an answer is worrying."""

    id: str
    order: int
    numbers: list[str] = Field(min_length=1)
    cards: list[CardFile] = Field(min_length=1)
    triggers: list[str] = []
    follow_ups: list[QuestionFile] = []
    quiet: str = ""
    words: dict[str, list[str]] = {}
    confidential: bool = False


class NumbersFile(_Strict):
    """How a language spells its numbers."""

    units: list[str | list[str]] = Field(min_length=20, max_length=20)
    """0 to 19."""
    tens: dict[int, list[str]]
    stretch: list[int] = []
    """Tens that go on to nineteen: « soixante-douze »."""
    units_first: bool = False
    whole: dict[int, list[str]] = {}
    """Numbers with a word of their own: Bengali has one for each to ninety-nine."""
    digits: bool = False
    """Two digits side by side are a number: Chinese « 七五 » after « 一米 »."""
    hundreds: dict[int, list[str]]
    between: list[str]
    decimal: list[str]
    half: list[str]


class WordsFile(_Strict):
    """What people type in one language."""

    language: str
    names: list[str]
    yes: list[str]
    no: list[str]
    nothing: list[str]
    all: list[str]
    polite: list[str]
    articles: list[str]
    leads: list[str]
    joins: list[str]
    either: list[str]
    negations: list[str]
    guards: list[str]
    without: list[str]
    non_answers: dict[str, list[str]]
    asks_meaning: list[str]
    commands: dict[str, list[str]]
    change_what: list[str]
    change_fillers: list[str]
    topics: dict[str, list[str]]
    numbers: NumbersFile
    ordinals: list[list[str]]
    last: list[str]
    place: list[str]
    around: list[str]
    born: list[str]
    unit_words: dict[str, list[str]]
    idioms: list[str]


class _PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML where `yes` and `no` are words, as in YAML 1.2: they are option values here."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":int"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf")
)
# YAML 1.1 also reads 12:30 as a number in base sixty.
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789")
)


def read_yaml(path: Path) -> Any:
    """The file's content; raises `yaml.YAMLError` when it is not YAML."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainLoader)  # noqa: S506  # nosec B506


def read_file(path: Path, model: type[Model], problems: list[str]) -> Model | None:
    """One content file, or None with what is wrong added to `problems`."""
    try:
        raw = read_yaml(path)
    except OSError:
        problems.append(f"{short(path)}: the file is missing")
    except yaml.YAMLError as error:
        problems.append(f"{short(path)}: not YAML: {' '.join(str(error).split())}")
    else:
        return read_part(short(path), raw, model, problems)
    return None


def read_part(where: str, raw: Any, model: type[Model], problems: list[str]) -> Model | None:
    """One part of a content file, or None with what is wrong added to `problems`."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        own = f"{where}: {raw['id']}" if isinstance(raw, dict) and raw.get("id") else where
        problems.extend(
            f"{own}: {_where(raw, each['loc'])}: {each['msg']}" for each in error.errors()
        )
    return None


def short(path: Path) -> str:
    """`themes/tobacco.yaml`: how a problem names its file."""
    return f"{path.parent.name}/{path.name}" if path.parent.name != "content" else path.name


def _where(raw: Any, location: tuple[int | str, ...]) -> str:
    """`questions.3.ask` said with the question's own id."""
    words: list[str] = []
    for step in location:
        try:
            raw = raw[step]
        except (KeyError, IndexError, TypeError):
            raw = None
        names = raw.get("id") or raw.get("value") if isinstance(raw, dict) else None
        if isinstance(step, int) and names:
            words[-1:] = [str(names)]
        else:
            words.append(str(step))
    return ": ".join(words)
