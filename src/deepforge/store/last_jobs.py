"""What the nodes of a pipeline did last, as rows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, select

from deepforge.core.ids import Digest, JobId, ProjectId, RunId
from deepforge.core.run import Failure, JobState, OutputFact
from deepforge.store.tables import cache_entries, jobs, runs

LOOKED_BACK = 20
"""How many runs back a node is looked for."""


@dataclass(frozen=True)
class LastRecord:
    """The newest job of a node."""

    name: str
    run: RunId
    job: JobId
    state: JobState
    cached: bool
    started: str | None
    ended: str | None
    source: JobId | None
    outputs: tuple[OutputFact, ...]
    failure: Failure | None
    fingerprint: dict[str, Any] | None


def of_nodes(
    connection: Connection, project: ProjectId, pipeline: str, names: Collection[str]
) -> tuple[dict[str, LastRecord], dict[str, LastRecord]]:
    """By node, its newest job, and its newest one whose key is known, in the last runs of the pipeline."""
    newest: dict[str, LastRecord] = {}
    keyed: dict[str, LastRecord] = {}
    query = (
        select(runs.c.id)
        .where(runs.c.project_id == project, runs.c.pipeline == pipeline, runs.c.removed.is_(None))
        .order_by(runs.c.id.desc())
        .limit(LOOKED_BACK)
    )
    for run in connection.execute(query).scalars().all():
        missing = [name for name in names if name not in keyed]
        if not missing:
            break
        wanted = jobs.c.name.in_(missing) if len(missing) < len(names) else jobs.c.name.is_not(None)
        for row in connection.execute(select(jobs).where(jobs.c.run_id == run, wanted)):
            record = _record(row)
            newest.setdefault(record.name, record)
            if record.fingerprint is not None:
                keyed.setdefault(record.name, record)
    return newest, keyed


def times(connection: Connection, wanted: Collection[JobId]) -> dict[JobId, tuple[str | None, str | None]]:
    """When jobs started and ended."""
    query = select(jobs.c.id, jobs.c.started, jobs.c.ended).where(jobs.c.id.in_(list(wanted)))
    return {job: (started, ended) for job, started, ended in connection.execute(query)} if wanted else {}


def forget_results(
    connection: Connection,
    project: ProjectId,
    pipeline: str,
    names: Collection[str],
    keys: Collection[Digest],
) -> int:
    """Forget what answers for these nodes: the results of their jobs in any run of the pipeline, and those
    under these keys. How many there were.
    """
    of_nodes = (
        select(jobs.c.id)
        .join(runs, runs.c.id == jobs.c.run_id)
        .where(runs.c.project_id == project, runs.c.pipeline == pipeline, jobs.c.name.in_(list(names)))
    )
    result = connection.execute(
        delete(cache_entries).where(
            cache_entries.c.project_id == project,
            cache_entries.c.job_id.in_(of_nodes) | cache_entries.c.key.in_(list(keys)),
        )
    )
    return int(result.rowcount)


def _record(row: Row[Any]) -> LastRecord:
    return LastRecord(
        name=row.name,
        run=row.run_id,
        job=row.id,
        state=row.state,
        cached=row.cached,
        started=row.started,
        ended=row.ended,
        source=row.source_job,
        outputs=msgspec.convert(row.outputs, tuple[OutputFact, ...]),
        failure=msgspec.convert(row.failure, Failure | None),
        fingerprint=row.fingerprint,
    )
