"""Runs: started, listed, shown, stopped, tagged, removed, and run again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends, Query
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.frozen import Again, RunCount, RunTags
from deepforge.core.ids import JobId, ProjectId, RunId
from deepforge.core.run import Explanation, RunFilter, RunRequest, RunState, RunSummary, RunView
from deepforge.server.answers import answer, encoded, listing, nothing
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import comparing, reruns, run_lines, runs, shelf

routes = Routes("/api/v1/runs", "runs")

MOST_SKIPPED = 10_000_000
Word = Annotated[str | None, Query(max_length=200)]


async def _wanted(
    project: str | None = None,
    state: Annotated[str | None, Query(max_length=100)] = None,
    pipeline: Word = None,
    author: Word = None,
    tag: Word = None,
    since: datetime | None = None,
    until: datetime | None = None,
    q: Word = None,
    origin: Word = None,
    removed: bool = False,
) -> RunFilter:
    """Which runs a request asks for; several states are separated by commas, times are in ISO 8601."""
    states = tuple(word.strip() for word in (state or "").split(",") if word.strip())
    return RunFilter(
        project=ProjectId(project) if project else None,
        states=cast(tuple[RunState, ...], states),
        pipeline=pipeline,
        author=author,
        tag=tag,
        since=since,
        until=until,
        text=q or "",
        origin=RunId(origin) if origin else None,
        removed=removed,
    )


Wanted = Annotated[RunFilter, Depends(_wanted)]


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
    wanted: Wanted,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    after: str | None = None,
    skip: Annotated[int, Query(ge=0, le=MOST_SKIPPED)] = 0,
    sort: Annotated[str, Query(max_length=500)] = "-created",
    fields: str | None = None,
) -> Response:
    """Runs, newest first.

    `state` takes several with commas, `q` words, `since` and `until` times, `origin` the run that they were
    made from, `sort` a column or `metric:<name>` (falling with a minus in front); `skip` leaves out the first
    ones.
    """
    found = run_lines.listing(
        house, who, wanted, limit=limit, after=RunId(after) if after else None, skip=skip, sort=sort
    )
    return listing(found, fields)


@routes.get("/count", permission=user.RUNS_READ, answers=RunCount)
def count_runs(house: TheHouse, who: Who, wanted: Wanted) -> Response:
    """How many runs a list with the same filters has."""
    return answer(RunCount(run_lines.count(house, who, wanted)))


@routes.get("/{run}", permission=user.RUNS_READ, answers=RunView)
def show_run(house: TheHouse, who: Who, run: str) -> Response:
    """One run, whole."""
    return encoded(runs.show_encoded(house, who, RunId(run)))


@routes.post("/{run}/stop", permission=user.RUNS_WRITE, answers=RunView)
def stop_run(house: TheHouse, who: Who, run: str) -> Response:
    """Have a run end; jobs that have ended stay as they are."""
    return answer(runs.stop(house, who, RunId(run)))


@routes.post("/{run}/again", permission=user.RUNS_WRITE, takes=Again, answers=RunView, status=201)
def run_again(
    house: TheHouse, who: Who, run: str, wish: Annotated[Again, Depends(body_as(Again))]
) -> Response:
    """The same run once more, from the files it froze; the cache answers for what has been done."""
    return answer(reruns.again(house, who, RunId(run), wish), 201)


@routes.post("/{run}/jobs/{job}/restart", permission=user.RUNS_WRITE, answers=RunView, status=201)
def restart_job(house: TheHouse, who: Who, run: str, job: str) -> Response:
    """A new run of a job and what depends on it, with the project's files of today."""
    return answer(reruns.restart(house, who, RunId(run), JobId(job)), 201)


@routes.post("/{run}/tags", permission=user.RUNS_WRITE, takes=RunTags, answers=RunTags)
def tag_run(
    house: TheHouse, who: Who, run: str, wish: Annotated[RunTags, Depends(body_as(RunTags))]
) -> Response:
    """Give a run these tags, in place of those it has."""
    return answer(RunTags(shelf.tag(house, who, RunId(run), wish.tags)))


@routes.delete("/{run}", permission=user.RUNS_WRITE, status=204)
def remove_run(house: TheHouse, who: Who, run: str) -> Response:
    """Remove a run that has ended, with its logs, series and figures; it can be restored for a while."""
    shelf.remove(house, who, RunId(run))
    return nothing()


@routes.post("/{run}/restore", permission=user.RUNS_WRITE, answers=RunView)
def restore_run(house: TheHouse, who: Who, run: str) -> Response:
    """Bring back a run that was removed."""
    shelf.restore(house, who, RunId(run))
    return encoded(runs.show_encoded(house, who, RunId(run)))


@routes.get("/{run}/explain", permission=user.RUNS_READ, answers=tuple[Explanation, ...])
def explain_run(house: TheHouse, who: Who, run: str) -> Response:
    """Why each job ran or did not have to, part by part."""
    return answer(comparing.explain(house, who, RunId(run)))
