"""Text fit for print: French spacing, and nothing the shipped fonts cannot draw.

The straight apostrophe stays: old practice software shows the curly one as a question mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

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
_NUMBER = re.compile(r"(?<![\w\u2066])\+?\d(?:[\d \u00a0.,–-]*\d)?(?![\w\u2069])")
_PLAIN = {"≥": ">=", "≤": "<=", "→": "->", "←": "<-", "✓": "oui", "☐": "", "−": "-"}
_JOINERS = "\u200c\u200d"
_UNKNOWN = "\ufffc"
_PLAINEST = re.compile("[ -~À-ÖØ-öø-ÿŒœ€«»·…–—]*")
"""What most of our texts are made of: every shipped font draws it as it is."""
_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?")


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
    drawn_text = unicodedata.normalize("NFC", text)
    if not _PLAINEST.fullmatch(drawn_text):
        drawn_text = "".join(_with_marks(drawn_text))
    drawn_text = re.sub(rf"(?:{_UNKNOWN}\s*)+", UNREADABLE + " ", drawn_text)
    drawn_text = re.sub(r" (?=[.,)\]]|$)", "", re.sub(r"[ \t\n]+", " ", drawn_text))
    return re.sub(rf"[^\s\u00a0\u202f]{{{LONGEST + 1},}}", _cut, drawn_text).strip()


def clipped(text: str, most: int) -> str:
    """At most so many characters, cut at a word, saying so."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def shortened(text: str, most: int) -> str:
    """As many whole sentences as stand in so many characters; one longer than that is clipped."""
    if len(text) <= most:
        return text
    kept = ""
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        if len(kept) + len(sentence) > most:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or clipped(text, most)


def _with_marks(text: str) -> Iterator[str]:
    """Each character as drawn; marks only where a font has them with their letter."""
    base, marks = "", 0
    for each in text:
        for character in _drawable(each):
            if character in _JOINERS:
                yield from character * base.isalpha()
            elif unicodedata.category(character) != "Mn":
                base, marks = character, 0
                yield character
            elif marks < MARKS and base and together(base, character):
                marks += 1
                yield character


def _drawable(character: str) -> str:
    """What to draw for one character: itself, its like, `_UNKNOWN` for a letter, or nothing."""
    if character in _PLAIN:
        return _PLAIN[character]
    kind = unicodedata.category(character)
    if kind in ("Zs", "Zl", "Zp") or character in "\t\n\r\v\f":
        return character if character in (NO_BREAK, NARROW) else " "
    if kind.startswith("C"):  # controls, bidi overrides, surrogates, private use
        return character if character in _JOINERS else ""
    if character in drawn() and character not in "\ufffc\ufffd":
        return character
    like = unicodedata.normalize("NFKC", character)
    if like != character and all(each in drawn() for each in like):
        return like
    base = unicodedata.normalize("NFD", character)[0]
    if base != character and base in drawn():
        return base
    return _UNKNOWN if kind[0] == "L" or kind in ("Nd", "Nl") else ""


def _cut(found: re.Match[str]) -> str:
    """A long word with invisible places where the line may turn. Addresses keep whole."""
    word = found[0]
    if len(word) <= 2 * LONGEST and _ADDRESS.fullmatch(word):
        return word
    return "\u200b".join(word[at : at + LONGEST] for at in range(0, len(word), LONGEST))
