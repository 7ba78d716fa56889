"""The trace of readings: whoever changes it afterwards is found out."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from contextlib import closing

import pytest

from app import cli
from app.settings import Settings
from app.wiring import open_store
from store import anchor, trail
from store.crypto import Keyring
from store.opening import bring_up
from store.retention import Policy, purge
from tests.serving import Clock

DAY = 24 * 3600
KEYS = Keyring.fresh()


def store_in(folder, clock=None, keys=KEYS):
    made = Settings(database_url=f"sqlite:///{folder}/test.db", data_dir=str(folder), keys=keys,
                    _env_file=None)  # fmt: skip
    store = open_store(made, clock or Clock())
    bring_up(store)
    return store


def write(store, *actions, who="camille"):
    for each in actions:
        with store.transaction() as tx:
            trail.audit(tx, who, each, "b1")


def problems(store):
    with store.reading() as tx:
        return trail.verify(tx, anchor.remembered(store.anchor)).problems


@pytest.fixture
def kept(tmp_path):
    """A database with ten lines, closed, its files on the disk."""
    folder = tmp_path / "kept"
    folder.mkdir()
    store = store_in(folder)
    write(store, *(f"read {each}" for each in range(10)))
    assert problems(store) == ()
    for each in (store.engine, store.vault.engine):
        each.dispose()
    return folder


TAMPERINGS = {
    "an action is changed": "UPDATE audit SET action = 'sign in' WHERE number = 4",
    "a time is changed": "UPDATE audit SET at = at - 1 WHERE number = 4",
    "a reader is changed": "UPDATE audit SET who = 'somebody' WHERE number = 4",
    "a brief is changed": "UPDATE audit SET brief_id = NULL WHERE number = 4",
    "the first line is changed": "UPDATE audit SET who = 'x' WHERE number = 1",
    "the last line is changed": "UPDATE audit SET who = 'x' WHERE number = 10",
    "a line is deleted": "DELETE FROM audit WHERE number = 4",
    "the first line is deleted": "DELETE FROM audit WHERE number = 1",
    "a line is deleted and the others close up":
        "DELETE FROM audit WHERE number = 4;"
        "UPDATE audit SET number = -number WHERE number > 4;"
        "UPDATE audit SET number = -number - 1 WHERE number < 0;"
        "UPDATE audit_head SET number = 9",
    "two lines change places":
        "UPDATE audit SET number = -4 WHERE number = 4;"
        "UPDATE audit SET number = 4 WHERE number = 5;"
        "UPDATE audit SET number = 5 WHERE number = -4",
    "two lines change their content":
        "UPDATE audit SET action = CASE number WHEN 4 THEN 'read 4' ELSE 'read 3' END "
        "WHERE number IN (4, 5)",
    "the end is cut off": "DELETE FROM audit WHERE number > 7",
    "the end is cut off and the head moved back":
        "DELETE FROM audit WHERE number > 7;"
        "UPDATE audit_head SET number = 7, hash = (SELECT hash FROM audit WHERE number = 7)",
    "everything is deleted": "DELETE FROM audit; UPDATE audit_head SET number = 0, hash = x''",
    "a line is slipped in":
        "INSERT INTO audit (at, who, action) VALUES (1, 'camille', 'read')",
    "a line is added with a made-up hash":
        "INSERT INTO audit (at, who, action, number, hash) VALUES (1, 'c', 'read', 11, x'00');"
        "UPDATE audit_head SET number = 11, hash = x'00'",
    "the beginning is cut off with a forged checkpoint":
        "INSERT INTO audit_checkpoint (number, hash, at, seal) "
        "SELECT number, hash, 1, x'00' FROM audit WHERE number = 4;"
        "DELETE FROM audit WHERE number <= 4",
    "the chain is taken apart to be made anew":
        "UPDATE audit SET who = 'x' WHERE number = 4; UPDATE audit SET number = NULL, hash = NULL;"
        "UPDATE audit_head SET number = 0, hash = x''",
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERINGS)
def test_whoever_edits_the_database_is_found_out(kept, tmp_path, how):
    folder = tmp_path / "copy"
    shutil.copytree(kept, folder)
    with closing(sqlite3.connect(folder / "test.db")) as copy, copy:
        copy.executescript(TAMPERINGS[how])
    assert problems(store_in(folder))


def test_cutting_the_end_is_found_by_the_file_outside_the_database_only(kept):
    with closing(sqlite3.connect(kept / "test.db")) as copy, copy:
        copy.executescript(TAMPERINGS["the end is cut off and the head moved back"])
    store = store_in(kept)
    assert problems(store) == ("lines after 7 are missing: 10 were noted outside",)
    (kept / "audit-head").unlink()
    assert problems(store) == ()


def test_a_line_written_after_the_end_was_cut_does_not_cover_it_up(kept):
    with closing(sqlite3.connect(kept / "test.db")) as copy, copy:
        copy.executescript(TAMPERINGS["the end is cut off and the head moved back"])
    store = store_in(kept)
    write(store, *(f"again {each}" for each in range(5)))
    assert "line 8 is not the one noted outside the database" in problems(store)


def test_other_keys_verify_nothing(kept):
    assert problems(store_in(kept, keys=Keyring.fresh()))


def test_a_purge_leaves_a_signed_checkpoint_that_still_verifies(tmp_path):
    clock = Clock()
    store = store_in(tmp_path, clock)
    write(store, "old", "old", "old")
    clock.now += 300 * DAY
    write(store, "young")
    clock.now += 100 * DAY
    assert purge(store)["audit lines"] == 3
    assert problems(store) == ()
    assert purge(store)["audit lines"] == 0
    write(store, "after")
    clock.now += 400 * DAY
    assert purge(store)["audit lines"] > 2
    with store.reading() as tx:
        found = trail.verify(tx, anchor.remembered(store.anchor))
    assert (found.problems, found.lines) == ((), 2)  # the newest of then, and this purge
    assert len(anchor.remembered(store.anchor)) == 1


def test_a_checkpoint_taken_away_is_missed(tmp_path):
    clock = Clock()
    store = store_in(tmp_path, clock)
    write(store, "old", "old")
    clock.now += 400 * DAY
    write(store, "young")
    purge(store)
    with closing(sqlite3.connect(tmp_path / "test.db")) as copy, copy:
        copy.execute("DELETE FROM audit_checkpoint")
    assert problems(store)


def test_two_purges_at_once_destroy_once(tmp_path):
    clock = Clock()
    store = store_in(tmp_path, clock)
    write(store, *(["old"] * 5))
    clock.now += 400 * DAY
    write(store, "young")
    counts: list[int] = []
    both = [
        threading.Thread(target=lambda: counts.append(purge(store, Policy())["audit lines"]))
        for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(counts) == [0, 5]
    assert problems(store) == ()


def test_several_writers_add_to_one_chain(tmp_path):
    stores = [store_in(tmp_path) for _ in range(3)]
    writers = [
        threading.Thread(target=write, args=(each, *(f"a{n}" for n in range(15))))
        for each in stores
    ]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert problems(stores[0]) == ()
    with stores[0].reading() as tx:
        assert trail.head(tx)[0] == 45


def test_a_transaction_that_fails_adds_nothing(tmp_path):
    store = store_in(tmp_path)
    with pytest.raises(ZeroDivisionError), store.transaction() as tx:
        trail.audit(tx, "camille", "read")
        raise ZeroDivisionError
    assert problems(store) == ()
    assert anchor.remembered(store.anchor) == {}


@pytest.fixture
def commands(kept, monkeypatch):
    monkeypatch.setenv("AVANT_BILAN_DATABASE_URL", f"sqlite:///{kept}/test.db")
    monkeypatch.setenv("AVANT_BILAN_DATA_DIR", str(kept))
    monkeypatch.setenv("AVANT_BILAN_KEYS", KEYS)
    return kept


def test_an_operator_verifies_notes_the_head_and_exports(commands, capsys):
    assert cli.main(["audit", "verify"]) == 0
    assert "Whole: 10 lines" in capsys.readouterr().out
    cli.main(["audit", "head"])
    number, last = capsys.readouterr().out.split()
    cli.main(["audit", "export"])
    lines = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    assert [each["number"] for each in lines] == list(range(1, 11))
    assert (number, last) == ("10", lines[-1]["hash"])
    assert lines[0].keys() == {"number", "at", "who", "action", "brief", "hash"}


def test_an_operator_is_told_what_is_wrong_by_the_exit_code_too(commands, capsys):
    with closing(sqlite3.connect(commands / "test.db")) as copy, copy:
        copy.executescript(TAMPERINGS["a line is deleted"])
    assert cli.main(["audit", "verify"]) == 1
    assert capsys.readouterr().out.startswith("lines 4 to 4 are missing")
