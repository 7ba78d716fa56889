"""Commands that keep keys, the audit and people's rights; see `docs/keys.md`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

from app.settings import Settings
from app.wiring import Service, open_store
from app.wiring import keys as written_keys
from store import access, anchor, consent, trail
from store.crypto import Keyring, SealError

Say = Callable[[str], None]


def keys(action: str, say: Say) -> int:
    """`new`, `next`, `rotate`, `check`; gives the exit code."""
    if action == "new":
        say(Keyring.fresh())
        return 0
    settings = Settings()
    if action == "next":
        say(Keyring.with_another(written_keys(settings)))
        return 0
    return _rotate(settings, say) if action == "rotate" else _check(settings, say)


def _rotate(settings: Settings, say: Say) -> int:
    store = open_store(settings)
    done = 0
    try:
        for count in store.vault.rotate(store.keys):
            done += count
            say(f"{done} data keys wrapped again")
    except SealError as error:
        raise OSError(f"{done} data keys wrapped again, then one did not open: {error}") from None
    if done:
        with store.transaction() as tx:
            trail.audit(tx, trail.OPERATOR, "rotate keys")
    say(f"Every data key is wrapped by {store.keys.current!r}.")
    return 0


def _check(settings: Settings, say: Say) -> int:
    """1 when a data key needs a key that is not there."""
    store = open_store(settings)
    used, code = store.vault.in_use(), 0
    for name in store.keys.keys:
        count = used.pop(name, 0)
        note = ("wraps new data keys" if name == store.keys.current
                else "in use: `keys rotate` first" if count else "can be removed")  # fmt: skip
        say(f"{name}: {count} data keys, {note}")
    for name, count in used.items():
        say(f"{name}: {count} data keys, and this key is not in AVANT_BILAN_KEYS")
        code = 1
    return code


def audit(service: Service, action: str, say: Say) -> int:
    """`head`, `verify`, `export`, `contested`; gives the exit code."""
    with service.store.reading() as tx:
        if action == "head":
            number, last = trail.head(tx)
            say(f"{number} {last.hex()}")
            return 0
        if action == "contested":
            for it in consent.contested(tx):
                read = datetime.fromtimestamp(it.read_at, UTC).isoformat(timespec="seconds")
                say(f"{read} {it.name}, {it.profession}: {it.action} {it.about}")
            return 0
        if action == "export":
            for line in trail.exported(tx):
                at = datetime.fromtimestamp(line["at"], UTC).isoformat(timespec="seconds")
                say(json.dumps(line | {"at": at}))
            return 0
        found = trail.verify(tx, anchor.remembered(service.store.anchor))
    for each in found.problems:
        say(each)
    state = "Not whole" if found.problems else "Whole"
    say(f"{state}: {found.lines} lines, {found.purged} purged before them.")
    return 1 if found.problems else 0


def export(service: Service, interview: str) -> str:
    """All that is kept of this interview (id or code), as JSON; raises `OSError` without one."""
    from bot import my_data

    with service.store.transaction() as tx:
        held = tx.interview(access.interview_of(tx, interview) or "")
        if held is None:
            raise OSError("there is no such interview")
        trail.audit(tx, trail.OPERATOR, "export")
        view = service.desk.look_into(held.interview)
        made = my_data.collect(tx, view, everything=True)
    return json.dumps(made, ensure_ascii=False, indent=1)
