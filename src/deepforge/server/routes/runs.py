"""Runs, with their logs, series and figures."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.ids import JobId, ProjectId, RunId
from deepforge.core.run import (
    Explanation,
    FigureView,
    LogPage,
    RunComparison,
    RunRequest,
    RunSummary,
    RunView,
)
from deepforge.core.series import SeriesSummary, SeriesView
from deepforge.server.answers import answer, listing, nothing
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import comparing, figures, logs, runs, series

routes = Routes("/api/v1/runs", "runs")

State = Literal["pending", "running", "success", "failed", "canceled"]
LONGEST_PAGE = 1 << 20
"""Most bytes of a log in one answer."""


@routes.post("", permission=user.RUNS_WRITE, takes=RunRequest, answers=RunView, status=201)
def start_run(
    house: TheHouse, who: Who, request: Annotated[RunRequest, Depends(body_as(RunRequest))]
) -> Response:
    """Start a run of a pipeline."""
    return answer(runs.start(house, who, request), 201)


@routes.get("", permission=user.RUNS_READ, answers=tuple[RunSummary, ...])
def list_runs(
    house: TheHouse,
    who: Who,
    project: str | None = None,
    state: State | None = None,
    pipeline: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    after: str | None = None,
    sort: Annotated[str, Query(max_length=500)] = "-created",
    fields: str | None = None,
) -> Response:
    """Runs, newest first; `sort` takes `created`, `-created`, `metric:<name>` and `-metric:<name>`."""
    found = runs.listing(
        house,
        who,
        project=ProjectId(project) if project else None,
        state=state,
        pipeline=pipeline,
        limit=limit,
        after=RunId(after) if after else None,
        sort=sort,
    )
    return listing(found, fields)


@routes.get("/compare", permission=user.RUNS_READ, answers=RunComparison)
def compare_runs(house: TheHouse, who: Who, ids: Annotated[str, Query(max_length=2000)]) -> Response:
    """What differs between runs; `ids` are separated by commas."""
    return answer(comparing.compare(house, who, tuple(RunId(run) for run in ids.split(",") if run)))


@routes.get("/{run}", permission=user.RUNS_READ, answers=RunView)
def show_run(house: TheHouse, who: Who, run: str) -> Response:
    """One run, whole."""
    return answer(runs.show(house, who, RunId(run)))


@routes.post("/{run}/stop", permission=user.RUNS_WRITE, answers=RunView)
def stop_run(house: TheHouse, who: Who, run: str) -> Response:
    """Have a run end; jobs that have ended stay as they are."""
    return answer(runs.stop(house, who, RunId(run)))


@routes.delete("/{run}", permission=user.RUNS_WRITE, status=204)
def remove_run(house: TheHouse, who: Who, run: str) -> Response:
    """Remove a run that has ended, with its logs, series and figures."""
    runs.remove(house, who, RunId(run))
    return nothing()


@routes.get("/{run}/explain", permission=user.RUNS_READ, answers=tuple[Explanation, ...])
def explain_run(house: TheHouse, who: Who, run: str) -> Response:
    """Why each job ran or did not have to, part by part."""
    return answer(comparing.explain(house, who, RunId(run)))


@routes.get("/{run}/jobs/{job}/log", permission=user.RUNS_READ, answers=LogPage)
def read_log(
    house: TheHouse,
    who: Who,
    run: str,
    job: str,
    offset: int = 0,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 1 << 16,
) -> Response:
    """A stretch of a job's log, in bytes; a negative offset counts from the end."""
    return answer(logs.page(house, who, RunId(run), JobId(job), offset, limit))


@routes.get("/{run}/series", permission=user.RUNS_READ, answers=tuple[SeriesSummary, ...])
def list_series(house: TheHouse, who: Who, run: str) -> Response:
    """The metrics of a run."""
    return answer(series.names(house, who, RunId(run)))


@routes.get("/{run}/points", permission=user.RUNS_READ, answers=SeriesView)
def read_points(
    house: TheHouse,
    who: Who,
    run: str,
    name: Annotated[str, Query(max_length=400)],
    width: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    first: float | None = None,
    last: float | None = None,
) -> Response:
    """A metric between two steps, in at most about `width` buckets."""
    return answer(series.points(house, who, RunId(run), name, width, first, last))


@routes.get("/{run}/figures", permission=user.RUNS_READ, answers=tuple[FigureView, ...])
def list_figures(house: TheHouse, who: Who, run: str) -> Response:
    """The figures of a run, the newest version of each."""
    return answer(figures.listing(house, who, RunId(run)))
