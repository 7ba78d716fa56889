"""A rule's condition in French, for a professional who asks why. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.model import Question

_SAID = {
    "skipped": "passée", "dont_know": "ne sait pas", "dont_understand": "n'a pas compris",
    "prefer_not": "préfère ne pas répondre", "not_concerned": "non concerné(e)",
    "not_usable": "nombre inutilisable",
}  # fmt: skip
_UNITS = {"m": " m", "kg": " kg", "years": " ans"}


@dataclass(frozen=True)
class Names:
    """How facts and scores are said."""

    facts: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wording:
    """Says conditions, with the questions of one band."""

    names: Names
    find: Callable[[str], Question | None]

    def requirements(self, raw: Mapping[str, Any]) -> tuple[str, ...]:
        """What must all hold, one sentence each."""
        found: list[str] = []
        for key, value in raw.items():
            if key == "all":
                found += [each for part in value for each in self.requirements(part)]
            elif key == "any":
                found.append(self._one_of(value))
            elif key == "score":
                found += [self._score(name, bounds) for name, bounds in value.items()]
            else:
                found.append(self._part(key, value))
        return tuple(dict.fromkeys(found))

    def _one_of(self, parts: list[Mapping[str, Any]]) -> str:
        """Either of these; what only another band asks is left out when it can be."""
        here = [each for each in parts if self._asked(each)] or parts
        said = [" et ".join(self.requirements(each)) for each in here]
        return said[0] if len(said) == 1 else "l'un de : " + " ; ou ".join(said)

    def _asked(self, raw: Mapping[str, Any]) -> bool:
        return all(
            self.find(key) is not None
            for key, value in raw.items()
            if key not in ("all", "any", "fact", "score", "age")
        )

    def _part(self, key: str, value: Any) -> str:
        if key == "fact":
            return self.names.facts.get(str(value), f"fait « {value} »")
        if key == "age" and isinstance(value, Mapping):
            return f"âge : {_bounds(value, ' ans')}"
        question = self.find(key)
        asked = f"« {question.ask} »" if question else f"question « {key} » (autre tranche)"
        if isinstance(value, Mapping):
            unit = _UNITS.get(question.unit or "", "") if question else ""
            return f"{asked} {_bounds(value, unit)}"
        values = [value] if isinstance(value, str) else value
        return f"{asked} {' / '.join(self._label(question, each) for each in values)}"

    def _label(self, question: Question | None, value: str) -> str:
        option = question.option(value) if question else None
        return option.label if option else _SAID.get(value, value)

    def _score(self, name: str, bounds: Mapping[str, Any]) -> str:
        unit = " ans" if name == "years" else ""
        return f"{self.names.scores.get(name, name)} : {_bounds(bounds, unit)}"


def facts_in(raw: Any) -> tuple[str, ...]:
    """The named facts of a condition, in its order."""
    return tuple(dict.fromkeys(str(part["fact"]) for part in _parts(raw) if "fact" in part))


def scores_in(raw: Any) -> tuple[str, ...]:
    """The scores of a condition, in its order."""
    return tuple(dict.fromkeys(name for part in _parts(raw) for name in part.get("score", ())))


def _parts(raw: Any) -> Iterator[Mapping[str, Any]]:
    """The condition and every one inside it."""
    if isinstance(raw, Mapping):
        yield raw
        for key in ("all", "any"):
            for part in raw.get(key, ()):
                yield from _parts(part)


def _bounds(bounds: Mapping[str, Any], unit: str) -> str:
    said = (("min", "à partir de"), ("max", "au plus"), ("below", "moins de"))
    words = [f"{word} {_number(bounds[key])}{unit}" for key, word in said if key in bounds]
    return ", ".join(words)


def _number(value: Any) -> str:
    return f"{float(value):g}".replace(".", ",")
