"""Texts people might type, and texts nobody would: a grammar of our own words, then damage."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from flows.loading import Shelf
from flows.words import spoken

_PIECES = re.compile(r"[a-zéèêàâçîôùœ؀-ۿ']{2,}", re.IGNORECASE)
_ODD = (
    "\x00", "\ud800", "\u202e", "\u200d", "\ufe0f", "\u0301", "\u0640",
    "İ", "ℕ", "ﷺ", "𝟗",
    "\n", "\t", " ", "'", "’", "-", "—", ",", ";", "/", "و", "،", ".", "«", "\\", "%s", "{0}",
)  # fmt: skip
LONGEST = 4096
"""Characters of the longest message any channel lets through."""


class Texts:
    """Draws texts. The same seed draws the same ones."""

    def __init__(self, shelf: Shelf, seed: int) -> None:
        self.chance = random.Random(seed)
        self.words = _vocabulary(shelf)
        self._ways: Sequence[Callable[[], str]] = (
            *(4 * [self._sentence]), *(4 * [self._number]), self._repeated, self._noise, self._odd,
        )  # fmt: skip

    def draw(self) -> str:
        """One text, of one character to a whole message."""
        said = self.chance.choice(self._ways)()
        return self._damaged(said)[:LONGEST] if self.chance.random() < 0.3 else said[:LONGEST]

    def _word(self) -> str:
        return self.chance.choice(self.words)

    def _sentence(self) -> str:
        glue = self.chance.choice((" ", " ", " ", ", ", "'", "-", "  ", " et ", "\n"))
        return glue.join(self._word() for _ in range(self.chance.choice((1, 1, 2, 2, 3, 5, 9))))

    def _number(self) -> str:
        draw = self.chance
        digits = "".join(draw.choice("0123456789٣٤۵") for _ in range(draw.choice((1, 2, 3, 4, 40))))
        unit = draw.choice(("", "m", " kg", " kilos", " ans", "m75", ",5", ".", "/12/1963", "e309"))
        return f"{draw.choice(('', '-', 'né en ', 'environ '))}{digits}{unit}"

    def _repeated(self) -> str:
        """What makes a careless pattern go back over its steps."""
        part = " ".join(self._word() for _ in range(self.chance.randint(1, 3)))
        part = self.chance.choice((part, part[: self.chance.randint(1, 6)], " ", "a", "n'"))
        tail = self.chance.choice(("", "!", self._word()))
        return part * self.chance.choice((2, 4, 8, self._far(part))) + tail

    def _far(self, part: str) -> int:
        # One in fifty fills a whole message: the slowest of all, and the least likely to differ.
        return LONGEST // max(1, len(part)) if self.chance.random() < 0.02 else 30

    def _noise(self) -> str:
        size = self.chance.choice((1, 2, 3, 20))
        return "".join(chr(self.chance.randrange(1, 0x2FFF)) for _ in range(size))

    def _odd(self) -> str:
        return "".join(
            self.chance.choice(_ODD) if self.chance.random() < 0.5 else self._word()
            for _ in range(self.chance.randint(1, 8))
        )

    def _damaged(self, said: str) -> str:
        at = self.chance.randrange(len(said) + 1)
        return said[:at] + self.chance.choice(_ODD) + said[at + self.chance.randint(0, 2) :]


def _vocabulary(shelf: Shelf) -> list[str]:
    """Words of the labels, of the alerts' patterns, of our lexicons; a few commands."""
    found: set[str] = {"/partage", "/help", "/change", "/language ar", "/start x", "/erase_yes"}
    for question in shelf.questions.values():
        for option in question.options:
            found.update((option.label, option.value, *option.also))
    for alert in shelf.alerts.values():
        for pattern in alert.words:
            found.update(_PIECES.findall(pattern))
    lexicon = spoken()
    found.update(lexicon.yes, lexicon.no, lexicon.commands, lexicon.leads, lexicon.spelt)
    found.update(lexicon.non_answers, lexicon.units, lexicon.topics, lexicon.ordinals)
    found.update(_PIECES.findall(lexicon.idioms.pattern))
    return sorted(found)
