"""Restitution, brief, poster, cards, receipt → text for a chat, one page of paper.

Each function turns finished values into what a template lays out: plain, printable strings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from locales import NAMES, RTL, comma, left_to_right
from locales import texts as texts_of
from restitution.document_phrases import PHRASES
from restitution.fiche import fill
from restitution.fiche_loading import sheets
from restitution.model import Advice, Brief, Resource, Restitution
from restitution.paper_brief import brief_content
from restitution.paper_fiche import fiche_content
from restitution.paper_plan import Signed, Tongue, plan_content
from restitution.ppp import Plan
from restitution.typesetting import pdf, qr_image, qr_svg
from restitution.typography import clipped, french, numbers_left_to_right, printable

__all__ = ["brief_pdf", "cards_pdf", "data_pdf", "fiche_pdf", "patient_pdf", "patient_text",
           "plan_pdf", "poster_pdf", "qr_svg", "receipt_pdf"]  # fmt: skip

Texts = Callable[[str, str], str]
"""(context, French source) → the text in the reader's language."""
PLACE_LENGTH = 60
LEVELS = (
    {"size": 12.0, "air": 1.0, "more": 6},
    {"size": 11.0, "air": 0.9, "more": 4},
    {"size": 10.5, "air": 0.75, "more": 2},
    {"size": 10.0, "air": 0.65, "more": 0},
    {"size": 9.0, "air": 0.5, "more": 0},
    {"size": 8.0, "air": 0.4, "more": 0},
    {"size": 7.5, "air": 0.3, "more": 0},
)
"""From roomy to tight: the first that fits one page is taken. Smallest text: 7.5 pt."""


# -- what the patient reads ------------------------------------------------------------------


def patient_text(made: Restitution, texts: Texts) -> str:
    """The restitution as one chat message: short lines, a blank line between the parts."""
    say = partial(_phrase, texts)
    parts: list[list[str]] = []
    if made.partial:
        parts.append([say("partial")])
    if made.safety:
        numbers = [line for each in made.safety.resources for line in _calls(each, say)]
        again = _again(made.safety.french)
        again = [left_to_right(each) for each in again] if made.language in RTL else again
        parts.append([say("safety"), *made.safety.lines, *numbers, *again])
    if made.strengths:
        parts.append([say("strengths"), *(f"- {each}" for each in made.strengths)])
    for number, each in enumerate(made.advice, 1):
        heading = [say("advice")] if number == 1 else []
        parts.append([*heading, f"{number}. {each.text}", *_under(each, say)])
    if made.first_step:
        parts.append([say("first_step"), made.first_step])
    brought = [say("bring"), *(f"- {each}" for each in made.bring)] if made.bring else []
    parts.append([say("appointment"), made.book, made.book_url, *brought])
    return "\n\n".join("\n".join(each) for each in parts)


def _again(french: Sequence[str]) -> list[str]:
    """The same lines in French, with what tells so before them."""
    return [f"{NAMES['fr']} :", *french] if french else []


def _under(advice: Advice, say: Callable[[str], str]) -> list[str]:
    quoted = [advice.because] if advice.because else []
    return quoted + [line for each in advice.resources for line in _calls(each, say)]


def _calls(resource: Resource, say: Callable[[str], str]) -> list[str]:
    """« 3989 (Tabac info service) »: the number first, it is what one looks for."""
    detail = ", ".join(filter(None, (resource.name, resource.hours)))
    numbers = _numbers(resource, say)
    if numbers:
        return [f"{each} ({detail})" for each in numbers]
    return [f"{resource.name} : {resource.url}"] if resource.url else []


def _numbers(resource: Resource, say: Callable[[str], str]) -> list[str]:
    sms = say("sms").format(number=resource.sms) if resource.sms else None
    phone = None if resource.phone == resource.sms else resource.phone
    return [each for each in (phone, sms) if each]


def patient_pdf(
    made: Restitution, texts: Texts, code: str | None = None, code_url: str | None = None
) -> bytes:
    """The restitution on one A4, in its language; `code` with its address adds the QR corner.

    Raises `ValueError` for a restitution made for a screen: what must stay off paper was chosen
    with the rules at hand (`advise(paper=True)`), and cannot be found again in its words.
    """
    if not made.paper:
        raise ValueError("a restitution made for a screen is not printed: advise(paper=True)")
    say, ink = partial(_phrase, texts), _ink(made.language)
    topics = comma(made.language).join(made.chosen)
    safety = made.safety and {
        "lines": [ink(each) for each in made.safety.lines],
        "french": [_ink("fr")(each) for each in _again(made.safety.french)],
        "numbers": [
            {"number": ink(number), "what": ink(each.name)}
            for each in made.safety.resources for number in _numbers(each, say)
        ],
    }  # fmt: skip
    return pdf("patient", {
        "title": ink(say("title")),
        "subtitle": ink(_subtitle(made, texts)),
        "partial": ink(say("partial")) if made.partial else None,
        "chosen": ink(say("chosen").format(topics=topics)) if topics else None,
        "safety": safety,
        "strengths": [ink(each) for each in made.strengths],
        "advice": [
            {"text": ink(each.text), "because": ink(each.because) if each.because else None,
             "resources": [_place(it, say, ink) for it in each.resources]}
            for each in made.advice
        ],
        "first_step": ink(made.first_step) if made.first_step else None,
        "book": ink(made.book),
        "book_url": made.book_url,
        "book_shown": _shown(made.book_url),
        "bring": [ink(each) for each in made.bring],
        "more": [ink(each.text) for each in made.more],
        "more_left": [
            ink(say("more_left").format(count=len(made.more) - shown))
            for shown in range(len(made.more) + 1)
        ],
        "code": _groups(code) if code else None,
        "qr": qr_image(code_url) if code_url else "",
        "levels": LEVELS,
        "words": {key: ink(say(key)) for key in (
            "safety", "strengths", "advice", "first_step", "appointment", "bring", "more", "code",
            "code_picture", "code_show", "not_diagnosis", "said_by_you", "emergency",
        )},
    }, made.language)  # fmt: skip


def _subtitle(made: Restitution, texts: Texts) -> str:
    band = texts("band", made.band) if made.band else ""
    words = [_phrase(texts, "programme")]
    if band:
        words.append(_phrase(texts, "band").format(band=band))
    return " · ".join(words)


def _place(
    resource: Resource, say: Callable[[str], str], ink: Callable[[str], str]
) -> dict[str, str]:
    details = filter(None, (resource.hours, resource.cost))
    numbers = " · ".join(_numbers(resource, say)) or _shown(resource.url or "")
    return {"name": ink(resource.name), "number": ink(numbers), "detail": ink(", ".join(details))}


def receipt_pdf(code: str, code_url: str, texts: Texts, language: str = "fr") -> bytes:
    """The code on a paper as small as a till receipt (80 mm wide): code, QR, what to do with it."""
    ink = _ink(language)
    words = ("receipt", "receipt_show", "receipt_keep", "code_picture")
    return pdf("receipt", {
        "code": _groups(code),
        "qr": qr_image(code_url),
        "words": {key: ink(_phrase(texts, key)) for key in words},
    }, language)  # fmt: skip


def data_pdf(
    answers: Sequence[tuple[str, str]], readings: Sequence[str], texts: Texts, language: str = "fr"
) -> bytes:
    """One's own answers (asked, said) and who read them, in one's language.

    The caller leaves out what must stay off paper: see `paper.on_paper`.
    """
    ink = _ink(language)
    words = ("data", "data_answers", "data_private", "data_readings", "data_nobody")
    return pdf("data", {
        "answers": [[ink(asked), ink(said)] for asked, said in answers],
        "readings": [ink(each) for each in readings],
        "words": {key: ink(_phrase(texts, key)) for key in words},
    }, language)  # fmt: skip


# -- what the practitioner prints ------------------------------------------------------------


def brief_pdf(brief: Brief, printed_on: str) -> bytes:
    """The brief on one A4, black on white, in French, without what is confidential (`paper.py`)."""
    return pdf("brief", brief_content(brief, printed_on))


def fiche_pdf(brief: Brief, printed_on: str) -> bytes:
    """The sheet to spot risks on one A4, pre-filled, with boxes left; nothing confidential.

    Raises `KeyError` for a brief of none of the four bands.
    """
    sheet = {str(band): each for band, each in sheets().items()}[brief.band]
    return pdf("fiche", fiche_content(fill(sheet, brief), printed_on))


def plan_pdf(plan: Plan, signed: Signed, texts: Texts | None = None, language: str = "fr") -> bytes:
    """A validated plan on one A4, in French; with `texts`, in French and in that language.

    The library's words are translated, what people typed stays as it is. Nothing confidential:
    see `paper_plan.fit_for_paper`.
    """
    both = texts is not None and language != "fr"
    tongue = Tongue(language, texts, _ink(language)) if texts is not None and both else None
    return pdf("plan", plan_content(plan, signed, _ink("fr"), tongue))


# -- what outreach workers print -------------------------------------------------------------


def poster_pdf(place: str, url: str, languages: Sequence[str]) -> bytes:
    """An A4 poster with a large QR code; French first, then each other language offered."""
    inks = [(each, _ink(each), texts_of(each).gettext) for each in languages]
    shown = ("poster", "poster_what", "poster_questions", "poster_private", "poster_scan")
    return pdf("poster", {
        "place": _ink("fr")(clipped(place, PLACE_LENGTH)),
        "url": _shown(url),
        "qr": qr_image(url, "q"),
        "alt": _phrase(texts_of("fr").gettext, "poster_picture"),
        "ages": _ink("fr")(_phrase(texts_of("fr").gettext, "poster_ages")),
        "type": _ink("fr")(_phrase(texts_of("fr").gettext, "poster_type")),
        "languages": [
            {"language": language, "rtl": language in RTL,
             **{key: ink(_phrase(texts, key)) for key in shown}}
            for language, ink, texts in inks
        ],
    })  # fmt: skip


def cards_pdf(place: str, urls: Sequence[str]) -> bytes:
    """Personal cards to cut, 24 on an A4 (3 × 8), each with its own QR code and address."""
    ink, texts = _ink("fr"), texts_of("fr").gettext
    return pdf("cards", {
        "place": ink(clipped(place, PLACE_LENGTH)),
        "title": ink(_phrase(texts, "card")),
        "scan": ink(_phrase(texts, "card_scan")),
        "alt": ink(_phrase(texts, "poster_picture")),
        "cards": [
            {"url": _shown(each), "qr": qr_image(each),
             # Bold letters are about 0.6 of their size wide; a card offers 59 mm.
             "size": min(max(59 * 2.83 / (0.62 * len(_shown(each))), 7.5), 9)}
            for each in urls
        ],
    })  # fmt: skip


# -- words -----------------------------------------------------------------------------------


def _phrase(texts: Texts, key: str) -> str:
    return texts("restitution", PHRASES[key])


def _ink(language: str) -> Callable[[str], str]:
    """Makes a text fit for print in this language."""
    if language == "fr":
        return lambda text: french(printable(text))
    if language in RTL:
        return lambda text: numbers_left_to_right(printable(text))
    return printable


def _groups(code: str) -> list[str]:
    return [code[:5], code[5:]]


def _shown(url: str) -> str:
    """An address as people read it."""
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
