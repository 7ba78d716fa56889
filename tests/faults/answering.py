"""People who answer at the desk while their writes are noted; each acknowledgement is noted, too.

`python -m tests.faults.answering folder people`: run by `power.py`, with its shim loaded.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

from app.settings import Settings
from app.wiring import build
from bot.messages import Capabilities, Inbound
from store import database
from tests.faults.people import Told

CHANNEL = "telegram"
CAN = Capabilities(private=False, queued=True)


async def main(folder: Path, people: int) -> None:
    """All of them, until each has finished."""
    if "POWER_WITHOUT_SYNC" in os.environ:
        # Only to see that the cuts can be noticed.
        database.PRAGMAS = tuple(each.replace("FULL", "OFF") for each in database.PRAGMAS)
    service = build(Settings(data_dir=str(folder), _env_file=None))
    acks = os.open(folder / "acks", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    await service.desk.start()

    async def talk(number: int) -> None:
        told = Told(service.shelf, random.Random(number), CHANNEL)
        begin = Inbound(CHANNEL, str(number), "/begin - fr", "b", language="fr", typed=False)
        await service.desk.hear(begin, CAN)
        os.write(acks, f"{number} {len(told.interview.log)}\n".encode())
        while (move := told.next()) is not None:
            inbound = Inbound(CHANNEL, str(number), move.said, str(told.moves), move.about,
                              move.tick, typed=move.typed, meaning=move.meaning)  # fmt: skip
            await service.desk.hear(inbound, CAN)
            told.hear(move)
            os.write(acks, f"{number} {len(told.interview.log)}\n".encode())

    await asyncio.gather(*(talk(number) for number in range(people)))
    await service.desk.stop()
    service.writer.close()
    service.store.engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
