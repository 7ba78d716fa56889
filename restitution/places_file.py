"""An operator's CSV of local places → places, or every mistake at once, named row by row.

Takes what French Excel writes: « ; », a BOM or not, cp1252 or UTF-8, decimal commas, postcodes
and phone numbers that lost their first zero. Rows are numbered as the spreadsheet shows them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flows.folding import fold
from restitution import cells
from restitution.cells import Wrong
from restitution.places import Place, Subject

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("nom", "name"),
    "themes": ("theme", "themes"),
    "address": ("adresse", "address"),
    "commune": ("commune", "ville", "city"),
    "postcode": ("code postal", "cp", "postcode"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "long", "lng"),
    "phone": ("telephone", "tel", "phone"),
    "hours": ("horaires", "hours"),
    "languages": ("langues", "languages"),
    "cost": ("cout", "tarif", "cost"),
    "url": ("site", "url"),
    "reviewed": ("relu le", "verifie le", "reviewed"),
}
"""Field → the headings it may have; accents, capitals, spaces and « _ » do not matter."""
REQUIRED = ("name", "themes", "commune", "postcode")
LONGEST = 300
MOST_ROWS = 100_000


class BadPlaces(ValueError):
    """Nothing is imported. `problems`: « row 3, latitude: … », each saying what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(f"- {each}" for each in problems))
        self.problems = tuple(problems)


def read_places(content: bytes, subjects: Sequence[Subject], today: date) -> list[Place]:
    """The places of a CSV file. Raises `BadPlaces` with every problem of every row."""
    rows = _rows(content)
    if not rows:
        raise BadPlaces(["the file is empty: the first row holds the names of the columns"])
    fields = _headings(rows[0])
    if len(rows) > MOST_ROWS:
        raise BadPlaces([f"more than {MOST_ROWS} rows: split the file by area"])
    reader = _Reader(subjects, today)
    for number, row in enumerate(rows[1:], start=2):
        if any(each.strip() for each in row):
            reader.read(number, fields, row)
    if reader.problems:
        raise BadPlaces(reader.problems)
    if not reader.places:
        raise BadPlaces(["no place under the names of the columns: nothing to import"])
    return reader.places


def _rows(content: bytes) -> list[list[str]]:
    text = _text(content)
    first = text.split("\n", 1)[0]
    separator = max(";\t,", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise BadPlaces([f"not a CSV file ({error}): save it as « CSV UTF-8 »"]) from None


def _text(content: bytes) -> str:
    if content[:2] in (b"PK", b"\xd0\xcf"):
        raise BadPlaces(["this is a spreadsheet, not a CSV file: save it as « CSV UTF-8 »"])
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadPlaces(["the letters cannot be read: save the file as « CSV UTF-8 »"])


def _headings(row: Sequence[str]) -> list[str]:
    """Field of each column, « » for an empty one."""
    known = {name: field for field, names in COLUMNS.items() for name in names}
    fields: list[str] = []
    problems: list[str] = []
    for place, heading in enumerate(row, start=1):
        name = " ".join(re.sub(r"[_\W]+", " ", fold(heading)).split())
        field = known.get(name, "")
        if name and not field:
            problems.append(f"row 1, column {place}: no column called {heading.strip()!r}: "
                            f"delete it, or name it one of {_listed()}")  # fmt: skip
        elif field and field in fields:
            problems.append(f"row 1, column {place}: {heading.strip()!r} stands twice: keep one")
        fields.append(field)
    problems += [f"row 1: the column {COLUMNS[each][0]!r} is missing: add it"
                 for each in REQUIRED if each not in fields]  # fmt: skip
    if problems:
        raise BadPlaces(problems)
    return fields


def _listed() -> str:
    return ", ".join(names[0] for names in COLUMNS.values())


class _Reader:
    """Reads rows; `problems` fills up as it goes."""

    def __init__(self, subjects: Sequence[Subject], today: date) -> None:
        self.today = today
        named = [(each.id, each.name) for each in subjects]
        named += [(each.id, each.name) for subject in subjects for each in subject.maps]
        self.themes = {fold(name): key for key, said in named for name in (key, said)}
        self.theme_names = ", ".join(dict.fromkeys(name for _, name in named))
        self.problems: list[str] = []
        self.places: list[Place] = []
        self._rows: dict[str, int] = {}

    def read(self, number: int, fields: Sequence[str], row: Sequence[str]) -> None:
        """One row → one place, or its problems."""
        if len(row) > len(fields) and any(each.strip() for each in row[len(fields) :]):
            self.problems.append(f"row {number}: more cells than columns: put « \" » around a text "
                                 "that holds the separator")  # fmt: skip
            return
        before = len(self.problems)
        found: dict[str, Any] = {}
        for field, cell in zip(fields, row, strict=False):
            text = " ".join("".join(it if it.isprintable() else " " for it in cell).split())
            if field and text:
                found[field] = self._cell(number, field, text)
        for field in REQUIRED:
            if field not in found:
                self.problems.append(f"row {number}, {COLUMNS[field][0]}: empty: fill it in")
        self._coordinates(number, found)
        if len(self.problems) == before:
            self._keep(number, Place(id=_id(found), **found))

    def _cell(self, number: int, field: str, text: str) -> Any:
        try:
            if len(text) > LONGEST:
                raise Wrong(f"over {LONGEST} characters: shorten it")
            read = _READ.get(field)
            if field == "themes":
                return self._themes(text)
            if field == "reviewed":
                return self._day(text)
            return read(text) if read else text
        except Wrong as wrong:
            self.problems.append(f"row {number}, {COLUMNS[field][0]}: {wrong}")
            return None

    def _themes(self, text: str) -> tuple[str, ...]:
        found = []
        # A theme's own name may hold a comma or an « et »: whole cell first.
        for part in [text] if fold(text) in self.themes else re.split(r"[,;|/+]", text):
            theme = self.themes.get(fold(part))
            if theme is None:
                raise Wrong(f"no theme called {part.strip()!r}: use one of {self.theme_names}")
            found.append(theme)
        return tuple(dict.fromkeys(found))

    def _day(self, text: str) -> str:
        for form in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"):
            try:
                day = datetime.strptime(text, form).date()
            except ValueError:
                continue
            if day > self.today:
                raise Wrong(f"{text!r} has not come yet: write the day it was checked")
            return day.isoformat()
        raise Wrong(f"{text!r} is no date: write it like 24/11/2026")

    def _coordinates(self, number: int, found: dict[str, Any]) -> None:
        given = [each for each in ("latitude", "longitude") if each in found]
        if len(given) == 1:
            other = "longitude" if given == ["latitude"] else "latitude"
            self.problems.append(f"row {number}, {other}: empty: give both coordinates or none")
        north, east = found.get("latitude"), found.get("longitude")
        if north is None or east is None:
            return
        if -6 <= north <= 10 and 41 <= east <= 52:
            self.problems.append(f"row {number}, latitude: {north:g} and {east:g} look exchanged: "
                                 "in mainland France latitude is 41 to 51")  # fmt: skip
        elif abs(north) > 90 or abs(east) > 180:
            field = "latitude" if abs(north) > 90 else "longitude"
            most = 90 if field == "latitude" else 180
            self.problems.append(f"row {number}, {field}: over {most}: write degrees, like 48,8566")

    def _keep(self, number: int, place: Place) -> None:
        if place.id in self._rows:
            first = self._rows[place.id]
            self.problems.append(f"row {number}: the same place as row {first}: keep one, with "
                                 "its themes in one cell (tabac, alcool)")  # fmt: skip
            return
        self._rows[place.id] = number
        self.places.append(place)


def _id(found: Mapping[str, Any]) -> str:
    """The same place keeps its id when the file is imported again."""
    told = (str(found.get(each) or "") for each in ("name", "address", "postcode", "commune"))
    return "local_" + hashlib.sha256("|".join(map(fold, told)).encode()).hexdigest()[:16]


_READ: Mapping[str, Callable[[str], Any]] = {
    "postcode": cells.postcode, "latitude": cells.degrees, "longitude": cells.degrees,
    "phone": cells.phone, "languages": cells.languages, "url": cells.url,
}  # fmt: skip
