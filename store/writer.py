"""The one place that writes: a thread of its own, one transaction at a time.

SQLite takes one writer; making others wait in Python keeps them from failing half-way.
Readers use `Store.reading` and never wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection

from store.database import copy_log, keep
from store.repository import Store, Transaction

T = TypeVar("T")
COPY = 8
"""Commits between two copies of SQLite's log into its database, which another thread makes: made
with a commit, everybody would wait for it."""


class Writer:
    """Runs functions of a transaction, in order, each committed before its result is known."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._copier = ThreadPoolExecutor(max_workers=1, thread_name_prefix="copier")
        self._copying: Future[None] | None = None
        self._commits = 0
        self._kept: Connection | None = None

    async def run(self, work: Callable[[Transaction], T]) -> T:
        """The result of `work`, after its commit; nothing is kept if it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    def _do(self, work: Callable[[Transaction], T]) -> T:
        if self._kept is None:
            self._kept = keep(self.store.engine)
        with self.store.transaction(self._kept) as transaction:
            result = work(transaction)
        self._commits += 1
        if self.store.alone and self._commits % COPY == 0 and not self._copies:
            self._copying = self._copier.submit(copy_log, self.store.engine)
        return result

    @property
    def _copies(self) -> bool:
        return self._copying is not None and not self._copying.done()

    async def look(self, work: Callable[[Transaction], T]) -> T:
        """The result of `work`, which only reads."""
        return await asyncio.to_thread(self._look, work)

    def _look(self, work: Callable[[Transaction], T]) -> T:
        with self.store.reading() as transaction:
            return work(transaction)

    def close(self) -> None:
        """Finish what was begun."""
        self._thread.shutdown(wait=True)
        self._copier.shutdown(wait=True)
        if self._kept is not None:
            self._kept.close()
