"""Anything two people may do at the desk, in any order, beside a model that only remembers."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import locales
from bot.conversation import respond
from bot.desk import Desk
from bot.messages import Capabilities, Inbound, Said
from bot.rendering import Page
from flows import engine
from flows.loading import load
from flows.model import Interview
from restitution.helping import ask_for_help
from restitution.library import load as load_library
from store.crypto import Keyring
from store.database import open_database
from store.migrating import migrate
from store.repository import Store
from store.writer import Writer
from tests.serving import AGES

LIBRARY = load_library()
SHELF = ask_for_help(load(), LIBRARY)
KEYS = Keyring.parse(Keyring.fresh())
NOW, CHANNEL, CAN = 1_795_000_000, "telegram", Capabilities(private=False, queued=True)
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
people = st.sampled_from(("ana", "ben"))
steps = {"done": 0}
_template = tempfile.mkdtemp(dir=MEMORY)


def _empty() -> Path:
    file = Path(_template) / "empty.db"
    if not file.exists():
        made = open_database(f"sqlite:///{file}")
        migrate(made)
        made.dispose()
    return file


class Conversations(RuleBasedStateMachine):
    """The model: for each person, the interview the conversation alone would have led to."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        shutil.copy(_empty(), self.folder / "test.db")
        self.model: dict[str, Interview] = {}
        self.last: dict[str, Inbound] = {}
        self.keys = 0
        self.open()

    def open(self) -> None:
        self.engine = open_database(f"sqlite:///{self.folder}/test.db")
        self.writer = Writer(Store(self.engine, KEYS, lambda: NOW))
        self.desk = Desk(self.writer, SHELF, LIBRARY, Page("https://bilan.example.org"))
        self.runner.run(self.desk.start())

    def teardown(self) -> None:
        self.runner.run(self.desk.stop())
        self.writer.close()
        self.engine.dispose()
        self.runner.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- what people do ------------------------------------------------------------------------

    def hear(self, who: str, said: Said, about: str | None = None, **more: object) -> None:
        self.keys += 1
        typed = about is None and not str(said).startswith("/begin")
        inbound = Inbound(CHANNEL, who, said, str(self.keys), about, typed=typed,
                          language="fr", **more)  # type: ignore[arg-type]  # fmt: skip
        self.last[who] = inbound
        reply = self.runner.run(self.desk.hear(inbound, CAN))
        assert not reply.duplicate
        steps["done"] += 1
        if said == "/begin - fr":
            if who not in self.model or self.closed(who):
                self.model[who] = engine.begin("model", "fr", NOW)
            return
        if who not in self.model:
            return
        turn = respond(SHELF, self.model[who], inbound, locales.texts("fr"), NOW)
        self.model[who] = turn.interview
        if turn.effect == "erase":
            del self.model[who]

    def closed(self, who: str) -> bool:
        return engine.replay(SHELF, self.model[who]).waiting is None

    def waiting(self, who: str):
        return engine.replay(SHELF, self.model[who]).waiting if who in self.model else None

    @initialize()
    def both_begin(self) -> None:
        for who in ("ana", "ben"):
            self.hear(who, "/begin - fr")
            self.hear(who, "yes", "consent")

    @rule(who=people)
    def begin(self, who: str) -> None:
        self.hear(who, "/begin - fr")

    @rule(who=people, age=st.sampled_from(list(AGES.values())), pick=st.integers(0, 99),
          many=st.integers(1, 6))  # fmt: skip
    def answer(self, who: str, age: str, pick: int, many: int) -> None:
        for turn in range(many):
            waiting = self.waiting(who)
            if waiting is None:
                return
            if waiting.id == "age" or (waiting.kind == "number" and not waiting.options):
                self.hear(who, {"height_m": "1m70", "weight_kg": "70"}.get(waiting.id, age))
            elif waiting.options:
                options = [each.value for each in waiting.options]
                if waiting.id == "consent":
                    options = ["yes"]
                self.hear(who, options[(pick + turn) % len(options)], waiting.id)
            else:
                self.hear(who, "skipped", waiting.id)

    @rule(who=people, pick=st.integers(0, 99))
    def tap_an_old_button(self, who: str, pick: int) -> None:
        asked = engine.replay(SHELF, self.model[who]).asked if who in self.model else ()
        old = [each for each in asked if each.kind == "single" and each.id != "consent"]
        if old:
            question = old[pick % len(old)]
            option = question.options[pick % len(question.options)]
            self.hear(who, option.value, question.id, meaning=question.meaning)

    @rule(who=people, pick=st.integers(0, 99))
    def tick_a_box(self, who: str, pick: int) -> None:
        waiting = self.waiting(who)
        if waiting is not None and waiting.kind == "multiple":
            option = waiting.options[pick % len(waiting.options)]
            self.hear(who, option.value, waiting.id, tick=True)

    @rule(who=people, pick=st.integers(0, 99))
    def correct(self, who: str, pick: int) -> None:
        asked = engine.replay(SHELF, self.model[who]).asked if who in self.model else ()
        if asked:
            self.hear(who, f"/change {asked[pick % len(asked)].id}")

    @rule(who=people, said=st.sampled_from(
        ("/pause", "/resume", "/back", "/help", "/done", "/confirm", "/deny", "/stop", "/here",
         "zzz", "oui", "non", "", "j'ai envie de mourir", "/erase_private", "/start")))  # fmt: skip
    def say(self, who: str, said: str) -> None:
        self.hear(who, said)

    @rule(who=people)
    def erase(self, who: str) -> None:
        self.hear(who, "/erase")
        self.hear(who, "/erase_yes")
        assert who not in self.model

    # -- what happens to them --------------------------------------------------------------------

    @precondition(lambda self: self.last)
    @rule(who=people)
    def brought_twice(self, who: str) -> None:
        inbound = self.last.get(who)
        if inbound is not None and who in self.model and inbound.said != "/begin - fr":
            assert self.runner.run(self.desk.hear(inbound, CAN)).duplicate
            steps["done"] += 1

    @rule()
    def crash_and_open_again(self) -> None:
        task = self.desk._task
        assert task is not None
        task.cancel()
        self.writer.close()
        self.engine.dispose()
        self.open()

    @invariant()
    def the_store_holds_what_was_said(self) -> None:
        with self.writer.store.reading() as tx:
            places = [(CHANNEL, who) for who in ("ana", "ben")]
            helds = tx.at(places)
        for who in ("ana", "ben"):
            held, model = helds.get((CHANNEL, who)), self.model.get(who)
            if model is None:
                assert held is None, f"something is kept of {who}"
                continue
            assert held is not None, f"nothing is kept of {who}"
            kept = held.interview
            assert kept.log == model.log
            assert (kept.draft, kept.doubt, kept.refused, kept.in_chat, kept.distress) == (
                model.draft, model.doubt, model.refused, model.in_chat, model.distress)  # fmt: skip
