"""Who vouches for a translation: `machine`, `drafted` or `reviewed`, kept in the catalogue itself.

« # status: reviewed » counts only with « # review: name, date, seal » under it, and the seal is of
the very French and the very translation that were read: a text changed since is drafted again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal

from babel.messages.catalog import Catalog, Message

Status = Literal["machine", "drafted", "reviewed"]
_REVIEW = re.compile(r"review: (?P<by>[^,]+), (?P<on>\d{4}-\d\d-\d\d), (?P<seal>[0-9a-f]{8})")
_ESSENTIAL = frozenset({"ask", "option", "alert"})
"""What a text is (extracted beside it): these are never left in French in an offered language."""
_FIRST = ("consent", "privacy")
"""Contexts of what people must understand before they agree."""
ENOUGH = 0.9
"""Share of the texts that must be there. Nine lines in ten: a new button or page shown in French
for some weeks harms less than taking a language away from those who read it and no other."""


def status(message: Message) -> Status:
    """Who vouches for this entry; `machine` when it does not say."""
    said = next((each for each in message.user_comments if each.startswith("status: ")), "")
    if said == "status: reviewed" and review(message):
        return "reviewed"
    return "machine" if said in ("", "status: machine") else "drafted"


def review(message: Message) -> tuple[str, str] | None:
    """(name, date) of who reviewed this entry as it stands, else None."""
    for each in message.user_comments:
        found = _REVIEW.fullmatch(each)
        if found and found["seal"] == seal(message):
            return found["by"], found["on"]
    return None


def stale(message: Message) -> bool:
    """Said to be reviewed, but nobody is named or the words changed since."""
    return "status: reviewed" in message.user_comments and review(message) is None


def seal(message: Message) -> str:
    """Eight signs that change with the French or the translation."""
    both = f"{message.context}\0{message.id}\0{message.string}"
    return hashlib.sha256(both.encode()).hexdigest()[:8]


def mark(catalogue: Catalog, by: str, on: date, contexts: Iterable[str]) -> int:
    """Sign the translated, sure entries of these contexts (« alert.* »); how many there were.

    Raises `ValueError` for a name that could not be read back.
    """
    if not by.strip() or "," in by or "\n" in by:
        raise ValueError("a reviewer's name is one line without a comma")
    signed, wanted = 0, tuple(contexts)
    for each in catalogue:
        here = any(fnmatchcase(str(each.context or ""), pattern) for pattern in wanted)
        if not each.id or not each.string or each.fuzzy or not here:
            continue
        kept = [it for it in each.user_comments if not it.startswith(("status: ", "review: "))]
        each.user_comments = [
            *kept, "status: reviewed", f"review: {by.strip()}, {on.isoformat()}, {seal(each)}"
        ]  # fmt: skip
        signed += 1
    return signed


def enough(catalogue: Catalog) -> bool:
    """May people be offered this language? All that is asked, agreed to and said in danger is there
    and sure, and `ENOUGH` of the whole; the rest is read in French."""
    listed = [each for each in catalogue if each.id]
    missing = [each for each in listed if not each.string or each.fuzzy]
    if not listed or any(essential(each) for each in missing):
        return False
    return len(missing) <= (1 - ENOUGH) * len(listed)


def essential(message: Message) -> bool:
    """A question, an option, an urgent card, or what people agree to."""
    context = str(message.context or "")
    return context in _FIRST or bool(_ESSENTIAL & set(message.auto_comments))
