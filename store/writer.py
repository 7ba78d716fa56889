"""The one place that writes: a thread of its own, one transaction at a time.

SQLite takes one writer; making others wait in Python keeps them from failing half-way.
Readers use `Store.reading` and never wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from store.repository import Store, Transaction

T = TypeVar("T")


class Writer:
    """Runs functions of a transaction, in order, each committed before its result is known."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")

    async def run(self, work: Callable[[Transaction], T]) -> T:
        """The result of `work`, after its commit; nothing is kept if it raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    def _do(self, work: Callable[[Transaction], T]) -> T:
        with self.store.transaction() as transaction:
            return work(transaction)

    async def look(self, work: Callable[[Transaction], T]) -> T:
        """The result of `work`, which only reads."""
        return await asyncio.to_thread(self._look, work)

    def _look(self, work: Callable[[Transaction], T]) -> T:
        with self.store.reading() as transaction:
            return work(transaction)

    def close(self) -> None:
        """Finish what was begun."""
        self._thread.shutdown(wait=True)
