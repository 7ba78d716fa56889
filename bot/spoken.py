"""What may be read aloud, as text: each question with its answers, urgent cards, the start.

A recording belongs to a text by its `mark`; when the text changes, so does the mark, and the
recording is heard no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.phrases import PHRASES
from flows.loading import Shelf
from flows.model import Option, Question
from locales import Texts

ONLY_INVITED = ("centre", "practitioner")
"""Answers to « who may read? » that only somebody invited by them is offered."""
_UNHEARD = dict.fromkeys((*range(0x2066, 0x206A), 0x200E, 0x200F))
"""Marks of direction: seen, never heard."""


@dataclass(frozen=True)
class Spoken:
    """One text somebody may listen to."""

    what: str
    """« consent », « card suicide/first », « start », « name »."""
    text: str
    delicate: bool = False
    """About safety, or scored: heard only once somebody reviewed its recording."""
    essential: bool = False
    """A language that is only heard is not offered without it."""


def context_of(question: Question) -> str:
    """Where catalogues keep the texts of this question."""
    return "go_on" if question.id.startswith("go_on_") else question.id


def delicate(question: Question) -> bool:
    """Is it scored, about mood or violence, or what an urgent message asks next?"""
    return question.private or question.adapted or question.alert is not None


def mark(language: str, text: str) -> str:
    """Twelve hexadecimal signs that name the recording of this text in this language."""
    return hashlib.sha256(f"{language}\0{text}".encode()).hexdigest()[:12]


def aloud(lines: Iterable[str | None], answers: Iterable[str] = ()) -> str:
    """The lines, then the answers with their numbers."""
    said = [each.strip() for each in lines if each]
    said += [f"{number}. {each}" for number, each in enumerate(answers, 1)]
    return "\n".join(said).translate(_UNHEARD)


def question(
    texts: Texts, asked: Question, options: Iterable[Option], note: str | None = None
) -> str:
    """A question as it is heard; `note`: a phrase its channel adds under it."""
    context = context_of(asked)
    lines = [texts.gettext(context, each) for each in (asked.ask, asked.hint) if each]
    if note:
        lines.append(texts.gettext("bot", PHRASES[note]))
    return aloud(lines, (texts.gettext(context, each.label) for each in options))


def card(texts: Texts, alert: str, text: str) -> str:
    """An urgent card as it is heard: always that nobody reads this now."""
    nobody = texts.gettext("bot", PHRASES["nobody_reads"])
    said = texts.gettext(f"alert.{alert}", text)
    return aloud((said, None if nobody in said else nobody))


def quiet(texts: Texts, alert: str, text: str) -> str:
    """A quiet line of numbers as it is heard."""
    return aloud((texts.gettext(f"alert.{alert}", text),))


def start(texts: Texts) -> str:
    """The start screen as it is heard."""
    return aloud((texts.gettext("bot", PHRASES["start"]),))


def everything(shelf: Shelf, texts: Texts, name: str) -> list[Spoken]:
    """All that may be heard in a language called `name`, each text once, what comes first first."""
    found: dict[str, Spoken] = {}
    for each in (*_before(shelf, texts, name), *_asked(shelf, texts)):
        found.setdefault(each.text, each)
    return list(found.values())


def versions(texts: Texts, asked: Question) -> list[str]:
    """A question as each person may hear it: what it offers, or says under it, may differ."""
    if asked.id == "share":
        left_out = ((), ONLY_INVITED, ONLY_INVITED[:1], ONLY_INVITED[1:])
        offered = [[it for it in asked.options if it.value not in each] for each in left_out]
        return [question(texts, asked, each) for each in offered]
    notes = (None, "consent_telegram") if asked.id == "consent" else (None,)
    return [question(texts, asked, asked.options, note) for note in notes]


def _before(shelf: Shelf, texts: Texts, name: str) -> Iterator[Spoken]:
    """What a language is not offered without: its name, the start, consent, urgent cards."""
    yield Spoken("name", name, essential=True)
    yield Spoken("start", start(texts), essential=True)
    for each in shelf.start.questions:
        yield from (Spoken(each.id, said, delicate(each), True) for said in versions(texts, each))
    for alert in shelf.alerts.values():
        for it in alert.cards:
            yield Spoken(f"card {alert.id}/{it.id}", card(texts, alert.id, it.text), True, True)
        if alert.quiet:
            yield Spoken(f"card {alert.id}/quiet", quiet(texts, alert.id, alert.quiet), True, True)


def _asked(shelf: Shelf, texts: Texts) -> Iterator[Spoken]:
    """Every other question of every band; « check your answers » reads them, not itself."""
    for questionnaire in shelf.questionnaires.values():
        for each in questionnaire.questions:
            if each.id != "check_answers":
                yield from (Spoken(each.id, said, delicate(each)) for said in versions(texts, each))
