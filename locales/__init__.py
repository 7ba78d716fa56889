"""Languages. French is the source; catalogues (gettext) are laid over it.

A language is offered when its catalogue is complete. A fuzzy entry (its French changed since)
counts as missing: nobody reads a medical sentence translated from an older text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

FOLDER = Path(__file__).parent
NAMES = {"fr": "Français", "en": "English", "ar": "العربية"}
"""Each language in its own script."""
RTL = frozenset({"ar"})
_NUMBER = re.compile(r"(?<![\w⁦])\+?\d(?:[\d ]*\d)?(?![\w⁩])")
_overlay: tuple[Mapping[tuple[str, str], str], tuple[str, str, str]] | None = None


class BadCatalogue(ValueError):
    """An operator's catalogue that cannot be read; the message says which and why."""


@dataclass(frozen=True)
class Texts:
    """The texts of one language."""

    language: str
    wording: tuple[str, str, str]
    """(catalogue, version, language): what an answer's record says its person saw."""
    entries: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)

    @property
    def rtl(self) -> bool:
        return self.language in RTL

    def gettext(self, context: str, french: str) -> str:
        """The text in this language, or the French when there is none."""
        return self.entries.get((context, french), french)

    def date(self, day: date) -> str:
        """« 3 mars 2027 », in this language, with European digits."""
        return format_date(day, "long", locale=self.language)


def offered() -> tuple[str, ...]:
    """Languages whose catalogue is complete; French first."""
    return ("fr", *(each for each in NAMES if each != "fr" and _complete(each)))


@lru_cache
def texts(language: str) -> Texts:
    """The texts of a language; French for one that is not offered."""
    if language not in offered():
        language = "fr"
    if language == "fr":
        if _overlay is not None:
            return Texts("fr", _overlay[1], _overlay[0])
        return Texts("fr", ("own", "1", "fr"))
    catalogue = _catalogue(language)
    assert catalogue is not None  # noqa: S101  it is offered
    return Texts(language, ("own", "1", language), _entries(catalogue))


def overlay(path: Path) -> None:
    """Lay an operator's catalogue (French → official French) over ours; raises `BadCatalogue`."""
    global _overlay
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except OSError:
        raise BadCatalogue(f"AVANT_BILAN_WORDING: {path} cannot be read") from None
    except PoFileError as error:
        raise BadCatalogue(f"AVANT_BILAN_WORDING: {path}: {error}") from None
    name, version = catalogue.project or path.stem, catalogue.version or "1"
    _overlay = _entries(catalogue), (name, version, "fr")
    texts.cache_clear()


def isolate(text: str) -> str:
    """Phone numbers kept left to right inside right-to-left text (« 39 89 » printed « 89 39 »)."""
    return _NUMBER.sub("⁦\\g<0>⁩", text)


def _entries(catalogue: Catalog) -> dict[tuple[str, str], str]:
    return {
        (str(each.context or ""), str(each.id)): str(each.string)
        for each in catalogue
        if each.id and each.string and not each.fuzzy
    }


@lru_cache
def _catalogue(language: str) -> Catalog | None:
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language)


@lru_cache
def _complete(language: str) -> bool:
    catalogue = _catalogue(language)
    return catalogue is not None and all(
        each.string and not each.fuzzy for each in catalogue if each.id
    )
