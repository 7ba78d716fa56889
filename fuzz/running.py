"""Feed what was drawn to our own code; report what raised and what took too long."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.channels.telegram.updates import read_update
from flows import reading
from flows.engine import source_labels
from flows.errors import Unreadable
from flows.loading import Shelf
from fuzz.texts import Texts
from fuzz.updates import Updates

SLOW = 0.05
"""Seconds of this process's own time: a busy machine does not count against us."""


@dataclass
class Report:
    """What a run found. `crashes` and `slow` hold what it takes to see them again."""

    inputs: dict[str, int] = field(default_factory=lambda: {"reading": 0, "webhook": 0})
    slowest: dict[str, float] = field(default_factory=lambda: {"reading": 0.0, "webhook": 0.0})
    crashes: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.crashes and not self.slow


class Runner:
    """Both targets, drawn from one seed."""

    def __init__(self, shelf: Shelf, seed: int, slow: float = SLOW) -> None:
        self.texts = Texts(shelf, seed)
        self.updates = Updates(self.texts, seed)
        self._questions = list(shelf.questions.values())
        self._net, self._slow = shelf.distress, slow
        self.report = Report()

    def run(self, inputs: int, told: Callable[[int], None] = lambda count: None) -> Report:
        """So many inputs: three texts for each update."""
        for count in range(inputs):
            if count % 4 == 3:
                self._one("webhook", self.updates.draw(), self._webhook)
            else:
                self._one("reading", self.texts.draw(), self._reading)
            if count % 100_000 == 0:
                told(count)
        return self.report

    def _one(self, target: str, drawn: Any, hear: Callable[[Any], None]) -> None:
        took = self._timed(target, drawn, hear)
        if took > self._slow:
            # Once more: a first look at something imports or compiles it, or memory is tidied.
            took = min(took, self._timed(target, drawn, hear))
        self.report.inputs[target] += 1
        self.report.slowest[target] = max(self.report.slowest[target], took)
        if took > self._slow:
            self.report.slow.append(f"{target} {took:.3f} s: {drawn!r}")

    def _timed(self, target: str, drawn: Any, hear: Callable[[Any], None]) -> float:
        begun = time.thread_time()
        try:
            hear(drawn)
        except Exception as error:  # noqa: BLE001  what we are looking for
            self.report.crashes.append(f"{target} {type(error).__name__}: {drawn!r}")
        return time.thread_time() - begun

    def _reading(self, said: str) -> None:
        """Everything the engine does with something typed, for one question."""
        question = self.texts.chance.choice(self._questions)
        reading.command(said)
        reading.to_change(said, lambda: self._questions)
        self._net.caught(said)
        with contextlib.suppress(Unreadable):
            reading.read(question, said, source_labels(question), 2026)

    def _webhook(self, body: bytes) -> None:
        """What the webhook does with a body before anybody hears it."""
        read_update(body)
