"""Finding a QR code on a printed page, module by module."""

from __future__ import annotations

from collections.abc import Iterator

import pypdfium2
import segno

DPI = 200
DARK = bytes(1 if level < 128 else 0 for level in range(256))


class Bitmap:
    """A page in black and white."""

    def __init__(self, made: bytes, page: int = 0) -> None:
        document = pypdfium2.PdfDocument(made)
        drawn = document[page].render(scale=DPI / 72, grayscale=True)
        self.width, self.height = drawn.width, drawn.height
        flat = bytes(drawn.buffer)
        self.rows = [
            flat[at * drawn.stride : at * drawn.stride + drawn.width].translate(DARK)
            for at in range(drawn.height)
        ]
        document.close()

    def shows(self, url: str, level: str, width_mm: float) -> bool:
        """Does the page carry exactly the QR code of this address, this wide?"""
        matrix = [
            [cell == 1 for cell in line]
            for line in segno.make(url, error=level, micro=False, boost_error=False).matrix
        ]
        size = width_mm / 25.4 * DPI / len(matrix)
        return any(self._reads(matrix, size, x, y) for x, y in self._corners(size))

    def _corners(self, size: float) -> Iterator[tuple[int, int]]:
        """Where the upper side of a finder pattern may begin: seven dark modules after a light."""
        run = b"\x00" + b"\x01" * int(7 * size - 1)
        for y, row in enumerate(self.rows):
            x = row.find(run)
            while x >= 0:
                yield x + 1, y
                x = row.find(run, x + len(run))

    def _reads(self, matrix: list[list[bool]], size: float, x: int, y: int) -> bool:
        side = int(len(matrix) * size)
        if x + side > self.width or y + side > self.height:
            return False
        return all(
            self.rows[int(y + (line + 0.5) * size)][int(x + (column + 0.5) * size)] == dark
            for line, cells in enumerate(matrix) for column, dark in enumerate(cells)
        )  # fmt: skip
