"""The two kinds of trouble `flows/` raises on purpose, by whose turn it is to act."""

from typing import Any


class FlowError(Exception):
    """Base of everything `flows/` raises on purpose."""


class Unreadable(FlowError):
    """The person said something this question cannot take. Everyday life, not an incident.

    `code` names the trouble (`not_understood`, `not_a_number`, `out_of_range`, `ambiguous`,
    `too_long`); the conversation finds the words. `hints` never holds more than the
    person typed themselves and must never be logged.
    """

    def __init__(self, code: str, **hints: object) -> None:
        super().__init__(code)
        self.code = code
        self.hints: dict[str, Any] = hints


class BadContent(FlowError):
    """Content files are wrong. Raised at start-up, with every problem at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(f"- {problem}" for problem in problems))
        self.problems = problems
