"""Pictograms: one small sheet of them, and which stands beside which words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "pictograms"
CONTENT = Path(__file__).parents[2] / "content" / "pictures.yaml"
_DRAWING = re.compile(r"<svg [^>]*>(.*)</svg>", re.DOTALL)


@dataclass(frozen=True)
class Pictures:
    """Names of pictograms, by what they stand beside."""

    themes: Mapping[str, str]
    answers: Mapping[str, Mapping[str, str]]

    def of(self, question: str, value: str) -> str:
        """The pictogram of this answer; « » if it has none."""
        return self.answers.get(question, {}).get(value, "")


@cache
def read() -> Pictures:
    """`pictures.yaml`."""
    # Everything written is text: « yes » is an answer's value.
    found = yaml.load(CONTENT.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # nosec B506
    return Pictures(found["themes"], found["answers"])


def sheet() -> bytes:
    """All pictograms as symbols of one SVG file; a page shows one with `<use>`."""
    drawings = ((each.stem, each.read_text(encoding="utf-8")) for each in FOLDER.glob("*.svg"))
    symbols = [
        f'<symbol id="{name}" viewBox="0 0 48 48">{_inside(svg)}</symbol>'
        for name, svg in sorted(drawings)
    ]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'.encode()


def _inside(svg: str) -> str:
    found = _DRAWING.search(svg)
    return found[1].strip() if found else ""
