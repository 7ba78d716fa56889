"""Which characters the shipped fonts can draw, read from the fonts themselves.

A list kept by hand would be wrong the day a font is added; the compiler refuses a page with one
character it cannot draw, so this decides what is cleaned before a page is made.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
"""Noto Sans (SIL Open Font License), one file for each script and weight."""


@lru_cache(maxsize=1)
def alphabets() -> tuple[frozenset[str], ...]:
    """For each script, every character that all its weights have: bold must not lose a letter."""
    found: dict[str, frozenset[int]] = {}
    for path in sorted(FONTS.glob("*.[ot]tf")):
        script, codes = path.stem.split("-", maxsplit=1)[0], frozenset(_characters(path))
        found[script] = found[script] & codes if script in found else codes
    return tuple(frozenset(map(chr, codes)) for codes in found.values())


@lru_cache(maxsize=1)
def drawn() -> frozenset[str]:
    """Every character some shipped font has."""
    return frozenset().union(*alphabets())


def together(base: str, mark: str) -> bool:
    """Can this mark be drawn on this letter? One font must have both."""
    return any(base in each and mark in each for each in alphabets())


def _characters(path: Path) -> Iterator[int]:
    """The code points of a font's character map (formats 4 and 12: all that Noto uses)."""
    data = path.read_bytes()
    table = _table(data, b"cmap")
    (count,) = struct.unpack_from(">H", data, table + 2)
    for index in range(count):
        (offset,) = struct.unpack_from(">4xI", data, table + 4 + 8 * index)
        (kind,) = struct.unpack_from(">H", data, table + offset)
        if kind == 4:
            yield from _segments(data, table + offset)
        elif kind == 12:
            yield from _groups(data, table + offset)


def _table(data: bytes, name: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, 4)
    for index in range(count):
        tag, offset = struct.unpack_from(">4s4xI4x", data, 12 + 16 * index)
        if tag == name:
            return int(offset)
    raise ValueError(f"a font without {name!r}")


def _segments(data: bytes, at: int) -> Iterator[int]:
    (double,) = struct.unpack_from(">H", data, at + 6)
    ends = struct.unpack_from(f">{double // 2}H", data, at + 14)
    starts = struct.unpack_from(f">{double // 2}H", data, at + 16 + double)
    for start, end in zip(starts, ends, strict=True):
        if start != 0xFFFF:
            yield from range(start, end + 1)


def _groups(data: bytes, at: int) -> Iterator[int]:
    (count,) = struct.unpack_from(">I", data, at + 12)
    for index in range(count):
        start, end = struct.unpack_from(">II", data, at + 16 + 12 * index)
        yield from range(start, end + 1)
