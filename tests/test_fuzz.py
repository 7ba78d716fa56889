"""Whatever strangers send, reading it raises nothing. The millions are in `make fuzz`."""

from __future__ import annotations

import contextlib

import pytest

from flows import reading
from flows.engine import source_labels
from flows.errors import Unreadable
from fuzz.running import Runner
from tests.advising import shelf


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_anybody_types_or_posts_breaks_the_reading(seed):
    # How long each takes is for the full run: here a busy machine would decide.
    found = Runner(shelf(), seed, slow=float("inf")).run(1500)
    assert found.crashes == []
    assert found.inputs == {"reading": 1125, "webhook": 375}


def test_the_same_seed_draws_the_same_inputs():
    first, again = (Runner(shelf(), 7).texts for _ in range(2))
    assert [first.draw() for _ in range(50)] == [again.draw() for _ in range(50)]


@pytest.mark.parametrize("said", ["❸", "né en ❸", "1m❼5", "➓ kg", "⓪", "❶ et ❷", "²", "١٨", "１８"])
def test_a_figure_that_is_no_number_is_not_taken_for_one(said):
    for question in shelf().questions.values():
        with contextlib.suppress(Unreadable):
            reading.read(question, said, source_labels(question), 2026)
