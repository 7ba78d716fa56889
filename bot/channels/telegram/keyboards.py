"""Screens → Telegram messages: text within limits, keyboards that carry their question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from bot.messages import Asked, Choice, Screen

LONGEST = 4096
"""Characters of a message, counted by Telegram in UTF-16 units."""
LARGEST_DATA = 64
"""Bytes a button may carry."""
_TAP, _TICK = "a", "m"
ROW = 28
"""Short buttons share a row up to this many characters: two columns on a small phone."""


class Pressed(NamedTuple):
    """What a button carries: an answer, or a command when `value` begins with « / »."""

    about: str
    value: str
    meaning: int | None = None
    """The meaning of the question when this button was shown."""
    tick: bool = False
    """One box of a multiple choice, toggled."""

    def written(self) -> str:
        """As Telegram keeps it, 64 bytes at most. Raises `ValueError`."""
        if ":" in self.about or ":" in self.value:
            raise ValueError("« : » cannot stand in a button")
        meaning = "" if self.meaning is None else self.meaning
        written = f"{_TICK if self.tick else _TAP}:{self.about}:{self.value}:{meaning}"
        if len(written.encode()) > LARGEST_DATA:
            raise ValueError("too long for a button")
        return written


def read_button(written: str | None) -> Pressed | None:
    """What a pressed button carried; None for one of another time, or not ours."""
    kind, *parts = (written or "").split(":")
    if kind not in (_TAP, _TICK) or len(parts) != 3:
        return None
    about, value, meaning = parts
    if meaning and not (meaning.isascii() and meaning.isdecimal()):
        return None
    return Pressed(about, value, int(meaning) if meaning else None, kind == _TICK)


class Button(msgspec.Struct, omit_defaults=True, gc=False):
    """One of a keyboard."""

    text: str
    callback_data: str | None = None
    url: str | None = None


class Keyboard(msgspec.Struct, gc=False):
    """Rows of buttons under a message."""

    inline_keyboard: list[list[Button]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One Telegram message."""

    text: str
    keyboard: Keyboard | None
    plays: str = ""
    """A recording instead: its file."""


def messages(screen: Screen) -> list[Outgoing]:
    """A screen as one message or more; the keyboard stands under the last one."""
    if screen.plays:
        return [Outgoing("", None, screen.plays)]
    lines = [screen.text]
    title = ""
    for line in screen.lines:
        if line.theme_title != title:
            title = line.theme_title
            lines.append(f"\n{title}")
        lines.append(f"· {line.asked} {line.said}")
    unreachable = [each for each in screen.choices if each.url and not _reachable(each.url)]
    lines += [f"{each.label} : {each.url}" for each in unreachable]
    parts = split("\n".join(lines))
    keyboard = _keyboard(screen)
    return [Outgoing(part, None) for part in parts[:-1]] + [Outgoing(parts[-1], keyboard)]


def split(text: str) -> list[str]:
    """Cut at line ends so that each part fits one message; a longer line is cut where it must."""
    parts: list[str] = []
    current: str | None = None
    for whole in text.split("\n"):
        for line in _pieces(whole):
            joined = line if current is None else f"{current}\n{line}"
            if current is not None and _length(joined) > LONGEST:
                parts.append(current)
                joined = line
            current = joined
    return [*parts, current or ""]


def _pieces(line: str) -> Iterable[str]:
    """The line itself, or its pieces when it is longer than a message."""
    while _length(line) > LONGEST:
        piece = _cut(line)
        yield piece
        line = line[len(piece) :]
    yield line


def _cut(line: str) -> str:
    """The longest beginning that fits."""
    end = LONGEST
    while _length(line[:end]) > LONGEST:
        end -= _length(line[:end]) - LONGEST
    return line[:end]


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _reachable(url: str) -> bool:
    """Telegram refuses buttons whose address is of this machine only."""
    host = urlsplit(url).hostname or ""
    return "." in host and not host.startswith(("127.", "0."))


def _keyboard(screen: Screen) -> Keyboard | None:
    buttons = [button for each in screen.choices if (button := _button(each, screen.question))]
    return Keyboard(list(_rows(buttons))) if buttons else None


def _button(choice: Choice, asked: Asked | None) -> tuple[str, Button] | None:
    if choice.url is not None:
        if not _reachable(choice.url):
            return None
        return choice.kind, Button(choice.label, url=choice.url)
    mine = asked is not None and choice.about == asked.id
    tick = mine and asked is not None and asked.kind == "multiple" and choice.kind == "option"
    label = f"✓ {choice.label}" if choice.ticked else choice.label
    meaning = asked.meaning if mine and asked is not None else None
    data = Pressed(choice.about or "", choice.said, meaning, tick)
    return choice.kind, Button(_short(label), data.written())


def _short(label: str) -> str:
    return label if len(label) <= 64 else label[:63] + "…"


def _rows(buttons: Iterable[tuple[str, Button]]) -> Iterable[list[Button]]:
    """Short neighbours of one kind share a row; « don't know », « skip » and « help » one."""
    row: list[Button] = []
    last = ""
    for given, button in buttons:
        kind = "non_answer" if given == "help" else given
        width = sum(len(each.text) for each in row) + len(button.text)
        if row and (kind != last or width > ROW or len(row) == 4):
            yield row
            row = []
        row.append(button)
        last = kind
    if row:
        yield row
