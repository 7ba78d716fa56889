"""Text fit for print: French spacing, and nothing the shipped fonts cannot draw.

The straight apostrophe stays: old practice software shows the curly one as a question mark.
"""

from __future__ import annotations

import re
import unicodedata

from restitution.glyphs import drawn, together

NO_BREAK = "\u00a0"
NARROW = "\u202f"
ISOLATE, END_ISOLATE = "\u2066", "\u2069"
UNREADABLE = "[…]"
"""Stands for words in a script we ship no font for."""
LONGEST = 28
"""Letters after which a word may be cut: nothing runs off the page."""
MARKS = 3
"""Signs on one letter; more is a prank that covers the lines above."""

_UNITS = (
    "kg|g|mg|cm|mm|m|km|h|min|minutes?|heures?|jours?|semaines?|mois|ans?|fois|verres?|euros?|€|%"
)
_FRENCH = (
    (re.compile(r"(?<=[\w)»…\]])[ \u00a0\u202f]*([;!?]+(?=[\s»)]|$))"), NARROW + r"\1"),
    (re.compile(r"[ \u00a0\u202f]+([;!?])"), NARROW + r"\1"),
    (re.compile(r"(?<=[\w)»…\]])[ \u00a0\u202f]*:(?=\s|$)"), NO_BREAK + ":"),
    (re.compile(r"[ \u00a0\u202f]+:"), NO_BREAK + ":"),
    (re.compile(r"«\s*"), "«" + NO_BREAK),
    (re.compile(r"\s*»"), NO_BREAK + "»"),
    (re.compile(r"(?<=\d) (?=\d)"), NO_BREAK),
    (re.compile(rf"(?<=\d) (?=(?:{_UNITS})(?!\w))"), NO_BREAK),
)
_NUMBER = re.compile(r"(?<![\w⁦])\+?\d(?:[\d \u00a0]*\d)?(?![\w⁩])")
_PLAIN = {"≥": ">=", "≤": "<=", "→": "->", "←": "<-", "✓": "oui", "☐": "", "−": "-"}
_JOINERS = "\u200c\u200d"


def french(text: str) -> str:
    """No-break spaces before : ; ! ? », after « and inside numbers. Twice changes nothing more."""
    for pattern, spaced in _FRENCH:
        text = pattern.sub(spaced, text)
    return text


def numbers_left_to_right(text: str) -> str:
    """For right-to-left text: « 39 89 » must not be read « 89 39 », nor be cut in two."""
    return _NUMBER.sub(lambda found: ISOLATE + found[0].replace(" ", NO_BREAK) + END_ISOLATE, text)


def printable(text: str) -> str:
    """The text with only what the shipped fonts draw; words in other scripts become « […] »."""
    made: list[str] = []
    marks = 0
    for each in unicodedata.normalize("NFC", text):
        for character in _drawable(each):
            mark = unicodedata.category(character) == "Mn"
            marks = marks + 1 if mark else 0
            if mark and not (made and marks <= MARKS and together(made[-marks], character)):
                marks -= 1
            else:
                made.append(character)
    joined = re.sub(r"(?:￼\s*)+", UNREADABLE + " ", "".join(made))
    joined = re.sub(r" (?=[.,)\]]|$)", "", re.sub(r"[ \t\n]+", " ", joined))
    return re.sub(rf"[^\s\u00a0\u202f]{{{LONGEST + 1},}}", _cut, joined).strip()


def clipped(text: str, most: int) -> str:
    """At most so many characters, cut at a word, saying so."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _drawable(character: str) -> str:
    """What to draw for one character: itself, its like, « ￼ » for an unknown letter, or nothing."""
    if character in _PLAIN:
        return _PLAIN[character]
    kind = unicodedata.category(character)
    if kind in ("Zs", "Zl", "Zp") or character in "\t\n\r\v\f":
        return character if character in (NO_BREAK, NARROW) else " "
    if kind.startswith("C"):  # controls, bidi overrides, surrogates, private use
        return character if character in _JOINERS else ""
    if character in drawn() and character != "\ufffd":
        return character
    like = unicodedata.normalize("NFKC", character)
    if like != character and all(each in drawn() for each in like):
        return like
    base = unicodedata.normalize("NFD", character)[0]
    if base != character and base in drawn():
        return base
    return "￼" if kind[0] == "L" or kind in ("Nd", "Nl") else ""


def _cut(found: re.Match[str]) -> str:
    """A long word with invisible places where the line may turn. Addresses keep whole."""
    word = found[0]
    if "://" in word:
        return word
    return "\u200b".join(word[at : at + LONGEST] for at in range(0, len(word), LONGEST))
