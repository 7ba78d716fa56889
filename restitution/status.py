"""Where each text comes from and how far it was checked, as a list for whoever keeps it true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from restitution.model import Source

STALE_AFTER = timedelta(days=365)
REVIEWS = ("to_verify", "drafted", "checked", "clinically_reviewed")
"""From the least to the most checked."""
_KINDS = {
    "rule": "rules", "due": "vaccines and screenings", "test": "second-line tests",
    "resource": "resources",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """One rule, vaccine, screening, second-line test or resource."""

    kind: str
    """rule · due · test · resource."""
    id: str
    source: Source
    review: str
    reviewed: str = ""
    """Who and when, once clinically reviewed."""

    def stale(self, today: date) -> bool:
        """Its source was seen more than 12 months ago. Never seen is another matter."""
        seen = self.source.seen
        return seen is not None and today - date.fromisoformat(seen) > STALE_AFTER


def report(contents: Sequence[Content], today: date) -> str:
    """What is unreviewed or stale on this day, grouped by status, with counts."""
    stale = [each for each in contents if each.stale(today)]
    never = [each for each in contents if each.source.seen is None]
    lines = [f"{len(contents)} contents on {today.isoformat()}:"]
    lines += [f"  {status}: {sum(each.review == status for each in contents)}"
              for status in REVIEWS]  # fmt: skip
    lines += [
        f"  source seen over 12 months ago: {len(stale)}",
        f"  source never seen: {len(never)}",
    ]
    lines += _group("source seen over 12 months ago", stale)
    for status in REVIEWS[:-1]:
        lines += _group(status, [each for each in contents if each.review == status])
    return "\n".join(lines)


def _group(title: str, found: Sequence[Content]) -> list[str]:
    if not found:
        return []
    lines = ["", f"{title} ({len(found)})"]
    for kind, name in _KINDS.items():
        own = [each for each in found if each.kind == kind]
        if own:
            lines.append(f"  {name} ({len(own)})")
            lines += [
                f"    {each.id}: {each.source.name or 'no source'} "
                f"(seen {each.source.seen or 'never'})"
                for each in own
            ]
    return lines
