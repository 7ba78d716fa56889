"""`python -m fuzz --inputs 10000000 --seed 1`: says how many, how slow, and what broke."""

from __future__ import annotations

import argparse
import contextlib
import logging
import sys

import structlog

from flows.loading import load
from fuzz.running import Runner


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    runner = Runner(load(), chosen.seed)
    found = runner.report
    # Stopped half-way (Ctrl-C), it still says what it saw.
    with contextlib.suppress(KeyboardInterrupt):
        runner.run(chosen.inputs, lambda count: print(f"{count:,}", file=sys.stderr, flush=True))
    for target, count in found.inputs.items():
        print(f"{target}: {count:,} inputs, slowest {found.slowest[target] * 1000:.1f} ms")
    for each in (*found.crashes, *found.slow)[:50]:
        print(each[:2000])
    print(f"seed {chosen.seed}: {len(found.crashes)} crashes, {len(found.slow)} over 50 ms")
    return 0 if found.clean else 1


if __name__ == "__main__":
    sys.exit(main())
