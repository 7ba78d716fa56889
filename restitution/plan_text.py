"""A plan as plain text for the practice's own software: 80 columns, Latin-1 letters only."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

from restitution.document_phrases import PHRASES
from restitution.paper_plan import Signed, fit_for_paper, heading, marks, signature
from restitution.ppp import Line, Plan, Row

WIDTH = 80
_PLAIN = {
    "œ": "oe", "Œ": "OE", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-",
    "€": "EUR", "≥": ">=", "≤": "<=", "→": "->", "•": "-", "\u00a0": " ", "\u202f": " ",
    "\u2011": "-", "−": "-", "Ÿ": "Y",
}  # fmt: skip
UNREADABLE = "[...]"
"""Stands for words in a script old software cannot show."""


def plan_text(plan: Plan, signed: Signed) -> str:
    """The plan, nothing confidential in it; ends with a line end."""
    plan = fit_for_paper(plan)
    parts = [
        [*_wrapped("PLAN PERSONNALISÉ DE PRÉVENTION (PPP)"),
         *_wrapped(heading(plan).replace(" · ", " - ")), *_wrapped(signature(signed))],
        *(_row(number, each) for number, each in enumerate(plan.rows, 1)),
    ]  # fmt: skip
    if plan.follow_up:
        parts.append([_title("plan_follow_up"), *_list(plan.follow_up)])
    parts.append(list(_wrapped(PHRASES["not_diagnosis"])))
    return "\n\n".join("\n".join(each) for each in parts) + "\n"


def latin(text: str) -> str:
    """The text in letters every practice software shows, accents kept."""
    words = "".join(map(_letter, unicodedata.normalize("NFC", text)))
    while f"{UNREADABLE}{UNREADABLE}" in words or f"{UNREADABLE} {UNREADABLE}" in words:
        words = words.replace(UNREADABLE * 2, UNREADABLE)
        words = words.replace(f"{UNREADABLE} {UNREADABLE}", UNREADABLE)
    return " ".join(words.split())


def _letter(letter: str) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    if unicodedata.category(letter) in ("Cc", "Cf", "Mn"):
        return " " if letter.isspace() else ""
    alike = (unicodedata.normalize("NFKC", letter), unicodedata.normalize("NFD", letter)[0])
    for like in (letter, *alike):
        if all(ord(each) < 256 for each in like):
            return like
    return UNREADABLE if unicodedata.category(letter)[0] in "LN" else ""


def _row(number: int, row: Row) -> list[str]:
    lines = [*_wrapped(f"{number}. {row.priority.whole}", "   ")]
    rated = " - ".join(PHRASES[key].format(count=mark) for key, mark in marks(row))
    if rated:
        lines += _wrapped(f"   {rated}", "   ")
    for key, own in (("plan_obstacles", row.obstacles), ("plan_advice", row.advice),
                     ("plan_resources", row.resources)):  # fmt: skip
        if own:
            lines += [f"   {_title(key)}", *(f"   {each}" for each in _list(own, WIDTH - 3))]
    return lines


def _title(key: str) -> str:
    return latin(PHRASES[key]) + " :"


def _list(lines: Iterable[Line], width: int = WIDTH) -> Iterator[str]:
    for each in lines:
        yield from _wrapped(f"- {each.whole}", "  ", width)


def _wrapped(text: str, hanging: str = "", width: int = WIDTH) -> list[str]:
    # `latin` tidies spaces: an indentation is put back.
    start = " " * (len(text) - len(text.lstrip(" ")))
    return textwrap.wrap(latin(text), width, initial_indent=start, subsequent_indent=hanging)
