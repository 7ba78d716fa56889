"""`python -m tests.faults sqlite|postgresql|power|machine …`: in full, with what was counted."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import time

import structlog

from flows.loading import load
from restitution.helping import ask_for_help
from restitution.library import load as load_library
from tests.faults.campaign import Plan, campaign
from tests.faults.judging import judge, opened, settled


async def run(plan: Plan, database: str) -> list[str]:
    """Run it and print what happened; gives the problems found."""
    shelf = ask_for_help(load(), load_library())
    began = time.monotonic()
    async with campaign(plan, shelf, database) as made:
        await made.run()
        service = opened(made.app)
        await settled(made.app, service)
        took = await made.app.stop()
        verdict = judge(made, service)
        refused = sorted(set(made.emulator.refused))
    people = len(made.people)
    print(f"{database}: {people} people, {dict(made.counts)}, "
          f"{time.monotonic() - began:.0f} s in all, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    print(f"lost {len(verdict.lost)}, twice {len(verdict.twice)}, "
          f"out of order {len(verdict.disorder)}, elsewhere {len(verdict.elsewhere)}, "
          f"screens {len(verdict.screens)}; refused by Telegram: {refused}; "
          f"stopped in {took:.1f} s")  # fmt: skip
    for each in verdict.problems[:20]:
        print("  ", each)
    return [*verdict.problems, *refused]


def power_cuts(count: int, people: int) -> list[str]:
    """Cut the power this often; gives what went wrong."""
    from tests.faults import power

    began = time.monotonic()
    problems = power.cuts(count, people)
    print(f"{count} power cuts, {people} people: {len(problems)} problems, "
          f"{time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    return problems


def machine(wanted: int) -> list[str]:
    """Run the state machine for this many messages; raises what it finds."""
    from hypothesis import HealthCheck, Phase, settings
    from hypothesis.stateful import run_state_machine_as_test

    from tests.faults.machine import Conversations, steps

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))

    began = time.monotonic()
    once = settings(
        max_examples=100, stateful_step_count=50, deadline=None, database=None,
        phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    while steps["done"] < wanted:
        run_state_machine_as_test(Conversations, settings=once)
        print(f"state machine: {steps['done']} messages heard as the model did, "
              f"{time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f}",
              flush=True)  # fmt: skip
    return []


def main() -> int:
    """Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("what", choices=("sqlite", "postgresql", "power", "machine"))
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--database-kills", type=int, default=0)
    parser.add_argument("--cuts", type=int, default=0, help="of connections, or of power")
    parser.add_argument("--updates", type=int, default=60_000)
    parser.add_argument("--people", type=int, default=48)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.what == "power":
        return 1 if power_cuts(chosen.cuts or 10_000, min(chosen.people, 8)) else 0
    if chosen.what == "machine":
        return 1 if machine(chosen.steps) else 0
    plan = Plan(chosen.people, chosen.kills, chosen.database_kills, chosen.cuts, chosen.updates,
                seed=chosen.seed)  # fmt: skip
    return 1 if asyncio.run(run(plan, chosen.what)) else 0


if __name__ == "__main__":
    sys.exit(main())
