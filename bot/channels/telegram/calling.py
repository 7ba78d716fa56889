"""Calling the Bot API: aiogram's bot, with short ways for the calls that never stop.

Every answer shows a screen. aiogram makes models of what is sent and of what comes back, which
takes longer than all else we do for that answer; here it is JSON both ways. What Telegram refuses
is raised as aiogram raises it, and every other call is aiogram's.
"""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetMe
from aiohttp import ClientError, ClientTimeout
from yarl import URL

from bot.channels.telegram.config import ALLOWED
from bot.channels.telegram.keyboards import Keyboard, Outgoing
from bot.channels.telegram.updates import Update, read_updates

JSON = {"Content-Type": "application/json"}
PATIENCE = 60.0
"""Seconds a call may take."""


class _NoPreview(msgspec.Struct, frozen=True, gc=False):
    is_disabled: bool = True


class _Send(msgspec.Struct, gc=False):
    """A message that cannot be forwarded and shows no link preview."""

    chat_id: int
    text: str
    reply_markup: Keyboard | msgspec.UnsetType
    link_preview_options: _NoPreview = _NoPreview()
    protect_content: bool = True


class _Edit(msgspec.Struct, gc=False):
    chat_id: int
    message_id: int
    text: str
    reply_markup: Keyboard | msgspec.UnsetType
    link_preview_options: _NoPreview = _NoPreview()


class _TakeBack(msgspec.Struct, gc=False):
    chat_id: int
    message_ids: tuple[int, ...]


class _Fetch(msgspec.Struct):
    offset: int | None
    timeout: int
    limit: int = 100
    allowed_updates: list[str] = msgspec.field(default_factory=lambda: ALLOWED)


class _Number(msgspec.Struct, gc=False):
    message_id: int


class _Sent(msgspec.Struct, gc=False):
    result: _Number


class _Waiting(msgspec.Struct):
    result: list[msgspec.Raw]


# aiogram's errors name a call; nobody reads which.
_CALL = GetMe()
_SENT, _WAITING = msgspec.json.Decoder(_Sent), msgspec.json.Decoder(_Waiting)


class ShortBot(Bot):
    """aiogram's bot, with four calls of ours. All of them raise aiogram's errors."""

    def __init__(self, token: str, api_base: str | None = None) -> None:
        """`api_base`: another Bot API server."""
        api = TelegramAPIServer.from_base(api_base) if api_base else PRODUCTION
        self._line = AiohttpSession(api=api)
        self._addresses: dict[str, URL] = {}
        super().__init__(token, session=self._line)

    async def tell(self, chat: int, said: Outgoing) -> int:
        """Send a message; gives its number."""
        body = msgspec.json.encode(_Send(chat, said.text, said.keyboard or msgspec.UNSET))
        return _SENT.decode(await self._post("sendMessage", body)).result.message_id

    async def change(self, chat: int, message: int, said: Outgoing) -> None:
        """Put this in the place of a message sent before."""
        body = msgspec.json.encode(_Edit(chat, message, said.text, said.keyboard or msgspec.UNSET))
        await self._post("editMessageText", body)

    async def take_back(self, chat: int, messages: tuple[int, ...]) -> None:
        """Delete these messages, up to a hundred."""
        await self._post("deleteMessages", msgspec.json.encode(_TakeBack(chat, messages)))

    async def fetch(self, offset: int | None, wait: int, limit: int = 100) -> list[Update]:
        """What waits from this number on, the line held for `wait` seconds when nothing does.

        Each is read by itself: one that cannot be read hides none of the others.
        """
        body = msgspec.json.encode(_Fetch(offset, wait, limit))
        return read_updates(_WAITING.decode(await self._post("getUpdates", body, wait + 15)).result)

    async def _post(self, name: str, body: bytes, patience: float = PATIENCE) -> bytes:
        address = self._addresses.get(name)
        if address is None:
            address = self._addresses[name] = URL(self._line.api.api_url(self.token, name))
        session = await self._line.create_session()
        try:
            async with session.post(
                address, data=body, headers=JSON, timeout=ClientTimeout(total=patience)
            ) as answer:
                content = await answer.read()
        except (TimeoutError, ClientError) as error:
            raise TelegramNetworkError(_CALL, type(error).__name__) from error
        if answer.status != HTTPStatus.OK:
            self._line.check_response(self, _CALL, answer.status, content.decode(errors="replace"))
        return content
