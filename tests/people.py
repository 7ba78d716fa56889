"""The invented people of `personas/`, one file an age band: what they say, what is expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.files import read_yaml
from flows.model import BANDS
from tests.advising import shelf

FOLDER = Path(__file__).parent / "personas"
EXPECTED = ("urgent", "alerts", "high", "also", "absent", "advice", "strengths", "numbers",
            "due", "to_ask", "to_check")  # fmt: skip
STOP = {"@stop": "yes"}
"""The mark an interview keeps when the person stops."""


def _read(band: str) -> list[dict[str, Any]]:
    file = read_yaml(FOLDER / f"{band}.yaml")
    return [_whole(band, each, file["bases"]) for each in file["personas"]]


def _whole(band: str, person: dict[str, Any], bases: dict[str, Any]) -> dict[str, Any]:
    """The person with every answer on one level, and every expectation present."""
    unknown = set(person["expects"]) - {*EXPECTED, "scores"}
    assert not unknown, (person["name"], unknown)
    answers: dict[str, Any] = {}
    if "like" in person:
        answers |= _flat(bases[person["like"]])
    if "everything" in person:
        questions = shelf().questionnaires[band].questions  # type: ignore[index]
        answers |= {each.id: person["everything"] for each in questions if each.official}
    answers |= _flat(person.get("said", {}))
    if "stops" in person:
        answers |= STOP
    expects = {**{each: [] for each in EXPECTED}, **person["expects"]}
    return {**person, "said": answers, "expects": expects}


def _flat(groups: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Answers without the groups that make them easy to read."""
    return {question: said for group in groups.values() for question, said in group.items()}


PEOPLE: list[tuple[str, dict[str, Any]]] = [
    (band, person) for band in BANDS for person in _read(band)
]
NAMES = [person["name"] for _, person in PEOPLE]


def said(person: dict[str, Any]) -> dict[str, Any]:
    """Their answers, age first, as `tests.advising` takes them."""
    return {"age": person["age"], **person["said"]}


def person(name: str) -> dict[str, Any]:
    """The one whose name begins so."""
    return next(each for _, each in PEOPLE if each["name"].startswith(name))
