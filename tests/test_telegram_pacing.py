"""How fast messages leave: Telegram's limits, without a clock."""

from __future__ import annotations

from bot.channels.telegram.pacing import ALL, FORGET, Pace

ME, YOU = b"me", b"you"


def leave(pace: Pace, place: bytes, times: int, now: float = 100.0) -> list[float]:
    """When each of these messages leaves, asked one after the other."""
    left = []
    for _ in range(times):
        now = max(now, pace.when(place, now))
        pace.note(place, now)
        left.append(now)
    return left


def test_a_chat_gets_a_short_burst_then_three_messages_in_three_seconds():
    assert leave(Pace(1.0), ME, 7) == [100, 100, 100, 103, 103, 103, 106]


def test_one_chat_s_burst_keeps_nobody_else_waiting():
    pace = Pace(1.0)
    leave(pace, ME, 3)

    assert pace.when(YOU, 100.0) == 100.0


def test_no_more_than_what_telegram_takes_leaves_in_a_second():
    pace = Pace(0.0)
    for each in range(ALL):
        pace.note(str(each).encode(), 100.0)

    assert pace.room(100.5) == 0
    assert pace.when(YOU, 100.5) == 101.0
    assert pace.room(101.0) == ALL


def test_slow_down_holds_everybody_and_a_shorter_one_does_not_shorten_it():
    pace = Pace(1.0)
    pace.hold(130.0)
    pace.hold(110.0)

    assert pace.when(ME, 100.0) == pace.when(YOU, 100.0) == 130.0


def test_chats_that_were_sent_nothing_lately_are_forgotten():
    pace = Pace(1.0)
    for moment in range(100, 1100):
        pace.note(str(moment).encode(), float(moment))

    assert len(pace._recent) <= 2 * FORGET + 1
    assert leave(pace, b"1099", 3, 1099.0) == [1099, 1099, 1102]
