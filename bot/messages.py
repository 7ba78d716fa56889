"""What passes between a channel and the conversation: one message in, screens out.

A channel translates and does nothing else: no wording, no branching on answers, no database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import msgspec

Said = str | tuple[str, ...]
Sound = tuple[str, ...]
"""Names of the files of one recording, best first: « 3f2a9c1b0d4e.ogg »."""
ScreenKind = Literal["info", "question", "urgent", "restitution", "code", "summary"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do. The shared code asks this, never « is it Telegram? »."""

    buttons: bool = True
    links: bool = True
    edits: bool = False
    """Can change a message already sent."""
    longest_text: int = 100_000
    forms: bool = False
    """Shows a whole multiple choice at once and sends it in one go (web, JSON)."""
    private: bool = True
    """May show the sensitive block and the restitution itself; otherwise a single-use link."""
    consent_note: str = ""
    """A phrase added under the consent question: what this channel keeps of its own."""
    queued: bool = False
    """Its screens leave through the outbox, rendered when they are sent."""
    takes_codes: bool = False
    """A stranger may type the code of another phone: nobody makes up addresses here, so that
    wrong codes can be counted by them."""
    reminds: bool = False
    """Can write to somebody later, if they asked for it."""
    plays: bool = False
    """Sends a recording when asked; elsewhere a page offers it, or nothing does."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message from a person.

    `address` is where this person is on that channel (chat id, browser token).
    `about` is the question a button belongs to; None for typed text.
    `key` is the channel's own id of this message: the same key again counts once.
    `tick` means « toggle this box of a multiple choice », not « this is my answer ».
    `typed` text goes through free-text reading and the distress net; a tap does not.
    """

    channel: str
    address: str
    said: Said
    key: str
    about: str | None = None
    tick: bool = False
    typed: bool = True
    language: str | None = None
    start: str | None = None
    """An invitation token or « » when the person asked to begin."""
    numbered: bool = False
    """This channel writes a number before each option: « 3 » is the third one."""
    message: int | None = None
    """The channel's id of the message whose button was pressed, or of what was typed."""
    meaning: int | None = None
    """What `meaning` its question had when the button was shown; None where nobody knows."""


class Choice(msgspec.Struct, frozen=True, cache_hash=True):
    """One button. `said` is what comes back when it is pressed, with `about` beside it.

    A struct where the rest are dataclasses: a page holds dozens, and they are made faster so.
    """

    label: str
    said: str
    ticked: bool = False
    kind: Literal["option", "done", "non_answer", "help", "action", "link"] = "option"
    url: str | None = None
    about: str | None = None
    """Question this button answers; None for actions (a command: « /help », « /erase »)."""


class Asked(msgspec.Struct, frozen=True):
    """The question on a screen, for channels that build their own form."""

    id: str
    official: str | None
    kind: Literal["single", "multiple", "number", "text"]
    ask: str
    hint: str | None
    why: str | None
    choices: tuple[Choice, ...]
    """Its options only."""
    exclusive: frozenset[str] = frozenset()
    unit: str | None = None
    theme: str = ""
    theme_title: str = ""
    left_in_theme: int = 0
    can_go_back: bool = False
    multiple_done: Choice | None = None
    non_answers: tuple[Choice, ...] = ()
    """« Je ne sais pas » and « Passer », always."""
    help: Choice | None = None
    ticked: tuple[str, ...] = ()
    private: bool = False
    sensitive: bool = False
    meaning: int = 1
    simpler: str | None = None
    """The same in simpler words, or what else one can do, after « I don't understand »."""
    voice: Sound = ()
    """Its recording, answers included."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the summary « check your answers »."""

    question: str
    """What « change » names: the question; for the private block, its part (« @section »)."""
    asked: str
    said: str
    """« répondu » for the private block, whose answers are never displayed again."""
    theme_title: str
    private: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """One message out, in the person's language and plain text."""

    kind: ScreenKind
    text: str
    question: Asked | None = None
    choices: tuple[Choice, ...] = ()
    """Buttons under it, in order (options, done, non-answers, help, actions, links)."""
    lines: tuple[Line, ...] = ()
    """kind=summary."""
    code: str | None = None
    """kind=code: ten Crockford characters, printed as two groups of five."""
    restitution: object | None = field(default=None, repr=False)
    """kind=restitution: the finished `Restitution`."""
    french: str = ""
    """The last part of `text` when it is said again in French: nobody reviewed its translation."""
    voices: tuple[Sound, ...] = ()
    """Recordings of what it says, other than of its question."""
    plays: str = ""
    """The file that is this screen, on a channel that plays."""
    notice: bool = False
    """Must never be superseded by a newer screen (urgent cards, restitution, code)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """All that one inbound message brings back."""

    screens: tuple[Screen, ...]
    waiting: str | None = None
    """Id of the question that waits."""
    finished: bool = False
    code: str | None = None
    duplicate: bool = False
    """This key was heard before: nothing changed."""
    interview: str | None = None
