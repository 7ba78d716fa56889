"""`Say` → `Screen`: the words, in the person's language, for what the channel can do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import quote

from bot.messages import Asked, Capabilities, Choice, Line, Screen
from bot.phrases import PHRASES, SECTIONS
from bot.say import Say
from flows.engine import drafted, upcoming
from flows.loading import Shelf
from flows.model import BANDS, NON_ANSWERS, NOT_USABLE, Interview, Position, Question, Value
from locales import Texts
from restitution.advise import advise
from restitution.library import Library
from restitution.model import Restitution

QUIET_QUESTIONS = frozenset({"consent", "share", "go_on", "private_ready", "check_answers"})
"""Our own questions where « I don't know » and « skip » would mean nothing."""


@dataclass(frozen=True)
class Page:
    """Addresses the texts mention."""

    public_url: str
    book_url: str = "https://www.sante.fr"


@dataclass(frozen=True)
class View:
    """Everything a screen may need to know."""

    shelf: Shelf
    interview: Interview
    position: Position
    texts: Texts
    can: Capabilities
    page: Page
    library: Library

    def phrase(self, key: str, **words: object) -> str:
        """One of the conversation's own sentences."""
        said = self.texts.gettext("bot", PHRASES[key])
        return said.format(**words) if words else said

    def of(self, question: Question, french: str | None) -> str | None:
        """A text of this question."""
        return self.texts.gettext(_context(question), french) if french else None

    def labels(self, question: Question) -> dict[str, str]:
        """Option value → label as the person reads it."""
        context = _context(question)
        return {it.value: self.texts.gettext(context, it.label) for it in question.options}


def _context(question: Question) -> str:
    return "go_on" if question.id.startswith("go_on_") else question.id


def in_words(view: View, question: Question, value: Value) -> str:
    """An answer as its reader says it; the private block is never displayed again."""
    if question.private and value not in NON_ANSWERS:
        return view.phrase("private_answered")
    labels = view.labels(question)
    if isinstance(value, tuple):
        return ", ".join(labels.get(each, each) for each in value)
    if isinstance(value, float):
        shown = f"{value:.2f}" if question.unit == "m" else f"{value:g}"
        if view.texts.language == "fr":
            shown = shown.replace(".", ",")
        unit = question.unit if question.unit in ("m", "kg") else ""
        return f"{shown} {unit}".strip()
    if value in labels:
        return labels[value]
    return {
        "skipped": view.phrase("not_answered"),
        "dont_know": view.phrase("dont_know"),
        "dont_understand": view.phrase("dont_understand"),
        "prefer_not": view.phrase("prefer_not"),
        "not_concerned": view.phrase("not_concerned"),
        NOT_USABLE: "—",
    }.get(value, value)


def render(view: View, say: Say) -> Screen:
    """The screen for this `say`. Unknown kinds are a programming error (KeyError)."""
    return _RENDERERS[say.kind](view, say)


# -- questions -------------------------------------------------------------------------------


def asked(view: View, question: Question) -> Asked:
    """The question with its choices, ready for a form or a keyboard."""
    labels = view.labels(question)
    ticked = drafted(view.interview, view.position, question) if not question.private else (
        view.interview.draft[1] if view.interview.draft[0] == question.id else ())
    choices = tuple(
        Choice(labels[it.value], it.value, it.value in ticked, about=question.id)
        for it in offered(view, question)
    ) or _ages(view, question)
    quiet = question.id in QUIET_QUESTIONS or question.id.startswith("go_on_")
    values = {choice.said for choice in choices}
    non_answers = tuple(
        Choice(view.phrase(phrase), value, kind="non_answer", about=question.id)
        for phrase, value in (("dont_know", "dont_know"), ("skip", "skipped"))
        if not quiet and value not in values and not (value == "dont_know" and question.kind == "text")
    )
    return Asked(
        id=question.id, official=question.official, kind=question.kind,
        ask=view.of(question, question.ask) or "", hint=_hint(view, question),
        why=view.of(question, question.why), choices=choices,
        exclusive=frozenset(it.value for it in question.options if it.exclusive),
        unit=question.unit, theme=question.theme, theme_title=section_title(view, question),
        left_in_theme=_left(view, question), can_go_back=_can_go_back(view, question),
        multiple_done=Choice(view.phrase("done"), "/done", kind="done", about=question.id)
        if question.kind == "multiple" else None,
        non_answers=non_answers,
        help=Choice(view.phrase("help"), "/help", kind="help", about=question.id),
        ticked=ticked, private=question.private,
    )  # fmt: skip


def offered(view: View, question: Question) -> list:  # type: ignore[type-arg]
    """The options that make sense for this person (« my centre » only if one invited them)."""
    if question.id == "share" and not view.interview.centre:
        return [it for it in question.options if it.value != "centre"]
    return list(question.options)


def _ages(view: View, question: Question) -> tuple[Choice, ...]:
    """60, 61 … 65 after « 60-65 »: one tap instead of typing."""
    group = view.position.answers.get("age")
    if question.id != "age_exact" or group not in BANDS:
        return ()
    low, high = view.shelf.questionnaires[group].ages  # type: ignore[index]
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
    return view.texts.gettext("section", SECTIONS.get(question.section or "start", ""))


def _left(view: View, question: Question) -> int:
    """How many questions of this part are left, this one included."""
    order = view.position.asked
    place = order.index(question) if question in order else 0
    return sum(
        each.section == question.section and (each is question or each.id not in view.position.answers)
        for each in order[place:]
    )


def _can_go_back(view: View, question: Question) -> bool:
    first = view.position.asked[0] if view.position.asked else question
    return question is not first and bool(view.position.answers)


def _question(view: View, say: Say) -> Screen:
    question = view.position.questionnaire.find(say.ref)
    if question is None:
        return Screen("info", view.phrase("stale"))
    if question.private and not view.can.private and not view.interview.in_chat:
        return _private_door(view, say)
    form = asked(view, question)
    if question.id == "check_answers":
        return _summary(view, form)
    lines = [form.ask, form.hint]
    if question.kind == "multiple":
        lines.append(view.phrase("several"))
    elif question.kind in ("number", "text") and not form.choices:
        lines.append(view.phrase("write_number" if question.kind == "number" else "write_text"))
    if question.id == "consent" and view.can.consent_note:
        lines.append(view.phrase(view.can.consent_note))
    text = "\n".join(filter(None, lines))
    done = (form.multiple_done,) if form.multiple_done else ()
    under = () if question.id == "consent" else (form.help,) if form.help else ()
    return Screen("question", text, form, (*form.choices, *done, *form.non_answers, *under))


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
            private = Line(each.id, view.phrase("private"), view.phrase("private_answered"),
                           section_title(view, each), private=True)  # fmt: skip
            if not any(line.private for line in lines):
                lines.append(private)
            continue
        lines.append(Line(each.id, view.of(each, each.ask) or "", in_words(view, each, value),
                          section_title(view, each)))  # fmt: skip
    return Screen("summary", view.phrase("summary"), form, form.choices, tuple(lines))


def _ours(question: Question) -> bool:
    """Steps of the conversation itself, which are nothing to check."""
    return question.id == "private_ready" or question.id.startswith("go_on_")


# -- everything else -------------------------------------------------------------------------


def _phrase(view: View, say: Say) -> Screen:
    return Screen("info", view.phrase(say.ref, **say.words), choices=_after(view, say.ref))


def _after(view: View, phrase: str) -> tuple[Choice, ...]:
    """The few buttons under a sentence of the conversation."""
    buttons = {
        "welcome_back": (("resume", "/resume"), ("restart", "/restart"), ("erase", "/erase")),
        "paused": (("resume", "/resume"), ("erase", "/erase")),
        "later": (("resume", "/resume"), ("erase", "/erase")),
        "erase_sure": (("erase_yes", "/erase_yes"), ("erase_no", "/resume")),
        "no_age": (("give_age", "/change age"),),
        "refused": (("restart", "/restart"),),
        "all_done": (("see_again", "/advice"), ("change", "/change"), ("erase", "/erase")),
    }.get(phrase, ())
    return tuple(Choice(view.phrase(label), said, kind="action") for label, said in buttons)


def _doubt(view: View, say: Say) -> Screen:
    question = view.position.questionnaire.find(say.ref)
    doubt = view.interview.doubt
    choice = in_words(view, replace(question, private=False), doubt[1]) if question and doubt else ""
    return Screen("info", view.phrase("doubt", choice=choice), choices=(
        Choice(view.phrase("yes"), "/confirm", kind="action", about=say.ref),
        Choice(view.phrase("no"), "/deny", kind="action", about=say.ref),
    ))  # fmt: skip


def _cards(view: View, say: Say) -> Screen:
    """One merged card. Says that nobody is reading, and where to call or write."""
    lines, seen = [], set()
    for item in say.items:
        alert_id, _, card_id = item.partition("/")
        alert = view.shelf.alerts[alert_id]
        card = next(each for each in alert.cards if each.id == card_id)
        text = view.texts.gettext(f"alert.{alert_id}", card.text).strip()
        lines += [line for line in text.split("\n") if line not in seen]
        seen.update(text.split("\n"))
    nobody = view.phrase("nobody_reads")
    if not any(nobody in line for line in lines):
        lines.append(nobody)
    alerts = ",".join(dict.fromkeys(item.partition("/")[0] for item in say.items))
    url = f"{view.page.public_url}/help?for={quote(alerts)}&language={view.texts.language}"
    return Screen("urgent", "\n".join(lines), notice=True, choices=(
        Choice(view.phrase("call"), "", kind="link", url=url),
        Choice(view.phrase("pause"), "/pause", kind="action"),
        Choice(view.phrase("stop"), "/stop", kind="action"),
    ))  # fmt: skip


def _quiet(view: View, say: Say) -> Screen:
    lines = (view.texts.gettext(f"alert.{each}", view.shelf.alerts[each].quiet) for each in say.items)
    return Screen("info", "\n".join(dict.fromkeys(lines)), notice=True)


def _help(view: View, say: Say) -> Screen:
    question = view.position.questionnaire.find(say.ref)
    about: list[tuple[str, str]] = []
    if question is not None:
        about = [("simpler", "/simpler"), ("why", "/why"), ("prefer_not", "prefer_not"),
                 ("dont_understand", "dont_understand")]  # fmt: skip
        if question.unless is not None and "not_concerned" not in question.values:
            about.append(("not_concerned", "not_concerned"))
        if question.id in QUIET_QUESTIONS or question.id.startswith("go_on_"):
            about = about[:2]
    rest = [("help_now", "/help_now"), ("back", "/back"), ("change", "/change"),
            ("pause", "/pause"), ("language", "/language"), ("erase", "/erase"),
            ("go_back", "/resume")]  # fmt: skip
    choices = tuple(
        Choice(view.phrase(label), said, kind="action",
               about=None if said.startswith("/") else say.ref)
        for label, said in (*about, *rest)
    )  # fmt: skip
    return Screen("info", view.phrase("help_title"), choices=choices)


def _why(view: View, say: Say) -> Screen:
    question = view.position.questionnaire.find(say.ref)
    text = view.of(question, question.why) if question else None
    return Screen("info", text or view.phrase("why_default"))


def _simpler(view: View, say: Say) -> Screen:
    question = view.position.questionnaire.find(say.ref)
    text = (view.of(question, question.simpler) or view.of(question, question.hint)) if question else None
    return Screen("info", text or view.phrase("no_simpler"))


def _change(view: View, say: Say) -> Screen:
    """Which answer to change: first the part, then the question."""
    answered = [each for each in view.position.asked if each.id in view.position.answers]
    if not answered:
        return Screen("info", view.phrase("nothing_to_change"))
    if not say.ref:
        sections = list(dict.fromkeys(each.section or "start" for each in answered))
        return Screen("info", view.phrase("change_which"), choices=tuple(
            Choice(view.texts.gettext("section", SECTIONS[each]), f"/change @{each}", kind="action")
            for each in sections
        ))  # fmt: skip
    return Screen("info", view.phrase("change_question"), choices=tuple(
        Choice(f"{view.of(each, each.ask)} {in_words(view, each, view.position.answers[each.id])}",
               f"/change {each.id}", kind="action")
        for each in answered if (each.section or "start") == say.ref
    ))  # fmt: skip


def _languages(view: View, say: Say) -> Screen:
    return Screen("info", view.phrase("languages"), choices=languages())


def languages() -> tuple[Choice, ...]:
    """Each language offered, in its own script."""
    import locales

    return tuple(Choice(locales.NAMES[each], f"/language {each}", kind="action")
                 for each in locales.offered())  # fmt: skip


def _appointment(view: View, say: Say) -> Screen:
    return Screen("info", view.phrase("appointment_text", url=view.page.book_url), choices=(
        Choice(view.phrase("book"), "", kind="link", url=view.page.book_url),
    ))  # fmt: skip


def _closed(view: View, say: Say) -> Screen:
    """Nothing to ask: refused, under age, between two bilans, or no age given."""
    words: dict[str, object] = {"url": view.page.book_url}
    phrase = say.ref
    if say.ref == "waits":
        after = upcoming(view.shelf, view.position.answers.age or 0)
        phrase, words = ("waits", {"opens": after[1]}) if after else ("waits_last", {})
    return Screen("info", view.phrase(phrase, **words), choices=_after(view, say.ref))


def _misread(view: View, say: Say) -> Screen:
    question = view.position.questionnaire.find(say.words["question"])
    labels = view.labels(question) if question else {}
    choices = ", ".join(labels.get(each, each) for each in say.items)
    words = {"choices": choices, "understood": choices, "missed": say.words.get("missed", "")}
    return Screen("info", view.phrase(say.ref, **words))


def restitution_of(view: View, discreet: bool = False) -> Restitution:
    """The person's advice as of now, in their language."""
    return advise(
        view.position,
        view.library,
        view.texts.gettext,
        language=view.texts.language,
        discreet=discreet,
        distress=view.interview.distress,
    )


def _restitution(view: View, say: Say) -> Screen:
    if not view.can.private:
        link = say.words.get("link", view.page.public_url)
        return Screen("restitution", view.phrase("restitution_link"), notice=True, choices=(
            Choice(view.phrase("read_advice"), "", kind="link", url=link),
        ))  # fmt: skip
    from restitution import documents  # imports nothing heavy until a PDF is made

    made = restitution_of(view)
    text = documents.patient_text(made, view.texts.gettext)
    return Screen("restitution", text, restitution=made, notice=True)


def _code(view: View, say: Say) -> Screen:
    if not view.interview.code:
        return Screen("info", view.phrase("not_shared"))
    code = view.interview.code
    until = say.words.get("until", "")
    lines = [view.phrase("code", code=f"{code[:5]} {code[5:]}", until=until)]
    if view.position.answers.get("share") == "centre":
        lines.append(view.phrase("code_centre"))
    return Screen("code", "\n".join(lines), code=code, notice=True)


_RENDERERS = {
    "question": _question, "phrase": _phrase, "doubt": _doubt, "cards": _cards, "quiet": _quiet,
    "help": _help, "why": _why, "simpler": _simpler, "change": _change, "languages": _languages,
    "appointment": _appointment, "code": _code, "closed": _closed, "misread": _misread,
    "restitution": _restitution,
}  # fmt: skip
