"""The web chat as people live it: real Chromium, with our script and without."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from store import access, outreach
from store.repository import table
from store.tables import InterviewRow
from tests.web_patients import MARC, TOLD, Phone, answers, kept, met, open_house

TICKED = "[aria-pressed=true], [aria-checked=true], :checked"

WEATHER = "https://meteofrance.com/"
BOTH = pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("web")) as opened:
        yield opened


@pytest.fixture
def phone(browser, house):
    """A person's telephone; closed, it must have had nothing to complain of."""
    phones = []

    def take(said=None, until=None, **options):
        token = met(house, said, until) if said is not None else ""
        phones.append(Phone(browser, house.base, token, **options))
        phones[-1].context.route(f"{WEATHER}**", lambda it: it.fulfill(body="<h1>Il pleut</h1>"))
        return phones[-1].open("/chat") if said is not None else phones[-1]

    yield take
    for each in phones:
        each.context.close()
        assert each.troubles == []


def count(house) -> int:
    with house.service.store.transaction() as tx:
        return tx.db.execute(select(func.count()).select_from(table(InterviewRow))).scalar_one()


# -- urgent answers --------------------------------------------------------------------------


@BOTH
def test_the_numbers_come_on_the_very_tick(phone, house, script):
    marc = phone(MARC, "suicidal_history", java_script_enabled=script)
    marc.tick("ideation")
    assert marc.page.locator(".urgent a[href='tel:3114']").first.is_visible()
    assert "Personne ne lit ceci maintenant." in marc.text
    assert marc.waiting == "suicidal_history"
    assert "suicidal_history" not in answers(house, marc.token)
    assert marc.page.locator("[aria-checked=true]").inner_text() == "J'ai eu envie de mourir"
    marc.done()
    assert marc.waiting == "suicide_follow_up"
    assert answers(house, marc.token)["suicidal_history"] == ("ideation",)


@BOTH
def test_boxes_that_cannot_go_together_do_not_stay_together(phone, house, script):
    marc = phone(MARC, "personal_history", java_script_enabled=script)
    marc.tick("cancer", "none").done()
    if not script:
        assert marc.waiting == "personal_history"
        marc.tick("cancer").done()  # both stayed ticked, to be corrected
    assert answers(house, marc.token)["personal_history"] == ("none",)


def test_words_of_distress_are_met_even_at_the_weight(phone):
    marc = phone(MARC, "weight_kg").write("j'ai envie de mourir")
    assert marc.page.locator(".urgent a[href='tel:3114']").first.is_visible()
    assert marc.waiting == "weight_kg"


def test_help_is_one_touch_away_and_comes_back_to_the_question(phone):
    marc = phone(MARC, "weight_kg")
    marc.page.click("footer a")
    assert marc.page.locator("a[href='tel:15']").is_visible()
    marc.page.click("text=Retour à la question")
    assert marc.waiting == "weight_kg"


# -- leaving quickly -------------------------------------------------------------------------


def test_escape_three_times_leaves_and_going_back_shows_nothing(phone):
    marc = phone(TOLD, "violence_victim")
    marc.page.keyboard.press("Escape")
    marc.page.keyboard.press("Escape")
    assert marc.waiting == "violence_victim"
    marc.page.keyboard.press("Escape")
    marc.page.wait_for_url(WEATHER)
    marc.page.go_back()
    assert "violence" not in marc.page.content()
    assert marc.open("/chat").heading.startswith("Bonjour")


@BOTH
def test_quitting_takes_one_touch_and_the_chat_does_not_open_by_itself_again(phone, script):
    marc = phone(TOLD, "violence_victim", java_script_enabled=script)
    marc.page.click("#exit")
    marc.page.wait_for_url(WEATHER)
    marc.open("/chat")
    assert marc.page.url.endswith("/")
    assert "violence" not in marc.text
    marc.press("main button[value='/resume']")
    assert marc.waiting == "violence_victim"


# -- answers of the private block ------------------------------------------------------------


def test_private_answers_are_never_shown_again(phone):
    marc = phone(TOLD, "check_answers")
    line = marc.page.locator(".said div", has_text="Questions personnelles")
    assert "répondu" in line.inner_text()
    assert "mourir" not in marc.page.content()
    for question in ("phq4_nervous", "suicidal_history", "violence_victim"):
        marc.open("/chat").press(line.get_by_text("Changer"))
        assert "pensez à mourir" not in marc.text  # asked only of whoever said yes before
        marc.press(f"button[value='/change {question}']")
        assert marc.waiting == question
        assert marc.page.locator("main").locator(TICKED).count() == 0
        marc.tap("skipped")


def test_the_private_block_can_be_erased_alone(phone, house):
    marc = phone(TOLD, "check_answers")
    line = marc.page.locator(".said div", has_text="Questions personnelles")
    marc.press(line.get_by_text("Effacer"))
    left = answers(house, marc.token)
    assert not {"phq4_nervous", "suicidal_history", "suicide_follow_up"} & set(left)
    assert (left["private_ready"], left["height_m"]) == ("at_visit", 1.78)
    assert "répondu" not in marc.text


def test_a_box_ticked_then_left_is_not_shown_to_whoever_comes_next(phone):
    marc = phone(MARC, "suicidal_history").tick("ideation").open("/")
    marc.press("main button[value='/resume']")
    assert marc.waiting == "suicidal_history"
    assert marc.page.locator("[aria-checked=true]").count() == 0


def test_somebody_who_is_not_alone_is_not_asked(phone, house):
    marc = phone(MARC, "private_ready").tap("at_visit")
    assert marc.waiting not in ("phq4_nervous", "suicidal_history", "violence_victim")


# -- heard once, and about the right question ------------------------------------------------


def test_two_quick_touches_answer_one_question(phone, house):
    marc = phone(MARC, "children_at_home")
    marc.page.locator("main button[value=no]").first.dblclick()
    next_one = marc.page.locator("main input[name=about][value=caregiver_role]")
    next_one.first.wait_for(state="attached")
    marc.page.locator("html.sending").wait_for(state="detached")
    assert marc.open("/chat").waiting == "caregiver_role"
    log = [each.question for each in kept(house, marc.token).log]
    assert log.count("children_at_home") == 1


def test_the_same_form_sent_twice_counts_once(phone, house):
    marc = phone(MARC, "children_at_home")
    fields = {"key": marc.page.locator("main input[name=key]").first.get_attribute("value"),
              "language": "fr", "about": "children_at_home", "said": "no"}  # fmt: skip
    for _ in range(2):
        assert marc.context.request.post(f"{house.base}/say", form=fields).ok
    log = [each.question for each in kept(house, marc.token).log]
    assert log.count("children_at_home") == 1


def test_a_form_made_elsewhere_changes_nothing(phone, house):
    marc = phone(MARC, "children_at_home")
    fields = {"key": "abcdefghijkl.00000000000000000000", "about": "children_at_home", "said": "no"}
    marc.context.request.post(f"{house.base}/say", form=fields)
    elsewhere = marc.context.request.post(
        f"{house.base}/say", form=fields, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert elsewhere.status == 403
    assert "children_at_home" not in answers(house, marc.token)


def test_the_browsers_back_button_is_the_question_before(phone, house):
    marc = phone(MARC, "sex").tap("woman")
    assert marc.waiting == "children_at_home"
    marc.page.go_back()
    marc.page.locator("main input[name=about][value=sex]").first.wait_for(state="attached")
    marc.tap("man")
    assert answers(house, marc.token)["sex"] == "man"
    assert marc.waiting == "children_at_home"


def test_going_back_from_the_first_question_is_the_start(phone):
    person = phone().begin()
    person.page.go_back()
    person.page.locator("form[action='/begin']").wait_for()


@BOTH
def test_an_old_page_corrects_its_own_question(phone, house, script):
    marc = phone(MARC, "sex", java_script_enabled=script)
    first, old = marc.page, marc.context.new_page()
    old.goto(f"{house.base}/chat")
    marc.tap("man").tap("no")
    assert marc.waiting == "caregiver_role"
    marc.page = old
    marc.tap("woman")
    marc.page = first
    assert (answers(house, marc.token)["sex"], answers(house, marc.token)["children_at_home"]) == (
        "woman", "no",
    )  # fmt: skip
    assert "caregiver_role" not in answers(house, marc.token)


def test_an_answer_lost_on_the_way_is_said_and_can_be_sent_again(phone, house):
    marc = phone(MARC, "helped")  # before the first question of a band nothing is fetched ahead
    marc.context.set_offline(True)
    marc.page.locator("main button[value=alone]").click()
    marc.page.get_by_role("alert").wait_for()
    assert "Essayez encore" in marc.text
    marc.context.set_offline(False)
    assert marc.tap("alone").waiting == "sex"
    marc.troubles.clear()  # the browser says itself that it was offline


# -- answering -------------------------------------------------------------------------------


@BOTH
def test_enter_sends_what_was_written_not_the_first_answer(phone, house, script):
    marc = phone({}, "age", java_script_enabled=script)
    marc.page.fill("[name=written]", "47")
    marc.page.keyboard.press("Enter")
    marc.page.locator("main input[name=about][value=helped]").first.wait_for(state="attached")
    assert answers(house, marc.token).age == 47


@BOTH
def test_what_was_misread_stays_to_be_corrected(phone, house, script):
    marc = phone(MARC, "height_m", java_script_enabled=script).write("grand")
    field = marc.page.locator("[name=written]")
    assert (field.input_value(), field.get_attribute("aria-invalid")) == ("grand", "true")
    assert "J'attends un nombre" in marc.text
    marc.write("1,78")
    assert answers(house, marc.token)["height_m"] == 1.78
    marc.command("/back")
    assert marc.page.locator("[name=written]").input_value() == "1,78"


@BOTH
def test_done_with_nothing_ticked_asks_again(phone, script):
    marc = phone(MARC, "personal_history", java_script_enabled=script).done()
    assert marc.waiting == "personal_history"
    assert "Rien n'est choisi" in marc.text


def test_why_and_simpler_are_under_help(phone):
    marc = phone(MARC, "height_m").unfold()
    marc.page.click(".why summary")
    assert marc.page.locator(".why p").is_visible()
    assert marc.command("/simpler").waiting == "height_m"
    assert marc.page.locator(".notice").first.is_visible()


@BOTH
def test_who_does_not_understand_reads_it_more_simply_and_may_keep_it(phone, house, script):
    marc = phone(MARC, "caregiver_role", java_script_enabled=script)
    marc.page.locator(".help summary").first.click()
    marc.press(marc.page.locator(".help button[value=dont_understand]"))
    assert marc.waiting == "caregiver_role"
    assert "malade ou âgée" in marc.page.locator(".simpler").inner_text()
    assert marc.open("/chat").page.locator(".simpler").count() == 1
    marc.press(marc.page.locator(".question .row button[value=dont_understand]"))
    assert marc.waiting == "social_support"
    assert answers(house, marc.token)["caregiver_role"] == "dont_understand"


def test_every_line_of_the_summary_can_be_changed(phone, house):
    marc = phone(MARC, "check_answers")
    lines = marc.page.locator(".said dl > div")
    assert lines.count() == marc.page.locator(".said button[value^='/change ']").count() > 30
    marc.press(marc.page.locator("button[value='/change fruit_veg']"))
    assert marc.waiting == "fruit_veg"
    marc.tap("every_day" if marc.page.locator("button[value=every_day]").count() else "sometimes")
    assert marc.waiting == "check_answers"


def test_the_language_changes_and_answers_stay(phone, house):
    marc = phone(MARC, "height_m").command("/language ar")
    root = marc.page.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("ar", "rtl")
    assert marc.waiting == "height_m"
    assert marc.write("1,78").waiting == "weight_kg"
    assert answers(house, marc.token)["sex"] == "man"


def test_the_question_takes_the_focus_after_each_step(phone):
    marc = phone(MARC, "sex").tap("man")
    assert marc.page.evaluate("document.activeElement.tagName") == "H1"
    marc.tap("no")
    assert marc.page.evaluate("document.activeElement.textContent") == marc.heading


# -- beginning, pausing, ending --------------------------------------------------------------


@BOTH
def test_refusing_keeps_nothing_and_one_may_begin_again_alone(phone, house, script):
    before, people = count(house), []
    for _ in range(2):
        person = phone(java_script_enabled=script).begin().tap("no")
        assert "Je ne garde rien" in person.heading
        assert person.token == ""
        people.append(person.press("main button[value='/restart']"))
    first, second = people
    assert count(house) == before + 2
    assert "" != first.token != second.token
    first.tap("yes").tap("yes")
    second.open("/chat")
    assert (first.waiting, second.waiting) == ("age", "consent")


def test_an_appointment_without_questions_keeps_nothing(phone, house):
    before = count(house)
    person = phone().open("/")
    person.page.click("text=Rendez-vous sans questions")
    assert person.page.locator("main a.button[href*='sante.fr']").is_visible()
    assert (count(house), person.context.cookies()) == (before, [])


def test_nobody_under_eighteen_is_asked_anything(phone):
    person = phone({}, "age").write("16")
    assert person.waiting is None
    for number in ("0800235236", "3018", "119"):
        assert person.page.locator(f"a.call[href='tel:{number}']").is_visible()


def test_between_two_ages_one_may_wait_or_go_on(phone):
    person = phone({}, "age").write("33")
    assert "45 ans" in person.text
    assert person.tap("go_on").waiting == "helped"
    other = phone({}, "age").write("33").tap("later")
    assert (other.waiting, "45 ans" in other.text) == (None, True)


@BOTH
def test_a_pause_is_kept_and_one_goes_on_where_one_was(phone, script):
    marc = phone(MARC, "height_m", java_script_enabled=script).command("/pause")
    assert "C'est gardé" in marc.heading
    assert marc.open("/").press("main button[value='/resume']").waiting == "height_m"


@BOTH
def test_erasing_leaves_nothing_here_nor_in_the_browser(phone, house, script):
    marc = phone(MARC, "height_m", java_script_enabled=script)
    token = marc.token
    marc.command("/erase")
    assert "Effacer toutes vos réponses" in marc.heading
    marc.press("main button[value='/erase_yes']")
    assert "C'est effacé" in marc.heading
    assert (kept(house, token), marc.context.cookies()) == (None, [])
    assert marc.page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize(("shared", "lasts"), [("yes", False), ("dont_know", False), ("no", True)])
def test_on_a_shared_phone_the_cookie_ends_with_the_browser(phone, shared, lasts):
    person = phone().begin().tap("yes").tap(shared)
    cookie = next(each for each in person.context.cookies() if each["name"] == "q")
    assert (cookie["expires"] > 0, cookie["httpOnly"], cookie["sameSite"]) == (lasts, True, "Lax")


def test_an_invitation_is_not_used_up_by_looking(phone, house):
    with house.service.store.transaction() as tx:
        centre = access.create_centre(tx, "Centre de santé")
        campaign = outreach.create_campaign(tx, "Forum du quartier", None, centre)
        card = outreach.create_invitations(tx, campaign.id, 1)[0]
    for _ in range(2):
        assert "Forum du quartier" in phone().open(f"/r/{card}").text
    person = phone().begin(f"/r/{card}")
    assert kept(house, person.token).campaign == campaign.id
    assert "déjà servi" in phone().open(f"/r/{card}").text


def test_a_link_from_a_messenger_serves_once_and_a_preview_does_not_use_it_up(phone, house):
    somebody = met(house, MARC, "private_ready")
    with house.service.store.transaction() as tx:
        tx.link(kept(house, somebody).id, "question", "a-link-of-twenty-one", 3600)
    for _ in range(2):
        assert "une seule fois" in phone().open("/s/a-link-of-twenty-one").text
    person = phone().open("/s/a-link-of-twenty-one").press("main form button")
    assert person.waiting == "private_ready"
    other = phone().open("/s/a-link-of-twenty-one")
    other.press("main form button")
    assert "déjà servi" in other.heading
    other.troubles.clear()  # the browser notes the answer « gone »


def test_keeping_answers_to_oneself_still_gives_the_advice(phone, house):
    marc = phone(MARC, "share").tap("no")
    assert marc.heading == "Vos conseils"
    assert marc.page.locator("a.handover").count() == 0
    assert marc.open("/code").heading == "Vos conseils"
    marc.press("main button[value='/change share']").tap("yes")
    assert len(marc.code) == 10
