"""The README stays true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.cli import COMMANDS
from app.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_and_says_what_it_does(command):
    assert f"python -m app {command}" in README
    assert COMMANDS[command].__doc__


@pytest.mark.parametrize("command", sorted(set(re.findall(r"python -m app (\w+)", README))))
def test_every_command_of_the_readme_exists(command):
    assert command in COMMANDS


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"`?\bmake (run|test|check|bench)\b", README)))
)
def test_every_make_target_of_the_readme_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_readme(name):
    assert f"`AVANT_BILAN_{name.upper()}`" in README


@pytest.mark.parametrize("folder", sorted(each.parent.name for each in ROOT.glob("*/__init__.py")))
def test_every_package_is_in_the_readme(folder):
    assert f"`{folder}/`" in README


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(docs/[\w./-]+)`", README))))
def test_every_page_the_readme_names_exists(path):
    assert (ROOT / path).exists()


def test_the_picture_exists():
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).exists()
