"""Keeping the Telegram channel running: by webhook, or by polling where none can reach us."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BotCommand, LinkPreviewOptions, Update
from fastapi import FastAPI, Request, Response
from pydantic import ValidationError

import locales
from bot.channels.telegram.intake import CarefulSession, dispatcher, stripped
from bot.channels.telegram.sending import Sender
from bot.desk import Desk
from bot.phrases import PHRASES

HEADER = "X-Telegram-Bot-Api-Secret-Token"
ALLOWED = ["message", "callback_query"]
LARGEST = 1_000_000
log = structlog.get_logger()


@dataclass(frozen=True)
class TelegramConfig:
    """How to reach Telegram and be reached by it."""

    token: str
    public_url: str
    api_base: str | None = None
    """Another Bot API server, as in tests."""
    mode: str = "polling"
    pace: float = 1.0
    """Seconds between two messages to one chat; Telegram's own limit is about one."""
    secret: str = ""
    """Webhook secret; without one it is derived from the token."""

    @property
    def webhook_secret(self) -> str:
        return self.secret or hashlib.sha256(f"webhook|{self.token}".encode()).hexdigest()

    @property
    def path(self) -> str:
        """An address nobody guesses, so that strangers do not even try the secret."""
        return "/telegram/" + hashlib.sha256(f"path|{self.token}".encode()).hexdigest()[:32]


def make_bot(config: TelegramConfig) -> Bot:
    """A bot whose messages cannot be forwarded and show no link previews."""
    server = TelegramAPIServer.from_base(config.api_base) if config.api_base else None
    session = CarefulSession(api=server) if server else CarefulSession()
    return Bot(config.token, session=session, default=DefaultBotProperties(
        protect_content=True, link_preview=LinkPreviewOptions(is_disabled=True)))  # fmt: skip


@contextlib.asynccontextmanager
async def running(desk: Desk, config: TelegramConfig, app: FastAPI) -> AsyncIterator[Bot]:
    """The channel works while this lasts; the webhook's route joins `app`."""
    bot, dispatch = make_bot(config), dispatcher(desk)
    tasks = [
        asyncio.create_task(Sender(desk, bot, config.pace).serve()),
        asyncio.create_task(_menu(bot)),
    ]
    if config.mode == "webhook":
        app.add_api_route(config.path, _webhook(bot, dispatch, config), methods=["POST"],
                          include_in_schema=False)  # fmt: skip
        tasks.append(asyncio.create_task(_register(bot, config)))
    else:
        tasks.append(asyncio.create_task(_poll(bot, dispatch)))
    try:
        yield bot
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await bot.session.close()


async def poll(desk: Desk, config: TelegramConfig) -> None:
    """Talk on Telegram only, until stopped."""
    await desk.start()
    async with running(
        desk, TelegramConfig(config.token, config.public_url, config.api_base), FastAPI()
    ):
        await asyncio.Event().wait()


def _webhook(bot: Bot, dispatch: Dispatcher, config: TelegramConfig) -> Any:
    secret = config.webhook_secret.encode()

    async def webhook(request: Request) -> Response:
        """200 once the message is kept: anything else makes Telegram send it again."""
        given = request.headers.get(HEADER, "").encode()
        if not hmac.compare_digest(given, secret):
            return Response(status_code=403)
        if int(request.headers.get("content-length") or LARGEST + 1) > LARGEST:
            return Response(status_code=413)
        try:
            update = Update.model_validate(stripped(await request.json()), context={"bot": bot})
        except (ValidationError, ValueError) as error:
            # Its text holds what the person wrote: log the kind only. Asking again is useless.
            log.warning("update not readable", error=type(error).__name__)
            return Response(status_code=200)
        await dispatch.feed_update(bot, update)
        return Response(status_code=200)

    return webhook


async def _poll(bot: Bot, dispatch: Dispatcher) -> None:
    await bot.delete_webhook()
    # One after the other: an update is forgotten by Telegram only once it is kept here.
    await dispatch.start_polling(bot, handle_as_tasks=False, handle_signals=False,
                                 close_bot_session=False, allowed_updates=ALLOWED)  # fmt: skip


async def _register(bot: Bot, config: TelegramConfig) -> None:
    await bot.set_webhook(config.public_url + config.path, secret_token=config.webhook_secret,
                          allowed_updates=ALLOWED, max_connections=40)  # fmt: skip


async def _menu(bot: Bot) -> None:
    """The commands menu, in each language offered."""
    for language in locales.offered():
        texts = locales.texts(language)
        commands = [
            BotCommand(command=name, description=texts.gettext("bot", PHRASES[f"menu_{name}"]))
            for name in (
                "start",
                "help",
                "help_now",
                "back",
                "change",
                "pause",
                "language",
                "erase",
            )
        ]
        await bot.set_my_commands(commands, language_code=None if language == "fr" else language)
