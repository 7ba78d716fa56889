"""What an operator does from the command line for the directory of local places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

from app.wiring import Service
from restitution.places import Place
from restitution.places_file import read_places
from store import places

SAMPLE = Path(__file__).parent.parent / "docs" / "annuaire-exemple.csv"


def import_file(service: Service, path: Path, today: date) -> str:
    """Put the file's places in the place of all others; gives what to print.

    Raises `BadPlaces` with every mistake of every row, and then nothing has changed.
    """
    found = read_places(path.read_bytes(), service.library.subjects, today)
    keep(service, found)
    old = sum(not each.fresh(today) for each in found)
    said = f"{len(found)} places imported; those of the last import are gone."
    return said + (f" {old} not reviewed for 12 months: patients do not see them." if old else "")


def import_sample(service: Service) -> None:
    """The made-up places of the sample file, as if checked today; for the demonstration."""
    if SAMPLE.exists():
        today = datetime.fromtimestamp(service.store.clock(), UTC).date().isoformat()
        found = read_places(SAMPLE.read_bytes(), service.library.subjects, date.max)
        keep(service, (replace(each, reviewed=today) for each in found))


def keep(service: Service, found: Iterable[Place]) -> None:
    """These places, and no other from now on."""
    kept = [{key: each for key, each in asdict(it).items() if key not in ("use", "national")}
            for it in found]  # fmt: skip
    with service.store.transaction() as tx:
        places.replace(tx, kept)
