"""How fast messages may leave: about one a second for a chat, thirty a second in all."""

from __future__ import annotations

from collections import deque

BURST = 3
"""Messages a chat may get at once, before one each `pace`."""
ALL = 25
"""Messages a second to everybody: Telegram's limit, with some air."""
FORGET = 10.0
"""Seconds after which a chat that was sent nothing more is forgotten; looked for as often."""


class Pace:
    """Remembers what left lately. Times in seconds, given by the caller."""

    def __init__(self, pace: float, rate: int = ALL) -> None:
        """`pace`: seconds between two messages to one chat, once a short burst is spent.

        `rate`: messages a second to everybody.
        """
        self._pace, self._rate = pace, rate
        self._recent: dict[bytes, deque[float]] = {}
        self._looked = 0.0
        self._last: deque[float] = deque(maxlen=rate)
        """When those of the last second left."""
        self._hold = 0.0

    def hold(self, until: float) -> float:
        """Telegram said to slow down: nothing leaves before."""
        self._hold = max(self._hold, until)
        return self._hold

    def note(self, place: bytes, now: float) -> None:
        """A message leaves for this chat."""
        self._recent.setdefault(place, deque(maxlen=BURST)).append(now)
        self._last.append(now)
        if now - self._looked > FORGET:
            self._looked = now
            self._recent = {
                key: each for key, each in self._recent.items() if now - each[-1] < FORGET
            }

    def when(self, place: bytes, now: float) -> float:
        """When a message for this chat may leave."""
        recent = self._recent.get(place)
        own = recent[0] + BURST * self._pace if recent and len(recent) == BURST else 0.0
        everyone = now if self.room(now) else self._last[0] + 1
        return max(own, everyone, self._hold)

    def room(self, now: float) -> int:
        """How many messages may leave at this moment."""
        while self._last and now - self._last[0] >= 1:
            self._last.popleft()
        return self._rate - len(self._last)

    def free(self, now: float) -> float:
        """When there is room again."""
        return now if self.room(now) > 0 else max(self._last[0] + 1, self._hold)
