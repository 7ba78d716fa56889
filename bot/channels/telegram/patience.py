"""Calling Telegram until it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiogram.exceptions import (
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)

T = TypeVar("T")
LONGEST_WAIT = 30.0
log = structlog.get_logger()


class TokenRefused(OSError):
    """Telegram does not know our token: an operator has to act."""

    def __init__(self) -> None:
        super().__init__("Telegram refuses AVANT_BILAN_TELEGRAM_TOKEN: ask @BotFather for it.")


async def insist(call: Callable[[], Awaitable[T]]) -> T:
    """What `call` gives, however long Telegram is away. Raises `TokenRefused` only."""
    wait = 0.5
    while True:
        try:
            return await call()
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise TokenRefused from None
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        except Exception as error:  # noqa: BLE001  an answer that is no JSON quotes itself
            log.warning("Telegram does not answer", error=type(error).__name__)
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)
