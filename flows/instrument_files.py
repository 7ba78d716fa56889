"""Instrument files → model, checked: every mistake is named with its file and item."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from flows.conditions import Vocabulary, compile_condition, named
from flows.files import read_file, read_part, short
from flows.folding import fold
from flows.instruments import Elsewhere, Instrument, Origin, Scale, Sex, Threshold, Why
from flows.model import Option, Question, Questionnaire

_DEATH = re.compile(r"\bmourir|\bmorte?s?\b|suicid|vous faire du mal|\bvous tuer\b")
"""An item that says this asks about suicide, whatever its author thought."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _OptionFile(_Strict):
    value: str
    label: str = Field(max_length=64)
    points: float | None = None


class _ItemFile(_Strict):
    id: str
    ask: str
    options: list[_OptionFile] = Field(min_length=2)
    hint: str | None = None
    suicide: bool = False
    unless: dict[str, Any] | None = None
    meaning: int = 1


class _OriginFile(_Strict):
    name: str
    seen: date | None
    status: Literal["seen", "to_verify"]


class _ThresholdFile(_Strict):
    low: float = Field(alias="from")
    text: str


class _ScaleFile(_Strict):
    id: str
    label: str
    range: tuple[float, float]
    items: list[str] | None = None
    constant: float = 0.0
    step: float = 1.0
    readings: list[_ThresholdFile] = []
    readings_by_sex: dict[Sex, list[_ThresholdFile]] = {}


class _SafetyFile(_Strict):
    positive: str
    unanswered: str


class InstrumentFile(_Strict):
    """One instrument as its author wrote it. Items are checked one by one."""

    id: str
    version: str
    title: str
    about: str
    subject: str
    theme: str
    period: str
    ages: tuple[int, int]
    licence: str
    note: str
    adapted: bool
    review: Literal["to_verify", "drafted", "checked", "clinically_reviewed"]
    languages: list[str] = Field(min_length=1)
    sources: list[_OriginFile] = Field(min_length=1)
    items: list[dict[str, Any]] = Field(min_length=1)
    scales: list[_ScaleFile] = Field(min_length=1)
    instructions: str = ""
    room_only: bool = False
    private: bool = False
    safety: _SafetyFile | None = None


class _ElsewhereFile(_Strict):
    id: str
    title: str
    use: str = Field(alias="for")
    why: Why
    where: str


class _ElsewhereList(_Strict):
    elsewhere: list[_ElsewhereFile]


def load_instruments(
    folder: Path, taken: Mapping[str, object], themes: Mapping[str, str], problems: list[str]
) -> dict[str, Instrument]:
    """The instruments of a content folder by id; what is wrong is added to `problems`.

    `taken`: ids of the questionnaires' questions, which no item may use again.
    """
    found: dict[str, Instrument] = {}
    owners = dict.fromkeys(taken, "themes")
    for path in sorted((folder / "instruments").glob("*.yaml")):
        written = read_file(path, InstrumentFile, problems)
        if written is None:
            continue
        name = short(path)
        if written.id != path.stem:
            problems.append(f"{name}: its id is {written.id!r}, unlike its file's name")
        if written.theme not in themes:
            problems.append(f"{name}: no theme called {written.theme!r}")
        items = [read_part(name, raw, _ItemFile, problems) for raw in written.items]
        good = [each for each in items if each is not None]
        for item in good:
            if item.id in owners:
                problems.append(f"{name}: {item.id}: the same id stands in {owners[item.id]}")
            owners[item.id] = name
        found[written.id] = _Checking(name, written, good, problems).instrument()
    return found


def load_elsewhere(
    folder: Path, here: Mapping[str, object], problems: list[str]
) -> tuple[Elsewhere, ...]:
    """The tests that are not here; none in a folder without that file."""
    path = folder / "elsewhere.yaml"
    read = read_file(path, _ElsewhereList, problems) if path.exists() else None
    if read is None:
        return ()
    problems += [
        f"elsewhere.yaml: {each.id}: this test is here"
        for each in read.elsewhere
        if each.id in here
    ]
    return tuple(
        Elsewhere(each.id, each.title, each.use, each.why, each.where) for each in read.elsewhere
    )


class _Checking:
    """One file on its way to the model."""

    def __init__(
        self, name: str, written: InstrumentFile, items: Sequence[_ItemFile], problems: list[str]
    ) -> None:
        self.name, self.written, self.items, self.problems = name, written, items, problems
        self.points = {
            item.id: {
                option.value: option.points for option in item.options if option.points is not None
            }
            for item in items
            if any(option.points is not None for option in item.options)
        }

    def instrument(self) -> Instrument:
        """The model, as far as it can be read."""
        written = self.written
        for item in self.items:
            self._check_item(item)
        self._check_safety()
        questions = tuple(self._question(item) for item in self.items)
        scales = tuple(self._scale(scale) for scale in written.scales)
        counted = {item for scale in scales for item in scale.items}
        for lost in self.points.keys() - counted:
            self._tell(lost, "has points that no scale counts")
        for origin in written.sources:
            if (origin.seen is None) == (origin.status == "seen"):
                self._tell(f"sources: {origin.name}", "« seen » goes with a date, and only then")
        return Instrument(
            id=written.id, title=written.title, about=written.about, subject=written.subject,
            theme=written.theme, period=written.period, instructions=written.instructions,
            ages=written.ages, points=self.points, scales=scales, licence=written.licence,
            questionnaire=Questionnaire(None, written.version, written.ages, questions),
            note=written.note, adapted=written.adapted, review=written.review,
            languages=tuple(written.languages), room_only=written.room_only,
            private=written.private,
            sources=tuple(
                Origin(each.name, each.seen.isoformat() if each.seen else None, each.status)
                for each in written.sources
            ),
            suicide=frozenset(item.id for item in self.items if item.suicide),
            safety=written.safety.model_dump() if written.safety else {},
        )  # fmt: skip

    def _tell(self, where: str, what: str) -> None:
        self.problems.append(f"{self.name}: {where}: {what}")

    def _check_item(self, item: _ItemFile) -> None:
        values = [option.value for option in item.options]
        scored = [option.points is not None for option in item.options]
        if len(set(values)) < len(values):
            self._tell(item.id, "an option value stands twice")
        if any(scored) and not all(scored):
            self._tell(item.id, "points for each option, or for none")
        if item.unless is not None:
            earlier = {each.id for each in self.items[: self.items.index(item)]}
            for needed in sorted(named(item.unless) - earlier):
                self._tell(item.id, f"its condition looks at {needed!r}, which is not asked before")

    def _check_safety(self) -> None:
        """Suicide is asked in the room only, and always answered to."""
        asks = [item.id for item in self.items if item.suicide]
        for item in self.items:
            if not item.suicide and _DEATH.search(fold(item.ask)):
                self._tell(item.id, "speaks of death or harm: say `suicide: true`")
        if asks and not self.written.room_only:
            self._tell(asks[0], "asks about suicide: `room_only: true`, never sent to a phone")
        if asks and self.written.safety is None:
            self._tell(asks[0], "asks about suicide: `safety` says what the professional reads")

    def _question(self, item: _ItemFile) -> Question:
        options = tuple(Option(each.value, each.label) for each in item.options)
        return Question(
            id=item.id, kind="single", ask=item.ask, theme=self.written.theme, options=options,
            section=None, hint=item.hint, private=self.written.private or item.suicide,
            adapted=self.written.adapted, meaning=item.meaning,
            unless=self._condition(item) if item.unless is not None else None,
            values=frozenset(each.value for each in options),
        )  # fmt: skip

    def _condition(self, item: _ItemFile) -> Any:
        values = {each.id: frozenset(it.value for it in each.options) for each in self.items}
        found: list[str] = []
        condition = compile_condition(item.unless, Vocabulary(values, {}, {}), found)
        self.problems += [f"{self.name}: {item.id}: {each}" for each in found]
        return condition

    def _scale(self, scale: _ScaleFile) -> Scale:
        items = scale.items or list(self.points)
        for item in items:
            if item not in self.points:
                self._tell(f"{scale.id}: {item}", "no item with points has this id")
        known = tuple(item for item in items if item in self.points)
        low = round(scale.constant + sum(min(self.points[it].values()) for it in known), 2)
        high = round(scale.constant + sum(max(self.points[it].values()) for it in known), 2)
        if (low, high) != scale.range and len(known) == len(items):
            said = f"{scale.range[0]:g} to {scale.range[1]:g}"
            self._tell(scale.id, f"its range is {said}, its points give {low:g} to {high:g}")
        if bool(scale.readings) == bool(scale.readings_by_sex):
            self._tell(scale.id, "either `readings`, or `readings_by_sex`")
        if scale.readings_by_sex and set(scale.readings_by_sex) != {"woman", "man"}:
            self._tell(scale.id, "readings_by_sex: needs woman and man")
        by_sex: Mapping[Sex | None, list[_ThresholdFile]] = (
            {None: scale.readings} if scale.readings else dict(scale.readings_by_sex.items())
        )
        for readings in by_sex.values():
            self._check_thresholds(scale, [each.low for each in readings])
        return Scale(
            scale.id, scale.label, known, *scale.range,
            {sex: tuple(Threshold(each.low, each.text) for each in readings)
             for sex, readings in by_sex.items()},
            scale.constant, scale.step,
        )  # fmt: skip

    def _check_thresholds(self, scale: _ScaleFile, lows: Sequence[float]) -> None:
        low, high = scale.range
        if lows and lows[0] != low:
            self._tell(scale.id, f"its first reading starts at {lows[0]:g}, its range at {low:g}")
        if any(later <= earlier for earlier, later in pairwise(lows)):
            self._tell(scale.id, "its readings must rise")
        if any(each > high for each in lows):
            self._tell(scale.id, f"a reading starts above its range, {high:g}")
