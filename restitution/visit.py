"""Help for the thirty minutes themselves: billing by profession, thematic sheets."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from flows.errors import BadContent
from flows.files import read_file
from restitution.files import SourceFile
from restitution.model import THEMES

CONTENT = Path(__file__).parent / "content" / "visit"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Profession(_Strict):
    """One profession's billing code, and the acts of which one may be billed beside it."""

    begins: list[str] = Field(min_length=1)
    title: str
    code: str
    acts: list[str]


class Billing(_Strict):
    """Codes and acts, with the date they were seen."""

    source: SourceFile
    review: str
    amount: str
    professions: list[Profession]

    def of(self, profession: str) -> Profession | None:
        """The entry of a profession as its holder wrote it; None for another one."""
        plain = unicodedata.normalize("NFD", profession.casefold())
        plain = "".join(each for each in plain if not unicodedata.combining(each))
        return next(
            (each for each in self.professions if plain.startswith(tuple(each.begins))), None
        )


class Sheet(_Strict):
    """A thematic sheet of the programme."""

    number: int
    title: str
    themes: list[str]
    url: str | None = Field(default=None, pattern=r"^https://")


class Sheets(_Strict):
    """Those whose number and title were seen."""

    source: SourceFile
    sheets: list[Sheet]

    def about(self, themes: Iterable[str]) -> tuple[Sheet, ...]:
        """The sheets on these themes, by number."""
        wanted = set(themes)
        return tuple(each for each in self.sheets if wanted & set(each.themes))


@dataclass(frozen=True, slots=True)
class Visit:
    """Both, loaded once."""

    billing: Billing
    sheets: Sheets


@cache
def load(folder: Path = CONTENT) -> Visit:
    """Read both files; raises `BadContent` naming every problem."""
    problems: list[str] = []
    billing = read_file(folder / "billing.yaml", Billing, problems)
    sheets = read_file(folder / "sheets.yaml", Sheets, problems)
    problems += [
        f"visit/sheets.yaml: {each.number}: no theme called {theme!r}"
        for each in (sheets.sheets if sheets else ()) for theme in each.themes
        if theme not in THEMES
    ]  # fmt: skip
    if problems or billing is None or sheets is None:
        raise BadContent(problems)
    return Visit(billing, sheets)
