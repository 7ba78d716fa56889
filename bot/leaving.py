"""What leaves by the outbox: screens written with the answer, rendered when they are sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot import say as says
from bot.hearing import Heard
from bot.messages import Capabilities, Screen
from bot.rendering import render
from bot.say import NOTICES, Say
from bot.view import View
from flows.model import DONT_KNOW
from store import outbox
from store.outbox import Outgoing, Waiting
from store.repository import Held, Transaction
from store.traces import Notes


def look_up(tx: Transaction, batch: Sequence[Heard], notes: Notes) -> None:
    """Which message a tap of each of these may change, where a channel can; what is noted there."""
    queued = [heard for heard in batch if heard.can.queued]
    for heard in queued:
        heard.place = tx.place(heard.inbound.channel, heard.inbound.address)
    found = outbox.answering(tx, {heard.place for heard in queued})
    for heard in queued:
        there = found.get(heard.place, outbox.NOWHERE)
        heard.live = there.message
        notes.watched[heard.place] = there.discreet


def queue(heard: Heard, spoken: Sequence[Say], notes: Notes) -> None:
    """Have these said to them; on a phone others see, taken back later."""
    _discreetly(heard, notes)
    held, inbound, turn = heard.held, heard.inbound, heard.turn
    assert held is not None and turn is not None  # noqa: S101  only what was decided is said
    alone = len(spoken) == 1 and spoken[0].kind not in NOTICES
    # A tap changes the last message, and boxes are ticked where they stand. An urgent card is
    # never changed: its numbers must stay. A button further up is answered below.
    edited = turn.tapped and alone and (inbound.tick or inbound.message == heard.live)
    heard.outgoing = tuple(
        Outgoing(held, heard.place, inbound.channel, says.dump((each,)), each.kind in NOTICES,
                 inbound.message if edited else None)
        for each in spoken
    )  # fmt: skip


def _discreetly(heard: Heard, notes: Notes) -> None:
    """On a phone others see: what was typed goes at once, the rest at the end or at a pause."""
    held, inbound, turn = heard.held, heard.inbound, heard.turn
    assert held is not None and turn is not None  # noqa: S101  `queue` checked
    seen_by_others = turn.position.answers.get("shared_phone") in ("yes", DONT_KNOW)
    if inbound.about == "shared_phone" or seen_by_others:
        notes.watch(heard.place, seen_by_others)
    if not seen_by_others:
        return
    if inbound.message is not None:
        typed = inbound.typed and inbound.about is None
        notes.add(held.interview.id, heard.place, inbound.message, due=typed)
    if turn.effect == "finish" or turn.position.paused:
        notes.tidy(held.interview.id, heard.place)


def write(tx: Transaction, batch: Sequence[Heard], notes: Notes) -> None:
    """The screens and the notes of a whole batch; nothing of who was erased meanwhile."""
    notes.write()
    outbox.send_all(tx, [
        [each for each in heard.outgoing if each.held.status != "erased"] for heard in batch
    ])  # fmt: skip


def sorry(tx: Transaction, heard: Heard) -> bool:
    """Say that something went wrong here, to somebody known; False where nobody is."""
    place = (heard.inbound.channel, heard.inbound.address)
    held = tx.at([place]).get(place)
    if held is None or not heard.can.queued:
        return False
    said = says.dump((Say("phrase", "error"),))
    outbox.send(tx, [Outgoing(held, tx.place(*place), heard.inbound.channel, said)])
    return True


def screens(
    tx: Transaction, waiting: Sequence[Waiting], can: Capabilities,
    view: Callable[[Held, Capabilities], View],
) -> dict[int, list[Screen] | Exception]:  # fmt: skip
    """The screens of outbox rows by their number, rendered as they leave."""
    helds = tx.interviews(each.interview for each in waiting)
    made: dict[int, list[Screen] | Exception] = {}
    for each in waiting:
        held = helds.get(each.interview)
        if held is None:
            made[each.id] = []
            continue
        try:
            seen = view(held, replace(can, queued=False))
            made[each.id] = [render(seen, said) for said in says.load(each.screen)]
        except Exception as error:  # noqa: BLE001  one must not keep the others from leaving
            made[each.id] = error
    return made
