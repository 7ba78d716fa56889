"""The arrows between packages, read from the imports themselves.

flows decides what to ask, restitution what to say; neither touches the outside world. store
remembers; bot and api serve, side by side; locales knows the languages; app plugs all in.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT: dict[str, set[str]] = {
    "flows": set(),
    "restitution": {"flows", "locales"},
    "store": {"flows"},
    "bot": {"flows", "restitution", "store", "locales"},
    "api": {"flows", "restitution", "store", "locales"},
    "locales": set(),
    "app": {"flows", "restitution", "store", "bot", "api", "locales"},
}
PURE = ("flows", "restitution")
# Clock, chance, environment, network, threads, databases, logs: not for those who decide.
OUTSIDE = {
    "aiogram", "aiohttp", "asyncio", "fastapi", "http", "httpx", "logging", "multiprocessing",
    "psycopg", "random", "requests", "secrets", "smtplib", "socket", "sqlalchemy", "sqlite3",
    "sqlmodel", "ssl", "starlette", "structlog", "subprocess", "threading", "time", "uuid",
    "uvicorn",
}  # fmt: skip
CALLS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now",
    "datetime.datetime.utcnow", "datetime.date.today", "os.environ", "os.getenv", "os.urandom",
    "os.environb", "input", "print",
}  # fmt: skip


def sources(package: str) -> Iterator[tuple[str, ast.Module]]:
    """Every module of a package: where it is, and its tree."""
    for path in sorted((ROOT / package).rglob("*.py")):
        where = str(path.relative_to(ROOT))
        yield where, ast.parse(path.read_text(encoding="utf-8"), where)


def imported(tree: ast.Module, where: str) -> Iterator[tuple[int, str]]:
    """The modules a module imports, inside functions and for types only included."""
    package = where.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield node.lineno, each.name
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield (
                node.lineno,
                ".".join([*package[: len(package) + 1 - node.level], node.module or ""]),
            )
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""
            # `from datetime import datetime` is seen by its use; `from os import environ` here
            yield from ((node.lineno, f"{node.module}.{each.name}") for each in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
            ("import_module", "__import__")
        ):
            yield node.lineno, ast.unparse(node.args[0]).strip("'\"")


def against_the_arrows(package: str, where: str, tree: ast.Module) -> list[str]:
    """What this module imports that its package may not."""
    allowed = MAY_IMPORT[package] | {package}
    return [
        f"{where}:{line}: {package} must not import {name}"
        for line, name in imported(tree, where)
        if name.split(".")[0] in MAY_IMPORT.keys() | {"tests", "bench", "fuzz"}
        and name.split(".")[0] not in allowed
    ]


def impure(where: str, tree: ast.Module) -> list[str]:
    """Where this module reaches for the clock, chance, the environment or the network."""
    found = [
        f"{where}:{line}: {name}"
        for line, name in imported(tree, where)
        if name.split(".")[0] in OUTSIDE or name in CALLS or name.startswith("urllib.request")
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in CALLS:
            found.append(f"{where}:{node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_packages_import_along_the_arrows_only(package):
    modules = list(sources(package))
    assert modules
    assert [
        bad for where, tree in modules for bad in against_the_arrows(package, where, tree)
    ] == []


@pytest.mark.parametrize("package", PURE)
def test_those_who_decide_never_touch_the_outside_world(package):
    assert [bad for where, tree in sources(package) for bad in impure(where, tree)] == []


@pytest.mark.parametrize("package", sorted(MAY_IMPORT.keys() - {"app"}))
def test_settings_are_read_in_app_only(package):
    """Elsewhere the environment comes as an argument."""
    read = [
        f"{where}:{node.lineno}"
        for where, tree in sources(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("os.environ", "os.getenv", "os.environb")
    ]
    assert read == []


def test_every_package_has_its_arrows():
    ours = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert ours - {"tests", "bench", "fuzz"} == set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("package", "where", "code"),
    [
        ("flows", "flows/a.py", "import store.tables"),
        ("flows", "flows/a.py", "from locales import texts"),
        ("api", "api/routes/a.py", "def f():\n    from bot import desk"),
        (
            "store",
            "store/a.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import bot",
        ),
        ("bot", "bot/a.py", "from app.settings import Settings"),
        ("bot", "bot/a.py", "import importlib\nimportlib.import_module('app.cli')"),
        ("restitution", "restitution/a.py", "from tests import driving"),
    ],
)
def test_a_wrong_import_is_seen(package, where, code):
    assert against_the_arrows(package, where, ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "import random",
        "import time",
        "from time import time as clock",
        "from datetime import datetime\nnow = datetime.now()",
        "import datetime\nnow = datetime.datetime.now",
        "from datetime import date\nborn = lambda: date.today()",
        "from os import environ",
        "import os\ntoken = os.environ['A']",
        "from os import urandom",
        "import urllib.request",
        "from secrets import token_hex",
    ],
)
def test_a_look_at_the_outside_world_is_seen(code):
    assert impure("flows/a.py", ast.parse(code))


def test_pure_code_is_left_alone():
    code = "from datetime import date\nfrom .model import Question\nx = date(2026, 1, 1)\n"
    code += "import os.path"
    assert impure("flows/a.py", ast.parse(code)) == []
    assert against_the_arrows("flows", "flows/a.py", ast.parse(code)) == []
