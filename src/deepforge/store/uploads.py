"""Uploads as rows: which files are coming, and how far they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from deepforge.core.ids import ProjectId, UploadId, UserId
from deepforge.core.upload import Upload
from deepforge.store.tables import uploads


def add(connection: Connection, upload: Upload, author: UserId) -> None:
    """Record a file that is to come."""
    row = {
        "id": upload.id,
        "project_id": upload.project,
        "author_id": author,
        "name": upload.name,
        "size": upload.size,
        "received": upload.received,
        "created": upload.created,
    }
    connection.execute(insert(uploads), row)


def find(connection: Connection, upload: UploadId, author: UserId) -> Upload | None:
    """An upload of somebody; None when there is none, or it is another person's."""
    row = connection.execute(
        select(uploads).where(uploads.c.id == upload, uploads.c.author_id == author)
    ).first()
    return _upload(row) if row else None


def listing(connection: Connection, author: UserId, project: ProjectId | None = None) -> list[Upload]:
    """Somebody's unfinished uploads, the oldest first."""
    query = select(uploads).where(uploads.c.author_id == author).order_by(uploads.c.id)
    if project is not None:
        query = query.where(uploads.c.project_id == project)
    return [_upload(row) for row in connection.execute(query)]


def receive(connection: Connection, upload: UploadId, received: int) -> None:
    """Note how many bytes are here."""
    connection.execute(update(uploads).where(uploads.c.id == upload).values(received=received))


def remove(connection: Connection, upload: UploadId) -> None:
    """Forget an upload."""
    connection.execute(delete(uploads).where(uploads.c.id == upload))


def before(connection: Connection, moment: str) -> list[UploadId]:
    """The uploads that began before a moment."""
    query = select(uploads.c.id).where(uploads.c.created < moment).order_by(uploads.c.id)
    return [UploadId(found) for found in connection.execute(query).scalars()]


def every(connection: Connection) -> frozenset[str]:
    """The ids of all uploads."""
    return frozenset(connection.execute(select(uploads.c.id)).scalars())


def _upload(row: Row[Any]) -> Upload:
    return Upload(row.id, row.project_id, row.name, row.size, row.received, row.created)
