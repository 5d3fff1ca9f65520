"""Projects as rows: an id, a name and the folder; one that is removed is hidden until it is gone for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from deepforge.core.ids import ProjectId, RunId, UserId
from deepforge.store.tables import artifacts, blob_uses, cache_entries, events, projects, runs


@dataclass(frozen=True)
class ProjectRecord:
    """One project. `folder` is where it lies in the projects folder of the data directory."""

    id: ProjectId
    name: str
    folder: str
    author: UserId
    created: str
    removed: str | None = None
    """Since when it is hidden; None: it is there."""


def add(connection: Connection, record: ProjectRecord) -> None:
    """Record a project; its name and its folder must be new."""
    connection.execute(
        insert(projects),
        {
            "id": record.id,
            "name": record.name,
            "folder": record.folder,
            "author_id": record.author,
            "created": record.created,
            "updated": record.created,
        },
    )


def find(connection: Connection, project: ProjectId) -> ProjectRecord | None:
    """The project, or None when there is none, or it is removed."""
    return _first(connection, _THERE.where(projects.c.id == project))


def find_removed(connection: Connection, project: ProjectId) -> ProjectRecord | None:
    """The project that is hidden, or None."""
    query = select(projects).where(projects.c.id == project, projects.c.removed.is_not(None))
    return _first(connection, query)


def every(connection: Connection) -> list[ProjectRecord]:
    """All projects that are there, by name."""
    return [_record(row) for row in connection.execute(_THERE.order_by(projects.c.name))]


def removed(connection: Connection, before: str | None = None) -> list[ProjectRecord]:
    """Those that are hidden, the last removed first; `before`: only those hidden before that time."""
    query = select(projects).where(projects.c.removed.is_not(None)).order_by(projects.c.removed.desc())
    if before is not None:
        query = query.where(projects.c.removed < before)
    return [_record(row) for row in connection.execute(query)]


def rename(connection: Connection, project: ProjectId, name: str, at: str) -> None:
    """Give a project another name, which must be new."""
    connection.execute(update(projects).where(projects.c.id == project).values(name=name, updated=at))


def hide(connection: Connection, project: ProjectId, folder: str, at: str) -> None:
    """Hide a project, whose folder was put aside."""
    values = {"folder": folder, "removed": at, "updated": at}
    connection.execute(update(projects).where(projects.c.id == project).values(values))


def bring_back(connection: Connection, project: ProjectId, name: str, folder: str, at: str) -> None:
    """Show a hidden project again, under a name and in a folder that must be free."""
    values = {"name": name, "folder": folder, "removed": None, "updated": at}
    connection.execute(update(projects).where(projects.c.id == project).values(values))


def runs_of(connection: Connection, project: ProjectId, *, active: bool = False) -> list[RunId]:
    """The runs of a project; `active`: only those that have not ended."""
    query = select(runs.c.id).where(runs.c.project_id == project).order_by(runs.c.id)
    if active:
        query = query.where(runs.c.ended.is_(None))
    return [RunId(run) for run in connection.execute(query).scalars()]


def forget(connection: Connection, project: ProjectId) -> None:
    """Remove a project with its runs, its artifacts and all that belongs to them."""
    for table in (cache_entries, blob_uses, events):
        connection.execute(delete(table).where(table.c.project_id == project))
    for table in (runs, artifacts):
        connection.execute(delete(table).where(table.c.project_id == project))
    connection.execute(delete(projects).where(projects.c.id == project))


_THERE = select(projects).where(projects.c.removed.is_(None))


def _first(connection: Connection, query: Select[Any]) -> ProjectRecord | None:
    row = connection.execute(query).first()
    return _record(row) if row else None


def _record(row: Row[Any]) -> ProjectRecord:
    return ProjectRecord(row.id, row.name, row.folder, row.author_id, row.created, row.removed)
