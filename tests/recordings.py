"""Recordings made here: a folder as an operator fills it."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from datetime import date
from pathlib import Path

import locales
from app import voice
from app.settings import Settings
from bot import spoken
from bot.spoken import Spoken, mark
from tests.serving import _content

TODAY = date(2026, 11, 26)
SONINKE = 'name: Sooninkanxanne\nfrench: soninké\nreviewed_by: ""\n'


def wav(seconds: float = 0.2) -> bytes:
    """A short silence, as every browser plays it."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * int(8000 * seconds))
    return made.getvalue()


SOUNDS = {
    "wav": wav(),
    "ogg": b"OggS\0\2" + bytes(20) + b"\1\x13" + b"OpusHead\1\1" + bytes(9),
    "mp3": b"ID3\4" + bytes(60),
}
"""What each begins with; only the WAV can be played to its end."""


def texts(language: str = "fr", name: str = "Français") -> list[Spoken]:
    """All that may be recorded."""
    return spoken.everything(_content()[0], locales.texts(language), name)


def of(what: str, language: str = "fr") -> str:
    """The mark of the first text so called."""
    return next(mark(language, each.text) for each in texts(language) if each.what == what)


def settings(folder: Path) -> Settings:
    return Settings(_env_file=None, voice=str(folder))


def record(
    folder: Path, language: str, wanted: Callable[[Spoken], bool] = lambda each: True,
    ending: str = "ogg", reviewed: bool = False, name: str = "Français",
) -> None:  # fmt: skip
    """Put a file for each text wanted, then have them noted, and signed when `reviewed`."""
    here = folder / language
    here.mkdir(parents=True, exist_ok=True)
    for each in texts(language, name):
        if wanted(each):
            (here / f"{mark(language, each.text)}.{ending}").write_bytes(SOUNDS[ending])
    signed = {"by": "Awa Traoré", "on": TODAY} if reviewed else {}
    voice.note(settings(folder), language, TODAY, **signed)


def declare(folder: Path, code: str = "snk", more: str = "") -> Path:
    """Declare a language that is only heard."""
    (folder / code).mkdir(parents=True, exist_ok=True)
    (folder / code / "language.yaml").write_text(SONINKE + more, encoding="utf-8")
    return folder
