"""Reading what Telegram sends without being held up by it.

Validating a nested `rich_message` takes exponential time: 400 bytes of bold in italic in bold
hold the process for two minutes. And aiogram reads all waiting updates as one list: a single one
it cannot read would hide those behind it, at each look, for ever.
"""

from __future__ import annotations

import json
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import GetUpdates
from aiogram.types import Update
from pydantic import ValidationError

log = structlog.get_logger()


def stripped(raw: Any) -> Any:
    """The raw JSON without any `rich_message`, wherever it is nested. Nothing of ours reads it."""
    if isinstance(raw, dict):
        return {key: stripped(each) for key, each in raw.items() if key != "rich_message"}
    if isinstance(raw, list):
        return [stripped(each) for each in raw]
    return raw


def read_update(raw: Any, bot: Bot) -> Update | None:
    """The update, or None when it cannot be read: asking for it again is useless."""
    try:
        return Update.model_validate(stripped(raw), context={"bot": bot})
    except (ValidationError, ValueError, RecursionError) as error:
        # Its text holds what the person wrote: the kind only.
        log.warning("update not readable", error=type(error).__name__)
        return None


class CarefulSession(AiohttpSession):
    """Answers of the Bot API are made harmless before aiogram validates them."""

    def check_response(self, bot: Bot, method: Any, status_code: int, content: str) -> Any:
        if "rich_message" in content:
            content = json.dumps(stripped(json.loads(content)))
        if isinstance(method, GetUpdates):
            content = _readable(bot, content)
        return super().check_response(bot, method, status_code, content)


def _readable(bot: Bot, content: str) -> str:
    """The waiting updates, each unreadable one reduced to its number so that it is passed over."""
    try:
        answer = json.loads(content)
    except ValueError:
        return content
    updates = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(updates, list):
        return content
    answer["result"] = [
        each if read_update(each, bot) else {"update_id": each.get("update_id", 0)}
        for each in updates
        if isinstance(each, dict)
    ]
    return json.dumps(answer)
