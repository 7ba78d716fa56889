"""Telegram updates → `Inbound`. Duplicates, old keyboards and order are the desk's affair."""

from __future__ import annotations

from bot.channels.telegram.greeting import Greeter
from bot.channels.telegram.keyboards import read_button
from bot.channels.telegram.updates import Message, Press, Update, User
from bot.desk import Desk
from bot.messages import Capabilities, Inbound

CHANNEL = "telegram"
CAN = Capabilities(edits=True, longest_text=4096, private=False, queued=True,
                   consent_note="consent_telegram", takes_codes=True, reminds=True,
                   plays=True)  # fmt: skip
ONE_TO_ONE = "private"
"""The only kind of chat we talk in."""


class Intake:
    """Hears updates, however they reached us."""

    def __init__(self, desk: Desk, greeter: Greeter) -> None:
        self._desk, self._greeter = desk, greeter

    async def hear(self, update: Update) -> str | None:
        """Heard and kept; gives the press whose button spins until it is answered, if it is one.

        Raises `Busy` when it could not be kept.
        """
        press = update.callback_query
        inbound = (_pressed(update, press) if press is not None
                   else _typed(update, update.message) if update.message is not None
                   else None)  # fmt: skip
        if inbound is not None:
            reply = await self._desk.hear(inbound, CAN)
            # Screens come back only for somebody who has no outbox (not begun, erased).
            if reply.screens and not reply.duplicate:
                await self._greeter.tell(inbound.key, int(inbound.address), reply.screens)
        return press.id if press is not None else None


def _typed(update: Update, message: Message) -> Inbound | None:
    """Something typed, or written under a picture. A voice message is heard as not understood."""
    if message.chat.type != ONE_TO_ONE:
        return None
    return Inbound(
        CHANNEL, str(message.chat.id), message.text or message.caption or "",
        str(update.update_id), language=_language(message.sender), message=message.message_id,
    )  # fmt: skip


def _pressed(update: Update, press: Press) -> Inbound | None:
    """An answer to the button's own question, or a command; None for a button of another time."""
    data, message = read_button(press.data), press.message
    # A message too old to be shown to us still names its chat and its number.
    if data is None or message is None or message.chat.type != ONE_TO_ONE:
        return None
    return Inbound(
        CHANNEL, str(message.chat.id), data.value, str(update.update_id),
        about=data.about or None, tick=data.tick, typed=False, language=_language(press.sender),
        message=message.message_id, meaning=data.meaning,
    )  # fmt: skip


def _language(sender: User | None) -> str | None:
    code = sender.language_code if sender else None
    return code.split("-")[0] if code else None
