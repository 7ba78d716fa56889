"""Who asked to be reminded, where, and how often they were. Nothing sealed is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update

from flows.reminders import Policy, awake, window
from store import outbox
from store.repository import Transaction, table
from store.tables import AddressRow, InterviewRow, OutboxRow, ReminderRow

APART = 0.1
"""Seconds between two reminders of a run: ten a second leave room for answers to leave."""
_ADDRESS, _INTERVIEW = table(AddressRow), table(InterviewRow)
_OUTBOX, _REMINDER = table(OutboxRow), table(ReminderRow)


def ask(tx: Transaction, interview: str, place: bytes, channel: str) -> None:
    """This person wants to be reminded, there. Asking twice does not bring more of them."""
    mine = _REMINDER.c.interview_id == interview
    where = {"address_hash": place, "channel": channel}
    if not tx.db.execute(update(_REMINDER).where(mine).values(where)).rowcount:
        row = where | {"interview_id": interview, "asked_at": tx.now, "sent": 0}
        tx.db.execute(insert(_REMINDER).values(row))


def stop(tx: Transaction, interview: str) -> bool:
    """No more reminders, from this moment. Were there any to come?"""
    mine = _REMINDER.c.interview_id == interview
    return bool(tx.db.execute(delete(_REMINDER).where(mine)).rowcount)


def write_due(tx: Transaction, policy: Policy, screen: Callable[[int], bytes], limit: int) -> int:
    """Write the reminders that are due now and note them; gives how many, `limit` at most.

    `screen`: what the first (0), second or last one shows. Safe to run twice at once: whoever is
    being reminded by one run is left out by the other. They leave after the commit.
    """
    if not awake(policy, tx.now):
        return 0
    query = (
        select(_REMINDER)
        .join_from(_REMINDER, _INTERVIEW, _INTERVIEW.c.id == _REMINDER.c.interview_id)
        .join(_ADDRESS, _ADDRESS.c.hash == _REMINDER.c.address_hash)
        .where(*_due(policy, tx.now))
        .order_by(_INTERVIEW.c.touched_at)
        .limit(limit)
    )
    rows = tx.db.execute(tx.locked(query, _REMINDER, skip=True)).all()
    boxes = tx.boxes.boxes(row.interview_id for row in rows)
    found = [row for row in rows if row.interview_id in boxes]
    for place, row in enumerate(found):
        box, leaves = boxes[row.interview_id], tx.now + place * APART
        written = outbox.row(row.interview_id, box, row.address_hash, row.channel,
                             screen(row.sent), tx.now, leaves)  # fmt: skip
        tx.db.execute(insert(_OUTBOX).values(written))
        noted = {"sent": row.sent + 1, "sent_at": tx.now}
        mine = _REMINDER.c.interview_id == row.interview_id
        tx.db.execute(update(_REMINDER).where(mine).values(noted))
    return len(found)


def _due(policy: Policy, now: int) -> tuple[Any, ...]:
    """`flows.reminders.due`, as the database asks it."""
    ages = []
    for sent in range(len(policy.after)):
        if (span := window(policy, sent, now)) is not None:
            ages.append(and_(_REMINDER.c.sent == sent, _INTERVIEW.c.touched_at.between(*span)))
    rested = or_(_REMINDER.c.sent_at.is_(None), _REMINDER.c.sent_at <= now - policy.between)
    return (or_(*ages), rested, _INTERVIEW.c.status.in_(("open", "paused")),
            _INTERVIEW.c.finished_at.is_(None), _ADDRESS.c.blocked.is_(False),
            _ADDRESS.c.interview_id == _INTERVIEW.c.id)  # fmt: skip
