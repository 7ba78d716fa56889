"""How long things are kept, and destroying what has been kept long enough."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, or_, select

from store.repository import Transaction, table
from store.tables import DataKeyRow, HeardRow, InterviewRow, LinkRow, OutboxRow, SignInRow

DAY = 24 * 3600
UNFINISHED, FINISHED, HEARD = 30 * DAY, 183 * DAY, 7 * DAY
"""Unfinished interviews 30 days after the last word, finished ones six months; message ids a week
(Telegram repeats a message for 24 hours at most)."""


def purge(tx: Transaction) -> dict[str, int]:
    """Destroy what is too old; gives how many of each kind. Safe to run twice."""
    interview, key = table(InterviewRow), table(DataKeyRow)
    old = or_(
        interview.c.finished_at.is_(None) & (interview.c.touched_at < tx.now - UNFINISHED),
        interview.c.finished_at < tx.now - FINISHED,
    )
    ids = select(interview.c.id).where(old)
    tx.db.execute(delete(key).where(key.c.interview_id.in_(ids)))
    heard, outbox = table(HeardRow), table(OutboxRow)
    link, sign_in = table(LinkRow), table(SignInRow)
    return {
        "interviews": _count(tx, delete(interview).where(old)),
        "messages heard": _count(tx, delete(heard).where(heard.c.at < tx.now - HEARD)),
        "screens sent": _count(tx, delete(outbox).where(
            outbox.c.status != "waiting", outbox.c.made_at < tx.now - HEARD)),
        "links": _count(tx, delete(link).where(link.c.until < tx.now)),
        "sign-ins": _count(tx, delete(sign_in).where(sign_in.c.until < tx.now)),
    }  # fmt: skip


def _count(tx: Transaction, statement: Any) -> int:
    return int(tx.db.execute(statement).rowcount)
