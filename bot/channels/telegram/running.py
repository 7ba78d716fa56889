"""Keeping the Telegram channel running: by webhook, or by polling where none can reach us."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import signal
from collections.abc import AsyncIterator, Coroutine, MutableMapping
from dataclasses import replace
from typing import Any

import structlog
from aiogram import Bot
from aiogram.types import BotCommand
from starlette.types import ASGIApp

import locales
from bot.channels.telegram.calling import ShortBot
from bot.channels.telegram.config import ALLOWED, TelegramConfig
from bot.channels.telegram.greeting import Greeter
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.patience import TokenRefused, insist
from bot.channels.telegram.polling import Poller, in_turn
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.webhook import webhook
from bot.desk import Desk
from bot.phrases import PHRASES

MENU = ("start", "help", "help_now", "back", "change", "pause", "partage", "language", "erase")
log = structlog.get_logger()
LEAVE = 2.5
"""Seconds a stop waits for what is being heard and sent."""


@contextlib.asynccontextmanager
async def running(
    desk: Desk, config: TelegramConfig, doors: MutableMapping[tuple[str, str], ASGIApp]
) -> AsyncIterator[asyncio.Task[None]]:
    """The channel works while this lasts; the webhook joins the application's `doors`.

    Gives the task that listens; it fails (`TokenRefused`) only when an operator has to act.
    """
    bot = ShortBot(config.token, config.api_base)
    greeter, sender = Greeter(bot), Sender(desk, bot, config.pace, config.rate)
    intake = Intake(desk, greeter)
    poller = Poller(bot, intake) if config.mode == "polling" else None
    if poller is None:
        doors["POST", config.path] = webhook(intake, config)
    work = in_turn(desk.writer.store.engine, poller) if poller else _register(bot, config)
    listening = asyncio.create_task(_listen(work))
    menu, sending = asyncio.create_task(_menu(bot)), asyncio.create_task(sender.serve())
    try:
        yield listening
    finally:
        # First nothing more is taken in, then what was taken in is answered, then the line drops.
        loop = asyncio.get_running_loop()
        end = loop.time() + LEAVE
        if poller is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(poller.resting.acquire(), LEAVE / 2)
        for task in (listening, menu):
            task.cancel()
        if poller is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(poller.confirm(), LEAVE / 4)
        sender.finish()
        await greeter.close(LEAVE / 4)
        await asyncio.wait({sending}, timeout=max(0.2, end - loop.time()))
        sending.cancel()
        await sender.close()
        await asyncio.gather(listening, menu, sending, return_exceptions=True)
        await bot.session.close()


async def poll(desk: Desk, config: TelegramConfig) -> None:
    """Talk on Telegram only, until told to stop. Raises `TokenRefused`."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signals of this kind
            loop.add_signal_handler(name, stop.set)
    await desk.start()
    async with running(desk, replace(config, mode="polling"), {}) as listening:
        told = asyncio.create_task(stop.wait())
        await asyncio.wait({told, listening}, return_when=asyncio.FIRST_COMPLETED)
    await desk.stop()
    if not told.done():
        await listening


async def _listen(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except TokenRefused:
        # The web pages go on without this channel: the line in the log is all an operator gets.
        log.error("Telegram refuses AVANT_BILAN_TELEGRAM_TOKEN")
        raise


async def _register(bot: Bot, config: TelegramConfig) -> None:
    await insist(functools.partial(
        bot.set_webhook, config.public_url + config.path, secret_token=config.webhook_secret,
        allowed_updates=ALLOWED, max_connections=40,
    ))  # fmt: skip


async def _menu(bot: Bot) -> None:
    """The commands menu, in each language offered."""
    for language in locales.written():
        texts = locales.texts(language)
        commands = [
            BotCommand(command=name, description=texts.gettext("bot", PHRASES[f"menu_{name}"]))
            for name in MENU
        ]
        await insist(functools.partial(
            bot.set_my_commands, commands,
            language_code=None if language == "fr" else language,
        ))  # fmt: skip
