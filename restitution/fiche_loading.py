"""`content/fiche/*.yaml` → the sheet of each band. Every problem is named at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from flows.errors import BadContent
from flows.files import read_file
from flows.loading import CONTENT as QUESTIONS
from flows.loading import Shelf
from flows.loading import load as load_shelf
from flows.model import BANDS, Band, Question
from restitution.fiche import EXCERPT, Block, Line, Origin, Sheet
from restitution.files import SourceFile
from restitution.model import THEMES, Source
from restitution.paper import CONFIDENTIAL_ITEMS
from restitution.telling import tells

CONTENT = Path(__file__).parent / "content" / "fiche"
SCORES = frozenset({"phq4", "bmi", "copd_screen"})
"""Scores a line may repeat (`restitution.readings`)."""
Named = dict[str, list[str]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineFile(_Strict):
    """One line as its author wrote it."""

    label: str = Field(min_length=2)
    origin: Origin
    bands: list[Band] = Field(default=list(BANDS), min_length=1)
    declared: dict[str, str] = {}
    signal: Named = {}
    score: str | None = None
    due: Literal["vaccine", "screening"] | None = None
    boxes: list[str] = []
    choices: list[str] = []
    threshold: str | None = None
    source: str | None = None
    unless: Named = {}


class BlockFile(_Strict):
    """The lines of one theme."""

    title: str
    theme: str | None = None
    lines: list[LineFile] = Field(min_length=1)


class SheetFile(_Strict):
    """All four sheets."""

    sources: dict[str, SourceFile]
    blocks: list[BlockFile] = Field(min_length=1)


@lru_cache(maxsize=1)
def sheets() -> Mapping[Band, Sheet]:
    """The sheets shipped with the program, read once."""
    return load()


def load(folder: Path | None = None, shelf: Shelf | None = None) -> Mapping[Band, Sheet]:
    """The sheet of each band; raises `BadContent` naming every problem in the folder's files."""
    problems: list[str] = []
    shelf = shelf or load_shelf(QUESTIONS)
    file = read_file((folder or CONTENT) / "sheet.yaml", SheetFile, problems)
    if file is not None:
        problems += _Check(file, shelf).problems
    if file is None or problems:
        raise BadContent(sorted(set(problems)))
    sources = {key: Source(it.name, it.seen, it.status) for key, it in file.sources.items()}
    return {band: _sheet(file, band, shelf, sources) for band in BANDS}


def _sheet(file: SheetFile, band: Band, shelf: Shelf, sources: Mapping[str, Source]) -> Sheet:
    blocks = tuple(
        Block(each.title, each.theme, lines)
        for each in file.blocks
        if (lines := tuple(_line(it, band, shelf) for it in each.lines if band in it.bands))
    )
    return Sheet(band, blocks, sources)


def _line(raw: LineFile, band: Band, shelf: Shelf) -> Line:
    asked = shelf.questionnaires[band].by_id
    here = tuple((key, short) for key, short in raw.declared.items() if key in asked)
    return Line(
        label=raw.label, origin=raw.origin, declared=here,
        conditional=frozenset(key for key, _ in here if asked[key].when or asked[key].unless),
        signal={key: frozenset(values) for key, values in raw.signal.items()},
        score=raw.score, due=raw.due, boxes=tuple(raw.boxes), choices=tuple(raw.choices),
        threshold=raw.threshold, source=raw.source,
        unless={key: frozenset(values) for key, values in raw.unless.items()},
    )  # fmt: skip


class _Check:
    """What is wrong with a file that has the right shape."""

    def __init__(self, file: SheetFile, shelf: Shelf) -> None:
        self.shelf, self.file = shelf, file
        self.problems: list[str] = []
        for block in file.blocks:
            if block.theme is not None and block.theme not in THEMES:
                self.problems.append(f"fiche: {block.title}: no theme called {block.theme!r}")
            for line in block.lines:
                self._line(f"fiche: {block.title}: {line.label}", line)
        if EXCERPT not in file.sources:
            self.problems.append(f"fiche: sources: {EXCERPT!r} says what was seen of the sheet")
        cited = {line.source for block in file.blocks for line in block.lines}
        self.problems += [
            f"fiche: sources: nothing cites {each!r}"
            for each in sorted({*file.sources} - cited - {EXCERPT})
        ]

    def _line(self, where: str, line: LineFile) -> None:
        for key in (*line.declared, *line.signal, *line.unless):
            if key in CONFIDENTIAL_ITEMS:
                self.problems.append(f"{where}: {key!r} never stands on paper")
        for key in line.declared:
            self._asked(where, line, key)
        for key, values in (*line.signal.items(), *line.unless.items()):
            self._options(where, key, values, self._asked(where, line, key))
        if set(line.signal) - set(line.declared):
            self.problems.append(f"{where}: signal: names a question that is not declared")
        if line.score is not None and line.score not in SCORES:
            self.problems.append(f"{where}: no score called {line.score!r}")
        if (line.threshold is None) != (line.source is None):
            self.problems.append(f"{where}: a threshold has a source, a source its threshold")
        if line.source is not None and line.source not in self.file.sources:
            self.problems.append(f"{where}: no source called {line.source!r}")
        for text in (line.label, *line.declared.values(), *line.boxes, line.threshold):
            if tells(text):
                self.problems.append(f"{where}: {text!r} never stands on paper")

    def _asked(self, where: str, line: LineFile, key: str) -> list[Question]:
        """The question, as each band of this line asks it."""
        found = [self.shelf.questionnaires[band].find(key) for band in line.bands]
        asked = [each for each in found if each is not None]
        if not asked:
            self.problems.append(f"{where}: no question called {key!r} in {', '.join(line.bands)}")
        return asked

    def _options(self, where: str, key: str, values: Iterable[str], asked: list[Question]) -> None:
        known = {option.value for question in asked for option in question.options}
        self.problems += [
            f"{where}: {key}: no option called {each!r}" for each in values
            if asked and each not in known
        ]  # fmt: skip
