"""What every test run shares: nothing from one's own environment, and how hard Hypothesis tries."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

for name in [each for each in os.environ if each.startswith("AVANT_BILAN_")]:
    del os.environ[name]

# A busy machine is not a failing test: no deadlines. In CI the same examples every time, so that
# a change is judged by what it changes; elsewhere new ones at each run.
settings.register_profile(
    "default", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.register_profile("thorough", settings.get_profile("default"), max_examples=2_000)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") == "true" else "default")
)
