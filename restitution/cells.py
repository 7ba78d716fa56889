"""Cells of an operator's CSV file, as people and spreadsheets write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from babel import Locale

from flows.folding import fold
from restitution.places import SIGN_LANGUAGE


class Wrong(ValueError):
    """What is wrong with one cell, and what to do."""


def postcode(text: str) -> str:
    """Five digits. Raises `Wrong`."""
    digits = text.replace(" ", "").removesuffix(",0").removesuffix(".0")
    if not re.fullmatch(r"\d{4,5}", digits):
        raise Wrong(f"{text!r} is no postcode: write five digits, like 59000")
    return digits.zfill(5)  # a spreadsheet takes « 01000 » for a number


def degrees(text: str) -> float:
    """A number of degrees. Raises `Wrong`."""
    try:
        value = float(text.replace(",", ".").removesuffix("°").replace("−", "-"))
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e6:
        raise Wrong(f"{text!r} is no number: write degrees, like 48,8566")
    return value


def phone(text: str) -> str:
    """Digits in pairs, or a short number. Raises `Wrong`."""
    digits = re.sub(r"[\s.\-()/\u00a0]", "", text)
    digits = re.sub(r"^(?:\+33|0033)0?", "0", digits)
    if re.fullmatch(r"[1-9]\d{8}", digits):
        digits = "0" + digits  # a spreadsheet takes « 0320… » for a number
    if re.fullmatch(r"0\d{9}", digits):
        return " ".join(digits[at : at + 2] for at in range(0, 10, 2))
    if re.fullmatch(r"1\d{1,2}|[1-9]\d{3}|116\d{3}|\+\d{8,15}", digits):
        return digits
    raise Wrong(f"{text!r} is no phone number: write one, like 03 20 00 00 00")


def url(text: str) -> str:
    """A whole address. Raises `Wrong`."""
    if not re.fullmatch(r"https?://[^\s\"'<>]+\.[^\s\"'<>]+", text):
        raise Wrong(f"{text!r} is no address: write it whole, like https://www.exemple.fr")
    return text


def languages(text: str) -> tuple[str, ...]:
    """ISO codes of languages named in French. Raises `Wrong`."""
    found = []
    for part in re.split(r"[,;|/+]| et ", text):
        if not (name := fold(part)):
            continue
        code = _codes().get(name)
        if code is None:
            raise Wrong(f"no language called {part.strip()!r}: write it in French, like "
                         "français, anglais, arabe")  # fmt: skip
        found.append(code)
    return tuple(dict.fromkeys(found))


@cache
def _codes() -> Mapping[str, str]:
    """French names of languages, and their codes → codes."""
    names = {key: str(name) for key, name in Locale("fr").languages.items() if "_" not in key}
    found = {fold(name): key for key, name in names.items()}
    found |= {key: key for key in names}
    found |= dict.fromkeys(("lsf", "langue des signes", "langue des signes francaise"),
                           SIGN_LANGUAGE)  # fmt: skip
    return found | {"chinois": "zh", "mandarin": "zh", "farsi": "fa", "dari": "fa"}
