"""Languages. French is the source; catalogues (gettext) are laid over it.

A language is offered when all that is asked, agreed to and said in danger is translated, and nearly
all the rest (`reviewing.enough`); what is missing is read in French. A fuzzy entry (its French
changed since) counts as missing: nobody reads a medical sentence translated from an older text.
A language that an operator recorded may be heard only (`oral`): its words are read in French.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from locales import oral, tongues
from locales.oral import direction, in_french, name
from locales.reviewing import enough, status
from locales.tongues import NAMES, RTL, babel, comma

__all__ = ["FOLDER", "NAMES", "RTL", "BadCatalogue", "Texts", "babel", "catalogues", "comma",
           "direction", "entries", "in_french", "isolate", "left_to_right", "name", "offered",
           "overlay", "placeholders", "texts", "tight", "trust", "written"]  # fmt: skip

FOLDER = Path(__file__).parent
_LEFT_TO_RIGHT, _OWN_DIRECTION, _END = "\u2066", "\u2068", "\u2069"
_NUMBER = re.compile(
    r"\u2066[^\u2069]*\u2069|"
    r"(?<![A-Za-z0-9./])(\+\d+|\d+(?=[ \u00a0\u202f/\u2013-]\d))"
    r"(?:[ \u00a0\u202f/\u2013-]\d+)*(?![A-Za-z0-9/]|\.\w)"
)
"""What is isolated already, or digits in several groups: a phone number, a range. A single number
keeps its order by itself, and stays as a person would type it."""
_PLACEHOLDER = re.compile(r"\{\w*\}")
_FILLED = re.compile(r"\{(?!url\b|code\b)\w+\}")
"""Not addresses and codes: they are copied, and nothing invisible may travel with them."""


class BadCatalogue(ValueError):
    """An operator's catalogue that cannot be read; the message says which and why."""


@dataclass(frozen=True, eq=False)
class Texts:
    """The texts of one language; compared by identity: it is a key of small caches."""

    language: str
    wording: tuple[str, str, str]
    """(catalogue, version, language): what an answer's record says its person saw."""
    entries: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)
    reviewed: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    """(context, French) of what a named person has read and signed."""

    @property
    def rtl(self) -> bool:
        return self.language in RTL

    @property
    def written(self) -> str:
        """The language its words are written in: French for one that is only heard."""
        return self.language if self.language in NAMES else "fr"

    def gettext(self, context: str, french: str) -> str:
        """The text in this language, or the French when there is none."""
        return self.entries.get((context, french), french)

    def has(self, context: str, french: str) -> bool:
        """Is it said in this language? If not, `gettext` gives the French."""
        return self.written == "fr" or (context, french) in self.entries

    def vouched(self, context: str, french: str) -> bool:
        """May a safety or scored text be read in this language alone?

        Yes in French, in what somebody reviewed, and where the operator answers for the language.
        (Of a language that is only heard, this is about the French beside it.)
        """
        if self.written == "fr":
            return True
        known = (context, french) in self.entries
        return known and (self.language in _trusted or (context, french) in self.reviewed)

    def date(self, day: date) -> str:
        """« 3 mars 2027 », in this language, with European digits."""
        return tongues.day(day, self.written)

    def number(self, value: float, decimals: int | None = None) -> str:
        """« 1,65 » as this language writes it, with European digits."""
        return tongues.number(value, self.written, decimals)


_FRENCH = Texts("fr", ("own", "1", "fr"))
_laid: list[Texts] = []
"""The operator's official French wording, when there is one."""
_trusted: set[str] = set()
"""Languages the operator answers for, though nobody reviewed them."""


def offered() -> tuple[str, ...]:
    """Languages people may choose; French first, those that are only heard last."""
    return (*written(), *oral.offered())


def written() -> tuple[str, ...]:
    """Those of them whose words can be read, on a poster for instance."""
    translated = catalogues(FOLDER)
    return ("fr", *(each for each in NAMES if each in translated))


def texts(language: str) -> Texts:
    """The texts of a language; French for one that is not offered, or only heard."""
    french = _laid[-1] if _laid else _FRENCH
    if oral.known(language):
        return replace(french, language=language)
    return catalogues(FOLDER).get(language) or french


def overlay(path: Path | None) -> None:
    """Lay an operator's catalogue (French → official French) over ours; None lifts it.

    Raises `BadCatalogue` with one line an operator can act on.
    """
    _laid[:] = [] if path is None else [_official(path)]


def trust(languages: Iterable[str]) -> None:
    """Use safety and scored texts of these languages without a review; « all »: of every one."""
    _trusted.clear()
    _trusted.update(NAMES if "all" in (wanted := set(languages)) else wanted)


def left_to_right(text: str) -> str:
    """Each line with its own direction, for French inside right-to-left text."""
    return "\n".join(f"{_LEFT_TO_RIGHT}{line}{_END}" for line in text.split("\n"))


def tight(french: str) -> str:
    """Its marks kept on the line of their word: « ? » must not stand alone on the next."""
    for mark in "?!:;»":
        french = french.replace(f" {mark}", f"\u00a0{mark}")
    return french.replace("« ", "«\u00a0")


def isolate(text: str) -> str:
    """Numbers kept left to right inside right-to-left text (« 39 89 » is printed « 89 39 »)."""
    return _NUMBER.sub(
        lambda found: f"{_LEFT_TO_RIGHT}{found[0]}{_END}" if found[1] else found[0], text
    )


def placeholders(text: str) -> Counter[str]:
    """What is filled in when the text is shown: {place}, {count}…"""
    return Counter(_PLACEHOLDER.findall(text))


def entries(catalogue: Catalog) -> dict[tuple[str, str], str]:
    """(context, French) → translation, without what is fuzzy or empty."""
    return {
        (str(each.context or ""), str(each.id)): str(each.string)
        for each in catalogue
        if each.id and each.string and not each.fuzzy
    }


@lru_cache
def catalogues(folder: Path) -> dict[str, Texts]:
    """The languages of a folder that may be offered, read once."""
    made = {}
    same: dict[tuple[str, str], tuple[str, str]] = {}  # the French is kept once for all of them
    for language in NAMES:
        path = folder / language / "LC_MESSAGES" / "messages.po"
        if language == "fr" or not path.exists():
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        if enough(catalogue):
            said = {same.setdefault(key, key): text for key, text in entries(catalogue).items()}
            signed = frozenset(
                (str(each.context or ""), str(each.id))
                for each in catalogue if each.id and status(each) == "reviewed"
            )  # fmt: skip
            if language in RTL:
                said = {key: _right_to_left(text) for key, text in said.items()}
            made[language] = Texts(language, ("own", catalogue.version or "1", language),
                                   said, signed)  # fmt: skip
    return made


def _right_to_left(text: str) -> str:
    """What is filled in later keeps its own direction: « 18-25 », a French place, « 1,65 m »."""
    return _FILLED.sub(lambda found: f"{_OWN_DIRECTION}{found[0]}{_END}", isolate(text))


def _official(path: Path) -> Texts:
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except OSError:
        raise BadCatalogue(f"AVANT_BILAN_WORDING: {path} cannot be read") from None
    except (PoFileError, UnicodeDecodeError, LookupError, ValueError) as error:
        raise BadCatalogue(f"AVANT_BILAN_WORDING: {path}: {error}") from None
    said = entries(catalogue)
    if not said:
        raise BadCatalogue(f"AVANT_BILAN_WORDING: {path} has no text")
    for (_, french), official in said.items():
        if placeholders(french) != placeholders(official):
            raise BadCatalogue(f"AVANT_BILAN_WORDING: {path}: other {{…}} than in {french!r}")
    name, version = catalogue.project, catalogue.version
    return Texts("fr", (name or path.stem, version or "1", "fr"), said)
