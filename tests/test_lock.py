"""What is installed is what was locked, from wherever one installs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+) \\$", re.MULTILINE)


def read(lock: str) -> str:
    return (ROOT / lock).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    return dict(PINNED.findall(read(lock)))


def asked(names: list[str]) -> set[str]:
    return {re.split(r"[\[>=<~! ;]", each)[0].lower() for each in names}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_a_hash_or_a_comment(lock):
    for line in read(lock).splitlines():
        bare = line.strip()
        assert (
            not bare
            or bare.startswith("#")
            or PINNED.match(line)
            or re.fullmatch(r"--hash=sha256:[0-9a-f]{64}( \\)?", bare)
        ), line


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock):
    blocks = re.split(r"^(?=[a-z0-9][a-z0-9.-]*==)", read(lock), flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(lock)) > 40
    for block in blocks:
        assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_packages_for_several_platforms_have_several_hashes(lock):
    """A lock made from one machine's own files would have a single hash each."""
    text = read(lock)
    for name in ("cryptography", "pydantic-core", "msgspec", "typst"):
        block = text.split(f"\n{name}==")[1].split("# via")[0]
        assert block.count("--hash=") > 10, name


@pytest.mark.parametrize("lock", LOCKS)
def test_no_address_and_no_place_on_a_disk(lock):
    assert not re.search(
        r"https?:|file:|://|@ |--(extra-)?index-url|--find-links|--trusted", read(lock)
    )
    assert not re.search(r"(^|\s)/\w", read(lock))


def test_what_the_project_asks_for_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert asked(project["dependencies"]) <= pins(LOCKS[0]).keys()
    assert asked(project["optional-dependencies"]["dev"]) <= pins(LOCKS[1]).keys()


def test_tests_run_on_the_versions_that_are_served():
    assert pins(LOCKS[0]).items() <= pins(LOCKS[1]).items()
