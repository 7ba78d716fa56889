"""A person sees who read, takes a copy away, and can have everything erased."""

from __future__ import annotations

import contextlib
import io
import json

import httpx
import pytest
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlmodel import SQLModel

from app import safekeeping
from app.demonstration import AWA
from app.web import create
from bot.messages import Capabilities
from flows import folding
from store import access, accounts, instruments, plans
from store.retention import Policy, purge
from tests.professionals import PASSWORD
from tests.serving import Clock, Patient, serving

DAY = 24 * 3600
COOKIE = "a-browser-0123456789"
CONFIDED = AWA | {"chosen_name": "Awa", "violence_victim": "yes", "private_ready": "yes",
                  "suicidal_history": ["ideation"], "helped": "alone",
                  "priorities_free_text": "mon mari me frappe"}  # fmt: skip


class Visit:
    """Awa, her browser, and Camille who reads her brief."""

    def __init__(self, service, browser, awa, who, brief):
        self.service, self.browser, self.awa, self.who, self.brief = (
            service, browser, awa, who, brief)  # fmt: skip

    @property
    def me(self):
        return accounts.Professional(self.who, "", "", "", "practitioner", None, None)


@contextlib.asynccontextmanager
async def visit(folder, answers=AWA, clock=None):
    async with serving(folder, clock) as service:
        awa = Patient(service)
        await awa.begin()
        code = (await awa.answer(answers)).code
        with service.store.transaction() as tx:
            held = tx.at([("console", "p")])["console", "p"]
            tx.settle(held, "web", COOKIE)
            who = access.create_practitioner(tx, "c@example.org", "Camille Martin", "infirmière",
                                             PASSWORD, None)  # fmt: skip
            brief = access.open_by_code(tx, who, code)
        transport = httpx.ASGITransport(app=create(service))
        async with httpx.AsyncClient(transport=transport, base_url="https://bilan.example.org",
                                     cookies={"__Host-q": COOKIE}) as browser:  # fmt: skip
            yield Visit(service, browser, awa, who, brief)


async def test_a_person_sees_who_may_read_and_who_read_with_day_and_hour(tmp_path):
    async with visit(tmp_path) as here:
        page = (await here.browser.get("/mes-donnees")).text
        assert "Camille Martin, infirmière, le 18 novembre 2026 à 12 h 06" in page
        assert "Changer qui peut lire" in page


async def test_the_end_page_and_the_help_lead_there(tmp_path):
    async with visit(tmp_path) as here:
        assert 'href="/mes-donnees"' in (await here.browser.get("/chat")).text


async def test_the_copy_holds_each_answer_in_words_and_who_read(tmp_path):
    async with visit(tmp_path) as here:
        file = await here.browser.get("/mes-donnees.json")
        assert file.headers["content-disposition"] == 'attachment; filename="mes-donnees.json"'
        assert file.headers["cache-control"] == "no-store"
        made = file.json()
        said = {each["question"]: each for each in made["answers"]}
        assert said["age"]["value"] == 62.0
        assert all(each["asked"] and each["said"] and each["at"] for each in made["answers"])
        assert [each["name"] for each in made["readings"]] == ["Camille Martin"]
        assert [each["kind"] for each in made["may_read"]] == ["code", "practitioner"]


async def test_what_was_confided_is_in_no_file_that_lies_about_on_a_phone(tmp_path):
    async with visit(tmp_path, CONFIDED) as here:
        made = (await here.browser.get("/mes-donnees.json")).json()
        said = {each["question"]: each for each in made["answers"]}
        assert said["violence_victim"]["said"] == "répondu"
        assert "value" not in said["violence_victim"]
        paper = (await here.browser.get("/mes-donnees.pdf")).content
        printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
        assert "Camille Martin" in printed and "Mes réponses" in printed
        for word in ("violence", "suicid", "mourir", "frappe", "répondu"):
            assert word not in printed.lower()


async def test_an_operator_who_knows_who_asks_gives_everything_and_leaves_a_trace(tmp_path):
    async with visit(tmp_path, CONFIDED) as here:
        with here.service.store.reading() as tx:
            owner = tx.at([("web", COOKIE)])["web", COOKIE].interview.id
        made = json.loads(safekeeping.export(here.service, owner))
        said = {each["question"]: each for each in made["answers"]}
        assert said["violence_victim"]["value"] == "yes"
        assert said["violence_victim"]["said"] != "répondu"
        assert len(made["log"]) >= len(made["answers"])
        assert json.loads(safekeeping.export(here.service, here.awa.reply.code))["id"] == owner
        with pytest.raises(OSError, match="no such interview"):
            safekeeping.export(here.service, "nobody")


@pytest.mark.parametrize("path", ["/mes-donnees", "/mes-donnees.json", "/mes-donnees.pdf"])
async def test_nobody_else_gets_there(tmp_path, path):
    async with visit(tmp_path) as here:
        here.browser.cookies.clear()
        for cookie in ("", "another-browser-01234"):
            here.browser.cookies.set("__Host-q", cookie)
            answer = await here.browser.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_erasing_leaves_no_row_anywhere_but_the_trace_of_readings(tmp_path):
    async with visit(tmp_path) as here:
        service, brief = here.service, here.brief
        with service.store.transaction() as tx:
            opened = access.readable(tx, here.me, brief)
            plans.save(tx, here.me, brief, 1, 0, b"{}", validate=True)
            content = instruments.Content("phq9", b"x")
            instruments.fill(tx, here.me, brief, "t1", content)
            tx.link(opened.interview, "plan", "a-link", 1000)
        phone = Patient(service, "42", "telegram", Capabilities(queued=True, private=False))
        with service.store.transaction() as tx:
            tx.settle(tx.at([("web", COOKIE)])["web", COOKIE], "telegram", "42")
        await phone.say("/change")  # a screen waits in the outbox
        await here.awa.say("/erase")
        await here.awa.say("/erase_yes")

        kept = {"practitioner", "audit", "audit_head", "paired"}
        with service.store.reading() as tx:
            left = {
                name: tx.db.execute(select(func.count()).select_from(each)).scalar_one()
                for name, each in SQLModel.metadata.tables.items()
            }
        assert {name for name, count in left.items() if count} <= kept
        assert service.store.vault.in_use() == {}
        assert (await here.browser.get("/mes-donnees")).status_code == 303


async def test_what_is_remembered_to_be_fast_is_forgotten_with_it(tmp_path):
    async with visit(tmp_path) as here:
        await here.awa.say("quelques mots à moi")
        assert folding._folded.cache_info().currsize
        await here.awa.say("/erase")
        await here.awa.say("/erase_yes")
        assert folding._folded.cache_info().currsize < 10


# -- how long -------------------------------------------------------------------------------------


async def test_six_months_count_from_the_visit(tmp_path):
    clock = Clock()
    async with visit(tmp_path, clock=clock) as here:
        clock.now += 100 * DAY
        with here.service.store.transaction() as tx:
            # The code has run out by then; the plan was opened with the professional's own grant.
            tx.db.execute(access._GRANT.update().values(until=tx.now + 1000 * DAY))
            assert plans.save(tx, here.me, here.brief, 1, 0, b"{}", validate=True)
        clock.now += 100 * DAY
        assert purge(here.service.store)["interviews"] == 0
        clock.now += 84 * DAY
        assert purge(here.service.store)["interviews"] == 1


async def test_an_account_nobody_uses_for_two_years_is_closed_and_one_in_use_is_not(tmp_path):
    clock = Clock()
    async with visit(tmp_path, clock=clock) as here:
        store = here.service.store
        with store.transaction() as tx:
            access.create_practitioner(tx, "idle@example.org", "X", "médecin", PASSWORD, None)
        for _ in range(2):
            clock.now += 400 * DAY
            with store.transaction() as tx:
                access.audit(tx, here.who, "sign in")
            counts = purge(store)
        assert counts["accounts"] == 1
        with store.reading() as tx:
            left = tx.db.execute(select(accounts._WHO.c.email)).scalars().all()
        assert left == ["c@example.org"]


async def test_an_operator_chooses_how_long(tmp_path):
    clock = Clock()
    async with visit(tmp_path, clock=clock) as here:
        clock.now += 10 * DAY
        assert purge(here.service.store, Policy(finished=11 * DAY))["interviews"] == 0
        assert purge(here.service.store, Policy(finished=9 * DAY))["interviews"] == 1
