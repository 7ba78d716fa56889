"""The trace each reading leaves: who did what, when. No content, ever.

Lines are only added. Each carries a keyed hash of its content and of the line before, so that one
changed, taken out or moved is found (`python -m app audit verify`), by whoever has the keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from store.crypto import Keyring
from store.repository import Transaction, table
from store.tables import AuditCheckpointRow, AuditHeadRow, AuditRow, PractitionerRow

OPERATOR = "operator"
"""Who acts by the command line."""
DAY = 24 * 3600
_AUDIT, _WHO = table(AuditRow), table(PractitionerRow)
_HEAD, _CHECKPOINT = table(AuditHeadRow), table(AuditCheckpointRow)
Line = tuple[str, str, str | None]
"""(who, action, brief)."""


def audit(tx: Transaction, who: str, action: str, brief_id: str | None = None) -> None:
    """One line, written with what it tells of."""
    _append(tx, [(who, action, brief_id)])


def audit_once(tx: Transaction, who: str, action: str, briefs: Iterable[str], seconds: int) -> None:
    """A line for each of these briefs that has none like it since so many seconds."""
    query = select(_AUDIT.c.brief_id).where(
        _AUDIT.c.who == who, _AUDIT.c.action == action, _AUDIT.c.at > tx.now - seconds
    )
    known = set(tx.db.execute(query).scalars())
    _append(tx, [(who, action, each) for each in briefs if each not in known])


def readings(tx: Transaction, brief_id: str) -> list[tuple[int, str, str]]:
    """(when, who, action) of everything done with a brief, oldest first."""
    query = (
        select(_AUDIT.c.at, _WHO.c.name, _AUDIT.c.action)
        .join_from(_AUDIT, _WHO, _WHO.c.id == _AUDIT.c.who)
        .where(_AUDIT.c.brief_id == brief_id)
        .order_by(_AUDIT.c.id)
    )
    return [(row.at, row.name, row.action) for row in tx.db.execute(query)]


def _append(tx: Transaction, lines: Sequence[Line]) -> None:
    if not lines:
        return
    # Whoever adds holds the head until the commit: two processes never take the same number.
    head = tx.db.execute(select(_HEAD.c.number, _HEAD.c.hash).with_for_update()).one()
    number, last, rows = head.number, head.hash, []
    for who, action, brief in lines:
        number += 1
        last = _bound(tx.keys, last, number, tx.now, (who, action, brief))
        rows.append({"number": number, "hash": last, "at": tx.now, "who": who, "action": action,
                     "brief_id": brief})  # fmt: skip
    tx.db.execute(insert(_AUDIT), rows)
    tx.db.execute(update(_HEAD).values(number=number, hash=last))
    tx.audited = number, last
    _seen(tx, {who for who, _, _ in lines})


def _seen(tx: Transaction, who: set[str]) -> None:
    """An account in use, to the day: what is not used for long is closed."""
    stale = or_(_WHO.c.active_at.is_(None), _WHO.c.active_at < tx.now - DAY)
    tx.db.execute(update(_WHO).where(_WHO.c.id.in_(who), stale).values(active_at=tx.now))


def _bound(keys: Keyring, last: bytes, number: int, at: int, line: Line) -> bytes:
    return keys.hash("audit", json.dumps([last.hex(), number, at, *line]))


def _signed(keys: Keyring, number: int, last: bytes, at: int) -> bytes:
    return keys.hash("audit checkpoint", json.dumps([number, last.hex(), at]))


def chain_old_lines(tx: Transaction) -> None:
    """Bind the lines written before there was a chain; once, when there is none yet."""
    if tx.db.execute(select(_HEAD.c.number).with_for_update()).scalar_one():
        return
    number, last, rows = 0, b"", []
    for row in tx.db.execute(select(_AUDIT).order_by(_AUDIT.c.id)):
        number += 1
        last = _bound(tx.keys, last, number, row.at, (row.who, row.action, row.brief_id))
        rows.append((row.id, number, last))
    for id_, each, bound in rows:
        tx.db.execute(
            update(_AUDIT).where(_AUDIT.c.id == id_).values(number=each, hash=bound)
        )  # fmt: skip
    if rows:
        tx.db.execute(update(_HEAD).values(number=number, hash=last))
        tx.audited = number, last


def head(tx: Transaction) -> tuple[int, bytes]:
    """Number and hash of the last line; 0 before the first."""
    found = tx.db.execute(select(_HEAD.c.number, _HEAD.c.hash)).one()
    return found.number, found.hash


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the chain."""

    lines: int
    """Lines there are."""
    purged: int
    """Lines purged before them, by signed checkpoints."""
    problems: tuple[str, ...]


def verify(tx: Transaction, anchors: Mapping[int, bytes]) -> Verdict:
    """Walk the whole chain; `anchors` are heads noted outside the database."""
    problems: list[str] = []
    number, last = _beginning(tx, problems)
    purged, lines, known = number, 0, dict(anchors)
    if number in known and known.pop(number) != last:
        problems.append(f"line {number} is not the one noted outside the database")
    unnumbered = select(func.count()).where(_AUDIT.c.number.is_(None))
    if tx.db.execute(unnumbered).scalar_one():
        problems.append("there are lines outside the chain")
    query = select(_AUDIT).where(_AUDIT.c.number.is_not(None)).order_by(_AUDIT.c.number)
    for row in tx.db.execute(query.execution_options(yield_per=1000)):
        lines += 1
        if row.number != number + 1:
            problems.append(f"lines {number + 1} to {row.number - 1} are missing")
        elif row.hash != _bound(tx.keys, last, row.number, row.at,
                                (row.who, row.action, row.brief_id)):  # fmt: skip
            problems.append(f"line {row.number} was changed or moved")
        number, last = row.number, row.hash
        if number in known and known.pop(number) != last:
            problems.append(f"line {number} is not the one noted outside the database")
    if head(tx) != (number, last):
        problems.append("the end of the chain is not where the database says")
    if any(each > number for each in known):
        problems.append(f"lines after {number} are missing: {max(known)} were noted outside")
    return Verdict(lines, purged, tuple(problems))


def _beginning(tx: Transaction, problems: list[str]) -> tuple[int, bytes]:
    """Where the chain begins since the last purge."""
    number, last = 0, b""
    for row in tx.db.execute(select(_CHECKPOINT).order_by(_CHECKPOINT.c.number)):
        if row.seal != _signed(tx.keys, row.number, row.hash, row.at):
            problems.append(f"the checkpoint of line {row.number} is not signed by these keys")
        number, last = row.number, row.hash
    return number, last


def exported(tx: Transaction) -> Iterator[dict[str, Any]]:
    """Every line, oldest first: number, when, who, action, brief and hash; no content."""
    query = select(_AUDIT).order_by(_AUDIT.c.number).execution_options(yield_per=1000)
    for row in tx.db.execute(query):
        yield {"number": row.number, "at": row.at, "who": row.who, "action": row.action,
               "brief": row.brief_id, "hash": (row.hash or b"").hex()}  # fmt: skip


def purge(tx: Transaction, before: int) -> int:
    """Destroy the lines before this moment, leaving a signed checkpoint; gives how many.

    The newest line always stays: the chain goes on from it.
    """
    tx.db.execute(select(_HEAD.c.number).with_for_update())
    kept = select(func.min(_AUDIT.c.number)).where(_AUDIT.c.at >= before)
    first = tx.db.execute(kept).scalar() or head(tx)[0]
    last = tx.db.execute(select(_AUDIT.c.hash).where(_AUDIT.c.number == first - 1)).scalar()
    if last is None:
        return 0
    tx.db.execute(insert(_CHECKPOINT).values(
        number=first - 1, hash=last, at=tx.now, seal=_signed(tx.keys, first - 1, last, tx.now)
    ))  # fmt: skip
    return int(tx.db.execute(delete(_AUDIT).where(_AUDIT.c.number < first)).rowcount)
