"""Golden conversations on Telegram: the people of `transcripts/*.said`, tapping as people do.

Each ends with the advice read on our page, and a code that opens the brief.
`ACCEPT=1 pytest tests/test_telegram_transcripts.py` accepts a change.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.channels.console import talk
from flows.engine import replay
from flows.model import Answers
from tests.serving import serving
from tests.telegram_talker import Talker
from tests.telegram_world import code_in, telegram

FOLDER = Path(__file__).parent / "transcripts"
PEOPLE = [
    ("18-25-lea", "webhook", "page"),
    ("45-50-marc", "polling", "page"),
    ("60-65-awa", "webhook", "here"),
    ("70-75-rene", "polling", "page"),
]
"""Who, how updates arrive, and where the personal questions are answered."""


async def answers_of(folder: Path, person: str) -> Answers:
    """What this person answered on the console."""
    said = iter((FOLDER / f"{person}.said").read_text(encoding="utf-8").splitlines())

    async def read() -> str | None:
        return next(said, None)

    async with serving(folder) as service:
        await talk(service.desk, read, lambda _: None, "one")
        with service.store.reading() as tx:
            interview = tx.at([("console", "one")])["console", "one"].interview
        return replay(service.shelf, interview).answers


@pytest.mark.parametrize(("person", "mode", "private"), PEOPLE)
async def test_the_conversation_on_telegram_is_the_one_reviewed(tmp_path, person, mode, private):
    (tmp_path / "console").mkdir()
    answers = await answers_of(tmp_path / "console", person)
    async with telegram(tmp_path, mode) as world:
        talker = Talker(world, answers, private)
        await talker.talk()
        text = "\n".join(talker.written)
        code = code_in("\n".join(each.text for each in world.person.messages))
        brief = await world.opened_by(code)
        assert world.emulator.refused == []

    assert brief["band"] == person[:5]
    golden = FOLDER / "telegram" / f"{person}.txt"
    text = text.replace(f"{code[:5]} {code[5:]}", "XXXXX XXXXX")
    if os.environ.get("ACCEPT"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
