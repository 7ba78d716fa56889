"""What a screen may need to know, and how an answer is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.messages import Capabilities
from bot.phrases import PHRASES
from bot.spoken import context_of
from bot.voices import SILENCE, Voices
from flows.loading import Shelf
from flows.model import NON_ANSWERS, NOT_USABLE, Interview, Position, Question, Value
from locales import Texts, comma
from restitution.advise import BOOK_URL
from restitution.library import Library
from restitution.model import Restitution

QUIET_QUESTIONS = frozenset({"consent", "share", "go_on", "private_ready", "check_answers"})
"""Our own questions where « I don't know » and « skip » would mean nothing."""


@dataclass(frozen=True)
class Page:
    """Addresses the texts mention."""

    public_url: str
    book_url: str = BOOK_URL
    voices: Voices = SILENCE
    """Recordings one may listen to."""


@dataclass(frozen=True)
class View:
    """Everything a screen may need to know."""

    shelf: Shelf
    interview: Interview
    position: Position
    texts: Texts
    can: Capabilities
    page: Page
    library: Library
    advice: Restitution | None = None
    """Its restitution, for who worked it out already."""

    def phrase(self, key: str, **words: object) -> str:
        """One of the conversation's own sentences."""
        return phrase(self.texts, key, **words)

    def of(self, question: Question, french: str | None) -> str | None:
        """A text of this question."""
        return self.texts.gettext(context_of(question), french) if french else None

    def labels(self, question: Question) -> Mapping[str, str]:
        """Option value → label as the person reads it."""
        return labels(self.texts, question)


def phrase(texts: Texts, key: str, **words: object) -> str:
    """One of the conversation's own sentences."""
    said = texts.gettext("bot", PHRASES[key])
    return said.format(**words) if words else said


@lru_cache(maxsize=2000)
def labels(texts: Texts, question: Question) -> Mapping[str, str]:
    """Option value → label as somebody reads it in this language."""
    context = context_of(question)
    return {it.value: texts.gettext(context, it.label) for it in question.options}


def in_words(view: View, question: Question, value: Value) -> str:
    """An answer as its reader says it; the private block is never displayed again."""
    if question.private and value not in NON_ANSWERS:
        return view.phrase("private_answered")
    labels = view.labels(question)
    if isinstance(value, tuple):
        return comma(view.texts.language).join(labels.get(each, each) for each in value)
    if isinstance(value, float):
        shown = view.texts.number(value, 2 if question.unit == "m" else None)
        if question.unit not in ("m", "kg"):
            return shown
        return f"{shown} {view.texts.gettext('web', question.unit)}"
    if value in labels:
        return labels[value]
    return {
        "skipped": view.phrase("not_answered"),
        "dont_know": view.phrase("dont_know"),
        "dont_understand": view.phrase("dont_understand"),
        "prefer_not": view.phrase("prefer_not"),
        "not_concerned": view.phrase("not_concerned"),
        NOT_USABLE: "—",
    }.get(value, value)
