"""Series as rows.

Points come in small chunks, are merged into full ones with a pyramid, and are drawn at any zoom.

Chunks below `sealed` are full, have both summaries and never change again. Behind them stand the short ones
of the last appends, without summaries; when there are many, or enough for a full chunk, they are merged. So
an append writes only what came, and a drawing of any length reads about as much as it shows.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from deepforge.core.ids import JobId, ProjectId, RunId
from deepforge.core.series import (
    CHUNK_POINTS,
    SeriesSummary,
    SeriesView,
    decode_columns,
    encode_buckets,
    encode_columns,
    finite,
    summarise,
)
from deepforge.store.drawing import Drawn, draw
from deepforge.store.tables import jobs, series, series_chunks, series_sets

__all__ = [
    "Columns",
    "adopt",
    "announce",
    "append",
    "finite",
    "last_values",
    "last_values_of_jobs",
    "named",
    "names",
    "points",
    "sets",
]

SHORT_CHUNKS = 32
"""So many short chunks are merged."""
OVERDUE = 4
"""One series is merged in an append; another only when it has so many times what would be enough."""
_NAMES_AT_ONCE = 500  # in one IN (...), far below what either engine takes


class Columns(Protocol):
    """Points in the order they came: columns of equal length, not empty. `times` in Unix seconds."""

    @property
    def xs(self) -> Sequence[float]: ...
    @property
    def times(self) -> Sequence[float]: ...
    @property
    def values(self) -> Sequence[float]: ...


@dataclass
class _Standing:
    """Where a series stands while points are appended."""

    id: int
    points: int
    chunks: int
    sealed: int

    @property
    def dueness(self) -> float:
        """From 1 on it should be merged."""
        short_points = self.points - self.sealed * CHUNK_POINTS
        return max((self.chunks - self.sealed) / SHORT_CHUNKS, short_points / CHUNK_POINTS)


_KNOWN = select(series.c.name, series.c.id, series.c.points, series.c.chunks, series.c.sealed).where(
    series.c.job_id == bindparam("of_job"),
    series.c.fence == bindparam("of_fence"),
    series.c.name.in_(bindparam("wanted", expanding=True)),
)
_BEGIN = insert(series).returning(series.c.name, series.c.id)
_GROW = (
    update(series)
    .where(series.c.id == bindparam("of_series"))
    .values(
        points=bindparam("to_points"),
        chunks=bindparam("to_chunks"),
        last_x=bindparam("to_x"),
        last_value=bindparam("to_value"),
    )
)
_ADD_CHUNKS = insert(series_chunks)
_SHORT = (
    select(series_chunks.c.columns)
    .where(series_chunks.c.series_id == bindparam("of_series"), series_chunks.c.number >= bindparam("sealed"))
    .order_by(series_chunks.c.number)
)
_DROP_SHORT = delete(series_chunks).where(
    series_chunks.c.series_id == bindparam("of_series"), series_chunks.c.number >= bindparam("sealed")
)
_SEAL = (
    update(series)
    .where(series.c.id == bindparam("of_series"))
    .values(chunks=bindparam("to_chunks"), sealed=bindparam("to_sealed"))
)
_SET_LAST = text(
    "INSERT INTO last_values (run_id, name, project_id, job_id, x, value)"
    " VALUES (:run, :name, :project, :job, :x, :value) ON CONFLICT (run_id, name)"
    " DO UPDATE SET job_id = excluded.job_id, x = excluded.x, value = excluded.value"
)


def announce(connection: Connection, job: JobId, fence: int, announced: Mapping[int, Sequence[str]]) -> None:
    """Remember the names of sets of metrics by their keys; those that are known stay as they are."""
    new = set(announced) - set(sets(connection, job, fence))
    rows = [
        {"job_id": job, "fence": fence, "key": f"{key:016x}", "names": list(announced[key])} for key in new
    ]
    if rows:
        connection.execute(insert(series_sets), rows)


def sets(connection: Connection, job: JobId, fence: int) -> dict[int, tuple[str, ...]]:
    """The names of the metrics of each set that an attempt announced, by key."""
    query = select(series_sets.c.key, series_sets.c.names)
    query = query.where(series_sets.c.job_id == job, series_sets.c.fence == fence)
    return {int(key, 16): tuple(found) for key, found in connection.execute(query)}


def append(
    connection: Connection,
    project: ProjectId,
    run: RunId,
    job: JobId,
    fence: int,
    new: Mapping[str, Columns],
) -> None:
    """Add points to metrics of an attempt, by name.

    An x that is not a finite number counts as the one before it.
    """
    known = _known(connection, job, fence, list(new))
    missing = [name for name in new if name not in known]
    if missing:
        known |= _begin(connection, project, run, job, fence, missing)
    chunks, grown, last = [], [], []
    for name, columns in new.items():
        standing = known[name]
        xs = _finite(columns.xs)
        value = finite(columns.values[-1])
        chunks.append(_chunk_row(standing.id, standing.chunks, xs, _finite(columns.times), columns.values))
        standing.points += len(xs)
        standing.chunks += 1
        grown.append(
            {
                "of_series": standing.id,
                "to_points": standing.points,
                "to_chunks": standing.chunks,
                "to_x": xs[-1],
                "to_value": value,
            }
        )
        last.append({"run": run, "name": name, "project": project, "job": job, "x": xs[-1], "value": value})
    connection.execute(_ADD_CHUNKS, chunks)
    connection.execute(_GROW, grown)
    connection.execute(_SET_LAST, last)
    due = sorted((one for one in known.values() if one.dueness >= 1), key=lambda one: -one.dueness)
    for place, standing in enumerate(due):
        if place == 0 or standing.dueness >= OVERDUE:
            _merge(connection, standing)


def _known(connection: Connection, job: JobId, fence: int, wanted: list[str]) -> dict[str, _Standing]:
    found: dict[str, _Standing] = {}
    for start in range(0, len(wanted), _NAMES_AT_ONCE):
        which = {"of_job": job, "of_fence": fence, "wanted": wanted[start : start + _NAMES_AT_ONCE]}
        found |= {name: _Standing(*standing) for name, *standing in connection.execute(_KNOWN, which)}
    return found


def _begin(
    connection: Connection, project: ProjectId, run: RunId, job: JobId, fence: int, missing: list[str]
) -> dict[str, _Standing]:
    fresh = {"project_id": project, "run_id": run, "job_id": job, "fence": fence}
    fresh |= {"points": 0, "chunks": 0, "sealed": 0, "last_x": 0.0}
    rows = connection.execute(_BEGIN, [{**fresh, "name": name} for name in missing])
    return {name: _Standing(identifier, 0, 0, 0) for name, identifier in rows}


def _finite(column: Sequence[float]) -> Sequence[float]:
    if math.isfinite(sum(column)):
        return column
    kept, before = [], 0.0
    for number in column:
        before = number if math.isfinite(number) else before
        kept.append(before)
    return kept


def _chunk_row(
    series_id: int,
    number: int,
    xs: Sequence[float],
    times: Sequence[float],
    values: Sequence[float],
    *,
    full: bool = False,
) -> dict[str, Any]:
    fine, coarse = summarise(xs, times, values) if full else ((), ())
    return {
        "series_id": series_id,
        "number": number,
        "points": len(xs),
        "first_x": min(xs),
        "last_x": max(xs),
        "first_time": min(times),
        "last_time": max(times),
        "coarse": encode_buckets(coarse),
        "fine": encode_buckets(fine),
        "columns": encode_columns(xs, times, values),
    }


def _merge(connection: Connection, standing: _Standing) -> None:
    """Make full chunks of the short ones, and one short one of what is left."""
    where = {"of_series": standing.id, "sealed": standing.sealed}
    xs, times, values = array("d"), array("d"), array("d")
    for data in connection.execute(_SHORT, where).scalars():
        more = decode_columns(data)
        xs.extend(more[0])
        times.extend(more[1])
        values.extend(more[2])
    connection.execute(_DROP_SHORT, where)
    rows, full = [], len(xs) // CHUNK_POINTS
    for place in range(full + (len(xs) % CHUNK_POINTS > 0)):
        part = slice(place * CHUNK_POINTS, (place + 1) * CHUNK_POINTS)
        number = standing.sealed + place
        rows.append(_chunk_row(standing.id, number, xs[part], times[part], values[part], full=place < full))
    connection.execute(_ADD_CHUNKS, rows)
    standing.chunks, standing.sealed = standing.sealed + len(rows), standing.sealed + full
    connection.execute(
        _SEAL, {"of_series": standing.id, "to_chunks": standing.chunks, "to_sealed": standing.sealed}
    )


# A cached job shows the series of the job that answers for it. A job that was tried again shows its newest
# attempt.

_OF_RUN = (
    select(
        jobs.c.id.label("job_id"),
        jobs.c.name.label("job_name"),
        series.c.id,
        series.c.name,
        series.c.points,
        series.c.sealed,
        series.c.last_x,
        series.c.last_value,
    )
    .join(series, series.c.job_id == func.coalesce(jobs.c.source_job, jobs.c.id))
    .where(jobs.c.run_id == bindparam("of_run"))
    .order_by(series.c.name, jobs.c.position, series.c.fence)
)
_OF_RUN_NAMED = _OF_RUN.where(series.c.name == bindparam("wanted"))
_LAST = text("SELECT run_id, name, value FROM last_values WHERE run_id IN :runs").bindparams(
    bindparam("runs", expanding=True)
)
_OF_JOB = (
    select(series.c.name, series.c.last_x, series.c.last_value)
    .where(series.c.job_id == bindparam("of_job"))
    .order_by(series.c.fence)
)


def adopt(connection: Connection, project: ProjectId, run: RunId, job: JobId, source: JobId) -> None:
    """Give a run the last values of the job that answers for its cached one."""
    found = {name: (x, value) for name, x, value in connection.execute(_OF_JOB, {"of_job": source})}
    rows = [
        {"run": run, "name": name, "project": project, "job": job, "x": x, "value": value}
        for name, (x, value) in found.items()
    ]
    if rows:
        connection.execute(_SET_LAST, rows)


def names(connection: Connection, run: RunId) -> tuple[SeriesSummary, ...]:
    """Every metric of every job of a run, by name and by the jobs' places in the pipeline."""
    newest = {(row.name, row.job_id): row for row in connection.execute(_OF_RUN, {"of_run": run})}
    return tuple(
        SeriesSummary(row.name, row.job_id, row.job_name, row.points, row.last_x, row.last_value)
        for row in newest.values()
    )


def last_values(connection: Connection, runs: Iterable[RunId]) -> dict[RunId, dict[str, float | None]]:
    """The last value of each metric of each run; None when it is not a finite number.

    Runs without any are left out.

    When several jobs of a run log the same metric, the value that came last counts.
    """
    found: dict[RunId, dict[str, float | None]] = {}
    wanted = list(runs)
    for start in range(0, len(wanted), _NAMES_AT_ONCE):
        for run, name, value in connection.execute(_LAST, {"runs": wanted[start : start + _NAMES_AT_ONCE]}):
            found.setdefault(run, {})[name] = value
    return found


def last_values_of_jobs(
    connection: Connection, run: RunId, among: Collection[JobId]
) -> dict[JobId, dict[str, float | None]]:
    """The last value of each metric of these jobs of a run; jobs without any are left out."""
    found: dict[JobId, dict[str, float | None]] = {}
    if not among:
        return found
    few = len(among) <= _NAMES_AT_ONCE
    query = _OF_RUN.where(jobs.c.id.in_(list(among))) if few else _OF_RUN
    for row in connection.execute(query, {"of_run": run}):
        found.setdefault(row.job_id, {})[row.name] = row.last_value
    return found


def points(
    connection: Connection,
    run: RunId,
    name: str,
    width: int,
    first: float | None = None,
    last: float | None = None,
    job: JobId | None = None,
) -> SeriesView:
    """A metric of a run drawn at most `width` wide between two x (None: from the beginning, to the end).

    One line for each job that logged it, or for the one that is named. Where the points are more than
    `width`, each entry sums up neighbouring ones.
    """
    found = named(connection, run, name)
    lines = tuple(
        draw(connection, row, width, first, last) for _, row in found if job is None or row.job == job
    )
    return SeriesView(name, lines)


def named(connection: Connection, run: RunId, name: str) -> tuple[tuple[str, Drawn], ...]:
    """The series of a metric of a run, ready to be drawn: for each job that logged it, its name and the
    series of its newest attempt.
    """
    rows = connection.execute(_OF_RUN_NAMED, {"of_run": run, "wanted": name})
    newest = {row.job_id: row for row in rows}
    return tuple(
        (row.job_name, Drawn(row.id, row.name, row.job_id, row.points, row.sealed, row.last_value))
        for row in newest.values()
    )
