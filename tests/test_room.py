"""In the room: begin together, finish together, and what to know about the visit itself."""

from __future__ import annotations

import re

import pytest

from flows.errors import BadContent
from restitution import visit
from store import access
from tests.professionals import House, browsing, person

CENTRE = "Centre Nord"


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


async def test_a_practitioner_begins_with_a_person_who_has_nothing(house):
    house.account(centre=CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        fields = {"csrf": browser.proof}
        sent = await browser.client.post("/pro/nouveau", data=fields)
    token = re.fullmatch(r"/s/([\w-]+)", sent.headers["location"])[1]
    centre = house.centre(CENTRE)
    with house.store.transaction() as tx:
        interview, purpose = tx.follow(token)
        held = tx.interview(interview)
        assert purpose == "room" and held.interview.log == ()
        assert held.interview.centre == centre
        assert tx.follow(token) is None, "the link serves once"


async def test_an_interview_begun_elsewhere_is_finished_together(house):
    house.account(centre=CENTRE)
    brief_id, _ = house.share(person("Marc"), CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        page = await browser.go(f"/pro/bilan/{brief_id}")
        assert "le questionnaire ensemble" in page.text
        sent = await browser.client.post(
            f"/pro/bilan/{brief_id}/reprendre", data={"csrf": browser.proof}
        )
    with house.store.transaction() as tx:
        interview, _ = tx.follow(sent.headers["location"].rpartition("/")[2])
        assert tx.interview(interview).interview.log
        assert "resume in the room" in [each[2] for each in access.readings(tx, brief_id)]


@pytest.mark.parametrize("path", ["/pro/bilan/{}/reprendre", "/pro/bilan/nothing/reprendre"])
async def test_somebody_elses_interview_looks_like_none(house, path):
    house.account()
    brief_id, _ = house.share(person("Marc"), CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        page = await browser.send(path.format(brief_id))
    assert page.status_code == 404


@pytest.mark.parametrize(
    ("profession", "code", "acts"),
    [("médecin", "RDV", 3), ("Médecin généraliste", "RDV", 3), ("sage-femme", "RDV", 3),
     ("infirmière", "RDI", 1), ("IDE", "RDI", 1), ("pharmacien", "RDP", 2),
     ("médiatrice", None, 0)],
)  # fmt: skip
def test_each_profession_has_its_code_and_its_acts(profession, code, acts):
    found = visit.load().billing.of(profession)
    assert (found and found.code, len(found.acts) if found else 0) == (code, acts)


async def test_the_page_tells_what_to_bill_whom_to_turn_to_and_which_sheet_helps(house):
    house.account(centre=CENTRE)
    inactive = person("Marc", family_doctor="no")
    brief_id, _ = house.share(inactive, CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        page = (await browser.go(f"/pro/bilan/{brief_id}")).text
    for told in ("Code <b>RDI</b>", "Sans médecin traitant", "3646", "Fiche 2, Activités physique"):
        assert told in page


def test_a_mistake_in_these_files_is_named(tmp_path):
    (tmp_path / "billing.yaml").write_text("professions: []", encoding="utf-8")
    sheets = "source: {name: ARS, seen: null, status: to_verify}\n"
    sheets += "sheets: [{number: 1, title: T, themes: [weather], url: 'http://x'}]"
    (tmp_path / "sheets.yaml").write_text(sheets, encoding="utf-8")
    with pytest.raises(BadContent) as error:
        visit.load(tmp_path)
    told = "\n".join(error.value.problems)
    for part in ("billing.yaml", "sheets.yaml", "url"):
        assert part in told
