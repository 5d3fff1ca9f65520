"""Runs as lines of a list: filtered, sorted, counted."""

from __future__ import annotations

from typing import get_args

from sqlalchemy import Connection

from deepforge.core.errors import BadInput, NotFound, did_you_mean
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.run import RUN_STATES, RunFilter, RunSummary
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.services.views import summary
from deepforge.store import jobs, run_lines, runs, series
from deepforge.store.run_lines import RunLine

COLUMNS: tuple[run_lines.Column, ...] = get_args(run_lines.Column)
METRIC = "metric:"
EVERY = RunFilter()
LONGEST_TEXT = 200
"""Letters of what is searched for."""


def listing(
    house: House,
    caller: Caller,
    wanted: RunFilter = EVERY,
    *,
    limit: int = 50,
    after: RunId | None = None,
    skip: int = 0,
    sort: str = "-created",
) -> tuple[RunSummary, ...]:
    """A stretch of the runs, from behind `after` on, less the first `skip` of them.

    `sort` is a column (`created`, `started`, `ended`, `duration`, `pipeline`, `state`, `author`) or
    `metric:loss`; with a minus in front the largest come first. Runs without a value come last. Raises
    BadInput, and NotFound when the run to go on from is gone.
    """
    _check(wanted)
    descending, key = sort.startswith("-"), sort.removeprefix("-")
    with house.database.read() as connection:
        if after is not None and runs.find(connection, after, removed=True) is None:
            raise NotFound(f"There is no run {after} any more.", "Read the list from its beginning.")
        if key.startswith(METRIC):
            metric = key.removeprefix(METRIC)
            found = run_lines.page_by_metric(connection, wanted, metric, descending, limit, after, skip)
        else:
            column = next((known for known in COLUMNS if known == key), None)
            if column is None:
                hint = did_you_mean(key, (*COLUMNS, f"{METRIC}<name>"))
                raise BadInput(f"Runs cannot be sorted by {key}.", hint)
            found = run_lines.page(connection, wanted, column, descending, limit, after, skip)
        return summaries(connection, found)


def newest_of_pipelines(house: House, caller: Caller, project: ProjectId) -> tuple[RunSummary, ...]:
    """The newest run of each pipeline of a project, newest first; also of pipelines that are gone."""
    with house.database.read() as connection:
        return summaries(connection, run_lines.newest_of_pipelines(connection, project))


def count(house: House, caller: Caller, wanted: RunFilter = EVERY) -> int:
    """How many runs there are. Raises BadInput."""
    _check(wanted)
    with house.database.read() as connection:
        return run_lines.count(connection, wanted)


def summaries(connection: Connection, lines: list[RunLine]) -> tuple[RunSummary, ...]:
    """Runs as lines of a list, with their jobs counted and the last values of their metrics."""
    wanted = [line.id for line in lines]
    counted = jobs.counts(connection, wanted)
    metrics = series.last_values(connection, wanted)
    return tuple(summary(line, *counted[line.id], metrics.get(line.id, {})) for line in lines)


def _check(wanted: RunFilter) -> None:
    for state in wanted.states:
        if state not in RUN_STATES:
            raise BadInput(f"A run is never {state}.", did_you_mean(state, RUN_STATES))
    if len(wanted.text) > LONGEST_TEXT:
        raise BadInput(f"The words to look for have {len(wanted.text)} letters.", "Search for fewer words.")
