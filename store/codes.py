"""Codes a person shows, and tokens links carry."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
LENGTH = 10
"""50 bits: forty accounts wrong ten times an hour each hit one of 10,000 codes within 72 h with a
chance of 3e-7."""
_ALIKE = str.maketrans("ILO", "110")


def new_code() -> str:
    """Ten characters, fresh."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def pretty(code: str) -> str:
    """« 7K3QM 2XW9T »."""
    return f"{code[:5]} {code[5:]}"


def read_code(typed: str) -> str | None:
    """A code as typed (spaces, dashes, lower case, I for 1, O for 0), or None if it is none."""
    code = "".join(typed.split()).replace("-", "").upper().translate(_ALIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def new_token() -> str:
    """A link's secret: 128 bits, URL-safe, 22 characters."""
    return secrets.token_urlsafe(16)


def short_token() -> str:
    """A poster's token, readable aloud: not a secret, eight characters."""
    return "".join(secrets.choice(ALPHABET[2:]) for _ in range(8))
