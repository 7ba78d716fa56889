"""The sheet to spot risks (« fiche d'aide au repérage »): what was declared, beside empty boxes.

Pure: a sheet of one band and a brief make a finished value. Confidential matters have no line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from flows.model import Band
from restitution.model import Brief, SaidAnswer, Score, Source
from restitution.paper import on_paper
from restitution.typography import clipped

Origin = Literal["seen", "deduced", "secondary"]
EXCERPT = "excerpt"
"""The source every sheet names: what was seen of the national one."""
SEEN_FOR: Band = "45-50"
"""The only band whose national sheet was seen, in an excerpt."""
LONGEST = 80
"""Characters of a text of one's own; every box ticked always stands."""
UNANSWERED: Mapping[str, str] = {
    "skipped": "non répondu",
    "prefer_not": "non répondu (préfère ne pas dire)",
    "dont_know": "ne sait pas",
    "dont_understand": "non répondu (pas compris)",
    "not_usable": "nombre inutilisable",
    "not_concerned": "non concerné(e)",
    "not_asked": "non demandé",
    "held_back": "gardé pour le rendez-vous",
}
"""By status. Never « no »."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: whose answers it repeats, what is left for the practitioner."""

    label: str
    origin: Origin
    declared: tuple[tuple[str, str], ...] = ()
    """(question, short name; "" when the line's label is enough)."""
    conditional: frozenset[str] = frozenset()
    """Questions asked of some people only: left out when they were not asked."""
    signal: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Question → the answers printed in bold."""
    score: str | None = None
    due: Literal["vaccine", "screening"] | None = None
    boxes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    """What stands beside each box instead of one tick (« oui », « non »)."""
    threshold: str | None = None
    source: str | None = None
    unless: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one theme; measures come first and have none."""

    title: str
    theme: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the sheet of one band."""

    band: Band
    blocks: tuple[Block, ...]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Declared:
    """An answer in words, or why there is none."""

    words: str
    answered: bool = True
    strong: bool = False
    """One of the answers worth seeing first."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line filled in."""

    label: str
    seen: bool
    """This line stands in the excerpt of the national sheet, for this very band."""
    declared: tuple[Declared, ...]
    boxes: tuple[str, ...]
    choices: tuple[str, ...]
    threshold: str | None
    note: int | None
    """Number of its source in `Fiche.sources`."""


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one theme, and how strong its strongest signal is."""

    title: str
    level: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Fiche:
    """The sheet of one person, ready to be laid out. Nothing confidential."""

    brief: Brief
    """As it may stand on paper."""
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    """Of the thresholds, in the order of their numbers."""
    excerpt: Source
    """What was seen of the national sheet."""


def fill(sheet: Sheet, brief: Brief) -> Fiche:
    """The sheet pre-filled with what this person declared; the confidential filter is applied."""
    brief = on_paper(brief)
    pen = _Pen(sheet, brief)
    levels = dict(brief.themes)
    sections = tuple(
        Section(block.title, levels.get(block.theme or "", ""), rows)
        for block in sheet.blocks
        if (rows := tuple(pen.row(line) for line in block.lines if pen.concerns(line)))
    )
    cited = tuple(sheet.sources[each] for each in pen.cited)
    return Fiche(brief, sections, cited, sheet.sources[EXCERPT])


class _Pen:
    """One brief being copied onto one sheet."""

    def __init__(self, sheet: Sheet, brief: Brief) -> None:
        self.sheet, self.brief = sheet, brief
        self.said = {each.question: each for each in brief.answers}
        self.scores = {each.id: each for each in brief.scores}
        self.cited: list[str] = []

    def concerns(self, line: Line) -> bool:
        """Is it for this person? Nobody is left out for not having answered."""
        met = (self._ticked(question) & values for question, values in line.unless.items())
        return not any(met) and (line.due is None or any(self._dues(line)))

    def row(self, line: Line) -> Row:
        """The line, filled in."""
        return Row(
            label=line.label,
            seen=line.origin == "seen" and self.sheet.band == SEEN_FOR,
            declared=tuple(self._declared(line)),
            boxes=(*line.boxes, *self._dues(line)),
            choices=line.choices,
            threshold=line.threshold,
            note=self._cite(line.source),
        )

    def _cite(self, source: str | None) -> int | None:
        if source is None:
            return None
        if source not in self.cited:
            self.cited.append(source)
        return self.cited.index(source) + 1

    def _dues(self, line: Line) -> Iterator[str]:
        return (each.text for each in self.brief.due if each.kind == line.due)

    def _ticked(self, question: str) -> frozenset[str]:
        return frozenset(self.said[question].values) if question in self.said else frozenset()

    def _declared(self, line: Line) -> Iterator[Declared]:
        shown = [
            (short, answer, question) for question, short in line.declared
            if (answer := self.said.get(question)) is not None
            and not (answer.status == "not_asked" and question in line.conditional)
        ]  # fmt: skip
        silent = {answer.status for _, answer, _ in shown}
        if line.declared and (not shown or (len(silent) == 1 and "answered" not in silent)):
            yield Declared(UNANSWERED[silent.pop() if silent else "not_asked"], answered=False)
        else:
            for short, answer, question in shown:
                yield self._answer(short, answer, line.signal.get(question, frozenset()))
        if (score := self.scores.get(line.score or "")) is not None:
            yield from _score(score, bool(line.declared))

    def _answer(self, short: str, answer: SaidAnswer, strong: frozenset[str]) -> Declared:
        if answer.status != "answered":
            words = UNANSWERED[answer.status]
            return Declared(f"{short} : {words}" if short else words, answered=False)
        words = answer.said if answer.values else clipped(answer.said, LONGEST)
        if short and answer.values:
            words = words[:1].lower() + words[1:]
        bold = bool(strong & set(answer.values))
        return Declared(f"{short} : {words}" if short else words, strong=bold)


def _score(score: Score, beside_answers: bool) -> Iterator[Declared]:
    """« PHQ-4 : 7 sur 12 », or how much of it was answered: never a guess."""
    if score.value is not None:
        # The reading opens with the value in words: « 7 sur 12 », « 27,4 kg/m² ».
        yield Declared(f"{score.label} : {score.reading.split(' : ')[0]}")
    elif score.answered or not beside_answers:
        part = f"incomplet ({score.answered}/{score.total})"
        least = f", au moins {score.at_least:g}" if score.at_least else ""
        yield Declared(f"{score.label} : {part}{least}", answered=False)
