"""What a professional hands over reaches the person where they talk with us."""

from __future__ import annotations

from bot import say as says
from bot.say import Say
from store import outbox
from store.codes import new_token
from store.outbox import Outgoing
from store.repository import Transaction

WRITES_FIRST = ("telegram",)
"""Channels on which we can write without being asked; elsewhere the person's own page shows it."""
LINK_LASTS = 7 * 24 * 3600
"""Seconds: nobody waits for this message, so its link waits longer than others."""


def plan_ready(tx: Transaction, interview: str, public_url: str) -> None:
    """Queue a notice that a plan waits: one single-use link, never a word of the content."""
    held = tx.interview(interview)
    if held is None:
        return
    for channel, place in outbox.places(tx, interview, WRITES_FIRST):
        token = new_token()
        tx.link(interview, "plan", token, LINK_LASTS)
        notice = says.dump((Say("plan", words={"link": f"{public_url}/s/{token}"}),))
        outbox.send(tx, [Outgoing(held, place, channel, notice, notice=True)])
