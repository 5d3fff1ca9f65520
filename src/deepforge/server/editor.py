"""The editor: one page for all its addresses, and the files it is made of, as they were built from `web/`.

The names of the files carry digests of what is in them, so a browser keeps them for good. They are read
from a list made at the first request, never by a path of a client.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.ids import is_ulid
from deepforge.server.errors import plain_error
from deepforge.server.notices import notice
from deepforge.server.route import PUBLIC, Routes

routes = Routes(pages=True)

FOLDER = Path(__file__).parent / "web"
FOREVER = "public, max-age=31536000, immutable"
_UNHASHED = frozenset({"theme.js"})
"""Those whose name stays when what is in them changes."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # drawing libraries set styles; scripts stay ours alone
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "font-src 'self'",
        "worker-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


@dataclass(frozen=True)
class _Asset:
    """A built file. `packed` is the same, compressed by gzip."""

    file: Path
    media: str
    packed: Path | None


def _page(request: Request) -> Response:
    """The page, which shows by itself what its address names."""
    try:
        text = (FOLDER / "index.html").read_bytes()
    except FileNotFoundError:
        return notice(
            503,
            "The editor is not built",
            "This is a checkout whose editor was not built. The command line and the HTTP interface work.",
            "make web",
        )
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return Response(text, headers=headers, media_type="text/html")


@routes.get("/", permission=user.PROJECTS_READ)
def home(request: Request) -> Response:
    """All projects."""
    return _page(request)


@routes.get("/projects/{rest:path}", permission=user.PROJECTS_READ)
def inside_project(request: Request, rest: str) -> Response:
    """Every view of a project."""
    return _page(request)


@routes.get("/runs/{run}", permission=user.PROJECTS_READ)
def run_door(request: Request, run: str) -> Response:
    """A run, wherever its project is."""
    return _page(request) if is_ulid(run) else plain_error(404)


@routes.get("/assets/{name}", permission=PUBLIC)
def asset(request: Request, name: str) -> Response:
    """A file of the editor."""
    found = _assets().get(name)
    if found is None:
        return plain_error(404)
    headers = {"Cache-Control": "no-cache" if name in _UNHASHED else FOREVER, "Vary": "Accept-Encoding"}
    file = found.file
    if found.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        file = found.packed
        headers["Content-Encoding"] = "gzip"
    return Response(file.read_bytes(), headers=headers, media_type=found.media)


@cache
def _assets() -> dict[str, _Asset]:
    folder = FOLDER / "assets"
    names = {file.name for file in folder.glob("*") if file.is_file()}
    return {
        name: _Asset(
            folder / name,
            mimetypes.guess_type(name)[0] or "application/octet-stream",
            folder / f"{name}.gz" if f"{name}.gz" in names else None,
        )
        for name in names
        if not name.endswith(".gz")
    }
