"""What a professional may read: each reading and its trace in one transaction."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from api.deps import Service
from api.errors import Refused
from restitution.explain import Why, explain
from restitution.model import SEVERITIES, Brief, Flag
from store import access, watching
from store.access import Opened
from store.accounts import Professional
from store.codes import read_code
from store.watching import Watch

TOP = 3


@dataclass(frozen=True, slots=True)
class Read:
    """A brief as read."""

    id: str
    shared_at: int
    revision: int
    brief: Brief


async def open_code(here: Service, me: Professional, typed: str, source: str) -> str:
    """The id of the brief this code opens. Raises `Refused`, or `TooManyTries`."""
    code = read_code(typed)
    if code is None:
        raise Refused("bad_code")
    found = await here.writer.run(lambda tx: access.open_by_code(tx, me.id, code, source))
    if found is None:
        raise Refused("wrong_code")
    return found


async def read(here: Service, me: Professional, brief_id: str, action: str) -> Read:
    """The latest revision; the reading is recorded under `action`. Raises `Refused`."""
    found = await here.writer.run(lambda tx: access.read_brief(tx, me, brief_id, action))
    if found is None:
        raise Refused("not_found")
    return _read(found)


async def why(here: Service, me: Professional, brief_id: str, flag: str) -> tuple[Read, Why]:
    """Why this flag stands in this brief; recorded like a reading. Raises `Refused`."""
    found = await read(here, me, brief_id, "read why")
    band = next((it for key, it in here.shelf.questionnaires.items() if key == found.brief.band),
                here.shelf.start)  # fmt: skip
    made = explain(found.brief, flag, here.library, band.find)
    if made is None:
        raise Refused("not_found")
    return found, made


async def worklist(here: Service, me: Professional) -> tuple[list[Read], Watch | None]:
    """What was shared with this professional or their centre, and who reads there what is urgent.

    Urgent and unfinished first (nobody else will tell of it), then urgent, then the newest.
    """
    found, watch = await here.writer.run(
        lambda tx: (access.worklist(tx, me), watching.watch(tx, me.centre_id))
    )
    briefs = await asyncio.to_thread(lambda: [_read(each) for each in found])
    return sorted(briefs, key=_pressing), watch


def _pressing(read: Read) -> tuple[bool, bool, int]:
    urgent = bool(read.brief.urgent)
    return not (urgent and read.brief.unfinished), not urgent, -read.shared_at


async def paper(here: Service, me: Professional, brief_id: str) -> bytes:
    """The brief on one A4, without anything confidential."""
    found = await read(here, me, brief_id, "print brief")
    from restitution import documents  # typst comes with it: only when something is printed

    return await asyncio.to_thread(documents.brief_pdf, found.brief, day(here.store.clock()))


async def fiche(here: Service, me: Professional, brief_id: str) -> bytes:
    """The sheet to spot risks on one A4, pre-filled, without anything confidential."""
    found = await read(here, me, brief_id, "print fiche")
    from restitution import documents

    return await asyncio.to_thread(documents.fiche_pdf, found.brief, day(here.store.clock()))


def top_signals(brief: Brief) -> list[Flag]:
    """The strongest signals that may stand in the open; the person's wishes first among equals.

    One that only repeats the cause of a stronger one leaves its place: three lines, three facts.
    """
    shown = [flag for flag in brief.flags if not flag.confidential]
    kept: list[Flag] = []
    for flag in sorted(shown, key=lambda flag: SEVERITIES.index(flag.severity)):
        causes = {each.question for each in flag.answers}
        said = any(causes and causes <= {it.question for it in other.answers} for other in kept)
        if not said or flag.severity == "urgent":
            kept.append(flag)
    return kept[:TOP]


def moment(at: float) -> datetime:
    """A time as clocks show it in mainland France; UTC on a machine without time zones."""
    try:
        return datetime.fromtimestamp(at, ZoneInfo("Europe/Paris"))
    except ZoneInfoNotFoundError:
        return datetime.fromtimestamp(at, UTC)


def day(at: float) -> str:
    """« 24/11/2026 »."""
    return f"{moment(at):%d/%m/%Y}"


def _read(opened: Opened) -> Read:
    brief = msgspec.json.decode(opened.brief, type=Brief)
    return Read(opened.id, opened.made_at, opened.revision, brief)
