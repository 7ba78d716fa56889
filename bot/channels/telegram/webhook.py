"""Updates that Telegram brings: checked, made harmless, kept, and only then acknowledged."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

import structlog
from aiogram import Bot, Dispatcher
from aiogram.methods import AnswerCallbackQuery
from fastapi import Request, Response
from fastapi.responses import JSONResponse

from bot.channels.telegram.careful import read_update
from bot.channels.telegram.config import TelegramConfig
from bot.desk import Busy

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST = 1_000_000
"""Bytes of an update; Telegram's own are far smaller."""
log = structlog.get_logger()


def handler(
    bot: Bot, dispatch: Dispatcher, config: TelegramConfig
) -> Callable[[Request], Awaitable[Response]]:
    """The route's function."""
    secret = config.webhook_secret.encode()

    async def webhook(request: Request) -> Response:
        """200 once the message is kept: anything else makes Telegram bring it again."""
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), secret):
            return Response(status_code=403)
        if int(request.headers.get("content-length") or LARGEST + 1) > LARGEST:
            return Response(status_code=413)
        try:
            raw = await request.json()
        except (ValueError, RecursionError) as error:
            log.warning("update not readable", error=type(error).__name__)
            return Response(status_code=200)
        update = read_update(raw, bot)
        if update is None:
            return Response(status_code=200)
        try:
            return _acknowledged(await dispatch.feed_update(bot, update))
        except Busy:
            return Response(status_code=503)
        except Exception as error:  # noqa: BLE001  its text may hold what the person wrote
            log.error("update not handled", error=type(error).__name__)
            return Response(status_code=500)

    return webhook


def _acknowledged(result: object) -> Response:
    """200; a button's spinner is stopped in the answer itself, which saves a call.

    Good for nothing else: such a method gives no message id, and its failure is never told.
    """
    if not isinstance(result, AnswerCallbackQuery):
        return Response(status_code=200)
    return JSONResponse(
        {"method": "answerCallbackQuery", "callback_query_id": result.callback_query_id}
    )
