"""What was kept and shown, beside what the oracle heard."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

import locales
from app.settings import Settings
from app.wiring import Service, build
from bot import say as says
from bot.messages import Capabilities
from bot.rendering import View, render
from bot.say import NOTICES
from flows import engine
from flows.model import Interview
from store import outbox
from store.repository import Transaction, table
from store.tables import BriefRow, OutboxRow, RevisionRow
from tests.faults.campaign import Campaign, Somebody
from tests.faults.served import App

_OUTBOX, _BRIEF, _REVISION = table(OutboxRow), table(BriefRow), table(RevisionRow)
CAN = Capabilities(edits=True, longest_text=4096, private=False, consent_note="consent_telegram")


@dataclass
class Verdict:
    """Every difference found, by kind; all empty when the promise was kept."""

    lost: list[str]
    twice: list[str]
    disorder: list[str]
    elsewhere: list[str]
    screens: list[str]

    @property
    def problems(self) -> list[str]:
        return [*self.lost, *self.twice, *self.disorder, *self.elsewhere, *self.screens]


def opened(app: App) -> Service:
    """The store of this application, opened beside it."""
    named = {
        name.removeprefix("AVANT_BILAN_").lower(): value
        for name, value in app.environment.items()
        if name.startswith("AVANT_BILAN_")
    }
    return build(Settings(_env_file=None, **named))


async def settled(app: App, service: Service, seconds: float = 240.0) -> None:
    """Until no screen waits to leave."""
    for _ in range(int(seconds / 0.2)):
        with service.store.reading() as tx:
            if outbox.next_due(tx, "telegram") is None:
                return
        await asyncio.sleep(0.2)
    raise AssertionError("screens still wait")


def judge(run: Campaign, service: Service) -> Verdict:
    """Compare everybody."""
    found = Verdict([], [], [], [], [])
    with service.store.reading() as tx:
        for each in run.people:
            _answers(found, tx, run, each)
            if each.door.channel == "telegram":
                _screens(found, tx, run, each, service)
    return found


def _log(interview: Interview) -> list[tuple[object, ...]]:
    return [(it.question, it.value, it.meaning, it.wording, it.helped) for it in interview.log]


def _answers(found: Verdict, tx: Transaction, run: Campaign, each: Somebody) -> None:
    place = (each.door.channel, each.door.address)
    held = tx.at([place]).get(place)
    who = f"{each.door.channel} {each.door.address[:6]}"
    if held is None:
        found.lost.append(f"{who}: nothing is kept")
        return
    kept, heard = _log(held.interview), _log(each.told.interview)
    if kept != heard:
        if len(kept) < len(heard):
            found.lost.append(f"{who}: {len(heard) - len(kept)} entries of {len(heard)}")
        elif len(kept) > len(heard):
            found.twice.append(f"{who}: {len(kept) - len(heard)} entries more than {len(heard)}")
        else:
            at = next(place for place in range(len(kept)) if kept[place] != heard[place])
            found.disorder.append(f"{who}: entry {at} is {kept[at]}, not {heard[at]}")
        return
    mine, theirs = (engine.replay(run.shelf, it) for it in (held.interview, each.told.interview))
    aside = [(it.draft, it.doubt, it.refused, len(it.distress))
             for it in (held.interview, each.told.interview)]  # fmt: skip
    if (mine.waiting, mine.answers, mine.paused) != (theirs.waiting, theirs.answers, theirs.paused):
        found.elsewhere.append(f"{who}: waits at {mine.waiting and mine.waiting.id}")
    if aside[0] != aside[1]:
        found.elsewhere.append(f"{who}: {aside[0]} instead of {aside[1]}")
    mine_only = _BRIEF.c.interview_id == held.interview.id
    joined = _REVISION.join(_BRIEF, _BRIEF.c.id == _REVISION.c.brief_id)
    count = select(func.count()).select_from(joined).where(mine_only)
    versions = tx.db.execute(count).scalar_one()
    if versions != each.told.revisions:
        found.twice.append(
            f"{who}: {versions} versions of a brief instead of {each.told.revisions}"
        )


def _screens(
    found: Verdict, tx: Transaction, run: Campaign, each: Somebody, service: Service
) -> None:
    """Each row left, or was superseded by a newer screen; notices never; in order."""
    address = each.door.address
    held = tx.at([("telegram", address)])[("telegram", address)]
    place = tx.place("telegram", address)
    rows = tx.db.execute(select(_OUTBOX).where(_OUTBOX.c.address_hash == place)
                         .order_by(_OUTBOX.c.id)).all()  # fmt: skip
    view = View(service.shelf, held.interview, engine.replay(service.shelf, held.interview),
                locales.texts(held.interview.language), CAN, service.desk.page,
                service.library)  # fmt: skip
    kinds: list[str] = []
    due: list[tuple[str, tuple[str, ...]]] = []
    for number, row in enumerate(rows):
        (say,) = says.load(held.box.open(row.sealed, f"{held.interview.id}|screen"))
        kinds.append(say.kind)
        notice = say.kind in NOTICES
        newer = any(not later.notice for later in rows[number + 1 :])
        if row.notice != notice or row.status not in ("sent", "superseded"):
            found.screens.append(f"{address}: a {say.kind} screen is {row.status}")
        elif row.status == "superseded" and (notice or not newer):
            found.screens.append(f"{address}: {say.kind} superseded by nothing newer")
        elif row.status == "sent":
            due.append((say.kind, _key(view, say)))
    if kinds != each.told.screens:
        found.screens.append(f"{address}: {len(kinds)} screens instead of {len(each.told.screens)}")
    missing = _in_order(run.shown.get(int(address), []), due)
    if missing is not None:
        found.screens.append(f"{address}: {due[missing]} was not shown in its turn")


def _key(view: View, say: says.Say) -> tuple[str, ...]:
    """What must be read in the message, one of these: words that do not depend on the moment."""
    found = [render(view, say).text]
    if say.kind == "change":  # asked before there was anything to change
        found.append(view.phrase("nothing_to_change"))
    return tuple(each.split("\n")[0][:60] for each in found)


def _in_order(shown: Sequence[str], due: Sequence[tuple[str, tuple[str, ...]]]) -> int | None:
    """The first of `due` that does not come after the one before it; None: all do."""
    at = 0
    for number, (_, keys) in enumerate(due):
        while at < len(shown) and not any(key in shown[at] for key in keys):
            at += 1
        if at == len(shown):
            return number
        at += 1
    return None
