"""Runs: started, listed, compared, stopped, removed."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.run import (
    Explanation,
    RunComparison,
    RunRequest,
    RunSummary,
    RunView,
)
from deepforge.server.answers import answer, listing, nothing
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import comparing, runs

routes = Routes("/api/v1/runs", "runs")

State = Literal["pending", "running", "success", "failed", "canceled"]


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
