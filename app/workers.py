"""Several processes from one command, on PostgreSQL."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from typing import TYPE_CHECKING

from app.settings import PREFIX, Settings
from app.wiring import keys
from store.database import open_database
from store.migrating import migrate

if TYPE_CHECKING:
    from fastapi import FastAPI

SHUTDOWN = 2
"""Seconds an answer in progress may take once told to stop; the channels have three more."""
COLLECT = (50_000, 20, 50)
"""Objects made between two looks for those that hold each other; such looks between two at what is
older; and those between two at everything, during which all wait."""
TURN = 0.0005
"""Seconds one thread keeps Python from another that waits (5 ms by itself: sixty rows, 300 ms)."""


def serve(settings: Settings, count: int) -> None:
    """`count` processes behind one port until told to stop; one that dies is started again.

    Raises `OSError` with a line for the operator.
    """
    import uvicorn

    if settings.database_url.startswith("sqlite"):
        raise OSError(
            f"SQLite takes one writing process: --workers needs {PREFIX}DATABASE_URL=postgresql://…"
        )
    keys(settings)  # made once, not by each
    engine = open_database(settings.database_url)
    migrate(engine)
    engine.dispose()
    # Telegram's limit is one for all of them.
    os.environ[f"{PREFIX}TELEGRAM_RATE"] = str(max(1, settings.telegram_rate // count))
    with tempfile.TemporaryDirectory(prefix="avant-bilan-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        uvicorn.run(
            "app.workers:one", factory=True, workers=count, host=settings.host,
            port=settings.port, log_config=None, log_level="warning", access_log=False,
            server_header=False, timeout_graceful_shutdown=SHUTDOWN,
        )  # fmt: skip


def one() -> FastAPI:
    """The application of one of these processes."""
    from app.logging import configure
    from app.web import create
    from app.wiring import build

    settings = Settings()
    configure(settings.log_format)
    made = create(build(settings))
    settle()
    return made


def settle() -> None:
    """Everything loaded stays: looking through it at each collection costs half the speed.

    What an answer makes is gone with it, and need not be looked for every few answers. And the
    thread that writes lets go of Python at each row: it must not wait long to have it back.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)
    sys.setswitchinterval(TURN)
