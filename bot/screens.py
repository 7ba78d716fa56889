"""Every other screen: sentences, urgent cards, help, summary of what to change, the end."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import locales
from bot import listening
from bot.messages import Choice, Screen
from bot.phrases import PHRASES, SECTIONS
from bot.questions import offered
from bot.say import Say
from bot.sharing import may_share_now
from bot.view import QUIET_QUESTIONS, View, in_words
from flows.engine import upcoming
from flows.model import Question
from locales import oral
from restitution.advise import advise
from restitution.model import Restitution


def sentence(view: View, say: Say) -> Screen:
    phrase = "paused_ask" if say.ref == "paused" and view.can.reminds else say.ref
    return Screen("info", view.phrase(phrase, **say.words), choices=_after(view, say.ref))


def _after(view: View, phrase: str) -> tuple[Choice, ...]:
    """The few buttons under a sentence of the conversation."""
    remind: tuple[tuple[str, str], ...] = (("remind_me", "/remind"),) if view.can.reminds else ()
    buttons: tuple[tuple[str, str], ...] = {
        "welcome_back": (("resume", "/resume"), ("restart", "/restart"), ("erase", "/erase")),
        "paused": (("resume", "/resume"), *remind, ("erase", "/erase")),
        "later": (("resume", "/resume"), *remind, ("erase", "/erase")),
        "will_remind": (("resume", "/resume"), ("stop_reminders", "/no_reminders")),
        "reminder_1": (("resume", "/resume"), ("stop_reminders", "/no_reminders")),
        "reminder_2": (("resume", "/resume"), ("stop_reminders", "/no_reminders")),
        "reminder_3": (("resume", "/resume"), ("stop_reminders", "/no_reminders")),
        "no_reminders": (("resume", "/resume"),),
        "erase_sure": (("erase_yes", "/erase_yes"), ("erase_no", "/resume")),
        "no_age": (("give_age", "/change age"),),
        "refused": (("restart", "/restart"),),
        "all_done": (
            ("see_again", "/advice"),
            ("who_reads", "/share"),
            ("change", "/change"),
            ("erase", "/erase"),
        ),
    }.get(phrase, ())
    return tuple(Choice(view.phrase(label), said, kind="action") for label, said in buttons)


def doubt(view: View, say: Say) -> Screen:
    question = view.position.questionnaire.find(say.ref)
    doubt = view.interview.doubt
    choice = (
        in_words(view, replace(question, private=False), doubt[1]) if question and doubt else ""
    )
    return Screen("info", view.phrase("doubt", choice=choice), choices=(
        Choice(view.phrase("yes"), "/confirm", kind="action", about=say.ref),
        Choice(view.phrase("no"), "/deny", kind="action", about=say.ref),
    ))  # fmt: skip


def cards(view: View, say: Say) -> Screen:
    """One merged card. Says that nobody is reading, and where to call or write."""
    found = []
    for item in say.items:
        alert_id, _, card_id = item.partition("/")
        alert = view.shelf.alerts[alert_id]
        card = next(each for each in alert.cards if each.id == card_id)
        found.append((f"alert.{alert_id}", card.text))
    text, french = bilingual(view, found, PHRASES["nobody_reads"])
    alerts = ",".join(dict.fromkeys(item.partition("/")[0] for item in say.items))
    url = f"{view.page.public_url}/help?for={quote(alerts)}&language={view.texts.language}"
    share = (Choice(view.phrase("share_now"), "/share centre", kind="action"),)
    voices = listening.of_cards(view, ((of.removeprefix("alert."), card) for of, card in found))
    return Screen("urgent", text, notice=True, french=french, voices=voices, choices=(
        Choice(view.phrase("call"), "", kind="link", url=url),
        *listening.buttons(view, voices),
        Choice(view.phrase("pause"), "/pause", kind="action"),
        Choice(view.phrase("stop"), "/stop", kind="action"),
        *(share if may_share_now(view) else ()),
    ))  # fmt: skip


def quiet(view: View, say: Say) -> Screen:
    text, french = bilingual(
        view, [(f"alert.{each}", view.shelf.alerts[each].quiet) for each in say.items]
    )
    voices = listening.of_quiet(view, ((each, view.shelf.alerts[each].quiet) for each in say.items))
    return Screen("info", text, notice=True, french=french, voices=voices,
                  choices=listening.buttons(view, voices))  # fmt: skip


def bilingual(view: View, said: list[tuple[str, str]], ends: str = "") -> tuple[str, str]:
    """(text, its French part): in the person's language, then in French where nobody reviewed it.

    No line stands twice; `ends` is a French phrase of ours added unless a line already has it.
    """
    texts = view.texts
    own = _merged([texts.gettext(*each) for each in said], ends and texts.gettext("bot", ends))
    if all(texts.vouched(*each) for each in said):
        return own, ""
    french = f"{locales.NAMES['fr']} :\n{_merged([each for _, each in said], ends)}"
    french = locales.tight(french)
    if texts.rtl:
        french = locales.left_to_right(french)
    return f"{own}\n\n{french}", french


def _merged(texts: list[str], ends: str) -> str:
    lines = list(dict.fromkeys(line for each in texts for line in each.strip().split("\n")))
    if ends and not any(ends in line for line in lines):
        lines.append(ends)
    return "\n".join(lines)


def help(view: View, say: Say) -> Screen:
    question = view.position.questionnaire.find(say.ref)
    about: list[tuple[str, str]] = []
    if question is not None:
        about = [("simpler", "/simpler"), ("why", "/why"), ("prefer_not", "prefer_not"),
                 ("dont_understand", "dont_understand")]  # fmt: skip
        if question.unless is not None and "not_concerned" not in question.values:
            about.append(("not_concerned", "not_concerned"))
        if question.id in QUIET_QUESTIONS or question.id.startswith("go_on_"):
            about = [each for each in about if each[0] != "prefer_not"]
    listens: tuple[Choice, ...] = ()
    if question is not None and listening.here(view, question):
        sound = listening.of_question(view, question, offered(view, question))
        listens = listening.buttons(view, (sound,))
    rest = [("help_now", "/help_now"), ("back", "/back"), ("change", "/change"),
            ("pause", "/pause"), ("other_phone", "/other_phone"), ("language", "/language"),
            ("erase", "/erase"),
            ("go_back", "/resume")]  # fmt: skip
    choices = tuple(
        Choice(view.phrase(label), said, kind="action",
               about=None if said.startswith("/") else say.ref)
        for label, said in (*about, *rest)
    )  # fmt: skip
    return Screen("info", view.phrase("help_title"), choices=(*listens, *choices))


def why(view: View, say: Say) -> Screen:
    question = _sayable(view, say.ref)
    text = view.of(question, question.why) if question else None
    return Screen("info", text or view.phrase("why_default"))


def _sayable(view: View, ref: str) -> Question | None:
    """The question, unless it is one of the private block where those are not to be read."""
    question = view.position.questionnaire.find(ref)
    hidden = question is not None and question.private
    return None if hidden and not (view.can.private or view.interview.in_chat) else question


def simpler(view: View, say: Say) -> Screen:
    question = _sayable(view, say.ref)
    text = (
        (view.of(question, question.simpler) or view.of(question, question.hint))
        if question
        else None
    )
    return Screen("info", text or view.phrase("no_simpler"))


def listen(view: View, say: Say) -> Screen:
    """The recording itself, where the channel sends it; `items`: its mark, else the question's."""
    clip = view.page.voices.by_mark(say.items[0]) if say.items else None
    question = view.position.questionnaire.find(say.ref)
    if not say.items and question is not None and listening.here(view, question):
        clip = listening.clip_of(view, question, offered(view, question))
    if clip is None or not clip.sent or not view.can.plays:
        return Screen("info", view.phrase("no_voice"))
    return Screen("info", view.phrase("listen"), plays=clip.sent)


def change(view: View, say: Say) -> Screen:
    """Which answer to change: first the part, then the question."""
    answered = [each for each in view.position.asked
                if each.id in view.position.answers and _may_change(each)]  # fmt: skip
    if not answered:
        return Screen("info", view.phrase("nothing_to_change"))
    if not say.ref:
        sections = list(dict.fromkeys(each.section or "start" for each in answered))
        return Screen("info", view.phrase("change_which"), choices=tuple(
            Choice(view.texts.gettext("section", SECTIONS[each]), f"/change @{each}", kind="action")
            for each in sections
        ))  # fmt: skip
    here = [each for each in answered if (each.section or "start") == say.ref]
    choices = [
        Choice(
            f"{view.of(each, each.ask)} {in_words(view, each, view.position.answers[each.id])}",
            f"/change {each.id}",
            kind="action",
        )
        for each in here
    ]
    if any(each.private for each in here):
        choices.append(Choice(view.phrase("erase_private"), "/erase_private", kind="action"))
    return Screen("info", view.phrase("change_question"), choices=tuple(choices))


def _may_change(question: Question) -> bool:
    """Not the steps of the conversation, nor what was asked only because of an answer told."""
    told = question.private and question.official is None
    return not told and question.id != "private_ready" and not question.id.startswith("go_on_")


def language_choice(view: View, say: Say) -> Screen:
    return Screen("info", view.phrase("languages"), choices=languages(view))


def languages(view: View) -> tuple[Choice, ...]:
    """Each language offered, in its own script; the name of one that is not read may be heard."""
    found: list[Choice] = []
    for each in locales.offered():
        name = locales.name(each)
        found.append(Choice(name, f"/language {each}", kind="action"))
        if oral.known(each):
            sound = listening.of_name(view.page.voices, each)
            label = view.phrase("listen_name", name=name)
            found += listening.buttons(view, (sound,), label)
    return tuple(found)


def appointment(view: View, say: Say) -> Screen:
    return Screen("info", view.phrase("appointment_text", url=view.page.book_url), choices=(
        Choice(view.phrase("book"), "", kind="link", url=view.page.book_url),
    ))  # fmt: skip


def closed(view: View, say: Say) -> Screen:
    """Nothing to ask: refused, under age, between two bilans, or no age given."""
    words: dict[str, object] = {"url": view.page.book_url}
    phrase = say.ref
    if say.ref == "waits":
        after = upcoming(view.shelf, view.position.answers.age or 0)
        phrase, words = ("waits", {"opens": after[1]}) if after else ("waits_last", {})
    return Screen("info", view.phrase(phrase, **words), choices=_after(view, say.ref))


def misread(view: View, say: Say) -> Screen:
    question = view.position.questionnaire.find(say.words["question"])
    labels = view.labels(question) if question else {}
    choices = locales.comma(view.texts.language).join(labels.get(each, each) for each in say.items)
    words = {"choices": choices, "understood": choices, "missed": say.words.get("missed", "")}
    return Screen("info", view.phrase(say.ref, **words))


def restitution_of(view: View, discreet: bool = False, paper: bool = False) -> Restitution:
    """The person's advice as of now, in their language; `paper` keeps confidences off it."""
    if view.advice is not None and not (discreet or paper):
        return view.advice
    return advise(
        view.position,
        view.library,
        view.texts.gettext,
        language=view.texts.written,
        discreet=discreet,
        paper=paper,
        distress=view.interview.distress,
        book_url=view.page.book_url,
        vouched=view.texts.vouched,
    )


def restitution(view: View, say: Say) -> Screen:
    if not view.can.private:
        link = say.words.get("link", view.page.public_url)
        return Screen("restitution", view.phrase("restitution_link"), notice=True, choices=(
            Choice(view.phrase("read_advice"), "", kind="link", url=link),
        ))  # fmt: skip
    from restitution import documents  # imports nothing heavy until a PDF is made

    made = restitution_of(view)
    text = documents.patient_text(made, view.texts.gettext)
    return Screen("restitution", text, restitution=made, notice=True)


def code(view: View, say: Say) -> Screen:
    if not view.interview.code:
        chosen = view.position.answers.get("share") == "practitioner"
        return Screen("info", view.phrase("code_practitioner" if chosen else "not_shared"))
    code = view.interview.code
    until = say.words.get("until", "")
    lines = [view.phrase("code", code=f"{code[:5]} {code[5:]}", until=until)]
    if view.position.answers.get("share") == "centre" and view.interview.centre:
        lines.append(view.phrase("code_centre"))
        if "who" in say.words:
            lines.append(view.phrase("watched_by", who=say.words["who"], hours=say.words["hours"]))
    return Screen("code", "\n".join(lines), code=code, notice=True)


def plan(view: View, say: Say) -> Screen:
    """A plan was handed over: where it is, never what it holds."""
    link = say.words.get("link", f"{view.page.public_url}/plan")
    return Screen("info", view.phrase("plan_link"), notice=True, choices=(
        Choice(view.phrase("read_plan"), "", kind="link", url=link),
    ))  # fmt: skip


def test(view: View, say: Say) -> Screen:
    """Questions a professional sent: where they are, never what they are about."""
    link = say.words.get("link", f"{view.page.public_url}/chat")
    return Screen("info", view.phrase("test_link"), notice=True, choices=(
        Choice(view.phrase("open_page"), "", kind="link", url=link),
    ))  # fmt: skip
