"""Putting the parts together. The clock, chance and the environment are read here only."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from sqlalchemy.engine import make_url

import locales
from app.settings import Settings
from bot.desk import Desk
from bot.holding import held
from bot.rendering import Page
from bot.voices import SILENCE, Voices
from bot.voices import load as load_voices
from flows.loading import Shelf
from flows.loading import load as load_shelf
from locales import oral
from restitution import plan_choices
from restitution.directory import Directory, directory
from restitution.helping import ask_for_help
from restitution.library import Library
from restitution.library import load as load_library
from store.crypto import Keyring
from store.database import open_database
from store.opening import bring_up
from store.places import Kept
from store.repository import Store
from store.retention import DAY, Policy
from store.vault import beside, open_vault, same_place
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


def content(settings: Settings) -> tuple[Shelf, Library]:
    """What there is to ask and to say, the operator's changes laid over; raises `BadContent`."""
    library = load_library(overlay=overlay(settings))
    plan_choices.load()  # kept: a mistake in it must not wait for the first plan
    return ask_for_help(load_shelf(), library), library


def build(
    settings: Settings, clock: Callable[[], float] = time.time,
    loaded: tuple[Shelf, Library] | None = None,
) -> Service:  # fmt: skip
    """Everything, ready to serve; the database is brought up to date.

    `loaded`: content for who has it already. Raises `BadContent`, `BadKeys` or `OSError` with a
    message an operator can act on.
    """
    shelf, library = loaded or content(settings)
    if settings.wording:
        locales.overlay(Path(settings.wording))
    voices = recordings(shelf, settings)
    shelf = spoken_for(shelf, settings, voices)
    store = open_store(settings, clock)
    bring_up(store)
    writer = Writer(store)
    page = Page(public_url(settings), settings.book_url, voices)
    desk = Desk(writer, shelf, library, page)
    places = Kept(partial(directory, library.subjects, library.resources))
    return Service(settings, store, writer, shelf, library, desk, places)


def spoken_for(shelf: Shelf, settings: Settings, voices: Voices = SILENCE) -> Shelf:
    """The shelf without, in each language, the delicate questions nobody vouches for there."""
    locales.trust(filter(None, settings.unreviewed.split(",")))
    return replace(shelf, held=held(shelf, voices))


def recordings(shelf: Shelf, settings: Settings) -> Voices:
    """What the operator recorded, the languages that are only heard declared; else silence."""
    if settings.voice:
        return load_voices(Path(settings.voice), shelf)
    oral.declare(())
    return SILENCE


def open_store(settings: Settings, clock: Callable[[], float] = time.time) -> Store:
    """The database with its keys, as they are; `bring_up` brings them up to date."""
    ring = Keyring.parse(keys(settings))
    engine = open_database(settings.database_url)
    where = data_keys_url(settings)
    if same_place(settings.database_url, where):
        raise OSError("AVANT_BILAN_KEYS_URL and AVANT_BILAN_DATABASE_URL are the same file")
    anchor = settings.audit_anchor or f"{settings.data_dir}/audit-head"
    return Store(engine, ring, clock, open_vault(where), Path(anchor))


def policy(settings: Settings) -> Policy:
    """How long each kind is kept."""
    return Policy(
        settings.keep_unfinished_days * DAY, settings.keep_finished_days * DAY,
        settings.keep_audit_days * DAY, settings.keep_accounts_days * DAY,
    )  # fmt: skip


def data_keys_url(settings: Settings) -> str:
    """Where data keys lie."""
    return settings.keys_url or beside(make_url(settings.database_url))


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
    own = Path(settings.data_dir) / "keys"
    given = _given_keys(settings)
    if given is None and not settings.local:
        raise OSError(
            "no keys: set AVANT_BILAN_KEYS or AVANT_BILAN_KEYS_FILE. "
            "`python -m app keys new` prints a fresh set."
        )
    if given is not None:
        if not settings.local and own.exists() and _read(own) == given:
            raise OSError(
                "these keys were made for a run on one machine and lie beside its data: "
                "others reach this service, so make new ones (`python -m app keys new`)"
            )
        return given
    if not own.exists():
        own.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(Keyring.fresh())
    return _read(own)


def _given_keys(settings: Settings) -> str | None:
    """The keys the operator gave, in the environment or in a file of their own."""
    if settings.keys and settings.keys_file:
        raise OSError("AVANT_BILAN_KEYS and AVANT_BILAN_KEYS_FILE are both set: keep one")
    if settings.keys:
        return settings.keys.get_secret_value()
    if not settings.keys_file:
        return None
    file = Path(settings.keys_file)
    if not file.is_file():
        raise OSError("AVANT_BILAN_KEYS_FILE: there is no such file")
    if file.stat().st_mode & 0o077:
        raise OSError("AVANT_BILAN_KEYS_FILE: others may read this file; chmod 600 it first")
    return _read(file)


def _read(file: Path) -> str:
    return file.read_text(encoding="ascii").strip()
