"""Names that people type: runs by a part of their id or as `last`, attributes with their values, jobs."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from deepforge.core.errors import BadInput, NotFound, UnknownName, did_you_mean
from deepforge.core.ids import RunId, is_ulid

if TYPE_CHECKING:
    from deepforge.client import Client
    from deepforge.core.run import JobView, RunView

LAST = "last"
SHORT = 6
"""How many letters of an id the command line shows: its last ones, which differ most."""

PAGE = 200
REACH = 5 * PAGE
"""So many of the newest runs may be named by a part of their id."""


def find_run(client: Client, text: str, *, removed: bool = False) -> RunId:
    """The run that a person means: `last`, a whole id, or its beginning or end; `removed`: of those that were
    removed. Raises NotFound, BadInput.
    """
    wanted = text.upper()
    if is_ulid(wanted):
        return RunId(wanted)
    if text.casefold() == LAST:
        newest = client.runs.listing(limit=1, removed=removed)
        if not newest:
            raise NotFound("There is no run yet.", "Start one with deepforge run PIPELINE.")
        return newest[0].id
    found = [
        run for run in _newest(client, removed) if wanted and (run.startswith(wanted) or run.endswith(wanted))
    ]
    if len(found) > 1:
        some = ", ".join(found[:4]) + (" …" if len(found) > 4 else "")
        raise BadInput(f"{text} may be any of {len(found)} runs: {some}", "Give more of the id.")
    if not found:
        raise NotFound(f"There is no run {text!r}.", "deepforge runs list shows them; last is the newest.")
    return found[0]


def _newest(client: Client, removed: bool) -> Iterable[RunId]:
    after: RunId | None = None
    for _ in range(REACH // PAGE):
        page = client.runs.listing(limit=PAGE, after=after, removed=removed)
        yield from (run.id for run in page)
        if len(page) < PAGE:
            return
        after = page[-1].id


def find_job(run: RunView, text: str) -> JobView:
    """The job of a run by its name or id. Raises UnknownName."""
    for job in run.jobs:
        if text in (job.name, job.id):
            return job
    raise UnknownName(
        f"The run has no job {text!r}.", did_you_mean(text, [str(job.name) for job in run.jobs])
    )


def parse_changes(texts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Attributes from `node.attribute=value` words: node → attribute → value. Raises click.UsageError."""
    changes: dict[str, dict[str, Any]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        node, dot, attribute = name.strip().rpartition(".")
        if not (equals and dot and node and attribute):
            raise click.UsageError(
                f"{text!r} sets nothing: write --set node.attribute=value, as train.epochs=6"
            )
        changes.setdefault(node, {})[attribute] = parse_value(value)
    return changes


def parse_value(text: str) -> Any:
    """A value as a person types it: JSON or a Python literal when it is one, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    # What a pipeline can hold is what JSON can: a tuple or a set stays what was typed.
    return value if isinstance(value, bool | int | float | str | list | dict | None) else text
