"""The JSON channel: what a kiosk or another messenger's gateway uses."""

from __future__ import annotations

from itertools import chain
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, BaseModel, Field

import locales
from bot.desk import Busy, Desk
from bot.messages import Capabilities, Inbound, Screen
from bot.messages import Reply as Answer
from store.codes import new_token

CAN = Capabilities(forms=True, links=False)
CHANNEL = "json"
_bearer = HTTPBearer(auto_error=False, description="The token given when the interview began.")


def _whole(text: str) -> str:
    """Half a character (JSON may hold one, no text can) is replaced."""
    return text.encode("utf-8", "replace").decode()


Text = Annotated[str, AfterValidator(_whole)]


class Opening(BaseModel):
    """How to begin."""

    language: str = "fr"
    campaign: Text | None = Field(default=None, max_length=64)


class Message(BaseModel):
    """One thing said: free text, an option value, or several of a multiple choice."""

    said: Text | list[Text] = Field(max_length=2000)
    about: Text | None = Field(default=None, max_length=64)


class OptionOut(BaseModel):
    """One box."""

    value: str
    label: str


class QuestionOut(BaseModel):
    """The question that waits."""

    id: str
    official: str | None
    type: Literal["single", "multiple", "number", "text"]
    options: list[OptionOut]


class ReplyOut(BaseModel):
    """One message to show."""

    kind: Literal["info", "question", "urgent", "restitution", "code"]
    text: str
    question: QuestionOut | None = None
    audio: list[str] = []
    """Where there are recordings: their addresses, best format first. Not to be played unasked."""


class RefusalOut(BaseModel):
    """Why nothing was done."""

    error: str
    message: str


_BUSY: dict[int | str, dict[str, Any]] = {
    503: {"model": RefusalOut, "description": "Too busy: try again."}
}
_ABSENT: dict[int | str, dict[str, Any]] = {
    404: {"model": RefusalOut, "description": "There is no such interview, or not for you."}
}


class TurnOut(BaseModel):
    """What one message brought back."""

    id: str
    replies: list[ReplyOut]
    waiting: str | None
    finished: bool
    code: str | None


class OpenedOut(TurnOut):
    """A fresh interview: keep the token, it is shown once."""

    token: str


def router(desk: Desk) -> APIRouter:
    """Routes under `/api/v1`. The interview's id is in the address, its token never is."""
    made = APIRouter(prefix="/api/v1", tags=["interviews"])
    address = desk.page.public_url

    @made.post("/interviews", status_code=201, responses=_BUSY,
               response_model_exclude_unset=True)  # fmt: skip
    async def begin(opening: Opening) -> OpenedOut:
        """Begin an interview; the first question comes with it."""
        if opening.language not in locales.offered():
            offered = ", ".join(locales.offered())
            raise HTTPException(422, f"This language is not offered; these are: {offered}.")
        token = new_token()
        inbound = Inbound(CHANNEL, token, "/begin", "begin", language=opening.language,
                          start=opening.campaign or "")  # fmt: skip
        answer = await _hear(desk, inbound)
        return OpenedOut(**_turn(answer.interview or "", answer, address), token=token)

    @made.post("/interviews/{interview}/messages", responses=_ABSENT | _BUSY,
               response_model_exclude_unset=True)  # fmt: skip
    async def hear(
        interview: str,
        message: Message,
        bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
        idempotency_key: Annotated[str, Header(min_length=1, max_length=200)],
    ) -> TurnOut:
        """Say one thing. The same key again gives the same answer and counts once."""
        token = bearer.credentials if bearer else ""
        known = await desk.known(CHANNEL, token) if token else None
        if known is None or known != interview:
            # « Not yours » looks exactly like « not there ».
            raise HTTPException(404, "There is no such interview.")
        said = message.said if isinstance(message.said, str) else tuple(message.said)
        inbound = Inbound(CHANNEL, token, said, idempotency_key, message.about)
        return TurnOut(**_turn(interview, await _hear(desk, inbound), address))

    return made


async def _hear(desk: Desk, inbound: Inbound) -> Answer:
    try:
        return await desk.hear(inbound, CAN)
    except Busy:
        raise HTTPException(503, "Too busy, try again.", {"Retry-After": "2"}) from None


def _turn(interview: str, answer: Answer, public_url: str) -> dict[str, Any]:
    return {
        "id": interview,
        "replies": [_reply(screen, public_url) for screen in answer.screens],
        "waiting": answer.waiting,
        "finished": answer.finished,
        "code": answer.code,
    }


def _reply(screen: Screen, public_url: str) -> ReplyOut:
    asked = screen.question
    question = None
    if asked is not None:
        options = [OptionOut(value=it.said, label=it.label) for it in asked.choices]
        question = QuestionOut(
            id=asked.id, official=asked.official, type=asked.kind, options=options
        )
    text = screen.text
    if screen.kind == "summary":
        text = "\n".join([text, *(f"{line.asked} {line.said}" for line in screen.lines)])
    kind: str = "question" if screen.kind == "summary" else screen.kind
    sounds = [*(asked.voice if asked else ()), *chain.from_iterable(screen.voices)]
    audio = {"audio": [f"{public_url}/voix/{each}" for each in sounds]} if sounds else {}
    return ReplyOut.model_validate({"kind": kind, "text": text, "question": question} | audio)
