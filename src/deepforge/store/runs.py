"""Runs as rows: recorded, found, listed and sorted by what they measured."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, literal, select, update

from deepforge.core.ids import Digest, ProjectId, RunId, UserId
from deepforge.core.job import RunStatus
from deepforge.core.run import RunState
from deepforge.store.tables import blob_uses, last_values, projects, runs, users

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


@dataclass(frozen=True)
class RunLine:
    """One run, as a list needs it."""

    id: RunId
    project: ProjectId
    project_name: str
    pipeline: str
    state: RunState
    created: str
    started: str | None
    ended: str | None
    author: str


@dataclass(frozen=True)
class Filter:
    """Which runs are wanted; None: all."""

    project: ProjectId | None = None
    state: RunState | None = None
    pipeline: str | None = None


_ADD = insert(runs)
_NAMED = runs.join(projects, projects.c.id == runs.c.project_id).join(users, users.c.id == runs.c.author_id)
_FIND = (
    select(runs, projects.c.name.label("project_name"), users.c.name.label("author"))
    .select_from(_NAMED)
    .where(runs.c.id == bindparam("run"))
)
_LINE = select(
    runs.c.id,
    runs.c.project_id,
    projects.c.name,
    runs.c.pipeline,
    runs.c.state,
    runs.c.created,
    runs.c.started,
    runs.c.ended,
    users.c.name,
).select_from(_NAMED)
_MOVE = (
    update(runs)
    .where(runs.c.id == bindparam("run"))
    .values(
        state=bindparam("to_state"),
        canceling=bindparam("is_canceling"),
        started=bindparam("was_started"),
        ended=bindparam("was_ended"),
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
        },
    )


def find(connection: Connection, run: RunId) -> RunRecord | None:
    """The run, or None when there is none."""
    row = connection.execute(_FIND, {"run": run}).first()
    return _record(row) if row else None


def find_by_key(connection: Connection, author: UserId, key: str) -> RunRecord | None:
    """The run that this person asked for with this idempotency key."""
    query = select(runs.c.id).where(runs.c.author_id == author, runs.c.idempotency_key == key)
    run = connection.execute(query).scalar_one_or_none()
    return find(connection, RunId(run)) if run else None


def active(connection: Connection) -> list[RunId]:
    """The runs that have not ended, oldest first."""
    query = select(runs.c.id).where(runs.c.state.in_(ACTIVE)).order_by(runs.c.id)
    return [RunId(run) for run in connection.execute(query).scalars()]


def earlier(
    connection: Connection, project: ProjectId, pipeline: str, than: RunId, limit: int
) -> list[RunId]:
    """The runs of the same pipeline before a run, newest first."""
    query = (
        select(runs.c.id)
        .where(runs.c.project_id == project, runs.c.pipeline == pipeline, runs.c.id < than)
        .order_by(runs.c.id.desc())
        .limit(limit)
    )
    return [RunId(run) for run in connection.execute(query).scalars()]


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


def lines(connection: Connection, wanted: Sequence[RunId]) -> list[RunLine]:
    """These runs as lines of a list, newest first; those that are gone are left out."""
    return _lines(connection, _LINE.where(runs.c.id.in_(wanted)).order_by(runs.c.id.desc()))


def newest_of(connection: Connection, project: ProjectId) -> RunLine | None:
    """The newest run of a project."""
    query = _LINE.where(runs.c.project_id == project).order_by(runs.c.id.desc()).limit(1)
    return next(iter(_lines(connection, query)), None)


Column = Literal["created", "started", "ended", "pipeline", "state"]


def page(
    connection: Connection, wanted: Filter, column: Column, descending: bool, limit: int, after: RunId | None
) -> list[RunLine]:
    """A stretch of the runs in the order of a column, from behind `after` on. Runs without a value come
    last.
    """
    query = _filtered(_LINE, wanted)
    if column == "created":
        key: Any = runs.c.id  # ids sort as their time of creation
        if after is not None:
            query = query.where(key < after if descending else key > after)
        return _lines(connection, query.order_by(key.desc() if descending else key).limit(limit))
    key = runs.c[column]
    if after is not None:
        value = connection.execute(select(key).where(runs.c.id == after)).scalar_one_or_none()
        same = (key.is_(None)) if value is None else (key == value)
        behind = same & (runs.c.id < after)
        if value is not None:
            behind = behind | (key < value if descending else key > value) | key.is_(None)
        query = query.where(behind)
    order = key.desc() if descending else key
    return _lines(connection, query.order_by(order.nulls_last(), runs.c.id.desc()).limit(limit))


def page_by_metric(
    connection: Connection, wanted: Filter, metric: str, descending: bool, limit: int, after: RunId | None
) -> list[RunLine]:
    """A stretch of the runs that have a metric, in the order of its last value.

    A last value that is not a number counts as none.
    """
    value = last_values.c.value
    query: Select[Any] = _LINE.join(last_values, last_values.c.run_id == runs.c.id)
    query = query.where(last_values.c.name == metric, value.is_not(None))
    if wanted.project is not None:
        query = query.where(last_values.c.project_id == wanted.project)
    if wanted.state is not None:
        # Put so that no index of the runs fits: the one of the values gives them in their order.
        query = query.where(runs.c.state.concat("") == wanted.state)
    if wanted.pipeline is not None:
        query = query.where(runs.c.pipeline == wanted.pipeline)
    if after is not None:
        where_it_stood = select(value).where(last_values.c.run_id == after, last_values.c.name == metric)
        last = connection.execute(where_it_stood).scalar_one_or_none()
        if last is None:
            return []
        beyond = value < last if descending else value > last
        query = query.where(((value == last) & (last_values.c.run_id < after)) | beyond)
    order = value.desc() if descending else value
    return _lines(connection, query.order_by(order, last_values.c.run_id.desc()).limit(limit))


def _filtered(query: Select[Any], wanted: Filter) -> Select[Any]:
    if wanted.project is not None:
        query = query.where(runs.c.project_id == wanted.project)
    if wanted.state is not None:
        query = query.where(runs.c.state == wanted.state)
    if wanted.pipeline is not None:
        query = query.where(runs.c.pipeline == wanted.pipeline)
    return query


def _lines(connection: Connection, query: Select[Any]) -> list[RunLine]:
    return [RunLine(*row) for row in connection.execute(query)]


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
    )
