"""The languages we speak: their own names, directions, and how each writes dates and numbers."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

NAMES = {
    "fr": "Français",
    "en": "English",
    "ar": "العربية",
    "tr": "Türkçe",
    "pt": "Português",
    "es": "Español",
    "ro": "Română",
    "ru": "Русский",
    "uk": "Українська",
    "zh": "中文",
    "ta": "தமிழ்",
    "bn": "বাংলা",
}
"""Each language in its own script."""
RTL = frozenset({"ar"})
_COMMAS = {"ar": "، ", "zh": "，"}
_BABEL = {"en": "en_GB", "ar": "ar_MA", "pt": "pt_PT", "zh": "zh_Hans_CN"}
"""Which country's habits a language follows, where they differ: the Maghreb writes « 1,65 »."""


def babel(language: str) -> str:
    """The name Babel knows this language by."""
    return _BABEL.get(language, language)


def comma(language: str) -> str:
    """What parts the items of a list."""
    return _COMMAS.get(language, ", ")


def day(when: date, language: str) -> str:
    """« 3 mars 2027 », in this language, with European digits."""
    return format_date(when, "long", locale=babel(language))


def number(value: float, language: str, decimals: int | None = None) -> str:
    """« 1,65 » as this language writes it, with European digits; `decimals`: exactly so many."""
    pattern = "0.##" if decimals is None else f"0.{'0' * decimals}"
    return format_decimal(value, format=pattern, locale=babel(language), numbering_system="latn")
