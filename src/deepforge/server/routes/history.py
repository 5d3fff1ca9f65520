"""The history of a project: versions, files as they were, differences, going back, branches."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.history import (
    NOW,
    Branches,
    BranchRequest,
    BranchView,
    HistoryDiff,
    HistoryPage,
    Restored,
    RestoreRequest,
    VersionFile,
    VersionName,
    VersionPipeline,
    VersionView,
)
from deepforge.core.ids import ProjectId
from deepforge.server.answers import answer
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import history, restoring

routes = Routes("/api/v1/projects", "history")

Path = Annotated[str | None, Query(max_length=400)]


@routes.get("/{project}/history", permission=user.PROJECTS_READ, answers=HistoryPage)
def list_versions_of_project(
    house: TheHouse,
    who: Who,
    project: str,
    path: Path = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=200)] = None,
    q: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """The versions of a project, or of one of its files, newest first, with the commits of its repository."""
    found = history.listing(house, who, ProjectId(project), path=path, limit=limit, after=after, q=q)
    return answer(found)


@routes.get("/{project}/history/diff", permission=user.PROJECTS_READ, answers=HistoryDiff)
def compare_versions(
    house: TheHouse,
    who: Who,
    project: str,
    before: Annotated[str, Query(alias="from", max_length=64)],
    after: Annotated[str, Query(alias="to", max_length=64)] = NOW,
    path: Path = None,
) -> Response:
    """What differs between two versions; `now` means the files as they are."""
    return answer(history.diff(house, who, ProjectId(project), before, after, path))


@routes.get("/{project}/history/{version}/file", permission=user.PROJECTS_READ, answers=VersionFile)
def read_file_of_version(
    house: TheHouse, who: Who, project: str, version: str, path: Annotated[str, Query(max_length=400)]
) -> Response:
    """A file as it was in a version."""
    return answer(history.file_at(house, who, ProjectId(project), version, path))


@routes.get("/{project}/history/{version}/pipeline", permission=user.PROJECTS_READ, answers=VersionPipeline)
def read_pipeline_of_version(
    house: TheHouse, who: Who, project: str, version: str, path: Annotated[str, Query(max_length=400)]
) -> Response:
    """A pipeline as it was in a version, to be drawn beside how it is now."""
    return answer(history.pipeline_at(house, who, ProjectId(project), version, path))


@routes.post(
    "/{project}/history/restore", permission=user.PROJECTS_WRITE, takes=RestoreRequest, answers=Restored
)
def restore_version(
    house: TheHouse,
    who: Who,
    project: str,
    asked: Annotated[RestoreRequest, Depends(body_as(RestoreRequest))],
) -> Response:
    """Write the files of a version again, or one of them; what was there is kept as a version before."""
    return answer(restoring.restore(house, who, ProjectId(project), asked))


@routes.post(
    "/{project}/versions",
    permission=user.PROJECTS_WRITE,
    takes=VersionName,
    answers=VersionView,
    status=201,
)
def name_version(
    house: TheHouse, who: Who, project: str, asked: Annotated[VersionName, Depends(body_as(VersionName))]
) -> Response:
    """Give a version a name; without one, the files as they are."""
    return answer(history.name_version(house, who, ProjectId(project), asked), 201)


@routes.get("/{project}/branches", permission=user.PROJECTS_READ, answers=Branches)
def list_branches(house: TheHouse, who: Who, project: str) -> Response:
    """The branches of the git repository that the project lies in."""
    return answer(restoring.branches(house, who, ProjectId(project)))


@routes.post(
    "/{project}/branches",
    permission=user.PROJECTS_WRITE,
    takes=BranchRequest,
    answers=BranchView,
    status=201,
)
def make_branch(
    house: TheHouse, who: Who, project: str, asked: Annotated[BranchRequest, Depends(body_as(BranchRequest))]
) -> Response:
    """Make a branch in the person's repository with the files of a version."""
    return answer(restoring.make_branch(house, who, ProjectId(project), asked), 201)
