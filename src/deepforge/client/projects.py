"""Projects, over HTTP."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from deepforge.client.http import Http
from deepforge.core.commit import Changes, CommitRequest, Committed, RepositoryRequest, UncommitRequest
from deepforge.core.errors import NotFound, did_you_mean
from deepforge.core.history import HistoryPage, Restored, VersionView
from deepforge.core.ids import ProjectId
from deepforge.core.project import ImportedProject, ProjectDetail, ProjectView, TemplateView


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
        return _named(name, self.listing())

    def find_folder(self, entry: str) -> ProjectView:
        """The project of an entry of the projects folder, whatever it is called. Raises NotFound."""
        found = next((project for project in self.listing() if project.folder == entry), None)
        if found is None:
            raise NotFound(f"There is no project folder {entry!r}.", "Was it removed meanwhile?")
        return found

    def templates(self) -> tuple[TemplateView, ...]:
        """What a new project can begin as."""
        return self._http.get("/templates", tuple[TemplateView, ...])

    def create(self, name: str, template: str | None = None) -> ProjectView:
        """Make a project. Raises BadInput, Conflict, UnknownName."""
        return self._http.post("/projects", ProjectView, {"name": name, "template": template})

    def import_archive(self, chunks: Iterable[bytes], name: str | None = None) -> ImportedProject:
        """Make a project from a zip or tar file. Raises BadInput, TooLarge, Conflict."""
        return self._http.send("/projects/import", chunks, ImportedProject, name=name)

    def export(self, project: ProjectId, file: Path) -> None:
        """Fetch the files of a project as a zip file, which appears when it is whole. Raises NotFound."""
        part = file.with_name(f".{file.name}.{os.getpid()}.part")
        try:
            with open(part, "wb") as output, self._http.stream(f"/projects/{project}/export") as chunks:
                for chunk in chunks:
                    output.write(chunk)
            os.replace(part, file)
        finally:
            part.unlink(missing_ok=True)

    def rename(self, project: ProjectId, name: str) -> ProjectView:
        """Give a project another name. Raises BadInput, Conflict."""
        return self._http.post(f"/projects/{project}/rename", ProjectView, {"name": name})

    def duplicate(self, project: ProjectId, name: str = "") -> ProjectView:
        """Make a copy of a project. Raises BadInput, Conflict."""
        return self._http.post(f"/projects/{project}/duplicate", ProjectView, {"name": name})

    def remove(self, project: ProjectId) -> None:
        """Delete a project, which can be restored within a day. Raises Conflict while runs of it go on."""
        self._http.delete(f"/projects/{project}")

    def removed(self) -> tuple[ProjectView, ...]:
        """The projects that can be restored."""
        return self._http.get("/projects/removed", tuple[ProjectView, ...])

    def find_removed(self, name: str) -> ProjectView:
        """The deleted project of that name, the last deleted one. Raises NotFound."""
        return _named(name, self.removed(), "deleted project")

    def restore(self, project: ProjectId) -> ProjectView:
        """Bring a deleted project back. Raises NotFound."""
        return self._http.post(f"/projects/{project}/restore", ProjectView)

    def history(self, project: ProjectId, path: str | None = None, limit: int = 50) -> HistoryPage:
        """The newest versions of a project, or of one of its files."""
        return self._http.get(f"/projects/{project}/history", HistoryPage, path=path, limit=limit)

    def name_version(self, project: ProjectId, name: str, version: str) -> VersionView:
        """Give a version a name; `now` means the files as they are."""
        body = {"name": name, "version": version}
        return self._http.post(f"/projects/{project}/versions", VersionView, body)

    def go_back(self, project: ProjectId, version: str, path: str | None = None) -> Restored:
        """Write the files of a version again, or one of them."""
        body = {"version": version, "path": path}
        return self._http.post(f"/projects/{project}/history/restore", Restored, body)

    def changes(self, project: ProjectId) -> Changes:
        """What differs from the last commit of the project's repository."""
        return self._http.get(f"/projects/{project}/changes", Changes)

    def commit(self, project: ProjectId, asked: CommitRequest) -> Committed:
        """Commit files as they are now. Raises BadInput, Conflict."""
        return self._http.post(f"/projects/{project}/commits", Committed, asdict(asked))

    def uncommit(self, project: ProjectId, asked: UncommitRequest) -> Changes:
        """Take the last commit back. Raises Conflict, NotFound."""
        return self._http.post(f"/projects/{project}/commits/undo", Changes, asdict(asked))

    def begin_repository(self, project: ProjectId, asked: RepositoryRequest) -> Committed:
        """Put a project under git. Raises BadInput, Conflict."""
        return self._http.post(f"/projects/{project}/repository", Committed, asdict(asked))


def _named(name: str, known: tuple[ProjectView, ...], noun: str = "project") -> ProjectView:
    for project in known:
        if project.name == name:
            return project
    raise NotFound(f"There is no {noun} {name!r}.", did_you_mean(name, [project.name for project in known]))
