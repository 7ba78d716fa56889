"""One spelling for what people type: no case, no accents, plain digits and apostrophes.

Scripts whose marks are letters (Tamil, Bengali) keep them all: without its vowel signs and its
pulli a word is another word, or none.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ENDS = " .,;:!?…»«\"'()[]{}*_•·–—-~^،؛؟。、।॥"
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
_OWN_LETTERS = (7, 9)
"""Combining classes of nukta and virama: they are part of a letter, not an accent on it."""
MARKS = "\u0981-\u0983\u09bc\u09be-\u09d7\u0b82\u0bbe-\u0bd7"
"""Bengali and Tamil signs that stand inside words, though `\\w` does not know them."""
HAN = "\u3400-\u4dbf\u4e00-\u9fff"
"""Chinese writes no space between words: a word may stand anywhere."""
_HAN = re.compile(f"[{HAN}]")
_INSIDE = f"[\\w{MARKS}]"
_MARKED = re.compile("[\u0980-\u09ff\u0b80-\u0bff]")
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
        text = "".join([_plain(each) for each in text if each.isascii() or not _silent(each)])
        text = text.lower().translate(_LETTERS)
    return " ".join(text.lower().split())


def pattern(written: str) -> str:
    """A regular expression as it is looked for in `loose(fold(text))`: its letters are folded too,
    and `\\b` means what it should in each script."""
    # One letter at a time: what is special in an expression (`\W`, `[A-Z]`) is ASCII and stays.
    folded = "".join(each if each.isascii() else loose(_folded(each)) for each in written)
    if _HAN.search(folded):
        return folded.replace("\\b", "")
    if _MARKED.search(folded):
        edge = f"(?:(?<!{_INSIDE})(?={_INSIDE})|(?<={_INSIDE})(?!{_INSIDE}))"
        return folded.replace("\\b", edge)
    return folded


def loose(folded: str) -> str:
    """Without pulli, hasanta and nukta, which people forget: to look for worrying words only."""
    if folded.isascii():
        return folded
    return "".join(each for each in folded if unicodedata.combining(each) not in _OWN_LETTERS)


def whole(said: str) -> str:
    """An expression that finds this folded word as a whole word, in its script."""
    return begins(said) + ("" if _HAN.search(said) else f"(?!{_INSIDE})")


def begins(said: str) -> str:
    """The same, but more letters may follow."""
    return ("" if _HAN.search(said) else f"(?<!{_INSIDE})") + re.escape(said)


def unspaced(text: str) -> bool:
    """Is this Chinese, or partly so? Words then follow one another without a space."""
    return bool(_HAN.search(text))


def forget() -> None:
    """Drop what was typed and is remembered folded."""
    _folded.cache_clear()


def _plain(letter: str) -> str:
    """A digit of any script as 0-9, anything else as it is."""
    return (
        letter if letter.isascii() or not letter.isdecimal() else str(unicodedata.decimal(letter))
    )


@lru_cache(maxsize=4096)
def _silent(letter: str) -> bool:
    if unicodedata.combining(letter) not in (0, *_OWN_LETTERS) or ord(letter) in _SILENT:
        return True
    return unicodedata.category(letter) in ("Cf", "Cs", "Me")
