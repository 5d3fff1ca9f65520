"""Files of a project: listed, read, made, renamed, deleted, searched. Their paths stand in the query."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from deepforge.core import user
from deepforge.core.file import FileList, FileRename, FileText, FileView, NewText, TextMatches
from deepforge.core.ids import ProjectId
from deepforge.server.answers import answer
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import files

routes = Routes("/api/v1/projects", "files")

SOURCE_LIMIT = 5 << 20
"""Bytes of a body that carries a source: in JSON it may be more than twice as long."""

APath = Annotated[str, Query(min_length=1, max_length=2000)]


@routes.get("/{project}/files", permission=user.PROJECTS_READ, answers=FileList)
def list_files(house: TheHouse, who: Who, project: str) -> Response:
    """All files of a project, what each is, and what is wrong in it."""
    return answer(files.listing(house, who, ProjectId(project)))


@routes.get("/{project}/files/search", permission=user.PROJECTS_READ, answers=TextMatches)
def search_files(
    house: TheHouse, who: Who, project: str, text: Annotated[str, Query(min_length=1, max_length=400)]
) -> Response:
    """The lines of all files in which a text stands."""
    return answer(files.search(house, who, ProjectId(project), text))


@routes.get("/{project}/file", permission=user.PROJECTS_READ, answers=FileText)
def read_file(house: TheHouse, who: Who, project: str, path: APath) -> Response:
    """A file that is text."""
    return answer(files.read(house, who, ProjectId(project), path))


@routes.put(
    "/{project}/file",
    permission=user.PROJECTS_WRITE,
    takes=NewText,
    answers=FileText,
    status=201,
    body_limit=SOURCE_LIMIT,
)
def create_file(
    house: TheHouse,
    who: Who,
    project: str,
    path: APath,
    new: Annotated[NewText, Depends(body_as(NewText))],
) -> Response:
    """Make a file; one that is there is never written over."""
    return answer(files.create(house, who, ProjectId(project), path, new), 201)


@routes.post("/{project}/file/rename", permission=user.PROJECTS_WRITE, takes=FileRename, answers=FileView)
def rename_file(
    house: TheHouse, who: Who, project: str, change: Annotated[FileRename, Depends(body_as(FileRename))]
) -> Response:
    """Give a file another path."""
    return answer(files.rename(house, who, ProjectId(project), change))


@routes.delete("/{project}/file", permission=user.PROJECTS_WRITE, answers=FileText)
def delete_file(house: TheHouse, who: Who, project: str, path: APath) -> Response:
    """Delete a file, and answer what it said."""
    return answer(files.delete(house, who, ProjectId(project), path))
