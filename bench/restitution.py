"""Milliseconds of CPU per restitution and per brief, from answers; best of several, as a table."""

from __future__ import annotations

import time
from collections.abc import Callable

import locales
from flows import engine
from flows.engine import Heard
from flows.loading import Shelf, load
from flows.model import Interview
from restitution.advise import advise
from restitution.brief import make_brief
from restitution.library import load as load_library

RUNS = 50
NOW = 1_795_000_000


def main() -> None:
    """Print the table."""
    shelf, library = load(), load_library()
    texts = locales.texts("fr").gettext
    print(f"{'band':10}{'answers':>9}{'ms restitution':>16}{'ms brief':>10}")
    for band, age in (("18-25", "21"), ("45-50", "47"), ("60-65", "62"), ("70-75", "72")):
        interview = _alarming(shelf, age)
        position = engine.replay(shelf, interview)
        advised = _best(lambda p=position: advise(p, library, texts))  # type: ignore[misc]
        briefed = _best(lambda p=position, i=interview: make_brief(p, i, library))  # type: ignore[misc]
        print(f"{band:10}{len(position.answers):9}{advised:16.2f}{briefed:10.2f}")


def _alarming(shelf: Shelf, age: str) -> Interview:
    """Somebody who answers everything with its first option: many rules fire."""
    interview = engine.begin("one", "fr", NOW)
    for turn in range(150):
        waiting = engine.replay(shelf, interview).waiting
        if waiting is None:
            break
        said = {"number": "50", "text": "passer"}.get(waiting.kind, "1")
        said = "1m70" if waiting.unit == "m" else age if waiting.id == "age" else said
        interview = engine.hear(shelf, interview, Heard(said, numbered=True), NOW + turn).interview
    return interview


def _best(work: Callable[[], object]) -> float:
    costs = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        costs.append(time.process_time() - began)
    return min(costs) * 1000


if __name__ == "__main__":
    main()
