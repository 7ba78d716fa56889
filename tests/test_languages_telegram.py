"""Somebody of each language, from the first page to the code, on Telegram.

Apart from the walk in Chromium: its driver and an event loop do not share a thread.
"""

from __future__ import annotations

import re

import pytest

import locales
from bot.channels.telegram.intake import CAN
from bot.phrases import PHRASES
from flows.model import Question
from tests.sampling import few
from tests.serving import usual
from tests.telegram_world import World, telegram
from tests.test_languages_whole import DELICATE, WALKS, said_by


class Walker:
    """Taps where there is a button in their language, types where there is none."""

    def __init__(self, world: World, language: str, band: str) -> None:
        self.world, self.texts, self.said = world, locales.texts(language), said_by(band)
        self.asked: set[str] = set()

    async def walk(self) -> None:
        await self.world.type("/start")
        await self.world.tap(locales.NAMES[self.texts.language])
        await self.world.tap(self.phrase("begin"))
        for _ in range(120):
            view = await self.world.service.desk.view("telegram", str(self.world.person.chat), CAN)
            assert view is not None
            if (waiting := view.position.waiting) is None:
                return
            self.asked.add(waiting.id)
            await self.answer(waiting, view.labels(waiting))
        raise AssertionError("it never ends")

    async def answer(self, waiting: Question, labels: dict[str, str]) -> None:
        value = self.said.get(waiting.id) or usual(waiting.id)
        if isinstance(value, tuple):
            for each in value:
                await self.world.tap(labels.get(each) or self.phrase("skip"))
            if value[0] in labels:
                await self.world.tap(self.phrase("done"))
        elif value in labels:
            await self.world.tap(labels[value])
        elif value == "skipped":
            await self.world.tap(self.phrase("skip"))
        else:
            await self.world.type(value)

    def phrase(self, key: str) -> str:
        return self.texts.gettext("bot", PHRASES[key])


@pytest.mark.parametrize(("language", "band"), few(WALKS[1:] + WALKS[:1], 2))
async def test_a_whole_interview_on_telegram(tmp_path, language, band):
    async with telegram(tmp_path, "polling") as world:
        walker = Walker(world, language, band)
        await walker.walk()
        texts = [each.text for each in world.person.messages]
        kept = world.interview
        assert world.emulator.refused == []
    assert walker.asked & DELICATE == set()
    assert kept is not None and kept.language == language
    assert any(re.search(r"\w{5} \w{5}", each) for each in texts[-3:])
    if band in ("60-65", "70-75"):
        assert any("Français\u00a0:" in each and "appelez le 15" in each for each in texts)
