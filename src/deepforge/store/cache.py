"""The cache as rows: which job answers for a key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, bindparam, delete, select, text

from deepforge.core.ids import ArtifactId, Digest, JobId, ProjectId, RunId
from deepforge.core.run import OutputFact
from deepforge.store.tables import cache_entries, runs


@dataclass(frozen=True)
class CacheEntry:
    """What a job gave that succeeded under a key: its outputs, and the versions of artifacts it saved
    itself.
    """

    project: ProjectId
    key: Digest
    job: JobId
    run: RunId
    outputs: tuple[OutputFact, ...]
    artifacts: tuple[tuple[ArtifactId, int], ...] = ()


@dataclass(frozen=True)
class _Gave:
    outputs: tuple[OutputFact, ...]
    artifacts: tuple[tuple[ArtifactId, int], ...] = ()


_PUT = text(
    "INSERT INTO cache_entries (project_id, key, job_id, run_id, outputs, created)"
    " VALUES (:project, :wanted, :job, :run, :gave, :created) ON CONFLICT (project_id, key)"
    " DO UPDATE SET job_id = excluded.job_id, run_id = excluded.run_id, outputs = excluded.outputs,"
    " created = excluded.created"
).bindparams(bindparam("gave", type_=cache_entries.c.outputs.type))
_THIS = (cache_entries.c.project_id == bindparam("project")) & (cache_entries.c.key == bindparam("wanted"))
_FIND = (
    select(cache_entries.c.job_id, cache_entries.c.run_id, cache_entries.c.outputs)
    .join(runs, runs.c.id == cache_entries.c.run_id)
    .where(_THIS, runs.c.removed.is_(None))
)
_REMOVE = delete(cache_entries).where(_THIS)


def put(connection: Connection, entries: Iterable[CacheEntry], created: str) -> None:
    """Enter what jobs gave; an entry under the same key is replaced."""
    rows = [
        {
            "project": entry.project,
            "wanted": entry.key,
            "job": entry.job,
            "run": entry.run,
            "gave": _Gave(entry.outputs, entry.artifacts),
            "created": created,
        }
        for entry in entries
    ]
    if rows:
        connection.execute(_PUT, rows)


def find(connection: Connection, project: ProjectId, key: Digest) -> CacheEntry | None:
    """What answers for a key in a project, or None: a run that is removed answers for nothing."""
    row = connection.execute(_FIND, {"project": project, "wanted": key}).first()
    if row is None:
        return None
    gave = msgspec.convert(row.outputs, _Gave)
    return CacheEntry(project, key, row.job_id, row.run_id, gave.outputs, gave.artifacts)


def remove(connection: Connection, project: ProjectId, key: Digest) -> None:
    """Forget what answers for a key."""
    connection.execute(_REMOVE, {"project": project, "wanted": key})
