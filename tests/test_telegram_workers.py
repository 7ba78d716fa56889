"""Several processes on Telegram: one of them polls, and each screen leaves once."""

from __future__ import annotations

from tests.telegram_emulator import Emulator
from tests.telegram_world import Person
from tests.test_telegram_restart import Served, until


async def test_two_workers_share_telegram_and_say_everything_once(tmp_path, postgresql):
    async with Emulator() as emulator:
        served, person = Served(tmp_path, emulator, "polling"), Person(emulator)
        served.environment |= {
            "AVANT_BILAN_DATABASE_URL": postgresql, "AVANT_BILAN_HOUSEKEEPING_MINUTES": "1",
        }  # fmt: skip
        served.more = ("--workers", "2")
        async with served.up():
            await served.say(person.text("/start"))
            await until(lambda: person.messages)
            for label, then in (("Commencer", "garder"), ("Oui", "Quelqu'un"), ("Non", "âge")):
                await served.say(person.tap(label))
                await until(lambda then=then: then in person.last.text)
            for typed, then in (("47", "aide-t-il"), ("non", "femme"), ("une femme", "?")):
                await served.say(person.text(typed))
                await until(lambda then=then: then in person.last.text)

    texts = [each.text for each in person.messages]
    assert len(texts) == len(set(texts)), texts
    assert "Traceback" not in served.log.read_text(encoding="utf-8")
