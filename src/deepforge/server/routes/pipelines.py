"""Pipelines: their newest runs; checked and previewed as they are drawn; and their results forgotten."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.ids import ProjectId
from deepforge.core.outlook import (
    CheckAnswer,
    CheckRequest,
    Cleared,
    ClearRequest,
    NodePreview,
    PackagePlan,
    PreviewRequest,
)
from deepforge.core.run import RunSummary
from deepforge.server.answers import answer
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import clearing, drafts, previewing, run_lines

routes = Routes("/api/v1/projects", "pipelines")


@routes.get("/{project}/pipelines/runs", permission=user.RUNS_READ, answers=tuple[RunSummary, ...])
def list_newest_runs(house: TheHouse, who: Who, project: str) -> Response:
    """The newest run of each pipeline, also of those that are gone by now."""
    return answer(run_lines.newest_of_pipelines(house, who, ProjectId(project)))


@routes.post(
    "/{project}/pipelines/check", permission=user.PROJECTS_READ, takes=CheckRequest, answers=CheckAnswer
)
def check_pipeline(
    house: TheHouse, who: Who, project: str, request: Annotated[CheckRequest, Depends(body_as(CheckRequest))]
) -> Response:
    """All that is wrong with a pipeline, as it is drawn or as its file is."""
    return answer(drafts.check(house, who, ProjectId(project), request))


@routes.post(
    "/{project}/pipelines/packages", permission=user.PROJECTS_READ, takes=CheckRequest, answers=PackagePlan
)
def plan_packages(
    house: TheHouse, who: Who, project: str, request: Annotated[CheckRequest, Depends(body_as(CheckRequest))]
) -> Response:
    """What files of operations should declare, because they import what is not installed."""
    return answer(drafts.plan_packages(house, who, ProjectId(project), request))


@routes.post(
    "/{project}/pipelines/preview",
    permission=user.PROJECTS_READ,
    takes=PreviewRequest,
    answers=tuple[NodePreview, ...],
)
def preview_pipeline(
    house: TheHouse,
    who: Who,
    project: str,
    request: Annotated[PreviewRequest, Depends(body_as(PreviewRequest))],
) -> Response:
    """What a run now would do with each node, and why."""
    return answer(previewing.preview(house, who, ProjectId(project), request))


@routes.post("/{project}/cache/clear", permission=user.RUNS_WRITE, takes=ClearRequest, answers=Cleared)
def clear_cache(
    house: TheHouse, who: Who, project: str, request: Annotated[ClearRequest, Depends(body_as(ClearRequest))]
) -> Response:
    """Forget the results of nodes, so that they run again."""
    return answer(clearing.clear(house, who, ProjectId(project), request))
