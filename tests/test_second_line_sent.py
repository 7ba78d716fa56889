"""A test a professional sent: told without its name, asked on our page, brought back."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from html import unescape

import httpx
import pytest
from sqlalchemy import text

from api.pages.practitioner import second_line as second_line_pages
from app.web import create
from bot import say, second_line
from bot.channels.telegram.keyboards import messages
from bot.messages import Capabilities
from flows.model import dump
from store import access, accounts, instruments, outbox
from tests.professionals import BASE, PASSWORD, Browser
from tests.serving import Patient, serving
from tests.test_second_line_pages import Visit, words

ADDRESS = "a-browser-s-own-token-0"
TELEGRAM = Capabilities(buttons=True, private=False, queued=True)


def hidden(html):
    """The hidden fields of a form."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))


class Phone:
    """The person's browser, without script."""

    def __init__(self, client):
        self.client = client
        client.cookies.set("__Host-q", ADDRESS)
        self.page = None

    async def go(self, path):
        self.page = await self.client.get(path, follow_redirects=True)
        return words(self.page.text)

    async def press(self, name, value):
        """Press this button of the page, with the form it stands in."""
        for form in re.findall(r"<form.*?</form>", self.page.text, re.S):
            if re.search(rf'name="{name}" value="{re.escape(value)}"', form):
                fields = hidden(form)
                action = re.search(r'action="([^"]+)"', form)[1]
                return await self.send(action, {**fields, name: value})
        raise AssertionError(f"no button {name}={value} on {self.page.url}")

    async def send(self, action, fields):
        self.page = await self.client.post(action, data=fields, follow_redirects=True)
        return words(self.page.text)


class World:
    """The whole service, one person with a finished bilan, one practitioner who opened it."""

    def __init__(self, service, app):
        self.service, self.app = service, app
        self.phone = self.browser = self.visit = None

    def client(self):
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=BASE)

    def stored(self, sql):
        with self.service.store.reading() as tx:
            return tx.db.execute(text(sql)).scalar()


@contextlib.asynccontextmanager
async def world(folder, channel="web", can=None, **persona):
    async with serving(folder) as service:
        made = World(service, create(service))
        patient = Patient(service, ADDRESS, channel, can)
        await patient.begin()
        await patient.answer({"age": "47", "sex": "man", **persona})
        with service.store.transaction() as tx:
            access.create_practitioner(
                tx, "c@example.org", "Camille Martin", "infirmière", PASSWORD, None
            )
        async with made.client() as phone, made.client() as desk:
            made.phone, made.browser = Phone(phone), Browser(desk)
            await made.browser.sign_in()
            page = await made.browser.send("/pro/code", code=patient.reply.code)
            made.visit = Visit(made.browser, str(page.url).rsplit("/", 1)[1])
            yield made


@pytest.fixture
async def there(tmp_path):
    async with world(tmp_path) as made:
        yield made


def first_door(page):
    return re.search(r'href="(/questions/[^"]+)"', page)[1]


# -- on the web ------------------------------------------------------------------------------------


async def test_the_person_finds_the_questions_on_their_page_and_the_result_comes_back(there):
    assert "vous propose quelques questions" not in await there.phone.go("/chat")
    await there.visit.send("gad7")

    chat = await there.phone.go("/chat")
    assert "Votre professionnel vous propose quelques questions" in chat
    assert "Le stress et l'inquiétude" in chat
    assert "GAD" not in chat

    page = await there.phone.go(first_door(there.phone.page.text))
    assert "Rien n'est obligatoire" in page and "1 / 7" in page
    for _ in range(7):
        page = await there.phone.press("said", "several_days")
    assert "Merci, c'est terminé" in page
    assert "3114" in page, "help is named after questions on mood"
    assert "7" not in re.sub(r"3114|\d+ ?h", "", page.split("Merci")[1].split("Revoir")[0])

    brief = words((await there.browser.go(f"/pro/bilan/{there.visit.brief}")).text)
    assert "GAD-7 7 Signes légers" in brief
    assert "répondu par la personne, seule (envoyé par Camille Martin)" in brief
    assert "vous propose quelques questions" not in await there.phone.go("/chat")


async def test_skip_back_not_knowing_and_stopping_bring_back_an_incomplete_result(there):
    await there.visit.send("cast")
    await there.phone.go("/chat")
    await there.phone.go(first_door(there.phone.page.text))
    await there.phone.press("said", "rarely")
    assert "3 / 6" in await there.phone.press("said", "skipped")
    assert "2 / 6" in await there.phone.press("command", "/back")
    await there.phone.press("said", "very_often")
    await there.phone.press("said", "dont_know")
    await there.phone.press("said", "prefer_not")
    page = await there.phone.press("command", "/stop")
    assert "Merci, c'est terminé" in page
    brief = words((await there.browser.go(f"/pro/bilan/{there.visit.brief}")).text)
    assert "au moins 5 Incomplet : répondu à 2 sur 6." in brief
    for said in ("ne sait pas", "préfère ne pas répondre", "sans réponse"):
        assert said in brief


async def test_one_may_come_back_later_to_where_one_was(there):
    await there.visit.send("epices")
    await there.phone.go("/chat")
    door = first_door(there.phone.page.text)
    await there.phone.go(door)
    await there.phone.press("said", "yes")
    assert "quelques questions" in await there.phone.go("/chat")
    assert "2 / 11" in await there.phone.go(door)
    brief = words((await there.browser.go(f"/pro/bilan/{there.visit.brief}")).text)
    assert "commencé, pas fini" in brief
    assert "Incomplet" not in brief.split("Tests de deuxième ligne")[1].split("Tous les tests")[0]


async def test_the_same_button_pressed_twice_counts_once(there):
    await there.visit.send("scoff_f")
    await there.phone.go("/chat")
    await there.phone.go(first_door(there.phone.page.text))
    form = re.search(
        r'<form method="post" action="/questions.*?</form>', there.phone.page.text, re.S
    )
    fields = hidden(form[0])
    action = re.search(r'action="([^"]+)"', form[0])[1]
    for _ in range(2):
        page = await there.phone.send(action, {**fields, "said": "yes"})
        assert "2 / 5" in page
    assert there.stored("select version from second_line") == 2


async def test_thresholds_of_alcohol_follow_the_sex_of_the_bilan(there):
    await there.visit.send("audit_c")
    await there.phone.go("/chat")
    await there.phone.go(first_door(there.phone.page.text))
    await there.phone.press("said", "2_to_3_per_week")
    await there.phone.press("said", "1_or_2")
    await there.phone.press("said", "never")
    brief = words((await there.browser.go(f"/pro/bilan/{there.visit.brief}")).text)
    assert "AUDIT-C (seuils des hommes) 3 Pas de mésusage" in brief


async def test_somebody_else_s_browser_finds_nothing(there):
    await there.visit.send("gad7")
    await there.phone.go("/chat")
    door = first_door(there.phone.page.text)
    async with there.client() as other:
        for cookie in (None, "another-browser-s-token"):
            if cookie:
                other.cookies.set("__Host-q", cookie)
            assert str((await other.get(door, follow_redirects=True)).url) == f"{BASE}/"
    forged = await there.phone.client.post(door, data={"said": "never", "about": "gad7_nervous"})
    assert forged.status_code == 303
    assert there.stored("select version from second_line") == 1


async def test_a_test_that_asks_about_dying_finds_no_way_to_the_phone(there):
    assert (await there.visit.send("phq9")).status_code == 422
    await there.phone.go("/chat")
    assert "/questions/" not in there.phone.page.text


@pytest.mark.parametrize("channel", ["web", "telegram"])
async def test_even_sent_by_mistake_such_a_test_is_never_asked_on_a_phone(tmp_path, channel):
    can = TELEGRAM if channel == "telegram" else Capabilities(forms=True)
    async with world(tmp_path, channel, can) as made:
        shelf = made.service.desk.shelf
        run = second_line_pages.new_run(shelf.instruments["phq9"], "t" * 22, 0)
        with made.service.store.transaction() as tx:
            who = tx.db.execute(text("select * from practitioner")).first()
            me = accounts.Professional(
                who.id, who.email, who.name, who.profession, who.role, None, None
            )
            content = instruments.Content("phq9", dump(run))
            interview, fresh = instruments.send(tx, me, made.visit.brief, "t" * 22, content)
            assert fresh
            second_line.tell(tx, interview, shelf, BASE)
        assert notices(made) == []
        await made.phone.go("/chat")
        assert "/questions/" not in made.phone.page.text
        await made.phone.go(f"/questions/{'t' * 22}")
        assert "1 / 10" not in words(made.phone.page.text)


async def test_once_nothing_is_shared_any_more_nothing_is_asked(there):
    await there.visit.send("gad7")
    await there.phone.go("/chat")
    door = first_door(there.phone.page.text)
    with there.service.store.transaction() as tx:
        access.withdraw(tx, tx.db.execute(text("select interview_id from brief")).scalar())
        tx.db.execute(text("delete from access"))
    assert "quelques questions" not in await there.phone.go("/chat")
    assert "Rien n'est obligatoire" not in await there.phone.go(door)


async def test_erasing_erases_what_was_said_to_a_test_too(there):
    await there.visit.send("cast")
    await there.phone.go("/chat")
    await there.phone.press("command", "/erase")
    assert there.stored("select count(*) from second_line") == 1
    await there.phone.press("command", "/erase_yes")
    assert there.stored("select count(*) from second_line") == 0


# -- on Telegram -----------------------------------------------------------------------------------


def everything(tx):
    """Every waiting screen, oldest first: not only each person's first."""
    rows = tx.db.execute(text("select * from outbox where status = 'waiting' order by id")).all()
    for row in rows:
        held = tx.interview(row.interview_id)
        screen = held.box.open(row.sealed, f"{row.interview_id}|screen")
        yield outbox.Waiting(row.id, row.interview_id, row.address_hash, "", screen, 0, 0.0, None,
                             None, bool(row.notice))  # fmt: skip


def notices(made):
    with made.service.store.reading() as tx:
        said = [each for it in everything(tx) for each in say.load(it.screen)]
        return [each for each in said if each.kind == "test"]


async def test_on_telegram_a_link_leads_to_our_page_and_names_nothing(tmp_path):
    async with world(tmp_path, "telegram", TELEGRAM) as made:
        await made.visit.send("gad7")
        (notice,) = notices(made)
        assert "GAD" not in str(notice) and "stress" not in str(notice)
        path = notice.words["link"].removeprefix(BASE)
        async with made.client() as browser:
            phone = Phone(browser)
            phone.client.cookies.clear()
            assert "Ce lien sert une seule fois" in await phone.go(path)
            fields = hidden(phone.page.text)
            page = await phone.send(path, fields)
            assert "1 / 7" in page and "Le stress et l'inquiétude" in page
            for _ in range(7):
                page = await phone.press("said", "never")
            assert "Merci, c'est terminé" in page
        brief = unescape((await made.browser.go(f"/pro/bilan/{made.visit.brief}")).text)
        assert "Signes absents ou minimes" in brief


async def test_the_notice_is_words_of_ours_with_one_button(tmp_path):
    async with world(tmp_path, "telegram", TELEGRAM) as made:
        await made.visit.send("cast")
        with made.service.store.reading() as tx:
            waiting = list(everything(tx))
            held = made.service.desk.screens(tx, waiting, TELEGRAM)
        screen = held[waiting[-1].id][-1]
        assert "Votre professionnel vous propose quelques questions" in screen.text
        assert "cannabis" not in screen.text.lower()
        (message,) = messages(screen)
        (button,) = [each for row in message.keyboard.inline_keyboard for each in row]
        assert button.url.startswith(f"{BASE}/s/")


@pytest.mark.parametrize("shared", ["yes", "dont_know", "skipped"])
async def test_nothing_is_pushed_to_a_phone_others_see(tmp_path, shared):
    async with world(tmp_path, "telegram", TELEGRAM, shared_phone=shared) as made:
        await made.visit.send("cast")
        assert notices(made) == []
        assert made.stored("select count(*) from second_line where status = 'sent'") == 1


async def test_a_test_withdrawn_from_the_content_is_simply_not_there(there):
    await there.visit.send("cast")
    await there.phone.go("/chat")
    door = first_door(there.phone.page.text)
    shelf = there.service.desk.shelf
    there.service.desk.shelf = replace(
        shelf, instruments={k: v for k, v in shelf.instruments.items() if k != "cast"}
    )
    assert "quelques questions" not in await there.phone.go("/chat")
    assert "1 / 6" not in await there.phone.go(door)
    there.service.desk.shelf = shelf


async def test_a_test_already_ended_takes_no_more_answers(tmp_path):
    async with world(tmp_path) as made:
        await made.visit.send("hsi_2_items")
        await made.phone.go("/chat")
        await made.phone.go(first_door(made.phone.page.text))
        kept = made.phone.page
        await made.phone.press("said", "within_5_min")
        await made.phone.press("said", "over_30")
        made.phone.page = kept
        page = await made.phone.press("said", "after_60_min")
        assert "Merci, c'est terminé" in page
        brief = words((await made.browser.go(f"/pro/bilan/{made.visit.brief}")).text)
        assert "HSI 6 Dépendance forte" in brief


def test_the_link_lasts_a_week_and_only_telegram_is_written_to_first():
    assert second_line.LINK_LASTS == 7 * 24 * 3600
    assert second_line.WRITES_FIRST == ("telegram",)
    assert instruments.Content("cast", b"").result == b""
