"""Reading printed pages back: how many, what they say, how small, which characters."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from pypdf import PdfReader

FLOOR = 7.5
"""Points: no text on paper is smaller."""
CONFIDENTIAL = (
    "suicid", "mourir", "idées noires", "idées de mort", "en finir", "tentative", "scarifi",
    "violen", "viol ", "violée", "frapp", "battu", "harcel", "harcèl", "agress", "menace", "menacé",
    "insult", "coups", "maltrait", "emprise", "discrimin", "victime", "soumission",
    "chimique", "ghb",
    "3114", "3919", "3133", "3018", "116 006", "116006", "17 ou 114", "01 40 05 42 70",
    "sos amitié", "france victimes", "crafs", "enfance en danger", "wast", "psychotrauma",
    "seul à seul", "questions personnelles", "vu par d'autres", "double confidence", "peur de mon",
    "danger_now", "ideation", "attempt", "violence_victim", "suicidal_history",
)  # fmt: skip
"""Whatever was confided, in our words, in people's, in codes, in numbers to call."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One document, read back."""

    pages: int
    text: str
    smallest: float
    """Points, of the smallest character drawn."""


def read(made: bytes) -> Printed:
    """What a PDF holds."""
    document = pypdfium2.PdfDocument(made)
    try:
        text, sizes = "", []
        for page in document:
            found = page.get_textpage()
            text += found.get_text_bounded() + "\n"
            sizes += list(_sizes(found))
        return Printed(len(document), " ".join(text.split()), min(sizes))
    finally:
        document.close()


def _sizes(found: pypdfium2.PdfTextPage) -> Iterator[float]:
    raw = pypdfium2.raw
    for index in range(found.count_chars()):
        if chr(raw.FPDFText_GetUnicode(found.raw, index)).strip():
            yield round(raw.FPDFText_GetFontSize(found.raw, index), 2)


def told(text: str) -> list[str]:
    """Confidential words standing in a text, spaces of any kind alike."""
    plain = " ".join(text.casefold().replace("’", "'").split())
    return [each for each in CONFIDENTIAL if each in plain]


def titled(made: bytes) -> bool:
    """Is it a tagged PDF that tells its title and language (PDF/UA-1)?"""
    catalogue = PdfReader(io.BytesIO(made)).trailer["/Root"]
    return bool(catalogue.get("/MarkInfo", {}).get("/Marked")) and "/Lang" in catalogue
