"""A Bot API server over HTTP for tests, strict about Telegram's rules.

It refuses what Telegram refuses (64-byte callback data, 4096 UTF-16 units, « message is not
modified », `tel:` buttons, buttons to this machine, chats that never wrote, a button answered
twice or late, getUpdates beside a webhook) and keeps each refusal in `refused`. It can be told to
answer 429, 403 or 500, and hands out updates by polling or by webhook until they are accepted.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import socket
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession, TCPConnector, web
from aiohttp.abc import AbstractResolver, ResolveResult

TOKEN = "123456:TEST-TOKEN"
ANSWER_WITHIN = 15.0
"""Seconds in which a pressed button must be answered."""
LONGEST = 4096


GARBLED = "<html>502, and what was asked: %s</html>"


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
    protected: bool = False
    sound: bytes = b""
    """Of a voice message or a piece of audio: the file."""

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [button for row in self.keyboard for button in row]


class Emulator:
    """One bot's world."""

    def __init__(self) -> None:
        self.chats: dict[int, dict[int, Shown]] = defaultdict(dict)
        self.updates: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[str] = []
        """What our bot should never have asked for."""
        self.blocked: set[int] = set()
        self.fail: list[Refused | None] = []
        """What the next sends are answered with, first come first served; None: as usual."""
        self.fail_methods: dict[str, list[Refused]] = defaultdict(list)
        """The same, for other methods."""
        self.weather: Callable[[str], Refused | float | None] = lambda method: None
        """Asked at each call, by method: a refusal; seconds the answer is late, or -1: what was
        asked is done and the line drops before the answer; None: as usual."""
        self.answered: list[str] = []
        self.deleted: set[int] = set()
        """Numbers of messages taken back, the person's own included."""
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.webhook: dict[str, Any] | None = None
        self.story: Callable[[int, str, Shown], None] = lambda chat, what, message: None
        """Told of each message « sent » or « edited », for transcripts."""
        self.base = ""
        self._pressed: dict[str, float] = {}
        self._ids, self._update_ids = itertools.count(100), itertools.count(7000)
        self._news = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Emulator:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    # -- updates --------------------------------------------------------------------------------

    def next_id(self) -> int:
        """A number for a message or a press."""
        return next(self._ids)

    def push(self, update: dict[str, Any]) -> dict[str, Any]:
        """A new update for the bot; kept until it is confirmed."""
        update = {"update_id": next(self._update_ids), **update}
        self.chats[_chat(update)]  # from now on the bot may write there
        if query := update.get("callback_query"):
            self._pressed[query["id"]] = time.monotonic()
        self.updates.append(update)
        self._news.set()
        return update

    async def deliver(self, update: dict[str, Any], secret: str | None = None) -> int:
        """Post an update to the webhook, as Telegram does; gives the status."""
        assert self.webhook is not None
        given = self.webhook["secret_token"] if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": given}
        async with ClientSession(connector=TCPConnector(resolver=_Here())) as session:
            posted = session.post(self.webhook["url"], data=json.dumps(update), headers=headers)
            async with posted as answer:
                if answer.status == 200:
                    self.updates = [each for each in self.updates if each is not update]
                    await self._answer_in_the_response(await answer.read())
                return answer.status

    async def bring(self, update: dict[str, Any], tries: int = 50) -> int:
        """Deliver until it is accepted; gives how often that took."""
        for tried in range(1, tries + 1):
            try:
                if await self.deliver(update) == 200:
                    return tried
            except OSError:
                pass
            await asyncio.sleep(0.1)
        raise AssertionError("never accepted")

    async def _answer_in_the_response(self, body: bytes) -> None:
        if body:
            data = json.loads(body)
            self.calls.append((data["method"], data))
            # Telegram tells nobody when this fails, as it does for an update it brought twice.
            known = len(self.refused)
            try:
                await self._do(data["method"], data)
            except Refused:
                del self.refused[known:]

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
            if self.fail_methods[method]:
                raise self.fail_methods[method].pop(0)
            weather = self.weather(method)
            if isinstance(weather, Refused):
                raise weather
            result = await self._do(method, data)
            if weather is not None:
                await asyncio.sleep(max(weather, 0))
                if weather < 0 and request.transport is not None:
                    request.transport.close()
        except Refused as error:
            if error.description == GARBLED:
                return web.Response(status=502, text=GARBLED % data, content_type="text/html")
            body: dict[str, Any] = {"ok": False, "error_code": error.status,
                                    "description": error.description}  # fmt: skip
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.status)
        return web.json_response({"ok": True, "result": result})

    async def _do(self, method: str, data: dict[str, Any]) -> Any:
        handler = getattr(self, f"_{method}", None)
        if handler is None:
            raise self._no(404, "Not Found: method not found")
        return await handler(data)

    def _no(self, status: int, description: str) -> Refused:
        self.refused.append(description)
        return Refused(status, description)

    async def _getMe(self, _: Any) -> Any:
        return {"id": 1, "is_bot": True, "first_name": "Bilan", "username": "bilan_bot"}

    async def _deleteWebhook(self, _: Any) -> Any:
        self.webhook = None
        return True

    async def _setWebhook(self, data: Any) -> Any:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", data.get("secret_token", "")):
            raise self._no(400, "Bad Request: secret token contains unallowed characters")
        if not urlsplit(data["url"]).hostname:
            raise self._no(400, "Bad Request: bad webhook: URL host is empty")
        self.webhook = data
        return True

    async def _setMyCommands(self, data: Any) -> Any:
        commands = _parsed(data["commands"])
        for each in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", each["command"]):
                raise self._no(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(each["description"]) <= 256:
                raise self._no(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[data.get("language_code", "")] = commands
        return True

    async def _getUpdates(self, data: Any) -> Any:
        if self.webhook is not None:
            raise self._no(409, "Conflict: can't use getUpdates method while webhook is active")
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
        pressed = self._pressed.pop(data["callback_query_id"], None)
        if pressed is None or time.monotonic() - pressed > ANSWER_WITHIN:
            raise self._no(400, "Bad Request: query is too old and response timeout expired "
                                "or query ID is invalid")  # fmt: skip
        self.answered.append(data["callback_query_id"])
        return True

    async def _sendMessage(self, data: Any) -> Any:
        chat = self._checked(data)
        message = Shown(self.next_id(), data["text"], _keyboard(data),
                        protected=str(data.get("protect_content")).lower() == "true")  # fmt: skip
        self.chats[chat][message.id] = message
        self.story(chat, "sent", message)
        return as_json(chat, message)

    async def _sendVoice(self, data: Any) -> Any:
        return await self._sound(data, "voice", rb"OggS.{24,60}OpusHead", "voice.ogg")

    async def _sendAudio(self, data: Any) -> Any:
        return await self._sound(data, "audio", rb"ID3|\xff[\xe2-\xfb]", "audio.mp3")

    async def _sound(self, data: Any, name: str, begins: bytes, like: str) -> Any:
        """A file uploaded with the call. (Telegram would also take an address or a `file_id`.)"""
        chat = self._known(data)
        file = data.get(str(data.get(name, "")).removeprefix("attach://"))
        if not isinstance(file, web.FileField):
            raise self._no(400, f"Bad Request: there is no {name} in the request")
        sound = file.file.read()
        if not sound or not file.filename.endswith(like[-4:]):
            raise self._no(400, "Bad Request: wrong type of the file")
        if re.match(begins, sound[:128], re.DOTALL) is None:
            # Telegram takes it as a document then: nobody could press « play ».
            raise self._no(400, f"Bad Request: {like} would not be played")
        message = Shown(self.next_id(), f"[{name}]", sound=sound,
                        protected=str(data.get("protect_content")).lower() == "true")  # fmt: skip
        self.chats[chat][message.id] = message
        self.story(chat, "sent", message)
        return as_json(chat, message)

    async def _editMessageText(self, data: Any) -> Any:
        chat = self._checked(data)
        message = self.chats[chat].get(int(data["message_id"]))
        if message is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if not message.editable:
            raise Refused(400, "Bad Request: message can't be edited")
        keyboard = _keyboard(data)
        if (message.text, message.keyboard) == (data["text"], keyboard):
            raise Refused(400, "Bad Request: message is not modified: specified new message "
                               "content and reply markup are exactly the same as a current "
                               "content and reply markup of the message")  # fmt: skip
        message.text, message.keyboard, message.edits = data["text"], keyboard, message.edits + 1
        self.story(chat, "edited", message)
        return as_json(chat, message)

    async def _deleteMessages(self, data: Any) -> Any:
        numbers = _parsed(data["message_ids"])
        if not 1 <= len(numbers) <= 100:
            raise self._no(400, "Bad Request: wrong number of messages")
        self.deleted.update(numbers)
        for each in numbers:
            self.chats[int(data["chat_id"])].pop(each, None)
        return True

    def _checked(self, data: Any) -> int:
        """The chat, once everything Telegram looks at is right."""
        chat = self._known(data)
        if not data.get("text", "").strip():
            raise self._no(400, "Bad Request: message text is empty")
        if len(data["text"].encode("utf-16-le")) // 2 > LONGEST:
            raise self._no(400, "Bad Request: message is too long")
        rows = _keyboard(data)
        if sum(map(len, rows)) > 100 or any(not 1 <= len(row) <= 8 for row in rows):
            raise self._no(400, "Bad Request: reply markup is too long")
        for button in (button for row in rows for button in row):
            if problem := _problem(button):
                raise self._no(400, f"Bad Request: {problem}")
        return chat

    def _known(self, data: Any) -> int:
        """The chat, if the bot may write there."""
        if self.fail and (planned := self.fail.pop(0)) is not None:
            raise planned
        chat = int(data["chat_id"])
        if chat not in self.chats:
            raise self._no(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return chat


class _Here(AbstractResolver):
    """Every name is this machine: a public address of ours need not exist."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port,
                              family=socket.AF_INET, proto=0, flags=0)]  # fmt: skip

    async def close(self) -> None:
        """Nothing is held."""


def _problem(button: dict[str, Any]) -> str | None:
    if not button["text"].strip():
        return "text buttons are unallowed in the inline keyboard"
    if len({"url", "callback_data"} & set(button)) != 1:
        return "text buttons are unallowed in the inline keyboard"
    if "url" in button:
        parts = urlsplit(button["url"])
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https", "tg"):
            return f"inline keyboard button URL '{parts.scheme}' is invalid: Unsupported protocol"
        if "." not in host or host.startswith("127."):
            return "inline keyboard button URL is invalid: Wrong HTTP URL"
        return None
    return None if 1 <= len(button["callback_data"].encode()) <= 64 else "BUTTON_DATA_INVALID"


def _chat(update: dict[str, Any]) -> int:
    said = update.get("message") or update.get("callback_query", {}).get("message") or {}
    return int(said.get("chat", {}).get("id", 0))


def _parsed(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _keyboard(data: Any) -> list[list[dict[str, Any]]]:
    markup = _parsed(data.get("reply_markup") or {})
    return markup.get("inline_keyboard", []) if markup else []


def as_json(chat: int, message: Shown) -> dict[str, Any]:
    """The message as the Bot API gives it."""
    file = {"file_id": str(message.id), "file_unique_id": str(message.id), "duration": 1}
    return {
        "message_id": message.id, "date": 1_790_000_000,
        **({message.text[1:-1]: file} if message.sound else {"text": message.text}),
        "chat": {"id": chat, "type": "private"},
        "from": {"id": 1, "is_bot": True, "first_name": "Bilan"},
    }  # fmt: skip
