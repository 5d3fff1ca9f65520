"""The jobs of runs as JSON: kept, and never other than what the rows say."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import event

from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import jobs_shown, runs
from deepforge.services.house import House
from deepforge.services.jobs_shown import JobsShown
from tests.services.hand_worker import HandWorker

Start = Callable[..., RunView]


def test_at_every_step_of_a_run_what_is_kept_is_what_would_be_made_anew(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    run = start().id

    def look() -> RunView:
        kept = runs.show(house, caller, run)
        encoded = json.loads(runs.show_encoded(house, caller, run))
        house.jobs_shown = JobsShown()
        anew = runs.show(house, caller, run)
        assert kept == anew
        assert msgspec.convert(encoded, RunView) == anew
        return anew

    assert look().jobs[0].reason == "it has not run before; a worker is about to take it"
    attempt = worker.take()["load"]
    assert look().jobs[0].state == "running"
    worker.ship(attempt.metrics(0, loss=2.0))
    assert look().jobs[0].metrics == {"loss": 2.0}
    worker.ship(attempt.metrics(1, loss=1.0))
    assert look().jobs[0].metrics == {"loss": 1.0}
    worker.ship(worker.result(attempt, numbers=b"1"))
    assert look().jobs[0].metrics == {"loss": 1.0}
    assert look().jobs[1].state in ("queued", "running")
    attempt = worker.take()["train"]
    worker.ship(worker.fail(attempt, "ValueError", "no"))
    ended = look()
    assert ended.jobs[1].error is not None
    assert ended.jobs[2].state == "skipped"


def test_the_jobs_of_a_run_that_has_ended_are_not_read_again(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    run = start().id
    worker.work()
    first = runs.show(house, caller, run)
    asked: list[str] = []
    listener = lambda connection, cursor, statement, *rest: asked.append(statement)  # noqa: E731
    event.listen(house.database._readers, "before_cursor_execute", listener)
    assert runs.show(house, caller, run) == first
    event.remove(house.database._readers, "before_cursor_execute", listener)
    assert asked != []
    assert [query for query in asked if "jobs.position" in query] == []


def test_only_so_many_jobs_are_kept(
    house: House, caller: Caller, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_shown, "KEPT_JOBS", 7)
    made = [start().id for _ in range(4)]
    assert list(house.jobs_shown._runs) == made[-2:]
    for run in made:
        assert runs.show(house, caller, run).id == run
    assert house.jobs_shown._size == 6
