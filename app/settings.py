"""Settings, from the environment only. README's table is `table()`; a test keeps it so."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from restitution.advise import BOOK_URL

PREFIX = "AVANT_BILAN_"
HERE = ("127.0.0.1", "localhost", "::1")


class BadSettings(OSError):
    """A setting cannot be used. The message names it and never repeats its value."""


class Settings(BaseSettings):
    """Every setting is `AVANT_BILAN_<NAME>`; without any, all runs on this machine only."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", hide_input_in_errors=True
    )

    database_url: str = Field(
        default="",
        description="`sqlite:///file` or `postgresql://…`; else a SQLite file in the data folder",
    )
    data_dir: str = Field(
        default="data", description="folder of the SQLite file, and of the keys of a local run"
    )
    keys: SecretStr | None = Field(
        default=None,
        description="sealing keys, `index:BASE64,name:BASE64` (`python -m app keys new`); "
        "required as soon as others reach the service",
    )
    keys_file: str | None = Field(
        default=None,
        description="a file with the same, which only this service's user may read",
    )
    keys_url: str | None = Field(
        default=None,
        description="where data keys lie, apart from the answers: `sqlite:///file` or "
        "`postgresql://…`; else a second file beside the SQLite one, or a schema of their own",
    )
    audit_anchor: str | None = Field(
        default=None,
        description="file that remembers where the audit chain ended, best on another disk; "
        "else `audit-head` in the data folder",
    )
    keep_unfinished_days: int = Field(
        default=30, ge=1, description="days an unfinished interview is kept after the last word"
    )
    keep_finished_days: int = Field(
        default=183,
        ge=1,
        description="days a finished interview is kept after the visit, else after its end",
    )
    keep_audit_days: int = Field(default=365, ge=1, description="days the audit is kept")
    keep_accounts_days: int = Field(
        default=730, ge=1, description="days a professional's unused account is kept"
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=1, le=65535, description="port to listen on")
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/\s?#]+(/[^\s?#]*)?$",
        description="address people reach us at (links, QR codes, webhook); "
        "else made of host and port",
    )
    book_url: str = Field(
        default=BOOK_URL,
        pattern=r"^https?://\S+$",
        description="directory where people find whom to book with",
    )
    telegram_token: SecretStr | None = Field(
        default=None, description="token from @BotFather; opens the Telegram channel"
    )
    telegram_api_base: str | None = Field(
        default=None, pattern=r"^https?://\S+$", description="another Bot API server"
    )
    telegram_mode: Literal["polling", "webhook"] = Field(
        default="polling", description="how updates arrive: `polling` or `webhook`"
    )
    telegram_webhook_secret: SecretStr | None = Field(
        default=None,
        description="what Telegram shows us at each webhook call; else derived from the token",
    )
    telegram_rate: int = Field(
        default=25, ge=1, le=1000,
        description="messages a second to everybody on Telegram; its usual limit is 30, shared by "
        "all processes (`--workers` shares it out)",
    )  # fmt: skip
    housekeeping_minutes: int = Field(
        default=0, ge=0, le=24 * 60,
        description="minutes between two rounds of reminders and purging in the process itself; "
        "0: only by `remind` and `purge`",
    )  # fmt: skip
    metrics_token: SecretStr | None = Field(
        default=None,
        description="bearer token that opens `/metrics`; without one, to this machine only",
    )
    second_factor: str = Field(
        default="",
        pattern=r"^((practitioner|outreach|admin|auditor)(,|$))*$",
        description="roles that need a second factor, like `practitioner,admin,auditor`",
    )
    oidc_issuer: str | None = Field(
        default=None, pattern=r"^https?://\S+$",
        description="identity provider (OpenID Connect) professionals may sign in with",
    )  # fmt: skip
    oidc_client_id: str | None = Field(default=None, description="our name at that provider")
    oidc_client_secret: SecretStr | None = Field(default=None, description="our secret there")
    oidc_profile: Literal["psc", "oidc"] = Field(
        default="psc",
        description="`psc` (Pro Santé Connect: accounts found by RPPS) or `oidc` (by `sub`)",
    )
    wording: str | None = Field(
        default=None,
        description="`.po` catalogue with the official wording, laid over ours",
    )
    unreviewed: str = Field(
        default="",
        pattern=r"^([a-z]{2}(,|$)|all$)*$",
        description="languages whose safety and scored questions are asked though nobody reviewed "
        "them, like `en,ar`, or `all`; else kept for the visit (`docs/translating.md`)",
    )
    voice: str | None = Field(
        default=None,
        description="folder of recordings people may listen to, and of languages that are only "
        "heard (`docs/voice.md`)",
    )
    overlay: str | None = Field(
        default=None,
        description="folder of `.yaml` files that switch rules off or change advice",
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="`console` or `json`; neither can carry an answer"
    )

    def __init__(self, **values: Any) -> None:
        """Read the environment; raises `BadSettings` naming every problem at once."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise BadSettings(_told(error)) from None

    @model_validator(mode="after")
    def _database(self) -> Settings:
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir}/avant-bilan.db"
        return self

    @model_validator(mode="after")
    def _webhook(self) -> Settings:
        if self.telegram_token and self.telegram_mode == "webhook":
            wanted = "http" if self.telegram_api_base else "https://"
            if not (self.public_url or "").startswith(wanted):
                raise ValueError(f"{PREFIX}TELEGRAM_MODE=webhook needs an https {PREFIX}PUBLIC_URL")
        return self

    @model_validator(mode="after")
    def _provider(self) -> Settings:
        given = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret)
        if any(given) and not all(given):
            raise ValueError(
                f"{PREFIX}OIDC_ISSUER, {PREFIX}OIDC_CLIENT_ID and {PREFIX}OIDC_CLIENT_SECRET go "
                "together"
            )
        if self.oidc_issuer and not self.oidc_issuer.startswith("https://") and not self.local:
            raise ValueError(f"{PREFIX}OIDC_ISSUER must be an https address")
        return self

    @property
    def local(self) -> bool:
        """Reached from this machine only."""
        public = urlsplit(self.public_url).hostname if self.public_url else None
        return self.host in HERE and public in (None, *HERE)


def table() -> str:
    """The settings as a Markdown table, for the README."""
    rows = ["| Setting | Default | What it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = f"`{field.default}`" if field.default else ""
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def _told(error: ValidationError) -> str:
    problems = []
    for each in error.errors(include_input=False, include_url=False):
        named = "".join(f"{PREFIX}{str(part).upper()}: " for part in each["loc"][:1])
        problems.append(named + each["msg"].removeprefix("Value error, "))
    return "\n".join(problems)
