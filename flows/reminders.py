"""Who is due a reminder: by time alone, and only among those who asked for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Policy:
    """When to remind somebody who paused. Times in seconds.

    Three at most, the last one saying so; nothing after 28 days, when messages no longer help.
    """

    after: tuple[int, ...] = (2 * DAY, 7 * DAY, 21 * DAY)
    """Since the person's last word: the first, the second, the last reminder."""
    between: int = 2 * DAY
    """At least, between two reminders: a late run must not send several at once."""
    until: int = 28 * DAY
    hours: tuple[int, int] = (9, 20)
    """From, and until, on the clock of `zone`: nobody is woken."""
    zone: str = "Europe/Paris"


def awake(policy: Policy, now: int) -> bool:
    """Is this a decent hour to write to somebody?"""
    opens, closes = policy.hours
    return opens <= datetime.fromtimestamp(now, ZoneInfo(policy.zone)).hour < closes


def window(policy: Policy, sent: int, now: int) -> tuple[int, int] | None:
    """(earliest, latest) last word of somebody due their next reminder, `sent` being behind them.

    None when they have had them all.
    """
    if sent >= len(policy.after):
        return None
    return now - policy.until, now - policy.after[sent]


def due(policy: Policy, touched: int, sent: int, sent_at: int | None, now: int) -> bool:
    """Is this person, last heard at `touched` and reminded `sent` times, due a reminder now?"""
    span = window(policy, sent, now)
    if span is None or not awake(policy, now):
        return False
    rested = sent_at is None or sent_at <= now - policy.between
    return rested and span[0] <= touched <= span[1]
