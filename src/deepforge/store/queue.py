"""The queue as rows: the jobs that workers may take, the longest waiting first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, bindparam, delete, insert, select

from deepforge.core.ids import JobId, ProjectId, RunId
from deepforge.core.resources import Resources
from deepforge.store.tables import queue


@dataclass(frozen=True)
class QueueRecord:
    """A job in the queue, and what it asks for."""

    job: JobId
    run: RunId
    project: ProjectId
    resources: Resources


_ADD = insert(queue)
_REMOVE = delete(queue).where(queue.c.job_id == bindparam("job"))
_ALL = select(queue.c.job_id, queue.c.run_id, queue.c.project_id, queue.c.resources).order_by(queue.c.number)


def add(connection: Connection, records: Iterable[QueueRecord]) -> None:
    """Put jobs at the end of the queue, in this order."""
    rows = [
        {
            "job_id": record.job,
            "run_id": record.run,
            "project_id": record.project,
            "resources": record.resources,
        }
        for record in records
    ]
    if rows:
        connection.execute(_ADD, rows)


def remove(connection: Connection, jobs: Iterable[JobId]) -> None:
    """Take jobs out of the queue."""
    rows = [{"job": job} for job in jobs]
    if rows:
        connection.execute(_REMOVE, rows)


def all_waiting(connection: Connection) -> list[QueueRecord]:
    """The whole queue in its order."""
    return [
        QueueRecord(JobId(job), RunId(run), ProjectId(project), msgspec.convert(resources, Resources))
        for job, run, project, resources in connection.execute(_ALL)
    ]
