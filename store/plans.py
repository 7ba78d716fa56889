"""Prevention plans: drafts saved in place, validated versions locked and kept.

Permission lives in the query: a plan is there for whoever may read its brief, for nobody else.
Every function takes the transaction of the moment; what was done is recorded in the same one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from store import access
from store.access import Opened
from store.accounts import Professional
from store.crypto import Box
from store.repository import Transaction, table
from store.tables import BriefRow, PlanRow, PractitionerRow
from store.trail import audit

_PLAN, _WHO = table(PlanRow), table(PractitionerRow)
_BRIEF = table(BriefRow)
# Made once: putting a statement together takes longer than running it.
_VERSIONS = (
    select(_PLAN, _WHO.c.name, _WHO.c.profession)
    .join_from(_PLAN, _WHO, _WHO.c.id == _PLAN.c.author_id)
    .order_by(_PLAN.c.number)
)
_OF_BRIEF = _VERSIONS.where(_PLAN.c.brief_id == bindparam("brief"))
_HANDED = _VERSIONS.join(_BRIEF, _BRIEF.c.id == _PLAN.c.brief_id).where(
    _BRIEF.c.interview_id == bindparam("interview"), _PLAN.c.validated_at.is_not(None)
)


class Stale(Exception):
    """Somebody else saved or validated this version meanwhile; nothing was written."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One version as kept."""

    number: int
    edit: int
    author: str
    profession: str
    saved_at: int
    validated_at: int | None
    plan: bytes
    """What was given to `save`."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A brief one may read, with every version of its plan, oldest first."""

    opened: Opened
    versions: tuple[Kept, ...]

    @property
    def last(self) -> Kept | None:
        return self.versions[-1] if self.versions else None

    def validated(self, number: int) -> Kept | None:
        """This version, if it is locked."""
        found = (each for each in self.versions if each.number == number and each.validated_at)
        return next(found, None)


def look(
    tx: Transaction, who: Professional, brief_id: str, action: str | None
) -> Shelf | None:  # fmt: skip
    """The plans of a brief shared with this professional; recorded under `action`.

    Without one it is for whoever saves next, which is recorded too.
    """
    opened = access.readable(tx, who, brief_id)
    if opened is None:
        return None
    if action:
        audit(tx, who.id, action, brief_id)
    return Shelf(opened, _versions(tx, brief_id, opened.interview, opened.box))


def save(
    tx: Transaction, who: Professional, brief_id: str, number: int, edit: int, plan: bytes,
    validate: bool = False,
) -> Opened | None:  # fmt: skip
    """Keep this draft; `edit` is the one it was made from, 0 for a version not kept yet.

    Gives the brief it belongs to, None when that is not theirs to read; raises `Stale` when the
    version changed meanwhile. `validate` locks it for good.
    """
    opened = access.readable(tx, who, brief_id)
    if opened is None:
        return None
    sealed = opened.box.seal(plan, _about(opened.interview, number, edit + 1))
    kept = {"edit": edit + 1, "author_id": who.id, "saved_at": tx.now, "sealed": sealed,
            "validated_at": tx.now if validate else None}  # fmt: skip
    if edit == 0:
        _add(tx, brief_id, number, kept)
    else:
        _change(tx, brief_id, number, edit, kept)
    audit(tx, who.id, "validate plan" if validate else "save plan", brief_id)
    return opened


def handed(tx: Transaction, interview_id: str) -> Kept | None:
    """The last validated version of this person's plan: theirs to read, whoever may or may not."""
    rows = tx.db.execute(_HANDED, {"interview": interview_id}).all()
    box = tx.boxes.box(interview_id) if rows else None
    return _kept(rows[-1], interview_id, box) if box else None


def _versions(tx: Transaction, brief_id: str, interview: str, box: Box) -> tuple[Kept, ...]:
    rows = tx.db.execute(_OF_BRIEF, {"brief": brief_id})
    return tuple(_kept(row, interview, box) for row in rows)


def _kept(row: Any, interview: str, box: Box) -> Kept:
    return Kept(
        row.number, row.edit, row.name, row.profession, row.saved_at, row.validated_at,
        box.open(row.sealed, _about(interview, row.number, row.edit)),
    )  # fmt: skip


def _add(tx: Transaction, brief_id: str, number: int, kept: dict[str, Any]) -> None:
    """A first save: of version 1, or of the one after a validated one."""
    before = select(_PLAN.c.number, _PLAN.c.validated_at).where(_PLAN.c.brief_id == brief_id)
    last = tx.db.execute(before.order_by(_PLAN.c.number.desc())).first()
    expected = last.number + 1 if last and last.validated_at else 1 if last is None else None
    if number != expected:
        raise Stale
    try:
        tx.db.execute(insert(_PLAN).values(brief_id=brief_id, number=number, **kept))
    except IntegrityError:
        # Another process was faster between our look and our word.
        raise Stale from None


def _change(tx: Transaction, brief_id: str, number: int, edit: int, kept: dict[str, Any]) -> None:
    done = tx.db.execute(
        update(_PLAN)
        .where(_PLAN.c.brief_id == brief_id, _PLAN.c.number == number, _PLAN.c.edit == edit,
               _PLAN.c.validated_at.is_(None))
        .values(**kept)
    )  # fmt: skip
    if done.rowcount != 1:
        raise Stale


def _about(interview: str, number: int, edit: int) -> str:
    return f"{interview}|plan|{number}|{edit}"
