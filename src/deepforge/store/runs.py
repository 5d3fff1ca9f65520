"""Runs as rows: recorded, found, moved on, tagged, removed and brought back. Lists are in run_lines.py."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, insert, literal, select, update

from deepforge.core.ids import Digest, ProjectId, RunId, UserId
from deepforge.core.job import RunStatus
from deepforge.core.run import Origin, RunState
from deepforge.store.tables import blob_uses, projects, runs, users

ACTIVE: tuple[RunState, ...] = ("pending", "running")

SNAPSHOT = "snapshot:"
"""How the owner of the blobs of a snapshot begins; its digest follows."""


@dataclass(frozen=True)
class RunRecord:
    """One run, without its jobs."""

    id: RunId
    project: ProjectId
    author_id: UserId
    pipeline: str
    request: dict[str, Any]
    document: Any
    """The pipeline as it was read from its file."""
    snapshot: Digest
    commit: str | None
    idempotency_key: str | None
    created: str
    state: RunState = "pending"
    canceling: bool = False
    started: str | None = None
    ended: str | None = None
    project_name: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    origin: Origin | None = None
    removed: str | None = None
    """Since when it is hidden."""


_ADD = insert(runs)
_NAMED = runs.join(projects, projects.c.id == runs.c.project_id).join(users, users.c.id == runs.c.author_id)
_FIND = (
    select(runs, projects.c.name.label("project_name"), users.c.name.label("author"))
    .select_from(_NAMED)
    .where(runs.c.id == bindparam("run"))
)
_MOVE = (
    update(runs)
    .where(runs.c.id == bindparam("run"))
    .values(
        state=bindparam("to_state"),
        canceling=bindparam("is_canceling"),
        started=bindparam("was_started"),
        ended=bindparam("was_ended"),
        duration=bindparam("took"),
    )
)


def add(connection: Connection, record: RunRecord) -> None:
    """Record a run. Its author may not have one with the same idempotency key."""
    connection.execute(
        _ADD,
        {
            "id": record.id,
            "project_id": record.project,
            "author_id": record.author_id,
            "pipeline": record.pipeline,
            "state": record.state,
            "canceling": record.canceling,
            "request": record.request,
            "document": record.document,
            "snapshot": record.snapshot,
            "commit": record.commit,
            "idempotency_key": record.idempotency_key,
            "created": record.created,
            "started": record.started,
            "ended": record.ended,
            "duration": _seconds(record.started, record.ended),
            "tags": list(record.tags),
            "origin": record.origin,
        },
    )


def move(connection: Connection, status: RunStatus) -> None:
    """Keep the state and the times of a run."""
    connection.execute(
        _MOVE,
        {
            "run": status.id,
            "to_state": status.state,
            "is_canceling": status.canceling,
            "was_started": status.started,
            "was_ended": status.ended,
            "took": _seconds(status.started, status.ended),
        },
    )


def find(connection: Connection, run: RunId, *, removed: bool = False) -> RunRecord | None:
    """The run, or None when there is none. One that is removed is found only when it is asked for."""
    row = connection.execute(_FIND, {"run": run}).first()
    return _record(row) if row and (removed or row.removed is None) else None


def find_by_key(connection: Connection, author: UserId, key: str) -> RunRecord | None:
    """The run that this person asked for with this idempotency key."""
    query = select(runs.c.id).where(runs.c.author_id == author, runs.c.idempotency_key == key)
    run = connection.execute(query).scalar_one_or_none()
    return find(connection, RunId(run), removed=True) if run else None


def active(connection: Connection) -> list[RunId]:
    """The runs that have not ended, oldest first."""
    query = select(runs.c.id).where(runs.c.state.in_(ACTIVE), runs.c.removed.is_(None)).order_by(runs.c.id)
    return [RunId(run) for run in connection.execute(query).scalars()]


def earlier(
    connection: Connection, project: ProjectId, pipeline: str, than: RunId, limit: int
) -> list[RunId]:
    """The runs of the same pipeline before a run, newest first."""
    query = (
        select(runs.c.id)
        .where(
            runs.c.project_id == project,
            runs.c.pipeline == pipeline,
            runs.c.id < than,
            runs.c.removed.is_(None),
        )
        .order_by(runs.c.id.desc())
        .limit(limit)
    )
    return [RunId(run) for run in connection.execute(query).scalars()]


def tag(connection: Connection, run: RunId, tags: Sequence[str]) -> None:
    """Give a run these tags, in place of those it has."""
    connection.execute(update(runs).where(runs.c.id == run).values(tags=list(tags)))


def hide(connection: Connection, run: RunId, at: str | None) -> None:
    """Hide a run from `at` on, or bring it back with None."""
    connection.execute(update(runs).where(runs.c.id == run).values(removed=at))


def hidden_before(connection: Connection, moment: str) -> list[RunId]:
    """The runs that were removed before that moment, newest first."""
    query = select(runs.c.id).where(runs.c.removed < moment, runs.c.removed.is_not(None))
    return [RunId(run) for run in connection.execute(query.order_by(runs.c.id.desc())).scalars()]


def remove(connection: Connection, run: RunId) -> None:
    """Forget a run with its jobs, attempts, series, logs and figures."""
    connection.execute(delete(runs).where(runs.c.id == run))


def unused_snapshots(connection: Connection, among: Collection[str] | None = None) -> list[str]:
    """The owners of blobs that stand for snapshots which no run refers to any more; `among`: only of these,
    some hundreds at most.
    """
    # All snapshots that runs refer to are listed once: asking anew for each owner took its square.
    referred = select(literal(SNAPSHOT).concat(runs.c.snapshot)).distinct()
    owner = blob_uses.c.owner
    wanted = owner.startswith(SNAPSHOT) if among is None else owner.in_(list(among))
    query = select(owner).where(wanted, owner.not_in(referred)).distinct()
    return list(connection.execute(query).scalars())


def _record(row: Row[Any]) -> RunRecord:
    return RunRecord(
        id=row.id,
        project=row.project_id,
        author_id=row.author_id,
        pipeline=row.pipeline,
        request=row.request,
        document=row.document,
        snapshot=row.snapshot,
        commit=row.commit,
        idempotency_key=row.idempotency_key,
        created=row.created,
        state=row.state,
        canceling=row.canceling,
        started=row.started,
        ended=row.ended,
        project_name=row.project_name,
        author=row.author,
        tags=tuple(row.tags),
        origin=msgspec.convert(row.origin, Origin | None),
        removed=row.removed,
    )


def _seconds(started: str | None, ended: str | None) -> float | None:
    """How long a run took, once it has ended."""
    if started is None or ended is None:
        return None
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds()
