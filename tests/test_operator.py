"""What an operator does from the command line: organisations, first accounts, lost ones."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app import accounts as commands
from app import outreach as outreach_commands
from store import accounts, team
from store.repository import table
from store.tables import CampaignRow
from tests.serving import make


@pytest.fixture
def service(tmp_path):
    made = make(tmp_path)
    yield made
    made.writer.close()


def opened(service, **more):
    given = {"name": "Alice", "profession": "directrice", "centre": "Centre Nord",
             "role": "admin"}  # fmt: skip
    return commands.open_account(service, "a@example.org", **(given | more))


def link_in(told):
    return re.search(r"/pro/invitation/([\w-]+)$", told)[1]


def test_organisations_are_made_and_listed(service):
    assert "no organisation" in commands.organisations(service, None, "centre")
    commands.organisations(service, "CPTS du Nord", "cpts")
    commands.organisations(service, "Centre Nord", "centre")
    listed = commands.organisations(service, None, "centre").split("\n")
    assert [each.partition(" (")[0] for each in listed] == ["CPTS du Nord", "Centre Nord"]
    with pytest.raises(OSError, match="already"):
        commands.organisations(service, "Centre Nord", "team")


def test_a_first_administrator_gets_a_link_and_no_password(service):
    told = opened(service, link=True)
    assert "password" not in told
    with service.store.reading() as tx:
        found = team.admitted(tx, link_in(told), ("join",))
    assert (found.email, found.purpose) == ("a@example.org", "join")


def test_a_password_is_made_up_where_nobody_types(service):
    told = opened(service)
    password = told.rpartition(" ")[2]
    with service.store.transaction() as tx:
        knock = accounts.knock(tx, "a@example.org")
    assert accounts.right_password(knock.password_hash, password)


def test_an_account_is_started_again_and_switched_off(service):
    opened(service, rpps="10003456789")
    link = link_in(commands.reset(service, "A@example.org"))
    with service.store.reading() as tx:
        assert team.admitted(tx, link, ("reset",))
        assert accounts.known_as(tx, "psc:10003456789")
    commands.switch_off(service, "a@example.org")
    with service.store.reading() as tx:
        assert team.admitted(tx, link, ("reset",)) is None
        assert accounts.known_as(tx, "psc:10003456789") is None
    with pytest.raises(OSError, match="no open account"):
        commands.reset(service, "a@example.org")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"name": ""}, "--name"),
        ({"rpps": "123"}, "11 digits"),
        ({"centre": None}, "belongs to a centre"),
        ({"role": "operator"}, "no role"),
    ],
)
def test_a_mistake_is_told_in_one_line(service, more, told):
    with pytest.raises(OSError, match=told) as said:
        opened(service, **more)
    assert "\n" not in str(said.value)


def test_another_provider_s_name_is_kept_apart_from_an_rpps(service):
    opened(service, sub="10003456789")
    with service.store.reading() as tx:
        assert accounts.known_as(tx, "oidc:10003456789")
        assert accounts.known_as(tx, "psc:10003456789") is None


def test_a_campaign_whose_papers_cannot_be_written_is_not_made(service, tmp_path):
    (tmp_path / "taken").write_text("a file, no folder")
    with pytest.raises(OSError, match="name another folder with --out"):
        outreach_commands.invite(service, "Marché", None, None, 2, tmp_path / "taken")
    with service.store.reading() as tx:
        assert tx.db.execute(select(table(CampaignRow).c.id)).first() is None
