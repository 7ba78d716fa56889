"""Putting the parts together. The clock, chance and the environment are read here only."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import locales
from app.settings import Settings
from bot.desk import Desk
from bot.rendering import Page
from flows.loading import Shelf
from flows.loading import load as load_shelf
from restitution import plan_choices
from restitution.directory import Directory, directory
from restitution.helping import ask_for_help
from restitution.library import Library
from restitution.library import load as load_library
from store.crypto import Keyring
from store.database import open_database
from store.migrating import migrate
from store.places import Kept
from store.repository import Store
from store.writer import Writer


@dataclass
class Service:
    """The running application, whichever doors are open."""

    settings: Settings
    store: Store
    writer: Writer
    shelf: Shelf
    library: Library
    desk: Desk
    places: Kept[Directory]


def build(settings: Settings, clock: Callable[[], float] = time.time) -> Service:
    """Everything, ready to serve; the database is brought up to date.

    Raises `BadContent`, `BadKeys` or `OSError` with a message an operator can act on.
    """
    library = load_library(overlay=overlay(settings))
    plan_choices.load()  # kept: a mistake in it must not wait for the first plan
    shelf = ask_for_help(load_shelf(), library)
    if settings.wording:
        locales.overlay(Path(settings.wording))
    engine = open_database(settings.database_url)
    migrate(engine)
    store = Store(engine, Keyring.parse(keys(settings)), clock)
    writer = Writer(store)
    page = Page(public_url(settings), settings.book_url)
    desk = Desk(writer, shelf, library, page)
    places = Kept(partial(directory, library.subjects, library.resources))
    return Service(settings, store, writer, shelf, library, desk, places)


def public_url(settings: Settings) -> str:
    """Where people reach us, without a final slash."""
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")


def overlay(settings: Settings) -> Path | None:
    """The operator's folder laid over the rules, if any."""
    return Path(settings.overlay) if settings.overlay else None


def keys(settings: Settings) -> str:
    """The keys from the environment; on one's own machine, a set made once beside the data.

    A public service gets its keys from the environment only: a key lying next to the database
    protects nothing from whoever takes the disk.
    """
    if settings.keys:
        return settings.keys.get_secret_value()
    if not settings.local:
        raise OSError("AVANT_BILAN_KEYS is not set. `python -m app keys new` prints a fresh set.")
    file = Path(settings.data_dir) / "keys"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(Keyring.fresh())
    return file.read_text(encoding="ascii").strip()
