"""Projects, over HTTP."""

from __future__ import annotations

from deepforge.client.http import Http
from deepforge.core.errors import NotFound, did_you_mean
from deepforge.core.ids import ProjectId
from deepforge.core.project import ProjectDetail, ProjectView


class Projects:
    """The projects of a server."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def listing(self) -> tuple[ProjectView, ...]:
        """All projects."""
        return self._http.get("/projects", tuple[ProjectView, ...])

    def show(self, project: ProjectId) -> ProjectDetail:
        """One project, whole. Raises NotFound."""
        return self._http.get(f"/projects/{project}", ProjectDetail)

    def find(self, name: str) -> ProjectView:
        """The project of that name. Raises NotFound with the nearest names."""
        projects = self.listing()
        for project in projects:
            if project.name == name:
                return project
        raise NotFound(
            f"There is no project {name!r}.", did_you_mean(name, [project.name for project in projects])
        )
