"""The patient's web chat."""

from bot.channels.web.config import WebConfig
from bot.channels.web.routes import mount

__all__ = ["WebConfig", "mount"]
