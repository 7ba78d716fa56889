"""How often each question was not understood: by day and language, never by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from store.outreach import SMALLEST
from store.repository import Transaction, table
from store.tables import MisunderstoodRow

KEPT = 365 * 24 * 3600
"""Seconds a day's count is kept."""
_COUNT = table(MisunderstoodRow)


@dataclass(frozen=True, slots=True)
class Misunderstood:
    """One question in one language, and how many times, over all days kept."""

    question: str
    language: str
    count: int


def count(tx: Transaction, times: Mapping[tuple[str, str], int]) -> None:
    """Add these to today's counts; (question, language) → how many times."""
    kind = postgresql if tx.db.dialect.name == "postgresql" else sqlite
    # Always in the same order: two processes never wait for each other.
    for (question, language), more in sorted(times.items()):
        row = {"day": _day(tx.now), "question": question, "language": language, "count": more}
        added = kind.insert(_COUNT).values(row)
        tx.db.execute(added.on_conflict_do_update(
            index_elements=["day", "question", "language"],
            set_={"count": _COUNT.c.count + more},
        ))  # fmt: skip


def listed(tx: Transaction) -> list[Misunderstood]:
    """The questions least understood first; fewer than 11 times are not shown."""
    total = func.sum(_COUNT.c.count)
    query = (
        select(_COUNT.c.question, _COUNT.c.language, total.label("total"))
        .group_by(_COUNT.c.question, _COUNT.c.language)
        .having(total >= SMALLEST)
        .order_by(total.desc(), _COUNT.c.question, _COUNT.c.language)
    )
    return [Misunderstood(it.question, it.language, int(it.total)) for it in tx.db.execute(query)]


def purge(tx: Transaction) -> int:
    """Forget the days before those kept; gives how many counts."""
    old = _COUNT.c.day < _day(tx.now - KEPT)
    return int(tx.db.execute(delete(_COUNT).where(old)).rowcount)


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()
