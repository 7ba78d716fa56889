"""Second factors: six digits from a phone (TOTP, RFC 6238), recovery codes, passkeys.

The secret of the six digits is not kept: it is derived from a salt with the index key, so a
stolen database makes no code and there is nothing to seal again when keys rotate.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

import pyotp
from sqlalchemy import delete, func, insert, select, update

from store.codes import ALPHABET, pretty, read_code
from store.repository import Transaction, table
from store.sessions import end_all
from store.tables import OnceRow, PasskeyRow, PractitionerRow, RecoveryCodeRow
from store.trail import audit

STEP = 30
RECOVERY = 10
"""Codes on a sheet."""
CHALLENGE = 600
"""Seconds a browser has to answer."""
_WHO, _CODE = table(PractitionerRow), table(RecoveryCodeRow)
_PASSKEY, _ONCE = table(PasskeyRow), table(OnceRow)


# -- six digits ------------------------------------------------------------------------------------


def begin(tx: Transaction, who: str) -> str | None:
    """A new secret, base32, for the phone; it counts once a first code confirmed it.

    Asked again before that, the same one: a page drawn twice must not spoil what was scanned.
    None: there is one already, which only its own code removes.
    """
    query = select(_WHO.c.factor_salt, _WHO.c.factor_step).where(_WHO.c.id == who)
    row = tx.db.execute(query).one()
    if row.factor_step:
        return None
    salt = row.factor_salt or secrets.token_hex(16)
    tx.db.execute(update(_WHO).where(_WHO.c.id == who).values(factor_salt=salt))
    return _secret(tx, who, salt)


def _secret(tx: Transaction, who: str, salt: str) -> str:
    return base64.b32encode(tx.keys.hash("totp", f"{who} {salt}")[:20]).decode()


def has_digits(tx: Transaction, who: str) -> bool:
    """Is a second factor set up and confirmed?"""
    step = tx.db.execute(select(_WHO.c.factor_step).where(_WHO.c.id == who)).scalar()
    return bool(step)


def digits(tx: Transaction, who: str, typed: str, first: bool = False) -> bool:
    """Is this the code of now, or the one just before or after, never accepted before?

    The step it belongs to is kept, and no code of that step or an older one is taken again.
    `first` confirms a set-up; otherwise an unconfirmed one opens nothing.
    """
    query = select(_WHO.c.factor_salt, _WHO.c.factor_step).where(_WHO.c.id == who)
    row = tx.db.execute(query).one()
    if row.factor_salt is None or first == bool(row.factor_step):
        return False
    code, clock = "".join(typed.split()), pyotp.TOTP(_secret(tx, who, row.factor_salt))
    now = tx.now // STEP
    for step in (now - 1, now, now + 1):
        right = hmac.compare_digest(clock.generate_otp(step).encode(), code.encode())
        if right and step > row.factor_step:
            # The condition again: two requests at once use one code once.
            kept = (_WHO.c.id == who) & (_WHO.c.factor_step == row.factor_step)
            done = tx.db.execute(update(_WHO).where(kept).values(factor_step=step))
            return bool(done.rowcount)
    return False


def address(secret: str, email: str) -> str:
    """What the QR code of a set-up carries."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Avant-bilan")


# -- recovery codes --------------------------------------------------------------------------------


def new_codes(tx: Transaction, who: str) -> list[str]:
    """A fresh sheet of recovery codes, shown once; an older sheet stops serving."""
    tx.db.execute(delete(_CODE).where(_CODE.c.practitioner_id == who))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY)]
    rows = [{"hash": _hash(tx, who, each), "practitioner_id": who} for each in codes]
    tx.db.execute(insert(_CODE), rows)
    audit(tx, who, "new recovery codes")
    return [pretty(each) for each in codes]


def codes_left(tx: Transaction, who: str) -> int:
    """How many recovery codes still serve."""
    query = select(func.count()).select_from(_CODE).where(_CODE.c.practitioner_id == who)
    return int(tx.db.execute(query).scalar_one())


def recover(tx: Transaction, who: str, typed: str) -> bool:
    """Use up a recovery code. False: it is none of this account, or it served already."""
    code = read_code(typed)
    if code is None:
        return False
    done = tx.db.execute(delete(_CODE).where(_CODE.c.hash == _hash(tx, who, code)))
    if done.rowcount:
        audit(tx, who, "use recovery code")
    return bool(done.rowcount)


def _hash(tx: Transaction, who: str, code: str) -> bytes:
    return tx.keys.hash("recovery", f"{who} {code}")


# -- passkeys --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner recognises it."""

    name: str
    browser: str
    made_at: int


def passkeys(tx: Transaction, who: str) -> list[Passkey]:
    """The passkeys of an account, oldest first."""
    query = select(_PASSKEY).where(_PASSKEY.c.practitioner_id == who).order_by(_PASSKEY.c.made_at)
    return [Passkey(row.id.hex(), row.browser, row.made_at) for row in tx.db.execute(query)]


def add_passkey(
    tx: Transaction, who: str, key: bytes, public_key: bytes, count: int, browser: str
) -> None:
    """Keep the public half of a passkey."""
    tx.db.execute(
        insert(_PASSKEY).values(
            id=key, practitioner_id=who, public_key=public_key, sign_count=count, browser=browser,
            made_at=tx.now,
        )
    )  # fmt: skip
    audit(tx, who, "add passkey")


def passkey(tx: Transaction, key: bytes) -> Any:
    """The row of a passkey, or None."""
    return tx.db.execute(select(_PASSKEY).where(_PASSKEY.c.id == key)).first()


def used_passkey(tx: Transaction, key: bytes, count: int) -> None:
    """Keep the counter it showed: a copy would show an older one."""
    tx.db.execute(update(_PASSKEY).where(_PASSKEY.c.id == key).values(sign_count=count))


def remove_passkey(tx: Transaction, who: str, name: str) -> bool:
    """False: no such passkey of theirs."""
    try:
        key = bytes.fromhex(name)
    except ValueError:
        return False
    mine = (_PASSKEY.c.practitioner_id == who) & (_PASSKEY.c.id == key)
    done = bool(tx.db.execute(delete(_PASSKEY).where(mine)).rowcount)
    if done:
        audit(tx, who, "remove passkey")
    return done


# -- all of them -----------------------------------------------------------------------------------


def remove_digits(tx: Transaction, who: str) -> None:
    """No six digits any more; every session of the account ends."""
    kept = {"factor_salt": None, "factor_step": 0}
    tx.db.execute(update(_WHO).where(_WHO.c.id == who).values(**kept))
    end_all(tx, who)
    audit(tx, who, "remove second factor")


def forget(tx: Transaction, who: str) -> None:
    """No second factor, passkey or recovery code any more."""
    kept = {"factor_salt": None, "factor_step": 0}
    tx.db.execute(update(_WHO).where(_WHO.c.id == who).values(**kept))
    for rows in (_CODE, _PASSKEY):
        tx.db.execute(delete(rows).where(rows.c.practitioner_id == who))


# -- once ------------------------------------------------------------------------------------------


def once(tx: Transaction, kind: str, value: str) -> None:
    """Remember something that may serve once, for ten minutes."""
    tx.db.execute(delete(_ONCE).where(_ONCE.c.until < tx.now))
    kept = {"hash": tx.keys.hash(kind, value), "until": tx.now + CHALLENGE}
    tx.db.execute(insert(_ONCE).values(**kept))


def serve_once(tx: Transaction, kind: str, value: str) -> bool:
    """Use it up. False: never heard of, used already, or too late."""
    mine = (_ONCE.c.hash == tx.keys.hash(kind, value)) & (_ONCE.c.until > tx.now)
    return bool(tx.db.execute(delete(_ONCE).where(mine)).rowcount)
