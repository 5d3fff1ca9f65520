"""Text that is safe to print, and quantities as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepforge.cli.terminal import (
    Sanitiser,
    clean,
    one_line,
    show_age,
    show_duration,
    show_metrics,
    show_number,
    show_size,
)

ATTACKS = {
    "the window's title": "\x1b]0;owned\x07",
    "the clipboard": "\x1b]52;c;ZXZpbA==\x1b\\",
    "a link": "\x1b]8;;https://elsewhere.example\x1b\\",
    "the cursor": "\x1b[2A\x1b[2K",
    "the screen": "\x1b[2J\x1b[H\x1bc",
    "a device string": "\x1bP+q544e\x1b\\",
    "an eight-bit sequence": "\x9b2J",
    "a bell and a backspace": "\x07\x08",
    "the alternate character set": "\x1b(0",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_log_cannot_reach_for(name: str) -> None:
    for colours in (True, False):
        text = Sanitiser(colours).feed(f"before {ATTACKS[name]}after\n")
        assert "\x1b" not in text
        assert "\x9b" not in text
        assert text.startswith("before ")
        assert text.endswith("after\n")


def test_colours_stay_where_they_are_wanted() -> None:
    assert Sanitiser(colours=True).feed("\x1b[1;31mred\x1b[0m") == "\x1b[1;31mred\x1b[0m"
    assert Sanitiser(colours=False).feed("\x1b[1;31mred\x1b[0m") == "red"


def test_line_feeds_tabs_and_carriage_returns_stay() -> None:
    assert Sanitiser(colours=False).feed("a\tb\r\nc\n") == "a\tb\r\nc\n"


@given(st.lists(st.sampled_from([*ATTACKS.values(), "\x1b[32m", "text", "\n", "ä"])), st.data())
def test_where_a_text_is_cut_makes_no_difference(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts) + "end"
    cut = data.draw(st.integers(0, len(text)))
    pieces = Sanitiser(colours=True)
    assert pieces.feed(text[:cut]) + pieces.feed(text[cut:]) == Sanitiser(colours=True).feed(text)


@given(st.text())
def test_nothing_that_is_cleaned_can_move_the_cursor(text: str) -> None:
    controls = {chr(code) for code in (*range(32), *range(127, 160))} - set("\t\n\r")
    assert not controls & set(clean(text))


def test_a_line_is_one_line() -> None:
    assert one_line("a\n\tb\x1b[31m c", 10) == "a b c"
    assert one_line("x" * 20, 10) == "xxxxxxxxx…"


def test_quantities_have_units() -> None:
    assert [show_size(size) for size in (0, 812, 1400, 999_600, 12_345_678, 5 * 10**12)] == [
        "0 B",
        "812 B",
        "1.4 kB",
        "1.0 MB",
        "12.3 MB",
        "5.0 TB",
    ]
    assert [show_duration(seconds) for seconds in (0.0042, 3.25, 59.96, 250, 7500)] == [
        "4 ms",
        "3.2 s",
        "1 min 0 s",
        "4 min 10 s",
        "2 h 5 min",
    ]
    assert [show_number(value) for value in (0.123456789, 1e-8, 98765.4, None)] == [
        "0.12346",
        "1e-08",
        "98765",
        "nan",
    ]


def test_times_are_told_from_now() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    ages = [
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(hours=3),
        timedelta(days=2),
        timedelta(days=30),
    ]
    told = [show_age((now - age).isoformat(), now) for age in ages]
    assert told == ["just now", "5 min ago", "3 h ago", "2 d ago", "2026-10-21"]


def test_of_many_metrics_the_first_are_told_and_how_many_more() -> None:
    many = {f"m{number}": float(number) for number in range(1000)}
    assert show_metrics(dict(list(many.items())[:2]), ", ") == "m0 0, m1 1"
    assert show_metrics(many, ", ").endswith("m10 10, m11 11, and 988 more")
    assert show_metrics({"x" * 5000: None}, ", ") == "x" * 59 + "… nan"
