"""Updates that Telegram brings: checked, read, kept, and only then acknowledged.

Plain ASGI, in front of the web framework: routing and wrapping one request took it longer than
hearing, keeping and answering what the person said.
"""

from __future__ import annotations

import hmac

import msgspec
import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.channels.telegram.config import TelegramConfig
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.updates import read_update
from bot.desk import Busy

HEADER = b"x-telegram-bot-api-secret-token"
LARGEST = 1_000_000
"""Bytes of an update; Telegram's own are far smaller."""
log = structlog.get_logger()


def webhook(intake: Intake, config: TelegramConfig) -> ASGIApp:
    """What stands at the webhook's address."""
    secret = config.webhook_secret.encode()

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        """200 once the message is kept: anything else makes Telegram bring it again."""
        refusal = _refused(scope, secret)
        status, body = (refusal, b"") if refusal else await _heard(intake, await _whole(receive))
        kind = [(b"content-type", b"application/json")] if body else []
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": status, "headers": [*kind, length]})
        await send({"type": "http.response.body", "body": body})

    return door


def _refused(scope: Scope, secret: bytes) -> int:
    headers = dict(scope["headers"])
    if not hmac.compare_digest(headers.get(HEADER, b""), secret):
        return 403
    length = headers.get(b"content-length", b"")
    return 0 if length.isdigit() and int(length) <= LARGEST else 413


async def _whole(receive: Receive) -> bytes:
    """The body; the guard outside counts its bytes and its seconds."""
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _heard(intake: Intake, raw: bytes) -> tuple[int, bytes]:
    """(status, body) once it is kept.

    A button's spinner is stopped in the answer itself, which saves a call. Good for nothing else:
    such a method gives no message id, and its failure is never told.
    """
    update = read_update(raw)
    if update is None:
        return 200, b""
    try:
        press = await intake.hear(update)
    except Busy:
        return 503, b""
    except Exception as error:  # noqa: BLE001  its text may hold what the person wrote
        log.error("update not handled", error=type(error).__name__)
        return 500, b""
    if press is None:
        return 200, b""
    return 200, msgspec.json.encode({"method": "answerCallbackQuery", "callback_query_id": press})
