"""Telegram updates → `Inbound`. Duplicates, old keyboards and order are the desk's affair."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import structlog
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import CallbackQuery, Message, Update

from bot.channels.telegram.keyboards import Outgoing, Tap, Tick, messages
from bot.desk import Busy, Desk
from bot.messages import Capabilities, Inbound

CHANNEL = "telegram"
CAN = Capabilities(edits=True, longest_text=4096, private=False, queued=True,
                   consent_note="consent_telegram")  # fmt: skip
log = structlog.get_logger()


def dispatcher(desk: Desk) -> Dispatcher:
    """A fresh dispatcher: aiogram lets a router be attached only once, and tests need several.

    No FSM: the state is the interview, and it outlives the channel.
    """
    made = Dispatcher(disable_fsm=True, desk=desk)
    router = Router(name=CHANNEL)
    private = F.chat.type == "private"
    router.message.register(on_message, private)
    router.callback_query.register(on_tap, Tap.filter(), F.message.chat.type == "private")
    router.callback_query.register(on_tick, Tick.filter(), F.message.chat.type == "private")
    router.callback_query.register(on_unknown)
    made.include_router(router)
    return made


async def on_message(message: Message, desk: Desk, event_update: Update, bot: Bot) -> None:
    """Something typed. A photo or a voice message is heard as nothing understandable."""
    await _hear(desk, bot, Inbound(
        CHANNEL, str(message.chat.id), message.text or "", str(event_update.update_id),
        language=_language(message),
    ))  # fmt: skip


async def on_tap(
    query: CallbackQuery, callback_data: Tap, desk: Desk, event_update: Update, bot: Bot
) -> None:
    """A button: an answer to its own question, or a command."""
    await asyncio.gather(_hear(desk, bot, _tapped(query, event_update, callback_data)),
                         _settle(bot, query))  # fmt: skip


async def on_tick(
    query: CallbackQuery, callback_data: Tick, desk: Desk, event_update: Update, bot: Bot
) -> None:
    """A box of a multiple choice."""
    inbound = _tapped(query, event_update, callback_data, tick=True)
    await asyncio.gather(_hear(desk, bot, inbound), _settle(bot, query))


async def on_unknown(query: CallbackQuery, bot: Bot) -> None:
    """A button of another time: its spinner stops, nothing else."""
    await _settle(bot, query)


def _tapped(query: CallbackQuery, update: Update, data: Tap | Tick, tick: bool = False) -> Inbound:
    assert query.message is not None  # noqa: S101  the filter on its chat checked
    return Inbound(
        CHANNEL, str(query.message.chat.id), data.value, str(update.update_id),
        about=data.about or None, tick=tick, typed=False, language=_language(query),
        message=query.message.message_id,
    )  # fmt: skip


def _language(said: Message | CallbackQuery) -> str | None:
    code = said.from_user.language_code if said.from_user else None
    return code.split("-")[0] if code else None


async def _hear(desk: Desk, bot: Bot, inbound: Inbound) -> None:
    """Heard and kept, however long the desk needs: acknowledging earlier would lose it.

    Screens come back only for somebody nothing is kept about (not begun, just erased): there
    is no outbox of theirs to wait in, so they are sent here, once.
    """
    while True:
        try:
            reply = await desk.hear(inbound, CAN)
            break
        except Busy:
            await asyncio.sleep(0.5)
    for screen in () if reply.duplicate else reply.screens:
        for part in messages(screen):
            await _send(bot, int(inbound.address), part)


async def _send(bot: Bot, chat: int, part: Outgoing) -> None:
    """Send once, trying again for a few seconds; the person can always ask anew."""
    for attempt in range(5):
        try:
            await bot.send_message(chat, part.text, reply_markup=part.keyboard)
            return
        except TelegramRetryAfter as error:
            await asyncio.sleep(min(error.retry_after, 5))
        except (TelegramNetworkError, TelegramServerError):
            await asyncio.sleep(0.2 * 2**attempt)
        except TelegramAPIError as error:
            log.warning("screen refused", error=type(error).__name__)
            return


async def _settle(bot: Bot, query: CallbackQuery) -> None:
    """Stop the button's spinner; too late is not an error."""
    with contextlib.suppress(TelegramAPIError):
        await bot.answer_callback_query(query.id)


def stripped(update: Any) -> Any:
    """The raw update without any `rich_message`.

    Validating a nested one takes exponential time: 400 bytes of bold in italic in bold hold the
    process for two minutes. Nothing of ours reads it.
    """
    if isinstance(update, dict):
        return {key: stripped(each) for key, each in update.items() if key != "rich_message"}
    if isinstance(update, list):
        return [stripped(each) for each in update]
    return update


class CarefulSession(AiohttpSession):
    """Answers of the Bot API pass through `stripped` before aiogram validates them."""

    def check_response(self, bot: Bot, method: Any, status_code: int, content: str) -> Any:
        if "rich_message" in content:
            content = json.dumps(stripped(json.loads(content)))
        return super().check_response(bot, method, status_code, content)
