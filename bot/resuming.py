"""Going on with an interview on another phone, by the code the first one showed."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.messages import Screen
from bot.say import Say
from bot.view import View
from flows.loading import Shelf
from flows.model import Interview
from store import resuming
from store.codes import pretty, read_code
from store.repository import Held, Transaction
from store.tries import TooManyTries

LINK = "r_"
"""What a deep link's argument begins with: « /start r_7K3QM2XW9T »."""
Taken = Literal["ok", "resume_wrong", "resume_wait", "resume_here"]
"""How entering a code went; all but « ok » are phrases."""


def code_in(said: object, known: bool) -> str | None:
    """The code in what was said. `known`: somebody talks here; only a link counts then, since what
    they type is an answer."""
    words = said.split() if isinstance(said, str) else []
    if len(words) == 2 and words[0].split("@")[0] == "/start" and words[1].startswith(LINK):
        return words[1].removeprefix(LINK)
    typed = read_code(" ".join(words)) if not known else None
    return typed if typed and any(each.isdigit() for each in " ".join(words)) else None


def take(
    tx: Transaction, shelf: Shelf, here: Held | None, code: str, who: str = "", source: str = ""
) -> tuple[Taken, Held | None]:
    """Enter a code; with « ok », the interview, which the caller puts here and writes back.

    `here`: whose answers are kept at this place already. They are not left behind for others'.
    """
    if here is not None and here.interview.log and here.status != "closed":
        return "resume_here", None
    try:
        found = resuming.take(tx, code, who, source)
    except TooManyTries:
        return "resume_wait", None
    held = tx.interview(found) if found else None
    if held is None:
        return "resume_wrong", None
    held.interview = unshown(shelf, held.interview)
    return "ok", held


def unshown(shelf: Shelf, interview: Interview) -> Interview:
    """Without what another screen would show again of the private block: boxes ticked and not done,
    a reading that waited for a yes."""

    def private(question: str) -> bool:
        known = shelf.questions.get(question)
        return known is not None and known.private

    if private(interview.draft[0]):
        interview = msgspec.structs.replace(interview, draft=("", ()))
    if interview.doubt and private(interview.doubt[0]):
        interview = msgspec.structs.replace(interview, doubt=None)
    return interview


def shown(view: View, say: Say) -> Screen:
    """The code, until when, and where to write it."""
    words = {**say.words, "code": pretty(say.words["code"]), "url": view.page.public_url}
    return Screen("info", view.phrase("resume_code", **words), notice=True)
