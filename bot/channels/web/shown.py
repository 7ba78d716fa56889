"""A reply's screens, sorted into what one page lays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.messages import Asked, Screen
from bot.rendering import View, render
from bot.say import Say
from restitution.model import Restitution


@dataclass(frozen=True)
class Shown:
    """One page of the chat."""

    urgent: tuple[Screen, ...] = ()
    notices: tuple[Screen, ...] = ()
    question: Asked | None = None
    panel: Screen | None = None
    """A message with buttons of its own, where no question is shown."""
    summary: Screen | None = None
    advice: Restitution | None = None

    @property
    def template(self) -> str:
        if self.advice is not None:
            return "end.html"
        return "summary.html" if self.summary is not None else "chat.html"


def sort(screens: Sequence[Screen], ticked: tuple[str, ...] = ()) -> Shown:
    """Urgent cards first, then short messages, then what is asked.

    `ticked`: boxes that were just sent and could not be taken together; they stay ticked.
    """
    asked = next((each.question for each in screens if each.kind == "question"), None)
    if asked is not None and ticked:
        choices = tuple(replace(each, ticked=each.said in ticked) for each in asked.choices)
        asked = replace(asked, choices=choices)
    ended = next((each.restitution for each in screens if each.kind == "restitution"), None)
    infos = [each for each in screens if each.kind == "info"]
    panels = [each for each in infos if each.choices]
    shows = (
        asked is not None or ended is not None or any(each.kind == "summary" for each in screens)
    )
    return Shown(
        urgent=tuple(each for each in screens if each.kind == "urgent"),
        # At the end the page itself says whether anything is shared, and offers what comes next.
        notices=() if ended else tuple(each for each in infos if not each.choices),
        question=asked,
        panel=None if shows or not panels else panels[-1],
        summary=next((each for each in screens if each.kind == "summary"), None),
        advice=ended if isinstance(ended, Restitution) else None,
    )


def only_where_one_stands(screens: Sequence[Screen]) -> bool:
    """Would looking again show the same? Then the browser is sent to look."""
    if len(screens) == 1:
        return screens[0].kind in ("question", "summary")
    return bool(screens) and screens[0].kind == "restitution"


def around(view: View, shown: Shown) -> dict[str, Any]:
    """What templates need beside the screens: groups of boxes, help, the answer being changed."""
    asked = shown.question or (shown.summary.question if shown.summary else None)
    if asked is None:
        return {"groups": {}, "help_choices": (), "was": None}
    question = view.position.questionnaire.find(asked.id)
    options = question.options if question else ()
    was = None if asked.private else view.position.answers.get(asked.id)
    if isinstance(was, float):
        was = f"{was:g}"
    return {
        "groups": {each.value: each.group for each in options},
        "help_choices": render(view, Say("help", asked.id)).choices,
        "was": was if isinstance(was, str) else None,
    }
