"""`/terrain`: campaigns, posters, cards, and counts that recognise nobody."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

import locales
from api.deps import Anyone, Here, Service
from api.errors import Refused
from api.pages.rendering import own_form, page
from restitution import documents
from store import outreach
from store.access import Professional
from store.outreach import Campaign
from store.repository import Transaction

router = APIRouter(prefix="/terrain", include_in_schema=False)
CARDS = 24


@router.get("")
async def home(request: Request, me: Anyone, here: Here) -> Response:
    """My centre's campaigns."""
    found = await here.writer.look(lambda tx: outreach.campaigns(tx, me.centre_id))
    return page("terrain.html", request, me=me, campaigns=found, smallest=outreach.SMALLEST,
                base=here.config.public_url)  # fmt: skip


@router.post("")
async def create(
    request: Request,
    me: Anyone,
    here: Here,
    place: Annotated[str, Form(min_length=1, max_length=120)],
    qpv: Annotated[str, Form(max_length=20)] = "",
    practice: Annotated[bool, Form()] = False,
) -> Response:
    """A new campaign: a place, its neighbourhood, the centre that receives."""
    own_form(request, here.config.public_url)

    def work(tx: Transaction) -> None:
        outreach.create_campaign(tx, place.strip(), qpv.strip(), me.centre_id, made_by=me.id,
                                 demo=practice)  # fmt: skip

    await here.writer.run(work)
    return RedirectResponse("/terrain", 303)


async def _campaign(here: Service, me: Professional, campaign_id: str) -> Campaign:
    found = await here.writer.look(lambda tx: outreach.campaigns(tx, me.centre_id))
    campaign = next((each for each, _ in found if each.id == campaign_id), None)
    if campaign is None:
        raise Refused("not_found")
    return campaign


def _pdf(made: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(made, media_type="application/pdf", headers=headers)


@router.get("/{campaign_id}/affiche.pdf")
async def poster(campaign_id: str, me: Anyone, here: Here) -> Response:
    """An A4 poster with the campaign's QR code."""
    campaign = await _campaign(here, me, campaign_id)
    link = f"{here.config.public_url}/r/{campaign.token}"
    made = await asyncio.to_thread(documents.poster_pdf, campaign.place, link, locales.offered())
    return _pdf(made, "affiche")


@router.post("/{campaign_id}/cartes.pdf")
async def cards(campaign_id: str, request: Request, me: Anyone, here: Here) -> Response:
    """A sheet of new personal cards; each one is made here, and shown this once."""
    own_form(request, here.config.public_url)
    campaign = await _campaign(here, me, campaign_id)
    tokens = await here.writer.run(lambda tx: outreach.create_invitations(tx, campaign.id, CARDS))
    links = [f"{here.config.public_url}/r/{token}" for token in tokens]
    return _pdf(await asyncio.to_thread(documents.cards_pdf, campaign.place, links), "cartes")


@router.post("/{campaign_id}/arret")
async def revoke(campaign_id: str, request: Request, me: Anyone, here: Here) -> Response:
    """Nothing begins from this campaign any more."""
    own_form(request, here.config.public_url)
    campaign = await _campaign(here, me, campaign_id)
    await here.writer.run(lambda tx: outreach.revoke(tx, campaign.id))
    return RedirectResponse("/terrain", 303)
