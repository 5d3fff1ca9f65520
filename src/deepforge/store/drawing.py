"""A drawing of a series.

Read from the level of its pyramid that has enough for the width, and hardly more.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Select, bindparam, func, select

from deepforge.core.ids import JobId
from deepforge.core.series import (
    CHUNK_POINTS,
    COARSE,
    FINE,
    Axis,
    Bucket,
    SeriesPoints,
    buckets_of,
    decode_buckets,
    decode_columns,
    points_of,
    reduce,
)
from deepforge.store.tables import series_chunks


class Drawn(NamedTuple):
    """The series to draw: its row, whose it is, how many chunks at its beginning are full, and its last value
    (None when it is not a finite number).
    """

    series: int
    name: str
    job: JobId
    points: int
    sealed: int
    last: float | None


class _Stretch(NamedTuple):
    """The chunks of a series that touch a range of x, or of time."""

    of_series: int
    first: float
    last: float


class _Chunks(NamedTuple):
    """How chunks that touch a range are found on an axis."""

    points: Select[Any]
    levels: dict[int, Select[Any]]
    behind: Select[Any]


def _chunks(first: Column[float], last: Column[float]) -> _Chunks:
    touching = (
        series_chunks.c.series_id == bindparam("of_series"),
        last >= bindparam("first"),
        first <= bindparam("last"),
    )
    summaries = ((COARSE, series_chunks.c.coarse), (FINE, series_chunks.c.fine), (1, series_chunks.c.columns))
    return _Chunks(
        points=select(func.coalesce(func.sum(series_chunks.c.points), 0)).where(*touching),
        levels={
            size: select(column)
            .where(*touching, series_chunks.c.number < bindparam("sealed"))
            .order_by(series_chunks.c.number)
            for size, column in summaries
        },
        behind=select(series_chunks.c.columns)
        .where(*touching, series_chunks.c.number >= bindparam("sealed"))
        .order_by(series_chunks.c.number),
    )


_ON: dict[Axis, _Chunks] = {
    "step": _chunks(series_chunks.c.first_x, series_chunks.c.last_x),
    "time": _chunks(series_chunks.c.first_time, series_chunks.c.last_time),
}
_SKIPPED = (
    select(series_chunks.c.columns, series_chunks.c.points)
    .where(series_chunks.c.series_id == bindparam("of_series"), series_chunks.c.number >= bindparam("number"))
    .order_by(series_chunks.c.number)
)
_BEGAN = select(series_chunks.c.first_time).where(
    series_chunks.c.series_id == bindparam("of_series"), series_chunks.c.number == 0
)


class _Columns(NamedTuple):
    xs: array[float]
    times: array[float]
    values: array[float]

    def extend(self, more: Iterable[array[float]]) -> None:
        for mine, new in zip(self, more, strict=True):
            mine.extend(new)


def draw(
    connection: Connection,
    row: Drawn,
    width: int,
    first: float | None = None,
    last: float | None = None,
    axis: Axis = "step",
) -> SeriesPoints:
    """The points between two x, or two times (None: from the beginning, to the end), summed up where they
    are more than `width`.
    """
    stretch = _Stretch(row.series, -math.inf if first is None else first, math.inf if last is None else last)
    whole = first is None and last is None
    count = row.points if whole else connection.execute(_ON[axis].points, stretch._asdict()).scalar_one()
    for size in (COARSE, FINE):
        if count >= size * width:
            drawn = _buckets(connection, axis, stretch, row.sealed, size)
            if whole or len(drawn) >= width:
                return _as_points(row, reduce(drawn, width), exact=False)
            # The range is a small part of the chunks that it touches: a closer look is needed.
    columns = _points(connection, axis, _ON[axis].levels[1], stretch, row.sealed)
    columns.extend(_points(connection, axis, _ON[axis].behind, stretch, row.sealed))
    return _shown(row, columns, width)


def draw_behind(connection: Connection, row: Drawn, skip: int, width: int) -> SeriesPoints:
    """The points behind the first `skip`, in the order they came, summed up where they are more than
    `width`.
    """
    columns = _no_points()
    for more in columns_behind(connection, row, skip):
        columns.extend(more)
    return _shown(row, columns, width)


def columns_behind(
    connection: Connection, row: Drawn, skip: int, most: int | None = None
) -> Iterator[tuple[array[float], array[float], array[float]]]:
    """The x, times and values behind the first `skip` points, chunk by chunk, until there are `most`."""
    number = min(skip // CHUNK_POINTS, row.sealed)
    left, given = skip - number * CHUNK_POINTS, 0
    for data, points in connection.execute(_SKIPPED, {"of_series": row.series, "number": number}):
        if left < points:
            xs, times, values = decode_columns(data)
            yield xs[left:], times[left:], values[left:]
            given += points - left
        left = max(left - points, 0)
        if most is not None and given >= most:
            return


def began(connection: Connection, row: Drawn) -> float:
    """When the first point was logged, in Unix seconds."""
    return float(connection.execute(_BEGAN, {"of_series": row.series}).scalar_one_or_none() or 0.0)


def _shown(row: Drawn, columns: _Columns, width: int) -> SeriesPoints:
    exact = len(columns.xs) <= width
    shown = buckets_of(*columns, 1 if exact else -(-len(columns.xs) // width))
    return _as_points(row, shown, exact=exact)


def _as_points(row: Drawn, buckets: Sequence[Bucket], *, exact: bool) -> SeriesPoints:
    return points_of(row.name, row.job, row.points, buckets, exact=exact, last=row.last)


def _buckets(connection: Connection, axis: Axis, stretch: _Stretch, sealed: int, size: int) -> list[Bucket]:
    """The summaries of so many points each that touch a range."""
    drawn: list[Bucket] = []
    found = connection.execute(_ON[axis].levels[size], {**stretch._asdict(), "sealed": sealed}).scalars()
    for data in found:
        drawn += decode_buckets(data)
    if axis == "step":
        drawn = [one for one in drawn if one.x_last >= stretch.first and one.x_first <= stretch.last]
    else:
        drawn = [one for one in drawn if one.time_last >= stretch.first and one.time_first <= stretch.last]
    return drawn + list(buckets_of(*_points(connection, axis, _ON[axis].behind, stretch, sealed), size))


def _points(
    connection: Connection, axis: Axis, chunks: Select[Any], stretch: _Stretch, sealed: int
) -> _Columns:
    """The points of some chunks that lie in a range."""
    found = _no_points()
    for data in connection.execute(chunks, {**stretch._asdict(), "sealed": sealed}).scalars():
        more = decode_columns(data)
        if stretch.first > -math.inf or stretch.last < math.inf:
            inside = [stretch.first <= place <= stretch.last for place in more[axis == "time"]]
            found.extend(array("d", compress(column, inside)) for column in more)
        else:
            found.extend(more)
    return found


def _no_points() -> _Columns:
    return _Columns(array("d"), array("d"), array("d"))
