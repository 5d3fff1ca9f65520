"""The pages: what runs can be seen at `/`, with nothing to install. Each asks the same services as the
interface.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.ids import JobId, ProjectId, RunId
from deepforge.core.project import PipelineView
from deepforge.core.run import FigureView, JobView, LogPage, RunView
from deepforge.core.user import Caller
from deepforge.server import drawing, graphs
from deepforge.server.cards import cards_of_jobs, cards_of_nodes, sources_of
from deepforge.server.desk import TheHouse, Who
from deepforge.server.formats import count
from deepforge.server.rendering import page
from deepforge.server.route import SIGNED_IN, Routes
from deepforge.services import artifacts, figures, logs, projects, runs, workers
from deepforge.services.house import House

routes = Routes(pages=True)

NOUNS = ("projects", "runs", "artifacts", "blobs", "workers", "session", "system")
RUNS_A_PAGE = 30
JOBS_SHOWN = 200
LOG_BYTES = 1 << 16
ARTIFACTS_SHOWN = 20
_SAFE_IMAGES = ("image/png", "image/jpeg", "image/webp", "image/gif")


@routes.get("/", permission=user.RUNS_READ)
def overview(
    house: TheHouse, who: Who, after: Annotated[str | None, Query(max_length=40)] = None
) -> Response:
    """Projects, runs, artifacts and workers."""
    found = runs.listing(house, who, limit=RUNS_A_PAGE + 1, after=RunId(after) if after else None)
    return page(
        "overview.html",
        topic="runs",
        projects=projects.listing(house, who),
        runs=found[:RUNS_A_PAGE],
        more=len(found) > RUNS_A_PAGE,
        artifacts=artifacts.listing(house, who)[:ARTIFACTS_SHOWN],
        workers=workers.listing(house, who),
    )


@routes.get("/projects/{project}", permission=user.PROJECTS_READ)
def project_page(house: TheHouse, who: Who, project: str) -> Response:
    """One project: its pipelines, drawn, its runs and its operations."""
    found = projects.show(house, who, ProjectId(project))
    return page(
        "project.html",
        topic="runs",
        project=found,
        drawings={pipeline.name: _drawn(pipeline) for pipeline in found.pipelines},
        runs=runs.listing(house, who, project=found.id, limit=RUNS_A_PAGE),
    )


@routes.get("/runs/{run}", permission=user.RUNS_READ)
def run_page(
    house: TheHouse, who: Who, run: str, job: Annotated[str | None, Query(max_length=40)] = None
) -> Response:
    """One run: its jobs, drawn and in words, its metrics, figures, logs and artifacts."""
    found = runs.show(house, who, RunId(run))
    shown = found.jobs[:JOBS_SHOWN]
    pictures = figures.listing(house, who, found.id)
    charts, hidden_charts = graphs.charts_of_run(house, who, found.id, pictures)
    logged = tuple(one for one in shown if one.fence or one.cached)
    chosen = _log_to_show(logged, job)
    log = _tail(house, who, found, chosen) if chosen else None
    return page(
        "run.html",
        topic=f"run:{found.id}",
        run=found,
        jobs=shown,
        hidden_jobs=len(found.jobs) - len(shown),
        jobs_words=_words(found),
        failed=[_failed(one) for one in shown if one.state == "failed" and one.error],
        drawing=drawing.draw({one.name: one.after for one in found.jobs}),
        cards=cards_of_jobs(found.jobs, f"/runs/{found.id}?job={{}}#log"),
        charts=charts,
        hidden_charts=hidden_charts,
        figures=[
            _picture(figure) for figure in pictures if graphs.MEDIA not in figure.parts or _image(figure)
        ],
        log=log,
        log_cut=log is not None and log.offset > 0,
        log_jobs=logged,
    )


@routes.get("/docs", permission=SIGNED_IN)
def interface_page(request: Request) -> Response:
    """The HTTP interface, for people."""
    document = request.app.openapi()
    nouns: dict[str, list[dict[str, Any]]] = {noun: [] for noun in NOUNS}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            entry = {
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"].replace("`", ""),
                "permission": operation["x-permission"],
                "parameters": [
                    each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"
                ],
            }
            nouns[operation["tags"][0]].append(entry)
    return page("interface.html", topic=None, document=document, nouns=nouns)


def _drawn(pipeline: PipelineView) -> dict[str, Any]:
    return {
        "drawing": drawing.draw({node.name: sources_of(node) for node in pipeline.nodes}),
        "cards": cards_of_nodes(pipeline.nodes),
    }


def _words(run: RunView) -> str:
    cached = sum(job.cached for job in run.jobs)
    return count(len(run.jobs), "job") + (f", {cached} cached" if cached else "")


def _failed(job: JobView) -> dict[str, Any]:
    assert job.error is not None
    own = [frame for frame in job.error.frames if frame.project_file]
    place = f"{own[-1].project_file}:{own[-1].line} in {own[-1].function}" if own else ""
    return {"name": job.name, "state": job.state, "cached": False, "error": job.error, "place": place}


def _log_to_show(jobs: tuple[JobView, ...], wanted: str | None) -> JobView | None:
    """The job that was asked for, else one that failed, else one that runs, else the last that ended."""
    named = [job for job in jobs if job.id == wanted]
    failed = [job for job in jobs if job.state == "failed"]
    running = [job for job in jobs if job.state == "running"]
    ended = sorted((job for job in jobs if job.ended), key=lambda job: job.ended or "", reverse=True)
    return next(iter((*named, *failed, *running, *ended)), None)


def _tail(house: House, who: Caller, run: RunView, job: JobView) -> LogPage:
    return logs.page(house, who, run.id, JobId(job.id), -LOG_BYTES, LOG_BYTES)


def _image(figure: FigureView) -> str:
    for media in _SAFE_IMAGES:
        if media in figure.parts:
            return f"/api/v1/blobs/{figure.parts[media]}?media={media}"
    return ""


def _picture(figure: FigureView) -> dict[str, Any]:
    return {
        "figure": figure.figure,
        "title": figure.title,
        "job_name": figure.job_name,
        "created": figure.created,
        "version": figure.version,
        "image": _image(figure),
    }
