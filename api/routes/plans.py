"""The prevention plan of a brief, for the practice's own software."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Depends

from api import planning
from api.deps import Caller, Here
from api.plan_schemas import PlanOut, PlanVersionOut
from api.planning import Desk
from api.routes.answers import errors, private
from restitution.paper_plan import fit_for_paper
from store.plans import Kept

router = APIRouter(tags=["briefs"], dependencies=[Depends(private)])


@router.get("/briefs/{brief_id}/ppp", responses=errors(401, 404))
async def get_plan(brief_id: str, me: Caller, here: Here) -> PlanOut:
    """The personal prevention plan as it stands: the last version, or a first draft not saved yet.

    Nothing confidential is in it. Subjects weighed and left aside are not shown.
    """
    desk = await planning.look(here, me, brief_id, "read plan")
    made = PlanOut.model_validate(fit_for_paper(desk.plan))
    return made.model_copy(update=_about(desk))


def _about(desk: Desk) -> dict[str, object]:
    versions = [_version(each) for each in desk.versions]
    state = "validated" if desk.locked else "draft"
    return {"id": desk.id, "version": desk.number, "state": state, "versions": versions}


def _version(kept: Kept) -> PlanVersionOut:
    at = kept.validated_at
    return PlanVersionOut(
        number=kept.number, author=kept.author, profession=kept.profession,
        saved_at=datetime.fromtimestamp(kept.saved_at, UTC),
        validated_at=datetime.fromtimestamp(at, UTC) if at else None,
    )  # fmt: skip
