"""Reminders, for those who asked: short, and never a word about health."""

from __future__ import annotations

from bot import say as says
from bot.say import Say
from flows.reminders import Policy
from store import reminders
from store.repository import Transaction

AT_ONCE = 200
"""In one transaction: nobody waits long for the writer."""


def write_due(tx: Transaction, policy: Policy) -> int:
    """Write those that are due, `AT_ONCE` at most; gives how many. The outbox sends them."""
    return reminders.write_due(tx, policy, _screen, AT_ONCE)


def _screen(sent: int) -> bytes:
    return says.dump((Say("phrase", f"reminder_{sent + 1}"),))
