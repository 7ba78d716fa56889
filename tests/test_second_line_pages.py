"""Second-line tests at `/pro`: filled in with the person, scored, kept, never told on paper."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import msgspec
import pytest
from pypdf import PdfReader
from sqlalchemy import text

from flows.model import Answers, Position
from restitution.paper import result_on_paper, tells
from restitution.second_line import read_result
from store import access, instruments
from store.accounts import signed_in
from store.crypto import SealError
from tests import advising
from tests.advising import shelf
from tests.professionals import House, browsing, chromium, person, served

CENTRE = "Centre Nord"


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


def words(html):
    """The page as read, folded parts included."""
    plain = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<head>.*?</head>", "", html, flags=re.S)))
    return re.sub(r"\s+", " ", plain)


def worth(name, *points):
    """The form's fields for these points; None: nothing ticked."""
    instrument = shelf().instruments[name]
    return {
        item: next(value for value, each in instrument.points[item].items() if each == points[n])
        for n, item in enumerate(instrument.points) if points[n] is not None
    }  # fmt: skip


class Visit:
    """A practitioner in front of one brief."""

    def __init__(self, browser, brief):
        self.browser, self.brief = browser, brief

    async def open(self, name):
        return await self.browser.go(f"/pro/bilan/{self.brief}/test/{name}")

    async def fill(self, name, fields, **more):
        page = await self.open(name)
        form_id = re.search(r'name="form_id" value="([^"]+)"', page.text)[1]
        given = {"form_id": form_id, **fields, **more}
        return await self.browser.send(f"/pro/bilan/{self.brief}/test/{name}", **given)

    async def send(self, name):
        page = await self.open(name)
        form_id = re.search(r'name="form_id" value="([^"]+)"', page.text)[1]
        return await self.browser.send(
            f"/pro/bilan/{self.brief}/test/{name}/envoi", form_id=form_id
        )


@pytest.fixture
async def visit(house):
    house.account(centre=CENTRE)
    brief, _ = house.share(person("Marc", chosen_name="Marc B.", sex="man"), CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        yield Visit(browser, brief)


# -- filling in ------------------------------------------------------------------------------------


async def test_a_filled_test_shows_its_score_its_threshold_and_its_source(visit):
    page = words((await visit.fill("gad7", worth("gad7", 2, 2, 1, 1, 0, 3, 1))).text)
    assert "GAD-7 10 Signes modérés" in page
    assert "10 à 14" in page
    assert "Spitzer, Kroenke, Williams" in page
    assert "n'est pas un diagnostic" in page
    assert "à vérifier" in page


async def test_the_result_stands_on_the_brief_with_who_and_when(visit):
    await visit.fill("fagerstrom_6", worth("fagerstrom_6", 3, 1, 1, 2, 0, 1))
    page = words((await visit.browser.go(f"/pro/bilan/{visit.brief}")).text)
    assert "Tests de deuxième ligne" in page
    assert "Fagerström 8 Dépendance forte" in page
    assert "dont HSI (2 questions) 5 Dépendance forte" in page
    assert "rempli avec Camille Martin" in page


async def test_an_incomplete_test_says_so_and_claims_no_score(visit):
    page = words((await visit.fill("phq9", worth("phq9", 3, 3, 3, 3, None, None, 0, 0, 0))).text)
    assert "au moins 12 Incomplet : répondu à 7 sur 9." in page
    assert "Quoi qu'il en soit : Signes modérés" in page
    assert "(ici)" not in page


@pytest.mark.parametrize(
    ("silence", "said"),
    [("skipped", "passée"), ("dont_know", "ne sait pas"), ("prefer_not", "préfère ne pas répondre"),
     (None, "sans réponse")],
)  # fmt: skip
async def test_not_answered_is_told_as_it_was_never_as_no(visit, silence, said):
    fields = worth("scoff_f", 1, 1, 0, 0, None)
    if silence:
        fields["scoff_food"] = silence
    page = words((await visit.fill("scoff_f", fields)).text)
    assert "répondu à 4 sur 5" in page
    assert said in page


async def test_an_empty_form_keeps_nothing(visit):
    page = await visit.fill("cast", {})
    assert page.status_code == 422
    assert "rien n'est gardé" in words(page.text)
    assert "CAST" not in words((await visit.browser.go(f"/pro/bilan/{visit.brief}")).text)


async def test_a_value_that_is_no_option_is_not_taken(visit):
    page = await visit.fill("cast", {"cast_alone": "999", "cast_memory": "<script>"})
    assert page.status_code == 422


async def test_alcohol_is_read_by_the_sex_of_the_bilan(visit, house):
    assert "AUDIT-C (seuils des hommes) 3 Pas de mésusage" in words(
        (await visit.fill("audit_c", worth("audit_c", 3, 0, 0))).text
    )
    visit.brief, _ = house.share(person("Marc", sex="skipped"), CENTRE)
    both = words((await visit.fill("audit_c", worth("audit_c", 3, 0, 0))).text)
    assert "(seuils des femmes) 3 Mésusage possible" in both
    assert "(seuils des hommes) 3 Pas de mésusage" in both


async def test_drinks_of_somebody_who_never_drinks_do_not_count_even_when_ticked(visit):
    fields = worth("audit_c", 0, 4, 4)
    page = words((await visit.fill("audit_c", fields)).text)
    assert "AUDIT-C (seuils des hommes) 0 Pas de mésusage" in page


async def test_the_same_form_sent_twice_is_kept_once_and_a_new_one_is_added(visit, house):
    page = await visit.open("hsi_2_items")
    form_id = re.search(r'name="form_id" value="([^"]+)"', page.text)[1]
    fields = {"form_id": form_id, **worth("hsi_2_items", 3, 3)}
    for _ in range(2):
        await visit.browser.send(f"/pro/bilan/{visit.brief}/test/hsi_2_items", **fields)
    assert visit.browser.page.text.count("rempli avec") == 1
    await visit.fill("hsi_2_items", worth("hsi_2_items", 0, 0))
    assert visit.browser.page.text.count("rempli avec") == 2


# -- suicide ---------------------------------------------------------------------------------------


async def test_an_answer_about_dying_is_met_at_once_with_the_fixed_reminder(visit):
    page = words((await visit.fill("phq9", worth("phq9", 0, 0, 0, 0, 0, 0, 0, 0, 1))).text)
    assert "Aujourd'hui. Idée de mort" in page
    assert "évaluer aujourd'hui" in page
    assert "15 ou 112" in page and "3114" in page


async def test_a_silence_about_dying_is_not_a_no(visit):
    page = words((await visit.fill("phq9", worth("phq9", *[0] * 8, None))).text)
    assert "ce n'est pas un « non »" in page
    assert "Aujourd'hui. Idée de mort" not in page


@pytest.mark.parametrize("last", [0, 1, None])
async def test_on_the_brief_what_was_said_of_dying_is_folded_and_off_paper(visit, house, last):
    await visit.fill("phq9", worth("phq9", 2, 2, 2, 1, 1, 1, 1, 0, last))
    page = await visit.browser.go(f"/pro/bilan/{visit.brief}")
    section = re.search(r'<section class="card" id="tests">.*?</section>', page.text, re.S)[0]
    calm = re.sub(r'<details class="confided">.*?</details>', "", section, flags=re.S)
    assert not tells(words(calm)), "what opens without warning tells nothing"
    assert tells(words(section)), "nothing is lost: it opens"
    assert '<details class="confided">' in section
    paper = await visit.browser.client.get(f"/pro/bilan/{visit.brief}.pdf")
    printed = "".join(each.extract_text() for each in PdfReader(BytesIO(paper.content)).pages)
    assert "Marc" in printed
    assert not tells(printed) and "PHQ-9" not in printed


@pytest.mark.parametrize("last", ["never", "several_days", None])
def test_a_printed_result_neither_tells_nor_lets_the_answer_be_worked_out(last):
    instrument = shelf().instruments["phq9"]
    answers = Answers(worth("phq9", *[1] * 8, None) | ({"phq9_self_harm": last} if last else {}))
    made = read_result(instrument, Position(instrument.questionnaire, answers, None, ()))
    printed = result_on_paper(made)
    assert printed.items == () and printed.safety is None and not printed.alarming
    levels = [level.text for each in printed.scores for level in each.levels]
    names = [each.name for each in printed.sources]
    assert names, "where the score comes from stays"
    assert not tells(" ".join([printed.title, printed.about, printed.note, *levels, *names]))


# -- sending ---------------------------------------------------------------------------------------


async def test_a_test_that_asks_about_dying_is_never_sent(visit, house):
    page = await visit.open("phq9")
    assert "Envoyer à la personne" not in page.text
    answer = await visit.send("phq9")
    assert answer.status_code == 422
    with house.store.reading() as tx:
        assert tx.db.execute(text("select count(*) from second_line")).scalar() == 0


async def test_a_test_without_the_person_s_language_is_not_sent(visit, house, monkeypatch):
    made = advising.interview
    monkeypatch.setattr(advising, "interview", lambda *said: msgspec.structs.replace(
        made(*said), language="ar"))  # fmt: skip
    visit.brief, _ = house.share(person("Marc"), CENTRE)
    page = await visit.open("gad7")
    assert "Envoyer à la personne" not in page.text
    assert "en français" in page.text
    assert (await visit.send("gad7")).status_code == 422


async def test_a_sent_test_waits_on_the_brief_and_is_not_sent_twice(visit, house):
    await visit.send("gad7")
    assert "la réponse viendra ici" in visit.browser.page.text
    form_id = re.search(r'name="form_id" value="([^"]+)"', visit.browser.page.text)[1]
    await visit.browser.send(f"/pro/bilan/{visit.brief}/test/gad7/envoi", form_id=form_id)
    page = words((await visit.browser.go(f"/pro/bilan/{visit.brief}")).text)
    assert page.count("GAD-7 : envoyé le") == 1
    assert "pas encore ouvert" in page


# -- who may, and the trace ------------------------------------------------------------------------


async def test_somebody_else_s_brief_has_no_tests(visit, house):
    house.account(email="other@example.org", centre="Centre Sud", name="Autre")
    async with browsing(house) as other:
        await other.sign_in("other@example.org")
        stranger = Visit(other, visit.brief)
        for path in ("test/gad7", "tests"):
            assert (await other.go(f"/pro/bilan/{visit.brief}/{path}")).status_code == 404
        await other.go("/pro")
        for path in ("test/gad7", "test/gad7/envoi"):
            fields = {"form_id": "x" * 22, **worth("gad7", *[0] * 7)}
            answer = await stranger.browser.send(f"/pro/bilan/{visit.brief}/{path}", **fields)
            assert answer.status_code == 404
            await other.go("/pro")


async def test_a_test_or_a_brief_that_does_not_exist_looks_the_same(visit):
    assert (await visit.open("epworth")).status_code == 404
    visit.brief = "nobody"
    assert (await visit.open("gad7")).status_code == 404


async def test_a_form_of_another_site_keeps_nothing(visit):
    answer = await visit.browser.client.post(
        f"/pro/bilan/{visit.brief}/test/gad7", data=worth("gad7", *[0] * 7)
    )
    assert answer.status_code == 403


async def test_each_filling_sending_and_reading_leaves_its_trace(visit, house):
    await visit.fill("gad7", worth("gad7", *[1] * 7))
    await visit.send("cast")
    await visit.browser.go(f"/pro/bilan/{visit.brief}")
    with house.store.reading() as tx:
        trail = [action for _, _, action in access.readings(tx, visit.brief)]
    assert {"open test", "fill test", "send test", "read tests", "read brief"} <= set(trail)
    assert not any(name in " ".join(trail) for name in ("gad7", "cast")), "never which test"


# -- kept sealed -----------------------------------------------------------------------------------


async def test_nothing_of_a_test_lies_open_in_the_database_and_erasing_erases_it(visit, house):
    await visit.fill("cast", worth("cast", 4, 4, 4, 4, 4, 4))
    house.store.engine.dispose()
    raw = b"".join(each.read_bytes() for each in house.folder.iterdir() if each.is_file())
    assert b"cast" not in raw and b"CAST" not in raw and b"very_often" not in raw
    with house.store.transaction() as tx:
        interview = tx.db.execute(text("select interview_id from brief")).scalar()
        tx.erase(interview)
    with house.store.reading() as tx:
        assert tx.db.execute(text("select count(*) from second_line")).scalar() == 0


async def test_a_seal_moved_to_another_row_does_not_open(visit, house):
    await visit.fill("cast", worth("cast", 4, 4, 4, 4, 4, 4))
    await visit.fill("gad7", worth("gad7", *[0] * 7))
    with house.store.transaction() as tx:
        tx.db.execute(text("update second_line set sealed = (select sealed from second_line "
                           "order by rowid desc limit 1)"))  # fmt: skip
    token = house.token(await _me(house))
    with house.store.transaction() as tx, pytest.raises(SealError):
        instruments.of_brief(tx, signed_in(tx, token), visit.brief)


async def _me(house):
    with house.store.reading() as tx:
        return tx.db.execute(text("select id from practitioner")).scalar()


# -- the list --------------------------------------------------------------------------------------


async def test_all_tests_are_listed_and_those_that_are_not_here_say_where(visit):
    page = words((await visit.browser.go(f"/pro/bilan/{visit.brief}/tests")).text)
    for each in shelf().instruments.values():
        assert each.title in page
    assert "Epworth" in page and "licence à demander au propriétaire" in page


async def test_signals_suggest_tests_and_name_those_that_are_elsewhere(visit, house):
    visit.brief, _ = house.share(
        person("Marc", tobacco_status=("smokes",), phq4_sad="nearly_every_day",
               phq4_interest="nearly_every_day", sleep_apnoea_signs="yes"), CENTRE)  # fmt: skip
    page = await visit.browser.go(f"/pro/bilan/{visit.brief}")
    section = re.search(r'id="tests">.*?</section>', page.text, re.S)[0]
    assert f"/pro/bilan/{visit.brief}/test/fagerstrom_6" in section
    assert f"/pro/bilan/{visit.brief}/test/phq9" in section


# -- in a real browser -----------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
def test_a_whole_test_is_filled_in_without_script(tmp_path, width):
    with served(tmp_path) as (house, base), chromium() as browser:
        house.account(centre=CENTRE)
        brief, _ = house.share(person("Marc", chosen_name="Marc B."), CENTRE)
        context = browser.new_context(java_script_enabled=False,
                                      viewport={"width": width, "height": 800})  # fmt: skip
        page = context.new_page()
        page.goto(f"{base}/pro/connexion")
        page.fill("[name=email]", "c@example.org")
        page.fill("[name=password]", "a-long-password")
        page.click("main button")
        page.goto(f"{base}/pro/bilan/{brief}")
        page.click("#tests >> text=Tous les tests")
        page.click("text=PHQ-9")
        groups = page.locator("fieldset")
        assert groups.count() == 10
        for place in range(9):
            groups.nth(place).get_by_label("Plusieurs jours").check()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=str(tmp_path / "form.png"), full_page=True)
        page.click("text=Garder et voir le score")
        assert page.locator("[role=alert]").inner_text().startswith("Aujourd'hui.")
        assert "PHQ-9 9" in " ".join(page.locator("article.score").first.inner_text().split())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=str(tmp_path / "score.png"), full_page=True)
        page.goto(f"{base}/pro/bilan/{brief}")
        assert page.locator("#tests details.confided").count() == 1
        context.close()
