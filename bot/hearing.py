"""One message on its way through a batch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import NamedTuple

from bot.conversation import Turn
from bot.messages import Capabilities, Inbound, Reply, Screen
from bot.view import View
from store.outbox import Outgoing
from store.repository import Held


class Answer(NamedTuple):
    """A reply, and the interview it shows; None of somebody nothing is kept about."""

    reply: Reply
    view: View | None


@dataclass
class Heard:
    """What came in, and what became of it so far."""

    inbound: Inbound
    can: Capabilities
    future: asyncio.Future[Reply]
    held: Held | None = None
    turn: Turn | None = None
    opening: tuple[Screen, ...] = ()
    duplicate: bool = False
    reply: Reply | None = None
    view: View | None = None
    """The interview behind the reply, for pages that show more than its screens."""
    outgoing: tuple[Outgoing, ...] = ()
    """Screens for the outbox, written with those of the whole batch."""
    taken: str = ""
    """How entering the code of another phone went, when this message was one."""
    place: bytes = b""
    """Where its channel's screens leave for, by the outbox."""
    live: int | None = None
    """The last message of this conversation, on a channel that can change it."""

    def again(self) -> None:
        """As before it was decided: a batch may be tried more than once."""
        self.held, self.turn, self.opening, self.outgoing, self.view = None, None, (), (), None
