"""Seals. Whoever steals the database reads nothing.

A data key per interview (AES-256-GCM), wrapped by a key-encryption key from outside the database.
The associated data binds each sealed value to its interview, field and version, so bytes
moved to another row or put back from an older one do not open. People's addresses and codes
are looked up by keyed hashes (HMAC-SHA-256).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class SealError(Exception):
    """Bytes that this key does not open: an incident, never « a new patient »."""


class BadKeys(ValueError):
    """`AVANT_BILAN_KEYS` cannot be read; the message says what to do, in one line."""


class Wrapper(Protocol):
    """What wraps data keys: a key held in this process, or a key-management service.

    `about` names the interview; the same is needed to unwrap. Unwrapping raises `SealError`.
    """

    def wrap(self, key: bytes, about: str) -> bytes: ...

    def unwrap(self, wrapped: bytes, about: str) -> bytes: ...


class LocalKey:
    """A key-encryption key held in this process (AES-256-GCM)."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def wrap(self, key: bytes, about: str) -> bytes:
        return _seal(self._cipher, key, about)

    def unwrap(self, wrapped: bytes, about: str) -> bytes:
        return _open(self._cipher, wrapped, about)


@dataclass(frozen=True)
class Keyring:
    """Key-encryption keys by name (the first one wraps) and the key of the look-up hashes."""

    keys: Mapping[str, Wrapper] = field(repr=False)
    index: bytes = field(repr=False)

    @classmethod
    def parse(cls, written: str) -> Keyring:
        """Read `index:BASE64,name:BASE64,…`: 32 bytes each; raises `BadKeys`."""
        found: dict[str, bytes] = {}
        for part in filter(None, (each.strip() for each in written.split(","))):
            name, _, value = part.partition(":")
            try:
                found[name] = base64.b64decode(value, validate=True)
            except binascii.Error:
                raise BadKeys(f"AVANT_BILAN_KEYS: {name!r} is not base64") from None
            if len(found[name]) != 32:
                raise BadKeys(f"AVANT_BILAN_KEYS: {name!r} must be 32 bytes")
        index = found.pop("index", None)
        if index is None or not found:
            raise BadKeys(
                "AVANT_BILAN_KEYS needs « index:… » and at least one more key; "
                "`python -m app keys new` prints a fresh set"
            )
        return cls({name: LocalKey(key) for name, key in found.items()}, index)

    @staticmethod
    def fresh() -> str:
        """A new set of keys, as `AVANT_BILAN_KEYS` wants it."""
        return f"{_fresh('index')},{_fresh('k1')}"

    @classmethod
    def with_another(cls, written: str) -> str:
        """The same set with a new key in front, which wraps from then on."""
        known, number = cls.parse(written).keys, 1
        while f"k{number}" in known:
            number += 1
        return f"{_fresh(f'k{number}')},{written.strip()}"

    @property
    def current(self) -> str:
        """The name of the key that wraps."""
        return next(iter(self.keys))

    def new_box(self, owner: str) -> tuple[Box, bytes]:
        """A fresh data key for this interview, and its wrapped form to keep."""
        key = AESGCM.generate_key(256)
        return Box(key), self._wrap(owner, key)

    def box(self, owner: str, wrapped: bytes) -> Box:
        """The box of this interview; raises `SealError`."""
        return Box(self._unwrap(owner, wrapped))

    def rewrap(self, owner: str, wrapped: bytes) -> bytes:
        """The same data key under the key that wraps now; raises `SealError`."""
        return self._wrap(owner, self._unwrap(owner, wrapped))

    def _wrap(self, owner: str, key: bytes) -> bytes:
        name = self.current
        return name.encode() + b"\0" + self.keys[name].wrap(key, f"{owner}|key")

    def _unwrap(self, owner: str, wrapped: bytes) -> bytes:
        wrapper = self.keys.get(wrapped_by(wrapped))
        if wrapper is None:
            raise SealError("wrapped by a key that is not in AVANT_BILAN_KEYS")
        return wrapper.unwrap(wrapped.partition(b"\0")[2], f"{owner}|key")

    def hash(self, kind: str, value: str) -> bytes:
        """A keyed hash to look `value` up by, different for each kind of value."""
        # Not `hmac.digest`: it lets another thread have Python for so short a work, then waits.
        made = self._hash.copy()
        made.update(f"{kind}\0{value}".encode())
        return made.digest()

    @cached_property
    def _hash(self) -> hmac.HMAC:
        """Its key taken in: that takes longer than a value does."""
        return hmac.new(self.index, digestmod=hashlib.sha256)


class Box:
    """Seals and opens the values of one interview."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, value: bytes, about: str) -> bytes:
        """`about` names interview, field and version; the same is needed to open."""
        return _seal(self._cipher, value, about)

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises `SealError` when the bytes or what they are about were changed."""
        return _open(self._cipher, sealed, about)


def wrapped_by(wrapped: bytes) -> str:
    """The name of the key-encryption key that opens this."""
    return wrapped.partition(b"\0")[0].decode(errors="replace")


def _fresh(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


def _seal(cipher: AESGCM, value: bytes, about: str) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, value, about.encode())


def _open(cipher: AESGCM, sealed: bytes, about: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
    except (InvalidTag, ValueError):
        raise SealError("these bytes do not open") from None
