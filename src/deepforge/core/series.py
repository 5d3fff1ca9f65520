"""Series: the points of one metric, as compact columns with a pyramid of summaries, read at any zoom.

Points come in chunks of at most CHUNK_POINTS. Each chunk has its columns, and two summaries of them: `fine`,
one bucket for 16 points, and `coarse`, one for 256. A drawing of any length is made from the level that has
enough buckets.
"""

from __future__ import annotations

import math
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from deepforge.core.errors import Damaged
from deepforge.core.ids import JobId, RunId

CHUNK_POINTS = 4096
FINE = 16
COARSE = 256

_HEAD = struct.Struct("<BI")
_VERSION = 1
_BUCKET = struct.Struct("<dddddqqdd")
_WORD = 64

Axis = Literal["step", "time"]
"""What x is: the step of a point, or when it was logged, in Unix seconds."""


class Bucket(NamedTuple):
    """A summary of neighbouring points. `numbers` counts those that are not NaN; with none, all three are.

    Times in Unix seconds.
    """

    x_first: float
    x_last: float
    minimum: float
    maximum: float
    mean: float
    numbers: int
    points: int
    time_first: float
    time_last: float


@dataclass(frozen=True)
class Odd:
    """At this entry of a drawing stands, or is among what it sums up, something that is no finite number."""

    at: int
    what: Literal["NaN", "inf", "-inf"]


@dataclass(frozen=True)
class SeriesPoints:
    """One metric of one job, to be drawn: columns of equal length.

    `exact`: each entry is one point (then min, max and mean are the same); else each sums up neighbouring
    points. What is not a finite number is None; `odd` says what it was.
    """

    name: str
    job: JobId
    points: int
    """How many there are in all, whatever the zoom."""
    x: tuple[float, ...]
    min: tuple[float | None, ...]
    max: tuple[float | None, ...]
    mean: tuple[float | None, ...]
    exact: bool
    time: tuple[float, ...] = ()
    """When each entry was logged, in Unix seconds."""
    odd: tuple[Odd, ...] = ()
    last: float | None = None
    """The value that came last, whatever the zoom; None when it is not a finite number."""


@dataclass(frozen=True)
class SeriesView:
    """One metric of one run: a line for each job that logged it."""

    name: str
    lines: tuple[SeriesPoints, ...]


@dataclass(frozen=True)
class SeriesWish:
    """A metric of a run that is to be drawn: of one job, or of each that logged it.

    `skip`: only the points behind so many, in the order they came; for one job.
    """

    run: RunId
    name: str
    job: JobId | None = None
    skip: int | None = None


@dataclass(frozen=True)
class PointsRequest:
    """What is to be drawn together: between two x, or two times, `width` entries wide at most."""

    series: tuple[SeriesWish, ...]
    width: int = 1000
    first: float | None = None
    last: float | None = None
    axis: Axis = "step"


@dataclass(frozen=True)
class SeriesLine:
    """One line of a drawing of several: whose it is, when its first point was logged, and its points."""

    run: RunId
    job: JobId
    job_name: str
    name: str
    began: float
    skip: int
    """How many points stand before these; 0 when it shows the whole, or the stretch that was asked for."""
    points: SeriesPoints


@dataclass(frozen=True)
class SeriesSummary:
    """One metric of one job, as a line of a list. `last` is None when it is not a finite number."""

    name: str
    job: JobId
    job_name: str
    points: int
    last_x: float
    last: float | None


def finite(value: float) -> float | None:
    """The value, or None when it is not a finite number: JSON has no other way to say so."""
    return value if math.isfinite(value) else None


def encode_columns(xs: Sequence[float], times: Sequence[float], values: Sequence[float]) -> bytes:
    """Three columns of equal length as bytes, without loss. Raises ValueError when they are not equal."""
    count = len(xs)
    if len(times) != count or len(values) != count:
        raise ValueError("columns of different lengths")
    content = b"".join(_differences(array("d", column)) for column in (xs, times, values))
    return _HEAD.pack(_VERSION, count) + zlib.compress(content, 1)


def decode_columns(data: bytes) -> tuple[array[float], array[float], array[float]]:
    """The columns that `encode_columns` wrote. Raises Damaged when it did not."""
    try:
        version, count = _HEAD.unpack_from(data)
        content = zlib.decompress(memoryview(data)[_HEAD.size :])
    except (struct.error, zlib.error) as error:
        raise Damaged(f"A chunk of a series cannot be read: {error}.") from None
    size = count * 8
    if version != _VERSION or len(content) != 3 * size:
        raise Damaged("A chunk of a series cannot be read: its length does not fit.")
    xs, times, values = (_sums(content[start : start + size]) for start in (0, size, 2 * size))
    return xs, times, values


# One number of n·64 bits holds a whole column, so that all neighbours are compared by one operation. Sorting
# the bytes by their place in the word brings the zeros together, which is what makes the compression work.


def _differences(column: array[float]) -> bytes:
    size = len(column) * 8
    number = int.from_bytes(_little_endian(column).tobytes(), "little")
    mixed = ((number ^ number << _WORD) & (1 << size * 8) - 1).to_bytes(size, "little")
    return b"".join(mixed[place::8] for place in range(8))


def _sums(data: bytes) -> array[float]:
    size, count = len(data), len(data) // 8
    mixed = bytearray(size)
    for place in range(8):
        mixed[place::8] = data[place * count : (place + 1) * count]
    number, mask, shift = int.from_bytes(mixed, "little"), (1 << size * 8) - 1, _WORD
    while shift < size * 8:
        number ^= number << shift & mask
        shift *= 2
    return _little_endian(array("d", number.to_bytes(size, "little")))


def _little_endian(column: array[float]) -> array[float]:
    """The column as on a little-endian machine, or back."""
    if array("H", b"\1\0")[0] != 1:
        column.byteswap()
    return column


def buckets_of(
    xs: Sequence[float], times: Sequence[float], values: Sequence[float], size: int
) -> tuple[Bucket, ...]:
    """One bucket for each `size` points."""
    if size == 1:
        return tuple(
            Bucket(x, x, value, value, value, int(value == value), 1, time, time)
            for x, time, value in zip(xs, times, values, strict=True)
        )
    count = len(xs)
    return tuple(
        _bucket(xs, times, values[start : start + size], start, min(start + size, count) - 1)
        for start in range(0, count, size)
    )


def _bucket(
    xs: Sequence[float], times: Sequence[float], values: Sequence[float], first: int, last: int
) -> Bucket:
    x_first, x_last, points, began, ended = xs[first], xs[last], len(values), times[first], times[last]
    total = sum(values)
    if total != total:  # NaN: one of them is, or both infinities are among them
        values = [value for value in values if value == value]
        if not values:
            return Bucket(x_first, x_last, math.nan, math.nan, math.nan, 0, points, began, ended)
        total = sum(values)
    count = len(values)
    return Bucket(x_first, x_last, min(values), max(values), total / count, count, points, began, ended)


def summarise(
    xs: Sequence[float], times: Sequence[float], values: Sequence[float]
) -> tuple[tuple[Bucket, ...], tuple[Bucket, ...]]:
    """The summaries of a chunk: fine and coarse."""
    fine = buckets_of(xs, times, values, FINE)
    ratio = COARSE // FINE
    return fine, tuple(merge(fine[start : start + ratio]) for start in range(0, len(fine), ratio))


def merge(buckets: Sequence[Bucket]) -> Bucket:
    """Neighbouring buckets, at least one, as one."""
    if len(buckets) == 1:
        return buckets[0]
    first, last, points = buckets[0], buckets[-1], sum(bucket.points for bucket in buckets)
    counted = [bucket for bucket in buckets if bucket.numbers]
    count = sum(bucket.numbers for bucket in counted)
    if not count:
        nothing = math.nan, math.nan, math.nan, 0, points
        return Bucket(first.x_first, last.x_last, *nothing, first.time_first, last.time_last)
    minimum = min(bucket.minimum for bucket in counted)
    maximum = max(bucket.maximum for bucket in counted)
    mean = sum(bucket.mean * (bucket.numbers / count) for bucket in counted)
    return Bucket(
        first.x_first, last.x_last, minimum, maximum, mean, count, points, first.time_first, last.time_last
    )


def reduce(buckets: Sequence[Bucket], width: int) -> tuple[Bucket, ...]:
    """The same stretch in at most `width` buckets, neighbours merged evenly. `width` is at least 1."""
    if width < 1:
        raise ValueError(f"a drawing is at least 1 wide, not {width}")
    count = len(buckets)
    if count <= width:
        return tuple(buckets)
    edges = [place * count // width for place in range(width + 1)]
    return tuple(merge(buckets[start:end]) for start, end in pairwise(edges))


def encode_buckets(buckets: Iterable[Bucket]) -> bytes:
    """Buckets as bytes, 72 each."""
    return b"".join(_BUCKET.pack(*bucket) for bucket in buckets)


def decode_buckets(data: bytes) -> tuple[Bucket, ...]:
    """The buckets that `encode_buckets` wrote. Raises Damaged when it did not."""
    if len(data) % _BUCKET.size:
        raise Damaged("A summary of a series cannot be read: its length does not fit.")
    return tuple(map(Bucket._make, _BUCKET.iter_unpack(data)))


def points_of(
    name: str, job: JobId, points: int, buckets: Sequence[Bucket], *, exact: bool, last: float | None
) -> SeriesPoints:
    """Buckets as the columns of a drawing. The x of a bucket is its middle; that of a point is its own."""
    return SeriesPoints(
        name=name,
        job=job,
        points=points,
        x=tuple(_middle(bucket.x_first, bucket.x_last) for bucket in buckets),
        min=tuple(finite(bucket.minimum) for bucket in buckets),
        max=tuple(finite(bucket.maximum) for bucket in buckets),
        mean=tuple(finite(bucket.mean) for bucket in buckets),
        exact=exact,
        time=tuple(_middle(bucket.time_first, bucket.time_last) for bucket in buckets),
        odd=tuple(_odd(buckets)),
        last=last,
    )


def _middle(first: float, last: float) -> float:
    return first if first == last else (first + last) / 2


def _odd(buckets: Sequence[Bucket]) -> Iterator[Odd]:
    for at, bucket in enumerate(buckets):
        if bucket.numbers < bucket.points:
            yield Odd(at, "NaN")
        if bucket.maximum == math.inf:
            yield Odd(at, "inf")
        if bucket.minimum == -math.inf:
            yield Odd(at, "-inf")
