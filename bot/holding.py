"""Questions kept for the visit in a language where nobody reviewed their translation.

A scored item says nothing when its words were not checked, and a mistaken word about suicide or
violence does harm: they are not asked there, and the professional is told so. What one answers in
another language counts. Symptoms that call for help (chest pain, one leg) are asked all the same:
their message gives its numbers in French too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import locales
from bot.spoken import context_of, delicate, versions
from bot.voices import SILENCE, Voices
from flows.loading import Shelf
from flows.model import Question
from locales import Texts, oral

DOOR = "private_ready"
"""Opens the private block; not opened on nothing."""


def held(shelf: Shelf, voices: Voices = SILENCE) -> Mapping[str, frozenset[str]]:
    """Language → ids of the questions not asked in it, as reviews and the operator stand now.

    In a language that is only heard: those without a reviewed recording.
    """
    questions = [
        question for questionnaire in shelf.questionnaires.values()
        for question in questionnaire.questions if delicate(question)
    ]  # fmt: skip
    found = {}
    for language in (*locales.written(), *oral.declared()):
        texts = locales.texts(language)
        vouched = partial(_heard, voices, texts) if oral.known(language) else partial(_read, texts)
        found[language] = _held(questions, vouched)
    return found


def _held(questions: list[Question], vouched: Callable[[Question], bool]) -> frozenset[str]:
    kept = {each.id for each in questions if not vouched(each)}
    private = {each.id for each in questions if each.private}
    # The door alone says nothing delicate, but must not open on nothing.
    return frozenset(kept | ({DOOR} if private and private <= kept else set()))


def _read(texts: Texts, question: Question) -> bool:
    return all(texts.vouched(context_of(question), said) for said in _said(question))


def _heard(voices: Voices, texts: Texts, question: Question) -> bool:
    return all(voices.find(texts.language, said) for said in versions(texts, question))


def _said(question: Question) -> Iterator[str]:
    yield from filter(None, (question.ask, question.hint))
    yield from (option.label for option in question.options)
