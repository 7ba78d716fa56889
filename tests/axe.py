"""axe-core on a page, and what its runs found, written down for the accessibility statement."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Page

from tests.node import installed

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RESULTS = Path(__file__).parent.parent / "bot" / "content" / "accessibility_results.yaml"
Complaint = tuple[str, Any, str]


@cache
def source() -> str:
    """The script, from the npm package the lock names."""
    _, packages = installed()
    return (packages / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


SEEN = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
"""What axe judges by colours and sizes."""


def complaints(page: Page, only: Sequence[str] = ()) -> list[Complaint]:
    """What axe finds wrong, each with its first place; `only`: these rules, not all of them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(source())
    found = page.evaluate(
        "runOnly => axe.run({runOnly})",
        {"type": "rule" if only else "tag", "values": list(only or STANDARDS)},
    )
    return [(each["id"], each["nodes"][0]["target"], each["nodes"][0]["failureSummary"])
            for each in found["violations"]]  # fmt: skip


def record(part: str, pages: int, modes: list[str], found: int) -> None:
    """With REPORT=1, keep what this run saw of a `part` (patients, professionals); a run of one
    process, which saw it all."""
    if os.environ.get("REPORT") != "1":
        return
    known = yaml.safe_load(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    _, packages = installed()
    version = json.loads((packages / "axe-core" / "package.json").read_text())["version"]
    known[part] = {"date": datetime.now(UTC).date().isoformat(), "axe": version, "pages": pages,
                   "modes": modes, "violations": found}  # fmt: skip
    head = "# Written by WHOLE=1 REPORT=1 pytest tests/test_axe.py tests/test_web_pages.py.\n"
    RESULTS.write_text(head + yaml.safe_dump(known, sort_keys=True), encoding="utf-8")
