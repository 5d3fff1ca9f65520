"""Logs: page by page, in bytes, never within a letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from deepforge.core.errors import BadInput, NotFound
from deepforge.core.ids import JobId, RunId
from deepforge.core.run import LogLines, LogMatch, LogMatches, LogPage, RunView
from deepforge.core.user import Caller
from deepforge.services import figures, live, logs, series
from deepforge.services.house import House
from tests.services.hand_worker import Attempt, HandWorker

Start = Callable[..., RunView]


@pytest.fixture
def attempt(start: Start, worker: HandWorker) -> Attempt:
    """An attempt that has printed something."""
    start()
    attempt = worker.take()["load"].print("grün\nblau\n")
    worker.ship(attempt)
    return attempt


def test_pages_follow_one_another(house: House, caller: Caller, attempt: Attempt) -> None:
    run, job = attempt.lease.run, attempt.lease.job
    assert logs.page(house, caller, run, job) == LogPage(job, 0, "grün\nblau\n", 11, 11, done=False)
    first = logs.page(house, caller, run, job, 0, 3)
    assert first == LogPage(job, 0, "gr", 2, 11, done=False)
    assert logs.page(house, caller, run, job, first.next, 4) == LogPage(job, 2, "ün\n", 6, 11, done=False)
    assert logs.page(house, caller, run, job, 99) == LogPage(job, 11, "", 11, 11, done=False)


def test_a_negative_offset_counts_from_the_end(house: House, caller: Caller, attempt: Attempt) -> None:
    run, job = attempt.lease.run, attempt.lease.job
    assert logs.page(house, caller, run, job, -5) == LogPage(job, 6, "blau\n", 11, 11, done=False)
    assert logs.page(house, caller, run, job, -99).text == "grün\nblau\n"


def test_the_log_is_done_when_the_attempt_is_settled(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    run, job = attempt.lease.run, attempt.lease.job
    worker.ship(worker.fail(attempt))
    assert logs.page(house, caller, run, job).done
    assert not logs.page(house, caller, run, job, 0, 3).done


def test_a_job_that_was_tried_again_shows_its_newest_attempt(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    run, job = attempt.lease.run, attempt.lease.job
    worker.ship(worker.exit(attempt, code=None, reason="interrupted"), asks=False)
    assert logs.page(house, caller, run, job).text == "grün\nblau\n"
    worker.ship(worker.take()["load"].print("again\n"))
    assert logs.page(house, caller, run, job).text == "again\n"


def test_a_job_that_has_printed_nothing_has_an_empty_log(house: House, caller: Caller, start: Start) -> None:
    run = start()
    assert logs.page(house, caller, run.id, run.jobs[1].id) == LogPage(
        run.jobs[1].id, 0, "", 0, 0, done=False
    )


def test_what_is_not_there_is_told(house: House, caller: Caller, attempt: Attempt) -> None:
    nothing = RunId("0" * 26)
    with pytest.raises(NotFound, match="has no job"):
        logs.page(house, caller, attempt.lease.run, JobId("0" * 26))
    with pytest.raises(NotFound, match="has no job"):
        logs.page(house, caller, nothing, attempt.lease.job)
    with pytest.raises(NotFound, match="There is no run"):
        series.names(house, caller, nothing)
    with pytest.raises(NotFound, match="There is no run"):
        figures.listing(house, caller, nothing)
    with pytest.raises(NotFound, match="There is no run"):
        series.points(house, caller, nothing, "loss")


def test_an_unknown_metric_is_told_with_the_nearest(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    worker.ship(attempt.metrics(0, loss=1.0))
    with pytest.raises(NotFound, match="Did you mean loss"):
        series.points(house, caller, attempt.lease.run, "los")


def test_lines_are_read_by_number(house: House, caller: Caller, worker: HandWorker, attempt: Attempt) -> None:
    run, job = attempt.lease.run, attempt.lease.job
    worker.ship(attempt.print("\x1b[31mrot\x1b[0m\n 50%\r100%"))
    whole = LogLines(
        job, 1, 0, ("grün", "blau", "\x1b[31mrot\x1b[0m", "100%"), (), total=4, size=33, done=False
    )
    assert logs.lines(house, caller, run, job) == whole
    assert logs.lines(house, caller, run, job, 1, 2) == replace(whole, first=1, lines=whole.lines[1:3])
    assert logs.lines(house, caller, run, job, -1) == replace(whole, first=3, lines=("100%",))
    assert logs.lines(house, caller, run, job, -99) == whole
    worker.ship(worker.fail(attempt))
    assert logs.lines(house, caller, run, job, 9) == replace(whole, first=9, lines=(), done=True)


def test_lines_are_searched(house: House, caller: Caller, attempt: Attempt) -> None:
    run, job = attempt.lease.run, attempt.lease.job
    assert logs.search(house, caller, run, job, "BLAU") == LogMatches((LogMatch(1, "blau", 0),), None)
    assert logs.search(house, caller, run, job, "BLAU", case=True) == LogMatches((), None)
    with pytest.raises(BadInput, match="1 to 1,000 letters"):
        logs.search(house, caller, run, job, "")


def test_the_whole_log_is_read_while_it_is_sent(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    worker.ship(attempt.print("x" * 3_000_000))
    name, stretches = logs.whole(house, caller, attempt.lease.run, attempt.lease.job)
    parts = list(stretches)
    assert (name, b"".join(parts)) == ("load", "grün\nblau\n".encode() + b"x" * 3_000_000)
    assert len(parts) > 2


def test_earlier_attempts_can_be_read(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    run, job = attempt.lease.run, attempt.lease.job
    worker.ship(worker.exit(attempt, code=None, reason="interrupted"), asks=False)
    worker.ship(worker.take()["load"].print("again\n"))
    assert logs.page(house, caller, run, job, attempt=1).text == "grün\nblau\n"
    assert logs.page(house, caller, run, job, attempt=1).done
    assert logs.lines(house, caller, run, job, attempt=1).lines == ("grün", "blau")
    assert logs.lines(house, caller, run, job).lines == ("again",)
    assert [(one.number, one.size, one.ending) for one in logs.tries(house, caller, run, job)] == [
        (1, 11, "interrupted"),
        (2, 6, None),
    ]
    with pytest.raises(NotFound, match="load has no attempt 3"):
        logs.page(house, caller, run, job, attempt=3)


def test_whoever_watches_is_told_how_far_a_log_is(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    worker.ship(attempt.print("rot\ngr"))
    told = [
        event.data
        for event in live.events_after(house, caller, [f"run:{attempt.lease.run}"], 0)
        if event.kind == "log"
    ]
    job = attempt.lease.job
    assert told == [
        {"job": job, "fence": 1, "offset": 0, "size": 11, "lines": 2},
        {"job": job, "fence": 1, "offset": 11, "size": 17, "lines": 3},
    ]
