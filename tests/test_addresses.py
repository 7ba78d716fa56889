"""`/adresses`: where a person may go near home for what their advice is about."""

from __future__ import annotations

import contextlib
import re
from dataclasses import asdict

import httpx
import pytest

from app.web import create
from restitution.directory import Directory, themes_for
from restitution.model import THEMES, Advice
from restitution.places import national
from store import places
from tests import advising
from tests.serving import serving, usual
from tests.test_directory import place

BASE = "https://bilan.example.org"
SMOKER = {"age": "47", "tobacco_status": "smokes"}
NEAR = (
    place("csapa", "addictions", cost="gratuit", phone="03 20 00 00 00", latitude=50.63,
          longitude=3.06),
    place("tabacologue", "tobacco", cost="sur devis", latitude=50.64, longitude=3.07),
    place("loin", "tobacco", commune="Lyon", postcode="69001", latitude=45.77, longitude=4.83),
    place("vieux", "tobacco", reviewed="2024-01-01"),
    place("piscine", "physical_activity"),
)  # fmt: skip


class Phone:
    """A browser without script, on the chat."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = httpx.Response(200, text="")

    async def go(self, path: str) -> str:
        self.page = await self.client.get(path, follow_redirects=True)
        return self.page.text

    async def send(self, path: str, **fields: str) -> str:
        hidden = dict(re.findall(r'<input type="hidden" name="(key|language)" value="([^"]*)"',
                                 self.page.text))  # fmt: skip
        self.page = await self.client.post(path, data=hidden | fields, follow_redirects=True)
        return self.page.text

    async def finish(self, said: dict[str, str]) -> str:
        """Answer until nothing waits."""
        await self.go("/")
        await self.send("/begin", token="")
        for _ in range(120):
            about = re.search(r'name="about" value="([^"]*)"', self.page.text)
            if not about:
                break
            answer = said.get(about[1], usual(about[1]))
            writes = about[1] in ("age", "age_exact", "height_m", "weight_kg", "menopause_age")
            name = "written" if writes and answer != "skipped" else "said"
            if answer == "skipped":
                await self.send("/say", about=about[1], instead="skipped")
            else:
                await self.send("/say", about=about[1], done="1", **{name: answer})
        return self.page.text


@contextlib.asynccontextmanager
async def phone(tmp_path, found=NEAR, **settings):
    async with serving(tmp_path, **settings) as service:
        with service.store.transaction() as tx:
            places.replace(tx, [
                {k: v for k, v in asdict(it).items() if k not in ("use", "national")}
                for it in found
            ])  # fmt: skip
        transport = httpx.ASGITransport(app=create(service))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            yield Phone(client), service


async def test_a_smoker_finds_who_helps_near_home_free_ones_first(tmp_path):
    async with phone(tmp_path) as (mine, _):
        end = await mine.finish(SMOKER)
        assert 'href="/adresses"' in end
        asked = await mine.go("/adresses")
        assert "Votre ville ou votre code postal" in asked and "csapa" not in asked
        found = await mine.send("/adresses", near="59000 Lille")
        assert str(mine.page.url) == f"{BASE}/adresses"
    assert found.index("csapa") < found.index("tabacologue")
    assert "loin" not in found and "vieux" not in found
    assert 'href="tel:0320000000"' in found and "Gratuit" in found
    assert "<h2>Tabac</h2>" in found


@pytest.mark.parametrize(
    ("near", "told"),
    [("Atlantis", "Essayez un code postal"), ("Lyon", "loin"), ("<script>", "Essayez un code"),
     ("", "Votre ville")],
)  # fmt: skip
async def test_a_town_that_is_not_there_is_said_kindly(tmp_path, near, told):
    async with phone(tmp_path) as (mine, _):
        await mine.finish(SMOKER)
        await mine.go("/adresses")
        found = await mine.send("/adresses", near=near)
    assert told in found and "<script>" not in found


async def test_the_town_is_neither_kept_nor_in_an_address(tmp_path):
    async with phone(tmp_path) as (mine, service):
        await mine.finish(SMOKER)
        await mine.go("/adresses")
        await mine.send("/adresses", near="Villeneuve-Tolosane")
        assert "Tolosane" not in str(mine.page.url)
        assert mine.page.headers["cache-control"] == "no-store"
        assert all("Tolosane" not in each for each in mine.client.cookies.values())
    kept = b"".join(each.read_bytes() for each in tmp_path.iterdir() if each.is_file())
    assert b"Tolosane" not in kept
    assert service.library.subjects


@pytest.mark.parametrize("found", [(), (place("vieux", reviewed="2024-01-01"),)])
async def test_without_places_to_trust_there_is_no_such_page(tmp_path, found):
    async with phone(tmp_path, found) as (mine, _):
        assert 'href="/adresses"' not in await mine.finish(SMOKER)
        assert "Des lieux près de vous" not in await mine.go("/adresses")


async def test_nobody_but_who_finished_reads_it(tmp_path):
    async with phone(tmp_path) as (mine, _):
        assert "Commencer" in await mine.go("/adresses")
        await mine.go("/")
        await mine.send("/begin", token="")
        assert "Des lieux près de vous" not in await mine.go("/adresses")


async def test_the_discreet_page_does_not_lead_there(tmp_path):
    async with phone(tmp_path) as (mine, _):
        await mine.finish(SMOKER)
        assert 'href="/adresses"' not in await mine.go("/discreet")


LIBRARY = advising.rules()
INSIDE = Directory((), national(LIBRARY.subjects, LIBRARY.resources), LIBRARY.subjects)


@pytest.mark.parametrize(
    ("theme", "resources", "themes"),
    [
        ("addictions", ["tabac_3989"], ("tobacco",)),
        ("addictions", ["alcool_is", "cjc_csapa"], ("alcohol",)),
        ("addictions", [], ("addictions",)),
        ("nutrition", ["droits", "mangerbouger"], ("nutrition",)),
        ("cancers", ["kit_colorectal"], ("screening",)),
        ("social_life", ["sante_fr"], ()),
        ("chronic_diseases", ["sante_fr"], ()),
    ],
)
def test_what_is_looked_for_follows_the_advice(theme, resources, themes):
    named = tuple(LIBRARY.resources[each] for each in resources)
    assert themes_for([Advice("x", theme, "…", resources=named)], INSIDE) == themes


def test_every_theme_of_the_programme_leads_somewhere_known_or_nowhere():
    for theme in THEMES:
        for each in themes_for([Advice("x", theme, "…")], INSIDE):
            assert each in INSIDE.themes
