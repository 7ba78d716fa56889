"""How to reach Telegram and be reached by it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

ALLOWED = ["message", "callback_query"]
"""The kinds of update we ask for."""


@dataclass(frozen=True)
class TelegramConfig:
    """Everything the channel needs to be told."""

    token: str
    public_url: str
    api_base: str | None = None
    """Another Bot API server, as in tests."""
    mode: str = "polling"
    pace: float = 1.0
    """Seconds between two messages to one chat; Telegram's own limit is about one."""
    rate: int = 25
    """Messages a second to everybody."""
    secret: str = ""
    """Webhook secret; without one it is derived from the token."""

    @property
    def webhook_secret(self) -> str:
        return self.secret or hashlib.sha256(f"webhook|{self.token}".encode()).hexdigest()

    @property
    def path(self) -> str:
        """An address nobody guesses, so that strangers do not even try the secret."""
        return "/telegram/" + hashlib.sha256(f"path|{self.token}".encode()).hexdigest()[:32]
