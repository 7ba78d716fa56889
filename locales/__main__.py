"""`python -m locales extract | update | status`: the translators' round trip."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from locales import FOLDER, NAMES
from locales.plain import Text

ROOT = FOLDER.parent
COMMANDS = ("extract", "update", "status")
USAGE = """python -m locales <command>
  extract  gather the French texts into locales/messages.pot
  update   bring every language up to date with them
  status   what each language still misses"""
_HEADER = """\
# Everything a patient may read. docs/translating.md says how to translate and review.
msgid ""
msgstr ""
"Project-Id-Version: avant-bilan 1\\n"
{more}"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def main(command: str, folder: Path = FOLDER) -> int:
    """Run one command; 1 when `status` finds something to translate, else 0."""
    texts, missing = template(), 0
    if command == "extract":
        _write(folder / "messages.pot", texts)
    for language in (each for each in NAMES if each != "fr"):
        path = folder / language / "LC_MESSAGES" / "messages.po"
        catalogue = _read(path, language)
        if command == "update":
            # A text whose French changed keeps its translation as fuzzy: shown to no one.
            catalogue.update(texts)
            _write(path, catalogue)
        todo = untranslated(catalogue, texts)
        missing += len(todo)
        if command == "status":
            sys.stdout.writelines(f"{context}: {french!r}\n" for context, french in todo)
        reviewed = sum("status: reviewed" in each.user_comments for each in catalogue)
        done = len(texts) - len(todo)
        sys.stdout.write(f"{language}: {done} of {len(texts)} done, {reviewed} reviewed\n")
    return 1 if missing and command == "status" else 0


def template() -> Catalog:
    """Every text a patient may read, each once per context, file after file."""
    made = Catalog(project="avant-bilan", version="1", charset="utf-8")
    for path, context, text, _ in _found():
        made.add(text, context=context, locations=[(path, 1)])
    return made


def french() -> list[Text]:
    """The same texts, with what each of them is: what `plain.py` looks at."""
    found = {(context, text): kind for _, context, text, kind in reversed(list(_found()))}
    return [Text(context, kind, text.strip()) for (context, text), kind in reversed(found.items())]


def _found() -> Iterator[tuple[str, str, str, str]]:
    """(file, context, French text, what it is)."""
    settings = tomllib.loads((FOLDER / "babel.toml").read_text(encoding="utf-8"))
    mapped = {each["pattern"]: each for each in settings["mappings"]}
    methods = [(at, settings["extractors"][each["method"]]) for at, each in mapped.items()]
    for path, _, text, comments, context in extract_from_dir(
        ROOT, methods, mapped, {"pgettext": ((1, "c"), 2)}
    ):
        yield path, str(context), str(text), comments[0]


def untranslated(catalogue: Catalog, texts: Catalog) -> list[tuple[str, str]]:
    """(context, French) of what this catalogue has not, or has from an older French."""
    done = {(each.context, each.id) for each in catalogue if each.string and not each.fuzzy}
    asked = [(str(each.context), str(each.id)) for each in texts if each.id]
    return [each for each in asked if each not in done]


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _write(path: Path, catalogue: Catalog) -> None:
    """Write it with the header it had. Babel would drop lines of it it does not know, such as
    X-Review, and put today's date at each run; line numbers would change with every edit."""
    language = f'"Language: {catalogue.locale}\\n"\n"X-Review: drafted\\n"\n'
    head = _HEADER.format(more=language if catalogue.locale else "")
    if path.exists():
        head = path.read_text(encoding="utf-8").split("\n\n", maxsplit=1)[0] + "\n"
    body = BytesIO()
    write_po(body, catalogue, width=100, omit_header=True, ignore_obsolete=True,
             include_previous=True, include_lineno=False)  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head.encode() + b"\n" + body.getvalue().lstrip(b"\n"))


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        raise SystemExit(USAGE)
    raise SystemExit(main(sys.argv[1]))
