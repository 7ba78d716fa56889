"""A Bot API server over HTTP for tests, strict about Telegram's rules.

It refuses what Telegram refuses (64-byte callback data, 4096 UTF-16 units, « message is not
modified », buttons to this machine), can answer 429, 403, 500, and hands out updates by
polling or webhook. `Person` is what a patient does: type, press, look at the screen.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession, web

TOKEN = "123456:TEST-TOKEN"


class Refused(Exception):
    """What Telegram says no to."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class Shown:
    """A message in a chat."""

    id: int
    text: str
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)
    editable: bool = True
    edits: int = 0

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [button for row in self.keyboard for button in row]


class Emulator:
    """One bot's world."""

    def __init__(self) -> None:
        self.chats: dict[int, dict[int, Shown]] = defaultdict(dict)
        self.updates: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.blocked: set[int] = set()
        self.fail: list[Refused] = []
        """What the next sends are answered with, first come first served."""
        self.answered: list[str] = []
        self.commands: dict[str, list[str]] = {}
        self.webhook: dict[str, Any] | None = None
        self._ids, self._update_ids = itertools.count(100), itertools.count(7000)
        self._news = asyncio.Event()
        self.base = ""

    async def __aenter__(self) -> Emulator:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    # -- what a person's phone does ------------------------------------------------------------

    def push(self, update: dict[str, Any]) -> dict[str, Any]:
        """A new update for the bot; kept until it is confirmed."""
        update = {"update_id": next(self._update_ids), **update}
        self.updates.append(update)
        self._news.set()
        return update

    async def deliver(self, update: dict[str, Any], secret: str | None = None) -> int:
        """Post an update to the webhook, as Telegram does; gives the status."""
        assert self.webhook is not None
        given = self.webhook["secret_token"] if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": given}
        async with ClientSession() as session:
            posted = session.post(self.webhook["url"], data=json.dumps(update), headers=headers)
            async with posted as answer:
                return answer.status

    # -- the API ---------------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        data: dict[str, Any] = dict(await request.post()) or {}
        if request.content_type == "application/json":
            data = await request.json()
        self.calls.append((method, data))
        try:
            if request.match_info["token"] != TOKEN:
                raise Refused(401, "Unauthorized")
            result = await getattr(self, f"_{method}")(data)
        except Refused as error:
            body: dict[str, Any] = {
                "ok": False,
                "error_code": error.status,
                "description": error.description,
            }
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.status)
        return web.json_response({"ok": True, "result": result})

    async def _getMe(self, _: Any) -> Any:
        return {"id": 1, "is_bot": True, "first_name": "Bilan", "username": "bilan_bot"}

    async def _deleteWebhook(self, _: Any) -> Any:
        self.webhook = None
        return True

    async def _setWebhook(self, data: Any) -> Any:
        if not 1 <= len(data.get("secret_token", "")) <= 256:
            raise Refused(400, "Bad Request: secret token is invalid")
        self.webhook = data
        return True

    async def _setMyCommands(self, data: Any) -> Any:
        commands = _parsed(data["commands"])
        for each in commands:
            if not (1 <= len(each["command"]) <= 32 and 1 <= len(each["description"]) <= 256):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands[data.get("language_code", "")] = [each["command"] for each in commands]
        return True

    async def _getUpdates(self, data: Any) -> Any:
        offset = int(data.get("offset") or 0)
        self.updates = [each for each in self.updates if each["update_id"] >= offset]
        if not self.updates:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), min(float(data.get("timeout") or 0), 0.5))
            except TimeoutError:
                return []
        return self.updates[: int(data.get("limit") or 100)]

    async def _answerCallbackQuery(self, data: Any) -> Any:
        self.answered.append(data["callback_query_id"])
        return True

    async def _sendMessage(self, data: Any) -> Any:
        chat = int(data["chat_id"])
        self._checks(chat, data)
        message = Shown(next(self._ids), data["text"], _keyboard(data))
        self.chats[chat][message.id] = message
        return _message(chat, message)

    async def _editMessageText(self, data: Any) -> Any:
        chat = int(data["chat_id"])
        self._checks(chat, data)
        message = self.chats[chat].get(int(data["message_id"]))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if not message.editable:
            raise Refused(400, "Bad Request: message can't be edited")
        keyboard = _keyboard(data)
        if (message.text, message.keyboard) == (data["text"], keyboard):
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message "
                "content and reply markup are exactly the same",
            )
        message.text, message.keyboard, message.edits = data["text"], keyboard, message.edits + 1
        return _message(chat, message)

    def _checks(self, chat: int, data: Any) -> None:
        if self.fail:
            raise self.fail.pop(0)
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        length = len(data["text"].encode("utf-16-le")) // 2
        if not data["text"].strip():
            raise Refused(400, "Bad Request: message text is empty")
        if length > 4096:
            raise Refused(400, "Bad Request: message is too long")
        rows = _keyboard(data)
        if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
            raise Refused(400, "Bad Request: reply markup is too long")
        for button in (button for row in rows for button in row):
            _check_button(button)


def _check_button(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise Refused(400, "Bad Request: text buttons are unallowed in the inline keyboard")
    if "url" in button:
        parts = urlsplit(button["url"])
        if parts.scheme not in ("http", "https", "tg") or "." not in (parts.hostname or ""):
            raise Refused(
                400, f"Bad Request: inline keyboard button URL '{button['url']}' is invalid"
            )
        if (parts.hostname or "").startswith("127."):
            raise Refused(400, "Bad Request: inline keyboard button URL is invalid: Wrong HTTP URL")
    elif not 1 <= len(button["callback_data"].encode()) <= 64:
        raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _keyboard(data: Any) -> list[list[dict[str, Any]]]:
    markup = _parsed(data.get("reply_markup") or {})
    return markup.get("inline_keyboard", []) if markup else []


def _message(chat: int, message: Shown) -> dict[str, Any]:
    return {
        "message_id": message.id, "date": 1_790_000_000, "text": message.text,
        "chat": {"id": chat, "type": "private"},
        "from": {"id": 1, "is_bot": True, "first_name": "Bilan"},
    }  # fmt: skip


class Person:
    """Someone with a phone. `send` brings each update to the bot (polling or webhook)."""

    def __init__(self, emulator: Emulator, chat: int = 42, language: str = "fr") -> None:
        self.emulator, self.chat, self.language = emulator, chat, language

    @property
    def messages(self) -> list[Shown]:
        return list(self.emulator.chats[self.chat].values())

    @property
    def last(self) -> Shown:
        return self.messages[-1]

    def text(self, said: str) -> dict[str, Any]:
        """The update of something typed."""
        return {"message": {
            "message_id": next(self.emulator._ids), "date": 1_790_000_000, "text": said,
            "chat": {"id": self.chat, "type": "private"}, "from": self._me()}}  # fmt: skip

    def tap(self, label: str, message: Shown | None = None) -> dict[str, Any]:
        """The update of a button pressed, by its label (a ✓ in front does not matter)."""
        shown = message or next(
            each for each in reversed(self.messages)
            if any(_bare(button["text"]) == label for button in each.buttons)
        )  # fmt: skip
        button = next(each for each in shown.buttons if _bare(each["text"]) == label)
        return {"callback_query": {
            "id": str(next(self.emulator._ids)), "from": self._me(), "chat_instance": "1",
            "data": button["callback_data"],
            "message": _message(self.chat, shown)}}  # fmt: skip

    def _me(self) -> dict[str, Any]:
        return {"id": self.chat, "is_bot": False, "first_name": "P", "language_code": self.language}


def _bare(label: str) -> str:
    return label.removeprefix("✓ ")
