"""Schemathesis over the whole OpenAPI: nothing crashes, every answer is as described.

A few cases a route here; ROUTE_CASES=1000 is the full run (`make fuzz`).
"""

from __future__ import annotations

import asyncio
import os
from types import SimpleNamespace

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.demonstration import AWA
from app.web import create
from store import access, accounts
from tests.serving import Patient, make

CASES = int(os.environ.get("ROUTE_CASES", "5"))
CHECKS = [not_a_server_error, content_type_conformance, response_headers_conformance,
          response_schema_conformance, status_code_conformance]  # fmt: skip
BASE = "http://testserver"


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """The served application with one practitioner, signed in, and one brief of theirs."""
    service = make(tmp_path_factory.mktemp("openapi"), public_url=BASE)

    async def fill():
        await service.desk.start()
        patient = Patient(service)
        await patient.begin()
        reply = await patient.answer(AWA)
        await service.desk.stop()
        return reply.code

    code = asyncio.run(fill())
    with service.store.transaction() as tx:
        who = access.create_practitioner(tx, "c@example.org", "C", "médecin", "a-long-password",
                                         None, "practitioner")  # fmt: skip
        token = accounts.sign_in(tx, who, accounts.knock(tx, "n@example.org").number)
        brief = access.open_by_code(tx, who, code)
        spare = accounts.sign_in(tx, who, accounts.knock(tx, "n@example.org").number)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", create(service))
    return SimpleNamespace(schema=schema, token=token, spare=spare, brief=brief)


def test_every_route_answers_as_it_says(api):
    tried, wrong = {}, []
    for found in api.schema.get_all_operations():
        operation = found.ok()
        try:
            tried[operation.label] = answers_to(operation, api)
        except BaseExceptionGroup as error:
            wrong += [f"{operation.label}: {each}" for each in error.exceptions]
        except Exception as error:  # noqa: BLE001  what is looked for
            wrong.append(f"{operation.label}: {error}")
    assert not wrong, "\n\n".join(wrong)
    described = api.schema.raw_schema["paths"].values()
    assert len(tried) == sum(len(methods) for methods in described)
    assert all(tried.values()), tried


def answers_to(operation, api):
    """Draw cases of this route; gives how many. Some routes have few that differ."""
    count = 0

    @settings(
        max_examples=CASES, deadline=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), database=None,
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def run(case):
        nonlocal count
        count += 1
        # Signing out ends its session: not the one the other routes need.
        token = api.spare if operation.method.lower() == "delete" else api.token
        case.headers["Authorization"] = f"Bearer {token}"
        if "brief_id" in (case.path_parameters or {}) and count % 2:
            case.path_parameters["brief_id"] = api.brief
        case.call_and_validate(checks=CHECKS)

    run()
    return count
