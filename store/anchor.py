"""Where the audit chain ended, kept in a file outside the database.

Whoever can write the database can cut the end of the chain off; they cannot make this file, kept
on another disk or sent elsewhere, forget it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def remember(file: Path, number: int, line: bytes) -> None:
    """Add one line: « number hash ». Several processes may."""
    file.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    with os.fdopen(os.open(file, flags, 0o600), "ab", buffering=0) as out:
        out.write(f"{number} {line.hex()}\n".encode("ascii"))


def remembered(file: Path | None) -> Mapping[int, bytes]:
    """Hash by number; nothing when there is no such file. Raises `OSError` for another file."""
    if file is None or not file.exists():
        return {}
    found: dict[int, bytes] = {}
    for line in file.read_text(encoding="ascii", errors="replace").splitlines():
        number, _, written = line.partition(" ")
        try:
            # The first that was noted: one noted later for the same number covers it up.
            found.setdefault(int(number), bytes.fromhex(written))
        except ValueError:
            raise OSError(f"{file} is not a list of audit heads") from None
    return found


def shorten(file: Path) -> None:
    """Keep the last line only: what came before is bound to it."""
    kept = remembered(file)
    if len(kept) > 1:
        last = max(kept)
        beside = file.with_name(file.name + ".new")
        beside.unlink(missing_ok=True)
        remember(beside, last, kept[last])
        beside.replace(file)
