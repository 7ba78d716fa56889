"""Changing a plan: what a form sent, and one button pressed. Pure: a plan in, a plan out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from restitution.plan_choices import Choice, Choices
from restitution.ppp import CELLS, LINES, LONGEST, ROWS, Cell, Line, Plan, Row, ranked

Fields = Mapping[str, Sequence[str]]
"""Names of a form's fields with all the values sent."""
WORDS = "person"
"""Origin of what stands in the person's own words."""


def read(shown: Plan, fields: Fields, offered: Mapping[str, Line], choices: Choices) -> Plan:
    """The plan as the form left it; `shown` is the one the form was made from.

    A line that was not touched stays what it was; a changed one is « edited », so that nobody
    takes it for the library's words any more. Fields that are not there change nothing.
    """
    rows = (
        _row(each, f"r{at}", fields, offered, choices) for at, each in enumerate(shown.rows[:ROWS])
    )
    return replace(shown, rows=tuple(rows), follow_up=_follow_up(shown, fields, choices))


def act(plan: Plan, what: str) -> Plan:
    """One button: « up:1 », « remove:0 », « accept:0.advice.1 », « rank »… Others do nothing."""
    name, _, place = what.partition(":")
    if name == "add_row" and len(plan.rows) < ROWS:
        return replace(plan, rows=(*plan.rows, Row(Line(""))))
    if name == "rank":
        return replace(plan, rows=ranked(plan.rows))
    if name == "accept_all":
        return _each_line(plan)
    if name in ("accept", "drop") and place == "follow_up":
        lines = _accepted(plan.follow_up) if name == "accept" else ()
        return replace(plan, follow_up=lines)
    row, _, inside = place.partition(".")
    if not row.isdecimal() or int(row) >= len(plan.rows):
        return plan
    return _on_row(plan, name, int(row), inside)


def _on_row(plan: Plan, name: str, at: int, inside: str) -> Plan:
    rows = list(plan.rows)
    if name == "remove":
        del rows[at]
    elif name in ("up", "down"):
        to = max(0, at - 1) if name == "up" else min(len(rows) - 1, at + 1)
        rows.insert(to, rows.pop(at))
    elif name == "accept":
        rows[at] = _accept(rows[at], inside)
    elif name in ("drop", "line_up", "line_down"):
        rows[at] = _on_line(rows[at], name, inside)
    return replace(plan, rows=tuple(rows))


def _accept(row: Row, inside: str) -> Row:
    """One line of a row (« advice.1 », « priority »), or the whole row."""
    if inside in ("", "priority"):
        row = replace(row, priority=_accepted((row.priority,))[0])
    for cell in CELLS:
        lines = list(_lines(row, cell))
        for at, each in enumerate(lines):
            if inside in ("", f"{cell}.{at}"):
                lines[at] = _accepted((each,))[0]
        row = _with(row, cell, lines)
    return row


def _on_line(row: Row, name: str, inside: str) -> Row:
    for cell in CELLS:
        lines = list(_lines(row, cell))
        for at in range(len(lines)):
            if inside == f"{cell}.{at}":
                line = lines.pop(at)
                if name != "drop":
                    lines.insert(max(0, at - 1) if name == "line_up" else at + 1, line)
                return _with(row, cell, lines)
    return row


def _each_line(plan: Plan) -> Plan:
    rows = tuple(_accept(each, "") if each.kept else each for each in plan.rows)
    return replace(plan, rows=rows, follow_up=_accepted(plan.follow_up))


def _accepted(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(
        replace(each, state="accepted") if each.state == "draft" else each for each in lines
    )


# -- reading a form --------------------------------------------------------------------------


def _row(
    row: Row, name: str, fields: Fields, offered: Mapping[str, Line], choices: Choices
) -> Row:  # fmt: skip
    if f"{name}.priority" not in fields:
        return row
    return Row(
        priority=_typed(row.priority, _one(fields, f"{name}.priority")),
        obstacles=_obstacles(row, name, fields, choices),
        advice=_cell(row.advice, name, "advice", fields, offered),
        resources=_cell(row.resources, name, "resources", fields, offered),
        kept=f"{name}.kept" in fields,
        importance=_mark(fields, f"{name}.importance"),
        confidence=_mark(fields, f"{name}.confidence"),
        signals=row.signals,
    )


def _cell(
    lines: Sequence[Line], name: str, cell: Cell, fields: Fields, offered: Mapping[str, Line]
) -> tuple[Line, ...]:
    """The lines as left, then those picked and typed; as many as a cell takes."""
    made = [
        _typed(each, _one(fields, f"{name}.{cell}.{at}", each.whole))
        for at, each in enumerate(lines)
    ]
    picked = [offered[each] for each in fields.get(f"{name}.pick_{cell}", ()) if each in offered]
    made += [each for each in picked if each.origin not in {line.origin for line in made}]
    made.append(Line(_one(fields, f"{name}.new_{cell}")))
    return tuple(each for each in made if each.text)[:LINES]


def _obstacles(row: Row, name: str, fields: Fields, choices: Choices) -> tuple[Line, ...]:
    ticked = set(fields.get(f"{name}.obstacle", ()))
    boxes = tuple(_box(each) for each in choices.obstacles if each.id in ticked)
    words = _one(fields, f"{name}.words")
    return (*boxes, Line(words, WORDS)) if words else boxes


def _follow_up(shown: Plan, fields: Fields, choices: Choices) -> tuple[Line, ...]:
    if "follow.words" not in fields:
        return shown.follow_up
    drafted = {each.origin for each in shown.follow_up if each.state == "draft"}
    made = []
    for group in choices.follow_up:
        chosen = _one(fields, f"follow.{group.id}")
        for each in group.choices:
            if each.id == chosen:
                box = _box(each)
                made.append(replace(box, state="draft") if box.origin in drafted else box)
    words = _one(fields, "follow.words")
    return tuple([*made, Line(words)] if words else made)


def _box(choice: Choice) -> Line:
    return Line(choice.label, f"choice:{choice.id}", "accepted")


def _typed(line: Line, typed: str) -> Line:
    if typed == " ".join(line.whole.split()):
        return line
    own = line.origin == "written"
    return Line(typed, line.origin, "written" if own else "edited")


def _one(fields: Fields, name: str, otherwise: str = "") -> str:
    """The one value of a field, on one line and no longer than a line may be."""
    values = fields.get(name, ())
    return " ".join((values[-1] if values else otherwise).split())[:LONGEST]


def _mark(fields: Fields, name: str) -> int | None:
    value = _one(fields, name)
    return int(value) if value.isdecimal() and int(value) <= 10 else None


def _lines(row: Row, cell: Cell) -> tuple[Line, ...]:
    made: tuple[Line, ...] = getattr(row, cell)
    return made


def _with(row: Row, cell: Cell, lines: Sequence[Line]) -> Row:
    changed: dict[str, Any] = {cell: tuple(lines)}
    return replace(row, **changed)
