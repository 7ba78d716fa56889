"""A reply's screens, sorted into what one page lays out."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from bot.messages import Asked, Screen
from bot.rendering import View, render
from bot.say import Say
from flows.model import NOT_USABLE, SKIPPED
from restitution.model import Restitution


@dataclass(frozen=True)
class Shown:
    """One page of the chat."""

    urgent: tuple[Screen, ...] = ()
    notices: tuple[Screen, ...] = ()
    question: Asked | None = None
    panel: Screen | None = None
    """The message that is the page, where no question is shown; often with buttons of its own."""
    summary: Screen | None = None
    advice: Restitution | None = None

    @property
    def template(self) -> str:
        if self.advice is not None:
            return "end.html"
        if self.summary is not None:
            return "summary.html"
        return "question.html" if self.question is not None else "chat.html"


@dataclass(frozen=True)
class Sent:
    """What a form just brought: what could not be taken stays on the page, to be corrected."""

    about: str = ""
    ticked: tuple[str, ...] = ()
    written: str = ""


NOTHING_SENT = Sent()


def sort(screens: Sequence[Screen], sent: Sent = NOTHING_SENT) -> Shown:
    """Urgent cards first, then short messages, then what is asked."""
    asked = next((each.question for each in screens if each.kind == "question"), None)
    if asked is not None and sent.ticked and asked.id == sent.about:
        choices = tuple(replace(each, ticked=each.said in sent.ticked) for each in asked.choices)
        asked = replace(asked, choices=choices)
    ended = next((each.restitution for each in screens if each.kind == "restitution"), None)
    infos = [each for each in screens if each.kind == "info"]
    panels = [each for each in infos if each.choices]
    shows = (
        asked is not None or ended is not None or any(each.kind == "summary" for each in screens)
    )
    if not (shows or panels) and infos and not infos[-1].notice:
        panels = infos[-1:]  # the one thing this page says
    infos = [each for each in infos if each not in panels]
    return Shown(
        urgent=tuple(each for each in screens if each.kind == "urgent"),
        # At the end the page itself says whether anything is shared, and offers what comes next.
        notices=() if ended else tuple(infos),
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


NOTHING_ASKED: dict[str, Any] = {
    "groups": {}, "help_choices": (), "was": None, "misread": False, "at_once": False,
}  # fmt: skip
_ON_THE_PAGE = frozenset({"/resume", "/language", "/back", "/help_now"})
"""What the page itself offers already, outside its help."""


def around(view: View, shown: Shown, sent: Sent = NOTHING_SENT) -> dict[str, Any]:
    """What templates need beside the screens: groups of boxes, help, the answer being changed."""
    asked = shown.question or (shown.summary.question if shown.summary else None)
    if asked is None:
        return NOTHING_ASKED
    question = view.position.questionnaire.find(asked.id)
    options = question.options if question else ()
    misread = _misread(shown, asked, sent)
    choices = render(view, Say("help", asked.id)).choices
    return {
        "groups": {each.value: each.group for each in options},
        "help_choices": [each for each in choices if each.said not in _ON_THE_PAGE],
        "was": None if asked.private else sent.written if misread else _was(view, asked),
        "misread": misread,
        "at_once": asked.kind == "multiple" and asked.id in view.shelf.alerts_about,
    }


def for_everybody(view: View, shown: Shown, sent: Sent = NOTHING_SENT) -> Hashable | None:
    """All that the question shown depends on, beside the language and how many are left; None where
    it holds something of this person: an answer given before, boxes ticked, words that could not be
    read."""
    asked = shown.question
    if asked is None or asked.ticked or any(each.ticked for each in asked.choices):
        return None
    if asked.id in view.position.answers or _misread(shown, asked, sent):
        return None
    return view.position.questionnaire.band, replace(asked, left_in_theme=0), bool(shown.urgent)


def left(view: View, shown: Shown) -> str:
    """How many questions of this part are left, in words."""
    asked = shown.question
    if asked is None:
        return ""
    count = asked.left_in_theme
    return view.phrase("left", count=count) if count > 1 else view.phrase("left_one")


def _misread(shown: Shown, asked: Asked, sent: Sent) -> bool:
    return bool(sent.written and shown.notices) and asked.id == sent.about


def _was(view: View, asked: Asked) -> str | None:
    """The answer given before, as it would be pressed or written."""
    was = view.position.answers.get(asked.id)
    if isinstance(was, float):
        return view.texts.number(was)
    return was if isinstance(was, str) and was not in (SKIPPED, NOT_USABLE) else None
