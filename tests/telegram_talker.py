"""A person who goes through the whole conversation on Telegram, and what their phone showed."""

from __future__ import annotations

from bot.channels.telegram.intake import CAN
from bot.phrases import PHRASES
from bot.rendering import View
from flows.model import Answers, Question, Value
from tests.telegram_emulator import Shown
from tests.telegram_world import World
from tests.web_reader import answer, follow

TYPED = {"dont_know": "dont_know", "skipped": "skip"}
HELD_BY_HELP = {
    "prefer_not": "prefer_not",
    "dont_understand": "dont_understand",
    "not_concerned": "not_concerned",
}


class Talker:
    """Answers by tapping where there is a button, by typing where there is none.

    `answers`: what they say, by question id. `private`: « page » or « here ».
    `written`: the transcript, line by line.
    """

    def __init__(self, world: World, answers: Answers, private: str) -> None:
        self.world, self.answers, self.private = world, answers, private
        self.written: list[str] = []
        self._texts: dict[int, str] = {}
        world.emulator.story = self._shown

    async def talk(self) -> None:
        """From « /start » to the code."""
        await self._type("/start")
        await self._tap("Commencer")
        for _ in range(120):
            view = await self._view()
            waiting = view.position.waiting
            if waiting is None:
                break
            if waiting.private and not view.interview.in_chat:
                await self._personal_questions()
            else:
                await self._say(view, waiting, self.answers.get(waiting.id, "skipped"))
        await self._read_advice()

    # -- one answer ------------------------------------------------------------------------------

    async def _say(self, view: View, question: Question, value: Value) -> None:
        labels = view.labels(question)
        if isinstance(value, tuple):
            for each in value:
                await self._tap(labels[each])
            await self._tap(PHRASES["done"])
        elif isinstance(value, float):
            await self._type(f"{value:g}".replace(".", ","))
        elif value in labels:
            await self._tap(labels[value])
        elif value in TYPED:
            await self._tap(PHRASES[TYPED[value]])
        elif value in HELD_BY_HELP:
            await self._tap(PHRASES["help"])
            await self._tap(PHRASES[HELD_BY_HELP[value]])
        else:
            await self._type(value)

    async def _personal_questions(self) -> None:
        if self.private == "here":
            await self._tap(PHRASES["answer_here"])
            return
        link = self._link(PHRASES["open_page"])
        async with self.world.browser() as browser:
            page = await follow(browser, link)
            while (waiting := (await self._view()).position.waiting) and _on_page(waiting):
                said = self.answers.get(waiting.id, "skipped")
                values = said if isinstance(said, tuple) else (str(said),)
                labels = (await self._view()).labels(waiting)
                shown = [labels.get(each, each) for each in values]
                self._on_page(_seen(page.lines))
                self.written.append(f'> on the page, taps "{", ".join(shown)}"\n')
                page = await answer(browser, page, waiting.id, values)
            self._on_page(_seen(page.lines))
        await self._tap(PHRASES["answered_there"])

    async def _read_advice(self) -> None:
        link = self._link(PHRASES["read_advice"])
        async with self.world.browser() as browser:
            lines = (await follow(browser, link)).lines
        # The rest of the advice has golden files of its own.
        end = next((at for at, line in enumerate(lines) if line.startswith("Autres conseils")), 20)
        self._on_page([*lines[:end], "…"])

    def _link(self, label: str) -> str:
        shown = next(each for each in reversed(self.world.person.messages)
                     if any(label == button["text"] for button in each.buttons))  # fmt: skip
        self.written.append(f'> taps "{label}"\n')
        return str(next(button["url"] for button in shown.buttons if button["text"] == label))

    async def _view(self) -> View:
        view = await self.world.service.desk.view("telegram", str(self.world.person.chat), CAN)
        assert view is not None
        return view

    # -- what is written down ----------------------------------------------------------------------

    async def _tap(self, label: str) -> None:
        self.written.append(f'> taps "{label}"\n')
        await self.world.tap(label)

    async def _type(self, said: str) -> None:
        self.written.append(f'> types "{said}"\n')
        await self.world.type(said)

    def _shown(self, chat: int, what: str, message: Shown) -> None:
        lines = ["(modifié)"] if what == "edited" else []
        if what == "sent" or self._texts.get(message.id) != message.text:
            lines.append(message.text)
        lines += [" ".join(_button(each) for each in row) for row in message.keyboard]
        self._texts[message.id] = message.text
        self.written.append("\n".join(lines) + "\n")

    def _on_page(self, lines: list[str]) -> None:
        self.written.append("\n".join(f"| {each}" for each in lines) + "\n")


def _on_page(question: Question) -> bool:
    """The page has not said yet that one may go back to Telegram."""
    return question.private or question.id.startswith("go_on_")


def _seen(lines: list[str]) -> list[str]:
    """A question's page without what helps to move about."""
    end = lines.index(PHRASES["help"]) if PHRASES["help"] in lines else len(lines)
    shown = [each for each in lines[:end] if each != PHRASES["back"]]
    return shown + [each for each in lines[end:] if "Telegram" in each]


def _button(button: dict[str, str]) -> str:
    return f"[{button['text']}{' ↗' if 'url' in button else ''}]"
