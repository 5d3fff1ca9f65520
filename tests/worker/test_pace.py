"""Jobs taken ahead: as many as there are slots while jobs are short, and back to the queue when they wait."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from deepforge.core.ids import JobId
from deepforge.core.messages import Ahead, Lease
from deepforge.core.resources import Machine, Resources
from deepforge.worker.attempts import Attempts
from deepforge.worker.blob_folder import BlobFolder
from deepforge.worker.capacity import Capacity
from deepforge.worker.pace import (
    FRESH_SECONDS,
    MOST_AHEAD_SECONDS,
    SHORT_SECONDS,
    TOGETHER_SECONDS,
    Pace,
    tell_at,
)
from tests.worker.test_shipping import a_lease

MOMENT = SHORT_SECONDS / 10
MACHINE = Machine("here", "linux", cpus=2, memory=1000)


def test_an_operation_is_short_when_its_last_job_was() -> None:
    pace = Pace()
    assert pace.short([], now=0.0) == ()
    pace.ended("operations.split.split", 0.0, MOMENT)
    pace.ended("operations.load.Load", 0.0, MOMENT)
    pace.ended("operations.train.Train", 0.0, SHORT_SECONDS)
    assert pace.short([], now=MOMENT) == ("operations.load.Load", "operations.split.split")
    pace.ended("operations.load.Load", 0.0, SHORT_SECONDS)
    assert pace.short([], now=SHORT_SECONDS) == ("operations.split.split",)


def test_none_is_while_a_job_runs_that_is_not() -> None:
    pace = Pace()
    pace.ended("operations.split.split", 0.0, MOMENT)
    assert pace.short([MOMENT, 0.0], now=0.9 * SHORT_SECONDS) == ("operations.split.split",)
    assert pace.short([MOMENT, 0.0], now=SHORT_SECONDS) == ()


def test_what_was_seen_long_ago_says_nothing() -> None:
    pace = Pace()
    pace.ended("operations.split.split", 0.0, MOMENT)
    assert pace.short([], now=MOMENT + FRESH_SECONDS) == ("operations.split.split",)
    assert pace.short([], now=2 * MOMENT + FRESH_SECONDS) == ()


def test_the_server_is_told_at_once_unless_others_have_a_use_for_the_time() -> None:
    assert tell_at(5.0, waiting=0) <= 5.0
    assert tell_at(5.0, waiting=3) == 5.0 + TOGETHER_SECONDS


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def attempts(tmp_path: Path, clock: Clock) -> Attempts:
    """Attempts on a machine with two slots; nothing is started."""
    unused = cast(Any, None)
    (tmp_path / "jobs").mkdir()
    return Attempts(
        jobs=tmp_path / "jobs",
        codes=tmp_path / "code",
        blobs=BlobFolder(tmp_path / "blobs"),
        shares_blobs=True,
        capacity=Capacity(2, MACHINE),
        preload=(),
        environments=unused,
        nursery=unused,
        chores=unused,
        fetch=unused,
        deliver=unused,
        closed=lambda: None,
        clock=clock,
    )


def leased(attempts: Attempts, number: int, phase: str = "waiting", memory: int = 100) -> Lease:
    lease = a_lease()
    lease = replace(
        lease,
        job=JobId(f"{number:026}"),
        spec=replace(lease.spec, resources=Resources(cpus=1.0, memory=memory)),
    )
    attempts.take(lease)
    attempt = list(attempts.by_key.values())[-1]
    attempt.phase = phase  # type: ignore[assignment]
    attempt.began = attempts.clock()
    return lease


def end_one(attempts: Attempts, clock: Clock, lasted: float) -> None:
    """Let the oldest job on the machine end, as the warm parent tells it."""
    attempt = attempts.on_machine()[0]
    clock.now = attempt.began + lasted
    attempt.folder.mkdir()
    attempts.hear({"exited": str(attempt.folder), "code": 1})


def test_nothing_is_wanted_ahead_of_operations_that_are_not_known_to_be_short(attempts: Attempts) -> None:
    for number in (1, 2):
        leased(attempts, number, "running")
    assert (attempts.free_slots(), attempts.ahead()) == (0, None)


def test_while_jobs_are_short_as_many_are_wanted_ahead_as_there_are_slots(
    attempts: Attempts, clock: Clock
) -> None:
    ended = leased(attempts, 1, "running")
    end_one(attempts, clock, MOMENT)
    for number in (2, 3):
        leased(attempts, number, "running")
    of = (f"{ended.spec.module}.{ended.spec.operation}",)
    assert attempts.free_slots() == 0
    assert attempts.ahead() == Ahead(of, 2, Resources(cpus=2.0, memory=1000))
    leased(attempts, 4)
    assert attempts.ahead() == Ahead(of, 1, Resources(cpus=1.0, memory=900))
    leased(attempts, 5)
    assert attempts.ahead() is None


def test_nothing_is_wanted_ahead_once_those_that_run_are_not_short_after_all(
    attempts: Attempts, clock: Clock
) -> None:
    leased(attempts, 1, "running")
    end_one(attempts, clock, MOMENT)
    leased(attempts, 2, "running")
    assert attempts.ahead() is not None
    clock.now += 1.1 * SHORT_SECONDS
    assert attempts.ahead() is None


def test_one_that_was_taken_ahead_in_vain_goes_back(attempts: Attempts, clock: Clock) -> None:
    for number in (1, 2):
        leased(attempts, number, "starting")
    leased(attempts, 3)
    clock.now += MOST_AHEAD_SECONDS
    attempts.watch()
    assert [attempt.phase for attempt in attempts.by_key.values()] == ["starting", "starting", "waiting"]
    clock.now += MOMENT
    attempts.watch()
    phases = [(attempt.phase, attempt.journal.exit) for attempt in attempts.by_key.values()]
    assert [phase for phase, _ in phases] == ["starting", "starting", "published"]
    told = phases[-1][1]
    assert told is not None
    assert told["reason"] == "returned"


def test_one_for_which_there_was_a_slot_and_too_little_memory_goes_back_too(
    attempts: Attempts, clock: Clock
) -> None:
    leased(attempts, 1, "running", memory=600)
    leased(attempts, 2, memory=600)
    clock.now += MOST_AHEAD_SECONDS + MOMENT
    attempts.watch()
    assert [attempt.phase for attempt in attempts.by_key.values()] == ["running", "published"]
    assert attempts.free_slots() == 1


def test_one_that_waits_although_there_was_a_slot_for_it_stays(attempts: Attempts, clock: Clock) -> None:
    leased(attempts, 1)  # such as one whose inputs cannot be fetched while the server is away
    clock.now += 100 * MOST_AHEAD_SECONDS
    attempts.watch()
    assert [attempt.phase for attempt in attempts.by_key.values()] == ["waiting"]
