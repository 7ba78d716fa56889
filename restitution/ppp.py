"""The personal prevention plan (PPP): its values, and the draft a visit starts from.

The grid is the ministry's: priorities, obstacles, advice, resources, follow-up (model of the 45-50
visit, ARS Île-de-France, webinar of the programme, seen 2026-11-26). Written together; suicide and
violence never enter it: everything drafted or offered passes `paper.on_paper` and `fit_for_plan`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from restitution.library import Library
from restitution.model import SEVERITIES, THEME_TITLES, Brief, Flag, Resource
from restitution.paper import SCREEN_ONLY, on_paper, tells
from restitution.places import Place
from restitution.plan_choices import Choices, load

State = Literal["draft", "accepted", "edited", "written"]
Cell = Literal["obstacles", "advice", "resources"]
CELLS: tuple[Cell, ...] = ("obstacles", "advice", "resources")
SUBJECTS, CHOSEN = 3, 2
"""Subjects weighed before the choice; how many the draft keeps (ARS Grand Est, 2023-12-22)."""
ROWS, KEPT, LINES, LONGEST = 4, 3, 4, 300
"""Rows in the editor, rows of a plan, lines of advice or resources in a row, letters of a line."""
_DRAWN, _NAMED = 2, 2
"""Advices and resources drafted for one subject: more would be none."""
_EMERGENCY = frozenset({"samu_15", "eu_112", "sms_114", "police_17"})
_CONTEXTS = {
    "topic": "priorities", "theme": "plan", "choice": "plan",
    "advice": "advice.{}", "step": "advice.{}", "resource": "resource.{}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a cell, in French, and where it came from."""

    text: str
    origin: str = "written"
    """`topic:`, `theme:`, `advice:`, `step:`, `resource:`, `choice:` and an id; `person`: their
    own words; `written`: by the professional."""
    state: State = "written"
    details: tuple[str, ...] = ()
    """Of a resource: number, hours, cost."""

    @property
    def whole(self) -> str:
        """The line as one text."""
        return ", ".join((self.text, *self.details))

    @property
    def context(self) -> str | None:
        """Where its translation stands; None for what somebody typed."""
        kind, _, name = self.origin.partition(":")
        context = _CONTEXTS.get(kind)
        return None if context is None or self.state == "edited" else context.format(name)


@dataclass(frozen=True, slots=True)
class Row:
    """One priority with what stands beside it."""

    priority: Line
    obstacles: tuple[Line, ...] = ()
    advice: tuple[Line, ...] = ()
    resources: tuple[Line, ...] = ()
    kept: bool = True
    """False: weighed, and left aside this time."""
    importance: int | None = None
    confidence: int | None = None
    signals: tuple[str, ...] = ()
    """Ids of the signals behind it."""

    @property
    def lines(self) -> tuple[Line, ...]:
        return (self.priority, *self.obstacles, *self.advice, *self.resources)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, whole."""

    band: str
    language: str
    name: str | None
    age: float | None
    rows: tuple[Row, ...]
    follow_up: tuple[Line, ...] = ()
    rules: str = ""

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*(line for row in self.rows for line in row.lines), *self.follow_up)


def draft(brief: Brief, library: Library, choices: Choices | None = None) -> Plan:
    """What the visit starts from: the person's subjects in their order, then the strongest signals.

    Every line is a draft until somebody accepts or changes it. Urgent and confidential signals
    never enter: they are met otherwise.
    """
    choices = choices or load()
    paper = on_paper(brief)
    flags = _usable(paper.flags, library)
    rows: list[Row] = []
    for label in paper.priorities:
        rows.append(_wanted(label, flags, library, _advised(rows)))
    words = _own_words(brief, paper)
    if words:
        rows.append(Row(Line(words, "person", "draft")))
    met = {signal for each in rows for signal in each.signals}
    for subject, own in _by_subject(flags, library, choices, _wishes(paper)):
        fresh = [each for each in own if each.id not in met]
        if fresh and subject.text not in {each.priority.text for each in rows}:
            rows.append(_row(subject, fresh))
    return Plan(
        band=paper.band, language=paper.language, name=paper.name, age=paper.age,
        rows=tuple(replace(each, kept=at < CHOSEN) for at, each in enumerate(rows[:SUBJECTS])),
        follow_up=(Line(choices.usual.label, f"choice:{choices.usual.id}", "draft"),),
        rules=library.version,
    )  # fmt: skip


def belonging(plan: Plan, brief: Brief) -> Plan:
    """The plan under this brief's own name, age, band and language."""
    paper = on_paper(brief)
    return replace(
        plan, band=paper.band, language=paper.language, name=paper.name, age=paper.age
    )  # fmt: skip


def ranked(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The most important first, then what the person feels most able to do; unrated ones last."""

    def place(row: Row) -> tuple[int, int]:
        unrated = 1
        return (
            unrated if row.importance is None else -row.importance,
            unrated if row.confidence is None else -row.confidence,
        )

    return tuple(sorted(rows, key=place))


def smaller_step(
    row: Row, offered: Mapping[str, Line], choices: Choices
) -> tuple[str, Line | None] | None:
    """For a person who does not feel able: what to say, and a small step not yet in the row.

    `offered`: what may be picked, by origin (see `ppp_offers`).
    """
    if row.confidence is None or row.confidence >= choices.low:
        return None
    known = {each.origin for each in row.advice}
    steps = (f"step:{each}" for each in row.signals)
    step = next((offered[each] for each in steps if each in offered and each not in known), None)
    return choices.hint.format(confidence=row.confidence), step


def final(plan: Plan) -> Plan:
    """What a validated plan holds: the subjects kept, nothing of those left aside."""
    return replace(plan, rows=tuple(each for each in plan.rows if each.kept))


def fit_for_plan(text: str | None) -> bool:
    """May this stand in a document that others will read?"""
    return not tells(text)


def resource_line(resource: Resource, state: State) -> Line | None:
    """A resource as a line of a plan; None when its mere name tells, or in an emergency only."""
    reached = resource.phone or resource.sms or _shown(resource.url)
    details = tuple(filter(None, (reached, resource.hours, resource.cost)))
    made = Line(resource.name, f"resource:{resource.id}", state, details)
    hidden = resource.id in SCREEN_ONLY or resource.id in _EMERGENCY
    return None if hidden or tells(made.whole) or tells(resource.use) else made


def place_line(place: Place, state: State) -> Line | None:
    """A local place as a line of a plan; None when its mere name tells."""
    where = " ".join(filter(None, (place.address, place.postcode, place.commune)))
    details = tuple(filter(None, (place.phone, where, place.hours, place.cost)))
    made = Line(place.name, f"place:{place.id}", state, details)
    return None if tells(made.whole) else made


def usable_advice(flag: Flag) -> bool:
    """Has it words for the person, that may stand in a plan?"""
    return bool(flag.patient) and fit_for_plan(flag.patient)


# -- the draft -------------------------------------------------------------------------------


def _usable(flags: Iterable[Flag], library: Library) -> list[Flag]:
    """The signals a plan may rest on, the strongest first."""
    kept = []
    for each in flags:
        rule = library.by_id.get(each.id)
        if rule and each.severity != "urgent" and not (rule.safety or "aside" in rule.tags):
            kept.append((SEVERITIES.index(each.severity), -rule.weight, each))
    return [flag for _, _, flag in sorted(kept, key=lambda each: each[:2])]


def _wanted(label: str, flags: Sequence[Flag], library: Library, advised: frozenset[str]) -> Row:
    """A subject the person ticked, with the signals about it; what was not advised yet first."""
    topic = next((key for key, words in library.topics.items() if words == label), None)
    if topic is None:
        return Row(Line(label, "person", "draft"))
    own = [each for each in flags if topic in library.by_id[each.id].topics]
    fresh = [each for each in own if usable_advice(each) and f"advice:{each.id}" not in advised]
    made = _row(Line(label, f"topic:{topic}", "draft"), fresh or own)
    return replace(made, signals=tuple(each.id for each in own))


def _advised(rows: Iterable[Row]) -> frozenset[str]:
    return frozenset(line.origin for row in rows for line in row.advice)


def _own_words(brief: Brief, paper: Brief) -> str | None:
    """What the person typed about their priorities; not when it set off an alert."""
    typed = paper.priorities_free_text
    alarming = {sentence for _, sentence in brief.distress}
    return None if typed is None or typed in alarming else " ".join(typed.split())[:LONGEST]


def _wishes(paper: Brief) -> dict[str, int | None]:
    """Theme → place, for the themes the person was asked about; None: they would rather not."""
    themes = {title: theme for theme, title in THEME_TITLES.items()}
    places = {"today": 0, "later": 2, "no": None}
    return {themes[it.label]: places[it.when] for it in paper.wants
            if it.when and it.label in themes}  # fmt: skip


def _by_subject(
    flags: Sequence[Flag], library: Library, choices: Choices, wishes: Mapping[str, int | None]
) -> list[tuple[Line, list[Flag]]]:
    """The signals worth a priority of their own, gathered under one subject each.

    What the person wants to talk about first, then the strongest; a subject with something they
    refused is left to them.
    """
    found: dict[str, tuple[Line, list[Flag]]] = {}
    for each in flags:
        if each.severity == "info" or not usable_advice(each):
            continue
        subject = _subject(each, library, choices)
        found.setdefault(subject.text, (subject, []))[1].append(each)

    def place(own: Sequence[Flag]) -> int:
        return min(wishes[it.theme] or 0 if it.theme in wishes else 1 for it in own)

    refused = {theme for theme, at in wishes.items() if at is None}
    left = [it for it in found.values() if not refused & {each.theme for each in it[1]}]
    return sorted(left, key=lambda it: place(it[1]))


def _subject(flag: Flag, library: Library, choices: Choices) -> Line:
    """The questionnaire's subject this signal belongs to, else its theme in the person's voice."""
    topics = [it for it in library.by_id[flag.id].topics if it in library.topics]
    if topics:
        return Line(library.topics[topics[0]], f"topic:{topics[0]}", "draft")
    return Line(choices.subjects[flag.theme], f"theme:{flag.theme}", "draft")


def _row(subject: Line, flags: Sequence[Flag]) -> Row:
    said = [each for each in flags if usable_advice(each)][:_DRAWN]
    advice = [Line(each.patient or "", f"advice:{each.id}", "draft") for each in said]
    steps = [Line(each.step, f"step:{each.id}", "draft") for each in said
             if each.step and fit_for_plan(each.step)]  # fmt: skip
    resources = {it.id: it for each in said for it in each.resources}
    lines = [line for it in resources.values() if (line := resource_line(it, "draft"))]
    return Row(
        priority=subject, advice=(*advice, *steps[:1]), resources=tuple(lines[:_NAMED]),
        signals=tuple(each.id for each in flags),
    )  # fmt: skip


def _shown(url: str | None) -> str | None:
    return url.removeprefix("https://").removeprefix("www.").rstrip("/") if url else None
