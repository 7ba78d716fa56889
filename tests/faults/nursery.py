"""Starts `python -m app serve` many times without paying each time for its imports.

Importing aiogram takes seconds; a hundred kills would be mostly that. This process imports all
once; each line on its standard input forks a child that runs the same command line.
"""

from __future__ import annotations

import gc
import os
import signal
import sys


def main() -> None:
    """Forks at each line read; prints the child's number."""
    import uvicorn.main

    import app.cli
    import app.web
    import app.wiring
    import bot.channels.telegram

    assert app.web and app.wiring and bot.channels.telegram and uvicorn.main
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: no zombies
    print("ready", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(0)
            os.dup2(2, 1)
            os._exit(app.cli.main(["serve"]))
        print(child, flush=True)


if __name__ == "__main__":
    main()
