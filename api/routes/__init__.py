"""Every door for professionals, under one router."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI, Request

from api.deps import Config, Service
from api.pages.outreach import routes as outreach
from api.pages.practitioner import room
from api.pages.practitioner import routes as practitioner
from api.routes import briefs, documentation, questionnaires, sessions
from flows.loading import Shelf
from store.repository import Store
from store.writer import Writer


def build(store: Store, writer: Writer, shelf: Shelf, config: Config) -> APIRouter:
    """The JSON API under `/api/v1`, its description at `/api/docs`, `/pro` and `/terrain`."""
    here = Service(store, writer, shelf, config)

    def bring(request: Request) -> None:
        request.state.professionals = here

    made = APIRouter(dependencies=[Depends(bring)])
    for module in (sessions, briefs, questionnaires):
        made.include_router(module.router, prefix="/api/v1")
    for router in (documentation.router, practitioner.router, room.router, outreach.router):
        made.include_router(router)
    return made


def install(app: FastAPI, store: Store, writer: Writer, shelf: Shelf, config: Config) -> None:
    """Put the professionals' API and pages into this application."""
    app.include_router(build(store, writer, shelf, config))
