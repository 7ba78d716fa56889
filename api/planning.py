"""The prevention plan of a brief: what stands, what is saved, what is validated."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import msgspec

import locales
from api.deps import Service
from api.errors import Refused
from api.reading import day
from restitution.model import Brief
from restitution.paper_plan import Signed
from restitution.plan_text import plan_text
from restitution.ppp import Plan, belonging, draft, final
from store import plans
from store.accounts import Professional
from store.plans import Kept, Shelf, Stale
from store.repository import Transaction

__all__ = ["Desk", "Stale", "look", "paper", "read_plan", "save", "text", "validated"]


@dataclass(frozen=True, slots=True)
class Desk:
    """A brief with the plan that stands for it."""

    id: str
    brief: Brief
    plan: Plan
    """The last version; a fresh draft when nothing was saved yet."""
    number: int
    edit: int
    """0: this version is not saved yet."""
    last: Kept | None
    versions: tuple[Kept, ...]

    @property
    def locked(self) -> bool:
        """Is the last version validated? Then only a next one can be written."""
        return self.last is not None and self.last.validated_at is not None

    @property
    def editing(self) -> tuple[int, int]:
        """(number, edit) of the version a save would write."""
        return (self.number + 1, 0) if self.locked else (self.number, self.edit)


async def look(here: Service, me: Professional, brief_id: str, action: str | None) -> Desk:
    """The plan as it stands; the reading is recorded under `action`. Raises `Refused`."""

    def work(tx: Transaction) -> Shelf | None:
        return plans.look(tx, me, brief_id, action)

    found = await (here.writer.run(work) if action else here.writer.look(work))
    if found is None:
        raise Refused("not_found")
    return await asyncio.to_thread(_desk, here, found)


async def validated(here: Service, me: Professional, brief_id: str) -> bool:
    """Is the last version of this brief's plan locked? For a page that read the brief already."""
    found = await here.writer.look(lambda tx: plans.look(tx, me, brief_id, None))
    return found is not None and found.last is not None and found.last.validated_at is not None


async def save(
    here: Service, me: Professional, brief: Desk, plan: Plan, number: int, edit: int,
    validate: bool = False,
) -> None:  # fmt: skip
    """Keep this draft, or lock it and hand it over. Raises `Refused`, or `Stale`."""
    mine = belonging(final(plan) if validate else plan, brief.brief)
    sealed = msgspec.json.encode(mine)

    def work(tx: Transaction) -> bool:
        opened = plans.save(tx, me, brief.id, number, edit, sealed, validate)
        if opened is not None and validate:
            here.handed(tx, opened.interview)
        return opened is not None

    if not await here.writer.run(work):
        raise Refused("not_found")


async def paper(
    here: Service, me: Professional, brief_id: str, number: int, both: bool = False
) -> bytes:
    """A validated version on one A4; `both`: in French and in the person's language."""
    kept = await _validated(here, me, brief_id, number, "print plan")
    plan = read_plan(kept)
    texts = locales.texts(plan.language).gettext if both else None
    from restitution import documents  # typst comes with it: only when something is printed

    return await asyncio.to_thread(
        documents.plan_pdf, plan, signed(kept), texts, plan.language if both else "fr"
    )


async def text(here: Service, me: Professional, brief_id: str, number: int) -> str:
    """A validated version as plain text, 80 columns."""
    kept = await _validated(here, me, brief_id, number, "copy plan")
    return plan_text(read_plan(kept), signed(kept))


def read_plan(kept: Kept) -> Plan:
    """The plan of a version."""
    return msgspec.json.decode(kept.plan, type=Plan)


def signed(kept: Kept) -> Signed:
    """Who wrote it with the person, and when."""
    at = kept.validated_at or kept.saved_at
    return Signed(kept.number, kept.author, kept.profession, day(at))


async def _validated(
    here: Service, me: Professional, brief_id: str, number: int, action: str
) -> Kept:
    found = await here.writer.run(lambda tx: plans.look(tx, me, brief_id, action))
    kept = found.validated(number) if found else None
    if kept is None:
        raise Refused("not_found")
    return kept


def _desk(here: Service, shelf: Shelf) -> Desk:
    brief = msgspec.json.decode(shelf.opened.brief, type=Brief)
    last = shelf.last
    plan = read_plan(last) if last else draft(brief, here.library)
    number, edit = (last.number, last.edit) if last else (1, 0)
    return Desk(shelf.opened.id, brief, plan, number, edit, last, shelf.versions)
