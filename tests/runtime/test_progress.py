"""`deepforge.progress`: by number, or around a loop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import deepforge
from deepforge.runtime import progress as progress_module
from deepforge.runtime.journal import PROGRESS
from tests.runtime.reading import contents


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress_module, "time", clock)
    monkeypatch.setattr(progress_module, "_last", (0.0, None, ""))
    return clock


def told(folder: Path) -> list[tuple[Any, Any, str]]:
    return [(each["value"], each["total"], each["label"]) for each in contents(folder, PROGRESS)]


def test_a_number_is_told_with_its_total_and_what_is_being_done(local: Path, clock: Clock) -> None:
    deepforge.progress(3, 10, "loading")
    clock.now += 1
    deepforge.progress(np.float32(4.5), np.int64(10), label="loading")
    clock.now += 1
    deepforge.progress(np.array(5), label="waiting")
    assert told(local) == [(3.0, 10.0, "loading"), (4.5, 10.0, "loading"), (5.0, None, "waiting")]


def test_numbers_that_come_too_fast_are_left_out_but_never_the_end_or_other_work(
    local: Path, clock: Clock
) -> None:
    for done in range(101):
        deepforge.progress(done, 100, "first")
        clock.now += 0.03
    deepforge.progress(0, 100, "second")
    values = [value for value, _, label in told(local) if label == "first"]
    assert values == [*[float(done) for done in range(0, 101, 4)]]
    assert told(local)[-1] == (0.0, 100.0, "second")
    deepforge.progress(100, 100, "second")
    assert told(local)[-1] == (100.0, 100.0, "second")


def test_a_loop_is_told_from_its_start_to_its_end(local: Path, clock: Clock) -> None:
    seen = []
    for item in deepforge.progress(["a", "b", "c"], label="letters"):
        seen.append(item)
        clock.now += 1
    assert seen == ["a", "b", "c"]
    assert told(local) == [
        (0.0, 3, "letters"),
        (1, 3, "letters"),
        (2, 3, "letters"),
        (3, 3, "letters"),
        (3, 3, "letters"),
    ]


def test_a_loop_over_something_without_a_length_has_no_total_unless_it_is_given(
    local: Path, clock: Clock
) -> None:
    def letters() -> Iterator[str]:
        yield from "ab"

    assert list(deepforge.progress(letters())) == ["a", "b"]
    assert list(deepforge.progress(letters(), total=2, label="x")) == ["a", "b"]
    assert told(local) == [(0.0, None, ""), (2, None, ""), (0.0, 2, "x"), (2, 2, "x"), (2, 2, "x")]


def test_a_total_may_be_what_holds_one_number(local: Path, clock: Clock) -> None:
    deepforge.progress(np.array(1), np.array(4))
    assert list(deepforge.progress("a", np.int64(1), "x")) == ["a"]
    assert told(local) == [(1.0, 4.0, ""), (0.0, 1.0, "x"), (1, 1.0, "x"), (1, 1.0, "x")]


def test_nothing_is_told_before_the_loop_starts_and_a_loop_left_early_has_no_end(
    local: Path, clock: Clock
) -> None:
    loop = deepforge.progress([1, 2, 3])
    assert not (local / "journal").exists()
    for item in loop:
        if item == 2:
            break
    assert [value for value, _, _ in told(local)] == [0.0]


def test_an_array_is_a_loop_over_its_rows(local: Path, clock: Clock) -> None:
    rows = list(deepforge.progress(np.arange(4).reshape(2, 2)))
    assert [row.tolist() for row in rows] == [[0, 1], [2, 3]]
    assert told(local)[-1] == (2, 2, "")


def test_what_can_neither_be_counted_nor_gone_through_is_an_error(local: Path) -> None:
    with pytest.raises(TypeError):
        list(deepforge.progress(object()))  # type: ignore[call-overload]
