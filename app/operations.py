"""What operators and their machines ask: alive, ready, figures."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import os
from collections.abc import Iterable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from app.wiring import Service
from store.migrating import current
from store.outreach import SMALLEST
from store.repository import Transaction

SLOWEST = 3.0
"""Seconds after which a database that does not answer counts as away."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


def router(service: Service) -> APIRouter:
    """`/healthz`, `/readyz`, `/metrics`."""
    made = APIRouter(include_in_schema=False)

    @made.get("/healthz")
    async def healthz() -> JSONResponse:
        """This process runs; nothing else is looked at."""
        return JSONResponse({"status": "ok"})

    @made.get("/readyz")
    async def readyz() -> JSONResponse:
        """May people be sent here? Names what is missing."""
        missing = await _missing(service)
        status = "not ready" if missing else "ok"
        return JSONResponse({"status": status, "missing": missing}, 503 if missing else 200)

    @made.get("/metrics")
    async def metrics(request: Request) -> Response:
        """Prometheus' text format. Looks like nothing at all to strangers."""
        if not _may(request, service):
            return JSONResponse({"detail": "Not Found"}, 404)
        registry: CollectorRegistry = REGISTRY
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(_Discreet(registry)), media_type=CONTENT_TYPE_LATEST)

    return made


async def _missing(service: Service) -> list[str]:
    def look(tx: Transaction) -> bool:
        return current(tx.db)

    missing = []
    try:
        if not await asyncio.wait_for(service.writer.look(look), SLOWEST):
            missing.append("migrations")
    except Exception:  # noqa: BLE001  whatever it is, it is the database
        missing.append("database")
    if not service.desk.listens:
        missing.append("desk")
    if service.desk.full:
        missing.append("queue")
    return missing


def _may(request: Request, service: Service) -> bool:
    token = service.settings.metrics_token
    if token is not None:
        wanted = f"Bearer {token.get_secret_value()}".encode()
        given = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, wanted)
    # Behind a proxy on this machine everybody would look local.
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


class _Discreet(CollectorRegistry):
    """The same figures; how often each question was reached, in steps of 11, from 11 on.

    A count that moves by one would tell of one person.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        super().__init__()
        self._all = registry

    def collect(self) -> Iterable[Metric]:
        for metric in self._all.collect():
            if metric.name == "avant_bilan_reached":
                metric.samples = [
                    each._replace(value=each.value // SMALLEST * SMALLEST)
                    for each in metric.samples
                    if each.name.endswith("_total") and each.value >= SMALLEST
                ]
            yield metric
