"""Many ends at once, and attempts that come back to a job that something else has ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deepforge.core.errors import NotFound
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.resources import Resources
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.runtime import journal
from deepforge.services import logs, runs, workers
from deepforge.services.house import House
from deepforge.services.memory import ENDED_RUNS
from deepforge.store import database as clock
from deepforge.store import logs as log_rows
from tests.services import hand_worker
from tests.services.conftest import write_project
from tests.services.hand_worker import HandWorker

Start = Callable[..., RunView]
SECONDS_OF_SILENCE = 31.0


@pytest.fixture
def later(house: House, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the database's clock and the house's are ahead of the true time, in seconds."""
    ahead, true = [0.0], clock.seconds
    monkeypatch.setattr(clock, "seconds", lambda connection: true(connection) + ahead[0])
    house.clock = lambda: ahead[0]
    return ahead


def test_more_runs_may_end_in_one_exchange_than_are_remembered(
    house: House, caller: Caller, project: ProjectId, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_worker, "ROOM", Resources(cpus=100.0, memory=8 * 10**9))
    worker = HandWorker(house, slots=ENDED_RUNS + 4)
    worker.register()
    one = "nodes:\n  only: {{operation: load, attributes: {{count: {count}}}}}\n"
    names = [f"one{count}" for count in range(ENDED_RUNS + 4)]
    files = {f"pipelines/{name}.yaml": one.format(count=count) for count, name in enumerate(names)}
    write_project(house.data.projects / "digits", **files)
    started: list[RunId] = [start(name).id for name in names]
    ended = 0
    while ended < len(names):
        worker.exchange()
        held = list(worker.attempts.values())
        worker.ship(
            *[worker.result(attempt, numbers=str(number).encode()) for number, attempt in enumerate(held)]
        )
        ended += len(held)
    house.memory.forget()
    assert [runs.show(house, caller, run).state for run in started] == ["success"] * len(names)


def test_a_worker_that_comes_back_to_a_canceled_run_is_told_to_let_go(
    house: House, caller: Caller, start: Start, later: list[float]
) -> None:
    worker = HandWorker(house)
    worker.register()
    run = start()
    worker.ship(worker.take()["load"].print("hello"))
    later[0] += SECONDS_OF_SILENCE
    assert workers.expire(house) == 1
    runs.stop(house, caller, run.id)
    later[0] += 5.0
    worker.exchange()
    assert ([receipt.status for receipt in worker.forgotten], worker.attempts) == (["fenced"], {})
    assert runs.show(house, caller, run.id).state == "canceled"


def test_the_log_of_a_failed_try_is_whole_though_the_next_try_is_leased_with_its_end(
    house: House, caller: Caller, start: Start, folder: object
) -> None:
    worker = HandWorker(house)
    worker.register()
    again = "nodes:\n  load: {operation: load, resources: {retries: 1}}\n"
    write_project(house.data.projects / "digits", **{"pipelines/again.yaml": again})
    run = start("again")
    first = worker.take()["load"].print("begin, ")
    first.write(journal.ERROR, kind="ValueError", message="no", traceback="", frames=[], hint=None)
    first.write(journal.EXIT, code=1, signal=None, reason=None)
    first.write(journal.PUBLISHED, outputs=[], artifacts=[])
    worker.exchange(first.shipment())
    first.print("the traceback").closed = True
    worker.exchange(first.shipment())
    assert [receipt.status for receipt in worker.forgotten] == ["settled"]
    (job,) = runs.show(house, caller, run.id).jobs
    assert (job.state, job.fence) == ("running", 2)
    with house.database.read() as connection:
        assert log_rows.page(connection, job.id, 1, 0, 100).data == b"begin, the traceback"
    assert logs.page(house, caller, run.id, job.id).text == ""


def test_a_request_that_is_refused_costs_nothing_that_was_remembered(
    house: House, caller: Caller, start: Start
) -> None:
    run = start()
    with house.writing() as ledger:
        card = ledger.card(run.id)
    with pytest.raises(NotFound):
        runs.stop(house, caller, RunId("0" * 26))
    with house.writing() as ledger:
        assert ledger.card(run.id) is card
