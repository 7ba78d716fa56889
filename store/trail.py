"""The trace each reading leaves: who did what, when. No content, ever."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert, select

from store.repository import Transaction, table
from store.tables import AuditRow, PractitionerRow

_AUDIT, _WHO = table(AuditRow), table(PractitionerRow)


def audit(tx: Transaction, who: str, action: str, brief_id: str | None = None) -> None:
    """One line, written with what it tells of."""
    tx.db.execute(insert(_AUDIT).values(at=tx.now, who=who, action=action, brief_id=brief_id))


def audit_once(tx: Transaction, who: str, action: str, briefs: Iterable[str], seconds: int) -> None:
    """A line for each of these briefs that has none like it since so many seconds."""
    query = select(_AUDIT.c.brief_id).where(
        _AUDIT.c.who == who, _AUDIT.c.action == action, _AUDIT.c.at > tx.now - seconds
    )
    known = set(tx.db.execute(query).scalars())
    new = [each for each in briefs if each not in known]
    if new:
        rows = [{"at": tx.now, "who": who, "action": action, "brief_id": each} for each in new]
        tx.db.execute(insert(_AUDIT), rows)


def readings(tx: Transaction, brief_id: str) -> list[tuple[int, str, str]]:
    """(when, who, action) of everything done with a brief, oldest first."""
    query = (
        select(_AUDIT.c.at, _WHO.c.name, _AUDIT.c.action)
        .join_from(_AUDIT, _WHO, _WHO.c.id == _AUDIT.c.who)
        .where(_AUDIT.c.brief_id == brief_id)
        .order_by(_AUDIT.c.id)
    )
    return [(row.at, row.name, row.action) for row in tx.db.execute(query)]
