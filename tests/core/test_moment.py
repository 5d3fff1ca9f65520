"""Moments are written in one way, and sort as text."""

from __future__ import annotations

import pytest

from deepforge.core.moment import moment, seconds_of


def test_a_moment_is_told_in_utc_to_the_millisecond() -> None:
    assert moment(0) == "1970-01-01T00:00:00.000Z"
    assert moment(1_763_812_345.6789) == "2025-11-22T11:52:25.678Z"
    assert seconds_of("2025-11-22T11:52:25.678Z") == 1_763_812_345


def test_later_moments_sort_behind_earlier_ones() -> None:
    times = [0, 0.001, 59.999, 60, 1e9, 1_763_812_345.6, 4e9]
    assert sorted(map(moment, times)) == [moment(time) for time in times]


def test_what_is_beyond_the_calendar_is_refused() -> None:
    for time in (1e300, float("nan"), -1e18):
        with pytest.raises((OverflowError, ValueError, OSError)):
            moment(time)
