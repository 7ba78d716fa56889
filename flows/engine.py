"""What comes next: `begin`, `hear`, `replay`.

The position is never stored: it is recomputed from what was said. So going back, correcting
an answer, resuming after weeks or publishing a new version need no code of their own, and an
answer to a question that no longer concerns the person never reaches the rules.
Time is given, never read; what people type never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from flows import choices, reading
from flows.errors import Unreadable
from flows.loading import Shelf
from flows.model import (
    DONT_UNDERSTAND,
    NON_ANSWERS,
    NOT_USABLE,
    PREFER_NOT,
    SKIPPED,
    Answers,
    Entry,
    Interview,
    Position,
    Question,
    Value,
)
from flows.walking import advance, nearest, replay, upcoming

__all__ = ["Heard", "Labels", "Step", "begin", "drafted", "explained", "hear", "nearest", "replay",
           "upcoming"]  # fmt: skip

Labels = Callable[[Question], Mapping[str, str]]
"""Option value → label as the person saw it."""


class Heard(msgspec.Struct, frozen=True):
    """One thing said. `about`: the question its button belongs to, None for typed text."""

    said: str | tuple[str, ...]
    about: str | None = None
    typed: bool = True
    """Free text (read generously, searched for words of distress), not a button."""
    tick: bool = False
    """Toggle this box, the choice is not done yet."""
    numbered: bool = False
    """The channel writes a number before each option: « 3 » is the third one."""


class Step(msgspec.Struct, frozen=True):
    """What hearing one thing changed. `interview` is to be kept, `position` is where it leads."""

    interview: Interview
    position: Position
    before: Position
    outcome: str
    """answered · ticked · doubtful · unreadable · unclear · stale · command · distress · moved."""
    about: Question | None = None
    problem: Unreadable | None = None
    command: reading.Command | None = None
    doubt: Value | None = None
    cards: tuple[str, ...] = ()
    """« alert/card » of each urgent text that became true this turn, in merged order."""
    quiet: tuple[str, ...] = ()
    """Alerts whose quiet line of numbers is due: their question was passed over."""
    said: bool = False
    """Something was written to the log."""


def begin(
    interview_id: str,
    language: str,
    now: int,
    campaign: str | None = None,
    centre: str | None = None,
    practitioner: str | None = None,
) -> Interview:
    """A fresh interview. `now` in seconds since 1970, UTC."""
    return Interview(interview_id, language, now, campaign=campaign, centre=centre,
                     practitioner=practitioner)  # fmt: skip


def hear(
    shelf: Shelf,
    interview: Interview,
    heard: Heard,
    now: int,
    wording: tuple[str, str, str] = ("own", "", "fr"),
    labels: Labels | None = None,
    before: Position | None = None,
) -> Step:
    """Take in one thing said. Never raises on what people say; `now` in seconds since 1970.

    `wording` (catalogue, version, language) is what the person saw, kept beside the answer.
    `before`: where the interview stands, for who knows it already.
    """
    before = before or replay(shelf, interview)
    turn = _Turn(shelf, interview, before, heard, now, wording, labels or source_labels)
    return turn.step()


def source_labels(question: Question) -> Mapping[str, str]:
    """Labels in the French source."""
    return {option.value: option.label for option in question.options}


class _Turn:
    """One message being heard: the few values every step of it needs."""

    def __init__(
        self,
        shelf: Shelf,
        interview: Interview,
        before: Position,
        heard: Heard,
        now: int,
        wording: tuple[str, str, str],
        labels: Labels,
    ) -> None:
        self.shelf, self.interview, self.before, self.now = shelf, interview, before, now
        self.heard, self.wording, self.labels = heard, wording, labels
        self.language = interview.language
        self.first_draft, self.length = interview.draft, len(interview.log)
        self.rewritten = False
        """The log no longer begins as it did: the private block was erased."""

    def step(self) -> Step:
        said = self.heard.said
        if isinstance(said, str) and self.heard.typed:
            command = self._command(said)
            # The button that changes a worrying answer names its question: no cry for help.
            if not self._names_a_question(command) and (found := self._distress(said)):
                return found
            if command is not None:
                return self._obey(command)
        question = self._meant()
        if question is None:
            return self._end("stale")
        if self.heard.tick and question.kind == "multiple":
            return self._tick(question, said)
        return self._read(question, said)

    # -- what was meant ----------------------------------------------------------------

    def _meant(self) -> Question | None:
        """The question a button belongs to, or the one that waits. Never guesses between them."""
        about = self.heard.about
        if about is None:
            return self.before.waiting
        return self.before.find(about)

    def _command(self, said: str) -> reading.Command | None:
        command = reading.command(said, self.language)
        if command is None:
            topic = reading.to_change(said, lambda: self.before.asked, self.language)
            return reading.Command("change", topic) if topic else None
        meant = self._meant()
        if said.startswith("/") or command.name in ("help", "help_now") or meant is None:
            return command
        # An answer to the waiting question wins: « Arrêter ici » is one after an alert.
        return None if choices.Asked(meant, self.labels(meant)).named(said) else command

    def _names_a_question(self, command: reading.Command | None) -> bool:
        return command is not None and self.before.find(command.argument) is not None

    def _distress(self, said: str) -> Step | None:
        found = self.shelf.distress.caught(said)
        if not found or self._named_alarm(said):
            return None
        alerts = [self.shelf.alerts[each] for each in self.shelf.alerts if each in found]
        waiting = self.before.waiting
        kept = tuple(
            (each.id, said[:500], waiting.id if waiting else "", self.now) for each in alerts
        )
        self.interview = msgspec.structs.replace(
            self.interview, distress=self.interview.distress + kept, doubt=None
        )
        if (
            waiting is not None
            and waiting.kind == "text"
            and self.heard.about in (None, waiting.id)
        ):
            self._say(waiting, said.strip()[:500])
        return self._end(
            "distress", waiting,
            cards=tuple(f"{alert.id}/{alert.cards[0].id}" for alert in alerts),
        )  # fmt: skip

    def _named_alarm(self, said: str) -> bool:
        """A box of the very question an alert looks at: it is an answer, which sets it off."""
        meant = self._meant()
        if meant is None or meant.id not in self.shelf.alerts_about:
            return False
        return choices.Asked(meant, self.labels(meant)).named(said)

    # -- answers -----------------------------------------------------------------------

    def _read(self, question: Question, said: str | tuple[str, ...]) -> Step:
        doubt = self.interview.doubt
        if doubt is not None:
            doubted, value = doubt
            self.interview = msgspec.structs.replace(self.interview, doubt=None)
            heard = said if self.heard.typed and isinstance(said, str) else ""
            agreed = choices.agreement(heard, self.language)
            if doubted == question.id and agreed is not None:
                return self._answer(question, value) if agreed else self._end("moved", question)
        try:
            read = reading.read(
                question, said, self.labels(question), _year(self.now), self.heard.numbered,
                self.language,
            )  # fmt: skip
            if read.value == DONT_UNDERSTAND and self._may_explain(question):
                return self._explain(question)
            if question.id == "consent" and read.value in NON_ANSWERS:
                # Neither agreed nor refused: refusing erases all, so it must be said.
                raise Unreadable("which")
        except Unreadable as problem:
            # Without its frames: they hold this step, and whatever else was heard with it.
            return self._misread(question, problem.with_traceback(None))
        # Saying the same thing again confirms it.
        if not read.sure and doubt != (question.id, read.value):
            kept = (question.id, read.value)
            self.interview = msgspec.structs.replace(self.interview, doubt=kept)
            return self._end("doubtful", question, doubt=read.value)
        return self._answer(question, read.value)

    def _may_explain(self, question: Question) -> bool:
        """Once, then it is their answer. Never a test: reworded, its score would not be one."""
        return not self.interview.instrument and explained(self.interview) != question.id

    def _explain(self, question: Question) -> Step:
        """No answer yet: the question comes back, in simpler words if there are any."""
        ticked = self.interview.draft
        if question is not self.before.waiting:
            self._mark("@revisit", question.id)
        self._mark("@unclear", question.id)
        self.interview = msgspec.structs.replace(self.interview, draft=ticked)
        return self._end("unclear", question)

    def _misread(self, question: Question, problem: Unreadable) -> Step:
        measured = problem.code == "out_of_range" and question.unit in ("m", "kg")
        if measured and self.interview.refused == question.id:
            return self._answer(question, NOT_USABLE)
        if measured:
            self.interview = msgspec.structs.replace(self.interview, refused=question.id)
        return self._end("unreadable", question, problem=problem)

    def _answer(self, question: Question, value: Value) -> Step:
        if question.id == "check_answers" and value == "change":
            return self._end("command", question, command=reading.Command("change"))
        if question.id == "private_ready" and value == "later":
            self._mark("@pause")
            return self._end("moved", question)
        if value == SKIPPED and explained(self.interview) == question.id:
            value = DONT_UNDERSTAND
        self._say(question, value)
        if question.id.startswith("go_on_") and value in ("pause", "stop"):
            self._mark(f"@{value}")
        return self._end("answered", question)

    def _tick(self, question: Question, said: str | tuple[str, ...]) -> Step:
        value = said if isinstance(said, str) else said[0] if said else ""
        option = question.option(value)
        if option is None:
            return self._end("stale")
        ticked = list(self.ticked(question))
        if value in ticked:
            ticked.remove(value)
        else:
            clashing = {
                each.value for each in question.options
                if each.exclusive or option.exclusive
                or (option.group is not None and each.group == option.group)
            }  # fmt: skip
            ticked = [each for each in ticked if each not in clashing] + [value]
        self.interview = msgspec.structs.replace(
            self.interview, draft=(question.id, tuple(ticked)), doubt=None
        )
        return self._end("ticked", question)

    def ticked(self, question: Question) -> tuple[str, ...]:
        """Boxes ticked so far: the draft, else the answer being changed."""
        return drafted(self.interview, self.before, question)

    # -- commands that move --------------------------------------------------------------

    def _obey(self, command: reading.Command) -> Step:
        waiting = self.before.waiting
        if command.name == "done" and waiting is not None and waiting.kind == "multiple":
            ticked = self.ticked(waiting)
            if ticked:
                return self._answer(waiting, ticked)
            return self._end("unreadable", waiting, problem=Unreadable("nothing_ticked"))
        if command.name == "done" and waiting is not None and waiting.kind == "text":
            return self._answer(waiting, SKIPPED)
        if command.name in ("confirm", "deny"):
            return self._settle(command.name == "confirm")
        if command.name == "share" and command.argument == "stop":
            return self._share_no_more(command)
        if command.name == "share" and command.argument == "centre":
            return self._share_now(command)
        if command.name == "back":
            self._back()
        elif command.name == "change" and command.argument[:1] not in ("", "@"):
            if self.before.find(command.argument) is not None:
                self._mark("@revisit", command.argument)
        elif command.name == "erase_private":
            self._forget_private()
        elif command.name == "here":
            self.interview = msgspec.structs.replace(self.interview, in_chat=True)
        elif command.name in ("pause", "resume", "restart", "stop"):
            self._mark(f"@{command.name}")
        elif command.name == "language" and command.argument:
            self._mark("@language", command.argument)
            self.interview = msgspec.structs.replace(self.interview, language=command.argument)
        else:
            return self._end("command", waiting, command=command)
        return self._end("moved", waiting, command=command)

    def _settle(self, agreed: bool) -> Step:
        """One tap under a doubtful reading."""
        doubt, self.interview = (
            self.interview.doubt, msgspec.structs.replace(self.interview, doubt=None)
        )  # fmt: skip
        question = self.before.find(doubt[0]) if doubt else None
        if question is None or doubt is None:
            return self._end("stale")
        return self._answer(question, doubt[1]) if agreed else self._end("moved", question)

    def _share_no_more(self, command: reading.Command) -> Step:
        """As if « nobody » had been answered: a later correction must not share again."""
        question = self.before.questionnaire.find("share")
        if question is None or question.id not in self.before.answers:
            return self._end("command", self.before.waiting, command=command)
        # Before the end it is asked again in its place: « nobody » was not said for good.
        value = "no" if self.before.finished else "not_now"
        return msgspec.structs.replace(self._answer(question, value), command=command)

    def _share_now(self, command: reading.Command) -> Step:
        """Before the end, with the centre that invited: as if « the centre » had been answered."""
        question = self.before.questionnaire.find("share")
        if question is None or not self.interview.centre or self.before.finished:
            return self._end("command", self.before.waiting, command=command)
        return msgspec.structs.replace(self._answer(question, "centre"), command=command)

    def _forget_private(self) -> None:
        """Erase the answers of the private block, and leave it for the visit."""

        def told(entry: Entry) -> bool:
            # « What now? » after an urgent message tells of the answer before it.
            question = self.shelf.questions.get(entry.question.removeprefix("go_on_"))
            return question is not None and question.private

        kept = tuple(each for each in self.interview.log if not told(each))
        self.interview = msgspec.structs.replace(self.interview, log=kept)
        self.rewritten = True
        if ready := self.before.questionnaire.find("private_ready"):
            self._say(ready, "at_visit")

    def _back(self) -> None:
        """Look again at the question before this one; its answer stands until another is given."""
        waiting, asked = self.before.waiting, self.before.asked
        place = asked.index(waiting) if waiting in asked else len(asked)
        earlier = [each for each in asked[:place] if each.id in self.before.answers]
        if earlier:
            self._mark("@revisit", earlier[-1].id)

    # -- writing down --------------------------------------------------------------------

    def _say(self, question: Question, value: Value) -> None:
        catalogue, version, language = self.wording
        # The texts of the questionnaire, and those laid over them (official wording, a language).
        version = "/".join(filter(None, (self.before.questionnaire.version, version)))
        wording = (catalogue, version, language)
        wordings = self.interview.wordings
        if wording not in wordings:
            wordings = (*wordings, wording)
        helped = self.before.answers.get("helped") == "helped"
        entry = Entry(question.id, value, self.now, question.meaning,
                      wordings.index(wording), helped)  # fmt: skip
        self.interview = msgspec.structs.replace(
            self.interview, log=(*self.interview.log, entry), wordings=wordings,
            draft=("", ()), doubt=None, refused="",
        )  # fmt: skip

    def _mark(self, name: str, value: str = "") -> None:
        self.interview = msgspec.structs.replace(
            self.interview, log=(*self.interview.log, Entry(name, value, self.now)),
            draft=("", ()), doubt=None, refused="",
        )  # fmt: skip

    def _end(self, outcome: str, about: Question | None = None, **more: Any) -> Step:
        after = self.before
        if self.rewritten or len(self.interview.log) > self.length + 1:
            after = replay(self.shelf, self.interview)
        elif len(self.interview.log) > self.length:
            after = advance(self.shelf, self.before, self.interview)
        if about is not None and outcome in ("answered", "ticked"):
            more.update(self._alarms(about, after))
        if outcome == "answered" and after.waiting is None and not after.closed:
            # From here on a publication changes nothing, until the person does.
            self._mark("@finished")
        said = self.rewritten or len(self.interview.log) != self.length
        return Step(self.interview, after, self.before, outcome, about, said=said, **more)

    def _alarms(self, about: Question, after: Position) -> dict[str, Any]:
        """Cards that became true this turn, ticked boxes included; quiet lines when passed over."""
        alerts = self.shelf.alerts_about.get(about.id, ())
        if not alerts:
            return {}
        was = _with_draft(self.before.answers, self.first_draft)
        now = _with_draft(after.answers, self.interview.draft)
        cards = tuple(
            f"{alert.id}/{card.id}" for alert in alerts for card in alert.cards
            if card.when(now) is True and card.when(was) is not True
        )  # fmt: skip
        passed = after.answers.get(about.id) in (SKIPPED, PREFER_NOT, DONT_UNDERSTAND)
        quiet = tuple(
            alert.id for alert in alerts
            if alert.quiet and passed and not cards and about.id in alert.triggers
        )  # fmt: skip
        return {"cards": cards, "quiet": quiet}


def _year(now: int) -> int:
    return 1970 + int(now / 31_556_952)  # a birthday may be missed by a day: it is confirmed


def _with_draft(answers: Answers, draft: tuple[str, tuple[str, ...]]) -> Answers:
    """The answers as they would be if the boxes ticked so far were « done »."""
    question, values = draft
    return Answers({**answers, question: values}) if values else answers


def drafted(interview: Interview, position: Position, question: Question) -> tuple[str, ...]:
    """Boxes shown as ticked: the draft of this question, else its answer unless it is private."""
    if interview.draft[0] == question.id:
        return interview.draft[1]
    if question.private:
        return ()
    value = position.answers.get(question.id)
    return value if isinstance(value, tuple) else ()


def explained(interview: Interview) -> str:
    """The question not understood a moment ago, and not answered since, by id; « » if none."""
    for entry in reversed(interview.log):
        if entry.question == "@unclear":
            return str(entry.value)
        if entry.question not in ("@pause", "@resume", "@language"):
            break
    return ""
