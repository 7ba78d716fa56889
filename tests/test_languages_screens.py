"""A whole interview in each language: not one French sentence on any screen, page or paper."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import httpx
import msgspec
import pytest

import locales
from app.wiring import Service
from bot.messages import Said, Screen
from locales.__main__ import template
from restitution import plan_choices, ppp
from restitution.ppp import Line, Plan
from restitution.ppp_edit import act
from store import access, plans
from store.accounts import Professional
from tests.advising import rules
from tests.population import patients
from tests.printing import read
from tests.professionals import PASSWORD
from tests.serving import Patient, serving
from tests.test_addresses import Phone, phone

LEA: dict[str, Said] = {
    "age": "22", "sex": "woman", "height_m": "1,65", "weight_kg": "58",
    "tobacco_status": ("smokes",), "sleep_problems": ("often",), "fruit_veg": "rarely",
    "vaccines_up_to_date": "no", "physical_activity_freq": "never",
    "suicidal_history": ("ideation",), "suicide_follow_up": "long_ago", "violence_victim": "yes",
    "violence_follow_up": "afraid_sometimes", "chemical_recent": "no", "chosen_name": "skipped",
    "interpreter": "yes",
}  # fmt: skip
RENE: dict[str, Said] = {
    "age": "72", "sex": "man", "height_m": "1,70", "weight_kg": "66", "tobacco_status": ("quit",),
    "chest_pain_effort": "yes", "chest_pain_follow_up": "only_effort", "leg_swelling": "yes",
    "one_leg_painful": "no", "memory_complaint": "yes", "fruit_veg": "rarely",
    "physical_activity_freq": "never", "housing_fall_proof": "no", "vaccines_up_to_date": "no",
    "alcohol_statements": ("gt_2_drinks_per_day",), "chosen_name": "skipped",
}  # fmt: skip
SPOKEN = pytest.mark.parametrize(
    ("language", "persona"),
    [("en", LEA), ("ar", RENE), ("ar", LEA), ("tr", RENE), ("ru", LEA), ("uk", RENE), ("zh", LEA),
     ("ta", RENE), ("bn", LEA)],
)  # fmt: skip
SCRIPTS = {"ar": "ء-ي", "ru": "а-яё", "uk": "а-яіїєґ", "zh": "一-鿿", "ta": "அ-ஹ", "bn": "অ-হ"}
"""Letters of the languages whose lines cannot be taken for French."""
LONG = 10
"""Letters: a French text this long is found inside a line; a shorter one only as a whole line."""
FRENCH = re.compile(
    r"\b(vous|votre|vos|nous|êtes|avez|est|sont|une|des|les|pour|avec|dans|pas|qui|sur|cette)\b",
    re.IGNORECASE,
)
LATIN = re.compile(r"[A-Za-zÀ-ÿ]")
OWN_NAMES = {*locales.NAMES.values(), "Aa"}
"""Languages, and the sign of the page's looks: the same everywhere."""
CODE = re.compile(r"[0-9A-Z]{5}( [0-9A-Z]{5})?")


@cache
def french(language: str) -> tuple[set[str], set[str]]:
    """(long pieces, whole short lines) of every French text that has another form here."""
    said = locales.texts(language)
    kept = "\n".join(said.entries.values())
    long, short = set(), set()
    for each in template():
        text = str(each.id)
        if not text or said.gettext(str(each.context), text) == text:
            continue
        for piece in (" ".join(it.split()) for it in re.split(r"\n|\{\w*\}", text)):
            # A name kept on purpose (« médecin traitant ») stands in a translation too.
            if piece and piece not in kept:
                (long if len(piece) >= LONG else short).add(piece)
    return long, {each for each in short if re.search(r"\w\w", each)}


def left_in_french(lines: list[str], language: str) -> set[str]:
    """The lines of a screen that are not in this language."""
    long, short = french(language)
    found = set()
    for line in {" ".join(re.sub("[\u2066-\u2069]", "", each).split()) for each in lines}:
        bare = re.sub(r"https?://\S+|[\w.-]+\.(?:fr|org|gouv)\S*|/\w+", "", line)
        if bare in OWN_NAMES or not bare or CODE.fullmatch(bare):
            continue
        if line in short or any(each in line for each in long):
            found.add(line)
        elif language in SCRIPTS:
            letters = f"[{SCRIPTS[language]}]"
            if LATIN.search(bare) and not re.search(letters, bare, re.IGNORECASE):
                found.add(line)
        elif len(FRENCH.findall(re.sub(r"\([^)]*\)", "", bare))) > 1:
            found.add(line)
    return found


class Words(HTMLParser):
    """Everything a page says: its text, and what a screen reader says of it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._open: list[bool] = []
        """For each open element: is what it says left out?"""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = dict(attrs)
        aside = tag in ("script", "style", "svg") or had.get("lang") in locales.NAMES
        if tag not in ("input", "meta", "link", "br", "img", "path", "circle", "rect"):
            self._open.append((aside and tag != "html") or any(self._open[-1:]))
        spoken = ("aria-label", "title", "alt", "placeholder", "data-trouble")
        self.lines += [had[each] or "" for each in spoken if each in had]

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._open[-1:]):
            self.lines.append(data)


def said_on(page: str) -> list[str]:
    words = Words()
    words.feed(page)
    return words.lines


class Reading(Phone):
    """A browser whose every page is read through, in one language."""

    def __init__(self, client: httpx.AsyncClient, language: str) -> None:
        super().__init__(client)
        client.headers["Accept-Language"] = language
        self.language = language
        self.french: dict[str, set[str]] = {}
        """Address → what was French there."""
        self.pages = 0

    async def go(self, path: str) -> str:
        return self._read(path, await super().go(path))

    async def send(self, path: str, **fields: str) -> str:
        return self._read(f"{path} {fields}", await super().send(path, **fields))

    def _read(self, at: str, page: str) -> str:
        self.pages += 1
        assert f'<html lang="{self.language}"' in page, at
        if left := left_in_french(said_on(page), self.language):
            self.french[at] = left
        return page


@contextlib.asynccontextmanager
async def reading(folder, language: str):
    async with phone(folder, unreviewed="all") as (mine, service):
        yield Reading(mine.client, language), service


@pytest.mark.parametrize(("language", "persona"), [("en", LEA), ("ar", RENE)])
async def test_nothing_is_french_from_the_first_page_to_the_plan_handed_over(
    tmp_path, language, persona
):
    async with reading(tmp_path, language) as (mine, service):
        end = await mine.finish(persona)
        for path in ("/chat", "/code", "/discreet", "/help", "/appointment", "/adresses",
                     "/s/zzzzzzzz", "/r/ZZZZZZZZ"):  # fmt: skip
            await mine.go(path)
        for near in ("59000", "Atlantis"):
            await mine.go("/adresses")
            await mine.send("/adresses", near=near)
        for path in ("/conseils.pdf", "/conseils.pdf?discreet=1", "/recu.pdf"):
            text = read((await mine.client.get(path)).content).text
            assert [each for each in french(language)[0] if each in text] == [], path
        hand_over(service, re.search(r"[0-9A-Z]{5} [0-9A-Z]{5}", end)[0].replace(" ", ""))
        assert "Camille Martin" in await mine.go("/plan")
    assert mine.pages > 60
    assert mine.french == {}


def hand_over(service: Service, code: str) -> None:
    """The professional who was shown this code validates a plan."""
    with service.store.transaction() as tx:
        who = access.create_practitioner(tx, "c@example.org", "Camille Martin", "x", PASSWORD, None)
        me = Professional(who, "", "", "x", "practitioner", None, None)
        brief = access.open_by_code(tx, who, code)
        assert plans.save(tx, me, brief, 1, 0, msgspec.json.encode(a_plan()), validate=True)


def a_plan() -> Plan:
    """A plan of somebody who typed nothing, with every box ticked."""
    choices = plan_choices.load()
    boxes = [Line(each.label, f"choice:{each.id}", "accepted") for each in choices.obstacles]
    after = [Line(each.label, f"choice:{each.id}", "accepted")
             for group in choices.follow_up for each in group.choices]  # fmt: skip
    for person in patients("60-65", 50, seed=3):
        plan = act(ppp.draft(person.brief(), rules()), "accept_all")
        if plan.rows and not any(row.priority.origin == "person" for row in plan.rows):
            rows = [replace(each, kept=True, importance=9, confidence=4, obstacles=tuple(boxes))
                    for each in plan.rows]  # fmt: skip
            return replace(plan, rows=tuple(rows), follow_up=tuple(after))
    raise LookupError("nobody here typed nothing")


@pytest.mark.parametrize(
    ("language", "line", "left"),
    [
        ("en", "Votre code", True),
        ("en", "Votre code : 12345 ABCDE", True),
        ("en", "Nous avons gardé vos réponses pour vous.", True),
        ("en", "Do you have a family doctor (médecin traitant)?", False),
        ("ar", "Continuer", True),
        ("ar", "1,70 m", True),
        ("ar", "\u20661,70\u2069 متر", False),
        ("ar", "https://bilan.example.org/s/abc", False),
    ],
)
def test_a_line_left_in_french_is_seen(language, line, left):
    assert bool(left_in_french([line], language)) is left


@SPOKEN
async def test_nothing_is_french_where_people_write_messages(tmp_path, language, persona):
    # With what an operator who answers for every language asks, so that all of it is read.
    async with serving(tmp_path, unreviewed="all") as service:
        one, screens = Patient(service), []
        await one.begin(language)
        while one.reply.waiting is not None:
            screens += one.reply.screens
            await one.answer_one(persona)
        screens += one.reply.screens
        for said in ("/help", "/language", "/change"):
            screens += (await one.say(said)).screens
    kinds = {each.kind for each in screens}
    assert kinds >= {"question", "urgent", "summary", "restitution", "code"}
    lines = [line for each in screens for line in words_of(each)]
    assert left_in_french(lines, language) == set()


def words_of(screen: Screen) -> list[str]:
    """Everything a screen says."""
    said = [screen.text, *(each.label for each in screen.choices)]
    said += [text for each in screen.lines for text in (each.asked, each.said, each.theme_title)]
    if asked := screen.question:
        said += [asked.ask, asked.hint or "", asked.why or "", asked.theme_title]
        said += [each.label for each in (*asked.choices, *asked.non_answers)]
    return [line for text in said for line in text.split("\n")]
