"""Every door for professionals, under one router."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends, FastAPI, Request

from api.deps import Config, Handed, Service, nobody_told
from api.pages.account import door, federated, mine, passkeys, proof, team
from api.pages.outreach import routes as outreach
from api.pages.outreach import volunteers
from api.pages.practitioner import directory as directory_pages
from api.pages.practitioner import plan, room, tests
from api.pages.practitioner import routes as practitioner
from api.pages.practitioner import why as why_pages
from api.routes import briefs, directory, documentation, plans, questionnaires, sessions, why
from flows.loading import Shelf
from restitution.directory import Directory
from restitution.directory import directory as make_directory
from restitution.library import Library
from store.places import Kept
from store.repository import Store
from store.writer import Writer


def build(
    store: Store, writer: Writer, shelf: Shelf, config: Config, library: Library,
    places: Kept[Directory] | None = None,
    handed: Handed = nobody_told, asked: Handed = nobody_told,
) -> APIRouter:  # fmt: skip
    """The JSON API under `/api/v1`, its description at `/api/docs`, `/pro` and `/terrain`.

    `handed` tells a person that a validated plan waits for them, `asked` that a test does.
    """
    places = places or Kept(partial(make_directory, library.subjects, library.resources))
    back = f"{config.public_url}/pro/federation/retour"
    federation = None
    if config.oidc:
        from api.federation import Federation  # a quarter of a second: only where it is used

        federation = Federation(config.oidc, back)
    here = Service(store, writer, shelf, config, library, places, handed, asked,
                   federation=federation)  # fmt: skip

    async def bring(request: Request) -> None:
        request.state.professionals = here

    made = APIRouter(dependencies=[Depends(bring)])
    for module in (sessions, briefs, plans, why, questionnaires, directory):
        made.include_router(module.router, prefix="/api/v1")
    pages = (why_pages, directory_pages, practitioner, plan, room, tests, volunteers, outreach,
             door, mine, proof, passkeys, federated, team)  # fmt: skip
    for router in (documentation.router, *(each.router for each in pages)):
        made.include_router(router)
    return made


def install(
    app: FastAPI, store: Store, writer: Writer, shelf: Shelf, config: Config, library: Library,
    places: Kept[Directory] | None = None,
    handed: Handed = nobody_told, asked: Handed = nobody_told,
) -> None:  # fmt: skip
    """Put the professionals' API and pages into this application."""
    app.include_router(build(store, writer, shelf, config, library, places, handed, asked))
