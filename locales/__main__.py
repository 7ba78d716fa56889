"""`python -m locales extract | update | status`: the translators' round trip."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from locales import FOLDER, NAMES
from locales.extract import template


def main(command: str) -> int:
    """Run one command; gives the exit code."""
    texts = template()
    if command == "extract":
        _write(FOLDER / "messages.pot", texts)
    for language in (each for each in NAMES if each != "fr"):
        path = FOLDER / language / "LC_MESSAGES" / "messages.po"
        catalogue = _read(path, language)
        if command == "update":
            # A text whose French changed keeps its translation as fuzzy: shown to no one.
            catalogue.update(texts)
            _write(path, catalogue)
        asked = {(each.context, each.id) for each in texts if each.id}
        done = {
            (each.context, each.id)
            for each in catalogue
            if each.id and each.string and not each.fuzzy
        }
        print(f"{language}: {len(asked & done)} of {len(asked)} translated")
    return 0


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        return Catalog(locale=language, project="avant-bilan", version="1")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _write(path: Path, catalogue: Catalog) -> None:
    with path.open("wb") as file:
        write_po(file, catalogue, width=100, omit_header=False, sort_output=False,
                 include_previous=True, ignore_obsolete=True)  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("extract", "update", "status"):  # noqa: PLR2004
        raise SystemExit("python -m locales extract | update | status")
    raise SystemExit(main(sys.argv[1]))
