"""Content files → model. Every mistake is named, all at once, with file and question."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from flows import facts, scores
from flows.conditions import Condition, Vocabulary, any_of, compile_condition, named
from flows.distress import Net
from flows.errors import BadContent
from flows.files import (
    AlertFile,
    BandFile,
    JourneyFile,
    QuestionFile,
    ThemeFile,
    read_file,
    read_part,
    short,
)
from flows.folding import pattern
from flows.instrument_files import load_elsewhere, load_instruments
from flows.instruments import Elsewhere, Instrument
from flows.model import BANDS, OLDEST, Alert, Band, Card, Option, Question, Questionnaire

CONTENT = Path(__file__).parent / "content"
CALLBACK_BYTES = 58
"""Telegram gives a button 64 bytes; our prefix and separators take up to six."""
LABEL_LENGTH = 64
HELPED = "helped"
"""The question « does somebody help you? », and its answer."""


@dataclass(frozen=True)
class Shelf:
    """Everything there is to ask, loaded once at start-up."""

    start: Questionnaire
    """The start-up questions alone, before the age is known."""
    questionnaires: Mapping[Band, Questionnaire]
    alerts: Mapping[str, Alert]
    """By id, in the order of a merged card."""
    themes: Mapping[str, str]
    """Theme → French title."""
    titles: Mapping[Band, str]
    help: tuple[Question, ...] = ()
    """« Do you want to talk about it? », one a theme; placed by whoever knows the rules."""
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    """Second-line tests, by id."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """Those that are not here: why, and where a professional finds them."""
    held: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Language → questions kept for the visit there, because nobody reviewed their translation."""

    @cached_property
    def nearest(self) -> tuple[tuple[Band, bool], ...]:
        """By age in whole years: the band of that age, or the nearest one and True."""

        def distance(band: Band, years: int) -> int:
            low, high = self.questionnaires[band].ages
            return max(low - years, years - high, 0)

        found = []
        for years in range(OLDEST + 1):
            band = min(BANDS, key=lambda each, age=years: distance(each, age))  # type: ignore[misc]
            found.append((band, distance(band, years) > 0))
        return tuple(found)

    @cached_property
    def alerts_about(self) -> Mapping[str, tuple[Alert, ...]]:
        """Question id → the alerts its answer may set off."""
        found: dict[str, list[Alert]] = {}
        for alert in self.alerts.values():
            for question in (*alert.triggers, *(each.id for each in alert.follow_ups)):
                found.setdefault(question, []).append(alert)
        return {question: tuple(alerts) for question, alerts in found.items()}

    @cached_property
    def distress(self) -> Net:
        """What is looked for in anything typed."""
        return Net({alert.id: alert.words for alert in self.alerts.values() if alert.words})

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question once, by id (as the first band that has it asks it)."""
        found: dict[str, Question] = {}
        for questionnaire in (self.start, *self.questionnaires.values()):
            for question in questionnaire.questions:
                found.setdefault(question.id, question)
        return found


def load(folder: Path | None = None) -> Shelf:
    """Read the content folder; raises `BadContent` naming every problem in it."""
    return _Loader(folder or CONTENT).shelf()


def written(folder: Path) -> Mapping[str, QuestionFile]:
    """Questions as their author wrote them, conditions included, and who is held back told."""
    asked = {key: each for key, (_, _, each) in _Loader(folder).written.items()}
    return {key: _told(each) if _held_back(each, asked) else each for key, each in asked.items()}


def _held_back(question: QuestionFile, asked: Container[str]) -> bool:
    """A sensitive question waits for the visit while somebody helps, unless its content says that
    it is asked all the same; the private block has its own condition."""
    waits = question.sensitive and not question.also_helped and not question.private
    return waits and HELPED in asked


def _told(question: QuestionFile) -> QuestionFile:
    parts = [*([question.unless] if question.unless else []), {HELPED: HELPED}]
    return question.model_copy(update={"unless": {"any": parts} if len(parts) > 1 else parts[0]})


class _Loader:
    """One reading of a folder; `problems` fills up as it goes."""

    def __init__(self, folder: Path) -> None:
        self.problems: list[str] = []
        self.written: dict[str, tuple[str, str, QuestionFile]] = {}
        """question id → (file, theme, as written)."""
        self.themes: dict[str, str] = {}
        for path in sorted((folder / "themes").glob("*.yaml")):
            if theme := read_file(path, ThemeFile, self.problems):
                self.themes[theme.theme] = theme.title
                for raw in theme.questions:
                    if question := read_part(short(path), raw, QuestionFile, self.problems):
                        self._keep(short(path), theme.theme, question)
        self.alert_files: list[tuple[str, AlertFile]] = []
        for path in sorted((folder / "alerts").glob("*.yaml")):
            if alert := read_file(path, AlertFile, self.problems):
                self.alert_files.append((f"alerts/{path.name}", alert))
                for question in alert.follow_ups:
                    self._keep(f"alerts/{path.name}", "", question)
        self.bands: list[tuple[str, BandFile]] = []
        for path in sorted((folder / "bands").glob("*.yaml")):
            if band := read_file(path, BandFile, self.problems):
                self.bands.append((f"bands/{path.name}", band))
        self.journey = read_file(folder / "journey.yaml", JourneyFile, self.problems)
        self.words = self._vocabulary()
        self.instruments = load_instruments(folder, self.written, self.themes, self.problems)
        self.elsewhere = load_elsewhere(folder, self.instruments, self.problems)

    def shelf(self) -> Shelf:
        """The model, or `BadContent`."""
        for name, _, question in self.written.values():
            self._check_question(name, question)
        files = sorted(self.alert_files, key=lambda each: each[1].order)
        alerts = {alert.id: self._alert(name, alert) for name, alert in files}
        start = self._pick("journey.yaml", self.journey.start if self.journey else (), None)
        questionnaires = {
            band.band: self._questionnaire(name, band, start, tuple(alerts.values()))
            for name, band in self.bands
        }
        help = self._pick("journey.yaml", self.journey.help if self.journey else (), None)
        self.problems += [
            f"bands: no file for {each}" for each in BANDS if each not in questionnaires
        ]
        if self.problems:
            raise BadContent(sorted(set(self.problems)))
        return Shelf(
            start=Questionnaire(None, "start", (0, 0), start),
            questionnaires={band: questionnaires[band] for band in BANDS},
            alerts=alerts,
            themes=self.themes,
            titles={band.band: band.title for _, band in self.bands},
            help=help,
            instruments=self.instruments,
            elsewhere=self.elsewhere,
        )

    def _keep(self, name: str, theme: str, question: QuestionFile) -> None:
        if question.id in self.written:
            self.problems.append(
                f"{name}: {question.id}: the same id stands in {self.written[question.id][0]}"
            )
        self.written[question.id] = (name, theme, question)

    def _vocabulary(self) -> Vocabulary:
        values = {
            key: frozenset(option.value for option in each.options)
            for key, (_, _, each) in self.written.items()
        }
        # A word-only alert is told by these names; no answer ever carries them.
        spoken = {
            str(key)
            for _, each in self.alert_files
            for key in each.cards[0].when
            if str(key).startswith("word_") or key == "help_now"
        }
        return Vocabulary(values | dict.fromkeys(spoken, frozenset()), facts.FACTS, scores.SCORES)

    def _check_question(self, name: str, written: QuestionFile) -> None:
        where = f"{name}: {written.id}"
        values = [option.value for option in written.options]
        if written.type in ("single", "multiple") and not values:
            self.problems.append(f"{where}: a choice needs options")
        if len({(each.value, tuple(each.bands or ())) for each in written.options}) < len(values):
            self.problems.append(f"{where}: an option value stands twice")
        for option in written.options:
            if len(f"{written.id}{option.value}".encode()) > CALLBACK_BYTES:
                self.problems.append(
                    f"{where}: {option.value}: longer than a Telegram button holds"
                )
            if len(option.label) > LABEL_LENGTH:
                self.problems.append(
                    f"{where}: {option.value}: label over {LABEL_LENGTH} characters"
                )
            if ":" in option.value:
                self.problems.append(f"{where}: {option.value}: a value holds no « : »")
        if written.sensitive and not written.why:
            self.problems.append(f"{where}: a sensitive question says why it is asked")
        if written.type == "number" and (written.min is None or written.max is None):
            self.problems.append(f"{where}: a number needs min and max")

    def _condition(self, where: str, raw: dict[str, object]) -> Condition:
        found: list[str] = []
        condition = compile_condition(raw, self.words, found)
        self.problems += [f"{where}: {problem}" for problem in found]
        return condition

    def _question(self, question_id: str, band: Band | None, alert: str | None = None) -> Question:
        name, theme, written = self.written[question_id]
        where = f"{name}: {question_id}"
        section = written.section or (theme if theme in ("start", "closing") else None)
        options = tuple(
            Option(it.value, it.label, it.exclusive, it.group, it.added, tuple(it.also))
            for it in written.options
            if band is None or it.bands is None or band in it.bands
        )
        held_back = _held_back(written, self.written)
        told = _told(written) if held_back else written
        return Question(
            id=question_id, kind=written.type, ask=written.ask, theme=theme, options=options,
            official=written.official.get(band) if band else None, section=section,
            hint=written.hint, why=written.why, simpler=written.simpler,
            sensitive=written.sensitive, held_back=held_back,
            private=written.private, adapted=written.adapted,
            meaning=written.meaning, unit=written.unit, low=written.min, high=written.max,
            when=self._condition(where, written.when) if written.when else None,
            unless=self._condition(where, written.unless) if written.unless else None,
            alert=alert, values=frozenset(option.value for option in options),
            written={name: raw for name, raw in (("when", told.when), ("unless", told.unless))
                     if raw},
        )  # fmt: skip

    def _pick(self, where: str, ids: Iterable[str], band: Band | None) -> tuple[Question, ...]:
        found: list[Question] = []
        for question_id in ids:
            if question_id in self.written:
                found.append(self._question(question_id, band))
            else:
                self.problems.append(f"{where}: no question called {question_id!r}")
        return tuple(found)

    def _questionnaire(
        self, name: str, band: BandFile, start: tuple[Question, ...], alerts: Sequence[Alert]
    ) -> Questionnaire:
        closing = self.journey.closing if self.journey else []
        questions = list(self._pick(name, band.questions, band.band))
        for trigger, set_off in _after(questions, alerts).items():
            place = next(i for i, each in enumerate(questions) if each.id == trigger) + 1
            theme = questions[place - 1].theme
            follow = [replace(each, theme=theme) for alert in set_off for each in alert.follow_ups
                      if self._possible(each.id, questions)]  # fmt: skip
            if not follow and all(alert.follow_ups for alert in set_off):
                continue
            questions[place:place] = [*follow, self._go_on(trigger, set_off, theme)]
        questions = [*start, *_sections(questions), *self._pick("journey.yaml", closing, band.band)]
        self._check_order(name, questions)
        return Questionnaire(band.band, band.version, band.ages, tuple(questions))

    def _possible(self, question_id: str, questions: Sequence[Question]) -> bool:
        """May it be asked in this band? Not if it hangs on a box this band does not have."""
        here = {question.id: question.values for question in questions}
        raw = self.written[question_id][2].when or {}
        wanted = {key: {value} if isinstance(value, str) else {*value}
                  for key, value in raw.items() if isinstance(value, str | list)}  # fmt: skip
        return all(here[key] & each for key, each in wanted.items() if here.get(key))

    def _go_on(self, trigger: str, alerts: Sequence[Alert], theme: str) -> Question:
        """After an urgent message the person chooses: go on, pause, or stop here."""
        if "go_on" not in self.written:
            self.problems.append("themes/start.yaml: no question called 'go_on'")
            return Question(f"go_on_{trigger}", "single", "", theme)
        question = self._question("go_on", None)
        return replace(
            question,
            id=f"go_on_{trigger}",
            theme=theme,
            when=any_of(alert.when for alert in alerts),
            written={"when": {"any": [alert.cards[0].written for alert in alerts]}},
        )

    def _check_order(self, name: str, questions: Sequence[Question]) -> None:
        ids = [question.id for question in questions]
        self.problems += [f"{name}: {each}: asked twice" for each in {*ids} if ids.count(each) > 1]
        for place, question in enumerate(ids):
            if question not in self.written:
                continue
            _, _, written = self.written[question]
            needed = named(written.when) | named(written.unless)
            self.problems += [
                f"{name}: {question}: its condition looks at {each!r}, which is asked later"
                for each in sorted(needed & set(ids[place:]))
            ]
            if needed and not needed & set(ids):
                self.problems.append(
                    f"{name}: {question}: its condition looks at nothing asked here"
                )

    def _alert(self, name: str, alert: AlertFile) -> Alert:
        cards = tuple(
            Card(card.id, self._condition(f"{name}: {card.id}", card.when), card.text, card.when)
            for card in alert.cards
        )
        for word in (word for words in alert.words.values() for word in words):
            try:
                re.compile(pattern(word))
            except re.error as error:
                self.problems.append(f"{name}: words: {word!r}: {error}")
        return Alert(
            id=alert.id, order=alert.order, cards=cards, numbers=tuple(alert.numbers),
            quiet=alert.quiet, triggers=tuple(alert.triggers),
            follow_ups=tuple(self._question(each.id, None, alert.id) for each in alert.follow_ups),
            words=tuple(word for words in alert.words.values() for word in words),
            confidential=alert.confidential,
        )  # fmt: skip


def _sections(questions: Sequence[Question]) -> list[Question]:
    """A question of ours belongs to the section it stands in."""
    found: list[Question] = []
    for question in questions:
        section = question.section or (found[-1].section if found else None)
        found.append(replace(question, section=section))
    return found


def _after(questions: Sequence[Question], alerts: Sequence[Alert]) -> dict[str, list[Alert]]:
    """Trigger question → the alerts whose follow-ups come right after it.

    An alert concerns a band that asks its last trigger.
    """
    places = {question.id: place for place, question in enumerate(questions)}
    found: dict[str, list[Alert]] = {}
    for alert in alerts:
        here = [trigger for trigger in alert.triggers if trigger in places]
        if here and alert.triggers[-1] in places:
            found.setdefault(max(here, key=places.__getitem__), []).append(alert)
    return found
