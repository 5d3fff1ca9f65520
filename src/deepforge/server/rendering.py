"""Pages from templates, which escape whatever they are given."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from deepforge.server.plain_text import plain

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"


def page(template: str, *, status: int = 200, **facts: Any) -> Response:
    """A template filled with facts, as an answer."""
    return HTMLResponse(_environment().get_template(template).render(facts), status)


def wants_page(request: Request) -> bool:
    """Whether a person looks at this address in a browser."""
    path: str = request.scope["path"]
    return not path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # only those who look at pages need it

    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalize(value: object) -> object:
    """What a template writes: text loses its control sequences before it is escaped."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else plain(value)
