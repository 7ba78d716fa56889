"""The API's own page: drawn from its OpenAPI description, asking nothing of any other site."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.pages.rendering import Page

router = APIRouter(include_in_schema=False)


@router.get("/api/docs")
async def documentation(show: Page) -> HTMLResponse:
    """Every route, what it takes and gives."""
    described = show.request.app.openapi()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in described["paths"].items():
        for method, each in methods.items():
            group = next(iter(each.get("tags", [])), "other")
            groups.setdefault(group, []).append(_route(method.upper(), path, each))
    shapes = described.get("components", {}).get("schemas", {})
    return show.plain(
        "shared/documentation.html", title=described["info"]["title"], groups=groups.items(),
        shapes=[(name, each.get("description", ""), _fields(each))
                for name, each in shapes.items()],
    )  # fmt: skip


def _route(method: str, path: str, each: dict[str, Any]) -> dict[str, Any]:
    first, _, rest = each.get("description", each.get("summary", "")).partition("\n")
    return {
        "method": method, "path": path, "first": first, "rest": rest.strip(),
        "secured": bool(each.get("security")), "takes": _shape(each.get("requestBody", {})),
        "answers": [(status, answer["description"], _shape(answer))
                    for status, answer in each["responses"].items()],
    }  # fmt: skip


def _shape(part: dict[str, Any]) -> str:
    """The name of what travels, if it has one."""
    schemas = [each.get("schema", {}) for each in part.get("content", {}).values()]
    return next((kind(each) for each in schemas if "$ref" in each), "")


def _fields(shape: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """(name, kind, may it be left out)."""
    needed = shape.get("required", [])
    return [
        (name, kind(each), name not in needed) for name, each in shape.get("properties", {}).items()
    ]


def kind(schema: dict[str, Any]) -> str:
    """What a schema takes, in a few words: « list of FlagOut », « string or null »."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(kind(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    if "enum" in schema:
        return " · ".join(map(str, schema["enum"]))
    return str(schema.get("format") or schema.get("type") or "any")
