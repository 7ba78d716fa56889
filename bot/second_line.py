"""Second-line tests a professional sent: told once, asked by the same engine, brought back.

The answers never pass through a messaging app: what is sent there is a link to our own page.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from bot import say as says
from bot.say import Say
from flows import engine
from flows.engine import Heard
from flows.instruments import Instrument
from flows.loading import Shelf
from flows.model import Interview, Position, dump, load
from restitution.second_line import read_result
from store import instruments, outbox
from store.codes import new_token
from store.instruments import Content, Kept
from store.outbox import Outgoing
from store.repository import Held, MessageKey, Transaction

WRITES_FIRST = ("telegram",)
"""Channels on which we can write without being asked; elsewhere the person's own page shows it."""
LINK_LASTS = 7 * 24 * 3600
"""Seconds: nobody waits for this message, so its link waits longer than others."""
LINK = "test:"
"""Purpose of such a link, before the test's id."""
ASIDE = ("/back", "/stop")
"""What one may do beside answering."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A test sent to this person, and where they stand in it."""

    held: Held
    kept: Kept
    instrument: Instrument
    run: Interview
    position: Position

    @property
    def done(self) -> bool:
        return self.kept.status == "done"


def tell(tx: Transaction, interview: str, shelf: Shelf, public_url: str) -> None:
    """Queue a notice that questions wait: one single-use link, never what they are about.

    Nothing is pushed to a phone that others see, or may see: the person's own page shows it.
    """
    held = tx.interview(interview)
    waiting = _waiting(tx, shelf, interview)
    if held is None or not waiting:
        return
    if engine.replay(shelf, held.interview).answers.get("shared_phone") != "no":
        return
    for channel, place in outbox.places(tx, interview, WRITES_FIRST):
        token = new_token()
        tx.link(interview, f"{LINK}{waiting[0][0].id}", token, LINK_LASTS)
        notice = says.dump((Say("test", words={"link": f"{public_url}/s/{token}"}),))
        outbox.send(tx, [Outgoing(held, place, channel, notice, notice=True)])


def doors(tx: Transaction, shelf: Shelf, interview: str) -> list[tuple[str, str]]:
    """(id, subject) of the tests that wait for this person."""
    return [(kept.id, instrument.subject) for kept, instrument in _waiting(tx, shelf, interview)]


def _waiting(tx: Transaction, shelf: Shelf, interview: str) -> list[tuple[Kept, Instrument]]:
    """What may be asked on a phone, newest first: whatever was sent, nothing about dying is."""
    found = instruments.waiting(tx, interview)
    known = [(each, shelf.instruments.get(each.content.instrument)) for each in found]
    return [(kept, each) for kept, each in known if each is not None and each.alone]


def look(
    tx: Transaction, shelf: Shelf, channel: str, address: str, test_id: str
) -> Standing | None:
    """This test, if it was sent to the person at this place."""
    held = tx.at([(channel, address)]).get((channel, address))
    kept = instruments.of_person(tx, held.interview.id, test_id) if held else None
    instrument = shelf.instruments.get(kept.content.instrument) if kept else None
    if held is None or kept is None or instrument is None or not instrument.alone:
        return None
    run = load(kept.content.log)
    return Standing(held, kept, instrument, run, engine.replay(shelf, run))


def hear(
    tx: Transaction, shelf: Shelf, at: Standing, said: str, about: str | None, key: MessageKey,
    wording: tuple[str, str, str],
) -> None:  # fmt: skip
    """Keep one thing said; the last one brings the result back. The same key counts once."""
    if at.done or tx.heard([key]) or (about is None and said not in ASIDE):
        return
    tx.remember([(key, at.held, None)])
    heard = Heard(said, about, typed=about is None)
    step = engine.hear(shelf, at.run, heard, tx.now, wording)
    result = b""
    if step.position.finished:
        sex = engine.replay(shelf, at.held.interview).answers.get("sex")
        made = read_result(at.instrument, step.position, sex if isinstance(sex, str) else None)
        result = msgspec.json.encode(made)
    content = Content(at.instrument.id, dump(step.interview), result)
    instruments.answer(tx, at.held, at.kept, content, done=step.position.finished)
