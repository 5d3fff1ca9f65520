"""Jobs as rows: what they are made of, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, bindparam, case, func, insert, select, update

from deepforge.core.ids import JobId, ProjectId, RunId, UserId, WorkerId
from deepforge.core.job import JobPlan, JobStatus
from deepforge.core.resources import Resources
from deepforge.core.run import Failure, JobState, OutputFact, Progress
from deepforge.store.tables import jobs, runs


@dataclass(frozen=True)
class JobRecord:
    """One job: where it stands, and what is known of it besides."""

    status: JobStatus
    position: int
    """Its place in the pipeline."""
    spec: dict[str, Any]
    """What it is made of, in plain values."""
    fingerprint: dict[str, Any] | None = None
    """Its cache key by parts, in plain values; None before its inputs are there."""
    source: JobId | None = None
    """The job that answers for a cached one."""
    progress: Progress | None = None


class JobLine(NamedTuple):
    """Where a job stands, in short. A thousand of them are made for one look at a run."""

    id: JobId
    name: str
    state: JobState
    cached: bool
    fence: int
    reason: str | None
    worker: str | None
    started: str | None
    ended: str | None
    progress: Progress | None
    """While it runs."""


_AT_ONCE = 500
"""How many jobs one query names."""
_ADD = insert(jobs)
_LINES = (
    select(
        jobs.c.id,
        jobs.c.name,
        jobs.c.state,
        jobs.c.cached,
        jobs.c.fence,
        jobs.c.reason,
        jobs.c.worker_id,
        jobs.c.started,
        jobs.c.ended,
        case((jobs.c.state == "running", jobs.c.progress)),
    )
    .where(jobs.c.run_id == bindparam("run"))
    .order_by(jobs.c.position)
)
_CHOSEN = select(jobs).where(jobs.c.id.in_(bindparam("wanted", expanding=True)))
_OF_RUN = select(jobs).where(jobs.c.run_id == bindparam("run")).order_by(jobs.c.position)
_MOVE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"))
    .values(
        state=bindparam("to_state"),
        cached=bindparam("is_cached"),
        fence=bindparam("to_fence"),
        worker_id=bindparam("by_worker"),
        failures=bindparam("failed"),
        losses=bindparam("lost"),
        reason=bindparam("why"),
        failure=bindparam("failed_with"),
        outputs=bindparam("gave"),
        fingerprint=bindparam("key"),
        source_job=bindparam("answered_by"),
        started=bindparam("was_started"),
        ended=bindparam("was_ended"),
    )
)
_PROGRESS = update(jobs).where(jobs.c.id == bindparam("job")).values(progress=bindparam("how_far"))
_COUNTS = (
    select(jobs.c.run_id, jobs.c.state, jobs.c.cached, func.count())
    .where(jobs.c.run_id.in_(bindparam("wanted", expanding=True)))
    .group_by(jobs.c.run_id, jobs.c.state, jobs.c.cached)
)


def add(
    connection: Connection, project: ProjectId, run: RunId, author: UserId, records: Iterable[JobRecord]
) -> None:
    """Record the jobs of a new run."""
    rows = [
        {
            "id": record.status.plan.id,
            "project_id": project,
            "run_id": run,
            "author_id": author,
            "position": record.position,
            "name": record.status.plan.name,
            "operation": record.status.plan.operation,
            "state": record.status.state,
            "built_in": record.status.plan.built_in,
            "use_cache": record.status.plan.use_cache,
            "cached": record.status.cached,
            "after": record.status.plan.after,
            "resources": record.status.plan.resources,
            "spec": record.spec,
            "fence": record.status.fence,
            "worker_id": record.status.worker,
            "failures": record.status.failures,
            "losses": record.status.losses,
            "reason": record.status.reason,
            "failure": record.status.failure,
            "outputs": record.status.outputs,
            "progress": record.progress,
            "fingerprint": record.fingerprint,
            "source_job": record.source,
            "started": record.status.started,
            "ended": record.status.ended,
        }
        for record in records
    ]
    if rows:
        connection.execute(_ADD, rows)


def move(connection: Connection, records: Iterable[JobRecord]) -> None:
    """Keep where jobs stand now, with their fingerprints and sources."""
    rows = [
        {
            "job": record.status.plan.id,
            "to_state": record.status.state,
            "is_cached": record.status.cached,
            "to_fence": record.status.fence,
            "by_worker": record.status.worker,
            "failed": record.status.failures,
            "lost": record.status.losses,
            "why": record.status.reason,
            "failed_with": record.status.failure,
            "gave": record.status.outputs,
            "key": record.fingerprint,
            "answered_by": record.source,
            "was_started": record.status.started,
            "was_ended": record.status.ended,
        }
        for record in records
    ]
    if rows:
        connection.execute(_MOVE, rows)


def report(connection: Connection, job: JobId, progress: Progress) -> None:
    """Keep how far a job is."""
    connection.execute(_PROGRESS, {"job": job, "how_far": progress})


def of_run(connection: Connection, run: RunId) -> list[JobRecord]:
    """The jobs of a run in the order of the pipeline."""
    rows = connection.execute(_OF_RUN, {"run": run}).all()
    succeeded = {row.id for row in rows if row.state == "success"}
    return [_record(row, succeeded) for row in rows]


def specs(connection: Connection, run: RunId) -> dict[str, dict[str, Any]]:
    """What the jobs of a run are made of, by node."""
    query = select(jobs.c.name, jobs.c.spec).where(jobs.c.run_id == run)
    return {row.name: row.spec for row in connection.execute(query)}


def lines(connection: Connection, run: RunId) -> list[JobLine]:
    """Where the jobs of a run stand, in the order of the pipeline."""
    return [
        JobLine._make(row if row[-1] is None else (*row[:-1], msgspec.convert(row[-1], Progress)))
        for row in connection.execute(_LINES, {"run": run})
    ]


def chosen(connection: Connection, wanted: Sequence[JobId], succeeded: Set[str]) -> list[JobRecord]:
    """These jobs; `succeeded` are those of their run that have, so that what they wait for is known."""
    found: list[JobRecord] = []
    for start in range(0, len(wanted), _AT_ONCE):
        rows = connection.execute(_CHOSEN, {"wanted": list(wanted[start : start + _AT_ONCE])})
        found += [_record(row, succeeded) for row in rows]
    return found


def outputs_of(connection: Connection, job: JobId) -> tuple[OutputFact, ...]:
    """What a job gave; nothing when there is no such job."""
    found = connection.execute(select(jobs.c.outputs).where(jobs.c.id == job)).scalar_one_or_none()
    return msgspec.convert(found or [], tuple[OutputFact, ...])


def worker_of(connection: Connection, job: JobId) -> WorkerId | None:
    """The worker that has a job, or had it last."""
    return connection.execute(select(jobs.c.worker_id).where(jobs.c.id == job)).scalar_one_or_none()


def one(connection: Connection, run: RunId, job: JobId) -> JobRecord | None:
    """A job of a run; how many of the jobs before it have succeeded is not looked at."""
    row = connection.execute(select(jobs).where(jobs.c.id == job, jobs.c.run_id == run)).first()
    return _record(row, set()) if row else None


def answered(connection: Connection, run: RunId, *, removed: bool = True) -> list[RunId]:
    """The other runs that have a job which one of this run answers for, those that began first in front.

    `removed`: also those that are hidden.
    """
    query = (
        select(jobs.c.run_id)
        .distinct()
        .where(jobs.c.source_job.in_(select(jobs.c.id).where(jobs.c.run_id == run)), jobs.c.run_id != run)
        .order_by(jobs.c.run_id)
    )
    if not removed:
        query = query.join(runs, runs.c.id == jobs.c.run_id).where(runs.c.removed.is_(None))
    return [RunId(other) for other in connection.execute(query).scalars()]


def fence_of(connection: Connection, job: JobId) -> int | None:
    """The number of the newest attempt of a job; None when there is no such job."""
    return connection.execute(select(jobs.c.fence).where(jobs.c.id == job)).scalar_one_or_none()


def fingerprints(connection: Connection, run: RunId) -> dict[str, dict[str, Any]]:
    """The cache keys of the jobs of a run that have one, by the names of their nodes."""
    query = select(jobs.c.name, jobs.c.fingerprint).where(jobs.c.run_id == run)
    return {name: fingerprint for name, fingerprint in connection.execute(query) if fingerprint is not None}


def counts(connection: Connection, wanted: Sequence[RunId]) -> dict[RunId, tuple[dict[str, int], int]]:
    """For each run, how many jobs are in each state, and how many were answered from the cache."""
    found: dict[RunId, tuple[dict[str, int], int]] = {run: ({}, 0) for run in wanted}
    for run, state, cached, number in connection.execute(_COUNTS, {"wanted": list(wanted)}):
        states, from_cache = found[run]
        states[state] = states.get(state, 0) + number
        found[run] = (states, from_cache + (number if cached else 0))
    return found


def _record(row: Row[Any], succeeded: Set[str]) -> JobRecord:
    plan = JobPlan(
        id=row.id,
        name=row.name,
        operation=row.operation,
        after=tuple(row.after),
        built_in=row.built_in,
        use_cache=row.use_cache,
        resources=msgspec.convert(row.resources, Resources),
    )
    status = JobStatus(
        plan=plan,
        waits_for=sum(before not in succeeded for before in plan.after),
        state=row.state,
        fence=row.fence,
        worker=row.worker_id,
        failures=row.failures,
        losses=row.losses,
        cached=row.cached,
        reason=row.reason,
        outputs=msgspec.convert(row.outputs, tuple[OutputFact, ...]),
        failure=msgspec.convert(row.failure, Failure | None),
        started=row.started,
        ended=row.ended,
    )
    return JobRecord(
        status=status,
        position=row.position,
        spec=row.spec,
        fingerprint=row.fingerprint,
        source=row.source_job,
        progress=msgspec.convert(row.progress, Progress | None),
    )
