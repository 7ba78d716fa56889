"""Every door for professionals, under one router."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from api.deps import Config, Service
from api.pages import outreach, practitioner
from api.routes import briefs, documentation, questionnaires, sessions
from flows.loading import Shelf
from store.repository import Store
from store.writer import Writer


def install(app: FastAPI, store: Store, writer: Writer, shelf: Shelf, config: Config) -> None:
    """Put the professionals' API and pages into this application."""
    app.state.professionals = Service(store, writer, shelf, config)
    made = APIRouter()
    for module in (sessions, briefs, questionnaires):
        made.include_router(module.router, prefix="/api/v1")
    made.include_router(documentation.router)
    made.include_router(practitioner.router)
    made.include_router(outreach.router)
    app.include_router(made)
