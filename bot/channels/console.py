"""The console channel: `python -m app talk`, and golden transcripts."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable

from bot.desk import Desk
from bot.messages import Capabilities, Inbound, Reply, Screen

CAN = Capabilities(links=False)


async def talk(
    desk: Desk,
    read: Callable[[], Awaitable[str | None]],
    write: Callable[[str], None],
    address: str,
    language: str = "fr",
    campaign: str = "",
) -> Reply:
    """Hold one conversation until the input ends (None). Gives the last reply.

    A line is what a person types; an empty one is ignored.
    """
    keys = itertools.count()
    write(lines(desk.clerk.opening(language, campaign)))
    begin = Inbound("console", address, "/begin", "begin", language=language, start=campaign)
    reply = await desk.hear(begin, CAN)
    while True:
        for screen in reply.screens:
            write(lines(screen))
        said = await read()
        if said is None:
            return reply
        if said.strip():
            inbound = Inbound("console", address, said, str(next(keys)), numbered=True)
            reply = await desk.hear(inbound, CAN)


def lines(screen: Screen) -> str:
    """A screen as text: numbered options, then what may be typed in words."""
    shown = [screen.text]
    shown += [f"   {line.asked} {line.said}" for line in screen.lines]
    asked = screen.question
    if asked is not None:
        shown += [f"{place}. {each.label}" for place, each in enumerate(asked.choices, 1)]
        more = [each.label for each in (*asked.non_answers, asked.help) if each]
        if more:
            shown.append(f"[{' · '.join(more)}]")
    else:
        shown += [f"- {each.label} : {each.url or each.said}" for each in screen.choices]
    return "\n".join(shown) + "\n"
