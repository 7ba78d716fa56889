"""A bare aiogram webhook on FastAPI that stores nothing and answers each message: the yardstick."""

from __future__ import annotations

import asyncio
import gc
import sys

import uvicorn
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message, Update
from fastapi import FastAPI, Request


def main() -> None:
    """`python -m bench._echo port api_base`; prints a line when it listens."""
    port, base = int(sys.argv[1]), sys.argv[2]
    bot = Bot("1:T", session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    dispatch, app = Dispatcher(disable_fsm=True), FastAPI()

    @dispatch.message()
    async def answer(message: Message) -> None:
        await bot.send_message(message.chat.id, message.text or "")

    @app.post("/")
    async def hook(request: Request) -> None:
        update = Update.model_validate(await request.json(), context={"bot": bot})
        await dispatch.feed_update(bot, update)

    gc.collect()
    gc.freeze()
    print("listens", flush=True)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False))
    asyncio.run(server.serve())


if __name__ == "__main__":
    main()
