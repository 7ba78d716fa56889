"""In short what `make faults` runs in full: nothing lost, nothing twice, all in order.

The oracle heard each person's acknowledged messages once, in order (`people.py`).
"""

from __future__ import annotations

import pytest

from flows.loading import load
from restitution.helping import ask_for_help
from restitution.library import load as load_library
from tests.faults.campaign import Plan, campaign
from tests.faults.judging import judge, opened, settled


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_people_keep_what_was_acknowledged_whatever_is_killed(database):
    postgres = database == "postgresql"
    plan = Plan(people=4, kills=1, database_kills=postgres, cuts=2 * postgres, seed=7)
    async with campaign(plan, ask_for_help(load(), load_library()), database) as run:
        await run.run()
        service = opened(run.app)
        await settled(run.app, service)
        await run.app.stop()
        verdict = judge(run, service)

    assert verdict.problems == []
    assert run.emulator.refused == []
    assert run.counts["duplicated"] > 0.15 * run.counts["acknowledged"]
    said = run.app.log.read_text(encoding="utf-8") if run.app.log.exists() else ""
    assert "Traceback" not in said
