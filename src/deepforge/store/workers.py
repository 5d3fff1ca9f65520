"""Workers as rows: their machines, their interpreters, and when they were last heard of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from deepforge.core.environment import Interpreter
from deepforge.core.ids import UserId, WorkerId
from deepforge.core.resources import Machine
from deepforge.store.tables import workers


@dataclass(frozen=True)
class WorkerRecord:
    """One worker as it introduced itself. `seen` is in Unix seconds."""

    id: WorkerId
    author: UserId
    name: str
    incarnation: str
    machine: Machine
    interpreter: Interpreter
    slots: int
    shares_blobs: bool
    version: str
    seen: float
    created: str


@dataclass(frozen=True)
class WorkerLine:
    """One worker, as a list needs it. `seen` is in Unix seconds."""

    id: WorkerId
    name: str
    machine: Machine
    python: str
    slots: int
    version: str
    seen: float
    created: str


_SEEN = update(workers).where(workers.c.id == bindparam("worker")).values(seen=bindparam("at"))


def put(connection: Connection, record: WorkerRecord) -> None:
    """Keep what a worker says of itself; one that is known keeps the time it first came."""
    values: dict[str, Any] = {
        "author_id": record.author,
        "name": record.name,
        "incarnation": record.incarnation,
        "machine": record.machine,
        "interpreter": record.interpreter,
        "slots": record.slots,
        "shares_blobs": record.shares_blobs,
        "version": record.version,
        "seen": record.seen,
    }
    found = connection.execute(update(workers).where(workers.c.id == record.id).values(values))
    if not found.rowcount:
        connection.execute(insert(workers), {"id": record.id, "created": record.created, **values})


def see(connection: Connection, worker: WorkerId, at: float) -> None:
    """Note that a worker was heard of."""
    connection.execute(_SEEN, {"worker": worker, "at": at})


def every(connection: Connection) -> list[WorkerRecord]:
    """All workers, the one that was heard of last first."""
    rows = connection.execute(select(workers).order_by(workers.c.seen.desc(), workers.c.id))
    return [_record(row) for row in rows]


def lines(connection: Connection) -> list[WorkerLine]:
    """All workers without what is installed on them, the one that was heard of last first."""
    query = select(
        workers.c.id,
        workers.c.name,
        workers.c.machine,
        workers.c.interpreter["python"].as_string(),
        workers.c.slots,
        workers.c.version,
        workers.c.seen,
        workers.c.created,
    ).order_by(workers.c.seen.desc(), workers.c.id)
    return [
        WorkerLine(worker, name, msgspec.convert(machine, Machine), *rest)
        for worker, name, machine, *rest in connection.execute(query)
    ]


def _record(row: Row[Any]) -> WorkerRecord:
    return WorkerRecord(
        id=row.id,
        author=row.author_id,
        name=row.name,
        incarnation=row.incarnation,
        machine=msgspec.convert(row.machine, Machine),
        interpreter=msgspec.convert(row.interpreter, Interpreter),
        slots=row.slots,
        shares_blobs=row.shares_blobs,
        version=row.version,
        seen=row.seen,
        created=row.created,
    )
