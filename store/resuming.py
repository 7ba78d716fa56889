"""The code that goes on with an interview on another phone: not the one that opens its brief.

It serves once and not for long, goes with the interview, and is only kept as a keyed hash.
"""

from __future__ import annotations

from sqlalchemy import delete, insert

from store import tries
from store.codes import new_code, read_code
from store.repository import Transaction, table
from store.tables import ResumeRow

LASTS = 14 * 24 * 3600
"""Seconds a code waits to be entered."""
_RESUME = table(ResumeRow)


def give(tx: Transaction, interview: str) -> str:
    """A new code for this interview; an older one stops serving."""
    code = new_code()
    while not any(each.isdigit() for each in code):
        code = new_code()  # so that no word anybody types is taken for one
    tx.db.execute(delete(_RESUME).where(_RESUME.c.interview_id == interview))
    tx.db.execute(insert(_RESUME).values(
        hash=tx.keys.hash("resume", code), interview_id=interview, until=tx.now + LASTS,
    ))  # fmt: skip
    return code


def take(tx: Transaction, typed: str, who: str = "", source: str = "") -> str | None:
    """The interview of this code, which is used up; None for one that is wrong, old or used.

    `who`: an address that cannot be made up; `source`: where the request comes from. At least one
    is needed, and counted like a wrong code until it proves right. Raises `TooManyTries`.
    """
    number = tries.begin(tx, who, "resume", source)
    mine = (_RESUME.c.hash == tx.keys.hash("resume", read_code(typed) or "")) & (
        _RESUME.c.until > tx.now
    )
    used = delete(_RESUME).where(mine).returning(_RESUME.c.interview_id)
    found = tx.db.execute(used).scalar()
    if found is not None:
        tries.right(tx, number)
    return None if found is None else str(found)
