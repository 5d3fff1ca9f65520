"""Runs, with their logs, series and figures, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from deepforge.client.http import Http
from deepforge.core.frozen import (
    Again,
    ComparedFile,
    FromRun,
    FrozenFile,
    FrozenText,
    RunCount,
    RunDocument,
    RunEnvironment,
    RunTags,
    WrittenPipeline,
)
from deepforge.core.ids import JobId, ProjectId, RunId
from deepforge.core.run import (
    AttemptView,
    Explanation,
    FigureVersions,
    FigureView,
    LogLines,
    LogMatches,
    LogPage,
    RunComparison,
    RunRequest,
    RunState,
    RunSummary,
    RunView,
)
from deepforge.core.series import PointsRequest, SeriesLine, SeriesSummary, SeriesView

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
        state: RunState | Sequence[RunState] | None = None,
        pipeline: str | None = None,
        author: str | None = None,
        tag: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        q: str | None = None,
        origin: RunId | None = None,
        removed: bool = False,
        limit: int = 50,
        after: RunId | None = None,
        sort: str = "-created",
    ) -> tuple[RunSummary, ...]:
        """Runs, newest first; `sort` takes `created`, `started`, `ended`, `duration`, `pipeline`, `state`,
        `author` and `metric:<name>`, a minus in front of what is to begin with the largest; `origin`: those
        that were made from this run.
        """
        return self._http.get(
            "/runs",
            tuple[RunSummary, ...],
            project=project,
            state=state if state is None or isinstance(state, str) else list(state),
            pipeline=pipeline,
            author=author,
            tag=tag,
            since=since and since.isoformat(),
            until=until and until.isoformat(),
            q=q,
            origin=origin,
            removed="true" if removed else None,
            limit=limit,
            after=after,
            sort=sort,
        )

    def count(self, *, project: ProjectId | None = None, q: str | None = None) -> int:
        """How many runs there are."""
        return self._http.get("/runs/count", RunCount, project=project, q=q).count

    def stop(self, run: RunId) -> RunView:
        """Have a run end; what has ended already stays so."""
        return self._http.post(f"/runs/{run}/stop", RunView)

    def again(self, run: RunId, wish: Again | None = None) -> RunView:
        """The same run once more, from the files it froze. Raises NotFound, InvalidPipeline."""
        return self._http.post(f"/runs/{run}/again", RunView, wish or Again())

    def restart(self, run: RunId, job: JobId) -> RunView:
        """A new run of a job and what depends on it, with the project's files of today."""
        return self._http.post(f"/runs/{run}/jobs/{job}/restart", RunView)

    def tag(self, run: RunId, tags: Sequence[str]) -> tuple[str, ...]:
        """Give a run these tags, in place of those it has. Raises BadInput."""
        return self._http.post(f"/runs/{run}/tags", RunTags, RunTags(tuple(tags))).tags

    def remove(self, run: RunId) -> None:
        """Remove a run that has ended, with all it showed. Raises Conflict while it goes on."""
        self._http.delete(f"/runs/{run}")

    def restore(self, run: RunId) -> RunView:
        """Bring back a run that was removed. Raises NotFound when it is gone for good."""
        return self._http.post(f"/runs/{run}/restore", RunView)

    def document(self, run: RunId) -> RunDocument:
        """The pipeline of a run as it was."""
        return self._http.get(f"/runs/{run}/document", RunDocument)

    def environment(self, run: RunId) -> tuple[RunEnvironment, ...]:
        """What the jobs of a run ran with."""
        return self._http.get(f"/runs/{run}/environment", tuple[RunEnvironment, ...])

    def files(self, run: RunId) -> tuple[FrozenFile, ...]:
        """The files of the project as a run froze them."""
        return self._http.get(f"/runs/{run}/files", tuple[FrozenFile, ...])

    def file(self, run: RunId, path: str) -> FrozenText:
        """What stood in a file when a run froze it."""
        return self._http.get(f"/runs/{run}/file", FrozenText, path=path)

    def take_up(self, project: ProjectId, run: RunId, name: str) -> WrittenPipeline:
        """Write the pipeline of a run as a new pipeline of its project. Raises Conflict, BadInput."""
        where = f"/projects/{project}/pipelines/from-run"
        return self._http.post(where, WrittenPipeline, FromRun(run, name))

    def compare_file(self, one: RunId, other: RunId, path: str) -> ComparedFile:
        """A file of two runs side by side."""
        return self._http.get("/runs/compare/file", ComparedFile, runs=[one, other], path=path)

    def explain(self, run: RunId) -> tuple[Explanation, ...]:
        """Why each job ran or did not have to."""
        return self._http.get(f"/runs/{run}/explain", tuple[Explanation, ...])

    def log(
        self,
        run: RunId,
        job: JobId,
        *,
        offset: int = 0,
        limit: int = LOG_PAGE,
        attempt: int | None = None,
    ) -> LogPage:
        """A stretch of a job's log, of its newest attempt or of another; a negative offset counts from the
        end. Raises NotFound.
        """
        where = f"/runs/{run}/jobs/{job}/log"
        return self._http.get(where, LogPage, offset=offset, limit=limit, attempt=attempt)

    def log_lines(
        self, run: RunId, job: JobId, *, first: int = 0, count: int = 500, attempt: int | None = None
    ) -> LogLines:
        """Lines of a job's log as a terminal would show them; a negative `first` counts from the end."""
        where = f"/runs/{run}/jobs/{job}/log/lines"
        return self._http.get(where, LogLines, first=first, count=count, attempt=attempt)

    def search_log(
        self,
        run: RunId,
        job: JobId,
        text: str,
        *,
        first: int = 0,
        case: bool = False,
        attempt: int | None = None,
    ) -> LogMatches:
        """Lines of a job's log that have a text; `next` in the answer is where to go on."""
        where = f"/runs/{run}/jobs/{job}/log/search"
        return self._http.get(
            where, LogMatches, q=text, first=first, case="true" if case else None, attempt=attempt
        )

    def attempts(self, run: RunId, job: JobId) -> tuple[AttemptView, ...]:
        """The attempts at a job, the first in front."""
        return self._http.get(f"/runs/{run}/jobs/{job}/attempts", tuple[AttemptView, ...])

    def whole_log(self, run: RunId, job: JobId, *, attempt: int | None = None) -> Iterator[str]:
        """The log of a job as far as it has come, page by page."""
        offset = 0
        while True:
            page = self.log(run, job, offset=offset, attempt=attempt)
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

    def points_together(self, request: PointsRequest) -> tuple[SeriesLine, ...]:
        """Several metrics of several runs, to be drawn over one another. Raises NotFound, BadInput."""
        return self._http.post("/points", tuple[SeriesLine, ...], request)

    def figures(self, run: RunId) -> tuple[FigureView, ...]:
        """The newest version of each figure of a run."""
        return self._http.get(f"/runs/{run}/figures", tuple[FigureView, ...])

    def figure_versions(
        self, run: RunId, job: JobId, figure: str, *, first: int = 1, count: int = 100
    ) -> FigureVersions:
        """The versions of a figure from a number on. Raises NotFound."""
        where = f"/runs/{run}/figures/versions"
        return self._http.get(where, FigureVersions, job=job, figure=figure, first=first, count=count)

    def compare(self, runs: Sequence[RunId]) -> RunComparison:
        """What differs between runs."""
        return self._http.get("/runs/compare", RunComparison, ids=list(runs))
