"""Finished values → PDF, through typst; QR codes, through segno.

A template reads one JSON value: no text of ours or of a person is ever taken for code.
"""

from __future__ import annotations

import io
import json
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from restitution.glyphs import FONTS

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "content" / "templates"
# Reading the fonts again for each page would cost more than the page. A compiler refuses a second
# thread, and taking from a deque is safe between threads: each call borrows one, or makes one.
_free: deque[typst.Compiler] = deque()
_STANDARDS: tuple[Literal["ua-1"] | None, ...] = ("ua-1", None)


def pdf(template: str, content: dict[str, Any], language: str = "fr") -> bytes:
    """The PDF of a template filled with `content`; the same bytes for the same content.

    PDF/UA-1 (tagged, titled, language told) unless a character has no glyph: then a page that
    prints matters more than a page that conforms.
    """
    import typst

    try:
        compiler = _free.pop()
    except IndexError:
        compiler = typst.Compiler(root=TEMPLATES, font_paths=[FONTS], ignore_system_fonts=True)
    inputs = {"content": json.dumps({**content, "language": language})}
    try:
        for standards in _STANDARDS:
            try:
                made = compiler.compile(
                    input=TEMPLATES / f"{template}.typ", format="pdf",
                    sys_inputs=inputs, pdf_standards=standards,
                )  # fmt: skip
            except typst.TypstError as error:
                if not standards or "could not be displayed" not in str(error):
                    raise
            else:
                assert isinstance(made, bytes)  # noqa: S101  one PDF, never pages apart
                return made
        raise AssertionError  # the last turn returned or raised
    finally:
        _free.append(compiler)


def qr_svg(url: str, level: str = "m", border: int = 4) -> str:
    """A QR code to put in a page: no size of its own, black on what lies behind."""
    import segno

    made = segno.make(url, error=level, micro=False, boost_error=False)
    return made.svg_inline(omitsize=True, border=border)


def qr_image(url: str, level: str = "m") -> str:
    """The same as a whole SVG document, for paper: the page leaves the quiet zone."""
    import segno

    drawing = io.BytesIO()
    segno.make(url, error=level, micro=False, boost_error=False).save(
        drawing, kind="svg", border=0, xmldecl=False, omitsize=True
    )
    return drawing.getvalue().decode()
