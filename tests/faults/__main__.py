"""`python -m tests.faults sqlite|postgresql …`: the fault suite in full, with what it counted."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time

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


def main() -> int:
    """Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("database", choices=("sqlite", "postgresql"))
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--database-kills", type=int, default=0)
    parser.add_argument("--cuts", type=int, default=0)
    parser.add_argument("--updates", type=int, default=60_000)
    parser.add_argument("--people", type=int, default=48)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    plan = Plan(chosen.people, chosen.kills, chosen.database_kills, chosen.cuts, chosen.updates,
                seed=chosen.seed)  # fmt: skip
    return 1 if asyncio.run(run(plan, chosen.database)) else 0


if __name__ == "__main__":
    sys.exit(main())
