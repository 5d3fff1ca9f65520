"""Projects."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from deepforge.core import user
from deepforge.core.catalogue import ResourceList
from deepforge.core.ids import ProjectId
from deepforge.core.project import ImportedProject, NewProject, ProjectDetail, ProjectName, ProjectView
from deepforge.server.answers import answer, listing, nothing
from deepforge.server.body import body_as
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.server.streams import SANDBOX, attachment, from_thread
from deepforge.services import exporting, new_projects, projects, removed_projects

routes = Routes("/api/v1/projects", "projects")

Named = Annotated[ProjectName, Depends(body_as(ProjectName))]


@routes.get("", permission=user.PROJECTS_READ, answers=tuple[ProjectView, ...])
def list_projects(house: TheHouse, who: Who, fields: str | None = None) -> Response:
    """All projects."""
    return listing(projects.listing(house, who), fields)


@routes.post("", permission=user.PROJECTS_WRITE, takes=NewProject, answers=ProjectView, status=201)
def create_project(
    house: TheHouse, who: Who, asked: Annotated[NewProject, Depends(body_as(NewProject))]
) -> Response:
    """Make a project that begins as a template, or empty."""
    return answer(new_projects.create(house, who, asked.name, asked.template), 201)


@routes.get("/removed", permission=user.PROJECTS_READ, answers=tuple[ProjectView, ...])
def list_removed_projects(house: TheHouse, who: Who) -> Response:
    """The projects that were deleted within the last day and can be restored."""
    return answer(removed_projects.listing(house, who))


@routes.post(
    "/import",
    permission=user.PROJECTS_WRITE,
    takes_media="application/octet-stream",
    answers=ImportedProject,
    status=201,
    body_limit=None,
)
async def import_project(
    request: Request, house: TheHouse, who: Who, name: Annotated[str | None, Query(max_length=1000)] = None
) -> Response:
    """Make a project from a zip or tar file, compressed or not; links and repositories in it are left out."""
    chunks = from_thread(request.stream())
    try:
        found = await run_in_threadpool(new_projects.import_archive, house, who, chunks, name)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    return answer(found, 201)


@routes.get("/{project}", permission=user.PROJECTS_READ, answers=ProjectDetail)
def show_project(house: TheHouse, who: Who, project: str) -> Response:
    """One project: its pipelines, its operations, and what is wrong with them."""
    return answer(projects.show(house, who, ProjectId(project)))


@routes.get("/{project}/resources", permission=user.PROJECTS_READ, answers=ResourceList)
def list_resources(house: TheHouse, who: Who, project: str) -> Response:
    """The classes and functions of the project's modules that a reference may name."""
    return answer(projects.resources(house, who, ProjectId(project)))


@routes.post("/{project}/rename", permission=user.PROJECTS_WRITE, takes=ProjectName, answers=ProjectView)
def rename_project(house: TheHouse, who: Who, project: str, asked: Named) -> Response:
    """Give a project another name; its folder stays where it is."""
    return answer(projects.rename(house, who, ProjectId(project), asked.name))


@routes.post(
    "/{project}/duplicate", permission=user.PROJECTS_WRITE, takes=ProjectName, answers=ProjectView, status=201
)
def duplicate_project(house: TheHouse, who: Who, project: str, asked: Named) -> Response:
    """Make a project with the same files; runs and artifacts stay where they are."""
    return answer(new_projects.duplicate(house, who, ProjectId(project), asked.name or None), 201)


@routes.delete("/{project}", permission=user.PROJECTS_WRITE, status=204)
def remove_project(house: TheHouse, who: Who, project: str) -> Response:
    """Delete a project, which can be restored within a day. A linked folder stays untouched."""
    removed_projects.remove(house, who, ProjectId(project))
    return nothing()


@routes.post("/{project}/restore", permission=user.PROJECTS_WRITE, answers=ProjectView)
def restore_project(house: TheHouse, who: Who, project: str) -> Response:
    """Bring a deleted project back."""
    return answer(removed_projects.restore(house, who, ProjectId(project)))


@routes.get("/{project}/export", permission=user.PROJECTS_READ, answers_media="application/zip")
def export_project(house: TheHouse, who: Who, project: str) -> Response:
    """The files of a project as a ZIP file, which can be imported again."""
    found = exporting.export(house, who, ProjectId(project))
    headers = {"Content-Disposition": attachment(found.name), "Content-Security-Policy": SANDBOX}
    return StreamingResponse(found.chunks, headers=headers, media_type="application/zip")
