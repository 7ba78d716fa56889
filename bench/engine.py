"""CPU per answer, as a messaging server pays it; printed as a table, best of several runs.

State read back from its stored form, the typed reply read and checked, the next question's
text and options produced, state written. The same for questionnaires of growing length.
"""

from __future__ import annotations

import gc
import time
import zlib
from dataclasses import replace

from flows import engine, model
from flows.engine import Heard
from flows.loading import Shelf, load
from flows.model import Questionnaire

RUNS = 30
NOW = 1_795_000_000
TYPED = {"single": "1", "multiple": "1", "text": "passer"}
NUMBERS = {"height_m": "1m70", "weight_kg": "70 kilos", "menopause_age": "51"}


def main() -> None:
    """Print the table."""
    shelf = load()
    gc.collect()
    gc.freeze()  # as the server does: what is loaded stays, and is not looked through again
    print(f"{'questionnaire':28}{'answers':>9}{'µs CPU/answer':>16}{'stored, compressed':>20}")
    for band in shelf.questionnaires:
        _row(band, shelf, {"18-25": "21", "45-50": "47", "60-65": "62", "70-75": "72"}[band])
    for times in (2, 4):
        _row(f"45-50 made {times} times longer", _longer(shelf, times), "47")


def _row(name: str, shelf: Shelf, age: str) -> None:
    costs, answers, size = [], 0, 0
    for _ in range(RUNS):
        spent, answers, size = _run(shelf, age)
        costs.append(spent / answers * 1e6)
    print(f"{name:28}{answers:9}{min(costs):16.1f}{size:18} B")


def _run(shelf: Shelf, age: str) -> tuple[float, int, int]:
    stored = model.dump(engine.begin("one", "fr", NOW))
    said = "oui"
    answers = 0
    began = time.process_time()
    while True:
        step = engine.hear(shelf, model.load(stored), Heard(said, numbered=True), NOW + answers)
        stored = model.dump(step.interview)
        answers += 1
        waiting = step.position.waiting
        if waiting is None:
            break
        _ = "\n".join([waiting.ask, *(it.label for it in waiting.options)])
        said = NUMBERS.get(waiting.id, TYPED.get(waiting.kind, "50"))
        if waiting.id == "age" or (waiting.kind == "number" and waiting.id not in NUMBERS):
            said = age
    return time.process_time() - began, answers, len(zlib.compress(stored, 6))


def _longer(shelf: Shelf, times: int) -> Shelf:
    """The same questionnaire several times over, with other ids."""
    band = shelf.questionnaires["45-50"]
    official = [each for each in band.questions if each.official and not each.when]
    more = [replace(each, id=f"{each.id}_{turn}", private=False) for turn in range(1, times)
            for each in official]  # fmt: skip
    questions = (*band.questions[:-5], *more, *band.questions[-5:])
    grown = Questionnaire(band.band, band.version, band.ages, questions)
    return replace(shelf, questionnaires={**shelf.questionnaires, "45-50": grown})


if __name__ == "__main__":
    main()
