"""People who answer a whole questionnaire, and the oracle that hears each of them once, in order.

The oracle is the conversation in memory: no database, no network, nothing twice. A move is said
to the service until it is acknowledged, and then to the oracle; at the end both must agree.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import locales
from bot.conversation import begin_turn, respond
from bot.messages import Inbound, Said
from flows import engine
from flows.loading import Shelf
from flows.model import Interview, Question
from tests.serving import AGES

NUMBERS = {"height_m": "1m70", "weight_kg": "70 kilos", "menopause_age": "51"}
ASIDE = ("/help", "/why", "/simpler", "/back", "/change", "/pause", "/resume", "pourquoi ?", "zzz")
DISTRESS = "j'ai envie de mourir"
STAY = {"pause", "later", "change", "stop"}
"""Choices that end or turn the conversation; left out so that people get to the end."""
LONGEST = 160


@dataclass(frozen=True, slots=True)
class Move:
    """One thing a person does."""

    said: Said
    about: str | None = None
    tick: bool = False
    meaning: int | None = None

    @property
    def typed(self) -> bool:
        return self.about is None


@dataclass
class Told:
    """One person of the script: what they do next depends on what was acknowledged so far."""

    shelf: Shelf
    chance: random.Random
    channel: str
    language: str = "fr"
    interview: Interview = field(init=False)
    revisions: int = 0
    """How many versions of the brief their answers call for."""
    moves: int = 0
    screens: list[str] = field(default_factory=list)
    """The kinds of screen each turn called for."""
    _ticking: list[str] = field(default_factory=list)
    _corrected: bool = False

    def __post_init__(self) -> None:
        self.interview = engine.begin("oracle", self.language, 0)
        self.age = AGES[self.chance.choice(list(AGES))]
        begun = begin_turn(self.shelf, self.interview)
        self.screens = [each.kind for each in begun.says]

    @property
    def waiting(self) -> str | None:
        found = engine.replay(self.shelf, self.interview).waiting
        return found.id if found else None

    def next(self) -> Move | None:
        """What they do now; None when they put the phone down."""
        self.moves += 1
        position = engine.replay(self.shelf, self.interview)
        waiting, chance = position.waiting, self.chance
        if self.moves > LONGEST:
            return None
        if waiting is None:
            if self._corrected or chance.random() > 0.3:
                return None
            self._corrected = True
            return self._old(position.asked)
        if self._ticking:
            return Move(self._ticking.pop(), waiting.id, tick=True, meaning=waiting.meaning)
        if self.interview.draft[0] == waiting.id and self.interview.draft[1]:
            return Move("/done", waiting.id, meaning=waiting.meaning)
        odd = chance.random()
        if odd < 0.01:
            return Move(DISTRESS)
        if odd < 0.05:
            return Move(chance.choice(ASIDE))
        if odd < 0.10 and len(position.answers) > 8:
            return self._old(position.asked)
        return self._fitting(waiting)

    def hear(self, move: Move) -> None:
        """It was acknowledged."""
        inbound = Inbound(self.channel, "p", move.said, "k", move.about, move.tick,
                          typed=move.typed, meaning=move.meaning)  # fmt: skip
        turn = respond(self.shelf, self.interview, inbound, locales.texts(self.language), 0)
        self.interview = turn.interview
        self.screens += [each.kind for each in turn.says]
        if turn.effect and turn.position.answers.get("share") == "yes":
            self.revisions += 1

    def _fitting(self, waiting: Question) -> Move:
        if waiting.id in ("consent", "private_ready", "check_answers", "share"):
            said = {"check_answers": "all_good"}.get(waiting.id, "yes")
            return Move(said, waiting.id, meaning=waiting.meaning)
        if waiting.kind == "number" or waiting.id == "age":
            return Move(NUMBERS.get(waiting.id, self.age))
        if waiting.kind == "text":
            return Move(self.chance.choice(("passer", "le sommeil", "rien de plus")))
        if self.chance.random() < 0.08:
            return Move("skipped", waiting.id, meaning=waiting.meaning)
        values = [each.value for each in waiting.options if each.value not in STAY]
        if waiting.kind == "single":
            return Move(self.chance.choice(values), waiting.id, meaning=waiting.meaning)
        several = self.chance.sample(values, min(len(values), self.chance.randint(1, 3)))
        if self.channel != "telegram":
            return Move(tuple(several), waiting.id, meaning=waiting.meaning)
        self._ticking = several[1:]
        return Move(several[0], waiting.id, tick=True, meaning=waiting.meaning)

    def _old(self, asked: tuple[Question, ...]) -> Move:
        """A button of a question answered before: a correction."""
        plain = [each for each in asked if each.kind == "single" and each.official]
        question = self.chance.choice(plain)
        return Move(self.chance.choice(question.options).value, question.id,
                    meaning=question.meaning)  # fmt: skip
