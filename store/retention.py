"""How long things are kept, and destroying what has been kept long enough.

Safe to run twice, or twice at once: on PostgreSQL each takes what the other does not hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, func, or_, select, update

from store import anchor, misunderstood, opening, trail
from store.database import checkpoint
from store.repository import Store, Transaction, table
from store.tables import (
    BriefRow,
    CampaignRow,
    ContestRow,
    GrantRow,
    HeardRow,
    IncidentRow,
    InterviewRow,
    LinkRow,
    OutboxRow,
    PlanRow,
    PractitionerRow,
    ResumeRow,
    SecondLineRow,
    SignInRow,
)

DAY = 24 * 3600
HEARD = 7 * DAY
"""Message ids are kept a week (Telegram repeats a message for 24 hours at most)."""
TRACES = 400 * DAY
"""Ids of erased interviews, longer than any copy of the answers should be kept."""
BATCH = 500
_INTERVIEW, _BRIEF = table(InterviewRow), table(BriefRow)
_PLAN, _TEST = table(PlanRow), table(SecondLineRow)
_WHO, _GRANT, _CAMPAIGN = table(PractitionerRow), table(GrantRow), table(CampaignRow)


@dataclass(frozen=True, slots=True)
class Policy:
    """Seconds each kind is kept."""

    unfinished: int = 30 * DAY
    """Since the last word."""
    finished: int = 183 * DAY
    """Since the visit (the last plan or test written then), else since the end."""
    audit: int = 365 * DAY
    accounts: int = 730 * DAY
    """Of a professional who does nothing."""


def purge(store: Store, policy: Policy = Policy()) -> dict[str, int]:
    """Destroy what is too old, some at a time; gives how many of each kind."""
    counts = Counter({"interviews": opening.finish_erasures(store)})
    while True:
        with store.transaction() as tx:
            ids = _too_old(tx, policy)
            tx.boxes.destroy(ids)
            counts["interviews"] += _count(tx, delete(_INTERVIEW).where(_INTERVIEW.c.id.in_(ids)))
        if len(ids) < BATCH:
            break
    with store.transaction() as tx:
        counts.update(_small_things(tx, policy.audit))
        counts["accounts"] = _close_accounts(tx, tx.now - policy.accounts)
        counts["audit lines"] = trail.purge(tx, tx.now - policy.audit)
        counts["keys without an interview"] = _sweep_keys(store, tx)
        trail.audit(tx, trail.OPERATOR, "purge")
        store.vault.forget_destroyed(tx.now - TRACES)
    _shorten(store)
    for engine in (store.vault.engine, store.engine):
        checkpoint(engine, seconds=2)
    return dict(counts)


def _shorten(store: Store) -> None:
    """Of the heads noted outside the last one is enough, as long as the chain is whole."""
    if store.anchor and store.anchor.exists():
        with store.reading() as tx:
            whole = not trail.verify(tx, anchor.remembered(store.anchor)).problems
        if whole:
            anchor.shorten(store.anchor)


def _too_old(tx: Transaction, policy: Policy) -> Sequence[str]:
    finished = _INTERVIEW.c.finished_at
    visit = (
        select(func.max(_PLAN.c.saved_at))
        .join_from(_PLAN, _BRIEF, _BRIEF.c.id == _PLAN.c.brief_id)
        .where(_BRIEF.c.interview_id == _INTERVIEW.c.id)
        .scalar_subquery()
    )
    tested = (
        select(func.max(_TEST.c.touched_at))
        .join_from(_TEST, _BRIEF, _BRIEF.c.id == _TEST.c.brief_id)
        .where(_BRIEF.c.interview_id == _INTERVIEW.c.id)
        .scalar_subquery()
    )
    limit = tx.now - policy.finished
    old = or_(
        finished.is_(None) & (_INTERVIEW.c.touched_at < tx.now - policy.unfinished),
        (finished < limit) & (func.coalesce(visit, 0) < limit) & (func.coalesce(tested, 0) < limit),
    )
    query = select(_INTERVIEW.c.id).where(old).order_by(_INTERVIEW.c.id).limit(BATCH)
    if tx.db.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    return [str(each) for each in tx.db.execute(query).scalars()]


def _small_things(tx: Transaction, audit: int) -> dict[str, int]:
    heard, outbox, incident = table(HeardRow), table(OutboxRow), table(IncidentRow)
    link, sign_in, contest = table(LinkRow), table(SignInRow), table(ContestRow)
    resume = table(ResumeRow)
    return {
        "messages heard": _count(tx, delete(heard).where(heard.c.at < tx.now - HEARD)),
        "screens sent": _count(tx, delete(outbox).where(
            outbox.c.status != "waiting", outbox.c.made_at < tx.now - HEARD)),
        "links": _count(tx, delete(link).where(link.c.until < tx.now)),
        "codes to resume": _count(tx, delete(resume).where(resume.c.until < tx.now)),
        "sign-ins": _count(tx, delete(sign_in).where(sign_in.c.until < tx.now)),
        "grants": _count(tx, delete(_GRANT).where(_GRANT.c.until < tx.now)),
        "contested readings": _count(tx, delete(contest).where(contest.c.at < tx.now - audit)),
        "questions not understood": misunderstood.purge(tx),
        "incidents": _count(tx, delete(incident).where(incident.c.at < tx.now - 30 * DAY)),
    }  # fmt: skip


def _close_accounts(tx: Transaction, before: int) -> int:
    """Accounts nobody uses, unless something kept still bears their name."""
    idle = func.coalesce(_WHO.c.active_at, _WHO.c.made_at) < before
    signed = or_(
        exists().where(_PLAN.c.author_id == _WHO.c.id),
        exists().where(_TEST.c.author_id == _WHO.c.id),
        exists().where(_GRANT.c.practitioner_id == _WHO.c.id),
    )
    ids = tx.db.execute(select(_WHO.c.id).where(idle, ~signed)).scalars().all()
    tx.db.execute(update(_CAMPAIGN).where(_CAMPAIGN.c.made_by.in_(ids)).values(made_by=None))
    return _count(tx, delete(_WHO).where(_WHO.c.id.in_(ids)))


def _sweep_keys(store: Store, tx: Transaction) -> int:
    """Keys made for an interview that was never written: a crash in between. A day is left
    for those being written now."""
    count = 0
    for some in store.vault.older_than(tx.now - DAY):
        there = set(
            tx.db.execute(select(_INTERVIEW.c.id).where(_INTERVIEW.c.id.in_(some))).scalars()
        )
        alone = [each for each in some if each not in there]
        if alone:
            store.vault.destroy(alone, tx.now)
            count += len(alone)
    return count


def _count(tx: Transaction, statement: Any) -> int:
    return int(tx.db.execute(statement).rowcount)
