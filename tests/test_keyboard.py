"""All four questionnaires with a keyboard alone, the settings, and pages made hard to lay out."""

from __future__ import annotations

import pytest

from flows.model import BANDS
from tests.sampling import few
from tests.test_web_pages import CHECKS, SMALLEST
from tests.web_patients import MARC, TOLD, Phone, answers, met, open_house, usual

AGES = {"18-25": "21", "45-50": "47", "60-65": "62", "70-75": "72"}
CONTROLS = "main form.question button, main form.question input, main form.question textarea"
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important; } p { margin-bottom: 2em !important; }"""
"""What WCAG 1.4.12 lets a reader ask for."""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("keyboard")) as opened:
        yield opened


@pytest.fixture
def phone(browser, house):
    phones = []

    def take(until=None, said=MARC, **options):
        token = met(house, said, until) if until else ""
        phones.append(Phone(browser, house.base, token, **options))
        return phones[-1].open("/chat" if until else "/")

    yield take
    for each in phones:
        each.context.close()


class Keys:
    """Somebody who has no mouse and no finger: Tab, Space, Enter."""

    def __init__(self, phone: Phone) -> None:
        self.phone, self.page = phone, phone.page

    def reach(self, wanted: str) -> None:
        """Tab until there; each stop must be seen."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            here, seen = self.page.evaluate("""wanted => {
              const it = document.activeElement, shown = it.closest('.box') || it;
              const style = getComputedStyle(it), around = getComputedStyle(shown);
              const lit = [style, around].some(each => each.outlineStyle !== 'none');
              return [it.matches(wanted), lit];
            }""", wanted)  # fmt: skip
            if here:
                assert seen, f"{wanted} shows no focus"
                return
        raise AssertionError(f"{wanted} is out of the keyboard's reach")

    def press(self, wanted: str, key: str = "Enter") -> None:
        self.reach(wanted)
        old = self.page.locator("input[name=key]").first.get_attribute("value")
        self.page.keyboard.press(key)
        self.page.locator(f"input[name=key][value='{old}']").first.wait_for(state="detached")
        self.page.locator("html.sending").wait_for(state="detached")

    def answer(self, waiting: str, age: str) -> None:
        """The question on the page: the usual answer, else its first one."""
        if waiting in ("age", "height_m", "weight_kg"):
            self.reach("input[name=written]")
            self.page.keyboard.type({"age": age, "height_m": "1,70"}.get(waiting, "70"))
            return self.press("main button[name=done]")
        if self.page.locator("main input[type=checkbox]").count():
            self.reach("main input[type=checkbox]")
            self.page.keyboard.press("Space")
            return self.press("main button[name=done]", "Space")
        said = usual(waiting)
        ours = f"main button[value={said}]" if said not in ("skipped", "no") else ""
        return self.press(ours or "main form.question :is([name=said],[name=instead])")


@pytest.mark.parametrize("band", few(BANDS, 2))
def test_a_whole_questionnaire_is_answered_with_a_keyboard_alone(phone, house, band):
    person = phone()
    keys = Keys(person)
    keys.press("form[action='/begin'] button")
    while (waiting := person.waiting) is not None:
        focused = person.page.evaluate("document.activeElement.matches('h1, .urgent, .notice')")
        assert focused, f"{waiting}: nothing says where one is"
        left = person.page.locator(".left").all_inner_texts()
        assert not left or person.page.locator("#live").text_content() in left, waiting
        keys.answer(waiting, AGES[band])
    assert person.heading == "Vos conseils"
    assert answers(house, person.token)["age"] == float(AGES[band])


def test_a_mistake_is_said_and_tied_to_its_field(phone):
    marc = phone("height_m").write("grand")
    field = marc.page.locator("[name=written]")
    assert field.get_attribute("aria-invalid") == "true"
    said = marc.page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert "nombre" in said.inner_text()
    assert "nombre" in marc.page.locator("#live").text_content()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_large_text_and_the_dark_are_two_touches_away_and_stay(phone, script):
    marc = phone("sex", java_script_enabled=script)
    root = marc.page.locator("html")

    def choose(value):
        if not marc.page.locator(".looks[open]").count():
            marc.page.locator(".looks summary").click()
        with marc.page.expect_response("**/affichage"):
            marc.page.locator(f".looks [value={value}]").click()
        marc.page.wait_for_load_state("load")

    choose("large")
    choose("dark")
    for path in ("/chat", "/", "/help", "/confidentialite"):
        marc.open(path)
        assert {"large", "dark"} <= set((root.get_attribute("class") or "").split())
    pressed = marc.page.locator(".looks [aria-pressed=true]")
    assert [each.get_attribute("value") for each in pressed.all()] == ["large", "dark"]
    assert marc.open("/chat").waiting == "sex"
    kept = next(it for it in marc.context.cookies() if it["name"] == "v")
    assert kept["value"] == "large.dark"
    choose("auto")
    choose("usual")
    assert not {"large", "dark", "light"} & set((root.get_attribute("class") or "").split())


def test_the_settings_lead_to_no_other_site(phone, house):
    marc = phone("sex")
    form = {"key": marc.page.locator("input[name=key]").first.get_attribute("value"),
            "text": "large", "back": "//evil.example/"}  # fmt: skip
    answer = marc.context.request.post(f"{house.base}/affichage", form=form, max_redirects=0)
    assert answer.headers["location"] == "/"


def test_the_phones_own_choice_of_dark_is_followed_unless_another_was_made(phone):
    marc = phone("sex", color_scheme="dark")
    paper = "getComputedStyle(document.body).backgroundColor"
    dark = marc.page.evaluate(paper)
    marc.page.evaluate("document.documentElement.classList.add('light')")
    assert marc.page.evaluate(paper) != dark


@pytest.mark.parametrize("until", ["sex", "personal_history", "height_m", "check_answers"])
def test_letters_set_wide_and_zoom_by_four_lose_nothing(browser, house, until):
    marc = Phone(browser, house.base, met(house, TOLD, until), viewport=SMALLEST, bypass_csp=True)
    marc.open("/chat").page.add_style_tag(content=SPACED)
    found = marc.page.evaluate(CHECKS)
    assert [each for each in found if each != "inline code"] == []
    marc.page.set_viewport_size({"width": 320, "height": 256})  # 1280 x 1024, four times larger
    marc.page.locator("h1").focus()
    top = marc.page.locator("header").bounding_box()
    asked = marc.page.locator("h1").bounding_box()
    assert asked["y"] >= top["y"] + top["height"] - 1
    marc.context.close()


def test_colours_of_the_readers_own_still_show_what_is_ticked(phone):
    marc = phone("personal_history", forced_colors="active").tick("cancer")
    box = marc.page.locator("input[value=cancer]")
    assert box.evaluate("it => getComputedStyle(it).appearance") == "auto"
    assert box.is_checked()


def test_nothing_moves_for_whoever_asked_for_stillness(phone):
    marc = phone("sex", reduced_motion="reduce")
    assert marc.page.evaluate("document.getAnimations().length") == 0


def test_what_is_printed_has_no_buttons_on_it(phone):
    marc = phone("share", TOLD).tap("yes")
    marc.page.emulate_media(media="print")
    assert not marc.page.locator("header, footer, main button").locator("visible=true").count()
    assert marc.page.locator("h1").is_visible()
