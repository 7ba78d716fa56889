"""What the tests take from npm, installed once from a lock that carries versions and hashes."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "oidc"


def installed() -> tuple[str, Path]:
    """(node, its packages). In CI a missing Node is a failure; elsewhere a skip."""
    node = shutil.which("node")
    if not (node and shutil.which("npm")) and os.environ.get("CI") != "true":
        pytest.skip("needs Node 20 or later with npm (Debian: apt install nodejs npm)")
    assert node, "needs Node 20 or later with npm (Debian: apt install nodejs npm)"
    # Several processes run the tests; npm empties the folder first.
    with (FOLDER / ".installing").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _install()
    return node, FOLDER / "node_modules"


def _install() -> None:
    lock, done = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".done"
    if done.exists() and done.read_text(encoding="utf-8") == lock.read_text(encoding="utf-8"):
        return
    ran = subprocess.run(["npm", "ci", "--silent"], cwd=FOLDER, check=False)
    if ran.returncode and os.environ.get("CI") != "true":
        pytest.skip("npm could not install tests/oidc (is the registry within reach?)")
    assert not ran.returncode, "npm could not install tests/oidc"
    done.write_text(lock.read_text(encoding="utf-8"), encoding="utf-8")
