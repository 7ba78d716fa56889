"""Bodies a webhook might be sent: updates like Telegram's, then bent, nested and torn ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from fuzz.texts import Texts

_KEYS = ("message", "callback_query", "update_id", "text", "chat", "from", "data", "rich_message",
         "entities", "reply_markup", "edited_message", "poll", "id", "type", "date", "bold",
         "message_id", "first_name", "is_bot", "blocks", "caption", "photo", "voice")  # fmt: skip
DEEPEST = 6


class Updates:
    """Draws bodies, as bytes."""

    def __init__(self, texts: Texts, seed: int) -> None:
        self.texts, self.chance = texts, random.Random(seed)

    def draw(self) -> bytes:
        """One body."""
        ways: tuple[Callable[[], Any], ...] = (self._message, self._tap, self._bent, self._any)
        made = self.chance.choice(ways)()
        # As Telegram sends it: half a character travels as an escape.
        body = json.dumps(made).encode()
        if self.chance.random() < 0.15:
            at = self.chance.randrange(len(body) + 1)
            return body[:at] + self.chance.randbytes(self.chance.randint(0, 9)) + body[at + 3 :]
        return body

    def _message(self) -> dict[str, Any]:
        chat = self.chance.choice((42, -1, 2**40, 0))
        said = {"message_id": self.chance.randrange(10**6), "date": 1_790_000_000,
                "chat": {"id": chat, "type": "private"}, "text": self.texts.draw(),
                "from": {"id": 42, "is_bot": False, "first_name": self.texts.draw()}}  # fmt: skip
        if self.chance.random() < 0.2:
            said["rich_message"] = self._nested(40)
        return {"update_id": self.chance.randrange(10**9), "message": said}

    def _tap(self) -> dict[str, Any]:
        data = self.chance.choice((f"a:age:{self.texts.draw()}:1", "m:x:y:", self.texts.draw()))
        return {"update_id": self.chance.randrange(10**9), "callback_query": {
            "id": "1", "from": {"id": 42, "is_bot": False, "first_name": "P"},
            "chat_instance": "1", "data": data, "message": self._message()["message"]}}  # fmt: skip

    def _nested(self, deep: int) -> Any:
        made: Any = self.texts.draw()[:20]
        for _ in range(self.chance.randint(1, deep)):
            kind = self.chance.choice(("bold", "italic", "list", "quote"))
            made = {"type": kind, **({"blocks": [made]} if kind == "list" else {"text": made})}
        return made

    def _bent(self) -> Any:
        """A likely update, with a value of the wrong kind somewhere."""
        made = self._message()
        inside = made["message"]
        inside[self.chance.choice(tuple(inside))] = self._any()
        return made

    def _any(self, deep: int = 0) -> Any:
        draw = self.chance
        if deep >= DEEPEST or draw.random() < 0.5:
            return draw.choice((None, True, -1, 2**70, 1.5, "", [], {}, self.texts.draw()[:60]))
        if draw.random() < 0.3:
            return [self._any(deep + 1) for _ in range(draw.randint(0, 3))]
        return {draw.choice(_KEYS): self._any(deep + 1) for _ in range(draw.randint(0, 4))}
