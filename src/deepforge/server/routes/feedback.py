"""What runs show: logs, series and figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, BinaryIO, Literal

from fastapi import Depends, Query
from starlette.responses import Response, StreamingResponse

from deepforge.core import user
from deepforge.core.ids import JobId, RunId
from deepforge.core.run import AttemptView, FigureVersions, FigureView, LogLines, LogMatches, LogPage
from deepforge.core.series import PointsRequest, SeriesLine, SeriesSummary, SeriesView
from deepforge.server.answers import answer
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import figures, logs, series

routes = Routes("/api/v1/runs", "runs")
several = Routes("/api/v1/points", "runs")

LONGEST_PAGE = 1 << 20
"""Most bytes of a log in one answer."""
CHUNK = 1 << 18

Attempt = Annotated[int | None, Query(ge=1)]
Document = Literal["image/svg+xml", "text/html"]

FRAME = {
    "Content-Security-Policy": "; ".join(
        (
            "sandbox",
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "font-src data:",
            "media-src data:",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""A figure that is a document of its own is shown in a frame, in which nothing runs, nothing is fetched and
nothing of the page around it can be reached.
"""


@routes.get("/{run}/jobs/{job}/log", permission=user.RUNS_READ, answers=LogPage)
def read_log(
    house: TheHouse,
    who: Who,
    run: str,
    job: str,
    offset: int = 0,
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 1 << 16,
    attempt: Attempt = None,
) -> Response:
    """A stretch of a job's log, in bytes; a negative offset counts from the end."""
    return answer(logs.page(house, who, RunId(run), JobId(job), offset, limit, attempt))


@routes.get("/{run}/jobs/{job}/log/lines", permission=user.RUNS_READ, answers=LogLines)
def read_log_lines(
    house: TheHouse,
    who: Who,
    run: str,
    job: str,
    first: int = 0,
    count: Annotated[int, Query(ge=1, le=logs.MOST_LINES)] = 500,
    attempt: Attempt = None,
) -> Response:
    """Lines of a job's log from a number on; a negative number counts from the end."""
    return answer(logs.lines(house, who, RunId(run), JobId(job), first, count, attempt))


@routes.get("/{run}/jobs/{job}/log/search", permission=user.RUNS_READ, answers=LogMatches)
def search_log(
    house: TheHouse,
    who: Who,
    run: str,
    job: str,
    q: str,
    first: Annotated[int, Query(ge=0)] = 0,
    count: Annotated[int, Query(ge=1, le=logs.MOST_MATCHES)] = 200,
    case: bool = False,
    attempt: Attempt = None,
) -> Response:
    """Lines of a job's log that have a text; `next` in the answer is where to go on."""
    found = logs.search(house, who, RunId(run), JobId(job), q, first, count, attempt, case=case)
    return answer(found)


@routes.get("/{run}/jobs/{job}/log/file", permission=user.RUNS_READ, answers_media="text/plain")
def download_log(house: TheHouse, who: Who, run: str, job: str, attempt: Attempt = None) -> Response:
    """The whole log of a job as a file."""
    name, stretches = logs.whole(house, who, RunId(run), JobId(job), attempt)
    return StreamingResponse(stretches, headers=_file(f"{name}.log"), media_type="text/plain; charset=utf-8")


@routes.get("/{run}/jobs/{job}/attempts", permission=user.RUNS_READ, answers=tuple[AttemptView, ...])
def list_attempts(house: TheHouse, who: Who, run: str, job: str) -> Response:
    """The attempts at a job, the first in front."""
    return answer(logs.tries(house, who, RunId(run), JobId(job)))


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


@routes.get("/{run}/figures/versions", permission=user.RUNS_READ, answers=FigureVersions)
def list_figure_versions(
    house: TheHouse,
    who: Who,
    run: str,
    job: str,
    figure: Annotated[str, Query(max_length=200)],
    first: Annotated[int, Query(ge=1)] = 1,
    count: Annotated[int, Query(ge=1, le=figures.MOST_VERSIONS)] = 100,
) -> Response:
    """The versions of a figure from a number on."""
    return answer(figures.versions(house, who, RunId(run), JobId(job), figure, first, count))


@routes.get("/{run}/figures/page", permission=user.RUNS_READ, answers_media="text/html")
def show_figure_page(
    house: TheHouse,
    who: Who,
    run: str,
    job: str,
    figure: Annotated[str, Query(max_length=200)],
    version: Annotated[int, Query(ge=1)],
    media: Document,
) -> Response:
    """A figure that is a document of its own, for a frame in which nothing of it runs."""
    stream, size = figures.document(house, who, RunId(run), JobId(job), figure, version, media)
    headers = FRAME | {"Content-Length": str(size)}
    return StreamingResponse(_read(stream), headers=headers, media_type=f"{media}; charset=utf-8")


@several.post("", permission=user.RUNS_READ, takes=PointsRequest, answers=tuple[SeriesLine, ...])
def read_points_together(
    house: TheHouse, who: Who, request: Annotated[PointsRequest, Depends(body_as(PointsRequest))]
) -> Response:
    """Several metrics of several runs, to be drawn over one another."""
    return answer(series.together(house, who, request))


@several.get("/file", permission=user.RUNS_READ, answers_media="text/csv")
def download_points(
    house: TheHouse,
    who: Who,
    run: Annotated[list[str], Query(max_length=50)],
    name: Annotated[list[str], Query(max_length=200)],
) -> Response:
    """Every point of some metrics of some runs, as CSV."""
    lines = series.table(house, who, [(RunId(one), metric) for one in run for metric in name])
    title = name[0] if len(name) == 1 else "metrics"
    return StreamingResponse(lines, headers=_file(f"{title}.csv"), media_type="text/csv; charset=utf-8")


def _file(name: str) -> dict[str, str]:
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "file"
    return {"Content-Disposition": f'attachment; filename="{safe}"'}


def _read(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(CHUNK):
            yield chunk
