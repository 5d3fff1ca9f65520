"""Attempts as rows: who holds which job until when, and how much of its journal and log is committed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from deepforge.core.ids import JobId, ProjectId, RunId, WorkerId
from deepforge.store.tables import attempts, workers

JUDGED = 0.0
"""The `lease_until` of an attempt whose lease ran out and which was told so to the run."""

VOID = "something else ended its job, or a newer attempt holds it"
"""The damage of an attempt that was closed before it said how it ended."""


@dataclass(frozen=True)
class Attempt:
    """One try at a job. Offsets are the bytes that are committed; `lease_until` is in Unix seconds."""

    job: JobId
    fence: int
    run: RunId
    project: ProjectId
    worker: WorkerId
    lease_until: float
    started: str
    journal_offset: int = 0
    log_offset: int = 0
    stop_asked: bool = False
    open: bool = True
    """Whether something may still come."""
    ending: dict[str, Any] = field(default_factory=dict)
    """What the journal said so far of how it ended."""
    damage: str | None = None
    ended: str | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether something is expected from it: it is open, and its lease was not judged to be over."""
        return self.open and self.lease_until > JUDGED


_ADD = insert(attempts)
_ONE = (attempts.c.job_id == bindparam("job")) & (attempts.c.fence == bindparam("number"))
_FIND = select(attempts).where(_ONE)
_OPEN_OF_WORKER = select(attempts).where(attempts.c.worker_id == bindparam("worker"), attempts.c.open)
_OF_JOB = select(attempts).where(attempts.c.job_id == bindparam("job")).order_by(attempts.c.fence)
_LEASED = select(attempts).where(
    attempts.c.worker_id.in_(select(workers.c.id)),  # so that the index is used
    attempts.c.open,
    attempts.c.lease_until > JUDGED,
)
_RUNNING = (
    select(attempts.c.worker_id, func.count())
    .where(attempts.c.worker_id.in_(select(workers.c.id)), attempts.c.open, attempts.c.lease_until > JUDGED)
    .group_by(attempts.c.worker_id)
)
_COMMIT = (
    update(attempts)
    .where(_ONE)
    .values(
        journal_offset=bindparam("journal"),
        log_offset=bindparam("log"),
        open=bindparam("is_open"),
        ending=bindparam("so_far"),
        damage=bindparam("damaged"),
        ended=bindparam("was_ended"),
    )
)
_LEASE = update(attempts).where(_ONE).values(lease_until=bindparam("until"))
_STOP = update(attempts).where(_ONE).values(stop_asked=True)
_SUPERSEDE = (
    update(attempts)
    .where(
        attempts.c.job_id == bindparam("job"),
        attempts.c.fence < bindparam("number"),
        attempts.c.open,
        attempts.c.ended.is_(None),
    )
    .values(open=False, ended=bindparam("was_ended"), damage=VOID)
)


def add(connection: Connection, records: Iterable[Attempt]) -> None:
    """Record new attempts."""
    rows = [
        {
            "job_id": record.job,
            "fence": record.fence,
            "run_id": record.run,
            "project_id": record.project,
            "worker_id": record.worker,
            "lease_until": record.lease_until,
            "journal_offset": record.journal_offset,
            "log_offset": record.log_offset,
            "stop_asked": record.stop_asked,
            "open": record.open,
            "ending": record.ending,
            "damage": record.damage,
            "started": record.started,
            "ended": record.ended,
        }
        for record in records
    ]
    if rows:
        connection.execute(_ADD, rows)


def find(connection: Connection, job: JobId, fence: int) -> Attempt | None:
    """The attempt, or None when there is none."""
    row = connection.execute(_FIND, {"job": job, "number": fence}).first()
    return _attempt(row) if row else None


def open_of(connection: Connection, worker: WorkerId) -> list[Attempt]:
    """The attempts of a worker from which something may still come."""
    return [_attempt(row) for row in connection.execute(_OPEN_OF_WORKER, {"worker": worker})]


def of_job(connection: Connection, job: JobId) -> list[Attempt]:
    """All attempts at a job, the first in front."""
    return [_attempt(row) for row in connection.execute(_OF_JOB, {"job": job})]


def leased(connection: Connection) -> list[Attempt]:
    """The attempts under a lease that was not judged to have run out."""
    return [_attempt(row) for row in connection.execute(_LEASED)]


def running(connection: Connection) -> dict[WorkerId, int]:
    """How many attempts each worker has from which something may still come; workers without any are left
    out.
    """
    return {WorkerId(worker): number for worker, number in connection.execute(_RUNNING)}


def commit(connection: Connection, attempt: Attempt) -> None:
    """Keep how far an attempt is committed, and how it ended."""
    connection.execute(
        _COMMIT,
        {
            "job": attempt.job,
            "number": attempt.fence,
            "journal": attempt.journal_offset,
            "log": attempt.log_offset,
            "is_open": attempt.open,
            "so_far": attempt.ending,
            "damaged": attempt.damage,
            "was_ended": attempt.ended,
        },
    )


def lease(connection: Connection, held: Iterable[tuple[JobId, int]], until: float) -> None:
    """Have the leases of these attempts hold until then; `JUDGED` for those that ran out."""
    rows = [{"job": job, "number": fence, "until": until} for job, fence in held]
    if rows:
        connection.execute(_LEASE, rows)


def lease_all(connection: Connection, until: float) -> None:
    """Have every lease that was not judged hold until then."""
    connection.execute(
        update(attempts).where(attempts.c.open, attempts.c.lease_until > JUDGED).values(lease_until=until)
    )


def ask_to_stop(connection: Connection, job: JobId, fence: int) -> None:
    """Note that the attempt is to be stopped."""
    connection.execute(_STOP, {"job": job, "number": fence})


def supersede(connection: Connection, job: JobId, fence: int, ended: str) -> None:
    """Close the attempts before this one that have not said how they ended: nothing that still comes from
    them counts. Of one that has, the rest of the log may come.
    """
    connection.execute(_SUPERSEDE, {"job": job, "number": fence, "was_ended": ended})


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(
        job=row.job_id,
        fence=row.fence,
        run=row.run_id,
        project=row.project_id,
        worker=row.worker_id,
        lease_until=row.lease_until,
        started=row.started,
        journal_offset=row.journal_offset,
        log_offset=row.log_offset,
        stop_asked=row.stop_asked,
        open=row.open,
        ending=row.ending or {},
        damage=row.damage,
        ended=row.ended,
    )
