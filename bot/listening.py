"""Listening: which recording goes with a screen, and how it is asked for. Never unasked."""

from __future__ import annotations

from collections.abc import Iterable

import locales
from bot import spoken
from bot.messages import Choice, Sound
from bot.view import View
from bot.voices import Clip, Voices
from flows.model import Option, Question
from locales import Texts, oral


def of_question(view: View, question: Question, options: Iterable[Option]) -> Sound:
    """The recording of a question and of the answers offered under it."""
    clip = clip_of(view, question, options)
    return clip.names if clip else ()


def of_cards(view: View, said: Iterable[tuple[str, str]]) -> tuple[Sound, ...]:
    """Those of urgent cards: (alert, French text)."""
    return _heard(view.page.voices, view.texts, (spoken.card(view.texts, *each) for each in said))


def of_quiet(view: View, said: Iterable[tuple[str, str]]) -> tuple[Sound, ...]:
    """Those of quiet lines: (alert, French text)."""
    return _heard(view.page.voices, view.texts, (spoken.quiet(view.texts, *each) for each in said))


def of_start(voices: Voices, texts: Texts) -> tuple[Sound, ...]:
    """That of the start screen."""
    return _heard(voices, texts, (spoken.start(texts),))


def of_name(voices: Voices, language: str) -> Sound:
    """That of a language's own name."""
    clip = voices.find(language, locales.name(language))
    return clip.names if clip else ()


def buttons(view: View, sounds: Iterable[Sound], label: str = "") -> tuple[Choice, ...]:
    """« Listen », one a recording, where the channel sends it: a page has its own controls."""
    if not view.can.plays:
        return ()
    marks = [mark for each in sounds if each and (mark := _playable(view.page.voices, each))]
    named = label or view.phrase("listen")
    several = len(marks) > 1
    return tuple(
        Choice(f"{named} ({place})" if several else named, f"/listen {each}", kind="action")
        for place, each in enumerate(marks, 1)
    )


def here(view: View, question: Question) -> bool:
    """May this question be read, so heard, on this channel?"""
    return view.can.private or view.interview.in_chat or not question.private


def at_once(view: View, question: Question) -> bool:
    """Does the button stand under the question itself, rather than in its help?"""
    return question.id == "consent" or oral.known(view.texts.language)


def clip_of(view: View, question: Question, options: Iterable[Option]) -> Clip | None:
    """The recording of a question and of the answers offered under it, as it is kept."""
    if not view.page.voices.languages:
        return None
    note = view.can.consent_note if question.id == "consent" else ""
    text = spoken.question(view.texts, question, options, note or None)
    return view.page.voices.find(view.texts.language, text)


def _heard(voices: Voices, texts: Texts, said: Iterable[str]) -> tuple[Sound, ...]:
    found = (voices.find(texts.language, each) for each in said) if voices.languages else ()
    return tuple(each.names for each in found if each)


def _playable(voices: Voices, sound: Sound) -> str:
    clip = voices.by_mark(sound[0].split(".")[0])
    return clip.mark if clip and clip.sent else ""
