"""Power cuts while people answer on SQLite: the database opens, nothing acknowledged is lost."""

from __future__ import annotations

import shutil

import pytest

from tests.faults import power


@pytest.mark.skipif(shutil.which("cc") is None, reason="recording writes needs a C compiler")
def test_no_power_cut_loses_an_acknowledged_answer():
    assert power.cuts(300, people=4) == []


@pytest.mark.skipif(shutil.which("cc") is None, reason="recording writes needs a C compiler")
def test_the_cuts_would_be_noticed_without_syncs(monkeypatch):
    """The same people on a database told not to sync: the test can fail."""
    monkeypatch.setenv("POWER_WITHOUT_SYNC", "1")
    assert power.cuts(100, people=2) != []
