"""The files that make pages look right: a fixed few, read once, never found by a path of a
client.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from deepforge.server.route import PUBLIC, Routes

routes = Routes(pages=True)

FOLDER = Path(__file__).parent / "static"
TYPES = {"style.css": "text/css", "spark.svg": "image/svg+xml"}


@routes.get("/static/{name}", permission=PUBLIC)
def static_file(request: Request, name: Literal["style.css", "spark.svg"]) -> Response:
    """A file of the pages."""
    data, tag = _read(name)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type=TYPES[name])


@cache
def _read(name: str) -> tuple[bytes, str]:
    data = (FOLDER / name).read_bytes()
    return data, f'"{hashlib.sha256(data).hexdigest()[:16]}"'
