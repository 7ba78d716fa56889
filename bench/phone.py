"""A cheap phone on a poor network: 400 kbit/s, 400 ms, a processor six times slower.

`python -m bench.phone`: the first paint of the start page, what the first load weighs, and how long
each next question takes once the questions are there. Wants at most 1.0 s, 15 KB and 150 ms.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.professionals import chromium
from tests.web_patients import MARC, Phone, met, open_house

KBITS, LATENCY, SLOWER = 400, 400, 6
QUESTIONS = 12
TIMED = """() => new Promise(done => {
  const button = document.querySelector('main form.question button[name=instead]');
  const old = document.querySelector('main form.question input[name=about]').value;
  const start = performance.now();
  new MutationObserver((_, watch) => {
    const now = document.querySelector('main form.question input[name=about]');
    if (!now || now.value === old) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  }).observe(document.body, {childList: true, subtree: true});
  button.click();
})"""


def slowed(page: Page) -> CDPSession:
    """The page as on that phone."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": LATENCY, "downloadThroughput": KBITS * 1000 / 8,
        "uploadThroughput": KBITS * 1000 / 8,
    })  # fmt: skip
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def first_load(browser: Any, base: str) -> dict[str, float]:
    phone = Phone(browser, base)
    sizes: list[int] = []
    phone.page.on("requestfinished", lambda it: sizes.append(it.sizes()["responseBodySize"]))
    slowed(phone.page)
    phone.open("/").page.wait_for_load_state("networkidle")
    painted = phone.page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0].startTime"
    )
    phone.context.close()
    return {"first_paint_ms": round(painted), "first_load_bytes": sum(sizes)}


def next_questions(browser: Any, base: str, token: str) -> dict[str, float]:
    phone = Phone(browser, base, token)
    slowed(phone.page)
    phone.open("/chat").page.locator("html.ahead.kept").wait_for(timeout=60_000)
    took = [phone.page.evaluate(TIMED) for _ in range(QUESTIONS)]
    phone.page.locator("html.sending").wait_for(state="detached", timeout=60_000)
    phone.context.close()
    return {"next_question_ms_median": round(statistics.median(took)),
            "next_question_ms_worst": round(max(took))}  # fmt: skip


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder, open_house(Path(folder)) as house,
        chromium() as browser,
    ):  # fmt: skip
        found = first_load(browser, house.base)
        found |= next_questions(browser, house.base, met(house, MARC, "sex"))
    json.dump(found, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
