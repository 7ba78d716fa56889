"""docs/asvs.md counts what it says, and the tests it names exist."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (V\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.M)
VERDICTS = ("met", "not met", "not applicable")


def test_every_requirement_of_levels_one_and_two_has_one_verdict():
    # 70 of level 1 and 183 of level 2 in release 5.0.0.
    assert Counter(level for _, level, *_ in ROWS) == {"1": 70, "2": 183}
    assert len({number for number, *_ in ROWS}) == 253
    assert {verdict for *_, verdict, _ in ROWS} == set(VERDICTS)


def test_the_counts_are_those_of_the_rows():
    for chapter, *counts in re.findall(r"^\| V(\d+) [^|]+ \| (\d+) \| (\d+) \| (\d+) \|$", TEXT,
                                       re.M):  # fmt: skip
        mine = Counter(row[3] for row in ROWS if row[0].startswith(f"V{chapter}."))
        assert [mine[each] for each in VERDICTS] == list(map(int, counts)), chapter
    whole = re.search(r"\*\*All 253\*\* \| \*\*(\d+)\*\* \| \*\*(\d+)\*\* \| \*\*(\d+)\*\*", TEXT)
    found = Counter(row[3] for row in ROWS)
    assert whole and [found[each] for each in VERDICTS] == list(map(int, whole.groups()))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:tests|bot|app|store|flows|docs|restitution)/[\w/.-]+)`", TEXT))))  # fmt: skip  # noqa: E501
def test_what_it_names_exists(path):
    assert (ROOT / path).exists()
