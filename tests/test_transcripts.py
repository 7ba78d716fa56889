"""Golden transcripts: each band completed on the console, as anyone can review.

`ACCEPT=1 make test` (or `ACCEPT=1 pytest tests/test_transcripts.py`) accepts a change.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bot.channels.console import talk
from store import access
from store.codes import read_code
from tests.serving import serving

FOLDER = Path(__file__).parent / "transcripts"
SCRIPTS = sorted(FOLDER.glob("*.said"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
async def test_the_conversation_is_the_one_reviewed(tmp_path, script):
    said = iter(script.read_text(encoding="utf-8").splitlines())
    written: list[str] = []

    async def read() -> str | None:
        line = next(said, None)
        if line is not None:
            written.append(f"> {line}\n")
        return line

    async with serving(tmp_path) as service:
        reply = await talk(service.desk, read, written.append, "one")
        text = "\n".join(written)
        if "Votre code" in text:
            code = read_code(re.search(r"Votre code : (\w{5} \w{5})", text)[1])
            assert code == reply.code
            with service.store.transaction() as tx:
                centre = access.create_centre(tx, "Centre")
                who = access.create_practitioner(
                    tx, "a@example.org", "A", "médecin", "secret-secret", centre, "practitioner"
                )
                assert access.open_by_code(tx, who, code)
            text = text.replace(f"{code[:5]} {code[5:]}", "XXXXX XXXXX")
    # The code to go on elsewhere, shown at a pause.
    text = re.sub(r"(autre téléphone :) \w{5} \w{5}", r"\1 YYYYY YYYYY", text)
    golden = script.with_suffix(".txt")
    if os.environ.get("ACCEPT"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
    assert reply.finished == ("interrompu" not in script.stem)
