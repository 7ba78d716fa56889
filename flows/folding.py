"""One spelling for what people type: no case, no accents, plain digits and apostrophes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

ENDS = " .,;:!?…»«\"'()[]{}*_•·–—-~^،؛؟"
"""Punctuation that says nothing at either end of an answer."""

_SHORT = 80
"""Longer texts are a person's own sentences: folded each time, never kept in memory."""
_LETTERS = {
    **{ord(each): "'" for each in "’‘ʼ`´＇"},
    **{ord(digit): str(place) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")
       for place, digit in enumerate(digits)},
    **{ord(a): b for a, b in {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ı": "i", "٫": ",",
                              "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ـ": ""}.items()},
    **dict.fromkeys((*range(32), *range(127, 160)), " "),
}  # fmt: skip
_SILENT = {*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)}
"""Variation selectors and skin tones: they dress the emoji before them."""


def fold(text: str) -> str:
    """Lower case; accents, Arabic marks and tatweel removed; digits 0-9; single spaces.

    Takes any text in linear time; folding twice changes nothing more.
    """
    return _folded(text) if len(text) <= _SHORT else _folded.__wrapped__(text)


def bare(text: str) -> str:
    """Folded, without punctuation at its ends."""
    return fold(text).strip(ENDS)


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    text = text.translate(_LETTERS)
    if not text.isascii():
        # Decomposed before it is lowered: « ℕ » and « İ » hide capitals and marks of their own.
        text = unicodedata.normalize("NFKD", text)
        text = "".join([each for each in text if each.isascii() or not _silent(each)])
        text = text.lower().translate(_LETTERS)
    return " ".join(text.lower().split())


def forget() -> None:
    """Drop what was typed and is remembered folded."""
    _folded.cache_clear()


@lru_cache(maxsize=4096)
def _silent(letter: str) -> bool:
    if unicodedata.combining(letter) or ord(letter) in _SILENT:
        return True
    return unicodedata.category(letter) in ("Cf", "Cs", "Me")
