"""Power cuts at the file layer: what was not synced may be lost, torn or out of order.

The application's own writes are recorded once (`power.c`), then the power is cut at any moment of
the recording, as often as wanted: a file holds what was synced, and of each later write all, a
part in sectors, or nothing, independently of the others. A file made or deleted is so for sure
only once its folder is synced. The database must open and hold every answer acknowledged.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flows.model import Interview, load
from store.crypto import Keyring
from tests.faults.answering import CHANNEL

HERE = Path(__file__).parent
SECTOR = 512
_HEAD = struct.Struct("=c3xiqqq")


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the recording: O opened, W written, A appended, T cut, B, S synced, U deleted."""

    what: str
    fd: int
    place: int
    size: int
    held: bytes


def record(folder: Path, people: int) -> list[Note]:
    """Let these people answer in `folder`; gives everything written there, in order."""
    shim = folder.parent / "power.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", shim, HERE / "power.c", "-ldl"],
                   check=True)  # fmt: skip
    folder.mkdir()
    log = folder.parent / "log"
    around = os.environ | {"LD_PRELOAD": str(shim), "POWER_FOLDER": str(folder),
                           "POWER_LOG": str(log)}  # fmt: skip
    subprocess.run([sys.executable, "-m", "tests.faults.answering", folder, str(people)],
                   check=True, env=around, cwd=HERE.parent.parent)  # fmt: skip
    return list(_read(log.read_bytes()))


def _read(raw: bytes) -> Iterator[Note]:
    at = 0
    while at < len(raw):
        what, fd, place, size, held = _HEAD.unpack_from(raw, at)
        at += _HEAD.size + held
        yield Note(what.decode(), fd, place, size, raw[at - held : at])


@dataclass
class _File:
    """A file's synced content, and what happened since."""

    safe: bytearray = field(default_factory=bytearray)
    since: list[Note] = field(default_factory=list)

    def sync(self, upto: int) -> None:
        for note in self.since[:upto]:
            _apply(self.safe, note)
        del self.since[:upto]

    def after_a_cut(self, chance: random.Random) -> bytes:
        """What the disk may hold."""
        found = bytearray(self.safe)
        kept = chance.choice((0.0, 0.5, 0.5, 0.9, 1.0))
        for note in self.since:
            if chance.random() < kept:
                _apply(found, _torn(note, chance) if chance.random() < 0.3 else note)
        return bytes(found)


def _apply(found: bytearray, note: Note) -> None:
    if note.what == "T":
        del found[note.size :]
        found.extend(bytes(note.size - len(found)))
        return
    found.extend(bytes(max(0, note.place - len(found))))
    found[note.place : note.place + len(note.held)] = note.held


def _torn(note: Note, chance: random.Random) -> Note:
    """Some of its sectors only, from any one to any other."""
    sectors = len(note.held) // SECTOR
    if note.what == "T" or sectors < 2:
        return note
    start = chance.randrange(sectors) * SECTOR
    end = chance.randrange(start // SECTOR + 1, sectors + 1) * SECTOR
    return Note("W", note.fd, note.place + start, end - start, note.held[start:end])


class Disk:
    """The files as the recording goes on."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self.files: dict[str, _File] = {}
        self.doubtful: dict[str, str] = {}
        """Files made or deleted since their folder was synced."""
        self.deleted: dict[str, _File] = {}
        self.acknowledged: dict[str, int] = {}
        self._paths: dict[int, str] = {}
        self._synced: dict[int, int] = {}

    def step(self, note: Note) -> None:
        """One more thing happened."""
        if note.what == "O":
            path = self._paths[note.fd] = note.held.decode()
            if note.place and path not in self.files:
                self.files[path], self.doubtful[path] = _File(), "made"
        elif note.what == "U":
            path = note.held.decode()
            if path in self.files:
                self.deleted[path], self.doubtful[path] = self.files.pop(path), "deleted"
        elif (path := self._paths[note.fd]).endswith("/acks"):
            for line in note.held.decode().splitlines():
                person, length = line.split()
                self.acknowledged[person] = int(length)
        elif note.what == "B" and path in self.files:
            # What is written while a sync runs is not covered by it.
            self._synced[note.fd] = len(self.files[path].since)
        elif note.what == "S" and path in self.files:
            self.files[path].sync(self._synced.pop(note.fd))
        elif note.what == "S":
            self.doubtful.clear()
            self.deleted.clear()
        elif path in self.files and note.what in "WT":
            self.files[path].since.append(note)
        elif path in self.files and note.what == "A":
            # SQLite only appends to its shared memory and to journals it makes once.
            end = len(self.files[path].safe) + sum(len(it.held) for it in self.files[path].since)
            self.files[path].since.append(Note("W", note.fd, end, note.size, note.held))

    def cut(self, into: Path, chance: random.Random) -> None:
        """Write down what may be found when the power comes back."""
        there = dict(self.files)
        for path, what in self.doubtful.items():
            if chance.random() < 0.5:
                if what == "made":
                    there.pop(path, None)
                elif path in self.deleted:
                    there[path] = self.deleted[path]
        for path, file in there.items():
            if not path.endswith("-shm"):
                (into / Path(path).name).write_bytes(file.after_a_cut(chance))


def logs(database: Path, keys: Keyring, people: int) -> dict[str, Interview]:
    """What a database holds of each person; raises `sqlite3.DatabaseError` when it is damaged."""
    query = """select i.id, i.sealed, i.version, k.wrapped from address a
               join interview i on i.id = a.interview_id
               join vault.data_key k on k.interview_id = i.id where a.hash = ?"""
    found = {}
    with sqlite3.connect(database) as db:
        vault = database.with_name(f"{database.stem}-keys.db")
        db.execute("attach database ? as vault", (str(vault),))
        for each in ("main", "vault"):
            (state,) = db.execute(f"pragma {each}.quick_check").fetchone()
            if state != "ok":
                raise sqlite3.DatabaseError(state)
        for number in range(people):
            place = keys.hash("address", f"{CHANNEL}|{number}")
            for owner, sealed, version, wrapped in db.execute(query, (place,)):
                box = keys.box(owner, wrapped)
                found[str(number)] = load(box.open(sealed, f"{owner}|log|{version}"))
    db.close()
    return found


def cuts(count: int, people: int, seed: int = 1) -> list[str]:
    """Cut the power this often; gives what went wrong."""
    problems: list[str] = []
    with tempfile.TemporaryDirectory(dir=_fast()) as made:
        folder = Path(made) / "data"
        notes = record(folder, people)
        keys = Keyring.parse((folder / "keys").read_text(encoding="ascii").strip())
        last = logs(folder / "avant-bilan.db", keys, people)
        chance, disk = random.Random(seed), Disk(folder)
        first = next(at for at, note in enumerate(notes) if note.held == b"0 0\n")
        moments = sorted(chance.randrange(first, len(notes)) for _ in range(count))
        back = Path(made) / "back"
        for at, note in enumerate(notes):
            disk.step(note)
            while moments and moments[0] == at:
                moments.pop(0)
                back.mkdir()
                disk.cut(back, chance)
                problems += _judged(back, disk.acknowledged, last, keys, people, at)
                shutil.rmtree(back)
    return problems


def _judged(back: Path, acknowledged: dict[str, int], last: dict[str, Interview], keys: Keyring,
            people: int, at: int) -> list[str]:  # fmt: skip
    try:
        kept = logs(back / "avant-bilan.db", keys, people)
    except sqlite3.Error as error:
        return [f"cut at {at}: the database does not open ({error})"]
    found = []
    for person, length in acknowledged.items():
        log = kept[person].log if person in kept else ()
        if log[:length] != last[person].log[:length] or (person not in kept):
            found.append(f"cut at {at}: {len(log)} entries of person {person}, {length} promised")
    return found


def _fast() -> str | None:
    """Memory, where there is some: the cuts are simulated, the disk has no part in it."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
