"""What `make test` takes a few of, and `make whole` all: the same tests, the same checks."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
WHOLE = os.environ.get("WHOLE") == "1"


def few(all_of: Sequence[T], count: int) -> Sequence[T]:
    """`count` of these, spread over all of them; all of them in the whole run."""
    if WHOLE or count >= len(all_of):
        return all_of
    return [all_of[place * len(all_of) // count] for place in range(count)]


def apart(cases: Iterable[object]) -> list[Any]:
    """Long cases, each for a process of its own with `--dist loadgroup`: by itself, xdist gives
    the first ones to the same process."""
    return [pytest.param(each, marks=pytest.mark.xdist_group(str(each))) for each in cases]
