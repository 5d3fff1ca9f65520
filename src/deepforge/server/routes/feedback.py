"""What runs show: logs, series and figures."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.ids import JobId, RunId
from deepforge.core.run import FigureView, LogPage
from deepforge.core.series import SeriesSummary, SeriesView
from deepforge.server.answers import answer
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import figures, logs, series

routes = Routes("/api/v1/runs", "runs")

LONGEST_PAGE = 1 << 20
"""Most bytes of a log in one answer."""


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
