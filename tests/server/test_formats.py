"""How facts are written for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deepforge.server.formats import THIN, ago, count, duration, exact, number, size, span

NOW = datetime(2026, 5, 14, 9, 3, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (14, "14 s ago"),
        (200, "3 min ago"),
        (7300, "2 h ago"),
        (90000, "yesterday"),
        (5 * 86400, "5 days ago"),
        (100 * 86400, "3 February 2026"),
    ],
)
def test_times_are_relative(seconds: int, words: str) -> None:
    then = (NOW - timedelta(seconds=seconds)).isoformat(timespec="milliseconds")
    assert ago(then, NOW) == words


def test_and_exact_where_that_is_asked() -> None:
    assert exact("2026-05-14T09:03:11.120Z") == "14 May 2026, 09:03:11 UTC"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.008, "8 ms"),
        (1.23, "1.2 s"),
        (9.97, "10 s"),
        (59.4, "59 s"),
        (185, "3 min 05 s"),
        (7800, "2 h 10 min"),
        (-3, "0 ms"),
    ],
)
def test_durations_have_a_unit_that_fits(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_span_goes_on_until_it_ends_and_is_empty_before_it_begins() -> None:
    start = "2026-05-14T09:03:01.000Z"
    assert [span(None, None, NOW), span(start, None, NOW), span(start, "2026-05-14T09:03:03.500Z", NOW)] == [
        "",
        "10 s",
        "2.5 s",
    ]


def test_sizes_are_in_the_unit_that_reads_best() -> None:
    assert [size(count) for count in (0, 812, 1_400_000, 999_600, 2_000_000_000, 150_000)] == [
        "0 B",
        "812 B",
        "1.4 MB",
        "1.0 MB",
        "2.0 GB",
        "150 kB",
    ]


def test_numbers_have_at_most_four_figures() -> None:
    values = (
        0.97222,
        12.3456,
        0.001,
        12.0004,
        1234567,
        -0.5,
        0,
        1e-7,
        3.2e12,
        None,
        float("inf"),
        float("nan"),
        1234.5,
    )
    assert [number(value) for value in values] == [
        "0.9722",
        "12.35",
        "0.001",
        "12",
        f"1{THIN}234{THIN}567",
        "−0.5",
        "0",
        "1.00 × 10⁻⁷",
        "3.20 × 10¹²",
        "not a number",
        "∞",
        "not a number",
        f"1{THIN}234",
    ]


def test_counts_agree_with_their_noun() -> None:
    assert [count(1, "job"), count(0, "job"), count(2, "match", "matches")] == [
        "1 job",
        "0 jobs",
        "2 matches",
    ]
