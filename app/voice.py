"""`python -m app voice`: what lacks a recording, drafts by a machine, taking note of recordings."""

from __future__ import annotations

import shutil
import subprocess  # nosec B404
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec
import yaml

import locales
from app.settings import Settings
from app.wiring import content
from bot import voices
from bot.spoken import Spoken, mark
from bot.voices import INDEX, Entry, Language
from flows.errors import BadContent
from flows.loading import Shelf
from locales import oral

_MACHINE = {"en": "en-gb", "pt": "pt-pt", "zh": "cmn"}
"""What espeak-ng calls a language, where it is not our name of it."""
SPEED = "140"
"""Words a minute: slower than its usual 175."""
_INSTALL = "install espeak-ng first (Debian: apt install espeak-ng opus-tools)"
_HEAD = "# Kept by `python -m app voice` (docs/voice.md): what is heard under each name.\n"


def check(settings: Settings, language: str | None) -> tuple[str, bool]:
    """What each language of the folder lacks; and whether anything has to be done."""
    _, found = _open(settings)
    wanted = [each for each in found.values() if language in (None, each.code)]
    if not wanted:
        raise OSError(f"no recordings: there is no folder of {language or 'any language'}")
    told = [line for each in wanted for line in _told(each)]
    todo = any(each.missing or each.drafts or each.unreviewed or each.orphans or each.unknown
               for each in wanted)  # fmt: skip
    return "\n".join(told), todo


def draft(settings: Settings, language: str, safety: bool, today: date) -> str:
    """Have a machine read what nobody recorded; `safety`: safety and scored texts too."""
    if language not in locales.written():
        raise OSError(f"{language}: only people can record a language that is not read here")
    if not shutil.which("espeak-ng"):
        raise OSError(_INSTALL)
    folder = _folder(settings) / language
    folder.mkdir(exist_ok=True)
    shelf, found = _open(settings)
    known, made = _index(folder), 0
    for each in found[language].missing:
        name = mark(language, each.text)
        if (each.delicate and not safety) or voices.recordings(folder, name):
            continue
        path = _spoken(each.text, language, folder / name)
        known[name] = Entry(what=each.what, text=each.text, kind="draft", made=today,
                            files={path.suffix[1:]: voices.sealed(path)})  # fmt: skip
        made += 1
    _write(folder, known, shelf)
    return f"{language}: {made} drafts made. Listen to them before anybody else does."


def note(
    settings: Settings, language: str, today: date, by: str = "", on: date | None = None,
    what: tuple[str, ...] = ("*",),
) -> str:  # fmt: skip
    """Take note of the files put in a language's folder; `by` and `on`: sign these as reviewed."""
    if bool(by.strip()) != bool(on):
        raise OSError("a review has a name and a date: --by NAME --on DATE")
    shelf, found = _open(settings)
    if language not in found:
        raise OSError(f"{_folder(settings) / language}: there is no such folder")
    folder = _folder(settings) / language
    known, noted, signed = _index(folder), 0, 0
    for each in voices.texts_of(folder, shelf):
        name = mark(language, each.text)
        entry, fresh = _noted(folder, each, known.get(name), today)
        if entry is None:
            continue
        noted += fresh
        if by and any(fnmatchcase(each.what, pattern) for pattern in what):
            entry = msgspec.structs.replace(entry, reviewed_by=by.strip(), reviewed_on=on)
            signed += 1
        known[name] = entry
    _write(folder, known, shelf)
    return f"{language}: {noted} noted" + (f", {signed} signed by {by.strip()}" if by else "")


def _noted(
    folder: Path, said: Spoken, entry: Entry | None, today: date
) -> tuple[Entry | None, bool]:
    """The entry of a text's files as they are, and whether they are other than it said."""
    files = voices.recordings(folder, mark(folder.name, said.text))
    seals = {ending: voices.sealed(path) for ending, path in files.items()}
    if not files or (entry is not None and entry.files == seals):
        return (entry if files else None), False
    if entry is not None and entry.kind == "draft":
        # A recording takes the place of a machine's voice, whatever its format.
        for ending in [each for each in seals if entry.files.get(each) == seals[each]]:
            if len(seals) > 1:
                files[ending].unlink()
                del seals[ending]
    return Entry(what=said.what, text=said.text, kind="recorded", made=today, files=seals), True


def _told(language: Language) -> Iterator[str]:
    """One language, line by line: « mark  what: text »."""
    code = language.code
    yield (
        f"{code}: {len(language.clips)} heard, {len(language.missing)} missing, "
        f"{len(language.drafts)} drafts, {len(language.unreviewed)} not reviewed, "
        f"{len(language.orphans)} of a text that changed"
    )
    if oral.known(code):
        lacks = f"lacks {len(language.lacking)} recordings" if language.lacking else "offered"
        yield f"  heard only: {lacks}"
    for title, texts in (("missing", language.missing), ("draft", language.drafts),
                         ("not reviewed", language.unreviewed),
                         ("keeps the language away", language.lacking)):  # fmt: skip
        for each in texts:
            yield f"  {title}: {mark(code, each.text)} {each.what}: {_line(each.text)}"
    yield from (f"  text changed: {_line(each)}" for each in language.orphans)
    yield from (f"  unknown file: {each}" for each in language.unknown)


def _line(text: str) -> str:
    return " / ".join(text.split("\n"))


def _spoken(text: str, language: str, path: Path) -> Path:
    """A machine reads this; Opus where something makes it, else WAV, which Telegram plays not."""
    with tempfile.TemporaryDirectory() as made:
        raw = Path(made) / "raw.wav"
        _run("espeak-ng", "-v", _MACHINE.get(language, language), "-s", SPEED, "-w", str(raw),
             "--stdin", given=text)  # fmt: skip
        small = path.with_suffix(".ogg")
        if shutil.which("opusenc"):
            _run("opusenc", "--quiet", "--bitrate", "24", str(raw), str(small))
        elif shutil.which("ffmpeg"):
            _run("ffmpeg", "-loglevel", "error", "-y", "-i", str(raw), "-c:a", "libopus",
                 "-b:a", "24k", str(small))  # fmt: skip
        else:
            small = Path(shutil.copy(raw, path.with_suffix(".wav")))
    return small


def _run(name: str, *arguments: str, given: str = "") -> None:
    program = shutil.which(name)
    assert program is not None  # noqa: S101  the callers looked
    done = subprocess.run(  # noqa: S603  # nosec B603  our own arguments, no shell
        [program, *arguments], input=given.encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise OSError(f"{name} refuses: {done.stderr.decode(errors='replace').strip()[:200]}")


def _open(settings: Settings) -> tuple[Shelf, Mapping[str, Language]]:
    folder = _folder(settings)
    if settings.wording:
        locales.overlay(Path(settings.wording))
    shelf, _ = content(settings)
    return shelf, voices.load(folder, shelf).languages


def _folder(settings: Settings) -> Path:
    if not settings.voice:
        raise OSError("AVANT_BILAN_VOICE is not set: the folder of recordings (docs/voice.md)")
    return Path(settings.voice)


def _index(folder: Path) -> dict[str, Entry]:
    problems: list[str] = []
    known = voices.index(folder, problems)
    if problems:
        raise BadContent(problems)
    return known


def _write(folder: Path, known: Mapping[str, Entry], shelf: Shelf) -> None:
    """The index, in the order in which things are heard; what is said no more comes last."""
    order = [mark(folder.name, each.text) for each in voices.texts_of(folder, shelf)]
    names = [*(each for each in order if each in known), *(set(known) - set(order))]
    written = {
        name: {key: value for key, value in msgspec.structs.asdict(known[name]).items() if value}
        for name in names
    }
    said = yaml.dump(written, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    fresh = folder / f"{INDEX}.new"
    fresh.write_text(_HEAD + said, encoding="utf-8")
    fresh.replace(folder / INDEX)


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as lines, nothing by reference."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
