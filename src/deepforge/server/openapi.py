"""The description of the HTTP interface (OpenAPI 3.1), made from the table of routes.

FastAPI describes paths and parameters; the bodies are described here from the same core classes that msgspec
writes and reads, so what stands in the document is exactly what goes over the wire.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from deepforge.core.errors import error_classes
from deepforge.server.errors import WORDS, status_of
from deepforge.server.route import Route

_REFERENCE = "#/components/schemas/{name}"

ERROR_SCHEMA: dict[str, Any] = {
    "title": "Error",
    "description": "What went wrong, and what to do next.",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "hint"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "hint": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}},
            },
        }
    },
}


def complete(
    document: dict[str, Any], routes: Iterable[Route], extra_types: Iterable[Any] = ()
) -> dict[str, Any]:
    """Enter bodies, answers, permissions and errors into the document that FastAPI made of the routes."""
    described = [route for route in routes if route.method != "WEBSOCKET" and not route.is_page]
    given = [route.takes for route in described if route.takes is not None]
    answered = [route.answers for route in described if route.answers is not None]
    (*schemas,), components = msgspec.json.schema_components(
        [*given, *answered, *extra_types], ref_template=_REFERENCE
    )
    schema_of = {id(kind): schema for kind, schema in zip([*given, *answered], schemas, strict=False)}
    taken_names = _names_in(schemas[: len(given)], components)
    for name, component in components.items():
        if name not in taken_names and "properties" in component:
            component["required"] = list(component["properties"])
    for route in described:
        _enter(document["paths"][route.path][route.method.lower()], route, schema_of)
    document["components"] = {
        "schemas": {**dict(sorted(components.items())), "Error": ERROR_SCHEMA},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    }
    document["security"] = [{"token": []}]
    document["x-error-codes"] = _error_codes()
    return document


def _enter(operation: dict[str, Any], route: Route, schema_of: dict[int, Any]) -> None:
    operation["x-permission"] = route.permission
    if route.takes is not None:
        body = {"application/json": {"schema": schema_of[id(route.takes)]}}
        operation["requestBody"] = {"required": True, "content": body}
    elif route.takes_media is not None:
        binary = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {route.takes_media: binary}}
    operation["responses"] = {str(route.status): _good(route, schema_of), "default": _bad()}


def _good(route: Route, schema_of: dict[int, Any]) -> dict[str, Any]:
    if route.answers is not None:
        return {
            "description": "Done",
            "content": {"application/json": {"schema": schema_of[id(route.answers)]}},
        }
    if route.answers_media is not None:
        content = {route.answers_media: {"schema": {"type": "string", "format": "binary"}}}
        return {"description": "Done", "content": content}
    return {"description": "Done"}


def _bad() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": "It was not done", "content": {"application/json": {"schema": schema}}}


def _names_in(schemas: list[Any], components: dict[str, Any]) -> set[str]:
    """The components that request bodies reach, in which parts with a default may be left out."""
    found: set[str] = set()
    waiting: list[Any] = list(schemas)
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(components[name])
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return found


def _error_codes() -> dict[str, int]:
    codes = {code: status for status, (code, _) in WORDS.items()}
    codes |= {code: status_of(kind("")) for code, kind in error_classes().items()}
    return dict(sorted(codes.items()))
