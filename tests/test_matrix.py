"""Who gets what: every route, every role, of one's own organisation and of another.

`matrix.yaml` is read by people; here each of its cells is really asked, with a fresh account.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from fastapi.testclient import TestClient
from sqlalchemy import delete

from app.web import create
from bot.channels.web import guard
from restitution.model import Brief
from restitution.ppp import draft, final
from store import access, accounts, factors, outreach, plans, team
from store.codes import new_token
from store.repository import table
from store.sessions import open_session
from store.tables import WrongCodeRow
from tests.professionals import BASE, House, person
from tests.serving import make

MATRIX = yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8"))
ROLES, ROUTES = MATRIX["roles"], MATRIX["routes"]
PROFESSIONALS = ("practitioner", "outreach", "admin", "auditor", "volunteer", "halfway")
CENTRES = {"own": "Centre Nord", "other": "Centre Sud", "any": "Centre Nord"}
CELLS = [
    pytest.param(route, whose, role, status, id=f"{route} {whose} {role}")
    for route, rows in ROUTES.items()
    for whose, row in rows.items()
    for role, status in zip(ROLES, row, strict=True)
]
_numbers = itertools.count(1)

PASSWORDS = {"email": "nobody@example.org", "password": "a-wrong-password"}
SENT: dict[str, dict[str, str]] = {
    "POST /pro/connexion": PASSWORDS,
    "POST /pro/invitation/{link}": {"password": "a-long-password"},
    "POST /pro/oubli": {"email": "n@example.org", "code": "0" * 10, "password": "a-long-password"},
    "POST /pro/compte/mot-de-passe": {"old": "wrong", "new": "a-long-password"},
    "POST /pro/equipe": {"name": "Paul", "role": "practitioner"},
    "POST /pro/equipe/veille": {"who": "Dr Keita", "hours": "le matin"},
    "POST /terrain": {"place": "Forum"},
    "POST /terrain/benevole": {"name": "Léa"},
    "POST /begin": {"language": "fr"},
    "POST /pro/bilan/{brief_id}/test/{name}/envoi": {"form_id": new_token()},
    "POST /say": {"about": "consent", "choice": "yes"},
}
"""What comes along in forms, where something must."""
JSON: dict[str, Any] = {
    "POST /api/v1/interviews": {"language": "fr", "campaign": None},
    "POST /api/v1/interviews/{interview}/messages": {"said": "yes", "about": "consent"},
    "POST /api/v1/sessions": PASSWORDS,
}


class World:
    """The whole application, two organisations, and whoever is needed."""

    def __init__(self, folder: Path) -> None:
        # An identity provider that never answers: enough to see who may knock there.
        self.service = make(folder, oidc_issuer="https://127.0.0.1:9", oidc_client_id="us",
                            oidc_client_secret="never used")  # fmt: skip
        self.store = self.service.store
        self.app = create(self.service)
        # The house's shortcuts, on the database of the whole application.
        self.house = House.__new__(House)
        self.house.store = self.store
        self.briefs = {}
        for whose in ("own", "other"):
            self.briefs[whose], _ = self.house.share(person("Marc"), CENTRES[whose])
            self.plan = self._plan(whose)
        _, self.code = self.house.share(person("Marc"))

    def _plan(self, whose: str) -> str:
        """A validated plan of this organisation's brief, as JSON."""
        _, token = self.account("practitioner", whose)
        with self.store.transaction() as tx:
            me = accounts.signed_in(tx, token)
            opened = access.readable(tx, me, self.briefs[whose])
            brief = msgspec.json.decode(opened.brief, type=Brief)
            self.flag = brief.flags[0].id
            made = msgspec.json.encode(final(draft(brief, self.service.library)))
            plans.save(tx, me, self.briefs[whose], 1, 0, made, validate=True)
        return made.decode()

    def account(self, role: str, whose: str) -> tuple[str, str]:
        """A fresh account of this organisation, signed in: (id, token)."""
        centre = self.house.centre(CENTRES[whose])
        with self.store.transaction() as tx:
            email = f"{role}{next(_numbers)}@example.org"
            if role == "halfway":  # the password was right, the second factor is owed
                who = accounts.admit(tx, email, "Camille", "infirmière", centre, "practitioner")
                return who, open_session(tx, who, stage="second")
            who = accounts.admit(tx, email, "Camille", "infirmière", centre, role)
            return who, open_session(tx, who)

    def link(self, purpose: str) -> str:
        who, _ = self.account("practitioner", "own")
        with self.store.transaction() as tx:
            return team.admission(tx, who, purpose, tx.now + 600)

    def campaign(self, whose: str) -> outreach.Campaign:
        centre = self.house.centre(CENTRES[whose])
        with self.store.transaction() as tx:
            return outreach.create_campaign(tx, "Forum", None, centre)

    def mine(self, path: str, who: str, whose: str) -> str:
        """The name of a session or passkey (of this account, or of another), a file, a test."""
        if "static" in path:
            return "style.css"
        if "/test/" in path:
            return next(iter(self.service.shelf.instruments))
        owner = who if who and whose == "own" else self.account("admin", "own")[0]
        with self.store.transaction() as tx:
            if "/cle/" in path:
                key = next(_numbers).to_bytes(4, "big")
                factors.add_passkey(tx, owner, key, b"", 0, "")
                return key.hex()
            return accounts.signed_in(tx, open_session(tx, owner)).session


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("matrix"))
    with TestClient(world.app, base_url=BASE, follow_redirects=False,
                    raise_server_exceptions=False) as made:  # fmt: skip
        made.world = world
        yield made


def ask(client, route, whose, role):
    """Ask one cell; gives the status, « door » for being sent to sign in."""
    world = client.world
    with world.store.transaction() as tx:
        tx.db.execute(delete(table(WrongCodeRow)))
    method, path = route.split(" ", 1)
    headers, who, token, address = {}, "", "", ""
    client.cookies.clear()
    interview = None
    if role == "patient":
        interview = client.post("/api/v1/interviews", json=JSON["POST /api/v1/interviews"]).json()
        token = interview["token"]
        headers["Authorization"] = f"Bearer {token}"
        address = f"browser-of-patient-{next(_numbers):06}"
        client.cookies.set("__Host-q", address, domain="bilan.example.org")
        client.post("/begin", data={"language": "fr", "key": guard.new_key(address)})
    elif role in PROFESSIONALS:
        who, token = world.account(role, "own")
        headers["Authorization"] = f"Bearer {token}"
        client.cookies.set("__Host-pro", token, domain="bilan.example.org")
    if role not in PROFESSIONALS:
        client.cookies.set("__Host-door", "door", domain="bilan.example.org")
    proof = token if role in PROFESSIONALS else "door"
    sent = {
        "key": guard.new_key(address),
        "csrf": world.store.keys.hash("form", proof).hex()[:32],
        **SENT.get(route, {}),
    }
    if route == "POST /pro/equipe":
        sent["email"] = f"new{next(_numbers)}@example.org"
    if route == "POST /pro/bilan/{brief_id}/plan":
        sent |= {"number": "2", "edit": "0", "shown": world.plan}
    if route == "POST /pro/code":
        sent["code"] = world.code
    path = fill(client, path, whose, who, interview)
    if path.startswith("/api") and method == "POST":
        body = JSON.get(route, {"code": world.code})
        headers["Idempotency-Key"] = str(next(_numbers))
        return client.request(method, path, json=body, headers=headers).status_code
    data = sent if method == "POST" else None
    answer = client.request(method, path, data=data, headers=headers)
    to_sign_in = answer.headers.get("location") == "/pro/connexion"
    return "door" if to_sign_in else answer.status_code


def fill(client, path, whose, who, interview):
    """This address, with what it names: something of this organisation."""
    world = client.world
    named = {
        "brief_id": lambda: world.briefs[whose],
        "campaign_id": lambda: world.campaign(whose).id,
        "who": lambda: world.account("practitioner", whose)[0],
        "link": lambda: world.link("day" if path.startswith("/terrain") else "join"),
        "band": lambda: "45-50",
        "flag": lambda: world.flag,
        "test": lambda: "0" * 32,
        "number:int": lambda: "1",
        "token": lambda: world.campaign("own").token,
        "name": lambda: world.mine(path, who, whose),
        "interview": lambda: interview["id"] if interview and whose == "own" else
                client.post("/api/v1/interviews", json={"language": "fr"}).json()["id"],
    }  # fmt: skip
    return re.sub(r"\{([\w:]+)\}", lambda found: named[found[1]](), path)


def routes(app):
    """« METHOD /path » of every route the application has."""
    found = set()

    def walk(them, prefix=""):
        for each in them:
            inner = getattr(each, "original_router", None)
            if inner is not None:
                walk(inner.routes, prefix + each.include_context.prefix)
                continue
            for method in each.methods - {"HEAD"}:
                # A file's name carries its content's hash: it changes with the file.
                found.add(f"{method} {prefix}{re.sub(r'[.][0-9a-f]{10}[.]', '.HASH.', each.path)}")

    walk(app.routes)
    return found


def test_every_route_is_in_the_matrix_and_nothing_else(client):
    there = routes(client.app)
    described = {
        f"{method.upper()} {path}"
        for path, methods in client.app.openapi()["paths"].items()
        for method in methods
    }
    assert described <= there, "our walk through the routes misses some"
    assert set(ROUTES) == there


def test_what_belongs_to_an_organisation_is_asked_of_both(client):
    named = {
        each for each in ROUTES if re.search(r"\{(brief_id|campaign_id|who|interview)\}", each)
    }
    assert {each for each in ROUTES if set(ROUTES[each]) == {"own", "other"}} >= named


@pytest.mark.parametrize(("route", "whose", "role", "status"), CELLS)
def test_each_cell_of_the_matrix_is_what_one_gets(client, route, whose, role, status):
    if ".HASH." in route:
        stem = re.escape(route.split(" ")[1]).replace(r"HASH", "[0-9a-f]{10}")
        route = next(f"GET {each}" for each in (
            f"/w/{name}" for name in _files(client)) if re.fullmatch(stem, each))  # fmt: skip
    assert ask(client, route, whose, role) == status


def _files(client):
    return [each.path.removeprefix("/w/") for each in _flat(client.app.routes)
            if each.path.startswith("/w/")]  # fmt: skip


def _flat(them):
    for each in them:
        inner = getattr(each, "original_router", None)
        yield from _flat(inner.routes) if inner is not None else [each]
