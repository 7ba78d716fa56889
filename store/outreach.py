"""Campaigns and invitations: where people were met, and how many answered."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, insert, or_, select, update

from store.accounts import Professional
from store.codes import new_token, short_token
from store.repository import Transaction, table
from store.tables import CampaignRow, CentreRow, InterviewRow, InvitationRow

State = Literal["ok", "used", "revoked", "expired"]
SMALLEST = 11
"""Counts under this are never shown: a handful of neighbours can be recognised."""
_CAMPAIGN, _CENTRE = table(CampaignRow), table(CentreRow)
_INTERVIEW, _INVITATION = table(InterviewRow), table(InvitationRow)


@dataclass(frozen=True, slots=True)
class Campaign:
    """An outreach event or place."""

    id: str
    token: str
    place: str
    qpv: str | None
    centre_id: str | None
    centre: str | None
    made_at: int
    until: int | None
    demo: bool

    def over(self, now: float) -> bool:
        """Nothing begins from it any more."""
        return self.until is not None and self.until < now


@dataclass(frozen=True, slots=True)
class Invited:
    """What a link or card stands for."""

    campaign_id: str
    place: str
    centre_id: str | None
    invitation: bytes | None
    """A personal card's hash; None for a poster."""
    state: State
    demo: bool
    practitioner_id: str | None = None
    """Whom it is from, when it is from one person."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many began and finished; None: between 1 and 10, or one could work that out."""

    started: int | None
    finished: int | None


def create_campaign(
    tx: Transaction,
    place: str,
    qpv: str | None,
    centre: str | None,
    *,
    made_by: str | None = None,
    until: int | None = None,
    demo: bool = False,
    practitioner: str | None = None,
) -> Campaign:
    """A new campaign with a link of its own; `practitioner`: whoever invites, by account id."""
    campaign = Campaign(
        uuid.uuid4().hex, short_token(), place, qpv or None, centre, None, tx.now, until, demo
    )
    tx.db.execute(
        insert(_CAMPAIGN).values(
            id=campaign.id, token=campaign.token, place=place, qpv=campaign.qpv, centre_id=centre,
            made_by=made_by, made_at=tx.now, until=until, demo=demo, practitioner_id=practitioner,
        )
    )  # fmt: skip
    return campaign


def create_invitations(tx: Transaction, campaign_id: str, count: int) -> list[str]:
    """Personal cards: their tokens, shown this once; only hashes are kept."""
    tokens = [new_token() for _ in range(count)]
    if tokens:
        rows = [
            {"hash": tx.keys.hash("invitation", token), "campaign_id": campaign_id,
             "made_at": tx.now, "revoked": False}
            for token in tokens
        ]  # fmt: skip
        tx.db.execute(insert(_INVITATION), rows)
    return tokens


def find(tx: Transaction, token: str) -> Invited | None:
    """What this token stands for; looking never consumes it."""
    row = tx.db.execute(select(_CAMPAIGN).where(_CAMPAIGN.c.token == token.upper())).first()
    if row is not None:
        return _invited(tx, row, None)
    hashed = tx.keys.hash("invitation", token)
    row = tx.db.execute(
        select(_INVITATION.c.revoked, _INVITATION.c.used_at, _CAMPAIGN)
        .join_from(_INVITATION, _CAMPAIGN, _CAMPAIGN.c.id == _INVITATION.c.campaign_id)
        .where(_INVITATION.c.hash == hashed)
    ).first()
    if row is None:
        return None
    if row.revoked:
        return _invited(tx, row, hashed, "revoked")
    return _invited(tx, row, hashed, None if row.used_at is None else "used")


def _invited(
    tx: Transaction, row: Any, invitation: bytes | None, state: State | None = None
) -> Invited:
    late = row.until is not None and row.until < tx.now
    state = state or ("expired" if late else "ok")
    return Invited(
        row.id, row.place, row.centre_id, invitation, state, row.demo, row.practitioner_id
    )


def consume(tx: Transaction, invitation: bytes, interview_id: str) -> bool:
    """An interview began from this card: it is used. False: somebody was faster."""
    done = tx.db.execute(
        update(_INVITATION)
        .where(_INVITATION.c.hash == invitation, _INVITATION.c.used_at.is_(None))
        .values(interview_id=interview_id, used_at=tx.now)
    )
    return bool(done.rowcount)


def revoke(tx: Transaction, campaign_id: str) -> None:
    """No card or poster of this campaign begins anything any more."""
    mine = _INVITATION.c.campaign_id == campaign_id
    tx.db.execute(update(_INVITATION).where(mine).values(revoked=True))
    tx.db.execute(update(_CAMPAIGN).where(_CAMPAIGN.c.id == campaign_id).values(until=tx.now - 1))


def campaigns(tx: Transaction, who: Professional) -> list[tuple[Campaign, Counts]]:
    """What this person made or their centre receives, newest first, with what may be shown."""
    mine = or_(
        _CAMPAIGN.c.made_by == who.id,
        _CAMPAIGN.c.centre_id.is_not(None) & (_CAMPAIGN.c.centre_id == who.centre_id),
    )
    query = (
        select(_CAMPAIGN, _CENTRE.c.name.label("centre"))
        .join_from(_CAMPAIGN, _CENTRE, _CENTRE.c.id == _CAMPAIGN.c.centre_id, isouter=True)
        .where(mine)
        .order_by(_CAMPAIGN.c.made_at.desc())
    )
    found = [
        Campaign(row.id, row.token, row.place, row.qpv, row.centre_id, row.centre, row.made_at,
                 row.until, row.demo)
        for row in tx.db.execute(query)
    ]  # fmt: skip
    counted = _counts(tx, [each.id for each in found])
    return [(each, counted.get(each.id, Counts(0, 0))) for each in found]


def _counts(tx: Transaction, ids: Sequence[str]) -> dict[str, Counts]:
    query = (
        select(
            _INTERVIEW.c.campaign_id,
            func.count().label("started"),
            func.count(_INTERVIEW.c.finished_at).label("finished"),
        )
        .where(_INTERVIEW.c.campaign_id.in_(ids), _INTERVIEW.c.demo.is_(False))
        .group_by(_INTERVIEW.c.campaign_id)
    )
    return {row.campaign_id: safe(row.started, row.finished) for row in tx.db.execute(query)}


def safe(started: int, finished: int) -> Counts:
    """Hide what is small, and what a subtraction would reveal."""
    if 0 < started < SMALLEST:
        return Counts(None, None)
    if 0 < finished < SMALLEST or 0 < started - finished < SMALLEST:
        return Counts(started, None)
    return Counts(started, finished)
