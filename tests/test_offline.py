"""The network drops in the middle of an interview: in real Chromium, as people live it."""

from __future__ import annotations

import pytest

from tests.web_patients import MARC, Phone, answers, kept, met, open_house

LEFT = """() => new Promise(done => {
  const asked = indexedDB.open('q');
  asked.onupgradeneeded = () => asked.transaction.abort();
  asked.onerror = () => done([]);
  asked.onsuccess = () => {
    const base = asked.result;
    if (!base.objectStoreNames.length) { base.close(); return done([]); }
    const all = base.transaction('q').objectStore('q').getAll();
    all.onsuccess = () => { base.close(); done(all.result.map(it =>
      String.fromCharCode(...new Uint8Array(it.data)))); };
  };
})"""
"""What a browser holds that has not left."""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("offline")) as opened:
        yield opened


@pytest.fixture
def phone(browser, house):
    """Somebody at this question, whose phone has had the time to fetch what comes."""
    phones = []

    def take(until, said=MARC):
        phones.append(Phone(browser, house.base, met(house, said, until)))
        phones[-1].open("/chat").page.locator("html.ahead.kept").wait_for()
        return phones[-1]

    yield take
    for each in phones:
        each.context.close()


def cut(phone: Phone) -> Phone:
    phone.context.set_offline(True)
    return phone


def back(phone: Phone) -> Phone:
    """The network returns, and what waited leaves."""
    phone.context.set_offline(False)
    phone.page.locator("#unsent").wait_for(state="detached")
    phone.page.locator("html.sending").wait_for(state="detached")
    return phone


def sent(phone: Phone) -> list[str]:
    return [each for each in phone.asked if each.endswith("/say")]


def test_an_interview_goes_on_without_a_network_and_every_answer_arrives_once(phone, house):
    marc = cut(phone("sex"))
    for said in ("man", "no", "yes"):
        marc.tap(said)
    assert marc.waiting == "social_support"
    assert "Pas de réseau" in marc.page.locator("#unsent").inner_text()
    marc.page.reload()
    marc.page.locator("main form.question").wait_for()
    assert marc.waiting == "social_support"
    marc.tap("no").tap("yes").tick("cancer").done()
    assert marc.waiting == "last_lab_test"
    assert len(kept(house, marc.token).log) == 4
    back(marc)
    said = answers(house, marc.token)
    assert [said[each] for each in ("sex", "children_at_home", "caregiver_role", "social_support",
            "hard_living_work_conditions", "personal_history")] == [
        "man", "no", "yes", "no", "yes", ("cancer",)]  # fmt: skip
    told = [each.question for each in kept(house, marc.token).log]
    assert len(told) == len(set(told)) == 10
    assert len(sent(marc)) == 6
    assert marc.waiting == "last_lab_test"
    assert marc.tap("lt_6m").waiting == "family_history"


def test_nothing_is_left_on_the_phone_once_it_has_left_and_nothing_can_be_read_before(phone):
    marc = phone("sex")
    marc.tap("man")
    assert marc.page.evaluate(LEFT) == []
    cut(marc).tap("no")
    (held,) = marc.page.evaluate(LEFT)
    assert "children_at_home" not in held and "said" not in held
    assert back(marc).page.evaluate(LEFT) == []


def test_leaving_quickly_without_a_network_leaves_nothing_to_open(phone, house):
    marc = cut(phone("sex")).tap("man")
    marc.context.set_offline(False)
    marc.context.route(
        "https://meteofrance.com/**", lambda it: it.fulfill(body="<h1>Il pleut</h1>")
    )
    marc.context.route("**/say", lambda it: it.abort())
    marc.page.locator("#exit").click()
    marc.page.wait_for_url("https://meteofrance.com/")
    other = marc.context.new_page()
    other.goto(f"{house.base}/w/none")
    assert other.evaluate(LEFT) == []
    assert other.evaluate("caches.keys()") == []
    assert other.evaluate("navigator.serviceWorker.getRegistrations().then(it => it.length)") == 0


def test_erasing_takes_the_questions_off_the_phone_too(phone):
    marc = phone("sex")
    marc.command("/erase").command("/erase_yes")
    marc.page.wait_for_function("async () => (await caches.keys()).length === 0")
    assert marc.page.evaluate(LEFT) == []


def test_the_personal_questions_wait_for_the_network(phone, house):
    marc = cut(phone("sleep_duration")).tap("dont_know")
    assert marc.waiting is None
    assert marc.heading == "Pas de réseau"
    assert "moral" not in marc.text.lower()
    back(marc)
    marc.page.locator("main input[name=about][value=private_ready]").first.wait_for(
        state="attached"
    )
    assert answers(house, marc.token)["sleep_duration"] == "dont_know"
    assert marc.page.locator("main").get_attribute("data-ahead") is None


def test_a_pain_in_the_chest_is_met_at_once_without_a_network(phone, house):
    awa = cut(phone("chest_pain_effort", {"age": "62", "sex": "woman"}))
    awa.tap("yes")
    card = awa.page.locator("main .urgent")
    assert card.locator("a[href='tel:15']").first.is_visible()
    assert awa.page.evaluate("document.activeElement.matches('.urgent')")
    assert awa.waiting == "chest_pain_follow_up"
    awa.tap("now_or_rest")
    assert "asseyez-vous" in awa.page.locator("main .urgent").inner_text()
    assert awa.waiting == "go_on_chest_pain_effort"
    assert answers(house, awa.token).get("chest_pain_effort") is None
    awa.page.goto(f"{house.base}/help?language=fr")
    assert awa.page.locator("a[href='tel:3114']").first.is_visible()
    awa.page.goto(f"{house.base}/chat")
    awa.page.locator("main form.question").wait_for()
    back(awa)
    assert answers(house, awa.token)["chest_pain_follow_up"] == "now_or_rest"


def test_words_written_without_a_network_are_met_with_the_numbers(phone, house):
    marc = cut(phone("personal_history_other", {**MARC, "personal_history": ("other_free_text",)}))
    marc.write("je veux mourir")
    assert marc.page.locator("main .urgent a[href='tel:3114']").first.is_visible()
    assert marc.waiting == "last_lab_test"
    back(marc)
    assert marc.page.locator("main .urgent a[href='tel:3114']").first.is_visible()
    assert kept(house, marc.token).distress


def test_a_card_from_the_server_is_shown_though_the_phone_went_on(phone, house):
    """What the phone could not see (here a word, in a number's place) is seen on arrival."""
    marc = phone("height_m")
    marc.write("1,78")
    assert marc.waiting == "weight_kg"
    marc.page.fill("main [name=written]", "je veux mourir")
    marc.page.click("main button[name=done]")
    marc.page.locator("main .urgent a[href='tel:3114']").first.wait_for()


def test_what_somebody_else_erased_meanwhile_is_not_brought_back(phone, house):
    marc = cut(phone("sex")).tap("man")
    with house.service.store.transaction() as tx:
        held = tx.at([("web", marc.token)])["web", marc.token]
        tx.erase(held.interview.id)
    marc.context.set_offline(False)
    marc.page.locator("form[action='/begin']").wait_for()
    assert kept(house, marc.token) is None
    assert marc.page.evaluate(LEFT) == []


def test_a_phone_may_put_the_page_on_its_first_screen_under_a_name_that_tells_nothing(phone):
    marc = phone("sex")
    manifest = marc.page.evaluate(
        "fetch(document.querySelector('link[rel=manifest]').href).then(it => it.json())"
    )
    assert manifest["name"] == manifest["short_name"] == "Questions"
    assert {each["sizes"] for each in manifest["icons"]} == {"192x192", "512x512"}
    for each in manifest["icons"]:
        assert marc.context.request.get(marc.base + each["src"]).ok
    assert not {"bilan", "santé"} & set(str(manifest).lower().split())
