"""Snapshots: which files each run ran with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from deepforge.core.ids import Digest, ProjectId, RunId
from deepforge.store.tables import runs, users


@dataclass(frozen=True)
class SnapshotLine:
    """What a run ran with. `commit` is the one of the person's repository at that time."""

    run: RunId
    pipeline: str
    snapshot: Digest
    commit: str | None
    author: str
    created: str


def newest(
    connection: Connection, project: ProjectId, limit: int, *, after: RunId | None, since: str | None
) -> list[SnapshotLine]:
    """The newest runs of a project, in the order in which they were started: only those behind `after`, and
    those of that time or later.
    """
    query = (
        select(runs.c.id, runs.c.pipeline, runs.c.snapshot, runs.c.commit, users.c.name, runs.c.created)
        .join(users, users.c.id == runs.c.author_id)
        .where(runs.c.project_id == project)
        .order_by(runs.c.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(runs.c.id > after)
    if since is not None:
        query = query.where(runs.c.created >= since)
    return [SnapshotLine(*row) for row in reversed(connection.execute(query).all())]


def newest_runs(connection: Connection, after: RunId | None) -> dict[ProjectId, RunId]:
    """The newest run of each project that has one behind `after`."""
    query = select(runs.c.project_id, func.max(runs.c.id)).group_by(runs.c.project_id)
    if after is not None:
        query = query.where(runs.c.id > after)
    return {ProjectId(project): RunId(run) for project, run in connection.execute(query)}


def runs_with(
    connection: Connection, project: ProjectId, snapshots: Collection[str]
) -> dict[str, tuple[RunId, ...]]:
    """The runs of a project that ran with each of these snapshots, the newest first."""
    query = (
        select(runs.c.snapshot, runs.c.id)
        .where(runs.c.project_id == project, runs.c.snapshot.in_(list(snapshots)), runs.c.removed.is_(None))
        .order_by(runs.c.id.desc())
    )
    found: dict[str, tuple[RunId, ...]] = {}
    for snapshot, run in connection.execute(query):
        found[snapshot] = (*found.get(snapshot, ()), RunId(run))
    return found
