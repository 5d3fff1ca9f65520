"""Commits of a project: what changed since the last one, a new one, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.commit import Changes, CommitRequest, Committed, RepositoryRequest, UncommitRequest
from deepforge.core.history import HistoryDiff
from deepforge.core.ids import ProjectId
from deepforge.server.answers import answer
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import committing

routes = Routes("/api/v1/projects", "commits")


@routes.get("/{project}/changes", permission=user.PROJECTS_READ, answers=Changes)
def list_changes(house: TheHouse, who: Who, project: str) -> Response:
    """The files of a project that differ from the last commit of its git repository."""
    return answer(committing.changes(house, who, ProjectId(project)))


@routes.get("/{project}/changes/file", permission=user.PROJECTS_READ, answers=HistoryDiff)
def compare_changed_file(
    house: TheHouse, who: Who, project: str, path: Annotated[str, Query(max_length=4096)]
) -> Response:
    """How a file differs from the last commit."""
    return answer(committing.difference(house, who, ProjectId(project), path))


@routes.post(
    "/{project}/commits",
    permission=user.PROJECTS_WRITE,
    takes=CommitRequest,
    answers=Committed,
    status=201,
)
def commit_changes(
    house: TheHouse, who: Who, project: str, asked: Annotated[CommitRequest, Depends(body_as(CommitRequest))]
) -> Response:
    """Commit files as they are now to the branch that is checked out; no hook runs and nothing is signed."""
    return answer(committing.commit(house, who, ProjectId(project), asked), 201)


@routes.post(
    "/{project}/commits/undo", permission=user.PROJECTS_WRITE, takes=UncommitRequest, answers=Changes
)
def undo_commit(
    house: TheHouse,
    who: Who,
    project: str,
    asked: Annotated[UncommitRequest, Depends(body_as(UncommitRequest))],
) -> Response:
    """Take the last commit back; the files stay as they are."""
    return answer(committing.uncommit(house, who, ProjectId(project), asked))


@routes.post(
    "/{project}/repository",
    permission=user.PROJECTS_WRITE,
    takes=RepositoryRequest,
    answers=Committed,
    status=201,
)
def begin_repository(
    house: TheHouse,
    who: Who,
    project: str,
    asked: Annotated[RepositoryRequest, Depends(body_as(RepositoryRequest))],
) -> Response:
    """Make the folder of a project a git repository, and commit all that is in it."""
    return answer(committing.begin(house, who, ProjectId(project), asked), 201)
