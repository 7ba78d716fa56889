"""Content files → rules and resources. Every problem is named at once, with file and id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from flows import facts, scores
from flows.conditions import Vocabulary, compile_condition
from flows.errors import BadContent
from flows.files import read_file
from flows.loading import CONTENT as QUESTIONS
from flows.loading import written
from flows.model import Answers, Band
from restitution import overlay as overlays
from restitution.dues import DueRule, due_now
from restitution.files import (
    AdviceFile,
    DueFile,
    InstrumentsFile,
    MapsFile,
    ResourceEntry,
    ResourceFile,
    RuleFile,
    Signed,
    SourceFile,
    SwapFile,
    Unsigned,
    WordsFile,
)
from restitution.model import THEMES, Due, Resource, Source
from restitution.paper import SCREEN_ONLY
from restitution.places import Map, Subject
from restitution.rules import Condition, Finding, Findings, Rule, Swap, Variant, evaluate, find
from restitution.status import Content
from restitution.wording import Names

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class SecondLine:
    """A second-line test: its name, and whether we may ask it ourselves."""

    id: str
    name: str
    ours: bool
    source: Source


@dataclass(frozen=True)
class Library:
    """Everything there is to advise, loaded once at start-up."""

    version: str
    rules: tuple[Rule, ...]
    resources: Mapping[str, Resource]
    dues: tuple[DueRule, ...] = ()
    tests: Mapping[str, SecondLine] = field(default_factory=dict)
    """Second-line tests by id, those we only name included."""
    topics: Mapping[str, str] = field(default_factory=dict)
    """What a person may want to talk about first: value → French label."""
    subjects: tuple[Subject, ...] = ()
    """The cartography: seven subjects, twelve maps."""
    contents: tuple[Content, ...] = ()
    """Where each rule, vaccine, screening and resource comes from, and how far it was checked."""
    off: frozenset[str] = frozenset()
    """Rules the operator switched off."""
    names: Names = field(default_factory=Names)
    """How facts and scores are said."""

    @cached_property
    def by_band(self) -> Mapping[str, tuple[Rule, ...]]:
        """Rules of each age band."""
        bands = {band for rule in self.rules for band in rule.bands}
        return {band: tuple(each for each in self.rules if band in each.bands) for band in bands}

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def spoken(self) -> Rule | None:
        """The rule for words typed in distress."""
        return next((rule for rule in self.rules if rule.spoken), None)

    def find(self, band: Band | None, answers: Answers, alerts: Iterable[str] = ()) -> Findings:
        """What these answers amount to, and the alerts set off by words typed in distress."""
        heard: list[Finding] = []
        hidden: frozenset[str] = frozenset()
        if self.spoken is not None:
            heard = [find(self.spoken, answers, alert=each) for each in dict.fromkeys(alerts)]
            hidden = self.spoken.hides if heard else hidden
        return (*heard, *evaluate(self.by_band.get(band or "", ()), answers, hidden))

    def due(self, answers: Answers) -> tuple[Due, ...]:
        """Vaccines and screenings to look at, by exact age: the certain ones first."""
        return due_now(self.dues, answers)


def load(
    folder: Path | None = None, questions: Path | None = None, overlay: Path | None = None
) -> Library:
    """Read the content folder, with the operator's overlay folder laid over it, if any.

    Raises `BadContent` naming every problem in both.
    """
    return _Loader(folder or CONTENT, questions or QUESTIONS, overlay).library()


class _Loader:
    """One reading of a folder; `problems` fills up as it goes."""

    def __init__(self, folder: Path, questions: Path, overlay: Path | None = None) -> None:
        self.problems: list[str] = []
        self.digest = hashlib.sha256()
        asked = written(questions)
        values = {
            key: frozenset(option.value for option in each.options) for key, each in asked.items()
        }
        wished = asked.get("priorities")
        self.topics = {each.value: each.label for each in wished.options} if wished else {}
        self.words = Vocabulary(values, facts.FACTS, scores.SCORES)
        self.contents: list[Content] = []
        self.resources = self._resources(folder / "resources")
        self.tests = self._tests(folder / "second_line.yaml")
        self.subjects = self._subjects(folder / "maps.yaml")
        self.names = self._names(folder / "words.yaml")
        self.written: dict[str, tuple[str, RuleFile]] = {}
        self.dues: list[tuple[str, DueFile]] = []
        self.swap_files: list[tuple[str, SwapFile]] = []
        for path in sorted((folder / "advice").glob("*.yaml")):
            self.digest.update(path.read_bytes())
            if file := read_file(path, AdviceFile, self.problems):
                self._keep(f"advice/{path.name}", file)
        version = folder / "advice" / "VERSION"
        self.version = version.read_text("utf-8").strip() if version.exists() else ""
        self.overlay = overlays.read(overlay, self.problems) if overlay else overlays.Overlay()
        changed, more = overlays.changed(self.overlay, self.written, {it.id for _, it in self.dues})
        self.written = changed
        self.problems += more

    def library(self) -> Library:
        """The model, or `BadContent`."""
        if not self.version:
            self.problems.append("advice/VERSION: the rules say which version they are")
        self.swaps = [(set(each.drop), self._swap(name, each)) for name, each in self.swap_files]
        rules = [self._rule(name, rule) for name, rule in self.written.values()]
        dues = [self._due(name, due) for name, due in self.dues]
        if self.problems:
            raise BadContent(sorted(set(self.problems)))
        # In the programme's order of themes, so that ties between advices read the same everywhere.
        ordered = sorted(rules, key=lambda rule: THEMES.index(rule.theme))
        version = f"{self.version}-{self.digest.hexdigest()[:8]}{self.overlay.mark}"
        off = self.overlay.off
        return Library(
            version, tuple(each for each in ordered if each.id not in off), self.resources,
            tuple(each for each in dues if each.due.id not in off), self.tests, self.topics,
            self.subjects, tuple(each for each in self.contents if each.id not in off), off,
            self.names,
        )  # fmt: skip

    def _keep(self, name: str, file: AdviceFile) -> None:
        for rule in file.rules:
            if rule.id in self.written:
                self.problems.append(
                    f"{name}: {rule.id}: the same id stands in {self.written[rule.id][0]}"
                )
            self.written[rule.id] = (name, rule)
        self.dues += [(name, due) for due in file.due]
        self.swap_files += [(name, swap) for swap in file.swaps]

    def _resources(self, folder: Path) -> dict[str, Resource]:
        found: dict[str, Resource] = {}
        for path in sorted(folder.glob("*.yaml")):
            self.digest.update(path.read_bytes())
            file = read_file(path, ResourceFile, self.problems)
            for each in file.resources if file else ():
                if each.id in found:
                    self.problems.append(f"resources/{path.name}: {each.id}: the id stands twice")
                found[each.id] = _resource(each)
                self._content("resource", each.id, each.source, each.review)
        return found

    def _tests(self, path: Path) -> dict[str, SecondLine]:
        self.digest.update(path.read_bytes())
        file = read_file(path, InstrumentsFile, self.problems)
        for each in file.tests if file else ():
            self._content("test", each.id, each.source, each.review)
        return {
            each.id: SecondLine(each.id, each.name, each.ours, _source(each.source))
            for each in (file.tests if file else ())
        }

    def _names(self, path: Path) -> Names:
        if not path.exists():
            return Names()
        file = read_file(path, WordsFile, self.problems)
        for kind, told, known in (
            (("fact", file.facts, self.words.facts), ("score", file.scores, self.words.scores))
            if file
            else ()
        ):
            self.problems += [f"{path.name}: no {kind} called {each!r}"
                              for each in told if each not in known]  # fmt: skip
        return Names(file.facts, file.scores) if file else Names()

    def _subjects(self, path: Path) -> tuple[Subject, ...]:
        if not path.exists():
            return ()
        self.digest.update(path.read_bytes())
        file = read_file(path, MapsFile, self.problems)
        found = file.subjects if file else []
        maps = [each for subject in found for each in subject.maps]
        ids = [each.id for each in maps]
        for each in maps:
            if ids.count(each.id) > 1:
                self.problems.append(f"{path.name}: {each.id}: the id stands twice")
            self._known(f"{path.name}: {each.id}", each.resources)
            self.problems += [f"{path.name}: {each.id}: {it!r} would tell a confidence"
                              for it in each.resources if it in SCREEN_ONLY]  # fmt: skip
        return tuple(
            Subject(it.id, it.name, tuple(Map(m.id, m.name, tuple(m.resources)) for m in it.maps))
            for it in found
        )

    def _content(
        self, kind: str, key: str, source: SourceFile | None, review: Signed | Unsigned
    ) -> None:
        said = f"{review.by}, {review.on}" if isinstance(review, Signed) else ""
        made = _source(source) if source else Source("", None, "to_verify")
        self.contents.append(Content(kind, key, made, review.status, said))

    def _rule(self, name: str, raw: RuleFile) -> Rule:
        where = f"{name}: {raw.id}"
        self._check(where, raw)
        self._content("rule", raw.id, raw.source, raw.review)
        variants = tuple(
            Variant(
                when=self._condition(f"{where}: variants", each.when) if each.when else None,
                alert=each.alert,
                patient=each.patient,
                practitioner=each.practitioner,
                step=each.step,
                resources=None if each.resources is None else tuple(each.resources),
                private=each.private,
            )
            for each in raw.variants
        )
        extra = tuple(
            (self._condition(f"{where}: resources_when", each.when), tuple(each.resources))
            for each in raw.resources_when
        )
        named = {*raw.resources, *(each for _, more in extra for each in more)}
        return Rule(
            id=raw.id, theme=raw.theme, severity=raw.severity, bands=tuple(raw.bands),
            when=self._condition(where, raw.when) if raw.when else _never,
            practitioner=raw.practitioner, source=_source(raw.source), review=raw.review.status,
            patient=raw.patient, variants=variants, step=raw.step, weight=raw.weight,
            severity_when=tuple(
                (self._condition(f"{where}: severity_when", each.when), each.severity)
                for each in raw.severity_when
            ),
            hides=self._hidden(where, raw), topics=tuple(raw.topics), items=tuple(raw.items),
            quoted=_quoted(raw.when), resources=tuple(raw.resources), resources_when=extra,
            swaps=tuple(swap for drop, swap in self.swaps if drop & named),
            second_line=tuple(raw.second_line),
            second_line_when=tuple(
                (self._condition(f"{where}: second_line_when", each.when), tuple(each.tests))
                for each in raw.second_line_when
            ),
            exam=raw.exam, tags=frozenset(raw.tags),
            safety=raw.safety, confidential=raw.confidential, spoken=raw.spoken,
            condition=raw.when or {}, reviewed=self.contents[-1].reviewed,
            overlaid=raw.id in self.overlay.change,
        )  # fmt: skip

    def _check(self, where: str, raw: RuleFile) -> None:
        if raw.theme not in THEMES:
            self.problems.append(f"{where}: no theme called {raw.theme!r}")
        if (raw.when is None) != raw.spoken:
            self.problems.append(f"{where}: a rule has a condition, unless words set it off")
        for each in raw.items:
            if each not in self.words.questions:
                self.problems.append(f"{where}: items: no question called {each!r}")
        for each in raw.topics:
            if each not in self.topics:
                self.problems.append(f"{where}: topics: no priority called {each!r}")
        named = [*raw.resources]
        for more in raw.resources_when:
            named += more.resources
        for variant in raw.variants:
            named += variant.resources or []
            if (variant.when is None) == (variant.alert is None):
                self.problems.append(f"{where}: a variant has a condition or an alert")
        self._known(where, named)
        asked = [*raw.second_line, *(t for each in raw.second_line_when for t in each.tests)]
        self.problems += [
            f"{where}: no second-line test called {each!r}"
            for each in asked if each not in self.tests
        ]  # fmt: skip

    def _known(self, where: str, named: Iterable[str]) -> None:
        self.problems += [
            f"{where}: no resource called {each!r}" for each in named if each not in self.resources
        ]

    def _hidden(self, where: str, raw: RuleFile) -> frozenset[str]:
        """Ids, and every rule that carries a tag written « #tag »."""
        found: set[str] = set()
        for each in raw.hides:
            if each.startswith("#"):
                tagged = {key for key, (_, it) in self.written.items() if each[1:] in it.tags}
                found |= tagged
                if not tagged:
                    self.problems.append(f"{where}: hides: no rule carries {each!r}")
            elif each in self.written:
                found.add(each)
            else:
                self.problems.append(f"{where}: hides: no rule called {each!r}")
        return frozenset(found - {raw.id})

    def _due(self, name: str, raw: DueFile) -> DueRule:
        where = f"{name}: {raw.id}"
        if sum(raw.id == due.id for _, due in self.dues) > 1:
            self.problems.append(f"{where}: the id stands twice")
        late, done, check = (
            self._condition(where, each) if each else None
            for each in (raw.late, raw.done, raw.check)
        )
        self._content("due", raw.id, raw.source, raw.review)
        return DueRule(
            due=Due(raw.id, raw.kind, raw.text, _source(raw.source)),
            when=self._condition(where, raw.when),
            late=late,
            done=done,
            check=check,
            variants=tuple((self._condition(where, each.when), each.text) for each in raw.variants),
        )

    def _swap(self, name: str, raw: SwapFile) -> Swap:
        where = f"{name}: swaps"
        self._known(where, [*raw.drop, *raw.instead])
        when = self._condition(where, raw.when)
        return Swap(when, frozenset(raw.drop), tuple(raw.instead))

    def _condition(self, where: str, raw: dict[str, Any]) -> Condition:
        found: list[str] = []
        condition = compile_condition(raw, self.words, found)
        self.problems += [f"{where}: {problem}" for problem in found]
        return condition


def _source(raw: SourceFile) -> Source:
    return Source(raw.name, raw.seen, raw.status)


def _resource(raw: ResourceEntry) -> Resource:
    return Resource(raw.id, raw.name, raw.phone, raw.sms, raw.url, raw.hours, raw.cost, raw.use)


def _never(_: Answers) -> bool:
    return False


def _quoted(raw: object) -> dict[str, frozenset[str]]:
    """Question → every value a raw condition names for it."""
    found: dict[str, frozenset[str]] = {}
    if not isinstance(raw, Mapping):
        return found
    for key, value in raw.items():
        parts = value if key in ("all", "any") and isinstance(value, list) else ()
        for part in parts:
            for question, values in _quoted(part).items():
                found[question] = found.get(question, frozenset()) | values
        if not parts and key not in ("fact", "score", "age") and isinstance(value, str | list):
            named = frozenset([value] if isinstance(value, str) else value)
            found[str(key)] = found.get(str(key), frozenset()) | named
    return found
