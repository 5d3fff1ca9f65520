"""Runs, with their logs, series and figures, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepforge.client.http import Http
from deepforge.core.ids import JobId, ProjectId, RunId
from deepforge.core.run import (
    Explanation,
    FigureView,
    LogPage,
    RunComparison,
    RunRequest,
    RunState,
    RunSummary,
    RunView,
)
from deepforge.core.series import SeriesSummary, SeriesView

LOG_PAGE = 1 << 18
"""Bytes of a log that are fetched at once."""


class Runs:
    """The runs of a server."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def start(self, request: RunRequest) -> RunView:
        """Start a run. Raises InvalidPipeline with all problems, NotFound, BadInput."""
        return self._http.post("/runs", RunView, request)

    def show(self, run: RunId) -> RunView:
        """One run, whole. Raises NotFound."""
        return self._http.get(f"/runs/{run}", RunView)

    def listing(
        self,
        *,
        project: ProjectId | None = None,
        state: RunState | None = None,
        pipeline: str | None = None,
        limit: int = 50,
        after: RunId | None = None,
        sort: str = "-created",
    ) -> tuple[RunSummary, ...]:
        """Runs, newest first; `sort` takes `created`, `-created`, `metric:<name>` and `-metric:<name>`."""
        return self._http.get(
            "/runs",
            tuple[RunSummary, ...],
            project=project,
            state=state,
            pipeline=pipeline,
            limit=limit,
            after=after,
            sort=sort,
        )

    def stop(self, run: RunId) -> RunView:
        """Have a run end; what has ended already stays so."""
        return self._http.post(f"/runs/{run}/stop", RunView)

    def remove(self, run: RunId) -> None:
        """Remove a run that has ended, with all it showed. Raises Conflict while it goes on."""
        self._http.delete(f"/runs/{run}")

    def explain(self, run: RunId) -> tuple[Explanation, ...]:
        """Why each job ran or did not have to."""
        return self._http.get(f"/runs/{run}/explain", tuple[Explanation, ...])

    def log(self, run: RunId, job: JobId, *, offset: int = 0, limit: int = LOG_PAGE) -> LogPage:
        """A stretch of a job's log; a negative offset counts from the end."""
        return self._http.get(f"/runs/{run}/jobs/{job}/log", LogPage, offset=offset, limit=limit)

    def whole_log(self, run: RunId, job: JobId) -> Iterator[str]:
        """The log of a job as far as it has come, page by page."""
        offset = 0
        while True:
            page = self.log(run, job, offset=offset)
            if page.text:
                yield page.text
            if page.next >= page.size or page.next == offset:
                return
            offset = page.next

    def series(self, run: RunId) -> tuple[SeriesSummary, ...]:
        """The metrics of a run, by job."""
        return self._http.get(f"/runs/{run}/series", tuple[SeriesSummary, ...])

    def points(
        self,
        run: RunId,
        name: str,
        *,
        width: int = 1000,
        first: float | None = None,
        last: float | None = None,
    ) -> SeriesView:
        """A metric between two steps in at most about `width` buckets; every point when there are no more."""
        return self._http.get(
            f"/runs/{run}/points", SeriesView, name=name, width=width, first=first, last=last
        )

    def figures(self, run: RunId) -> tuple[FigureView, ...]:
        """The newest version of each figure of a run."""
        return self._http.get(f"/runs/{run}/figures", tuple[FigureView, ...])

    def compare(self, runs: Sequence[RunId]) -> RunComparison:
        """What differs between runs."""
        return self._http.get("/runs/compare", RunComparison, ids=list(runs))
