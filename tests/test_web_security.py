"""Every route of the served application: headers, hosts, sizes, forms only our pages can send."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re

import httpx
import pytest
from starlette.routing import Route

from app.demonstration import AWA
from app.guarding import Guard, hosts, largest
from app.settings import Settings
from app.web import create
from bot.channels.web import guard
from tests.serving import Patient, make, serving

BASE = "https://bilan.example.org"
KEPT = ("/w/", "/pro/static/")
"""Files browsers may keep."""
PATIENTS = ("/", "/r/x", "/chat", "/help", "/appointment", "/s/x", "/code", "/adresses",
            "/discreet", "/plan", "/questions/x", "/confidentialite")  # fmt: skip
_INLINE = re.compile(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:", re.IGNORECASE)


def leaves(app):
    """Every (path, methods) of the application, inside its routers too."""
    for each in app.routes:
        if isinstance(each, Route):
            yield each.path, each.methods
        for inner in getattr(each, "effective_route_contexts", list)():
            route = inner.starlette_route or inner
            yield inner.path or route.path, inner.methods or route.methods


def every_route(tmp):
    service = make(tmp)
    found = sorted({
        (method, re.sub(r"\{[^}]*\}", "x", path))
        for path, methods in leaves(create(service)) for method in methods - {"HEAD"}
    })  # fmt: skip
    service.writer.close()
    return found


@pytest.fixture(scope="module")
def routes(tmp_path_factory):
    return every_route(tmp_path_factory.mktemp("routes"))


@pytest.fixture
async def client(tmp_path):
    async with serving(tmp_path) as service:
        transport = httpx.ASGITransport(app=create(service), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as made:
            made.service = service
            yield made


def test_the_table_holds_every_door(routes):
    paths = {path for _, path in routes}
    assert {"/", "/say", "/pro/connexion", "/terrain", "/api/v1/briefs/open", "/healthz"} <= paths
    assert len(routes) > 45


async def test_every_answer_carries_the_headers(client, routes):
    for method, path in [*routes, ("GET", "/nothing/here"), ("PUT", "/say"), ("TRACE", "/")]:
        answer = await client.request(method, path)
        headers, where = answer.headers, f"{method} {path}"
        assert answer.status_code < 500, where
        assert headers["x-content-type-options"] == "nosniff", where
        assert headers["referrer-policy"] == "no-referrer", where
        assert headers["cross-origin-opener-policy"] == "same-origin", where
        assert headers["strict-transport-security"].startswith("max-age=63072000"), where
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, where
        assert "unsafe" not in policy and "http" not in policy, where
        if not path.startswith(KEPT) or answer.status_code != 200:
            assert headers["cache-control"] == "no-store", where
        for cookie in headers.get_list("set-cookie"):
            assert cookie.startswith("__Host-"), where
            assert all(each in cookie for each in ("Secure", "HttpOnly", "Path=/")), where
            assert "SameSite=lax" in cookie or "SameSite=strict" in cookie, where
        if "text/html" in headers.get("content-type", ""):
            style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
            rest = answer.text.replace(style[0], "") if style else answer.text
            assert not _INLINE.search(rest), where
            if style:  # only what the policy names by its hash
                mark = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
                assert f"'sha256-{mark}'" in policy, where
            assert "charset=utf-8" in headers["content-type"], where


async def test_every_page_of_a_patient_can_be_left_quickly_and_says_what_it_cannot_hide(client):
    patient = Patient(client.service, "a" * 20, "web")
    await patient.begin()
    await patient.answer(AWA)
    client.cookies.set("__Host-q", "a" * 20, domain="bilan.example.org")
    seen = 0
    for path in PATIENTS:
        answer = await client.get(path)
        if answer.status_code == 303:
            continue
        seen += 1
        assert '<a id="exit" href="/quit"' in answer.text, path
        assert "historique du téléphone garde quand même" in answer.text, path
        assert "Telegram garde" in answer.text, path
    assert seen >= 7


async def test_no_form_is_taken_that_our_pages_did_not_make(client, routes):
    for path in [path for method, path in routes if method in ("POST", "PUT", "DELETE")]:
        if path == "/api/v1/interviews":
            continue  # anybody may begin: nothing of theirs is there yet
        for origin in ({}, {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}):
            answer = await client.post(path, data={"said": "yes", "csrf": "x"}, headers=origin)
            assert answer.status_code in (303, 401, 403, 404, 405, 422), path
            if answer.status_code == 303:
                # Nothing was done: a stranger is sent to where they stand.
                assert answer.headers["location"] in ("/", "/chat", "/pro/connexion")
                assert "set-cookie" not in answer.headers, path


async def test_too_much_is_refused_kindly_everywhere(client, routes):
    for path in {path for method, path in routes if method == "POST"}:
        page = await client.post(
            path, content=b"a" * (largest(path) + 1), headers={"Accept": "text/html"}
        )
        assert page.status_code == 413, path
        assert "trop long pour nous" in page.text, path


async def test_a_body_that_does_not_say_how_long_it_is_is_counted(client):
    async def endless():
        for _ in range(100):
            yield b"a" * 10_000

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/say", "/begin", "/pro/connexion", "/api/v1/interviews"):
        answer = await client.post(path, content=endless(), headers=form)
        assert answer.status_code == 413, path


@pytest.mark.parametrize("length", ["-1", "x", "1e3", " "])
async def test_a_length_that_is_none_is_refused(client, length):
    answer = await client.post("/say", headers={"Content-Length": length})
    assert answer.status_code == 413


async def test_a_body_that_does_not_arrive_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("app.guarding.PATIENCE", 0.05)

    async def reads(scope, receive, send):
        await receive()

    async def never():
        await asyncio.sleep(3600)

    told = []

    async def send(message):
        told.append(message)

    scope = {"type": "http", "method": "POST", "path": "/say", "headers": [], "query_string": b""}
    await Guard(reads, None, False, {})(scope, never, send)
    assert told[0]["status"] == 408


@pytest.mark.parametrize(
    ("host", "status"),
    [("bilan.example.org", 200), ("bilan.example.org:443", 200), ("localhost", 200),
     ("127.0.0.1:8000", 200), ("evil.example", 400), ("bilan.example.org.evil.example", 400),
     ("", 400), ("[::1", 400)],
)  # fmt: skip
async def test_only_our_own_names_are_answered_to(client, host, status):
    assert (await client.get("/", headers={"Host": host})).status_code == status
    assert (await client.get("/healthz", headers={"Host": host})).status_code == 200


def test_whoever_listens_everywhere_without_an_address_answers_to_any_name():
    open_ = Settings(host="0.0.0.0", _env_file=None)
    assert hosts(open_, "http://0.0.0.0:8000") is None
    assert "localhost" in hosts(Settings(_env_file=None), "http://127.0.0.1:8000")


async def test_a_crash_says_nothing_of_itself_and_carries_the_headers(client):
    client.service.writer.close()  # as while it stops
    account = {"email": "a@example.org", "password": "what somebody wrote"}
    answer = await client.post("/api/v1/sessions", json=account)
    assert answer.status_code == 500
    assert "what somebody wrote" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["strict-transport-security"]
    assert answer.headers["content-security-policy"]


async def test_a_patients_page_that_cannot_be_made_says_so_in_their_language(client):
    address = "b" * 20
    client.cookies.set("__Host-q", address, domain="bilan.example.org")
    form = {"key": guard.new_key(address), "language": "en", "token": ""}
    assert (await client.post("/begin", data=form)).status_code == 303
    with client.service.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE interview SET sealed = x'00', version = version + 1")
    answer = await client.get("/chat", headers={"Accept-Language": "en"})
    assert answer.status_code == 503 and answer.headers["retry-after"]
    assert '<html lang="en"' in answer.text and "Traceback" not in answer.text
    assert answer.headers["strict-transport-security"]


async def test_over_plain_http_on_ones_own_machine_no_https_is_promised(tmp_path):
    async with serving(tmp_path, public_url="http://127.0.0.1:8000") as service:
        transport = httpx.ASGITransport(app=create(service))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as it:
            answer = await it.get("/")
    assert "strict-transport-security" not in answer.headers
