"""The queue gives every run its turn, and says why a job waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deepforge.core.ids import JobId, RunId
from deepforge.core.resources import Gpu, Machine, Resources
from deepforge.engine.queue import Place, Waiting, choose, place_of, why_waiting

A, B, C = RunId("A"), RunId("B"), RunId("C")
ROOMY = Resources(cpus=100, gpus=100, memory=10**12)


def line(run: RunId, *cpus: float) -> list[Waiting]:
    return [Waiting(JobId(f"{run}{place}"), run, Resources(cpus=each)) for place, each in enumerate(cpus)]


def chosen(*arguments: object) -> list[str]:
    return [waiting.job for waiting in choose(*arguments)]  # type: ignore[arg-type]


def test_runs_take_turns_and_each_keeps_its_order() -> None:
    lines = {A: line(A, 1, 1, 1), B: line(B, 1)}
    assert chosen(lines, {}, ROOMY, 3) == ["A0", "B0", "A1"]


def test_the_run_that_was_served_longest_ago_comes_first() -> None:
    lines = {A: line(A, 1, 1), B: line(B, 1), C: line(C, 1)}
    assert chosen(lines, {A: 3, B: 2}, ROOMY, 4) == ["C0", "B0", "A0", "A1"]


def test_no_more_than_there_is_room_for() -> None:
    lines = {A: line(A, 1, 1, 1)}
    assert chosen(lines, {}, Resources(cpus=2), 5) == ["A0", "A1"]
    assert chosen(lines, {}, ROOMY, 0) == []


def test_a_large_job_does_not_hold_up_small_ones_behind_it() -> None:
    lines = {A: line(A, 8, 1), B: line(B, 8)}
    assert chosen(lines, {}, Resources(cpus=2), 5) == ["A1"]


def test_memory_gpus_and_labels_count_too() -> None:
    asked = Resources(cpus=0, gpus=1, memory=10, labels=("a100",))
    lines = {A: [Waiting(JobId("A0"), A, asked), Waiting(JobId("A1"), A, asked)]}
    free = Resources(cpus=1, gpus=1, memory=100, labels=("a100", "fast"))
    assert chosen(lines, {}, free, 5) == ["A0"]
    assert chosen(lines, {}, Resources(cpus=1, gpus=1, memory=100), 5) == []
    assert chosen(lines, {}, Resources(cpus=1, gpus=1, memory=9, labels=("a100",)), 5) == []


SMALL = place_of("laptop", Machine("laptop", "linux", cpus=2, memory=4 * 10**9), 2, running=1)
BIG = Machine("big", "linux", 64, 512 * 10**9, (Gpu(0, "A100", 8 * 10**10),), ("a100",))
LARGE = place_of("big", BIG, 8, running=8)


@pytest.mark.parametrize(
    ("asked", "places", "sentence"),
    [
        (Resources(), [], "no worker is connected"),
        (Resources(), [SMALL, replace(LARGE, running=0)], "a worker is about to take it"),
        (Resources(), [SMALL], "every worker that can take it is busy"),
        (Resources(gpus=1), [SMALL, LARGE], "every worker that can take it is busy"),
        (Resources(cpus=4), [SMALL], "the worker laptop cannot take it: it asks for 4 CPUs, there are 2"),
        (Resources(gpus=1), [SMALL], "the worker laptop cannot take it: it asks for 1 GPU, there are none"),
        (
            Resources(memory=8 * 10**9, labels=("a100",)),
            [SMALL],
            "the worker laptop cannot take it: it asks for 8 GB of memory, there are 4 GB; "
            "it asks for the label a100",
        ),
        (
            Resources(cpus=128),
            [SMALL, LARGE],
            "none of the 2 workers can take it: it asks for 128 CPUs, there are 2; "
            "it asks for 128 CPUs, there are 64",
        ),
        (
            Resources(),
            [Place("idle", ROOMY, 0)],
            "the worker idle cannot take it: it runs no jobs",
        ),
    ],
)
def test_why_a_job_waits(asked: Resources, places: list[Place], sentence: str) -> None:
    assert why_waiting(asked, places) == sentence
