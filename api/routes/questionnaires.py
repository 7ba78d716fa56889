"""The questionnaires, for integrators. Public: they hold no answer."""

from __future__ import annotations

from fastapi import APIRouter

from api.deps import Here
from api.errors import Refused
from api.schemas import OptionOut, QuestionnaireOut, QuestionnairesOut, QuestionOut

router = APIRouter(prefix="/questionnaires", tags=["questionnaires"])


@router.get("")
async def list_bands(here: Here) -> QuestionnairesOut:
    """The four bands and their titles."""
    return QuestionnairesOut(bands={str(band): title for band, title in here.shelf.titles.items()})


@router.get("/{band}")
async def get_band(band: str, here: Here) -> QuestionnaireOut:
    """One band's questions in order, with the values answers may take."""
    found = next((it for name, it in here.shelf.questionnaires.items() if name == band), None)
    if found is None:
        raise Refused("not_found")
    return QuestionnaireOut(
        band=band,
        version=found.version,
        ages=found.ages,
        questions=[
            QuestionOut(
                id=each.id, official=each.official, type=each.kind, ask=each.ask,
                options=[OptionOut.model_validate(it) for it in each.options],
            )
            for each in found.questions
        ],
    )  # fmt: skip
