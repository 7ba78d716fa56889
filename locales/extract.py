"""Everything a patient may read, gathered for translators. `babel.toml` says from which files.

Babel's extractors: each gives (line, function, (context, French text), comments). The context
(gettext's `msgctxt`) says where a text stands, so that « Oui » may be said differently under
different questions; the one comment says what it is (`ask`, `option`…), for `plain.py`. The
professionals' pages are French only and are not read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import IO, Any

import yaml

Found = tuple[str, str, str]
"""(context, French text, what it is)."""
Entry = tuple[int, str, tuple[str, str], list[str]]
Extractor = Callable[..., Iterator[Entry]]


def _content(found: Callable[[dict[str, Any]], Iterator[Found]]) -> Extractor:
    """An extractor of content files from what finds the texts in one."""

    def extract(file: IO[bytes], keys: Any, tags: Any, options: Any) -> Iterator[Entry]:
        read = yaml.load(file.read(), Loader=_Loader)  # noqa: S506  a SafeLoader  # nosec B506
        yield from ((1, "pgettext", (it[0], it[1]), [it[2]]) for it in found(read))

    return extract


@_content
def themes(content: dict[str, Any]) -> Iterator[Found]:
    """A theme file's questions. Its title is for authors: people see the form's sections."""
    for each in content["questions"]:
        yield from _question(each)


@_content
def bands(content: dict[str, Any]) -> Iterator[Found]:
    """A band's ages as people read them. Its title is for professionals."""
    yield "band", content["band"], "option"


@_content
def alerts(content: dict[str, Any]) -> Iterator[Found]:
    """An alert's cards, quiet line and follow-ups."""
    context = f"alert.{content['id']}"
    yield from ((context, card["text"], "alert") for card in content["cards"])
    if content.get("quiet"):
        yield context, content["quiet"], "alert"
    for each in content.get("follow_ups", ()):
        yield from _question(each)


@_content
def advice(content: dict[str, Any]) -> Iterator[Found]:
    """The patient's lines of the rules; the practitioner's notes stay French."""
    for rule in content.get("rules", ()):
        for part in (rule, *rule.get("variants", ())):
            yield from _fields(f"advice.{rule['id']}", part, "patient", "step")


@_content
def resources(content: dict[str, Any]) -> Iterator[Found]:
    """A resource's name, hours, cost and use."""
    for each in content.get("resources", ()):
        yield from _fields(f"resource.{each['id']}", each, "name", "hours", "cost", "use")


@_content
def plan(content: dict[str, Any]) -> Iterator[Found]:
    """A plan's obstacles, follow-up and subjects. Titles and hints are for professionals."""
    grouped = (each for group in content.get("groups", ()) for each in group["choices"])
    for each in (*content.get("choices", ()), *grouped):
        yield "plan", each["label"], "plan"
    yield from (("plan", words, "plan") for words in content.get("themes", {}).values())


@_content
def privacy(content: dict[str, Any]) -> Iterator[Found]:
    """What people read of what becomes of their answers."""
    yield from _notice("privacy", content)


@_content
def accessibility(content: dict[str, Any]) -> Iterator[Found]:
    """What is checked of these pages, and what is known to be wrong."""
    yield from _notice("accessibility", content)


@_content
def maps(content: dict[str, Any]) -> Iterator[Found]:
    """The names of the directory's subjects and maps."""
    for subject in content["subjects"]:
        yield "map", subject["name"], "map"
        yield from (("map", each["name"], "map") for each in subject["maps"])


def constants(file: IO[bytes], keys: Any, tags: Any, options: dict[str, str]) -> Iterator[Entry]:
    """The values of a Python file's dictionary constants; `options` gives each one's context."""
    for node in ast.parse(file.read()).body:
        name = getattr(node.target, "id", "") if isinstance(node, ast.AnnAssign) else ""
        if name in options and isinstance(node, ast.AnnAssign) and node.value is not None:
            for text in ast.literal_eval(node.value).values():
                yield node.lineno, "pgettext", (options[name], text), ["phrase"]


def calls(file: IO[bytes], keys: Any, tags: Any, options: dict[str, str]) -> Iterator[Entry]:
    """`t("web", "texte")` and `texts.gettext("web", "texte")` in Python."""
    for node in ast.walk(ast.parse(file.read())):
        if not isinstance(node, ast.Call) or len(node.args) != 2:
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        given = [each.value for each in node.args if isinstance(each, ast.Constant)]
        if name in ("t", "texts", "gettext") and len(given) == 2:
            yield node.lineno, "pgettext", (str(given[0]), str(given[1])), ["page"]


def templates(file: IO[bytes], keys: Any, tags: Any, options: dict[str, str]) -> Iterator[Entry]:
    """`{{ t("web", "texte") }}` in Jinja pages."""
    from jinja2 import Environment, nodes

    page = Environment().parse(file.read().decode())  # noqa: S701  only read  # nosec B701
    for call in page.find_all(nodes.Call):
        given = [each.value for each in call.args if isinstance(each, nodes.Const)]
        if getattr(call.node, "name", "") == "t" and len(given) == 2:
            yield call.lineno, "pgettext", (given[0], given[1]), ["page"]


def _notice(context: str, content: dict[str, Any]) -> Iterator[Found]:
    """A page of headings and lines."""
    yield context, content["title"], "page"
    for section in content["sections"]:
        yield from ((context, each, "page") for each in (section["title"], *section["lines"]))


def _question(each: dict[str, Any]) -> Iterator[Found]:
    """One question's texts and labels."""
    yield from _fields(each["id"], each, "ask", "hint", "why", "simpler")
    for option in each.get("options", ()):
        yield each["id"], option["label"], "option"


def _fields(context: str, part: dict[str, Any], *names: str) -> Iterator[Found]:
    yield from ((context, part[name], name) for name in names if part.get(name))


class _Loader(yaml.SafeLoader):
    """YAML where everything written is text, `yes`, `no` and 45 too. Only null is nothing."""


_Loader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0].endswith(":null")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
