"""A plan arranged for its editor: rows with what may be ticked and picked beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from restitution import plan_choices
from restitution.library import Library
from restitution.model import THEME_TITLES, Brief
from restitution.plan_choices import Choices
from restitution.ppp import KEPT, LINES, ROWS, Line, Plan, Row, smaller_step
from restitution.ppp_edit import WORDS
from restitution.ppp_offers import Offer, offers

_TITLES = {"": "De ce bilan", "all": "Toutes les ressources", **THEME_TITLES}


@dataclass(frozen=True, slots=True)
class RowSeen:
    """One row of the editor."""

    row: Row
    ticked: frozenset[str]
    """Ids of the obstacles chosen."""
    words: str
    """Obstacles in the person's words."""
    hint: str | None
    step: Line | None
    """A small step to propose, when the person does not feel able."""
    drafts: int


@dataclass(frozen=True, slots=True)
class Editor:
    """The whole page."""

    rows: tuple[RowSeen, ...]
    choices: Choices
    advice: tuple[tuple[str, Offer], ...]
    resources: tuple[tuple[str, Offer], ...]
    follow: frozenset[str]
    """Ids of the follow-up chosen."""
    follow_words: str
    follow_draft: bool
    drafts: int
    most_rows: int = ROWS
    most_lines: int = LINES
    most_kept: int = KEPT


def editor(plan: Plan, brief: Brief, library: Library, local: Sequence[Offer] = ()) -> Editor:
    """The plan with everything its page offers; `local`: places near the person."""
    choices, offered = plan_choices.load(), offers(brief, library, local)
    rows = tuple(_row(each, offered.by_origin, choices) for each in plan.rows)
    follow_draft = any(each.state == "draft" for each in plan.follow_up)
    return Editor(
        rows=rows,
        choices=choices,
        advice=_titled(offered.advice),
        resources=_titled(offered.resources),
        follow=_chosen(plan.follow_up),
        follow_words=next((it.text for it in plan.follow_up if it.origin == "written"), ""),
        follow_draft=follow_draft,
        drafts=sum(each.drafts for each in rows if each.row.kept) + follow_draft,
    )


def _row(row: Row, offered: dict[str, Line], choices: Choices) -> RowSeen:
    small = smaller_step(row, offered, choices)
    return RowSeen(
        row=row,
        ticked=_chosen(row.obstacles),
        words=next((each.text for each in row.obstacles if each.origin == WORDS), ""),
        hint=small[0] if small else None,
        step=small[1] if small else None,
        drafts=sum(each.state == "draft" for each in row.lines),
    )


def _chosen(lines: tuple[Line, ...]) -> frozenset[str]:
    boxes = (each.origin for each in lines if each.origin.startswith("choice:"))
    return frozenset(each.removeprefix("choice:") for each in boxes)


def _titled(found: tuple[Offer, ...]) -> tuple[tuple[str, Offer], ...]:
    return tuple((_title(each.theme), each) for each in found)


def _title(theme: str) -> str:
    return f"Près de {theme[5:]}" if theme.startswith("near:") else _TITLES.get(theme, theme)
