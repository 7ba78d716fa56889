"""Telegram updates → `Inbound`. Duplicates, old keyboards and order are the desk's affair."""

from __future__ import annotations

from aiogram import Dispatcher, F, Router
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message, Update

from bot.channels.telegram.greeting import Greeter
from bot.channels.telegram.keyboards import Tap, Tick
from bot.desk import Desk
from bot.messages import Capabilities, Inbound

CHANNEL = "telegram"
CAN = Capabilities(edits=True, longest_text=4096, private=False, queued=True,
                   consent_note="consent_telegram", reminds=True)  # fmt: skip


def dispatcher(desk: Desk, greeter: Greeter) -> Dispatcher:
    """A fresh dispatcher: aiogram lets a router be attached only once, and tests need several.

    No FSM: the state is the interview, and it outlives the channel. Handlers raise `Busy` when
    an update could not be kept; what they give back stops the spinner of a pressed button.
    """
    made = Dispatcher(disable_fsm=True, desk=desk, greeter=greeter)
    router = Router(name=CHANNEL)
    private = F.chat.type == "private"
    router.message.register(on_message, private)
    router.callback_query.register(on_tap, Tap.filter(), F.message.chat.type == "private")
    router.callback_query.register(on_tick, Tick.filter(), F.message.chat.type == "private")
    router.callback_query.register(on_unknown)
    made.include_router(router)
    return made


async def on_message(message: Message, desk: Desk, greeter: Greeter, event_update: Update) -> None:
    """Something typed, or written under a picture. A voice message is heard as not understood."""
    await _hear(desk, greeter, Inbound(
        CHANNEL, str(message.chat.id), message.text or message.caption or "",
        str(event_update.update_id), language=_language(message), message=message.message_id,
    ))  # fmt: skip


async def on_tap(
    query: CallbackQuery, callback_data: Tap, desk: Desk, greeter: Greeter, event_update: Update
) -> AnswerCallbackQuery:
    """A button: an answer to its own question, or a command."""
    await _hear(desk, greeter, _tapped(query, event_update, callback_data))
    return _settled(query)


async def on_tick(
    query: CallbackQuery, callback_data: Tick, desk: Desk, greeter: Greeter, event_update: Update
) -> AnswerCallbackQuery:
    """A box of a multiple choice."""
    await _hear(desk, greeter, _tapped(query, event_update, callback_data, tick=True))
    return _settled(query)


async def on_unknown(query: CallbackQuery) -> AnswerCallbackQuery:
    """A button of another time: its spinner stops, nothing else."""
    return _settled(query)


def _settled(query: CallbackQuery) -> AnswerCallbackQuery:
    return AnswerCallbackQuery(callback_query_id=query.id)


def _tapped(query: CallbackQuery, update: Update, data: Tap | Tick, tick: bool = False) -> Inbound:
    # An `InaccessibleMessage` (old, deleted) still names its chat and its number.
    assert query.message is not None  # noqa: S101  the filter on its chat checked
    return Inbound(
        CHANNEL, str(query.message.chat.id), data.value, str(update.update_id),
        about=data.about or None, tick=tick, typed=False, language=_language(query),
        message=query.message.message_id, meaning=data.meaning,
    )  # fmt: skip


def _language(said: Message | CallbackQuery) -> str | None:
    code = said.from_user.language_code if said.from_user else None
    return code.split("-")[0] if code else None


async def _hear(desk: Desk, greeter: Greeter, inbound: Inbound) -> None:
    """Heard and kept. Screens come back only for somebody who has no outbox (not begun, erased)."""
    reply = await desk.hear(inbound, CAN)
    if reply.screens and not reply.duplicate:
        await greeter.tell(inbound.key, int(inbound.address), reply.screens)
