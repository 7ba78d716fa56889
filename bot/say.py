"""What the conversation decided to show, before it is put into words.

A `Say` is small and names things by id, so that it can wait in the outbox and be rendered
when it leaves: in the language of that moment, for the channel that sends it.
"""

from __future__ import annotations

import msgspec


class Say(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """`kind`: question · phrase · cards · summary · help · change · restitution · code · …"""

    kind: str
    ref: str = ""
    """A question, a phrase or a section, by id."""
    words: dict[str, str] = {}
    """Fills the placeholders of a phrase."""
    items: tuple[str, ...] = ()
    """Alert cards (« alert/card »), option values."""


NOTICES = frozenset({"cards", "quiet", "restitution", "code", "plan", "test", "watch",
                     "resume_code", "listen"})  # fmt: skip
"""Never superseded by a newer screen."""

dump = msgspec.json.Encoder().encode
load = msgspec.json.Decoder(tuple[Say, ...]).decode
