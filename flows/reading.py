"""Free text → value, generously: "oui", "ouais", "1m75", "72 kilos", "1 et 3", labels with a typo.

No language model: words, numbers and labels only. What is doubtful is said to be doubtful
(`Read.sure` is False) so that the conversation confirms it in one tap; what is ambiguous or
unknown raises `Unreadable`. Nothing else is ever raised, whatever people type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import msgspec

from flows import choices, numbers
from flows.errors import Unreadable
from flows.folding import fold
from flows.model import (
    NON_ANSWERS,
    NOT_CONCERNED,
    PREFER_NOT,
    SKIPPED,
    Question,
    Value,
)
from flows.words import key, spoken

LONGEST = 500
"""Characters of a free text that are kept; a longer one is refused kindly."""
SLASH = {
    name: name
    for name in ("back", "change", "pause", "resume", "restart", "help", "help_now", "why",
                 "simpler", "language", "erase", "erase_yes", "erase_private", "stop",
                 "appointment", "done", "confirm", "deny", "here", "advice", "remind",
                 "no_reminders", "share", "other_phone", "listen")
} | {"aide": "help", "retour": "back", "modifier": "change", "reprendre": "resume",
     "langue": "language", "effacer": "erase", "recommencer": "restart",
     "partage": "share", "autre_telephone": "other_phone",
     "ecouter": "listen"}  # fmt: skip


class Read(msgspec.Struct, frozen=True):
    """A reading, and whether it needs no confirmation."""

    value: Value
    sure: bool = True


class Command(msgspec.Struct, frozen=True):
    """Something the person wants done, rather than an answer."""

    name: str
    argument: str = ""


def read(
    question: Question,
    said: str | Sequence[str],
    labels: Mapping[str, str],
    year: int = 0,
    numbered: bool = False,
    language: str = "",
) -> Read:
    """What this answers to `question`; raises `Unreadable` (see its codes).

    `labels`: option value → label as the person saw it. `year`: today's, for « né en 1963 ».
    `numbered`: they saw the options with numbers before them. `language`: the interview's, whose
    words mean what they mean in it.
    """
    if not isinstance(said, str):
        return _values(question, tuple(said))
    if said in question.values:
        return Read((said,) if question.kind == "multiple" else said)
    if said in NON_ANSWERS:
        return Read(said)
    if len(said) > LONGEST:
        raise Unreadable("too_long")
    if question.kind == "text":
        return _text(question, said, language)
    if question.kind == "number":
        return _non_answer(question, said, language) or _number(question, said, year, language)
    if question.unit == "years" and (age := _age(question, said, year, language)):
        return age
    asked = choices.Asked(question, labels, year, numbered, language)
    if not asked.named(said) and (nothing := _non_answer(question, said, language)):
        return nothing
    values, sure = asked.choose(said)
    if values[0] in NON_ANSWERS and values[0] not in question.values:
        return Read(values[0])
    return Read(values if question.kind == "multiple" else values[0], sure)


agreement = choices.agreement


def command(said: str, language: str = "") -> Command | None:
    """The command a whole message amounts to, or None."""
    text = said.strip()
    if text.startswith("/"):
        name, _, argument = text[1:].partition(" ")
        known = SLASH.get(name.split("@")[0].lower())
        return Command(known, argument.strip()) if known else None
    words, text = spoken(language), key(text)
    if len(text) > 60:
        return None
    if text in words.languages:
        return Command("language", words.languages[text])
    if text in words.commands:
        return Command(words.commands[text])
    polite = words.plain(text)
    if polite in words.commands:
        return Command(words.commands[polite])
    return None


def to_change(
    said: str, questions: Callable[[], Sequence[Question]], language: str = ""
) -> str | None:
    """« modifier ma taille » → the one answered question this names, by its words; else None."""
    words, tokens = spoken(language), key(said).split()
    if len(tokens) < 2 or tokens[0] not in words.change_what or len(tokens) > 8:
        return None
    wanted = [each.removeprefix("l'") for each in tokens[1:] if each not in words.change_fillers]
    if not wanted:
        return None
    ids = {words.topics[each] for each in wanted if each in words.topics}
    topic = re.compile("|".join(rf"\b{re.escape(each)}" for each in wanted))
    found = [
        it.id for it in questions() if it.id in ids or (not ids and topic.search(fold(it.ask)))
    ]
    return found[0] if len(found) == 1 else None


# -- values already chosen -------------------------------------------------------------------------


def _values(question: Question, said: tuple[str, ...]) -> Read:
    if len(said) == 1 and said[0] in NON_ANSWERS and said[0] not in question.values:
        return Read(said[0])
    chosen = tuple(dict.fromkeys(said))
    unknown = [each for each in chosen if each not in question.values]
    if not chosen or unknown:
        raise Unreadable("not_understood", not_understood=unknown)
    if question.kind != "multiple":
        if len(chosen) > 1:
            raise Unreadable("ambiguous", choices=chosen)
        return Read(chosen[0])
    return Read(choices.together(question, chosen))


# -- words -----------------------------------------------------------------------------------------


def _text(question: Question, said: str, language: str) -> Read:
    clean = "".join(each for each in said if each.isprintable() or each == "\n").strip()
    short, words = key(clean), spoken(language)
    if not short or not any(each.isalnum() for each in short):
        return Read(words.non_answers.get(short, SKIPPED))
    if short in words.non_answers:
        return Read(words.non_answers[short])
    # One letter may be an initial; « oui » alone says nothing that could be kept.
    if len(short) > 1 and (short in words.nothing or agreement(clean, language) is False):
        return Read(SKIPPED)
    if len(short) > 1 and agreement(clean, language) is True:
        raise Unreadable("not_understood", not_understood=[said])
    return Read(clean)


def _non_answer(question: Question, said: str, language: str) -> Read | None:
    words, text = spoken(language), key(said)
    found = words.non_answers.get(text)
    if found is None:
        found = words.non_answers.get(words.plain(text))
    if found is None and text.startswith(words.asks_meaning) and len(text) < 60:
        found = "dont_understand"
    if found is None:
        return None
    if found == NOT_CONCERNED and found not in question.values and question.unless is None:
        return Read(NOT_CONCERNED, sure=False)
    return Read((found,) if question.kind == "multiple" and found in question.values else found)


# -- numbers ---------------------------------------------------------------------------------------


def _number(question: Question, said: str, year: int, language: str) -> Read:
    try:
        return Read(*numbers.number(question, said, year, language))
    except Unreadable as problem:
        # « non » to « how much do you weigh? »: they may rather not say, or not be concerned.
        words, text = spoken(language), key(said)
        denied = agreement(said, language) is False or text in words.nothing
        denied = denied or bool(words.without.match(text))
        if problem.code == "not_a_number" and denied:
            return Read(PREFER_NOT if question.unless is None else NOT_CONCERNED, sure=False)
        raise


def _age(question: Question, said: str, year: int, language: str) -> Read | None:
    """An age, a year of birth or « entre 45 et 50 ans »; « 2 » is the second age group."""
    found, _ = numbers.amounts(said, spoken(language))
    group = "-".join(f"{each.value:g}" for each in found)
    if group in question.values:
        return Read(group)
    dated = any(each.value >= 1900 for each in found)
    if len(found) != 1 and not dated:
        return None
    if not found[0].unit and found[0].value <= len(question.options) and not dated:
        return None
    try:
        return Read(*numbers.number(question, said, year, language))
    except Unreadable as problem:
        if problem.code == "out_of_range":
            raise
        return None
