"""Data keys lie apart from the answers, are wrapped again while people talk, and are destroyed."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import delete, insert, select, text

from app import cli
from app.demonstration import AWA
from app.settings import Settings
from app.wiring import build, open_store
from store.backup import backup
from store.crypto import Keyring, LocalKey, SealError, wrapped_by
from store.database import open_database
from store.migrating import migrate
from store.opening import WrongVault, bring_up
from store.repository import Store, table
from store.retention import purge
from store.tables import AddressRow, InterviewRow
from store.vault import KEYS, Vault, open_vault
from tests.serving import Clock, Patient, serving

DAY = 24 * 3600


def wrapped(vault: Vault) -> dict[str, bytes]:
    with vault.engine.connect() as connection:
        return {row.interview_id: row.wrapped for row in connection.execute(select(KEYS))}


def rows(service) -> int:
    with service.store.reading() as tx:
        return len(tx.db.execute(select(table(InterviewRow).c.id)).all())


def settings(folder, keys, **more):
    return Settings(database_url=f"sqlite:///{folder}/test.db", data_dir=str(folder), keys=keys,
                    _env_file=None, **more)  # fmt: skip


async def one(folder, service, who="p"):
    person = Patient(service, who)
    await person.begin()
    await person.say("yes", "consent")
    return person


async def test_whoever_copies_the_answers_alone_has_no_key_even_with_the_environment(tmp_path):
    async with serving(tmp_path) as service:
        await one(tmp_path, service)
        keys = wrapped(service.store.vault)
    assert keys
    main = b"".join(each.read_bytes() for each in tmp_path.glob("test.db*"))
    assert not any(key in main for key in keys.values())


async def test_the_database_without_its_vault_says_so_and_takes_nobody_for_a_stranger(tmp_path):
    keys = Keyring.fresh()
    service = build(settings(tmp_path, keys), Clock())
    await service.desk.start()
    await one(tmp_path, service)
    await service.desk.stop()
    service.writer.close()
    for each in tmp_path.glob("test-keys.db*"):
        each.unlink()
    with pytest.raises(WrongVault, match="AVANT_BILAN_KEYS_URL"):
        build(settings(tmp_path, keys), Clock())


def test_the_vault_of_another_service_is_refused_before_anything_is_purged(tmp_path):
    keys = Keyring.fresh()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        bring_up(open_store(settings(folder, keys)))
    other = f"sqlite:///{tmp_path}/two/test-keys.db"
    with pytest.raises(WrongVault):
        bring_up(open_store(settings(tmp_path / "one", keys, keys_url=other)))


def test_answers_and_keys_in_one_file_are_refused(tmp_path):
    same = f"sqlite:///{tmp_path}/test.db"
    with pytest.raises(OSError, match="same file"):
        open_store(settings(tmp_path, Keyring.fresh(), keys_url=same))


async def test_keys_are_wrapped_again_while_people_talk_and_the_old_one_can_go(tmp_path):
    old = Keyring.fresh()
    new = Keyring.with_another(old)
    service = build(settings(tmp_path, old), Clock())
    await service.desk.start()
    people = [await one(tmp_path, service, f"p{each}") for each in range(12)]
    await service.desk.stop()
    service.writer.close()

    service = build(settings(tmp_path, new), Clock())
    await service.desk.start()
    for each in people:
        each.service = service
    turning = service.store.vault.rotate(service.store.keys)
    assert (await people[0].say("no", "shared_phone")).waiting == "age"
    assert sum(turning) == 12
    assert service.store.vault.in_use() == {"k2": 12}
    assert list(service.store.vault.rotate(service.store.keys)) == []
    await service.desk.stop()
    service.writer.close()

    index, k2 = (each for each in new.split(",") if not each.startswith("k1:"))
    service = build(settings(tmp_path, ",".join((index, k2))), Clock())
    await service.desk.start()
    people[1].service = service
    assert (await people[1].say("no", "shared_phone")).waiting == "age"
    await service.desk.stop()
    service.writer.close()


def test_a_rotation_stopped_half_way_goes_on_where_it_stopped(tmp_path, monkeypatch):
    from store import vault as module

    monkeypatch.setattr(module, "BATCH", 10)
    ring = Keyring.parse(Keyring.fresh())
    vault = open_vault(f"sqlite:///{tmp_path}/keys.db")
    vault.put({f"i{each:02}": ring.new_box(f"i{each:02}")[1] for each in range(25)}, 0)
    again = Keyring({"k2": LocalKey(b"2" * 32), **ring.keys}, ring.index)

    turning = vault.rotate(again)
    assert next(turning) == 10
    turning.close()
    assert vault.in_use() == {"k1": 15, "k2": 10}
    assert list(vault.rotate(again)) == [10, 5]
    assert all(again.box(each, key) for each, key in wrapped(vault).items())


def test_a_key_service_elsewhere_wraps_the_same_way():
    class Elsewhere:
        """A key-management service: the key never comes here."""

        def __init__(self):
            self.held = LocalKey(b"9" * 32)

        def wrap(self, key, about):
            return b"elsewhere:" + self.held.wrap(key, about)

        def unwrap(self, wrapped, about):
            return self.held.unwrap(wrapped.removeprefix(b"elsewhere:"), about)

    ring = Keyring({"kms": Elsewhere()}, b"i" * 32)
    box, kept = ring.new_box("one")
    assert wrapped_by(kept) == "kms"
    assert ring.box("one", kept).open(box.seal(b"yes", "a"), "a") == b"yes"
    with pytest.raises(SealError):
        ring.box("another", kept)


# -- commands -------------------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path, monkeypatch):
    monkeypatch.setenv("AVANT_BILAN_DATABASE_URL", f"sqlite:///{tmp_path}/test.db")
    monkeypatch.setenv("AVANT_BILAN_DATA_DIR", str(tmp_path))
    keys = Keyring.fresh()
    monkeypatch.setenv("AVANT_BILAN_KEYS", keys)
    store = open_store(Settings())
    bring_up(store)
    store.vault.put({each: store.keys.new_box(each)[1] for each in ("a", "b")}, 0)
    return keys


def test_an_operator_is_told_which_keys_are_in_use(environment, monkeypatch, capsys):
    assert cli.main(["keys", "next"]) == 0
    new = capsys.readouterr().out.strip()
    monkeypatch.setenv("AVANT_BILAN_KEYS", new)
    assert cli.main(["keys", "check"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "k2: 0 data keys, wraps new data keys", "k1: 2 data keys, in use: `keys rotate` first",
    ]  # fmt: skip
    assert cli.main(["keys", "rotate"]) == 0
    assert "2 data keys wrapped again" in capsys.readouterr().out
    assert cli.main(["keys", "check"]) == 0
    assert "k1: 0 data keys, can be removed" in capsys.readouterr().out


def test_a_key_removed_too_early_is_named(environment, monkeypatch, capsys):
    index = environment.split(",")[0]
    k9 = Keyring.fresh().split(",")[1].replace("k1", "k9")
    monkeypatch.setenv("AVANT_BILAN_KEYS", f"{index},{k9}")
    assert cli.main(["keys", "check"]) == 1
    assert "k1: 2 data keys, and this key is not in" in capsys.readouterr().out
    assert cli.main(["keys", "rotate"]) == 1
    assert "did not open" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["rotate", "check"])
def test_no_command_prints_a_key(environment, capsys, command):
    cli.main(["keys", command])
    said = "".join(capsys.readouterr())
    assert not any(each.split(":")[1] in said for each in environment.split(","))


# -- where keys come from -------------------------------------------------------------------------


def test_keys_may_come_from_a_file_only_the_service_reads(tmp_path):
    file = tmp_path / "sealing"
    file.write_text(Keyring.fresh(), encoding="ascii")
    given = {"database_url": f"sqlite:///{tmp_path}/test.db", "keys_file": str(file),
             "host": "0.0.0.0", "data_dir": str(tmp_path)}  # fmt: skip
    file.chmod(0o644)
    with pytest.raises(OSError, match="chmod 600"):
        open_store(Settings(**given))
    file.chmod(0o600)
    assert open_store(Settings(**given)).keys.current == "k1"
    with pytest.raises(OSError, match="keep one"):
        open_store(Settings(**given, keys=Keyring.fresh()))


def test_a_public_service_refuses_to_start_without_keys_or_with_those_of_a_local_run(tmp_path):
    local = {"database_url": f"sqlite:///{tmp_path}/test.db", "data_dir": str(tmp_path)}
    public = local | {"host": "0.0.0.0"}
    open_store(Settings(**local))
    made = (tmp_path / "keys").read_text(encoding="ascii")
    with pytest.raises(OSError, match="AVANT_BILAN_KEYS"):
        open_store(Settings(**public))
    with pytest.raises(OSError, match="make new ones") as told:
        open_store(Settings(**public, keys=made))
    assert made.split(":")[1][:10] not in str(told.value)


# -- destroying, and crashes in between -----------------------------------------------------------


async def test_an_erased_key_is_on_no_file_any_more(tmp_path):
    async with serving(tmp_path) as service:
        awa = await one(tmp_path, service)
        (key,) = wrapped(service.store.vault).values()
        files = [each for each in tmp_path.iterdir() if each.is_file()]
        assert any(key in each.read_bytes() for each in files)
        await awa.say("/erase")
        await awa.say("/erase_yes")
        assert rows(service) == 0
        assert not any(key in each.read_bytes() for each in tmp_path.iterdir())
        assert (tmp_path / "test-keys.db-wal").stat().st_size == 0
        assert (tmp_path / "test.db-wal").stat().st_size == 0


async def test_a_crash_after_the_key_was_kept_leaves_a_key_of_nobody_which_a_purge_sweeps(tmp_path):
    clock = Clock()
    async with serving(tmp_path, clock) as service:
        service.store.vault.put({"never written": service.store.keys.new_box("x")[1]}, clock.now)
        assert purge(service.store)["keys without an interview"] == 0  # it may be on its way
        clock.now += 2 * DAY
        assert purge(service.store)["keys without an interview"] == 1
        assert wrapped(service.store.vault) == {}


async def test_a_crash_after_the_key_was_destroyed_leaves_rows_nobody_reads_and_a_start_removes(
    tmp_path,
):
    async with serving(tmp_path) as service:
        awa = await one(tmp_path, service)
        (owner,) = wrapped(service.store.vault)
        service.store.vault.destroy([owner], 0)
        service.store.recent.forget([owner])  # the power goes here, before the commit
        assert (await awa.say("bonjour")).waiting is None
        assert rows(service) == 1
        bring_up(service.store)
        assert rows(service) == 0


async def test_rows_go_too_when_the_commit_fails_after_the_key_is_gone(tmp_path):
    async with serving(tmp_path) as service:
        await one(tmp_path, service)
        (owner,) = wrapped(service.store.vault)
        with pytest.raises(Exception, match="FOREIGN KEY"), service.store.transaction() as tx:
            tx.db.execute(text("PRAGMA defer_foreign_keys=ON"))
            tx.erase(owner)
            lost = {"hash": b"h", "interview_id": "nobody", "channel": "web", "sealed": b"",
                    "blocked": False}  # fmt: skip
            tx.db.execute(insert(table(AddressRow)).values(lost))
        assert rows(service) == 0


async def test_an_old_copy_of_the_answers_put_back_does_not_bring_back_who_was_erased(tmp_path):
    keys = Keyring.fresh()
    service = build(settings(tmp_path, keys), Clock())
    await service.desk.start()
    gone, stays = [await one(tmp_path, service, each) for each in ("gone", "stays")]
    backup(service.store.engine, tmp_path / "copy")
    await gone.say("/erase")
    await gone.say("/erase_yes")
    await service.desk.stop()
    service.writer.close()
    service.store.engine.dispose()
    for each in tmp_path.glob("test.db*"):
        each.unlink()
    shutil.copy(tmp_path / "copy", tmp_path / "test.db")

    service = build(settings(tmp_path, keys), Clock())
    assert rows(service) == 1
    await service.desk.start()
    stays.service = service
    assert (await stays.say("no", "shared_phone")).waiting == "age"
    await service.desk.stop()
    service.writer.close()


def test_keys_that_lay_with_the_answers_move_at_the_next_start(tmp_path):
    ring = Keyring.parse(Keyring.fresh())
    engine = open_database(f"sqlite:///{tmp_path}/test.db")
    migrate(engine, "3d1c0a9f52be")
    kept = ring.new_box("one")[1]
    with engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO interview (id, sealed, version, status, channel, started_at, touched_at,"
            " demo) VALUES ('one', x'00', 1, 'open', 'web', 0, 0, 0)"))  # fmt: skip
        connection.execute(text("INSERT INTO data_key VALUES ('one', :k)"), {"k": kept})
        connection.execute(text(
            "INSERT INTO audit (at, who, action) VALUES (1, 'w', 'sign in')"))  # fmt: skip
    store = Store(engine, ring, Clock())
    bring_up(store)
    assert wrapped(store.vault) == {"one": kept}
    main = b"".join(each.read_bytes() for each in tmp_path.glob("test.db*"))
    assert kept not in main
    bring_up(store)


async def test_people_are_purged_with_their_keys(tmp_path):
    clock = Clock()
    async with serving(tmp_path, clock) as service:
        people = [Patient(service, f"p{each}") for each in range(30)]
        for each in people:
            await each.begin()
            await each.say("yes", "consent")
        awa = Patient(service, "awa")
        await awa.begin()
        await awa.answer(AWA)
        clock.now += 31 * DAY
        counts = purge(service.store)
        assert counts["interviews"] == 30
        assert purge(service.store)["interviews"] == 0
        assert len(wrapped(service.store.vault)) == rows(service) == 1
        clock.now += 160 * DAY
        assert purge(service.store)["interviews"] == 1
        assert wrapped(service.store.vault) == {}


def test_what_was_destroyed_is_left_out_and_what_is_lost_is_an_incident(tmp_path):
    vault = open_vault(f"sqlite:///{tmp_path}/keys.db")
    vault.put({"a": b"k1\0x", "b": b"k1\0y", "c": b"k1\0z"}, 0)
    vault.destroy(["b"], 1)
    vault.destroy(["b"], 2)
    assert vault.get(["a", "b"]) == {"a": b"k1\0x"}
    with vault.engine.begin() as connection:
        connection.execute(delete(KEYS).where(KEYS.c.interview_id == "c"))
    with pytest.raises(SealError, match="AVANT_BILAN_KEYS_URL"):
        vault.get(["a", "c"])
