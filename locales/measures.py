"""How long, and how easy to read: words, sentences, syllables and a score of French texts. Pure.

The score is Kandel and Moles' (1958), Flesch's formula fitted to French:
207 - 1.015 x words a sentence - 73.6 x syllables a word; from 80 very easy, under 60 hard.
Very short texts swing wildly: ask it of longer ones, or of many at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"(?:[^\W\d_]{1,2}[’'])?[^\W\d_]+|\d+(?:[.,]\d+)?", re.IGNORECASE)
"""« l'alcool » is read in one go, « avez-vous » in two; a number is a word."""
_SENTENCE = re.compile(r"[.!?…:;]+(?:\s|$)|\n")
_VOWELS = "aeiouyàâäéèêëîïôöùûüœæ"
_GROUP = re.compile(rf"[{_VOWELS}]+")
_MUTE = re.compile(rf"(?<=[^{_VOWELS}])es?$|(?<=[éiu])es?$")
_SILENT = (
    (re.compile(r"qu"), "k"),
    (re.compile(r"gu(?=[eéèêiy])"), "g"),
    (re.compile(r"ge(?=[aoâô])"), "j"),
    (re.compile(rf"(?<=[{_VOWELS}])y(?=[{_VOWELS}])"), "ll"),
    (re.compile(rf"([éèëï])(?=[{_VOWELS}])"), r"\1-"),
    (re.compile(r"(?<=[aoué])(?=[éèëï])"), "-"),
)
_PLACE = re.compile(r"\{\w*\}")


def words(text: str) -> list[str]:
    """The words of a text; a number is one, a placeholder none."""
    return _WORD.findall(_PLACE.sub("", text))


def sentences(text: str) -> list[str]:
    """Its sentences; a colon, a semicolon and a new line end one too."""
    return [each for each in _SENTENCE.split(text) if words(each)]


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Spoken syllables of a French word, at least 1: mute endings do not count.

    By rule, so wrong now and then: the silent « -ent » of verbs is counted.
    """
    said = word.lower()
    for pattern, instead in _SILENT:
        said = pattern.sub(instead, said)
    short = _MUTE.sub("", said)
    said = short if _GROUP.search(short) else said
    return max(1, len(_GROUP.findall(said)))


def score(texts: Iterable[str]) -> float:
    """Kandel and Moles' score of these texts read as one; 0 when there is not a word."""
    said = [each for text in texts for each in sentences(text)]
    count = sum(len(words(each)) for each in said)
    if not count:
        return 0.0
    spoken = sum(syllables(word) for each in said for word in words(each))
    return 207 - 1.015 * count / len(said) - 73.6 * spoken / count
