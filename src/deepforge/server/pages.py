"""The HTTP interface as a page for people."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from deepforge.server.rendering import page
from deepforge.server.route import SIGNED_IN, Routes

routes = Routes(pages=True)


@routes.get("/docs", permission=SIGNED_IN)
def interface_page(request: Request) -> Response:
    """The HTTP interface, for people."""
    document = request.app.openapi()
    nouns: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            entry = {
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"].replace("`", ""),
                "permission": operation["x-permission"],
                "parameters": [
                    each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"
                ],
            }
            nouns.setdefault(operation["tags"][0], []).append(entry)
    return page("interface.html", topic=None, document=document, nouns=nouns)
