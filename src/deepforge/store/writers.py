"""Writers: who wrote into the live documents of a project."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from deepforge.core.ids import ProjectId
from deepforge.store.tables import document_updates, documents, users


def since(connection: Connection, project: ProjectId, at: str) -> tuple[str, ...]:
    """The names of those who wrote since a time, in the order of their first words."""
    query = (
        select(users.c.name)
        .join(document_updates, document_updates.c.author_id == users.c.id)
        .join(documents, documents.c.id == document_updates.c.document_id)
        .where(documents.c.project_id == project, document_updates.c.at >= at)
        .group_by(users.c.name)
        .order_by(func.min(document_updates.c.at))
    )
    return tuple(connection.execute(query).scalars())
