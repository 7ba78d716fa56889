"""The API's own page: drawn from its OpenAPI description, asking nothing of any other site."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.pages.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/api/docs")
async def documentation(request: Request) -> HTMLResponse:
    """Every route, what it takes and gives."""
    described = request.app.openapi()
    routes = [
        (method.upper(), path, each)
        for path, methods in described["paths"].items()
        for method, each in methods.items()
    ]
    return page("documentation.html", request, routes=routes,
                schemas=described["components"]["schemas"])  # fmt: skip
