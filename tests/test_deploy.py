"""What `deploy/` says, kept true to the code; running it is done by hand."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from app.settings import PREFIX, Settings
from tests.test_architecture import MAY_IMPORT

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
SERVICES = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]


def test_every_package_is_copied_into_the_image():
    copied = re.findall(r"^COPY (\w+) \1$", CONTAINERFILE, re.MULTILINE)
    assert sorted(copied) == sorted(MAY_IMPORT)


def test_both_health_checks_ask_the_same():
    """Podman drops the one of the image, so that compose.yaml has its own."""
    (asked,) = re.findall(r'"(import urllib[^"]+)"', CONTAINERFILE)
    assert f'python -c "{asked}"' == SERVICES["app"]["healthcheck"]["test"]


def test_the_proxy_is_believed_and_nobody_else_reaches_the_application():
    assert SERVICES["app"]["environment"]["FORWARDED_ALLOW_IPS"]
    assert "ports" not in SERVICES["app"]


def test_what_must_last_lies_in_volumes_of_a_name():
    """A container made again forgets a volume without one: the audit's anchor is in `/data`."""
    kept = {name: [it.split(":")[1] for it in each["volumes"] if not it.startswith(".")]
            for name, each in SERVICES.items()}  # fmt: skip
    assert kept == {"app": ["/data"], "postgres": ["/var/lib/postgresql"], "proxy": ["/data"]}


def test_the_database_is_well_once_it_answers_by_its_address():
    """The server that fills an empty volume answers on its socket only."""
    assert "-h 127.0.0.1" in SERVICES["postgres"]["healthcheck"]["test"][1]


def test_what_must_be_filled_in_is_asked_for():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    named = re.findall(r"\$\{(\w+)(:\?[^}]+)?\}", text)
    assert {name for name, _ in named} == {"POSTGRES_PASSWORD", "SITE"}
    assert all(asked for _, asked in named)


def test_the_example_names_settings_there_are():
    named = re.findall(rf"^#? ?{PREFIX}(\w+)=", (DEPLOY / "example.env").read_text(), re.MULTILINE)
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)
