"""What an operator does from the command line for the directory of local places."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

from app.wiring import Service
from restitution.places_file import read_places
from store import places


def import_file(service: Service, path: Path, today: date) -> str:
    """Put the file's places in the place of all others; gives what to print.

    Raises `BadPlaces` with every mistake of every row, and then nothing has changed.
    """
    found = read_places(path.read_bytes(), service.library.subjects, today)
    kept = [{key: each for key, each in asdict(it).items() if key not in ("use", "national")}
            for it in found]  # fmt: skip
    with service.store.transaction() as tx:
        places.replace(tx, kept)
    old = sum(not each.fresh(today) for each in found)
    said = f"{len(found)} places imported; those of the last import are gone."
    return said + (f" {old} not reviewed for 12 months: patients do not see them." if old else "")
