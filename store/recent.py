"""Interviews kept open for a while after they were written: most are said more within the minute.

Only where a single process serves: what it wrote last is then what the database holds. A row of
another version is opened as ever.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple

from flows.model import Interview, Position
from store.crypto import Box

MOST = 1000
"""Interviews kept, some ten kilobytes each."""
LASTS = 900
"""Seconds after its last message; looked at whenever something is written."""


class Open(NamedTuple):
    """An interview as it was written, with its box and where it stood."""

    version: int
    at: int
    interview: Interview
    position: Position | None
    box: Box


class Recent:
    """In the order they were written."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Open] = OrderedDict()
        # A purge runs on a thread of its own.
        self._changing = Lock()

    def get(self, interview: str, version: int) -> Open | None:
        """It, if it is open at this version."""
        found = self._kept.get(interview)
        return found if found is not None and found.version == version else None

    def box(self, interview: str) -> Box | None:
        """What opens it, if it is open."""
        found = self._kept.get(interview)
        return found.box if found is not None else None

    def keep(self, written: Iterable[Open], now: int) -> None:
        """These were written and committed; the oldest make room."""
        with self._changing:
            for each in written:
                self._kept[each.interview.id] = each
                self._kept.move_to_end(each.interview.id)
            while self._kept:
                oldest, kept = next(iter(self._kept.items()))
                if len(self._kept) <= MOST and kept.at > now - LASTS:
                    return
                del self._kept[oldest]

    def forget(self, erased: Iterable[str]) -> None:
        """Nothing of these is left here."""
        with self._changing:
            for each in erased:
                self._kept.pop(each, None)
