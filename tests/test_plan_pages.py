"""The plan's editor and its JSON: who may write, what is kept, what never changes again."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import pytest
from sqlalchemy import select

from restitution.paper import tells
from restitution.ppp import Plan
from store import access, plans
from store.accounts import Professional
from store.repository import table
from store.tables import PlanRow, PractitionerRow
from tests.professionals import House, browsing, caller, person

CENTRE = "Centre Nord"


class Fields(HTMLParser):
    """What a browser without script would send of the plan's form."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._name, self._text, self._inside = "", "", False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        it = dict(attrs)
        if tag == "form":
            self._inside = it.get("action", "").endswith("/plan")
        if not self._inside or "disabled" in it:
            return
        if tag == "input" and (it.get("type") != "checkbox" or "checked" in it):
            self.sent.setdefault(it["name"], []).append(it.get("value", ""))
        elif tag in ("textarea", "select") and "name" in it:
            self._name, self._text = it["name"], ""
            self.sent[self._name] = [""]
        elif tag == "option" and "selected" in it and self._name:
            self._text = it.get("value", "\0")

    def handle_data(self, data):
        if self._name and self._text == "\0":
            self.sent[self._name] = [data]
            self._text = ""
        elif self._name and self.lasttag == "textarea":
            self.sent[self._name][-1] += data

    def handle_endtag(self, tag):
        if tag == "option" and self._text and self._text != "\0":
            self.sent[self._name] = [self._text]
            self._text = ""
        if tag in ("textarea", "select"):
            self._name = ""


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


async def press(browser, brief_id, do="save", **changes):
    """Press one button of the page that stands; `changes`: « r0__words »…"""
    fields = Fields(browser.page.text).sent
    fields |= {key.replace("__", "."): value for key, value in changes.items()}
    path = f"/pro/bilan/{brief_id}/plan"
    browser.page = await browser.client.post(
        path, data={**fields, "do": do}, follow_redirects=True
    )  # fmt: skip
    return browser.page


@pytest.fixture
async def desk(house):
    """Camille signed in, on the page of Marc's plan."""
    house.account(centre=CENTRE)
    brief_id, _ = house.share(person("Marc", chosen_name="Marc D."), CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        await browser.go(f"/pro/bilan/{brief_id}/plan")
        yield house, browser, brief_id


def me(tx):
    """Camille, signed in."""
    who = table(PractitionerRow)
    found = tx.db.execute(select(who).where(who.c.email == "c@example.org")).one()
    return Professional(found.id, found.email, found.name, found.profession, found.role,
                        found.centre_id, CENTRE)  # fmt: skip


def kept(house, brief_id):
    """Every version as kept: (number, edit, validated, plan)."""
    with house.store.reading() as tx:
        found = plans.look(tx, me(tx), brief_id, None)
    return [(each.number, each.edit, each.validated_at is not None,
             msgspec.json.decode(each.plan, type=Plan)) for each in found.versions]  # fmt: skip


def traces(house, brief_id):
    with house.store.reading() as tx:
        return [action for _, _, action in access.readings(tx, brief_id)]


# -- writing ---------------------------------------------------------------------------------------


async def test_the_draft_is_shown_and_nothing_is_kept_before_somebody_saves(desk):
    house, browser, brief_id = desk
    assert browser.page.status_code == 200
    assert "Fumer moins ou arrêter" in browser.page.text
    assert browser.page.text.count('class="tag draft"') >= 10
    assert kept(house, brief_id) == []


async def test_everything_on_the_page_is_kept_whatever_button_is_pressed(desk):
    house, browser, brief_id = desk
    page = await press(
        browser, brief_id, "up:1", r0__words=["mon fils fume"], r0__importance=["9"],
        r0__confidence=["4"], follow__who=["nurse"],
    )  # fmt: skip
    assert str(page.url).endswith("/plan#r0")
    ((number, edit, validated, plan),) = kept(house, brief_id)
    assert (number, edit, validated) == (1, 1, False)
    assert [each.priority.text for each in plan.rows][:2] == [
        "Mieux manger, bouger plus", "Fumer moins ou arrêter"]  # fmt: skip
    second = plan.rows[1]
    assert (second.importance, second.confidence) == (9, 4)
    assert second.obstacles[0].text == "mon fils fume"
    assert "Confiance à 4 sur 10" in page.text.replace("\u00a0", " ")
    assert [each.text for each in plan.follow_up][-1] == "Avec un infirmier ou une infirmière"
    assert traces(house, brief_id)[-2:] == ["save plan", "read plan"]


async def test_a_small_step_is_taken_with_one_button(desk):
    house, browser, brief_id = desk
    page = await press(browser, brief_id, r0__confidence=["3"])
    button = re.search(r'value="(take:0:step:\w+)"', page.text)[1]
    await press(browser, brief_id, button)
    origins = [each.origin for each in kept(house, brief_id)[-1][3].rows[0].advice]
    assert button.partition(":")[2].partition(":")[2] in origins


async def test_drafts_left_keep_a_plan_from_being_validated_but_nothing_is_lost(desk):
    house, browser, brief_id = desk
    page = await press(browser, brief_id, "validate", r0__words=["pas envie"])
    assert page.status_code == 422 and "encore en brouillon" in page.text
    ((_, _, validated, plan),) = kept(house, brief_id)
    assert not validated and plan.rows[0].obstacles[0].text == "pas envie"


async def test_words_that_tell_are_named_with_their_line_and_may_be_changed(desk):
    _, browser, brief_id = desk
    await press(browser, brief_id, "accept_all", r0__words=["mon mari me frappe"])
    page = await press(browser, brief_id, "validate")
    assert page.status_code == 422
    assert 'href="#r0.obstacles.0"' in page.text and 'aria-invalid="true"' in page.text
    assert "D&#39;autres peuvent lire ce plan" in page.text
    page = await press(browser, brief_id, "validate", r0__words=["pas tranquille chez elle"])
    assert page.status_code == 200 and "version 1 validée" in page.text
    assert not tells(page.text.replace("frappe_", ""))


# -- validated -------------------------------------------------------------------------------------


async def validated(browser, brief_id):
    await press(browser, brief_id, "accept_all")
    return await press(browser, brief_id, "validate")


async def test_a_validated_version_is_locked_and_the_next_edit_begins_another(desk):
    house, browser, brief_id = desk
    editing = Fields(browser.page.text).sent
    page = await validated(browser, brief_id)
    assert "version 1 validée" in page.text and "PLAN PERSONNALISÉ" in page.text
    before = kept(house, brief_id)
    # A page left open since before cannot change it.
    stale = await browser.client.post(
        f"/pro/bilan/{brief_id}/plan", data={**editing, "r0.words": ["trop tard"], "do": "save"}
    )
    assert stale.status_code == 409 and "trop tard" in stale.text
    assert kept(house, brief_id) == before
    # Nor can the form of the locked page: it begins version 2.
    page = await press(browser, brief_id, "save")
    assert "Version 2, brouillon" in page.text
    versions = kept(house, brief_id)
    assert versions[0] == before[0]
    assert [each[:3] for each in versions] == [(1, 2, True), (2, 1, False)]
    # The first one keeps its documents.
    assert (await browser.client.get(f"/pro/bilan/{brief_id}/plan/1.pdf")).status_code == 200
    assert (await browser.client.get(f"/pro/bilan/{brief_id}/plan/2.pdf")).status_code == 404


async def test_the_subjects_left_aside_do_not_stay_in_a_validated_plan(desk):
    house, browser, brief_id = desk
    await validated(browser, brief_id)
    assert [each.priority.text for each in kept(house, brief_id)[0][3].rows] == [
        "Fumer moins ou arrêter", "Mieux manger, bouger plus"]  # fmt: skip


async def test_each_document_is_one_page_or_plain_text_and_leaves_its_trace(desk):
    house, browser, brief_id = desk
    await validated(browser, brief_id)
    start = len(traces(house, brief_id))
    get = browser.client.get
    french, both = await get(f"/pro/bilan/{brief_id}/plan/1.pdf"), await get(
        f"/pro/bilan/{brief_id}/plan/1-bilingue.pdf")  # fmt: skip
    text = await get(f"/pro/bilan/{brief_id}/plan/1.txt")
    for each in (french, both):
        assert each.headers["content-type"] == "application/pdf"
        assert each.headers["content-disposition"] == 'inline; filename="plan.pdf"'
        assert each.headers["cache-control"] == "no-store"
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert max(map(len, text.text.splitlines())) <= 80
    assert traces(house, brief_id)[start:] == ["print plan", "print plan", "copy plan"]


async def test_who_did_what_when_is_recorded(desk):
    house, browser, brief_id = desk
    await validated(browser, brief_id)
    assert traces(house, brief_id) == [
        "listed", "read plan", "save plan", "read plan", "validate plan", "read plan"]  # fmt: skip
    assert "Camille Martin" in browser.page.text


# -- two editors -----------------------------------------------------------------------------------


@pytest.mark.parametrize("already", [False, True])
async def test_two_editors_never_overwrite_each_other_silently(desk, already):
    house, camille, brief_id = desk
    house.account("d@example.org", CENTRE, name="Ali Diallo", profession="médecin")
    if already:
        await press(camille, brief_id)
    async with browsing(house) as ali:
        await ali.sign_in("d@example.org")
        await ali.go(f"/pro/bilan/{brief_id}/plan")
        await press(ali, brief_id, r0__words=["paroles d'Ali"])
        page = await press(camille, brief_id, r0__words=["paroles de Camille"])
        assert page.status_code == 409
        assert "Ali Diallo a enregistré ce plan pendant que vous écriviez" in page.text
        # Both are on the page, hers in the form, his to read; his is still what is kept.
        assert Fields(page.text).sent["r0.words"] == ["paroles de Camille"]
        assert "paroles d&#39;Ali" in page.text
        assert kept(house, brief_id)[-1][3].rows[0].obstacles[0].text == "paroles d'Ali"
        # Saving again is then a choice.
        page = await press(camille, brief_id)
        assert page.status_code == 200
        assert kept(house, brief_id)[-1][3].rows[0].obstacles[0].text == "paroles de Camille"


async def test_somebody_who_validated_meanwhile_is_not_overwritten_either(desk):
    house, camille, brief_id = desk
    house.account("d@example.org", CENTRE, name="Ali Diallo", profession="médecin")
    async with browsing(house) as ali:
        await ali.sign_in("d@example.org")
        await ali.go(f"/pro/bilan/{brief_id}/plan")
        await validated(ali, brief_id)
    page = await press(camille, brief_id, r0__words=["paroles de Camille"])
    assert page.status_code == 409 and "Ali Diallo a validé" in page.text
    page = await press(camille, brief_id)
    assert "Version 2, brouillon" in page.text
    assert [each[:3] for each in kept(house, brief_id)] == [(1, 2, True), (2, 1, False)]


# -- who may ---------------------------------------------------------------------------------------

PATHS = ["/plan", "/plan/1.pdf", "/plan/1-bilingue.pdf", "/plan/1.txt"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("role", "centre"), [("practitioner", "Centre Sud"),
                                              ("outreach", CENTRE)])  # fmt: skip
async def test_not_yours_looks_like_not_there(desk, path, role, centre):
    house, browser, brief_id = desk
    await validated(browser, brief_id)
    house.account("e@example.org", centre, role)
    async with browsing(house) as other:
        await other.sign_in("e@example.org")
        theirs = await other.client.get(f"/pro/bilan/{brief_id}{path}")
        none = await other.client.get(f"/pro/bilan/{'0' * 32}{path}")
        assert theirs.status_code == none.status_code == 404
        assert theirs.text == none.text
    async with browsing(house) as stranger:
        assert (await stranger.client.get(f"/pro/bilan/{brief_id}{path}")).status_code == 303


async def test_somebody_elses_plan_cannot_be_written(desk):
    house, browser, brief_id = desk
    fields = Fields(browser.page.text).sent
    house.account("e@example.org", "Centre Sud")
    async with browsing(house) as other:
        await other.sign_in("e@example.org")
        sent = await other.client.post(f"/pro/bilan/{brief_id}/plan",
                                       data={**fields, "csrf": other.proof})  # fmt: skip
    assert sent.status_code == 404
    assert kept(house, brief_id) == []


async def test_a_form_from_elsewhere_or_broken_changes_nothing(desk):
    house, browser, brief_id = desk
    fields = Fields(browser.page.text).sent
    path = f"/pro/bilan/{brief_id}/plan"
    broken = [
        ({**fields, "csrf": "0" * 32}, 403), ({**fields, "shown": "{"}, 422),
        ({**fields, "shown": '{"rows": 3}'}, 422), ({**fields, "number": "x"}, 422),
        ({**fields, "number": "7"}, 409), ({**fields, "edit": "3"}, 409),
        ({**fields, "number": "99999999999999999999"}, 422),
    ]  # fmt: skip
    for sent, status in broken:
        answer = await browser.client.post(path, data=sent)
        assert answer.status_code == status, (sent["number"], status)
    assert kept(house, brief_id) == []


async def test_erasing_an_interview_takes_its_plans_along(desk):
    house, browser, brief_id = desk
    await validated(browser, brief_id)
    with house.store.transaction() as tx:
        interview = access.interview_behind(tx, me(tx), brief_id, "x")
        assert plans.handed(tx, interview) is not None
        tx.erase(interview)
        assert plans.handed(tx, interview) is None
        assert tx.db.execute(select(table(PlanRow))).all() == []


async def test_what_people_type_stays_text(desk):
    _, browser, brief_id = desk
    nasty = '<script>alert(1)</script>" x="\''
    await press(browser, brief_id, r0__words=[nasty], r0__new_advice=[nasty])
    assert nasty not in browser.page.text
    assert Fields(browser.page.text).sent["r0.words"] == [nasty]
    page = await validated(browser, brief_id)
    assert nasty not in page.text and "&lt;script&gt;" in page.text


# -- for the practice's software -------------------------------------------------------------------


async def test_the_plan_as_json(desk):
    house, browser, brief_id = desk
    me = house.account("m@example.org", CENTRE)
    async with caller(house, me) as machine:
        first = (await machine.get(f"/api/v1/briefs/{brief_id}/ppp")).json()
        assert (first["state"], first["version"], first["versions"]) == ("draft", 1, [])
        assert [each["priority"]["text"] for each in first["rows"]] == [
            "Fumer moins ou arrêter", "Mieux manger, bouger plus"]  # fmt: skip
        line = first["rows"][0]["advice"][0]
        assert (line["origin"], line["state"]) == ("advice:smoker", "draft")
        await validated(browser, brief_id)
        then = (await machine.get(f"/api/v1/briefs/{brief_id}/ppp")).json()
        assert (then["state"], then["version"]) == ("validated", 1)
        assert then["versions"][0]["author"] == "Camille Martin"
        assert then["versions"][0]["validated_at"]
        assert (await machine.get("/api/v1/briefs/nothing/ppp")).status_code == 404
    assert traces(house, brief_id).count("read plan") == 5


async def test_confidences_are_in_no_answer_about_a_plan(house):
    house.account(centre=CENTRE)
    brief_id, _ = house.share(person("Sandrine", chosen_name="S."), CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        page = await browser.go(f"/pro/bilan/{brief_id}/plan")
        assert page.status_code == 200
        words = re.sub(r"<footer>.*</footer>", "", page.text, flags=re.S)
        assert not tells(words)
