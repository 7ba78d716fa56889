"""For the operator: which questions people do not understand."""

from __future__ import annotations

from app.wiring import Service
from store import misunderstood
from store.outreach import SMALLEST


def shown(service: Service) -> str:
    """A line a question and language, the least understood first."""
    with service.store.reading() as tx:
        found = misunderstood.listed(tx)
    asked = service.desk.shelf.questions
    lines = [
        f"{each.count:6}  {each.language}  {each.question}"
        + (f"  {asked[each.question].ask}" if each.question in asked else "")
        for each in found
    ]
    return "\n".join([*lines, f"{len(found)} not understood {SMALLEST} times or more in a year."])
