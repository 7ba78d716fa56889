"""Recordings → Telegram: a voice message (Opus), or a piece of audio (MP3)."""

from __future__ import annotations

from aiogram import Bot
from aiogram.types import FSInputFile


async def play(bot: Bot, chat: int, file: str) -> int:
    """Send this recording; gives the number of its message. Raises what sending a text raises."""
    if file.endswith(".ogg"):
        sent = await bot.send_voice(chat, FSInputFile(file), protect_content=True)
    else:
        sent = await bot.send_audio(chat, FSInputFile(file), protect_content=True)
    return sent.message_id
