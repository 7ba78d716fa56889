"""Small declarative conditions (the subset FHIR calls `enableWhen`), compiled to functions.

Three-valued: true, false, or None when something it needs was not answered. `any` is true
as soon as one branch is; `all` is false as soon as one branch is. So a skipped part never
switches an alarm off, nor is it taken for « no ».
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.model import NON_ANSWERS, NOT_CONCERNED, NOT_USABLE, Answers, Verdict

Condition = Callable[[Answers], Verdict]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a condition may name: questions with their option values, facts, scores."""

    questions: Mapping[str, frozenset[str]]
    """question id → option values (empty for numbers and texts)."""
    facts: Mapping[str, Condition]
    scores: Mapping[str, Callable[[Answers], Any]]
    """name → interval with `.low` and `.high`."""


def any_of(conditions: Iterable[Condition]) -> Condition:
    """True if one is, else undecided if one is, else false."""
    parts = tuple(conditions)

    def decide(answers: Answers) -> Verdict:
        undecided = False
        for part in parts:
            verdict = part(answers)
            if verdict:
                return True
            undecided = undecided or verdict is None
        return None if undecided else False

    return decide


def all_of(conditions: Iterable[Condition]) -> Condition:
    """False if one is, else undecided if one is, else true."""
    parts = tuple(conditions)
    if len(parts) == 1:
        return parts[0]

    def decide(answers: Answers) -> Verdict:
        undecided = False
        for part in parts:
            verdict = part(answers)
            if verdict is False:
                return False
            undecided = undecided or verdict is None
        return None if undecided else True

    return decide


def answer_is(question: str, wanted: frozenset[str]) -> Condition:
    """The answer, or any box ticked, is one of these."""

    def decide(answers: Answers) -> Verdict:
        value = answers.get(question)
        if value is None:
            return None
        if type(value) is tuple:
            return not wanted.isdisjoint(value)
        if value in wanted:
            return True
        if value == NOT_CONCERNED:
            return False
        return None if value in NON_ANSWERS else False

    return decide


def within(read: Callable[[Answers], object], bounds: Mapping[str, float]) -> Condition:
    """A number, or a score's interval, lies in [min, max] and below `below`."""
    low, high = bounds.get("min", float("-inf")), bounds.get("max", float("inf"))
    below = bounds.get("below", float("inf"))

    def decide(answers: Answers) -> Verdict:
        value = read(answers)
        if isinstance(value, int | float):
            least = most = float(value)
        elif value is None or isinstance(value, str):
            return None
        else:
            least, most = value.low, value.high  # type: ignore[attr-defined]
        if least >= low and most <= high and most < below:
            return True
        if most < low or least > high or least >= below:
            return False
        return None

    return decide


def compile_condition(raw: object, words: Vocabulary, problems: list[str]) -> Condition:
    """Turn a content file's condition into a function; what is wrong is added to `problems`."""
    if not isinstance(raw, Mapping) or not raw:
        problems.append(f"a condition is a table, not {raw!r}")
        return _never
    return all_of([_part(str(key), value, words, problems) for key, value in raw.items()])


def _part(key: str, value: Any, words: Vocabulary, problems: list[str]) -> Condition:
    if key in ("all", "any"):
        parts = [compile_condition(each, words, problems) for each in value]
        return all_of(parts) if key == "all" else any_of(parts)
    if key == "fact":
        if value not in words.facts:
            problems.append(f"no fact called {value!r}")
            return _never
        return words.facts[value]
    if key == "score":
        return all_of([_score(name, bounds, words, problems) for name, bounds in value.items()])
    if _exact_age(key, value):
        return within(lambda answers: answers.age, _bounds(value, problems))
    if key not in words.questions:
        problems.append(f"no question called {key!r}")
        return _never
    if isinstance(value, Mapping):
        return within(_number(key), _bounds(value, problems))
    wanted = frozenset([value] if isinstance(value, str) else value)
    known = words.questions[key]
    problems.extend(
        f"{key}: no option {each!r}" for each in sorted(wanted - known - NON_ANSWERS) if known
    )
    return answer_is(key, wanted)


def _score(name: str, bounds: Any, words: Vocabulary, problems: list[str]) -> Condition:
    if name not in words.scores:
        problems.append(f"no score called {name!r}")
        return _never
    return within(words.scores[name], _bounds(bounds, problems))


def _number(question: str) -> Callable[[Answers], object]:
    def read(answers: Answers) -> object:
        value = answers.get(question)
        return None if value == NOT_USABLE else value

    return read


def _bounds(raw: Any, problems: list[str]) -> dict[str, float]:
    if isinstance(raw, Mapping) and raw and set(raw) <= {"min", "max", "below"}:
        try:
            return {str(key): float(value) for key, value in raw.items()}
        except (TypeError, ValueError):
            pass
    problems.append(f"bounds are min, max or below with numbers, not {raw!r}")
    return {}


def _never(_: Answers) -> Verdict:
    return None


def _exact_age(key: str, value: object) -> bool:
    """`age: {min: 25}` is the person's age; `age: 18-25` is an answer to that question."""
    return key == "age" and isinstance(value, Mapping)


def named(raw: object) -> set[str]:
    """Every question a raw condition looks at (facts and scores left out)."""
    if not isinstance(raw, Mapping):
        return set()
    found: set[str] = set()
    for key, value in raw.items():
        if key in ("all", "any") and isinstance(value, list):
            for each in value:
                found |= named(each)
        elif key not in ("fact", "score", "all", "any") and not _exact_age(str(key), value):
            found.add(str(key))
    return found
