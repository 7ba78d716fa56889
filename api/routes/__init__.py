"""Every door for professionals, under one router."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI, Request

from api.deps import Config, Handed, Service, nobody_told
from api.pages.outreach import routes as outreach
from api.pages.practitioner import plan, room, tests
from api.pages.practitioner import routes as practitioner
from api.routes import briefs, documentation, plans, questionnaires, sessions
from flows.loading import Shelf
from restitution.library import Library
from store.repository import Store
from store.writer import Writer


def build(
    store: Store, writer: Writer, shelf: Shelf, config: Config, library: Library,
    handed: Handed = nobody_told, asked: Handed = nobody_told,
) -> APIRouter:  # fmt: skip
    """The JSON API under `/api/v1`, its description at `/api/docs`, `/pro` and `/terrain`.

    `handed` tells a person that a validated plan waits for them, `asked` that a test does.
    """
    here = Service(store, writer, shelf, config, library, handed, asked)

    def bring(request: Request) -> None:
        request.state.professionals = here

    made = APIRouter(dependencies=[Depends(bring)])
    for module in (sessions, briefs, plans, questionnaires):
        made.include_router(module.router, prefix="/api/v1")
    pages = (practitioner.router, plan.router, room.router, tests.router, outreach.router)
    for router in (documentation.router, *pages):
        made.include_router(router)
    return made


def install(
    app: FastAPI, store: Store, writer: Writer, shelf: Shelf, config: Config, library: Library,
    handed: Handed = nobody_told, asked: Handed = nobody_told,
) -> None:  # fmt: skip
    """Put the professionals' API and pages into this application."""
    app.include_router(build(store, writer, shelf, config, library, handed, asked))
