"""What a person may know of what became of their answers: who may read, who read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from store.repository import Transaction, table
from store.tables import AuditRow, BriefRow, CentreRow, GrantRow, PractitionerRow

_BRIEF, _GRANT, _AUDIT = table(BriefRow), table(GrantRow), table(AuditRow)
_CENTRE, _WHO = table(CentreRow), table(PractitionerRow)


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody who may read."""

    kind: str
    """code · centre · professional."""
    name: str | None
    until: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Something somebody did with the answers."""

    at: int
    name: str
    profession: str
    action: str


def shares(tx: Transaction, interview_id: str) -> list[Share]:
    """Who may read this person's brief now."""
    query = (
        select(_GRANT.c.until, _CENTRE.c.name.label("centre"), _WHO.c.name.label("who"))
        .join_from(_GRANT, _BRIEF, _BRIEF.c.id == _GRANT.c.brief_id)
        .join(_CENTRE, _CENTRE.c.id == _GRANT.c.centre_id, isouter=True)
        .join(_WHO, _WHO.c.id == _GRANT.c.practitioner_id, isouter=True)
        .where(_BRIEF.c.interview_id == interview_id, _GRANT.c.until > tx.now)
        .order_by(_GRANT.c.id)
    )
    return [
        Share("centre" if row.centre else "professional" if row.who else "code",
              row.centre or row.who, row.until)
        for row in tx.db.execute(query)
    ]  # fmt: skip


def readings(tx: Transaction, interview_id: str) -> list[Reading]:
    """Everything professionals did with this person's brief, oldest first."""
    query = (
        select(_AUDIT.c.at, _AUDIT.c.action, _WHO.c.name, _WHO.c.profession)
        .join_from(_AUDIT, _BRIEF, _BRIEF.c.id == _AUDIT.c.brief_id)
        .join(_WHO, _WHO.c.id == _AUDIT.c.who)
        .where(_BRIEF.c.interview_id == interview_id)
        .order_by(_AUDIT.c.id)
    )
    return [Reading(row.at, row.name, row.profession, row.action) for row in tx.db.execute(query)]
