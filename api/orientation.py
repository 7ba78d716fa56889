"""Searching the directory for whoever serves professionals."""

from __future__ import annotations

from typing import Any

from api.deps import Service
from api.reading import moment
from restitution.directory import Directory, Found, search
from store.repository import Transaction


async def find(here: Service, **filters: Any) -> tuple[Directory, Found]:
    """The directory as it stands, and what it has for these filters (those of `search`)."""
    today = moment(here.store.clock()).date()

    def work(tx: Transaction) -> tuple[Directory, Found]:
        inside = here.places.of(tx)
        return inside, search(inside, today, **filters)

    return await here.writer.look(work)
