"""Every kind of page a patient opens: small, alone on the network, and fit for any hand and eye."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from tests.axe import SEEN, complaints, record
from tests.sampling import WHOLE
from tests.web_patients import MARC, TOLD, Phone, met, open_house

MODES = ["light", "dark", "large"] if WHOLE else ["light"]
SMALLEST = {"width": 320, "height": 568}
FIRST_LOAD = 15 * 1024
CHECKS = """() => {
  const wrong = [], seen = e => e.checkVisibility() && e.getBoundingClientRect().width > 2;
  const name = e => `${e.tagName} ${(e.innerText || e.name || '').trim().slice(0, 40)}`;
  if (document.querySelectorAll('h1').length !== 1) wrong.push('not one h1');
  if (!seen(document.getElementById('exit'))) wrong.push('no way to leave quickly');
  if (!document.title) wrong.push('no title');
  if (!document.documentElement.lang || !document.documentElement.dir) wrong.push('no lang or dir');
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('scrolls sideways');
  for (const e of document.querySelectorAll('main *, header *')) {
    if (seen(e) && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
      wrong.push('too narrow for what it holds: ' + name(e));
  }
  for (const e of document.querySelectorAll('button, summary, a, label.box, input, textarea')) {
    if (!seen(e) || e.type === 'hidden') continue;
    const box = (e.type === 'checkbox' ? e.closest('label') : e).getBoundingClientRect();
    const inText = e.tagName === 'A' && getComputedStyle(e).display === 'inline';
    if (!inText && (box.height < 44 || box.width < 44))
      wrong.push(`hard to touch, ${Math.round(box.width)}x${Math.round(box.height)}: ` + name(e));
    const labelled = e.innerText || e.getAttribute('aria-labelledby') || e.labels?.length;
    if (!labelled) wrong.push('no name: ' + name(e));
  }
  for (const e of document.querySelectorAll('[aria-labelledby], [aria-describedby]')) {
    for (const id of `${e.getAttribute('aria-labelledby') || ''} ${
        e.getAttribute('aria-describedby') || ''}`.split(' ').filter(Boolean))
      if (!document.getElementById(id)) wrong.push(`nothing called ${id}: ` + name(e));
  }
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  if (new Set(ids).size !== ids.length) wrong.push('two of the same id');
  let last = 1;
  for (const e of document.querySelectorAll('h1, h2, h3')) {
    if (+e.tagName[1] > last + 1) wrong.push('a heading skips a level: ' + name(e));
    last = +e.tagName[1];
  }
  const styles = [...document.querySelectorAll('style')];
  if (document.querySelector('[style], script:not([src])') || styles.length > 1 ||
      styles.some(e => e.sheet === null || !e.sheet.cssRules.length)) wrong.push('inline code');
  return wrong;
}"""


PAGES = {
    "start": (None, lambda it: it.open("/")),
    "unknown invitation": (None, lambda it: it.open("/r/ZZZZZZZZ")),
    "accessibility": (None, lambda it: it.open("/accessibilite")),
    "your data, in clear": (None, lambda it: it.open("/confidentialite")),
    "no network": (None, lambda it: it.open("/hors-ligne")),
    "appointment": (None, lambda it: it.open("/appointment")),
    "help": (None, lambda it: it.open("/help")),
    "used link": (None, lambda it: it.open("/s/zzzzzzzz")),
    "consent": (None, lambda it: it.begin()),
    "refused": (None, lambda it: it.begin().tap("no")),
    "age": ("age", lambda it: it),
    "exact age": ("age", lambda it: it.tap("60-65")),
    "between": ("age", lambda it: it.write("33")),
    "next time": ("age", lambda it: it.write("33").tap("later")),
    "too young": ("age", lambda it: it.write("16")),
    "one answer": ("sex", lambda it: it),
    "several answers": ("personal_history", lambda it: it.tick("cancer")),
    "number": ("height_m", lambda it: it),
    "misread": ("height_m", lambda it: it.write("grand")),
    "under help": ("height_m", lambda it: it.unfold()),
    "simpler": ("height_m", lambda it: it.command("/simpler")),
    "not understood": ("height_m", lambda it: it.unfold().tap("dont_understand")),
    "which part": ("height_m", lambda it: it.command("/change")),
    "which answer": ("height_m", lambda it: it.command("/change").press("main form button")),
    "pause": ("height_m", lambda it: it.command("/pause")),
    "sure to erase": ("height_m", lambda it: it.command("/erase")),
    "erased": ("height_m", lambda it: it.command("/erase").press("main form button")),
    "welcome back": ("height_m", lambda it: it.open("/")),
    "private door": ("private_ready", lambda it: it),
    "urgent": ("suicidal_history", lambda it: it.tick("ideation")),
    "what now": ("suicide_follow_up", lambda it: it.tap("now")),
    "violence": ("violence_victim", lambda it: it.tap("yes")),
    "in your words": ("priorities_free_text", lambda it: it),
    "summary": ("check_answers", lambda it: it),
    "advice": ("share", lambda it: it.tap("yes")),
    "code": ("share", lambda it: it.tap("yes").open("/code")),
    "my data": ("share", lambda it: it.tap("yes").open("/mes-donnees")),
    "discreet": ("share", lambda it: it.tap("yes").open("/discreet")),
    "advice kept to oneself": ("share", lambda it: it.tap("no")),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with open_house(tmp_path_factory.mktemp("pages"), unreviewed="ar") as opened:
        yield opened


@pytest.fixture(scope="module")
def seen():
    """What was found wrong on all pages, told at the end when a report is asked for."""
    found = []
    yield found
    record("patients", len(found), MODES, sum(found))


# A page at a time, with all its tests: two processes do not open the same ones.
@pytest.fixture(scope="module", params=PAGES)
def opened(request, browser, house, seen):
    """(name, phone, what is wrong in it, what axe says in each mode), on the smallest phone."""
    until, go = PAGES[request.param]
    token = met(house, TOLD, until) if until else ""
    phone = Phone(browser, house.base, token, viewport=SMALLEST)
    go(phone.open("/chat") if until else phone)
    modes = _modes(phone)
    seen.append(sum(map(len, modes.values())))
    yield request.param, phone, phone.page.evaluate(CHECKS), modes
    phone.context.close()


def _modes(phone):
    """What axe finds, and what no longer fits, as each of the settings shows the page."""
    found = {}
    for mode in MODES:
        phone.page.evaluate(
            "mode => { const it = document.documentElement; it.classList.add(mode); }", mode
        )
        # The same page in other colours and sizes: what hangs on neither was looked at once.
        found[mode] = complaints(phone.page, () if WHOLE or mode == "light" else SEEN)
        if mode == "large":
            found[mode] += phone.page.evaluate(CHECKS)
        phone.page.evaluate("mode => document.documentElement.classList.remove(mode)", mode)
    return found


def test_axe_finds_nothing_wrong_in_the_light_in_the_dark_nor_in_large_text(opened):
    assert opened[3] == {mode: [] for mode in MODES}


def test_every_page_can_be_read_and_touched_on_the_smallest_phone(opened):
    assert opened[2] == []


def test_no_page_asks_anything_of_another_site(opened, house):
    name, phone = opened[:2]
    assert [it for it in phone.asked if not it.startswith((house.base, "data:"))] == []
    assert phone.troubles == [] or name == "unknown invitation" or name == "used link"
    assert {it["name"] for it in phone.context.cookies()} <= {"q"}


@pytest.mark.parametrize("name", ["age", "urgent", "summary", "advice", "code", "which answer"])
def test_arabic_is_read_from_right_to_left_on_the_same_pages(house, browser, name):
    until, go = PAGES[name]
    phone = Phone(browser, house.base, met(house, TOLD, until), viewport=SMALLEST)
    go(phone.open("/chat").command("/language ar"))
    root = phone.page.locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("ar", "rtl")
    assert phone.page.evaluate(CHECKS) == []
    phone.context.close()


def test_the_first_load_is_light(browser, house):
    phone = Phone(browser, house.base)
    sizes = {}
    phone.page.on("response", lambda it: sizes.update({it.url: it.request.sizes}))
    phone.open("/").page.wait_for_load_state("networkidle")
    sent = {url: each()["responseBodySize"] for url, each in sizes.items()
            if url.startswith(house.base)}  # fmt: skip
    assert len(sent) == 3
    assert sum(sent.values()) <= FIRST_LOAD, sent
    phone.context.close()


def test_the_statement_says_what_was_seen_and_claims_no_audit(browser, house):
    phone = Phone(browser, house.base).open("/accessibilite")
    assert "Aucun audit n'a été fait." in phone.text.replace("\u00a0", " ")
    assert "{" not in phone.text
    assert phone.open("/").page.locator("footer a[href^='/accessibilite']").is_visible()
    phone.context.close()


def test_a_short_address_leads_back_on_the_same_phone(browser, house):
    phone = Phone(browser, house.base, met(house, MARC, "height_m"))
    phone.open("/chat").command("/pause")
    assert "/c" in phone.text
    phone.open("/c")
    assert phone.page.locator("main button[value='/resume']").is_visible()
    assert phone.command("/resume").waiting == "height_m"
    stranger = Phone(browser, house.base).open("/c")
    assert stranger.page.locator("form[action='/begin']").is_visible()
    for each in (phone, stranger):
        each.context.close()


def test_every_page_forbids_what_is_not_ours(browser, house):
    phone = Phone(browser, house.base, met(house, MARC, "height_m"))
    for path in ("/", "/chat", "/help", "/appointment", "/r/ZZZZZZZZ", "/s/zzzzzzzz"):
        headers = phone.context.request.get(house.base + path).headers
        policy = dict(part.strip().partition(" ")[::2]
                      for part in headers["content-security-policy"].split(";"))  # fmt: skip
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["connect-src"] == "'self'"
        # The first page carries our sheet itself, known by its hash; nothing else may.
        first = path in ("/", "/r/ZZZZZZZZ")
        own = r"'self'( 'sha256-[A-Za-z0-9+/]{43}=')" + ("" if first else "{0}")
        assert re.fullmatch(own, policy["style-src"])
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    scripts = phone.open("/chat").page.evaluate("[...document.scripts].map(it => it.src)")
    assert all(each.startswith(f"{house.base}/w/") for each in scripts)
    phone.context.close()


def test_a_link_on_a_page_tells_no_other_site_where_it_was(opened, house):
    for link in opened[1].page.locator("a[href^='http']").all():
        away = link.get_attribute("href")
        assert away.startswith(house.base) or "noreferrer" in link.get_attribute("rel"), opened[0]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_what_is_printed_carries_no_confidence(browser, house, script):
    said = {**TOLD, "violence_victim": "yes", "private_ready": "yes"}
    phone = Phone(browser, house.base, met(house, said, "share"), java_script_enabled=script)
    code = phone.open("/chat").tap("yes").code
    assert "3114" in phone.text
    printed = [_text(phone.context.request.get(f"{house.base}{path}").body())
               for path in ("/conseils.pdf", "/conseils.pdf?discreet=1", "/recu.pdf")]  # fmt: skip
    for text in printed:
        assert code in text.replace(" ", "")  # a tight pair of letters is read with a space
        assert not re.search(r"3114|3919|116 ?006|suicid|violen|mourir", text, re.IGNORECASE)
    phone.context.close()


def test_papers_are_for_whoever_has_finished(browser, house):
    phone = Phone(browser, house.base, met(house, MARC, "share"))
    for path in ("/code", "/discreet", "/conseils.pdf", "/recu.pdf"):
        phone.open(path)
        assert phone.waiting == "share"
    phone.context.close()


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)
