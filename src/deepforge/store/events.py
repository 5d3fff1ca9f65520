"""Events: what happened, in one order, for everybody who watches or comes back to watch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from deepforge.core.ids import ProjectId
from deepforge.store.database import now
from deepforge.store.tables import events


@dataclass(frozen=True)
class NewEvent:
    """Something that has just happened.

    On which topic, in which project (None: in none), what and its details.
    """

    topic: str
    project: ProjectId | None
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Event:
    """Something that happened.

    `seq` grows with each, so that who was away can go on behind the last one seen.
    """

    seq: int
    topic: str
    project: ProjectId | None
    kind: str
    data: dict[str, Any]
    at: str


_INSERT = insert(events)
_AFTER = (
    select(events.c.seq, events.c.topic, events.c.project_id, events.c.kind, events.c.data, events.c.at)
    .where(events.c.seq > bindparam("seq_before"), events.c.topic.in_(bindparam("topics", expanding=True)))
    .order_by(events.c.seq)
    .limit(bindparam("at_most"))
)
_LAST = select(func.max(events.c.seq))
_PRUNE = delete(events).where(events.c.seq <= bindparam("up_to"))


def emit(
    connection: Connection, topic: str, project: ProjectId | None, kind: str, data: dict[str, Any]
) -> None:
    """Tell that something happened; seen by others when the transaction commits."""
    emit_all(connection, [NewEvent(topic, project, kind, data)])


def emit_all(connection: Connection, happened: Iterable[NewEvent], at: str | None = None) -> None:
    """Tell several things at once, in their order. `at`: the database's clock, when it was read already."""
    rows = [
        {"topic": event.topic, "project_id": event.project, "kind": event.kind, "data": event.data}
        for event in happened
    ]
    if rows:
        at = at or now(connection)
        connection.execute(_INSERT, [{**row, "at": at} for row in rows])


def after(connection: Connection, topics: Iterable[str], seq: int, limit: int = 1000) -> tuple[Event, ...]:
    """The first events behind `seq` on any of the topics, in their order."""
    wanted = {"topics": list(topics), "seq_before": seq, "at_most": limit}
    if not wanted["topics"]:
        return ()
    return tuple(
        Event(row[0], row[1], ProjectId(row[2]) if row[2] else None, row[3], row[4], row[5])
        for row in connection.execute(_AFTER, wanted)
    )


def first(connection: Connection) -> int:
    """The `seq` of the oldest event that is kept; 0 when there is none.

    Who saw less than that has missed some.
    """
    return int(connection.execute(select(func.min(events.c.seq))).scalar_one() or 0)


def last(connection: Connection) -> int:
    """The `seq` of the newest event; 0 when there was none yet."""
    return int(connection.execute(_LAST).scalar_one() or 0)


def prune(connection: Connection, keep: int) -> int:
    """Forget all but the newest `keep` events (at least one, so that `last` stays), and say how many went."""
    return connection.execute(_PRUNE, {"up_to": last(connection) - max(keep, 1)}).rowcount
