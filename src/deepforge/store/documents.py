"""Live documents as rows: each one's epoch, what its file said, and the log of its updates with who made
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, delete, func, insert, select, update

from deepforge.core.ids import ProjectId, UserId
from deepforge.store.database import fresh_id, now
from deepforge.store.tables import document_updates, documents


@dataclass(frozen=True)
class DocumentRecord:
    """One document. `epoch` names its history: copies of another one must not be merged into it."""

    id: str
    project: ProjectId
    path: str
    epoch: str
    base: str | None
    """What the file said when it and the document last agreed."""
    writing: str | None
    """What was about to be written into it."""
    agreed: int
    """The newest update that the file is known to hold."""


@dataclass(frozen=True)
class UpdateRecord:
    """One change of a document, as bytes of the CRDT. `author` None: another program changed the file."""

    number: int
    author: UserId | None
    data: bytes
    at: str


def find(connection: Connection, project: ProjectId, path: str) -> DocumentRecord | None:
    """The document of a file, or None."""
    query = select(documents).where(documents.c.project_id == project, documents.c.path == path)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return DocumentRecord(
        row.id, ProjectId(row.project_id), row.path, row.epoch, row.base, row.writing, row.agreed
    )


def add(connection: Connection, project: ProjectId, path: str, base: str, first: bytes) -> DocumentRecord:
    """A new document with a history of its own, which begins with what is in the file."""
    record = DocumentRecord(fresh_id(), project, path, fresh_id(), base, None, 1)
    connection.execute(
        insert(documents).values(
            id=record.id,
            project_id=project,
            path=path,
            epoch=record.epoch,
            base=base,
            agreed=record.agreed,
            created=now(connection),
        )
    )
    append(connection, record.id, 0, [(None, first)])
    return record


def remove(connection: Connection, document: str) -> None:
    """Forget a document and its history; its file is another matter."""
    connection.execute(delete(document_updates).where(document_updates.c.document_id == document))
    connection.execute(delete(documents).where(documents.c.id == document))


def log(connection: Connection, document: str) -> list[UpdateRecord]:
    """All updates of a document, in their order."""
    query = (
        select(document_updates)
        .where(document_updates.c.document_id == document)
        .order_by(document_updates.c.number)
    )
    return [UpdateRecord(row.number, row.author_id, row.data, row.at) for row in connection.execute(query)]


def append(
    connection: Connection, document: str, last: int, updates: Iterable[tuple[UserId | None, bytes]]
) -> int:
    """Add updates behind the one with the number `last`; the number of the newest then."""
    rows = [
        {"document_id": document, "number": number, "author_id": author, "data": data}
        for number, (author, data) in enumerate(updates, last + 1)
    ]
    if rows:
        at = now(connection)
        connection.execute(insert(document_updates), [{**row, "at": at} for row in rows])
    return last + len(rows)


def begin_writing(connection: Connection, document: str, text: str) -> None:
    """Note what is about to be written into the file."""
    connection.execute(update(documents).where(documents.c.id == document).values(writing=text))


def agree(connection: Connection, document: str, base: str, agreed: int) -> None:
    """Note what the file says, and up to which update it holds them."""
    connection.execute(
        update(documents).where(documents.c.id == document).values(base=base, writing=None, agreed=agreed)
    )


def unwritten(connection: Connection) -> list[tuple[ProjectId, str]]:
    """The project and path of each document that has updates which its file may not hold."""
    newest = (
        select(func.max(document_updates.c.number))
        .where(document_updates.c.document_id == documents.c.id)
        .scalar_subquery()
    )
    query = (
        select(documents.c.project_id, documents.c.path)
        .where(documents.c.agreed < newest)
        .order_by(documents.c.id)
    )
    return [(ProjectId(row.project_id), row.path) for row in connection.execute(query)]


def replace_updates(
    connection: Connection, document: str, old: Iterable[UpdateRecord], new: UpdateRecord
) -> None:
    """Put one update in place of several, under the number of the last of them."""
    numbers = [record.number for record in old]
    connection.execute(
        delete(document_updates).where(
            document_updates.c.document_id == document,
            document_updates.c.number.between(numbers[0], numbers[-1]),
        )
    )
    connection.execute(
        insert(document_updates).values(
            document_id=document, number=new.number, author_id=new.author, data=new.data, at=new.at
        )
    )


@dataclass(frozen=True)
class EditRecord:
    """That somebody changed a file, between two moments."""

    path: str
    author: UserId | None
    started: str
    ended: str
    updates: int


def edits(connection: Connection, project: ProjectId, path: str | None, limit: int) -> list[EditRecord]:
    """Who changed the files of a project, the newest first; updates of one person in a row are one edit."""
    query = (
        select(
            documents.c.path, document_updates.c.author_id, document_updates.c.at, document_updates.c.number
        )
        .join(documents, documents.c.id == document_updates.c.document_id)
        .where(documents.c.project_id == project, document_updates.c.number > 1)
        .order_by(document_updates.c.at.desc(), documents.c.path, document_updates.c.number.desc())
        .limit(limit * 50)
    )
    if path is not None:
        query = query.where(documents.c.path == path)
    found = []
    rows = list(connection.execute(query))
    for (of, author, _), group in groupby(rows, key=lambda row: (row.path, row.author_id, row.at[:13])):
        members = list(group)
        found.append(EditRecord(of, author, members[-1].at, members[0].at, len(members)))
    return found[:limit]


def extent(connection: Connection, document: str) -> tuple[int, int]:
    """How many updates the log of a document holds, and their bytes."""
    query = select(func.count(), func.coalesce(func.sum(func.length(document_updates.c.data)), 0)).where(
        document_updates.c.document_id == document
    )
    count, size = connection.execute(query).one()
    return int(count), int(size)
