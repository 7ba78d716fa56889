"""Before anything begins: the start screen, and help for somebody we hold nothing about."""

from __future__ import annotations

import locales
from bot import listening
from bot.messages import Choice, Screen
from bot.phrases import PHRASES
from bot.rendering import View, languages, render
from bot.say import Say
from flows import reading


def opening(view: View, token: str = "", place: str = "", note: str = "") -> Screen:
    """What this is, in a few lines; `token`: an invitation, which looking does not consume."""
    phrase, language = view.phrase, view.texts.language
    lines = [phrase("start")]
    if place:
        lines.append(phrase("start_place", place=place))
    if note:
        lines.append(phrase(note))
    begin = Choice(phrase("begin"), f"/begin {token or '-'} {language}", kind="action")
    later = Choice(phrase("appointment"), "/appointment", kind="action")
    others = languages(view) if len(locales.offered()) > 1 else ()
    voices = listening.of_start(view.page.voices, view.texts)
    listen = listening.buttons(view, voices)
    return Screen("info", "\n".join(lines), voices=voices,
                  choices=(begin, *listen, later, *others))  # fmt: skip


def notice(language: str | None, phrase: str) -> Screen:
    """One sentence, for somebody whom nothing is asked."""
    known = language if language in locales.offered() else "fr"
    return Screen("info", locales.texts(known or "fr").gettext("bot", PHRASES[phrase]))


def language_of(said: str, given: str | None) -> str:
    """The language just asked for, else the one the channel knows of, else French."""
    command = reading.command(said) if said else None
    asked = command.argument if command and command.name == "language" else ""
    return next((each for each in (asked, given) if each in locales.offered()), "fr") or "fr"


def token_of(said: str) -> str:
    """The invitation in « /start token » (a deep link), « » when there is none."""
    words = said.split()
    return words[1] if len(words) == 2 and words[0].split("@")[0] == "/start" else ""


def answer(view: View, said: str, token: str, place: str, note: str = "") -> tuple[Screen, ...]:
    """Help first if they ask for it, then what they want to know, else the start screen."""
    command = reading.command(said) if said else None
    alerts = list(view.shelf.distress.caught(said))
    if command and command.name == "help_now":
        alerts.append("help_now")
    cards = tuple(f"{each}/{view.shelf.alerts[each].cards[0].id}" for each in alerts)
    shown = (render(view, Say("cards", items=cards)),) if cards else ()
    if command and command.name == "appointment":
        return (*shown, render(view, Say("appointment")))
    if command and command.name == "language" and not command.argument:
        return (*shown, render(view, Say("languages")))
    if command and command.name == "listen" and command.argument:
        return (*shown, render(view, Say("listen", items=(command.argument,))))
    return (*shown, opening(view, token, place, note))
