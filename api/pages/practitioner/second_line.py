"""Second-line tests as pages show them: values only, nothing read from the store here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from flows import engine, instruments
from flows.engine import Heard
from flows.instruments import Elsewhere, Instrument
from flows.loading import Shelf
from flows.model import NON_ANSWERS, Interview
from restitution.model import Brief
from restitution.paper import on_paper, result_on_paper
from restitution.second_line import Result, read_result
from store.instruments import Kept

CHOICES = (("dont_know", "Ne sait pas"), ("prefer_not", "Préfère ne pas dire"),
           ("skipped", "Passée"))  # fmt: skip
"""Beside the options of each question; nothing chosen means it was not asked."""
WHY = {
    "licence": "licence à demander au propriétaire",
    "ask": "accord à demander au propriétaire",
    "setting": "ne se remplit pas à l'écran",
    "later": "pas encore ici",
}


@dataclass(frozen=True, slots=True)
class Done:
    """One test filled in."""

    id: str
    open: Result
    """What may stand in the open."""
    whole: Result | None
    """With what is for the screen alone, if anything is."""
    at: int
    by: str
    room: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """One test that waits for the person."""

    title: str
    at: int
    by: str
    begun: bool


@dataclass(frozen=True, slots=True)
class Section:
    """« Tests de deuxième ligne », on the brief."""

    done: tuple[Done, ...]
    sent: tuple[Sent, ...]
    suggested: tuple[Instrument, ...]
    """By the signals that may stand in the open, the strongest first."""
    elsewhere: tuple[Elsewhere, ...]
    """Suggested too, but not here."""


def section(brief: Brief, kept: Iterable[Kept], shelf: Shelf) -> Section:
    """What the brief's page shows of tests."""
    kept = tuple(kept)
    wanted = dict.fromkeys(each for flag in on_paper(brief).flags for each in flag.second_line)
    named = {each.id: each for each in shelf.elsewhere}
    return Section(
        done=tuple(done(each) for each in kept if each.status == "done"),
        sent=tuple(_sent(each, shelf) for each in kept if each.status == "sent"),
        suggested=tuple(shelf.instruments[each] for each in wanted if each in shelf.instruments),
        elsewhere=tuple(named[each] for each in wanted if each in named),
    )


def done(kept: Kept) -> Done:
    """A test filled in, open part and the rest."""
    result = msgspec.json.decode(kept.content.result, type=Result)
    whole = result if result.confidential else None
    return Done(kept.id, result_on_paper(result), whole, kept.touched_at, kept.author, kept.room)


def answered(
    shelf: Shelf, instrument: Instrument, run: Interview, fields: Mapping[str, str], now: int
) -> Interview:
    """The run after everything this form says, heard by the engine in the order it asks."""
    for question in instrument.questionnaire.questions:
        said = fields.get(question.id, "")
        if said in question.values | NON_ANSWERS:
            heard = Heard(said, question.id, typed=False)
            run = engine.hear(shelf, run, heard, now).interview
    return run


def result_of(shelf: Shelf, run: Interview, sex: str | None) -> Result:
    """What a run amounts to."""
    instrument = shelf.instruments[run.instrument]
    return read_result(instrument, engine.replay(shelf, run), sex)


def sex_of(brief: Brief, shelf: Shelf) -> str | None:
    """The option the person chose; None when they did not answer."""
    question = shelf.questions.get("sex")
    said = next((each.said for each in brief.answers if each.question == "sex"), None)
    options = question.options if question else ()
    return next((each.value for each in options if each.label == said), None)


def why_not_sent(instrument: Instrument, brief: Brief) -> str:
    """Why this test cannot go to the person's phone; « » when it can."""
    if not instrument.alone:
        return "Ce test demande une présence : il ne s'envoie pas."
    if not instrument.sendable(brief.language):
        return "La personne répond dans une autre langue : ce test n'existe ici qu'en français."
    return ""


def warnings(instrument: Instrument, brief: Brief) -> Sequence[str]:
    """What to know before asking."""
    low, high = instrument.ages
    found = [instrument.note]
    if brief.age is not None and not low <= brief.age < high + 1:
        found.append(f"Étudié de {low} ans à plus : la personne a {brief.age:g} ans.")
    if brief.language not in instrument.languages:
        found.append("Texte en français seulement : traduit à l'oral, le score est indicatif.")
    return found


def new_run(instrument: Instrument, test_id: str, now: int) -> Interview:
    """A run not begun."""
    return instruments.begin(instrument, test_id, instrument.languages[0], now)


def _sent(kept: Kept, shelf: Shelf) -> Sent:
    instrument = shelf.instruments.get(kept.content.instrument)
    title = instrument.title if instrument else kept.content.instrument
    return Sent(title, kept.made_at, kept.author, begun=kept.version > 1)
