"""The question that waits, as a screen."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from bot import listening
from bot.messages import Asked, Choice, Line, Screen
from bot.phrases import SECTIONS
from bot.say import Say
from bot.spoken import context_of
from bot.view import QUIET_QUESTIONS, View, in_words, labels, phrase
from flows.engine import drafted, explained, upcoming
from flows.model import BANDS, DONT_KNOW, DONT_UNDERSTAND, SKIPPED, Option, Question
from locales import Texts
from restitution.checks import contradictions


def asked(view: View, question: Question) -> Asked:
    """The question with its choices, ready for a form or a keyboard."""
    usual = _usual(view.texts, question)
    choices, more = usual.choices, usual.non_answers
    options = offered(view, question)
    if len(options) < len(choices):
        shown = {each.value for each in options}
        choices = tuple(each for each in choices if each.said in shown)
    ticked = drafted(view.interview, view.position, question)
    if ticked:
        choices = tuple(replace(each, ticked=each.said in ticked) for each in choices)
    unclear = explained(view.interview) == question.id
    if unclear and not _quiet(question):
        more = (*more, _non_answer(view.texts, question, DONT_UNDERSTAND))
    return replace(
        usual, choices=choices or _ages(view, question), hint=_hint(view, question),
        left_in_theme=_left(view, question), can_go_back=_can_go_back(view, question),
        non_answers=more, ticked=ticked, simpler=_simpler(view, question) if unclear else None,
        voice=listening.of_question(view, question, options),
    )  # fmt: skip


@lru_cache(maxsize=2000)
def _usual(texts: Texts, question: Question) -> Asked:
    """What is the same for everybody who is asked this in this language."""

    def of(french: str | None) -> str | None:
        return texts.gettext(context_of(question), french) if french else None

    named = labels(texts, question)
    unsaid = () if _quiet(question) else (DONT_KNOW, SKIPPED)
    done = Choice(phrase(texts, "done"), "/done", kind="done", about=question.id)
    return Asked(
        id=question.id, official=question.official, kind=question.kind,
        ask=of(question.ask) or "", hint=None, why=of(question.why),
        choices=tuple(Choice(named[it.value], it.value, about=question.id)
                      for it in question.options),
        exclusive=frozenset(it.value for it in question.options if it.exclusive),
        unit=question.unit, theme=question.theme, theme_title=_section(texts, question),
        multiple_done=done if question.kind == "multiple" else None,
        non_answers=tuple(
            _non_answer(texts, question, each) for each in unsaid
            if each not in named and not (each == DONT_KNOW and question.kind == "text")
        ),
        help=Choice(phrase(texts, "help"), "/help", kind="help", about=question.id),
        private=question.private, sensitive=question.sensitive, meaning=question.meaning,
    )  # fmt: skip


_SAID = {DONT_KNOW: "dont_know", SKIPPED: "skip", DONT_UNDERSTAND: "at_visit"}
"""Non-answer → the phrase on its button. Who does not understand even the simpler words leaves the
question for the visit."""


def _non_answer(texts: Texts, question: Question, value: str) -> Choice:
    return Choice(phrase(texts, _SAID[value]), value, kind="non_answer", about=question.id)


def _quiet(question: Question) -> bool:
    return question.id in QUIET_QUESTIONS or question.id.startswith("go_on_")


def offered(view: View, question: Question) -> tuple[Option, ...]:
    """The options that make sense for this person (« my centre » only if one invited them)."""
    if question.id != "share":
        return question.options
    invited = {"centre": view.interview.centre, "practitioner": view.interview.practitioner}
    return tuple(it for it in question.options if invited.get(it.value, "yes"))


def _ages(view: View, question: Question) -> tuple[Choice, ...]:
    """60, 61 … 65 after « 60-65 »: one tap instead of typing."""
    group = view.position.answers.get("age")
    if question.id != "age_exact" or group not in BANDS:
        return ()
    low, high = view.shelf.questionnaires[group].ages
    return tuple(Choice(str(age), str(age), about=question.id) for age in range(low, high + 1))


def _hint(view: View, question: Question) -> str | None:
    age = view.position.answers.age
    if question.id == "band_choice" and age is not None:
        band = view.texts.gettext("band", view.position.questionnaire.band or "")
        after = upcoming(view.shelf, age)
        if after:
            return view.phrase("between", age=int(age), opens=after[1], band=band)
        return view.phrase("between_last", age=int(age), band=band)
    return view.of(question, question.hint)


def section_title(view: View, question: Question) -> str:
    """Heading of the part of the questionnaire this question stands in."""
    return _section(view.texts, question)


def _section(texts: Texts, question: Question) -> str:
    return texts.gettext("section", SECTIONS.get(question.section or "start", ""))


def _left(view: View, question: Question) -> int:
    """How many questions of this part are left, this one included."""
    order = view.position.part(question.section)
    place = order.index(question) if question in order else 0
    return sum(each is question or each.id not in view.position.answers for each in order[place:])


def _can_go_back(view: View, question: Question) -> bool:
    position = view.position
    first = next(iter(position.reached or position.asked), question)
    return question is not first and bool(position.answers)


def _simpler(view: View, question: Question) -> str | None:
    said = view.of(question, question.simpler)
    if said:
        return view.phrase("in_simpler_words", said=said)
    return None if _quiet(question) else view.phrase("no_simpler")


def question_screen(view: View, say: Say) -> Screen:
    question = view.position.questionnaire.find(say.ref)
    if question is None:
        return Screen("info", view.phrase("stale"))
    if question.private and not view.can.private and not view.interview.in_chat:
        return _private_door(view, say)
    form = asked(view, question)
    if question.id == "check_answers":
        return _summary(view, form)
    lines = [form.ask, form.simpler, form.hint]
    if question.kind == "multiple":
        lines.append(view.phrase("several"))
    elif question.kind in ("number", "text") and not form.choices:
        lines.append(view.phrase("write_number" if question.kind == "number" else "write_text"))
    if question.id == "consent" and view.can.consent_note:
        lines.append(view.phrase(view.can.consent_note))
    text = "\n".join(filter(None, lines))
    done = (form.multiple_done,) if form.multiple_done else ()
    under = () if question.id == "consent" else (form.help,) if form.help else ()
    listen = listening.buttons(view, (form.voice,)) if listening.at_once(view, question) else ()
    return Screen("question", text, form,
                  (*form.choices, *done, *form.non_answers, *listen, *under))  # fmt: skip


def _private_door(view: View, say: Say) -> Screen:
    """The private block is read on our own page, by default."""
    link = say.words.get("link", view.page.public_url)
    return Screen("question", view.phrase("private_link"), choices=(
        Choice(view.phrase("open_page"), "", kind="link", url=link),
        Choice(view.phrase("answered_there"), "/resume", kind="action"),
        Choice(view.phrase("at_visit"), "at_visit", about="private_ready"),
        Choice(view.phrase("answer_here"), "/here", kind="action"),
    ))  # fmt: skip


def _summary(view: View, form: Asked) -> Screen:
    lines: list[Line] = []
    for each in view.position.asked:
        value = view.position.answers.get(each.id)
        if value is None or each.section in ("start", "closing") or _ours(each):
            continue
        if each.private:
            private = Line(
                f"@{each.section}", view.phrase("private"), view.phrase("private_answered"),
                section_title(view, each), private=True,
            )  # fmt: skip
            if not any(line.private for line in lines):
                lines.append(private)
            continue
        lines.append(Line(each.id, view.of(each, each.ask) or "", in_words(view, each, value),
                          section_title(view, each)))  # fmt: skip
    text = "\n".join((view.phrase("summary"), *_understood(view)))
    return Screen("summary", text, form, form.choices, tuple(lines))


def _understood(view: View) -> tuple[str, ...]:
    """One gentle question about answers that do not go together; the first is enough."""
    answers, find = view.position.answers, view.position.questionnaire.find
    for check in contradictions(answers):
        if check.spoken:
            asked = [each for each in map(find, check.items) if each and each.id in answers]
            said = (f"{view.of(it, it.ask)} {in_words(view, it, answers[it.id])}"
                    for it in asked)  # fmt: skip
            return (view.phrase("understood", answers=" · ".join(said)),)
    return ()


def _ours(question: Question) -> bool:
    """Steps of the conversation itself, which are nothing to check."""
    return question.id == "private_ready" or question.id.startswith("go_on_")
