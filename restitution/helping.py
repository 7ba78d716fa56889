"""« Would you like to talk about it? »: asked about the three themes where most was found.

The rules live here, the questions in `flows/`: this puts the questions in their place, each with a
condition that reads the rules. A question that names what was confided would tell; confidential
findings do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from weakref import WeakSet

from flows.loading import Shelf
from flows.model import Answers, Band, Question, Questionnaire
from restitution.library import Library
from restitution.model import THEMES
from restitution.rules import RANK, Finding

PREFIX = "help_"
AFTER = "check_answers"
MOST = 3
REMEMBERED = 300
"""Sets of answers, for each age band: as many as are near the end at a moment."""
_COUNTED = ("urgent", "high", "moderate")
_Strongest = Callable[[Answers], Sequence[str]]


def ask_for_help(shelf: Shelf, library: Library) -> Shelf:
    """The same shelf, whose questionnaires ask for the wishes after the summary."""
    return replace(
        shelf,
        questionnaires={
            band: _placed(each, shelf.help, band, library)
            for band, each in shelf.questionnaires.items()
        },
    )


def strongest(library: Library, band: Band, answers: Answers) -> tuple[str, ...]:
    """At most three themes where something is worth talking about, the gravest first."""
    best: dict[str, tuple[int, int]] = {}
    for each in library.find(band, answers):
        if each.severity in _COUNTED and not each.rule.confidential:
            best[each.rule.theme] = min(best.get(each.rule.theme, (9, 0)), _grave(each))
    ranked = sorted(best, key=lambda theme: (best[theme], THEMES.index(theme)))
    return tuple(ranked[:MOST])


def _grave(finding: Finding) -> tuple[int, int]:
    return RANK[finding.severity], -finding.rule.weight


def _placed(
    questionnaire: Questionnaire, questions: Sequence[Question], band: Band, library: Library
) -> Questionnaire:
    known = _Remembering(lambda answers: strongest(library, band, answers))
    _memories.add(known)
    asked = [
        replace(each, section="closing", when=_among(each.id.removeprefix(PREFIX), known))
        for each in questions
    ]
    placed: list[Question] = []
    for each in questionnaire.questions:
        placed += [each, *(asked if each.id == AFTER else ())]
    return replace(questionnaire, questions=tuple(placed))


def _among(theme: str, known: _Strongest) -> Callable[[Answers], bool]:
    def decide(answers: Answers) -> bool:
        # Before the summary nothing is settled, and the rules are not read at every answer.
        return answers.get(AFTER) == "all_good" and theme in known(answers)

    return decide


class _Remembering:
    """The same result again for the same answers: ten questions ask the same thing in a row, at
    each message of everybody who is near the end."""

    def __init__(self, find: _Strongest) -> None:
        self._find = find
        self._known: dict[int, Sequence[str]] = {}

    def forget(self) -> None:
        self._known = {}

    def __call__(self, answers: Answers) -> Sequence[str]:
        # What was said up to the summary: the wishes, which follow, change nothing in it.
        said = tuple(answers.items())
        # Its hash only: nobody's answers stay here.
        mark = hash(said[: said.index((AFTER, "all_good")) + 1])
        themes = self._known.get(mark)
        if themes is None:
            if len(self._known) >= REMEMBERED:
                self.forget()
            themes = self._known[mark] = self._find(answers)
        return themes


_memories: WeakSet[_Remembering] = WeakSet()


def forget() -> None:
    """Drop the answers remembered of whoever came last: they may just have been erased."""
    for each in list(_memories):
        each.forget()
