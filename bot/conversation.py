"""A loaded interview and one message in; the changed interview and what to say out. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from bot.messages import Inbound
from bot.say import Say
from bot.view import labels
from flows import engine, reading
from flows.engine import Heard, Step
from flows.loading import Shelf
from flows.model import DONT_KNOW, Interview, Position, Question
from locales import Texts

Effect = Literal["erase", "finish", "revise", "remind", "no_reminders", "share"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one message led to. `effect` is for the desk: the only one that can act on it."""

    interview: Interview
    position: Position
    says: tuple[Say, ...]
    effect: Effect | None = None
    tapped: bool = False
    """Answering a button: a channel that can edit changes its message instead of adding one."""
    answered: bool = False
    """An answer was kept."""
    moved: bool = False
    """Another question waits than before."""
    asked: str = ""
    """What follows the command behind `effect`."""
    unclear: str = ""
    """The question that was not understood, to be counted; none that tells of an alert."""


def respond(
    shelf: Shelf, interview: Interview, inbound: Inbound, texts: Texts, now: int,
    before: Position | None = None,
) -> Turn:  # fmt: skip
    """Hear one message of a person whose interview is known. Never raises on what they say.

    `before`: where it stands, for who knows it already.
    """
    said = inbound.said
    if isinstance(said, str) and _first_word(said) in ("/start", "/begin"):
        return welcome_back(shelf, interview)
    if _shown_before_a_change(shelf, inbound):
        position = engine.replay(shelf, interview)
        return Turn(interview, position, where(position))
    typed = inbound.typed or _is_command(said)
    heard = Heard(said, inbound.about, typed, inbound.tick, inbound.numbered)
    step = engine.hear(shelf, interview, heard, now, texts.wording, partial(labels, texts), before)
    return _turn(step, said, not inbound.typed)


def _shown_before_a_change(shelf: Shelf, inbound: Inbound) -> bool:
    """Is this a button of a question that means something else since it was shown?"""
    question = shelf.questions.get(inbound.about or "")
    return question is not None and inbound.meaning not in (None, question.meaning)


def _first_word(said: str) -> str:
    """« /start » of « /start@bilan_bot token »."""
    return (said.split(maxsplit=1) or [""])[0].split("@")[0]


def _is_command(said: str | tuple[str, ...]) -> bool:
    return isinstance(said, str) and said.startswith("/")


def begin_turn(shelf: Shelf, interview: Interview, notes: tuple[Say, ...] = ()) -> Turn:
    """The first question of a fresh interview."""
    position = engine.replay(shelf, interview)
    return Turn(interview, position, (*notes, *where(position)), moved=True)


def welcome_back(shelf: Shelf, interview: Interview) -> Turn:
    """What somebody who comes back is asked: go on, begin again, erase."""
    position = engine.replay(shelf, interview)
    if not position.answers:
        return Turn(interview, position, where(position))
    return Turn(interview, position, (Say("phrase", "welcome_back"),))


def where(position: Position) -> tuple[Say, ...]:
    """What stands on the screen at this position, nothing having been said."""
    if position.closed:
        return (_closed(position),)
    if position.waiting is None:
        return (Say("restitution"), Say("code"), Say("phrase", "all_done"))
    return (Say("question", position.waiting.id),)


def _closed(position: Position) -> Say:
    reason = position.closed or "refused"
    age = position.answers.age
    if reason == "waits" and age is not None:
        return Say("closed", "waits", {"age": str(int(age))})
    return Say("closed", reason)


def _turn(step: Step, said: str | tuple[str, ...], tapped: bool) -> Turn:
    says: list[Say] = []
    if step.cards:
        says.append(Say("cards", items=step.cards))
    if step.quiet:
        says.append(Say("quiet", items=step.quiet))
    effect: Effect | None = None
    if step.command is not None and step.command.name == "share":
        return _sharing(step, step.command.argument, tapped)
    if step.outcome == "command" and step.command is not None:
        more, effect = _obeyed(step, step.command)
        says += more
    else:
        says += _SPOKEN[step.outcome](step, said)
        effect = _ending(step)
    return Turn(
        step.interview, step.position, tuple(says), effect, tapped,
        answered=step.said and step.outcome != "unclear",
        moved=step.before.waiting is not step.position.waiting,
        unclear=_unclear(step),
    )  # fmt: skip


def _unclear(step: Step) -> str:
    # What follows an alert would tell that there was one.
    asked = step.about
    return asked.id if step.outcome == "unclear" and asked and asked.alert is None else ""


def _sharing(step: Step, argument: str, tapped: bool) -> Turn:
    """Who may read: only a transaction knows, so the desk says it in place of the last `Say`."""
    changed = step.outcome == "answered"
    if changed and argument == "centre":
        says: tuple[Say, ...] = (Say("watch"), *where(step.position))
        return Turn(step.interview, step.position, says, "revise", tapped, bool(step.said))
    says = (Say("phrase", "share_stopped"),) if changed else ()
    effect: Effect = "revise" if changed else "share"
    return Turn(step.interview, step.position, (*says, Say("share")), effect, tapped,
                bool(step.said), asked=argument)  # fmt: skip


def _ending(step: Step) -> Effect | None:
    """Did this turn finish the interview, change what is shared, or refuse that we keep any?"""
    if step.position.closed == "refused":
        return "erase"
    if step.position.closed or not (step.said or step.cards):
        return None
    if step.before.finished and "share" in step.position.answers:
        # At once, even when the correction brings a question more: the brief must not stay wrong.
        return "revise"
    if step.position.finished and step.said:
        return "finish"
    # Shared before the end: what is worrying, what was wrong, and where the person left off.
    corrected = step.about is not None and step.about is not step.before.waiting
    news = bool(step.cards) or corrected or step.position.paused
    return "revise" if news and "share" in step.position.answers else None


# -- what each outcome says ------------------------------------------------------------------


def _answered(step: Step, said: object) -> list[Say]:
    says: list[Say] = []
    about = step.about
    if about is not None and step.position.answers.get(about.id) == "not_usable":
        says.append(Say("phrase", "not_usable"))
    elif about is not None and about is not step.before.waiting and _changed(step, about):
        says.append(Say("phrase", "corrected"))
    if about is not None and (about.id, step.position.answers.get(about.id)) == _HELPED:
        says.append(Say("phrase", "held_back"))
    if step.position.stopped and not step.before.stopped:
        says.append(Say("phrase", "stopped"))
    if step.position.paused:
        return [*says, *_paused(step.position, "paused")]
    return [*says, *where(step.position)]


_HELPED = ("helped", "helped")


def _paused(position: Position, phrase: str) -> list[Say]:
    """Also how to go on elsewhere, unless others see this phone: the code would be theirs too."""
    seen_by_others = position.answers.get("shared_phone") in ("yes", DONT_KNOW)
    return [*(() if seen_by_others else (Say("resume_code"),)), Say("phrase", phrase)]


def _changed(step: Step, about: Question) -> bool:
    """A button pressed twice by a hurried finger changes nothing."""
    return step.before.answers.get(about.id) != step.position.answers.get(about.id)


def _moved(step: Step, said: object) -> list[Say]:
    position = step.position
    if position.paused:
        later = step.about is not None and step.about.id == "private_ready" and not step.command
        return _paused(position, "later" if later else "paused")
    name = step.command.name if step.command else ""
    says = [Say("phrase", "restarted")] if name == "restart" else []
    if name == "stop":
        says.append(Say("phrase", "stopped"))
    return [*says, *where(position)]


def _unreadable(step: Step, said: object) -> list[Say]:
    problem, question = step.problem, step.about
    assert problem is not None  # noqa: S101  the engine sets it with this outcome
    again = (
        list(where(step.position))
        if question is step.before.waiting or question is None
        else [Say("question", question.id)]
    )
    return [_trouble(problem.code, problem.hints, said, question), *again]


def _trouble(code: str, hints: dict[str, Any], said: object, question: Question | None) -> Say:
    if code == "ambiguous" and hints.get("choices") and question is not None:
        missed = ", ".join(hints.get("not_understood") or ())
        choices = tuple(hints.get("understood") or hints["choices"])
        words = {"question": question.id, "missed": missed}
        return Say("misread", "partly" if missed else "ambiguous", words, items=choices)
    if code == "not_a_number" and question is not None:
        example = {"m": "1,70", "kg": "70"}.get(question.unit or "", "45")
        return Say("phrase", "not_a_number", {"example": example})
    if code == "out_of_range":
        return Say("phrase", "out_of_range", {"value": str(hints.get("value", said))})
    if code in ("too_long", "nothing_ticked", "which"):
        return Say("phrase", code)
    if isinstance(said, str) and len(said) <= 40 and question is not None and not question.private:
        return Say("phrase", "not_understood", {"said": said})
    return Say("phrase", "not_understood_short")


def _doubtful(step: Step, said: object) -> list[Say]:
    return [Say("doubt", step.about.id if step.about else "")]


def _stale(step: Step, said: object) -> list[Say]:
    if step.before.waiting is None:
        return [Say("phrase", "all_done" if not step.before.closed else "stale")]
    return [Say("phrase", "stale"), *where(step.position)]


def _explained(step: Step, said: object) -> list[Say]:
    return list(where(step.position))  # the question's screen knows that it was not understood


def _ticked(step: Step, said: object) -> list[Say]:
    return [Say("question", step.about.id)] if step.about else []


def _distress(step: Step, said: object) -> list[Say]:
    # A finished or closed interview shows the card alone: help first, nothing beside it.
    return list(where(step.position)) if step.position.waiting and not step.position.paused else []


_SPOKEN = {
    "answered": _answered, "moved": _moved, "unreadable": _unreadable, "doubtful": _doubtful,
    "stale": _stale, "ticked": _ticked, "distress": _distress, "unclear": _explained,
}  # fmt: skip


# -- commands that change nothing --------------------------------------------------------------


def _obeyed(step: Step, command: reading.Command) -> tuple[list[Say], Effect | None]:
    waiting = step.position.waiting.id if step.position.waiting else ""
    again = list(where(step.position))
    match command.name:
        case "erase":
            return [Say("phrase", "erase_sure")], None
        case "erase_yes":
            return [Say("phrase", "erased")], "erase"
        case "remind":
            return [Say("phrase", "will_remind")], "remind"
        case "no_reminders":
            return [Say("phrase", "no_reminders")], "no_reminders"
        case "help_now":
            return [Say("cards", items=("help_now/first",))], None
        case "why" | "simpler":
            return [Say(command.name, waiting), *again], None
        case "listen":
            return [Say("listen", waiting, items=tuple(command.argument.split())), *again], None
        case "change":
            return [Say("change", command.argument.removeprefix("@"))], None
        case "language":
            return [Say("languages")], None
        case "appointment":
            return [Say("appointment")], None
        case "advice":
            return again, None
        case "done":
            return again, None
        case "other_phone":
            return [Say("resume_code"), *again], None
        case _:
            return [Say("help", waiting)], None
