"""Pages from templates, which escape whatever they are given."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from deepforge.core.resources import Machine
from deepforge.core.run import RunSummary
from deepforge.server import formats
from deepforge.server.cards import progress_share, progress_words, state_word
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

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "ago": formats.ago,
        "exact": formats.exact,
        "span": formats.span,
        "size": formats.size,
        "number": formats.number,
        "count": formats.count,
        "shorten": shorten,
        "state_word": state_word,
        "share": progress_share,
        "so_far": progress_words,
        "jobs_in_words": jobs_in_words,
        "machine": machine_in_words,
    }
    return environment


def _finalize(value: object) -> object:
    """What a template writes: text loses its control sequences before it is escaped."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else plain(value)


def shorten(text: str, length: int) -> str:
    """The text, cut with an ellipsis when it is longer."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def jobs_in_words(run: RunSummary) -> str:
    """`5 jobs`, `5 jobs, 3 cached`, `2 of 5 jobs`, `1 of 5 jobs failed`."""
    total = sum(run.jobs.values())
    failed, done = run.jobs.get("failed", 0), run.jobs.get("success", 0)
    if failed:
        return f"{failed} of {formats.count(total, 'job')} failed"
    if done < total:
        return f"{done} of {formats.count(total, 'job')}"
    words = formats.count(total, "job")
    return f"{words}, {'all' if run.cached == total else run.cached} cached" if run.cached else words


def machine_in_words(machine: Machine) -> str:
    """`fjord, 8 cores, 32 GB, 1 × A100`."""
    parts = [machine.hostname, formats.count(machine.cpus, "core"), formats.size(machine.memory)]
    names = [gpu.name for gpu in machine.gpus]
    parts += [f"{names.count(name)} × {name}" for name in dict.fromkeys(names)]
    return ", ".join(parts)
