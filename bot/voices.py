"""An operator's folder of recordings: which may be heard, and what is wrong with the others.

`<folder>/<language>/<mark>.(ogg|mp3|wav)`, the mark being that of the text (`bot/spoken.py`), with
`index.yaml` beside them: the text under each mark, whether a machine made it, who reviewed it. A
language that is only heard has a `language.yaml` too. Read once; `docs/voice.md` is for operators.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

import locales
from bot import spoken
from bot.spoken import Spoken, mark
from flows.errors import BadContent
from flows.loading import Shelf
from locales import oral
from locales.oral import Oral

T = TypeVar("T")
INDEX, LANGUAGE = "index.yaml", "language.yaml"
TYPES = {"ogg": "audio/ogg", "mp3": "audio/mpeg", "wav": "audio/wav"}
"""What is played, best first: Opus is small, some older phones know MP3 only, WAV is heavy."""
_BEGINS = {
    "ogg": re.compile(rb"OggS.{24,60}OpusHead", re.DOTALL),
    "mp3": re.compile(rb"ID3|\xff[\xe2-\xfb]"),
    "wav": re.compile(rb"RIFF.{4}WAVE", re.DOTALL),
}


class Entry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is known of the recordings of one text."""

    what: str
    text: str
    kind: Literal["draft", "recorded"]
    """A machine's voice, or somebody's."""
    made: date
    files: dict[str, str]
    """Ending → seal of the very file: one put in its place is not reviewed."""
    reviewed_by: str = ""
    reviewed_on: date | None = None


class OralFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`language.yaml`."""

    name: str
    french: str
    base: Literal["fr"] = "fr"
    """The language its texts are shown in."""
    direction: Literal["ltr", "rtl"] = "ltr"
    reviewed_by: str = ""
    """Who listened to every safety and scored recording made until `reviewed_on`."""
    reviewed_on: date | None = None


@dataclass(frozen=True)
class Clip:
    """The recording of one text."""

    mark: str
    files: Mapping[str, Path]
    """Ending → file, best first."""
    delicate: bool
    """Not to be kept by a browser that others use."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.mark}.{ending}" for ending in self.files)

    @property
    def sent(self) -> str:
        """The file a messenger takes, « » without one: Telegram plays no WAV."""
        return next((str(path) for ending, path in self.files.items() if ending != "wav"), "")


@dataclass(frozen=True)
class Language:
    """The recordings of one language, and what its operator should know."""

    code: str
    clips: Mapping[str, Clip] = field(default_factory=dict)
    """By mark: only what may be heard today."""
    missing: tuple[Spoken, ...] = ()
    """Texts nobody recorded."""
    drafts: tuple[Spoken, ...] = ()
    unreviewed: tuple[Spoken, ...] = ()
    """Safety and scored texts with a recording nobody reviewed: not heard."""
    orphans: tuple[str, ...] = ()
    """« mark: text » of recordings whose text is no longer said."""
    unknown: tuple[str, ...] = ()
    """Files the index does not know, or that are not what their name says."""
    lacking: tuple[Spoken, ...] = ()
    """Of a language that is only heard: what keeps it from being offered."""


@dataclass(frozen=True)
class Voices:
    """Every recording that may be heard."""

    languages: Mapping[str, Language] = field(default_factory=dict)

    def find(self, language: str, text: str) -> Clip | None:
        """The recording of this text, if it may be heard."""
        known = self.languages.get(language)
        return known.clips.get(mark(language, text)) if known and known.clips else None

    def by_mark(self, wanted: str) -> Clip | None:
        """The recording so marked, whatever its language."""
        found = (each.clips.get(wanted) for each in self.languages.values())
        return next((each for each in found if each), None)


SILENCE = Voices()


def load(folder: Path, shelf: Shelf) -> Voices:
    """Read the folder, and declare the languages that are only heard. Raises `BadContent`."""
    if not folder.is_dir():
        raise BadContent([f"AVANT_BILAN_VOICE: {folder} is not a folder"])
    problems: list[str] = []
    heard = {each.name: _oral(each, problems) for each in _folders(folder)}
    declared = {code: each for code, (each, _) in heard.items() if each}
    oral.declare(declared.values())
    found = {}
    for each in _folders(folder):
        if each.name not in declared and each.name not in locales.written():
            problems.append(f"{each}: no such language, and no {LANGUAGE}")
            continue
        found[each.name] = _read(each, shelf, heard[each.name][1], problems)
    if problems:
        oral.declare(())
        raise BadContent(problems)
    oral.declare(replace(each, offered=not found[code].lacking) for code, each in declared.items())
    return Voices(found)


def index(folder: Path, problems: list[str]) -> dict[str, Entry]:
    """The index of one language; what is wrong with it joins the problems."""
    read = _yaml(folder / INDEX, dict[str, Entry], problems) or {}
    wrong = [each for each in read if not re.fullmatch(r"[0-9a-f]{12}", each)]
    problems += [f"{folder / INDEX}: {each!r} is not the mark of a text" for each in wrong]
    return {name: each for name, each in read.items() if name not in wrong}


def sealed(path: Path) -> str:
    """Eight signs that change with the recording itself."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def recordings(folder: Path, name: str) -> dict[str, Path]:
    """The files under this mark, best first, that are what their name says."""
    found = {ending: folder / f"{name}.{ending}" for ending in TYPES}
    return {ending: path for ending, path in found.items() if path.is_file() and genuine(path)}


def genuine(path: Path) -> bool:
    """Does this file begin as one of its name does?"""
    with path.open("rb") as file:
        return _BEGINS[path.suffix[1:]].match(file.read(128)) is not None


def texts_of(folder: Path, shelf: Shelf) -> list[Spoken]:
    """All that may be heard in the language of this folder."""
    code = folder.name
    return spoken.everything(shelf, locales.texts(code), locales.name(code))


def _folders(folder: Path) -> Iterable[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir() and each.name[0] != ".")


def _oral(folder: Path, problems: list[str]) -> tuple[Oral | None, OralFile | None]:
    path = folder / LANGUAGE
    if not path.exists():
        return None, None
    read = _yaml(path, OralFile, problems)
    if read is None:
        return None, None
    if not re.fullmatch(r"[a-z]{2,3}", folder.name) or folder.name in locales.NAMES:
        problems.append(f"{path}: name its folder by a code of ISO 639 that is not read here yet")
        return None, None
    return Oral(folder.name, read.name, read.french, read.direction == "rtl"), read


def _read(folder: Path, shelf: Shelf, only: OralFile | None, problems: list[str]) -> Language:
    """What may be heard in one language. `only`: it is heard and not read."""
    known, code = index(folder, problems), folder.name
    clips, missing, drafts, unreviewed, lacking = {}, [], [], [], []
    said = {mark(code, each.text): each for each in texts_of(folder, shelf)}
    for name, each in said.items():
        entry, files = known.get(name), recordings(folder, name)
        usable = entry is not None and bool(files)
        if entry is None or not files:
            missing.append(each)
        elif entry.kind == "draft":
            drafts.append(each)
        if entry is not None and files and each.delicate and not _reviewed(entry, files, only):
            unreviewed.append(each)
            usable = False
        if usable:
            clips[name] = Clip(name, files, each.delicate)
        if only and each.essential and (not usable or (entry and entry.kind == "draft")):
            lacking.append(each)
    orphans = tuple(f"{name}: {each.what}: {each.text}" for name, each in known.items()
                    if name not in said)  # fmt: skip
    return Language(code, clips, tuple(missing), tuple(drafts), tuple(unreviewed), orphans,
                    _unknown(folder, known), tuple(lacking))  # fmt: skip


def _reviewed(entry: Entry, files: Mapping[str, Path], only: OralFile | None) -> bool:
    """Did somebody named listen to these very files?"""
    if any(entry.files.get(ending) != sealed(path) for ending, path in files.items()):
        return False
    if entry.reviewed_by.strip() and entry.reviewed_on:
        return True
    signed = only is not None and only.reviewed_by.strip() and only.reviewed_on
    return bool(only and signed and only.reviewed_on and entry.made <= only.reviewed_on)


def _unknown(folder: Path, known: Mapping[str, Entry]) -> tuple[str, ...]:
    """Files the index does not know, or that are not what their name says."""
    found = []
    for each in sorted(folder.iterdir()):
        if each.suffix[1:] in TYPES and not genuine(each):
            found.append(f"{each.name}: not what its name says")
        elif each.suffix[1:] in TYPES and each.stem not in known:
            found.append(f"{each.name}: not noted yet")
    return tuple(found)


def _yaml(path: Path, kind: type[T], problems: list[str]) -> T | None:
    """A file of the operator's, or what is wrong with it."""
    if not path.exists():
        return None
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        problems.append(f"{path}: {error}")
    return None
