"""`/terrain`: campaigns, posters, cards, and counts that recognise nobody."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

import locales
from api.auth import OwnForm
from api.deps import CountingVisitor, FieldVisitor, Here, Service
from api.errors import Refused
from api.pages.rendering import Page, Show
from store import outreach, watching
from store.accounts import Professional
from store.outreach import Campaign, Counts
from store.repository import Transaction
from store.watching import Centre

router = APIRouter(prefix="/terrain", include_in_schema=False)
CARDS = 24
"""On one A4 sheet."""
_QPV = re.compile(r"Q[NP][0-9A-Z]{6}")
"""« QN07501M » since 2024, « QP075001 » before."""


@router.get("")
async def home(me: CountingVisitor, show: Page, here: Here) -> Response:
    """My campaigns and my centre's."""
    return await _home(me, show, here)


async def _home(
    me: Professional, show: Show, here: Service, problem: str = "", place: str = "", qpv: str = ""
) -> Response:
    def work(
        tx: Transaction,
    ) -> tuple[list[tuple[Campaign, Counts]], Sequence[Centre]]:
        return outreach.campaigns(tx, me), watching.centres(tx)

    campaigns, centres = await here.writer.look(work)
    now = here.store.clock()
    return show(
        "outreach/home.html", 422 if problem else 200, me=me, problem=problem, place=place,
        qpv=qpv, centres=centres, smallest=outreach.SMALLEST, base=here.config.public_url,
        campaigns=[(each, counts, each.over(now)) for each, counts in campaigns],
    )  # fmt: skip


@router.post("", dependencies=[OwnForm])
async def create(
    me: FieldVisitor,
    show: Page,
    here: Here,
    place: Annotated[str, Form(max_length=120)] = "",
    qpv: Annotated[str, Form(max_length=20)] = "",
    centre: Annotated[str, Form(max_length=64)] = "",
    practice: Annotated[bool, Form()] = False,
) -> Response:
    """A new campaign: a place, its neighbourhood, the centre that receives."""
    named, code = " ".join(place.split()), "".join(qpv.split()).upper()
    if not named:
        return await _home(me, show, here, "Donnez un nom au lieu ou à l'événement.", place, qpv)
    if code and not _QPV.fullmatch(code):
        return await _home(me, show, here, Refused("bad_qpv").message, place, qpv)

    def work(tx: Transaction) -> str:
        receives = {each.id: each.receives for each in watching.centres(tx)}
        if centre and not receives.get(centre):
            return "no_watcher" if centre in receives else "not_readable"
        outreach.create_campaign(tx, named, code or None, centre or None, made_by=me.id,
                                 demo=practice)  # fmt: skip
        return ""

    if problem := await here.writer.run(work):
        return await _home(me, show, here, Refused(problem).message, place, qpv)
    return RedirectResponse("/terrain", 303)


@router.get("/{campaign_id}/affiche.pdf")
async def poster(campaign_id: str, me: FieldVisitor, here: Here) -> Response:
    """An A4 poster with the campaign's QR code."""
    campaign = await _campaign(here, me, campaign_id)
    from restitution import documents  # typst comes with it: only when something is printed

    link = f"{here.config.public_url}/r/{campaign.token}"
    made = await asyncio.to_thread(documents.poster_pdf, campaign.place, link, locales.written())
    return _pdf(made, "affiche")


@router.post("/{campaign_id}/cartes.pdf", dependencies=[OwnForm])
async def cards(campaign_id: str, me: FieldVisitor, here: Here) -> Response:
    """A sheet of new personal cards; each one is made here, and shown this once."""
    campaign = await _campaign(here, me, campaign_id)
    from restitution import documents

    tokens = await here.writer.run(lambda tx: outreach.create_invitations(tx, campaign.id, CARDS))
    links = [f"{here.config.public_url}/r/{token}" for token in tokens]
    return _pdf(await asyncio.to_thread(documents.cards_pdf, campaign.place, links), "cartes")


@router.post("/{campaign_id}/arret", dependencies=[OwnForm])
async def stop(campaign_id: str, me: FieldVisitor, here: Here) -> Response:
    """Nothing begins from this campaign any more: its poster and cards say so."""
    campaign = await _campaign(here, me, campaign_id, over=True)
    await here.writer.run(lambda tx: outreach.revoke(tx, campaign.id))
    return RedirectResponse("/terrain", 303)


async def _campaign(
    here: Service, me: Professional, campaign_id: str, over: bool = False
) -> Campaign:
    """Mine or my centre's. « Not yours », « stopped » and « not there » look the same."""
    found = await here.writer.look(lambda tx: outreach.campaigns(tx, me))
    campaign = next((each for each, _ in found if each.id == campaign_id), None)
    if campaign is None or (campaign.over(here.store.clock()) and not over):
        raise Refused("not_found")
    return campaign


def _pdf(made: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(made, media_type="application/pdf", headers=headers)
