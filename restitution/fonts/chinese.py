"""Which characters the Chinese font keeps, one code a line, for `pyftsubset` (see README.md)."""

from __future__ import annotations

import sys

MORE = "浏踝鼾髋骼瘾疱痫癫痔疹痤瘙髌骶颌眩窦龋哮喘痰腱臀腋腭膈胰骺疝痿痘癣癜咽哽噎呕吐痉挛酗嗜赌毯"
"""Characters our texts use beyond GB 2312 level 1."""


def codes() -> list[int]:
    """ASCII, GB 2312's marks and level 1 (3,755 characters), full-width forms, and `MORE`."""
    rows = [*range(0xA1, 0xA3), *range(0xB0, 0xD8)]
    pairs = (bytes([row, cell]) for row in rows for cell in range(0xA1, 0xFF))
    found = {ord(each.decode("gb2312", "ignore") or " ") for each in pairs}
    return sorted(found | {*range(0x20, 0x7F), *range(0xFF01, 0xFF5F)} | set(map(ord, MORE)))


if __name__ == "__main__":
    sys.stdout.write("".join(f"{code:04x}\n" for code in codes()))
