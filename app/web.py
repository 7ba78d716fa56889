"""The web application: every door of one process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI

from api.deps import Config
from api.errors import install as install_errors
from api.identity import Provider
from api.routes import install as install_professionals
from app import housekeeping, operations
from app.guarding import GuardedApp, hosts
from app.settings import Settings
from app.wiring import Service, public_url
from bot import second_line
from bot.channels import json as json_channel
from bot.channels import web as web_channel
from bot.handover import plan_ready

if TYPE_CHECKING:
    from bot.channels.telegram import TelegramConfig


def create(service: Service, telegram_pace: float = 1.0) -> FastAPI:
    """The application for uvicorn. Telegram joins in when it has a token.

    `telegram_pace`: seconds between two messages to one chat there.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            await service.desk.start()
            stack.push_async_callback(service.desk.stop)
            if service.settings.telegram_token:
                from bot.channels import telegram  # 2.5 s and 180 MB: only when it is used

                await stack.enter_async_context(
                    telegram.running(
                        service.desk, telegram_config(service, telegram_pace), app.doors
                    )
                )
            if service.settings.housekeeping_minutes:
                minutes = service.settings.housekeeping_minutes
                timer = asyncio.create_task(housekeeping.every(minutes, service))
                stack.callback(timer.cancel)
            yield
        service.writer.close()
        service.store.engine.dispose()

    address = public_url(service.settings)
    secure = address.startswith("https://")
    app = GuardedApp(
        hosts(service.settings, address), secure, title="Avant-bilan", version="1",
        lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
    )  # fmt: skip
    install_errors(app)
    web_channel.mount(app, service.desk, web_channel.WebConfig(
        public_url=address, book_url=service.settings.book_url, secure_cookies=secure,
        places=service.places), app.doors)  # fmt: skip
    app.include_router(json_channel.router(service.desk))
    install_professionals(
        app, service.store, service.writer, service.shelf, professionals(service.settings),
        service.library, service.places, partial(plan_ready, public_url=address),
        partial(second_line.tell, shelf=service.shelf, public_url=address),
    )  # fmt: skip
    app.include_router(operations.router(service))
    return app


def professionals(settings: Settings) -> Config:
    """What the professionals' side needs to know."""
    address = public_url(settings)
    provider = None
    if settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret:
        provider = Provider(
            settings.oidc_issuer, settings.oidc_client_id,
            settings.oidc_client_secret.get_secret_value(), settings.oidc_profile,
        )  # fmt: skip
    roles = frozenset(filter(None, settings.second_factor.split(",")))
    return Config(address, address.startswith("https://"), roles, provider)


def telegram_config(service: Service, pace: float = 1.0) -> TelegramConfig:
    """What the Telegram channel needs to know."""
    from bot.channels import telegram

    settings = service.settings
    assert settings.telegram_token is not None  # noqa: S101  the caller checked
    secret = settings.telegram_webhook_secret
    return telegram.TelegramConfig(
        token=settings.telegram_token.get_secret_value(), api_base=settings.telegram_api_base,
        mode=settings.telegram_mode, public_url=public_url(settings),
        secret=secret.get_secret_value() if secret else "", pace=pace,
        rate=settings.telegram_rate,
    )  # fmt: skip
