"""Languages that are heard and not read: an operator's recordings beside the French text.

Each is declared by a file of the operator's; only those whose recordings are complete enough are
offered. Kept here so that whoever asks for languages, names or texts need not know which are so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError

from locales.tongues import NAMES, RTL


@dataclass(frozen=True)
class Oral:
    """A language heard beside French text."""

    code: str
    """ISO 639, two or three letters."""
    name: str
    """As its own speakers write it."""
    french: str
    """As a professional reads it: « soninké »."""
    rtl: bool = False
    """Is its name written from right to left?"""
    offered: bool = False
    """May people choose it?"""


_declared: dict[str, Oral] = {}


def declare(languages: Iterable[Oral]) -> None:
    """These, in the place of those declared before."""
    found = {each.code: each for each in languages}
    _declared.clear()
    _declared.update(found)


def known(code: str) -> bool:
    """Is this language declared, offered or not?"""
    return code in _declared


def declared() -> tuple[str, ...]:
    """All of them."""
    return tuple(_declared)


def offered() -> tuple[str, ...]:
    """Those people may choose."""
    return tuple(code for code, each in _declared.items() if each.offered)


def name(code: str) -> str:
    """The language's own name, in its own script."""
    return _declared[code].name if code in _declared else NAMES[code]


def in_french(code: str) -> str:
    """« anglais », « soninké (à l'oral) », as professionals read it; the code when nobody knows."""
    if code in _declared:
        return f"{_declared[code].french} (à l'oral)"
    try:
        return str(Locale.parse(code).get_display_name("fr") or code)
    except (UnknownLocaleError, ValueError):
        return code


def direction(code: str) -> str:
    """`rtl` or `ltr`, as HTML's `dir` says it."""
    return "rtl" if code in RTL or (code in _declared and _declared[code].rtl) else "ltr"
