"""Lineage as rows: the jobs of runs with what they took and gave, and versions by their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from deepforge.core.artifact import ArtifactVersion
from deepforge.core.ids import Digest, JobId, ProjectId, RunId
from deepforge.core.run import OutputFact
from deepforge.store.artifacts import VERSIONS, version_in
from deepforge.store.tables import artifact_versions, artifacts, blob_uses, jobs, runs


@dataclass(frozen=True)
class RanJob:
    """A job of a run: its recipe in plain values, and what it gave."""

    id: JobId
    run: RunId
    name: str
    operation: str
    state: str
    ended: str | None
    spec: dict[str, Any]
    outputs: tuple[OutputFact, ...]

    @property
    def wires(self) -> dict[str, tuple[JobId, str]]:
        """Its connected inputs: by parameter the job and the output that it takes."""
        return {
            name: (JobId(wire["job"]), str(wire["output"]))
            for name, wire in self.spec.get("inputs", {}).items()
            if wire
        }

    def output(self, name: str) -> OutputFact | None:
        """What it gave under that name."""
        return next((fact for fact in self.outputs if fact.name == name), None)


@dataclass(frozen=True)
class RanRun:
    """A run with its jobs."""

    id: RunId
    pipeline: str
    document: dict[str, Any]
    jobs: dict[JobId, RanJob]


_THERE = VERSIONS.where(artifacts.c.removed.is_(None))


def run_with_jobs(connection: Connection, run: RunId) -> RanRun | None:
    """A run with its jobs in the order of the pipeline; None when it was removed."""
    found = connection.execute(select(runs.c.pipeline, runs.c.document).where(runs.c.id == run)).first()
    if found is None:
        return None
    columns = (
        jobs.c.id,
        jobs.c.name,
        jobs.c.operation,
        jobs.c.state,
        jobs.c.ended,
        jobs.c.spec,
        jobs.c.outputs,
    )
    rows = connection.execute(select(*columns).where(jobs.c.run_id == run).order_by(jobs.c.position))
    ran = {
        row.id: RanJob(
            row.id,
            run,
            row.name,
            row.operation,
            row.state,
            row.ended,
            row.spec,
            msgspec.convert(row.outputs, tuple[OutputFact, ...]),
        )
        for row in rows
    }
    return RanRun(run, found.pipeline, found.document or {}, ran)


def with_digest(connection: Connection, project: ProjectId, digest: Digest) -> list[ArtifactVersion]:
    """The versions of a project's artifacts with these bytes, the oldest first."""
    query = _THERE.where(artifact_versions.c.digest == digest, artifact_versions.c.project_id == project)
    rows = connection.execute(query.order_by(artifact_versions.c.created, artifact_versions.c.artifact_id))
    return [version_in(row) for row in rows]


def saved_in(connection: Connection, run: RunId) -> list[ArtifactVersion]:
    """The versions that a run made."""
    query = _THERE.where(artifact_versions.c.run_id == run)
    return [version_in(row) for row in connection.execute(query.order_by(artifacts.c.name))]


def takers(
    connection: Connection, project: ProjectId, digest: Digest, limit: int, before: RunId | None
) -> list[RunId]:
    """The runs of a project that keep these bytes, the newest first, from behind `before` on."""
    query = select(blob_uses.c.owner).where(
        blob_uses.c.digest == digest, blob_uses.c.project_id == project, blob_uses.c.owner.startswith("run:")
    )
    if before is not None:
        query = query.where(blob_uses.c.owner < f"run:{before}")
    owners = connection.execute(query.order_by(blob_uses.c.owner.desc()).limit(limit)).scalars()
    return [RunId(owner.partition(":")[2]) for owner in owners]
