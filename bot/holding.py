"""Questions kept for the visit in a language where nobody reviewed their translation.

A scored item says nothing when its words were not checked, and a mistaken word about suicide or
violence does harm: they are not asked there, and the professional is told so. What one answers in
another language counts. Symptoms that call for help (chest pain, one leg) are asked all the same:
their message gives its numbers in French too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import locales
from bot.view import context_of
from flows.loading import Shelf
from flows.model import Question
from locales import Texts

DOOR = "private_ready"
"""Opens the private block; not opened on nothing."""


def held(shelf: Shelf) -> Mapping[str, frozenset[str]]:
    """Language → ids of the questions not asked in it, as reviews and the operator stand now."""
    questions = [
        question for questionnaire in shelf.questionnaires.values()
        for question in questionnaire.questions if delicate(question)
    ]  # fmt: skip
    return {language: _held(questions, locales.texts(language)) for language in locales.offered()}


def delicate(question: Question) -> bool:
    """Is it scored, about mood or violence, or what an urgent message asks next?"""
    return question.private or question.adapted or question.alert is not None


def _held(questions: list[Question], texts: Texts) -> frozenset[str]:
    kept = {each.id for each in questions
            if not all(texts.vouched(context_of(each), said) for said in _said(each))}  # fmt: skip
    private = {each.id for each in questions if each.private}
    # The door alone says nothing delicate, but must not open on nothing.
    return frozenset(kept | ({DOOR} if private and private <= kept else set()))


def _said(question: Question) -> Iterator[str]:
    yield from filter(None, (question.ask, question.hint))
    yield from (option.label for option in question.options)
