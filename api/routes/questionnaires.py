"""The questionnaires, for integrators. Public: they hold no answer."""

from __future__ import annotations

from fastapi import APIRouter

from api.deps import Here
from api.errors import Refused
from api.routes.answers import errors
from api.schemas import OptionOut, QuestionnaireOut, QuestionnairesOut, QuestionOut
from flows.model import Question

router = APIRouter(prefix="/questionnaires", tags=["questionnaires"])


@router.get("")
async def list_bands(here: Here) -> QuestionnairesOut:
    """The four bands and their titles."""
    return QuestionnairesOut(bands={str(band): title for band, title in here.shelf.titles.items()})


@router.get("/{band}", responses=errors(404))
async def get_band(band: str, here: Here) -> QuestionnaireOut:
    """One band's questions in order, with the values answers may take."""
    found = next(((key, it) for key, it in here.shelf.questionnaires.items() if key == band), None)
    if found is None:
        raise Refused("not_found")
    key, questionnaire = found
    return QuestionnaireOut(
        band=key,
        title=here.shelf.titles[key],
        version=questionnaire.version,
        ages=questionnaire.ages,
        questions=[_question(each) for each in questionnaire.questions],
    )


def _question(each: Question) -> QuestionOut:
    return QuestionOut(
        id=each.id, official=each.official, section=each.section, theme=each.theme,
        type=each.kind, ask=each.ask, hint=each.hint, unit=each.unit, sensitive=each.sensitive,
        options=[OptionOut.model_validate(it) for it in each.options],
    )  # fmt: skip
