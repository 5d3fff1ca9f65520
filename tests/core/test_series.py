"""Series: columns, summaries and what is drawn of them."""

from __future__ import annotations

import math
import struct
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepforge.core.errors import Damaged
from deepforge.core.ids import JobId
from deepforge.core.series import (
    CHUNK_POINTS,
    Bucket,
    Odd,
    SeriesPoints,
    buckets_of,
    decode_buckets,
    decode_columns,
    encode_buckets,
    encode_columns,
    merge,
    points_of,
    reduce,
    summarise,
)

NAN, INFINITY = math.nan, math.inf
TIMES = [10.0, 11.0, 12.0, 13.0]
anything = st.lists(st.tuples(st.floats(), st.floats(), st.floats()), max_size=300)
sensible = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=600)


def bits(column: array[float] | list[float]) -> bytes:
    return b"".join(struct.pack("<d", value) for value in column)


@given(anything)
def test_columns_come_back_bit_by_bit(rows: list[tuple[float, float, float]]) -> None:
    columns = [[row[place] for row in rows] for place in range(3)]
    decoded = decode_columns(encode_columns(*columns))
    assert [bits(column) for column in decoded] == [bits(column) for column in columns]


def test_steps_take_hardly_any_room() -> None:
    steps = [float(step) for step in range(CHUNK_POINTS)]
    assert len(encode_columns(steps, [1.7e9] * CHUNK_POINTS, [0.5] * CHUNK_POINTS)) < 2000


def test_columns_have_the_same_length() -> None:
    with pytest.raises(ValueError, match="columns of different lengths"):
        encode_columns([1.0], [1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    "damage",
    [lambda data: b"", lambda data: data[:-3], lambda data: b"\x07" + data[1:], lambda data: data[:5]],
)
def test_damage_is_noticed(damage: object) -> None:
    assert callable(damage)
    with pytest.raises(Damaged, match="A chunk of a series cannot be read"):
        decode_columns(damage(encode_columns([1.0], [2.0], [3.0])))


def test_a_bucket_sums_up_its_points() -> None:
    assert buckets_of([0.0, 1.0, 2.0, 5.0], TIMES, [3.0, 1.0, 2.0, 7.0], 3) == (
        Bucket(0.0, 2.0, 1.0, 3.0, 2.0, 3, 3, 10.0, 12.0),
        Bucket(5.0, 5.0, 7.0, 7.0, 7.0, 1, 1, 13.0, 13.0),
    )


def test_what_is_no_number_does_not_count() -> None:
    (bucket,) = buckets_of([0.0, 1.0, 2.0], TIMES, [NAN, 1.0, 3.0], 16)
    assert bucket == Bucket(0.0, 2.0, 1.0, 3.0, 2.0, 2, 3, 10.0, 12.0)
    (empty,) = buckets_of([0.0, 1.0], TIMES, [NAN, NAN], 16)
    assert (empty.x_first, empty.x_last, empty.numbers) == (0.0, 1.0, 0)
    assert all(map(math.isnan, (empty.minimum, empty.maximum, empty.mean)))


def test_infinities_are_kept() -> None:
    (bucket,) = buckets_of([0.0, 1.0], TIMES, [INFINITY, 1.0], 16)
    assert bucket == Bucket(0.0, 1.0, 1.0, INFINITY, INFINITY, 2, 2, 10.0, 11.0)


@given(sensible)
def test_the_coarse_summary_agrees_with_the_points(values: list[float]) -> None:
    xs = [float(x) for x in range(len(values))]
    fine, coarse = summarise(xs, xs, values)
    assert (len(fine), len(coarse)) == (math.ceil(len(values) / 16), math.ceil(len(values) / 256))
    for bucket, exact in zip(coarse, buckets_of(xs, xs, values, 256), strict=True):
        assert bucket._replace(mean=0) == exact._replace(mean=0)
        assert bucket.mean == pytest.approx(exact.mean, abs=1e-6)


@given(sensible, st.integers(1, 50))
def test_a_drawing_has_at_most_its_width_and_loses_no_extreme(values: list[float], width: int) -> None:
    xs = [float(x) for x in range(len(values))]
    fine, _ = summarise(xs, xs, values)
    drawn = reduce(fine, width)
    assert len(drawn) == min(width, len(fine))
    assert (drawn[0].x_first, drawn[-1].x_last) == (xs[0], xs[-1])
    assert min(bucket.minimum for bucket in drawn) == min(values)
    assert max(bucket.maximum for bucket in drawn) == max(values)
    assert sum(bucket.numbers for bucket in drawn) == len(values)


def test_a_drawing_is_at_least_1_wide() -> None:
    with pytest.raises(ValueError, match="at least 1 wide"):
        reduce([], 0)
    assert reduce([], 1) == ()


def test_buckets_without_numbers_do_not_weigh() -> None:
    empty = Bucket(0.0, 1.0, NAN, NAN, NAN, 0, 2, 10.0, 11.0)
    assert merge([empty, Bucket(2.0, 3.0, 1.0, 2.0, 1.5, 2, 2, 12.0, 13.0)]) == Bucket(
        0.0, 3.0, 1.0, 2.0, 1.5, 2, 4, 10.0, 13.0
    )
    assert merge([empty, empty]).numbers == 0


def test_buckets_come_back() -> None:
    buckets = (
        Bucket(0.0, 1.0, -1.0, 2.0, 0.5, 16, 16, 1.0, 2.0),
        Bucket(2.0, 2.0, INFINITY, INFINITY, INFINITY, 1, 1, 3.0, 3.0),
    )
    assert decode_buckets(encode_buckets(buckets)) == buckets
    assert len(encode_buckets(buckets)) == 2 * 72
    with pytest.raises(Damaged, match="A summary of a series cannot be read"):
        decode_buckets(b"x")


def test_a_drawing_has_columns_and_none_for_what_is_no_number() -> None:
    buckets = [
        Bucket(0.0, 2.0, 1.0, INFINITY, INFINITY, 3, 3, 10.0, 12.0),
        Bucket(5.0, 5.0, NAN, NAN, NAN, 0, 1, 13.0, 13.0),
        Bucket(6.0, 6.0, -INFINITY, -INFINITY, -INFINITY, 1, 2, 14.0, 14.0),
    ]
    assert points_of("loss", JobId("job"), 4, buckets, exact=False, last=7.0) == SeriesPoints(
        name="loss",
        job=JobId("job"),
        points=4,
        x=(1.0, 5.0, 6.0),
        min=(1.0, None, None),
        max=(None, None, None),
        mean=(None, None, None),
        exact=False,
        time=(11.0, 13.0, 14.0),
        odd=(Odd(0, "inf"), Odd(1, "NaN"), Odd(2, "NaN"), Odd(2, "-inf")),
        last=7.0,
    )
