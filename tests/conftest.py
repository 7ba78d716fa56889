"""What every test run shares: nothing from one's own environment, and how hard Hypothesis tries."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from tests.postgres import Cluster

for name in [each for each in os.environ if each.startswith("AVANT_BILAN_")]:
    del os.environ[name]

# A busy machine is not a failing test: no deadlines. In CI the same examples every time, so that
# a change is judged by what it changes; elsewhere new ones at each run.
settings.register_profile(
    "default", deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=2_000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") == "true" else "default")
)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL, started when the first test asks for it."""
    started = Cluster()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of one file."""
    from tests.professionals import chromium  # heavy, and not before the environment is emptied

    with chromium() as found:
        yield found


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of its own, on each of the two we serve from."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/test.db"
    return request.getfixturevalue("cluster").fresh()


@pytest.fixture
def postgresql(cluster: Cluster) -> str:
    """The address of a PostgreSQL database of its own."""
    return cluster.fresh()


def pytest_collection_finish() -> None:
    # Thousands of tests and the content stay to the end: no need to look through them each time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
