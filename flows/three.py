"""Three-valued logic on answers: true, false, or None when something was not answered."""

from __future__ import annotations

from flows.model import NON_ANSWERS, NOT_CONCERNED, Answers, Verdict


def said(answers: Answers, question: str, *wanted: str) -> Verdict:
    """The answer, or any box ticked, is one of `wanted`; None when nothing was answered.

    A non-answer decides nothing unless it is itself wanted; « not concerned » is a no.
    """
    value = answers.get(question)
    if value is None:
        return None
    if isinstance(value, tuple):
        return any(each in wanted for each in value)
    if value in wanted:
        return True
    if value == NOT_CONCERNED:
        return False
    return None if value in NON_ANSWERS else False


def any3(*verdicts: Verdict) -> Verdict:
    """True if one is, else undecided if one is, else false."""
    if True in verdicts:
        return True
    return None if None in verdicts else False


def all3(*verdicts: Verdict) -> Verdict:
    """False if one is, else undecided if one is, else true."""
    if False in verdicts:
        return False
    return None if None in verdicts else True


def not3(verdict: Verdict) -> Verdict:
    """The contrary; undecided stays undecided."""
    return None if verdict is None else not verdict


def at_least(count: int, *verdicts: Verdict) -> Verdict:
    """At least `count` are true, whatever the undecided ones turn out to be."""
    sure = sum(verdict is True for verdict in verdicts)
    if sure >= count:
        return True
    possible = sure + sum(verdict is None for verdict in verdicts)
    return None if possible >= count else False
