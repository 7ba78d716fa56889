"""What a questionnaire is and what a person said: frozen values, no behaviour beyond look-ups.

Names follow the programme and FHIR: a question's `id` is its FHIR `linkId`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import msgspec

Band = Literal["18-25", "45-50", "60-65", "70-75"]
BANDS: tuple[Band, ...] = ("18-25", "45-50", "60-65", "70-75")
Kind = Literal["single", "multiple", "number", "text"]

Value = str | float | tuple[str, ...]
"""single → option value; multiple → values in the person's order; number → float; text → str.
Any question may hold one of `NON_ANSWERS` instead, and a number may be `NOT_USABLE`."""

DONT_KNOW, DONT_UNDERSTAND, PREFER_NOT, NOT_CONCERNED, SKIPPED = (
    "dont_know",
    "dont_understand",
    "prefer_not",
    "not_concerned",
    "skipped",
)
NON_ANSWERS = frozenset({DONT_KNOW, DONT_UNDERSTAND, PREFER_NOT, NOT_CONCERNED, SKIPPED})
"""Different from « no », from each other, and from a question nobody asked."""
OLDEST = 130
"""Years."""
NOT_USABLE = "not_usable"
"""A height or weight given twice outside 1.20-2.30 m or 30-300 kg: kept as said to be unusable."""

Closed = Literal["refused", "underage", "waits", "no_age"]
Verdict = bool | None
"""Three-valued: true, false, or undecided because something was not answered."""


@dataclass(frozen=True, slots=True)
class Option:
    """One box. `added` boxes are ours, not on the official form (for instance « none »)."""

    value: str
    label: str
    exclusive: bool = False
    """Ticking it clears all the others."""
    group: str | None = None
    """Options of one group clear one another (often / sometimes / no)."""
    added: bool = False
    also: tuple[str, ...] = ()
    """Other words people type for it."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One item. Texts are the French source; catalogues lay other languages over them.

    A question is itself and no other (compared by identity): it is a key of small caches.
    """

    id: str
    kind: Kind
    ask: str
    theme: str
    options: tuple[Option, ...] = ()
    official: str | None = None
    """Number on the official form of this band ("Q34 bis"); None for a question of ours."""
    section: str | None = None
    hint: str | None = None
    """One example or definition, shown under the question."""
    why: str | None = None
    """One sentence for « why do you ask? »; every sensitive question has one."""
    simpler: str | None = None
    sensitive: bool = False
    held_back: bool = False
    """Not asked while somebody helps: kept for the visit."""
    private: bool = False
    """Belongs to the block on mood and violence: asked alone only, never displayed again."""
    adapted: bool = False
    """A scored item in our own wording: published thresholds are indicative."""
    meaning: int = 1
    """Raised when an answer to the old wording no longer answers the new one."""
    when: Callable[[Answers], Verdict] | None = None
    """Asked only if this is true."""
    unless: Callable[[Answers], Verdict] | None = None
    """Not asked if this is true (undecided: asked)."""
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    alert: str | None = None
    """The alert this question follows up, if any."""
    values: frozenset[str] = frozenset()
    """The values its options may take."""
    written: Mapping[str, object] = field(default_factory=dict)
    """`when` and `unless` as the content file has them, for whoever must decide elsewhere."""

    def concerns(self, answers: Answers) -> bool:
        """Is this question to be asked, given what is answered so far?"""
        if self.when is not None and self.when(answers) is not True:
            return False
        passed = self.passed
        return passed is None or passed(answers) is not True

    @property
    def passed(self) -> Callable[[Answers], Verdict] | None:
        """Not asked if this is true: its own `unless`, or held back while somebody helps."""
        if not self.held_back:
            return self.unless
        unless = self.unless
        return _helped if unless is None else lambda said: _helped(said) or unless(said)

    def option(self, value: str) -> Option | None:
        """The box with this value."""
        return next((option for option in self.options if option.value == value), None)


Test = Callable[["Answers"], Verdict]
Planned = tuple[Question, str, int, frozenset[str], bool, Test | None, Test | None]
"""(question, its id, meaning, values it may hold, single choice?, when, not if)."""


@dataclass(frozen=True)
class Questionnaire:
    """The questions of one age band in order, from consent to sharing."""

    band: Band | None
    """None: only the start-up questions, before the age is known."""
    version: str
    ages: tuple[int, int]
    questions: tuple[Question, ...]

    @cached_property
    def plan(self) -> tuple[Planned, ...]:
        """What `replay` looks at for each question, ready for its inner loop."""
        return tuple(
            (each, each.id, each.meaning, each.values | NON_ANSWERS, each.kind == "single",
             each.when, each.passed)
            for each in self.questions
        )  # fmt: skip

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each question stands."""
        return {question.id: place for place, question in enumerate(self.questions)}

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.questions}

    def find(self, question_id: str | None) -> Question | None:
        """The question with this id, or None."""
        return self.by_id.get(question_id) if question_id else None


class Answers(dict[str, Value]):
    """What counts, by question id. Absent means not answered or not asked, never « no »."""

    @property
    def age(self) -> float | None:
        """Exact age in years, asked once at the start."""
        for key in ("age_exact", "age"):
            value = self.get(key)
            if isinstance(value, float):
                return value
        return None


def _helped(answers: Answers) -> Verdict:
    return answers.get("helped") == "helped"


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing said. The log only grows; the latest entry about a question wins.

    Marks (`question` starting with "@") are not answers: "@revisit" points at a question
    to look at again, "@pause", "@resume", "@restart", "@stop", "@language",
    "@finished" (the end was reached), "@unclear" (a question was not understood).
    """

    question: str
    value: str | float | tuple[str, ...]
    at: int
    """Seconds since 1970, UTC."""
    meaning: int = 1
    wording: int = 0
    """Index into `Interview.wordings`."""
    helped: bool = False
    """Said while somebody helped."""


class Interview(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One person's run through one questionnaire: an append-only log, nothing else.

    The position in it is recomputed (`engine.replay`), never stored.
    """

    id: str
    language: str
    started: int
    log: tuple[Entry, ...] = ()
    wordings: tuple[tuple[str, str, str], ...] = ()
    """(catalogue, version, language) of the texts the person saw."""
    draft: tuple[str, tuple[str, ...]] = ("", ())
    """Boxes ticked but not yet « done »: (question, values). Alerts see them at once."""
    doubt: tuple[str, str | float | tuple[str, ...]] | None = None
    """A doubtful reading that waits for one tap: (question, value)."""
    refused: str = ""
    """The number question whose out-of-range value was asked again once."""
    distress: tuple[tuple[str, str, str, int], ...] = ()
    """Worrying words typed: (alert, sentence, question then waiting, when)."""
    campaign: str | None = None
    centre: str | None = None
    code: str = ""
    """What the person shows to open their brief, once there is one."""
    in_chat: bool = False
    """The person chose to answer the private block in a messaging app all the same."""
    instrument: str = ""
    """The second-line test this is a run of; « »: the questionnaire of an age band."""
    practitioner: str | None = None
    """Whose own invitation was accepted, if any: they may be chosen as the only reader."""


def dump(interview: Interview) -> bytes:
    """The stored form (before sealing)."""
    return _encode(interview)


def load(stored: bytes) -> Interview:
    """Back from the stored form; raises `msgspec.DecodeError` on anything else."""
    return _decode(stored)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Interview).decode


class Position(msgspec.Struct, frozen=True, dict=True):
    """What the log amounts to today, and the question that waits."""

    questionnaire: Questionnaire
    answers: Answers
    waiting: Question | None
    """None: everything asked."""
    reached: tuple[Question, ...]
    """Every question answered, and those passed on the way, in order."""
    rest: tuple[Question, ...] = ()
    """What comes after, none of it answered."""
    said: Mapping[str, Entry] = {}
    """The latest entry about each question, whether it counts or not."""
    paused: bool = False
    stopped: bool = False
    """The person chose to stop here: what was answered still gives a restitution."""
    revisiting: bool = False
    closed: Closed | None = None
    """Why there is nothing to ask, when the questionnaire never began."""
    between: bool = False
    """The age lies outside the four bands: this is the nearest one, for the person's own use."""
    held: frozenset[str] = frozenset()
    """Questions not asked in this person's language, nobody having reviewed them: for the visit."""
    log: tuple[Entry, ...] = ()
    """What it was worked out from: of an interview with this very log it need not be again."""

    @property
    def finished(self) -> bool:
        return self.waiting is None

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The entry behind each answer that counts."""
        return {name: self.said[name] for name in self.answers}

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """Every question that concerns this person so far, in order, answered or not.

        Worked out when it is needed: most messages only look at the question that waits.
        """
        return (*self.reached, *(each for each in self.rest if self._comes(each)))

    def part(self, section: str | None) -> tuple[Question, ...]:
        """Those of `asked` that stand in one part of the questionnaire."""
        here = (each for each in self.rest if each.section == section and self._comes(each))
        return (*(each for each in self.reached if each.section == section), *here)

    def _comes(self, later: Question) -> bool:
        return (later.concerns(self.answers) and later.id not in self.held
                and (later.id != "band_choice" or self.between))  # fmt: skip

    def find(self, question_id: str | None) -> Question | None:
        """The question with this id, if it concerns the person."""
        question = self.questionnaire.find(question_id)
        if question is None:
            return None
        return question if question in self.reached or question in self.asked else None


@dataclass(frozen=True, slots=True)
class Card:
    """One fixed text of an alert, shown in the very turn its condition becomes true."""

    id: str
    when: Callable[[Answers], Verdict]
    text: str
    written: Mapping[str, object] = field(default_factory=dict)
    """`when` as the content file has it."""


@dataclass(frozen=True, slots=True)
class Alert:
    """What is said at once when an answer is worrying, and whom to call. Fixed texts only."""

    id: str
    order: int
    """Rank in a merged card: 15, then 3114, then 17 and 114, then listening lines."""
    cards: tuple[Card, ...]
    """The first one carries a number and its condition is the alert's own."""
    numbers: tuple[str, ...]
    """Ids of resources, the most urgent first."""
    quiet: str = ""
    """One line of numbers, shown when the triggering question is skipped or declined."""
    triggers: tuple[str, ...] = ()
    """The questions whose answer may set it off; its follow-ups are asked right after the last."""
    follow_ups: tuple[Question, ...] = ()
    words: tuple[str, ...] = ()
    """Regular expressions met in anything typed (folded: lower case, no accents)."""
    confidential: bool = False
    """Never on paper (suicide, violence)."""

    @property
    def when(self) -> Callable[[Answers], Verdict]:
        """True once an answer sets it off."""
        return self.cards[0].when
