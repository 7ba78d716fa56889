"""Reminders and purging: by hand, from a timer of the system, or from one in the process."""

from __future__ import annotations

import asyncio

import structlog

from app.wiring import Service, policy
from bot import metrics
from bot.reminders import AT_ONCE, write_due
from flows.reminders import Policy
from store.repository import Transaction
from store.retention import purge

log = structlog.get_logger()


def remind(service: Service) -> int:
    """Write every reminder that is due, in small transactions; gives how many."""
    written, last = 0, AT_ONCE
    while last == AT_ONCE:
        with service.store.transaction() as tx:
            last = write_due(tx, Policy())
        written += last
    return written


async def every(minutes: int, service: Service) -> None:
    """Remind and purge, again and again, until cancelled. Several processes may do so at once."""
    while True:
        await asyncio.sleep(minutes * 60)
        try:
            await once(service)
        except Exception as error:  # noqa: BLE001  the next time may work
            log.error("housekeeping failed", error=type(error).__name__)


async def once(service: Service) -> None:
    """One round, through the writer like everything the service writes."""

    def reminders(tx: Transaction) -> int:
        return write_due(tx, Policy())

    last = AT_ONCE
    while last == AT_ONCE:
        last = await service.writer.run(reminders)
        metrics.REMINDERS.inc(last)
        service.desk.sent.set()
    gone = await asyncio.to_thread(purge, service.store, policy(service.settings))
    log.info("housekeeping", count=sum(gone.values()))
