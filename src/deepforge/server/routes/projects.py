"""Projects."""

from __future__ import annotations

from starlette.responses import Response

from deepforge.core import user
from deepforge.core.ids import ProjectId
from deepforge.core.project import ProjectDetail, ProjectView
from deepforge.server.answers import answer, listing
from deepforge.server.desk import TheHouse, Who
from deepforge.server.route import Routes
from deepforge.services import projects

routes = Routes("/api/v1/projects", "projects")


@routes.get("", permission=user.PROJECTS_READ, answers=tuple[ProjectView, ...])
def list_projects(house: TheHouse, who: Who, fields: str | None = None) -> Response:
    """All projects."""
    return listing(projects.listing(house, who), fields)


@routes.get("/{project}", permission=user.PROJECTS_READ, answers=ProjectDetail)
def show_project(house: TheHouse, who: Who, project: str) -> Response:
    """One project: its pipelines, its operations, and what is wrong with them."""
    return answer(projects.show(house, who, ProjectId(project)))
