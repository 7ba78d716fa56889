"""How a person's moves reach the application: as Telegram, a browser or a kiosk sends them.

A `Parcel` is made once and may be sent again, word for word: that is what a duplicate is.
"""

from __future__ import annotations

import itertools
import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.channels.web import guard
from store.codes import new_token
from tests.faults.people import Move
from tests.faults.served import App
from tests.faults.wire import Wire
from tests.telegram_emulator import Emulator

_updates, _messages = itertools.count(1_000_000), itertools.count(50_000_000)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One request, ready to be sent as often as needed."""

    path: str
    body: bytes
    headers: dict[str, str]
    good: tuple[int, ...] = (200,)


class Door(ABC):
    """One person on one channel. `address`: what the store knows them by."""

    channel = ""

    def __init__(self, app: App) -> None:
        self.app, self.address = app, ""

    @abstractmethod
    def opening(self) -> Parcel:
        """Begin."""

    def opened(self, body: bytes) -> None:  # noqa: B027  most channels know all beforehand
        """What the opening brought back."""

    @abstractmethod
    def parcel(self, move: Move) -> Parcel:
        """What this move is on this channel."""


class TelegramDoor(Door):
    channel = "telegram"

    def __init__(self, app: App, emulator: Emulator | None, chat: int) -> None:
        super().__init__(app)
        self.emulator, self.chat, self.address = emulator, chat, str(chat)
        if emulator is not None:
            emulator.chats[chat]  # from now on the bot may write there

    def opening(self) -> Parcel:
        return self._pressed("a::/begin - fr:")

    def parcel(self, move: Move) -> Parcel:
        if move.typed:
            return self._update({"message": self._message(next(_messages)) | {"text": move.said}})
        kind = "m" if move.tick else "a"
        meaning = "" if move.meaning is None else move.meaning
        return self._pressed(f"{kind}:{move.about}:{move.said}:{meaning}")

    def _pressed(self, data: str) -> Parcel:
        shown = self.emulator.chats[self.chat] if self.emulator is not None else {}
        last = next(reversed(shown), 1)
        return self._update({"callback_query": {
            "id": str(next(_messages)), "from": self._me(), "chat_instance": "1", "data": data,
            "message": self._message(last) | {"text": "…"}}})  # fmt: skip

    def _update(self, content: dict[str, object]) -> Parcel:
        body = json.dumps({"update_id": next(_updates)} | content).encode()
        return Parcel(self.app.webhook, body, {
            "X-Telegram-Bot-Api-Secret-Token": self.app.secret,
            "Content-Type": "application/json"})  # fmt: skip

    def _message(self, number: int) -> dict[str, object]:
        return {"message_id": number, "date": 1_790_000_000, "from": self._me(),
                "chat": {"id": self.chat, "type": "private"}}  # fmt: skip

    def _me(self) -> dict[str, object]:
        return {"id": self.chat, "is_bot": False, "first_name": "P", "language_code": "fr"}


class WebDoor(Door):
    """The forms of the patient's pages, as our script sends them."""

    channel = "web"

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.address = new_token()

    def opening(self) -> Parcel:
        return self._form("/begin", [("token", "")])

    def parcel(self, move: Move) -> Parcel:
        if move.typed and str(move.said).startswith("/"):
            return self._form("/say", [("command", str(move.said))])
        if move.typed:
            return self._form("/say", [("written", str(move.said)), ("done", "1")])
        values = move.said if isinstance(move.said, tuple) else (move.said,)
        fields = [("about", move.about or ""), *(("said", each) for each in values)]
        return self._form("/say", [*fields, ("done", "1")])

    def _form(self, path: str, fields: list[tuple[str, str]]) -> Parcel:
        key = guard.new_key(self.address)
        body = urlencode([("key", key), ("language", "fr"), *fields]).encode()
        return Parcel(path, body, {
            "Cookie": f"{guard.PERSON}={self.address}", "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": "gzip",
            "X-Swap": "1"}, (200, 303))  # fmt: skip


class JsonDoor(Door):
    channel = "json"

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.interview = ""

    def opening(self) -> Parcel:
        return Parcel("/api/v1/interviews", b'{"language": "fr"}',
                      {"Content-Type": "application/json"}, (201,))  # fmt: skip

    def opened(self, body: bytes) -> None:
        said = json.loads(body)
        self.interview, self.address = said["id"], said["token"]

    def parcel(self, move: Move) -> Parcel:
        body = json.dumps({"said": move.said, "about": move.about}).encode()
        return Parcel(f"/api/v1/interviews/{self.interview}/messages", body, {
            "Authorization": f"Bearer {self.address}", "Idempotency-Key": new_token(),
            "Content-Type": "application/json"})  # fmt: skip


async def say(wire: Wire, parcel: Parcel) -> bytes | None:
    """What came back if it was acknowledged; None: not acknowledged. Raises `OSError`."""
    status, _, body = await wire.post(parcel.path, parcel.body, parcel.headers)
    return body if status in parcel.good else None
