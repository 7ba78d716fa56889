"""Words of distress, looked for in anything typed: a mention is enough, idioms are not meant.

No diagnosis and no language model: the patterns stand with each alert (`flows/content/alerts/`).
Those of every language are looked for at once: one may write in another than the one chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from flows.folding import HAN, fold, loose, pattern
from flows.words import spoken

Patterns = Mapping[str, Sequence[re.Pattern[str]]]
_WORD = re.compile(rf"[^\W\d_]{{4}}|[{HAN}]{{2}}|[\u0980-\u09ff\u0b80-\u0bff]{{3}}")
"""No worrying word is shorter: « 1m75 » and « oui » need no look."""


class Net:
    """What is looked for, compiled once."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        """`words`: alert id → expressions, as their author wrote them."""
        self._all = {
            alert: [re.compile(pattern(each)) for each in some] for alert, some in words.items()
        }
        # Most is typed in Latin letters: what can only be met in other scripts is not tried there.
        self._latin = {
            alert: [each for each in some if _latin(each)] for alert, some in self._all.items()
        }

    def caught(self, said: str) -> tuple[str, ...]:
        """Ids of the alerts whose words are met, in their order."""
        folded = loose(fold(said))
        if not _WORD.search(folded):
            return ()
        patterns = self._latin if folded.isascii() else self._all
        # Most messages worry nobody: idioms are only looked for in those that may.
        if not _met(patterns, folded):
            return ()
        return _met(patterns, spoken().idioms.sub(" ", folded))


def _met(patterns: Patterns, text: str) -> tuple[str, ...]:
    return tuple(name for name, each in patterns.items() if any(it.search(text) for it in each))


def _latin(expression: re.Pattern[str]) -> bool:
    """May it be met in Latin letters?"""
    return bool(re.search("[a-z]", re.sub(r"\\u[0-9a-f]{4}|\\.", "", expression.pattern)))
