"""Dead letters, for an operator's eyes: nothing of what they say."""

from __future__ import annotations

from collections.abc import Sequence

from app.wiring import Service
from store import dead


def shown(service: Service) -> str:
    """A line for each screen that was given up."""
    with service.store.reading() as tx:
        found = dead.letters(tx)
    lines = [
        f"{each.id}  {each.channel}  {_age(each.age)}  {each.attempts} tries  {each.error}"
        for each in found
    ]
    return "\n".join([*lines, f"{len(found)} given up."])


def put_back(service: Service, ids: Sequence[int] | None) -> str:
    """Put them back to leave again; who serves sends them within seconds."""
    with service.store.transaction() as tx:
        count = dead.retry(tx, ids)
    return (f"{count} put back. Left as they are: those of people who blocked us, and questions "
            "that a newer one has followed.")  # fmt: skip


def _age(seconds: int) -> str:
    for size, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= size:
            return f"{seconds // size} {name}"
    return f"{seconds} seconds"
