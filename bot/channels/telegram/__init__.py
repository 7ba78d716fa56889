"""The Telegram channel. It translates: no wording, no branching on answers, no database."""

from bot.channels.telegram.config import TelegramConfig
from bot.channels.telegram.intake import CHANNEL
from bot.channels.telegram.running import poll, running

__all__ = ["CHANNEL", "TelegramConfig", "poll", "running"]
