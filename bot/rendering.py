"""`Say` → `Screen`: the words, in the person's language, for what the channel can do."""

from __future__ import annotations

from collections.abc import Callable

from bot import resuming, screens, sharing
from bot.messages import Screen
from bot.questions import question_screen
from bot.say import Say
from bot.screens import languages, restitution_of
from bot.view import Page, View

__all__ = ["Page", "View", "languages", "render", "restitution_of"]


def render(view: View, say: Say) -> Screen:
    """The screen for this `say`. Unknown kinds are a programming error (KeyError)."""
    return _RENDERERS[say.kind](view, say)


_RENDERERS: dict[str, Callable[[View, Say], Screen]] = {
    "question": question_screen,
    "phrase": screens.sentence,
    "doubt": screens.doubt,
    "cards": screens.cards,
    "quiet": screens.quiet,
    "help": screens.help,
    "why": screens.why,
    "simpler": screens.simpler,
    "listen": screens.listen,
    "change": screens.change,
    "languages": screens.language_choice,
    "appointment": screens.appointment,
    "closed": screens.closed,
    "misread": screens.misread,
    "restitution": screens.restitution,
    "code": screens.code,
    "plan": screens.plan,
    "test": screens.test,
    "share": sharing.share,
    "contest": sharing.contest,
    "watch": sharing.watch,
    "resume_code": resuming.shown,
}
