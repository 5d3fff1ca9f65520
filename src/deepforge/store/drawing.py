"""A drawing of a series.

Read from the level of its pyramid that has enough for the width, and hardly more.
"""

from __future__ import annotations

import math
from array import array
from itertools import compress
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, select

from deepforge.core.ids import JobId
from deepforge.core.series import (
    COARSE,
    FINE,
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
    """The series to draw: its row, whose it is, and how many chunks at its beginning are full."""

    series: int
    name: str
    job: JobId
    points: int
    sealed: int


class _Stretch(NamedTuple):
    """The chunks of a series that touch a range of x."""

    of_series: int
    first: float
    last: float


_TOUCHING = (
    series_chunks.c.series_id == bindparam("of_series"),
    series_chunks.c.last_x >= bindparam("first"),
    series_chunks.c.first_x <= bindparam("last"),
)
_COUNT = select(func.coalesce(func.sum(series_chunks.c.points), 0)).where(*_TOUCHING)
_LEVELS = {
    size: select(column)
    .where(*_TOUCHING, series_chunks.c.number < bindparam("sealed"))
    .order_by(series_chunks.c.number)
    for size, column in (
        (COARSE, series_chunks.c.coarse),
        (FINE, series_chunks.c.fine),
        (1, series_chunks.c.columns),
    )
}
_BEHIND = (
    select(series_chunks.c.columns)
    .where(*_TOUCHING, series_chunks.c.number >= bindparam("sealed"))
    .order_by(series_chunks.c.number)
)


def draw(
    connection: Connection, row: Drawn, width: int, first: float | None = None, last: float | None = None
) -> SeriesPoints:
    """The points between two x (None.

    From the beginning, to the end), summed up where they are more than `width`.
    """
    stretch = _Stretch(row.series, -math.inf if first is None else first, math.inf if last is None else last)
    whole = first is None and last is None
    count = row.points if whole else connection.execute(_COUNT, stretch._asdict()).scalar_one()
    for size in (COARSE, FINE):
        if count >= size * width:
            drawn = _buckets(connection, stretch, row.sealed, size)
            if whole or len(drawn) >= width:
                return points_of(row.name, row.job, row.points, reduce(drawn, width), exact=False)
            # The range is a small part of the chunks that it touches: a closer look is needed.
    xs, values = _points(connection, _LEVELS[1], stretch, row.sealed)
    more_xs, more_values = _points(connection, _BEHIND, stretch, row.sealed)
    xs.extend(more_xs)
    values.extend(more_values)
    exact = len(xs) <= width
    shown = buckets_of(xs, values, 1 if exact else -(-len(xs) // width))
    return points_of(row.name, row.job, row.points, shown, exact=exact)


def _buckets(connection: Connection, stretch: _Stretch, sealed: int, size: int) -> list[Bucket]:
    """The summaries of so many points each that touch a range of x."""
    drawn: list[Bucket] = []
    for data in connection.execute(_LEVELS[size], {**stretch._asdict(), "sealed": sealed}).scalars():
        drawn += decode_buckets(data)
    drawn = [one for one in drawn if one.x_last >= stretch.first and one.x_first <= stretch.last]
    return drawn + list(buckets_of(*_points(connection, _BEHIND, stretch, sealed), size))


def _points(
    connection: Connection, chunks: Select[Any], stretch: _Stretch, sealed: int
) -> tuple[array[float], array[float]]:
    """The x and the values of the points of some chunks that lie in a range of x."""
    xs, values = array("d"), array("d")
    for data in connection.execute(chunks, {**stretch._asdict(), "sealed": sealed}).scalars():
        more_xs, _, more_values = decode_columns(data)
        if stretch.first > -math.inf or stretch.last < math.inf:
            inside = [stretch.first <= x <= stretch.last for x in more_xs]
            more_xs, more_values = (
                array("d", compress(more_xs, inside)),
                array("d", compress(more_values, inside)),
            )
        xs.extend(more_xs)
        values.extend(more_values)
    return xs, values
