"""`python -m locales extract | update | status | review`: the translators' round trip."""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections import Counter
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from locales import FOLDER, NAMES, babel
from locales.plain import Text
from locales.reviewing import enough, essential, mark, stale, status

ROOT = FOLDER.parent
OTHERS = tuple(each for each in NAMES if each != "fr")
_OURS = ("Project-Id-Version", "Language", "MIME-Version", "Content-Type", "Plural-Forms",
         "Content-Transfer-Encoding", "X-Review")  # fmt: skip
"""Header lines we write ourselves; those of Weblate or of an editor are kept as they are."""


def main(command: str, folder: Path = FOLDER) -> int:
    """Run one command; 1 when `status` finds something to translate or to sign again, else 0."""
    texts, todo = template(), 0
    if command == "extract":
        _write(folder / "messages.pot", texts)
    for language in OTHERS:
        path = folder / language / "LC_MESSAGES" / "messages.po"
        catalogue = _read(path, language)
        if command == "update":
            # A text whose French changed keeps its translation as fuzzy: shown to no one.
            catalogue.update(texts)
            _write(path, catalogue)
        todo += _tell(language, catalogue, texts, whole=command == "status")
    return 1 if todo and command == "status" else 0


def review(language: str, by: str, on: date, contexts: list[str], folder: Path = FOLDER) -> int:
    """Sign a language's entries of these contexts; how many."""
    path = folder / language / "LC_MESSAGES" / "messages.po"
    catalogue = _read(path, language)
    signed = mark(catalogue, by, on, contexts)
    _write(path, catalogue)
    return signed


def template() -> Catalog:
    """Every text a patient may read, each once per context, file after file."""
    made = Catalog(project="avant-bilan", version="1", charset="utf-8")
    for path, context, text, kind in _found():
        made.add(text, context=context, locations=[(path, 1)], auto_comments=[kind])
    return made


def french() -> list[Text]:
    """The same texts, with what each of them is: what `plain.py` looks at."""
    found = {(context, text): kind for _, context, text, kind in reversed(_found())}
    return [Text(context, kind, text.strip()) for (context, text), kind in reversed(found.items())]


@cache
def _found() -> tuple[tuple[str, str, str, str], ...]:
    """(file, context, French text, what it is)."""
    settings = tomllib.loads((FOLDER / "babel.toml").read_text(encoding="utf-8"))
    mapped = {each["pattern"]: each for each in settings["mappings"]}
    methods = [(at, settings["extractors"][each["method"]]) for at, each in mapped.items()]
    return tuple(
        (path, str(context), str(text), comments[0])
        for path, _, text, comments, context in extract_from_dir(
            ROOT, methods, mapped, {"pgettext": ((1, "c"), 2)}
        )
    )


def untranslated(catalogue: Catalog, texts: Catalog) -> list[tuple[str, str]]:
    """(context, French) of what this catalogue has not, or has from an older French."""
    done = {(each.context, each.id) for each in catalogue if each.string and not each.fuzzy}
    asked = [(str(each.context), str(each.id)) for each in texts if each.id]
    return [each for each in asked if each not in done]


def _tell(language: str, catalogue: Catalog, texts: Catalog, whole: bool) -> int:
    """One line on a language, all that misses before it when `whole`; how much there is to do."""
    todo = untranslated(catalogue, texts)
    must = {(str(each.context), str(each.id)) for each in texts if each.id and essential(each)}
    again = [str(each.id) for each in catalogue if each.id and stale(each)]
    if whole:
        sys.stdout.writelines(
            f"{context}: {french!r}{' (keeps the language away)' if each in must else ''}\n"
            for each in todo for context, french in [each]
        )  # fmt: skip
        sys.stdout.writelines(f"changed since its review: {french!r}\n" for french in again)
    listed = {(each.context, each.id): each for each in catalogue if each.id and each.string}
    count = Counter(status(listed[each.context, each.id])
                    for each in texts if (each.context, each.id) in listed)  # fmt: skip
    counted = ", ".join(f"{count[each]} {each}" for each in ("machine", "drafted", "reviewed"))
    offered = "offered" if enough(catalogue) else "not offered"
    sys.stdout.write(
        f"{language}: {len(texts) - len(todo)} of {len(texts)} done ({counted}), {offered}\n"
    )
    return len(todo) + len(again)


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _write(path: Path, catalogue: Catalog) -> None:
    """Write it as Weblate writes gettext, without what changes at each run: Babel would put today's
    date in the header, and line numbers would follow every edit."""
    body = BytesIO()
    write_po(body, catalogue, width=100, omit_header=True, ignore_obsolete=True,
             include_previous=True, include_lineno=False)  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    head = _header(path, catalogue)
    path.write_bytes(head.encode() + b"\n" + body.getvalue().lstrip(b"\n"))


def _header(path: Path, catalogue: Catalog) -> str:
    lines = ["Project-Id-Version: avant-bilan 1"]
    if catalogue.locale:
        language = path.parent.parent.name
        plural = Catalog(locale=babel(language).split("_")[0]).plural_forms
        lines += [f"Language: {language}", f"Plural-Forms: {plural}"]
    lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
              "Content-Transfer-Encoding: 8bit"]  # fmt: skip
    lines += [each for each in _kept(path) if each.split(":")[0] not in _OURS]
    quoted = "".join(f'"{each}\\n"\n' for each in lines)
    about = "# Everything a patient may read. docs/translating.md says how to translate and review."
    return f'{about}\nmsgid ""\nmsgstr ""\n{quoted}'


def _kept(path: Path) -> list[str]:
    """The header lines of the file as it is."""
    if not path.exists():
        return []
    head = path.read_text(encoding="utf-8").split("\n\n", maxsplit=1)[0]
    return [each[1:-3] for each in head.splitlines() if each.startswith('"') and ":" in each]


def _command(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m locales", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("extract", help="gather the French texts into locales/messages.pot")
    commands.add_parser("update", help="bring every language up to date with them")
    commands.add_parser("status", help="what each language misses, and who vouches for it")
    signing = commands.add_parser("review", help="sign translations somebody has read")
    signing.add_argument("language", choices=OTHERS)
    signing.add_argument("--by", required=True, help="name of who read them")
    signing.add_argument("--on", required=True, type=date.fromisoformat, help="2026-11-26")
    signing.add_argument("--context", action="append", help="« alert.* »; all when not given")
    given = parser.parse_args(arguments)
    if given.command != "review":
        return main(given.command)
    try:
        signed = review(given.language, given.by, given.on, given.context or ["*"])
    except ValueError as error:
        parser.error(str(error))
    sys.stdout.write(f"{given.language}: {signed} signed by {given.by}, {given.on}\n")
    return 0 if signed else 1


if __name__ == "__main__":
    raise SystemExit(_command(sys.argv[1:]))
