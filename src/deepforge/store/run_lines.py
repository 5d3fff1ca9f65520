"""Runs as lines of a list: filtered, counted, and page by page in any order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    exists,
    func,
    or_,
    select,
)

from deepforge.core.ids import ProjectId, RunId, first_ulid
from deepforge.core.run import Origin, RunFilter, RunState
from deepforge.store.tables import last_values, projects, runs, users
from deepforge.store.tags import has_in_tag, has_tag

Column = Literal["created", "started", "ended", "duration", "pipeline", "state", "author"]
FEW = 3000
"""How many runs are put in order by themselves, when a list is for few of them."""
FEW_VALUES = frozenset({"pipeline", "state"})
"""Columns in which many runs have the same value."""


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
    tags: tuple[str, ...] = ()
    origin: Origin | None = None


_NAMED = runs.join(projects, projects.c.id == runs.c.project_id).join(users, users.c.id == runs.c.author_id)
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
    runs.c.tags,
    runs.c.origin,
).select_from(_NAMED)
_ID = select(runs.c.id)


def lines(connection: Connection, wanted: Sequence[RunId]) -> list[RunLine]:
    """These runs, newest first; those that are gone or removed are left out."""
    query = _LINE.where(runs.c.id.in_(wanted), runs.c.removed.is_(None)).order_by(runs.c.id.desc())
    return _read(connection, query)


def newest_of(connection: Connection, project: ProjectId) -> RunLine | None:
    """The newest run of a project."""
    query = _LINE.where(runs.c.project_id == project, runs.c.removed.is_(None))
    return next(iter(_read(connection, query.order_by(runs.c.id.desc()).limit(1))), None)


def newest_of_pipelines(connection: Connection, project: ProjectId) -> list[RunLine]:
    """The newest run of each pipeline of a project, newest first.

    It goes from name to name in the index: how many runs a pipeline has does not matter.
    """
    here = (runs.c.project_id == project, runs.c.removed.is_(None))
    names = select(func.min(runs.c.pipeline).label("name")).where(*here).cte("names", recursive=True)
    following = select(func.min(runs.c.pipeline)).where(*here, runs.c.pipeline > names.c.name)
    names = names.union_all(
        select(following.correlate(names).scalar_subquery()).where(names.c.name.is_not(None))
    )
    newest = select(func.max(runs.c.id)).where(*here, runs.c.pipeline == names.c.name)
    wanted = select(newest.correlate(names).scalar_subquery()).where(names.c.name.is_not(None))
    return _read(connection, _LINE.where(runs.c.id.in_(wanted)).order_by(runs.c.id.desc()))


def count(connection: Connection, wanted: RunFilter) -> int:
    """How many runs there are."""
    query = select(func.count()).select_from(runs).where(*_conditions(wanted))
    return int(connection.execute(query).scalar_one())


def page(
    connection: Connection,
    wanted: RunFilter,
    column: Column,
    descending: bool,
    limit: int,
    after: RunId | None,
    skip: int = 0,
) -> list[RunLine]:
    """A stretch of the runs in the order of a column, from behind `after` on, less the first `skip` of them.

    Of equal ones the newest comes first, and those without a value come last.
    """
    rare = _rare(connection, wanted)
    query = (_ID if skip else _LINE).where(*rare, *_conditions(wanted))
    if column == "created":
        key = runs.c.id  # ids sort as their time of creation
        if after is not None:
            query = query.where(key < after if descending else key > after)
        in_order = query.order_by(key.desc() if descending else key)
        return _gather(connection, iter((in_order,)), limit, skip)
    if column == "author":
        return _gather(connection, _by_author(connection, query, descending, after), limit, skip)
    key = runs.c[column]
    if after is None and skip and column in FEW_VALUES:
        at, skip = _leap(connection, query, key, descending, skip)
        values = _value_by_value(connection, query, wanted, key, descending, at)
        return _in_order(connection, _gather_ids(connection, values, limit, skip))
    at = connection.execute(select(key).where(runs.c.id == after)).scalar() if after else None
    return _gather(connection, _stretches(connection, query, wanted, key, descending, after, at), limit, skip)


def page_by_metric(
    connection: Connection,
    wanted: RunFilter,
    metric: str,
    descending: bool,
    limit: int,
    after: RunId | None,
    skip: int = 0,
) -> list[RunLine]:
    """A stretch of the runs in the order of a metric's last value; those without one come last.

    A last value that is not a number counts as none.
    """
    value, of_run = last_values.c.value, last_values.c.run_id
    rare = _rare(connection, wanted)
    line = _ID if skip else _LINE
    if skip and wanted.project is not None and wanted == RunFilter(wanted.project):
        gone = select(runs.c.id).where(runs.c.removed.is_not(None))
        with_value = select(of_run).where(last_values.c.project_id == wanted.project, of_run.not_in(gone))
    else:
        with_value = line.join(last_values, of_run == runs.c.id).where(
            *rare, *_conditions(wanted, by_metric=not rare)
        )
    with_value = with_value.where(last_values.c.name == metric, value.is_not(None))
    has_value = exists().where(of_run == runs.c.id, last_values.c.name == metric, value.is_not(None))
    without = line.where(~has_value, *rare, *_conditions(wanted)).order_by(runs.c.id.desc())
    order = (value.desc() if descending else value, of_run.desc())
    if after is None:
        return _gather(connection, iter((with_value.order_by(*order), without)), limit, skip)
    where = select(value).where(of_run == after, last_values.c.name == metric)
    at = connection.execute(where).scalar()
    if at is None:
        return _gather(connection, iter((without.where(runs.c.id < after),)), limit, skip)
    same = with_value.where(value == at, of_run < after).order_by(of_run.desc())
    beyond = with_value.where(value < at if descending else value > at).order_by(*order)
    return _gather(connection, iter((same, beyond, without)), limit, skip)


def _stretches(
    connection: Connection,
    query: Select[Any],
    wanted: RunFilter,
    key: ColumnElement[Any],
    descending: bool,
    after: RunId | None,
    at: Any,
) -> Iterator[Select[Any]]:
    """Queries whose answers, one behind the other, are the runs in their order: each follows an index from
    where it begins, which one query with all cases in it would not.
    """
    newest_first = runs.c.id.desc()
    if after is not None:
        same = key.is_(None) if at is None else key == at
        yield query.where(same, runs.c.id < after).order_by(newest_first)
    if after is not None and at is None:
        return
    if key.name in FEW_VALUES:
        yield from _value_by_value(connection, query, wanted, key, descending, at)
        return
    beyond = key.is_not(None) if at is None else (key < at if descending else key > at)
    yield query.where(beyond).order_by(key.desc() if descending else key, newest_first)
    yield query.where(key.is_(None)).order_by(newest_first)


def _value_by_value(
    connection: Connection,
    query: Select[Any],
    wanted: RunFilter,
    key: ColumnElement[Any],
    descending: bool,
    at: Any,
) -> Iterator[Select[Any]]:
    """Queries for the runs of one value after another, from behind `at` on."""
    while (at := _next_value(connection, wanted, key, descending, at)) is not None:
        yield query.where(key == at).order_by(runs.c.id.desc())


def _leap(
    connection: Connection, query: Select[Any], key: ColumnElement[Any], descending: bool, skip: int
) -> tuple[Any, int]:
    """The last value of which all runs are skipped (None: of none), and how many are to be skipped behind it.

    In one query, as there may be as many values as runs.
    """
    groups = query.with_only_columns(key.label("value"), func.count().label("many")).group_by(key).subquery()
    order = groups.c.value.desc() if descending else groups.c.value
    so_far = func.sum(groups.c.many).over(order_by=order).label("so_far")
    sums = select(groups.c.value, so_far).subquery()
    last = select(sums).where(sums.c.so_far <= skip).order_by(sums.c.so_far.desc()).limit(1)
    row = connection.execute(last).first()
    return (None, skip) if row is None else (row.value, skip - int(row.so_far))


def _by_author(
    connection: Connection, query: Select[Any], descending: bool, after: RunId | None
) -> Iterator[Select[Any]]:
    """Queries whose answers, one behind the other, are the runs of one person after another."""
    newest_first = runs.c.id.desc()
    people = select(users.c.id).order_by(users.c.name.desc() if descending else users.c.name)
    if after is not None:
        found = select(users.c.id, users.c.name).join(runs, runs.c.author_id == users.c.id)
        author, name = connection.execute(found.where(runs.c.id == after)).one()
        yield query.where(runs.c.author_id == author, runs.c.id < after).order_by(newest_first)
        people = people.where(users.c.name < name if descending else users.c.name > name)
    for person in connection.execute(people).scalars().all():
        yield query.where(runs.c.author_id == person).order_by(newest_first)


def _next_value(
    connection: Connection, wanted: RunFilter, key: ColumnElement[Any], descending: bool, at: Any
) -> Any:
    """The value that follows in the column; None behind the last."""
    query = select(func.max(key) if descending else func.min(key)).where(_presence(wanted))
    if wanted.project is not None:
        query = query.where(runs.c.project_id == wanted.project)
    if at is not None:
        query = query.where(key < at if descending else key > at)
    return connection.execute(query).scalar()


def _gather(
    connection: Connection, queries: Iterator[Select[Any]], limit: int, skip: int = 0
) -> list[RunLine]:
    """The lines that the queries give, one query behind the other, less the first `skip` of them.

    With something to skip the queries are for ids: names that belong to what is skipped are not looked up.
    """
    if skip:
        return _in_order(connection, _gather_ids(connection, queries, limit, skip))
    found: list[RunLine] = []
    while len(found) < limit and (query := next(queries, None)) is not None:
        found += _read(connection, query.limit(limit - len(found)))
    return found


def _gather_ids(connection: Connection, queries: Iterator[Select[Any]], limit: int, skip: int) -> list[RunId]:
    found: list[RunId] = []
    while len(found) < limit and (query := next(queries, None)) is not None:
        more = connection.execute(query.limit(limit - len(found)).offset(skip)).scalars().all()
        found += more
        if more:
            skip = 0
        elif skip:
            whole = select(func.count()).select_from(query.order_by(None).subquery())
            skip -= int(connection.execute(whole).scalar_one())
    return found


def _in_order(connection: Connection, wanted: list[RunId]) -> list[RunLine]:
    known = {line.id: line for line in _read(connection, _LINE.where(runs.c.id.in_(wanted)))}
    return [known[run] for run in wanted if run in known]


def _rare(connection: Connection, wanted: RunFilter) -> list[ColumnElement[bool]]:
    """The runs by their ids, when few are wanted and no index knows them: then going through all in the order
    of the list would take long.
    """
    if wanted.author is None and wanted.tag is None and wanted.origin is None and not wanted.text:
        return []
    query = select(runs.c.id).where(*_conditions(wanted)).order_by(runs.c.id.desc()).limit(FEW + 1)
    found = list(connection.execute(query).scalars())
    return [runs.c.id.in_(found)] if len(found) <= FEW else []


def _presence(wanted: RunFilter) -> ColumnElement[bool]:
    return runs.c.removed.is_not(None) if wanted.removed else runs.c.removed.is_(None)


def _conditions(wanted: RunFilter, *, by_metric: bool = False) -> Iterator[ColumnElement[bool]]:
    yield _presence(wanted)
    if wanted.project is not None:
        yield (last_values.c.project_id if by_metric else runs.c.project_id) == wanted.project
    else:
        # Put so that the projects are not gone through first, which would take the runs out of their order.
        yield runs.c.project_id.not_in(select(projects.c.id).where(projects.c.removed.is_not(None)))
    if wanted.states:
        # With a metric put so that no index of the runs fits: the one of the values gives them in order.
        yield (runs.c.state.concat("") if by_metric else runs.c.state).in_(wanted.states)
    if wanted.pipeline is not None:
        yield (runs.c.pipeline.concat("") if by_metric else runs.c.pipeline) == wanted.pipeline
    if wanted.author is not None:
        yield runs.c.author_id == select(users.c.id).where(users.c.name == wanted.author).scalar_subquery()
    if wanted.tag is not None:
        yield has_tag(runs.c.tags, wanted.tag)
    created = runs.c.id.concat("") if by_metric else runs.c.id
    if wanted.since is not None:
        yield created >= first_ulid(wanted.since)
    if wanted.until is not None:
        yield created < first_ulid(wanted.until)
    if wanted.origin is not None:
        yield created > wanted.origin  # what was made from it is younger
        yield runs.c.origin["run"].as_string() == wanted.origin
    for word in wanted.text.split():
        yield _has_word(word)


def _has_word(word: str) -> ColumnElement[bool]:
    by_author = select(users.c.id).where(users.c.name.icontains(word, autoescape=True))
    return or_(
        runs.c.pipeline.icontains(word, autoescape=True),
        has_in_tag(runs.c.tags, word),
        runs.c.id.startswith(word.upper(), autoescape=True),
        runs.c.id.endswith(word.upper(), autoescape=True),
        runs.c.author_id.in_(by_author),
    )


def _read(connection: Connection, query: Select[Any]) -> list[RunLine]:
    return [
        replace(RunLine(*row[:-2]), tags=tuple(row.tags), origin=msgspec.convert(row.origin, Origin | None))
        for row in connection.execute(query)
    ]
