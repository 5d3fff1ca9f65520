"""Projects as rows: an id, a name and the folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from deepforge.core.ids import ProjectId, UserId
from deepforge.store.tables import projects


@dataclass(frozen=True)
class ProjectRecord:
    """One project. `folder` is the name of its entry in the projects folder of the data directory."""

    id: ProjectId
    name: str
    folder: str
    author: UserId
    created: str


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
    """The project, or None when there is none."""
    return _first(connection, select(projects).where(projects.c.id == project))


def find_by_name(connection: Connection, name: str) -> ProjectRecord | None:
    """The project of that name, or None."""
    return _first(connection, select(projects).where(projects.c.name == name))


def every(connection: Connection) -> list[ProjectRecord]:
    """All projects by name."""
    return [_record(row) for row in connection.execute(select(projects).order_by(projects.c.name))]


def _first(connection: Connection, query: Select[Any]) -> ProjectRecord | None:
    row = connection.execute(query).first()
    return _record(row) if row else None


def _record(row: Row[Any]) -> ProjectRecord:
    return ProjectRecord(row.id, row.name, row.folder, row.author_id, row.created)
