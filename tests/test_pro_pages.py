"""`/pro` as a professional meets it: the door, the code, the list, the brief; then in Chromium."""

from __future__ import annotations

import re
from html import unescape

import pytest

from api.pages.practitioner.view import seen
from restitution.paper import tells
from store import access
from tests import advising
from tests.professionals import BASE, PASSWORD, House, browsing, chromium, person, served
from tests.serving import Clock
from tests.test_personas import NAMES, PEOPLE, said

CENTRE = "Centre Nord"


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.writer.close()


def in_the_open(html):
    """The words of a page without what is folded, head and attributes left out."""
    html = re.sub(r"<head>.*?</head>", "", html, flags=re.S)
    for _ in range(3):  # folds within folds
        html = re.sub(r"<details[^>]*>(?:(?!<details).)*?</details>", "", html, flags=re.S)
    return words(html)


def words(html):
    plain = unescape(re.sub(r"<[^>]+>", "", html))
    return re.sub(r"\s+", " ", plain)


def shown_summary(html):
    """What the folded block at the top says before it is opened."""
    found = re.search(r'<details id="alone".*?<summary>(.*?)</summary>', html, re.S)
    return words(found[1]) if found else ""


def flat(text):
    return re.sub(r"\s+", " ", text)


# -- the door --------------------------------------------------------------------------------------


async def test_signing_in_reading_and_leaving(house):
    house.account(centre=CENTRE)
    house.share(person("Marc", chosen_name="Marc B."), CENTRE)
    async with browsing(house) as browser:
        assert "Espace des professionnels" in (await browser.go("/pro")).text
        home = await browser.sign_in()
        assert str(home.url) == f"{BASE}/pro" and "Marc B." in home.text
        assert "Camille Martin, infirmière · Centre Nord" in home.text
        await browser.send("/pro/sortie")
        assert "Espace des professionnels" in (await browser.go("/pro")).text
        assert "__Host-pro" not in browser.client.cookies


async def test_a_wrong_password_says_so_without_saying_which_part(house):
    house.account()
    async with browsing(house) as browser:
        wrong = await browser.sign_in(password="wrong")
        unknown = await browser.sign_in("nobody@example.org", "wrong")
        assert wrong.status_code == unknown.status_code == 401
        assert "Adresse ou mot de passe inconnus." in wrong.text
        assert wrong.text.replace("c@ex", "") == unknown.text.replace("nobody@ex", "")
        for _ in range(5):
            last = await browser.sign_in(password="wrong")
        assert last.status_code == 429 and "Attendez" in last.text


async def test_the_session_cookie_can_neither_be_read_by_scripts_nor_sent_by_other_sites(house):
    house.account()
    async with browsing(house) as browser:
        await browser.go("/pro/connexion")
        fields = {"csrf": browser.proof, "email": "c@example.org", "password": PASSWORD}
        answer = await browser.client.post("/pro/connexion", data=fields)
    cookie = next(it for it in answer.headers.get_list("set-cookie") if "pro=" in it)
    assert cookie.startswith("__Host-pro=")
    for part in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert part in cookie


async def test_a_form_that_did_not_come_from_our_page_changes_nothing(house):
    who = house.account(centre=CENTRE)
    _, code = house.share(person("Marc"))
    other = house.token(house.account("o@example.org"))
    async with browsing(house) as browser:
        home = await browser.sign_in()
        good, session = browser.proof, browser.client.cookies["__Host-pro"]
        browser.client.cookies.set("__Host-pro", other, domain="bilan.example.org")
        await browser.go("/pro")
        foreign = browser.proof
        browser.client.cookies.set("__Host-pro", session, domain="bilan.example.org")
        post = browser.client.post
        refused = [
            await post("/pro/code", data={"code": code}),
            await post("/pro/code", data={"code": code, "csrf": "é"}),
            await post("/pro/code", data={"code": code, "csrf": foreign}),
            await post("/terrain", data={"place": "Ici"}),
            await post("/pro/sortie"),
            await post("/pro/code", data={"code": code, "csrf": good},
                       headers={"Sec-Fetch-Site": "cross-site"}),
            await post("/pro/code", data={"code": code, "csrf": good},
                       headers={"Origin": "https://evil.example"}),
        ]  # fmt: skip
        assert home.status_code == 200
        assert [each.status_code for each in refused] == [403] * 7
        # Our pages send no referrer: browsers then say « null » of our own forms.
        fine = await post("/pro/code", data={"code": code, "csrf": good},
                          headers={"Origin": "null"})  # fmt: skip
        assert fine.status_code == 303
    with house.store.reading() as tx:
        assert len(access.readings(tx, fine.headers["location"].rpartition("/")[2])) == 1
    assert who


@pytest.mark.parametrize(
    "path", ["/pro", "/pro/bilan/x", "/pro/bilan/x.pdf", "/pro/bilan/x/fiche.pdf", "/terrain"]
)
async def test_without_a_session_one_is_sent_to_the_door(house, path):
    async with browsing(house) as browser:
        answer = await browser.client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/pro/connexion")


async def test_every_page_forbids_frames_copies_and_anything_from_elsewhere(house):
    house.account(centre=CENTRE)
    brief_id, _ = house.share(person("Awa"), CENTRE)
    async with browsing(house) as browser:
        pages = [await browser.go("/pro/connexion"), await browser.sign_in()]
        pages += [await browser.go(path) for path in
                  (f"/pro/bilan/{brief_id}", "/terrain", "/api/docs", "/pro/nowhere")]  # fmt: skip
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert not re.search(r"<script>|<style|style=|\son\w+=", page.text)
        assert "http" not in page.text.replace(BASE, "")
    assert [each.status_code for each in pages] == [200] * 5 + [404]
    assert "Rien à cette adresse" in pages[-1].text


# -- codes -----------------------------------------------------------------------------------------


async def test_a_code_is_read_generously(house):
    house.account()
    brief_id, code = house.share(person("Awa", chosen_name="Awa D."))
    typed = f" {code[:5].lower()}-{code[5:]} ".replace("0", "o").replace("1", "l")
    async with browsing(house) as browser:
        await browser.sign_in()
        page = await browser.send("/pro/code", code=typed)
    assert str(page.url) == f"{BASE}/pro/bilan/{brief_id}"
    assert "Awa D., 62 ans" in words(page.text)


@pytest.mark.parametrize(
    ("code", "status", "told"),
    [("", 422, "dix caractères"), ("12345", 422, "dix caractères"),
     ("2222222222", 404, "n'ouvre rien")],
)  # fmt: skip
async def test_a_code_that_opens_nothing_says_why(house, code, status, told):
    house.account()
    async with browsing(house) as browser:
        await browser.sign_in()
        page = await browser.send("/pro/code", code=code)
    assert page.status_code == status and 'role="alert"' in page.text
    assert told in words(page.text)


async def test_too_many_codes_are_told_to_wait_and_the_list_stays(house):
    house.account(centre=CENTRE)
    house.share(person("Marc", chosen_name="Marc"), CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        for _ in range(6):
            page = await browser.send("/pro/code", code="2222222222")
    assert page.status_code == 429 and "Attendez une demi-heure" in page.text
    assert "Marc" in page.text


# -- the list --------------------------------------------------------------------------------------


async def test_the_list_puts_urgent_first_and_keeps_confidences(house):
    house.account(centre=CENTRE)
    for name in ("Yasmine", "Marc", "Odette"):
        house.share(person(name, chosen_name=name), CENTRE)
        house.clock.now += 60
    house.share(person("Rosa", chosen_name="Rosa"), "Centre Sud")
    async with browsing(house) as browser:
        page = words((await browser.sign_in()).text)
    places = [page.index(name) for name in ("Odette", "Yasmine", "Marc")]
    assert places == sorted(places)
    assert page.count("À voir d'abord") == 2
    assert "Fumer moins ou arrêter" in page and "Je fume" in page
    assert "Rosa" not in page
    assert not tells(page)


async def test_an_outreach_worker_meets_the_field_only(house):
    house.account("t@example.org", centre=CENTRE, role="outreach")
    brief_id, code = house.share(person("Marc"), CENTRE)
    async with browsing(house) as browser:
        page = await browser.sign_in("t@example.org")
        assert str(page.url) == f"{BASE}/terrain" and "Bilans" not in page.text
        assert (await browser.go(f"/pro/bilan/{brief_id}")).status_code == 404
        await browser.go("/terrain")
        assert (await browser.send("/pro/code", code=code)).status_code == 404


# -- the brief -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def busy_house(tmp_path_factory):
    """One house for everybody: what a page shows does not hang on the others."""
    made = House(tmp_path_factory.mktemp("busy"))
    made.account(centre=CENTRE)
    yield made
    made.writer.close()


@pytest.mark.parametrize(("band", "invented"), PEOPLE, ids=NAMES)
async def test_everything_is_on_the_page_and_confidences_are_folded(busy_house, band, invented):
    house = busy_house
    answers = {**said(invented), "chosen_name": "Dominique"}
    typed = (("suicide", "je veux mourir", "weight_kg", 1_795_000_000),)
    distress = typed if "Thomas" in invented["name"] else ()
    brief_id, _ = house.share(answers, CENTRE, distress)
    made = advising.brief(answers, distress)
    async with browsing(house) as browser:
        await browser.sign_in()
        html = (await browser.go(f"/pro/bilan/{brief_id}")).text
    page, shown = words(html), in_the_open(html)

    assert not tells(shown)
    for answer in made.answers:
        assert flat(answer.asked) in flat(_plain(page)) and flat(answer.said) in flat(_plain(page))
    for flag in made.flags:
        assert flag.id in page and _plain(flag.note) in _plain(page)
        assert _plain(flag.source.name) in _plain(page)
    for _, sentence, _, _ in distress:
        assert sentence in page and sentence not in shown
    if distress or any(flag.confidential for flag in made.flags):
        assert "Confidentiel : à ouvrir seul(e) avec la personne" in shown_summary(html)
    assert "Déclaratif, non diagnostique." in shown
    assert "Non répondu : ne pas supposer « non »" in _plain(shown)


def _plain(text):
    """As typed, before French spacing."""
    return re.sub(r"\s+", " ", text.replace("\u202f", " "))


async def test_the_first_lines_say_who(house):
    house.account(centre=CENTRE)
    answers = person("Awa", chosen_name="Awa D.", interpreter="yes", family_doctor="no",
                     helped="helped")  # fmt: skip
    brief_id, _ = house.share(answers, CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        page = in_the_open((await browser.go(f"/pro/bilan/{brief_id}")).text)
    for told in ("Awa D., 62 ans", "Bilan 60-65", "français", "Interprète souhaité",
                 "A répondu avec de l'aide", "réponses sur 53", "Sans médecin traitant",
                 "Questions personnelles : à aborder seul à seul"):  # fmt: skip
        assert told in page


def test_urgent_signals_come_before_wishes_and_repeated_causes_leave_their_place():
    made = seen(advising.brief(person("Moussa")))
    assert next(each.flag.id for each in made.top) == "nitrous_oxide"
    top = [each.flag.id for each in seen(advising.brief(person("Léa"))).top]
    assert "phq4_moderate" in top and "gad2_positive" not in top


def test_scores_show_their_halves_and_their_items():
    scores = {each.score.id: each for each in seen(advising.brief(person("Léa"))).scores}
    assert [half.id for half in scores["phq4"].halves] == ["phq4.gad2", "phq4.phq2"]
    assert [line.points for line in scores["phq4"].lines] == [3, 2, 1, 1]
    assert [line.said for line in scores["bmi"].lines] == ["1,70 m", "52 kg"]


def test_an_urgent_note_that_tells_is_read_alone_and_its_calm_part_in_the_open():
    made = seen(advising.brief(person("Sandrine")))
    severe = next(each for each in made.top if each.flag.id == "phq4_severe")
    assert "suicide" not in severe.note and "suicide" in severe.whole
    assert "phq4_severe" in [each.flag.id for each in made.alone]


def test_levels_of_themes_tell_nothing_confided():
    made = seen(advising.brief(person("Yasmine")))
    assert dict(made.open.themes)["social_life"] != "urgent"


async def test_a_name_or_a_sentence_is_never_taken_for_markup(house):
    house.account(centre=CENTRE)
    nasty = "<script>alert(1)</script>"
    brief_id, _ = house.share(
        person("Marc", chosen_name=nasty, priorities_free_text="<b>&amp;"), CENTRE
    )
    async with browsing(house) as browser:
        home = (await browser.sign_in()).text
        page = (await browser.go(f"/pro/bilan/{brief_id}")).text
    for html in (home, page):
        assert nasty not in html and "&lt;script&gt;alert(1)" in html
    assert "&lt;b&gt;&amp;amp;" in page


async def test_each_reading_of_a_page_or_a_paper_leaves_its_trace(house):
    house.account(centre=CENTRE)
    brief_id, _ = house.share(person("Yasmine", chosen_name="Yasmine K."), CENTRE)
    async with browsing(house) as browser:
        await browser.sign_in()
        await browser.go(f"/pro/bilan/{brief_id}")
        paper = await browser.go(f"/pro/bilan/{brief_id}.pdf")
        fiche = await browser.go(f"/pro/bilan/{brief_id}/fiche.pdf")
    for printed, name in ((paper, "bilan"), (fiche, "fiche")):
        assert printed.headers["content-type"] == "application/pdf"
        assert printed.headers["content-disposition"] == f'inline; filename="{name}.pdf"'
    with house.store.reading() as tx:
        traces = [action for _, _, action in access.readings(tx, brief_id)]
    assert traces == ["listed", "read brief", "print brief", "print fiche"]
    import io

    from pypdf import PdfReader

    for each in (paper, fiche):
        pages = PdfReader(io.BytesIO(each.content)).pages
        assert len(pages) == 1
        text = pages[0].extract_text()
        assert "Yasmine K." in text and not tells(text)


# -- in a real browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """A served house with somebody urgent, somebody calm and somebody who confided."""
    with served(tmp_path_factory.mktemp("pro"), Clock()) as (house, base), chromium() as browser:
        house.account(centre=CENTRE)
        ids = {
            name: house.share(person(name, chosen_name=f"{name} D.", interpreter="yes",
                                     family_doctor="no", helped=helped), CENTRE)[0]
            for name, helped in (("Awa", "helped"), ("Yasmine", "alone"), ("Bernard", "alone"),
                                 ("Sandrine", "alone"), ("Lucien", "alone"))
        }  # fmt: skip
        yield house, base, browser, ids


def enter(street, width, height, **more):
    """Signed in, on a screen of this size: the page, and what it asked for or complained of."""
    _, base, browser, _ = street
    context = browser.new_context(viewport={"width": width, "height": height}, **more)
    page = context.new_page()
    heard: list[str] = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.goto(f"{base}/pro")
    page.fill("#email", "c@example.org")
    page.fill("#password", PASSWORD)
    page.click("#door button")
    page.wait_for_url(f"{base}/pro")
    return page, heard


@pytest.mark.parametrize("name", ["Awa", "Yasmine", "Bernard", "Sandrine", "Lucien"])
def test_thirty_seconds_before_the_visit_nothing_needs_scrolling(street, name):
    page, heard = enter(street, 1280, 800)
    page.goto(f"{street[1]}/pro/bilan/{street[3][name]}")
    blocks = ["#who", "#doctor", "#wants", "#signals"]
    blocks += ["#alone"] if name in ("Yasmine", "Sandrine") else []
    for block in blocks:
        box = page.locator(block).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, block
    assert page.locator("#signals .flag").count() == 3
    assert page.locator("#signals details[open]").count() == 0
    assert all(each.startswith(street[1]) for each in heard)
    page.context.close()


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_the_same_blocks_take_two_screens_and_nothing_sticks_out(street, width):
    page, _ = enter(street, width, 844)
    page.goto(f"{street[1]}/pro/bilan/{street[3]['Yasmine']}")
    for block in ("#who", "#doctor", "#alone", "#wants", "#signals"):
        box = page.locator(block).bounding_box()
        assert box["y"] + box["height"] <= 2 * 844, block
    for path in (f"/pro/bilan/{street[3]['Awa']}", "/pro", "/terrain", "/api/docs"):
        page.goto(street[1] + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.context.close()


def test_all_works_without_script(street):
    house, base, _, _ = street
    _, code = house.share(person("Rosa", chosen_name="Rosa"))
    page, _ = enter(street, 1280, 800, java_script_enabled=False)
    page.fill("#code", code.lower())
    page.click("form[action='/pro/code'] button")
    assert page.locator("h1").inner_text() == "Rosa, 63 ans"
    page.click("text=Se déconnecter")
    assert page.url == f"{base}/pro/connexion"
    page.context.close()


def test_a_scanned_code_reaches_its_field_and_leaves_the_address(street):
    """It stands after the #, so that no log ever holds it; signing in keeps it."""
    _, base, browser, _ = street
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.goto(f"{base}/pro#7K3QM2XW9T")
    page.fill("#email", "c@example.org")
    page.fill("#password", PASSWORD)
    page.click("#door button")
    page.wait_for_selector("#code")
    assert page.input_value("#code") == "7K3QM2XW9T"
    assert page.url == f"{base}/pro"
    assert not [each for each in asked if "7K3QM2XW9T" in each.partition("#")[0]]
    page.close()


def test_confidences_open_by_hand_and_stay_off_the_printer(street):
    page, _ = enter(street, 1280, 800)
    page.goto(f"{street[1]}/pro/bilan/{street[3]['Yasmine']}")
    block = page.locator("#alone")
    assert not page.get_by_text("3919").first.is_visible()
    page.click("#alone > summary")
    assert "Idées de mort" in block.inner_text()
    page.emulate_media(media="print")
    assert not block.is_visible()
    page.context.close()
