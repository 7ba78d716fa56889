"""Everything a person may read, gathered for translators: content files, phrases, templates.

Context (gettext's `msgctxt`) says where a text stands, so that « Oui » may be said differently
under different questions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog

ROOT = Path(__file__).parent.parent
Found = tuple[str, str]
"""(context, French text)."""
_CALL = re.compile(r"""\bt\(\s*"([a-z_.]+)"\s*,\s*"((?:[^"\\]|\\.)*)"\s*\)""")


def template() -> Catalog:
    """All texts, each once per context, in reading order."""
    made = Catalog(project="avant-bilan", version="1", charset="utf-8")
    for context, text in everything():
        made.add(text, context=context)
    return made


def everything() -> Iterator[Found]:
    """Every (context, French text) a person may read."""
    yield from constants(ROOT / "bot" / "phrases.py", "PHRASES", "bot")
    yield from constants(ROOT / "bot" / "phrases.py", "SECTIONS", "section")
    yield from constants(ROOT / "restitution" / "phrases.py", "PHRASES", "restitution")
    for path in sorted((ROOT / "flows" / "content" / "themes").glob("*.yaml")):
        yield from theme(_yaml(path))
    for path in sorted((ROOT / "flows" / "content" / "alerts").glob("*.yaml")):
        yield from alert(_yaml(path))
    for path in sorted((ROOT / "restitution" / "content" / "advice").glob("*.yaml")):
        yield from advice(_yaml(path))
    for path in sorted((ROOT / "restitution" / "content" / "resources").glob("*.yaml")):
        yield from resources(_yaml(path))
    for folder in ("bot/channels", "restitution"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".html", ".j2"):
                yield from calls(path.read_text(encoding="utf-8"))


def theme(content: dict[str, Any]) -> Iterator[Found]:
    """A theme file's questions. Its title is for authors: people see the form's sections."""
    for each in content["questions"]:
        yield from question(each)


def question(each: dict[str, Any]) -> Iterator[Found]:
    """One question's texts and labels."""
    for field in ("ask", "hint", "why", "simpler"):
        if each.get(field):
            yield each["id"], each[field]
    for option in each.get("options", ()):
        yield each["id"], str(option["label"])


def alert(content: dict[str, Any]) -> Iterator[Found]:
    """An alert's cards, quiet line and follow-ups."""
    context = f"alert.{content['id']}"
    yield from ((context, card["text"]) for card in content["cards"])
    if content.get("quiet"):
        yield context, content["quiet"]
    for each in content.get("follow_ups", ()):
        yield from question(each)


def advice(content: dict[str, Any]) -> Iterator[Found]:
    """The patient's lines of the rules; the practitioner's notes stay French."""
    for rule in content.get("rules", ()):
        for part in (rule, *rule.get("variants", ())):
            yield from (
                (f"advice.{rule['id']}", part[field])
                for field in ("patient", "step")
                if part.get(field)
            )


def resources(content: dict[str, Any]) -> Iterator[Found]:
    """A resource's name, hours, cost and use."""
    for each in content.get("resources", ()):
        yield from (
            (f"resource.{each['id']}", each[field])
            for field in ("name", "hours", "cost", "use")
            if each.get(field)
        )


def constants(path: Path, name: str, context: str) -> Iterator[Found]:
    """The values of a dictionary constant of a Python file."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == name:
            assert node.value is not None  # noqa: S101  these constants have one
            yield from ((context, text) for text in ast.literal_eval(node.value).values())


def calls(source: str) -> Iterator[Found]:
    """`t("context", "texte")` in Python and templates."""
    for context, text in _CALL.findall(source):
        yield context, text.replace('\\"', '"').replace("\\n", "\n")


class _Loader(yaml.SafeLoader):
    """YAML where `yes` and `no` are words."""


_Loader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if not each[0].endswith(":bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _yaml(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    return content
