"""What the web chat needs to know of where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from restitution.directory import Directory
from store.places import Kept


@dataclass(frozen=True)
class WebConfig:
    """Addresses and cookies of the patient's pages."""

    public_url: str
    """Where people reach us, without a final slash."""
    book_url: str
    """Directory where people book."""
    secure_cookies: bool = True
    """False only on one's own machine, over plain HTTP."""
    places: Kept[Directory] | None = None
    """Local places, when the operator gave some."""
    exit_url: str = "https://meteofrance.com/"
    """Where « leave quickly » goes: a page nobody wonders about."""
