"""Settings come from the environment, and their mistakes are told without their values."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.settings import BadSettings, Settings, table

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_without_any_setting_all_stays_on_this_machine():
    settings = Settings()
    assert settings.database_url == "sqlite:///data/avant-bilan.db"
    assert settings.host == "127.0.0.1"
    assert settings.local


def test_the_database_lies_in_the_data_folder_unless_said_otherwise(monkeypatch):
    monkeypatch.setenv("AVANT_BILAN_DATA_DIR", "/srv/ab")
    assert Settings().database_url == "sqlite:////srv/ab/avant-bilan.db"
    monkeypatch.setenv("AVANT_BILAN_DATABASE_URL", "postgresql://db/ab")
    assert Settings().database_url == "postgresql://db/ab"


@pytest.mark.parametrize(
    ("host", "public", "local"),
    [
        ("127.0.0.1", None, True),
        ("localhost", "http://localhost:8000", True),
        ("::1", "http://[::1]:8000", True),
        ("0.0.0.0", None, False),
        ("127.0.0.1", "https://bilan.example.org", False),
        # a name that only begins like this machine's
        ("127.0.0.1", "https://localhost.example.org", False),
    ],
)
def test_local_means_reached_from_this_machine_only(host, public, local):
    assert Settings(host=host, public_url=public).local is local


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("TELEGRAM_MODE", "pigeon"),
        ("PUBLIC_URL", "bilan.example.org"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_mistake_is_told_by_name_and_never_by_value(monkeypatch, name, value):
    monkeypatch.setenv(f"AVANT_BILAN_{name}", value)
    with pytest.raises(BadSettings) as told:
        Settings()
    assert f"AVANT_BILAN_{name}" in str(told.value)
    assert value not in str(told.value)


def test_a_webhook_needs_an_address_telegram_can_reach():
    with pytest.raises(BadSettings, match="PUBLIC_URL"):
        Settings(telegram_token="123:abc", telegram_mode="webhook")


def test_secrets_do_not_show_when_settings_are_printed():
    settings = Settings(keys="index:AAAA", telegram_token="123:abc", telegram_webhook_secret="s3")
    assert not any(secret in repr(settings) for secret in ("AAAA", "123:abc", "s3"))


def test_the_readme_has_every_setting_as_it_is():
    assert table() in README
