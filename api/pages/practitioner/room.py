"""In the room: begin a questionnaire with somebody who has none, or finish one begun elsewhere.

Both open the patient's own pages on this screen, by a link that serves once: the person is
asked for their agreement like anybody, and chooses at the end who may read.
"""

from __future__ import annotations

import uuid

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from api.auth import OwnForm
from api.deps import Here, Visitor
from api.errors import Refused
from flows import engine
from store import access, watching
from store.codes import new_token
from store.repository import Summary, Transaction

router = APIRouter(prefix="/pro", include_in_schema=False)
LASTS = 600
"""Seconds the link waits to be followed, on the same screen."""


@router.post("/nouveau", dependencies=[OwnForm])
async def begin(me: Visitor, here: Here) -> Response:
    """A fresh interview, any band; the practitioner's centre is the one it may be shared with."""
    token = new_token()

    def work(tx: Transaction) -> None:
        centre = me.centre_id if watching.watch(tx, me.centre_id) else None
        interview = engine.begin(uuid.uuid4().hex, "fr", tx.now, centre=centre)
        tx.save([tx.hold(interview, "web")], {interview.id: Summary("open", None, False)})
        tx.link(interview.id, "room", token, LASTS)
        access.audit(tx, me.id, "begin in the room", None)

    await here.writer.run(work)
    return RedirectResponse(f"/s/{token}", 303)


@router.post("/bilan/{brief_id}/reprendre", dependencies=[OwnForm])
async def resume(brief_id: str, me: Visitor, here: Here) -> Response:
    """The interview behind a brief one may read, opened again on this screen."""
    token = new_token()

    def work(tx: Transaction) -> bool:
        interview = access.interview_behind(tx, me, brief_id, "resume in the room")
        if interview is not None:
            tx.link(interview, "room", token, LASTS)
        return interview is not None

    if not await here.writer.run(work):
        raise Refused("not_found")
    return RedirectResponse(f"/s/{token}", 303)
