"""Milliseconds of CPU from a stored interview to what is printed, over many people, as a table.

The brief: unseal, replay, find what matters. The pages: fiche, brief and patient's, printed for
people who differ, since typst remembers a page it has already made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import locales
from flows import engine, model
from flows.model import BANDS
from restitution import documents
from restitution.advise import advise
from restitution.brief import make_brief
from restitution.model import Brief
from store.crypto import Keyring
from tests.advising import rules, shelf
from tests.population import Person, patients

PEOPLE = 36
"""Of each band: three of each kind."""
RUNS = 5
DAY = "26/11/2026"
LIMITS = {"brief from store": 5, "fiche PDF": 150}
"""What was promised, in milliseconds."""


def main() -> None:
    """Print the table: the quickest of the people, the middle one, the slowest."""
    print(
        f"{'band':8}{'document':20}{'least ms':>10}{'median ms':>11}{'most ms':>10}{'promised':>10}"
    )
    for band in BANDS:
        people = patients(band, PEOPLE)
        briefs = [each.brief() for each in people]
        _line(band, "brief from store", _stored(people))
        _line(band, "fiche PDF", _printed(documents.fiche_pdf, briefs))
        _line(band, "brief PDF", _printed(documents.brief_pdf, briefs))
        _line(band, "patient PDF", _patients(people))


def _stored(people: Sequence[Person]) -> list[float]:
    """Unseal, read, replay, make the brief: best of several for each person."""
    keys, library, questions = Keyring.parse(Keyring.fresh()), rules(), shelf()
    costs = []
    for each in people:
        box, wrapped = keys.new_box("one")
        sealed = box.seal(model.dump(each.interview), "one|log|1")

        def read(wrapped: bytes = wrapped, sealed: bytes = sealed) -> object:
            interview = model.load(keys.box("one", wrapped).open(sealed, "one|log|1"))
            return make_brief(engine.replay(questions, interview), interview, library)

        costs.append(min(_cost(read) for _ in range(RUNS)))
    return costs


def _printed(make: Callable[[Brief, str], bytes], briefs: Sequence[Brief]) -> list[float]:
    """Each page once: printed twice, it would only be remembered."""
    make(briefs[0], "warm")
    return [_cost(lambda b=each: make(b, DAY)) for each in briefs]  # type: ignore[misc]


def _patients(people: Sequence[Person]) -> list[float]:
    texts = locales.texts("fr").gettext

    def make(person: Person) -> bytes:
        made = advise(person.position, rules(), texts, paper=True,
                      distress=person.interview.distress)  # fmt: skip
        return documents.patient_pdf(made, texts, "7H3KQ9TMWX", "https://x.org/pro#7H3KQ9TMWX")

    make(people[0])
    return [_cost(lambda p=each: make(p)) for each in people[1:]]  # type: ignore[misc]


def _cost(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _line(band: str, name: str, costs: Sequence[float]) -> None:
    ranked = sorted(costs)
    promised = f"<= {LIMITS[name]}" if name in LIMITS else ""
    middle = ranked[len(ranked) // 2]
    print(f"{band:8}{name:20}{ranked[0]:10.1f}{middle:11.1f}{ranked[-1]:10.1f}{promised:>10}")


if __name__ == "__main__":
    main()
