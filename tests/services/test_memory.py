"""What the writer remembers is what the rows say, whenever it is dropped."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deepforge.core.errors import NotFound
from deepforge.core.ids import ProjectId
from deepforge.core.run import RUN_ENDS, RunRequest, RunView
from deepforge.core.user import Caller
from deepforge.services import identity, projects, runs, shelf, workers
from deepforge.services.house import House
from deepforge.services.memory import ENDED_RUNS, Memory
from deepforge.store import attempts
from tests.services.conftest import write_project
from tests.services.hand_worker import Attempt, HandWorker

Start = Callable[..., RunView]

DIAMOND = """
nodes:
  top: {operation: load}
  left: {operation: Train, attributes: {epochs: 1}, inputs: {numbers: top}}
  right: {operation: Train, attributes: {epochs: 2}, inputs: {numbers: top}, resources: {retries: 1}}
  bottom: {operation: Train, inputs: {numbers: left.model}}
  keep: {operation: Output, attributes: {name: model}, inputs: {data: right.model}}
"""


def assert_remembered_as_written(house: House) -> None:
    """Everything that is remembered equals what is loaded afresh."""
    with house.database.read() as connection:
        fresh = Memory()
        for run, card in house.memory._runs.items():
            loaded = fresh.run(connection, run)
            assert loaded.status == card.status
            assert (loaded.record.project, loaded.names) == (card.record.project, card.names)
            for job, remembered in card.jobs.items():
                written = loaded.jobs[job]
                assert (written.recipe, written.fingerprint, written.source, written.position) == (
                    remembered.recipe,
                    remembered.fingerprint,
                    remembered.source,
                    remembered.position,
                )
        for run, line in house.memory.lines(connection).items():
            assert list(fresh.lines(connection)[run].items()) == list(line.items())
        assert set(fresh.lines(connection)) == set(house.memory.lines(connection))


class Play:
    """Runs, workers and misfortunes in an order that chance decides."""

    def __init__(self, house: House, caller: Caller, project: ProjectId, seed: int) -> None:
        self.house, self.caller, self.project = house, caller, project
        self.chance = random.Random(seed)
        self.workers = [HandWorker(house, slots=2), HandWorker(house, slots=1)]
        for worker in self.workers:
            worker.register()
        self.started: list[RunView] = []

    def step(self) -> None:
        deed = self.chance.choice(
            [self.start, self.take, self.ship, self.ship, self.ship, self.expire, self.stop]
        )
        deed()

    def start(self) -> None:
        if len(self.started) < 4:
            request = RunRequest(self.project, "diamond", cache=self.chance.random() < 0.7)
            self.started.append(runs.start(self.house, self.caller, request))

    def take(self) -> None:
        self.chance.choice(self.workers).exchange()

    def ship(self) -> None:
        worker = self.chance.choice(self.workers)
        if not worker.attempts:
            return
        attempt = self.chance.choice(list(worker.attempts.values()))
        if attempt.closed:
            pass
        elif self.chance.random() < 0.3:
            attempt.metrics(float(len(attempt.journal)), loss=self.chance.random()).print("line\n")
        else:
            self.end(worker, attempt)
        worker.ship(attempt, asks=self.chance.random() < 0.5)

    def end(self, worker: HandWorker, attempt: Attempt) -> None:
        if any(held.job == attempt.lease.job for held in worker.exchange(asks=False).stop):
            worker.exit(attempt, code=None, signal=15, reason="canceled")
        elif self.chance.random() < 0.1:
            worker.fail(attempt)
        elif self.chance.random() < 0.1:
            worker.exit(attempt, code=None, reason=self.chance.choice(["lost", "interrupted"]))
        else:
            outputs = attempt.lease.spec.outputs
            worker.result(attempt, **{name: self.chance.choice([b"a", b"b"]) for name in outputs})

    def expire(self) -> None:
        """One lease runs out."""
        with self.house.writing() as ledger:
            leased = attempts.leased(ledger.connection)
            if leased and self.chance.random() < 0.5:
                attempt = self.chance.choice(leased)
                attempts.lease(ledger.connection, [(attempt.job, attempt.fence)], 1.0)
        workers.expire(self.house)

    def stop(self) -> None:
        if self.started and self.chance.random() < 0.1:
            runs.stop(self.house, self.caller, self.chance.choice(self.started).id)

    def finish(self) -> None:
        """Let the workers run whatever is left."""
        for _ in range(200):
            for worker in self.workers:
                worker.exchange()
                for attempt in list(worker.attempts.values()):
                    if not attempt.closed:
                        self.end(worker, attempt)
                    worker.ship(attempt, asks=False)
            if all(runs.show(self.house, self.caller, run.id).state in RUN_ENDS for run in self.started):
                return
        raise AssertionError("a run does not end")


@pytest.mark.parametrize("seed", range(12))
def test_dropping_it_at_any_moment_changes_nothing(quick_house: House, seed: int) -> None:
    house = quick_house
    caller = identity.owner(house)
    project = projects.find(house, caller, "digits").id
    write_project(house.data.projects / "digits", **{"pipelines/diamond.yaml": DIAMOND})
    play = Play(house, caller, project, seed)
    chance = random.Random(seed)
    for _ in range(60):
        play.step()
        assert_remembered_as_written(house)
        if chance.random() < 0.3:
            house.memory.forget()
    play.start()
    play.finish()
    assert_remembered_as_written(house)


def test_a_transaction_that_fails_leaves_nothing_behind(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    run = start()

    def withdraw_and_fail() -> None:
        with house.writing() as ledger:
            ledger.withdraw(run.jobs[0].id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        withdraw_and_fail()
    assert [lease.spec.name for lease in worker.exchange().leases] == ["load"]


def test_watchers_are_woken_only_when_something_happened(
    house: House, start: Start, worker: HandWorker
) -> None:
    woken: list[int] = []
    unsubscribe = house.signals.subscribe(lambda: woken.append(1))
    worker.exchange()
    assert woken == []
    start()
    assert woken == [1]
    unsubscribe()
    worker.exchange()
    assert woken == [1]


def test_only_the_last_runs_that_ended_are_kept(
    house: House, start: Start, worker: HandWorker, folder: Path
) -> None:
    start()
    worker.work()
    for _ in range(ENDED_RUNS + 3):
        start()
    assert len(house.memory._runs) == ENDED_RUNS


def test_a_run_that_is_removed_is_forgotten(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    run = start()
    worker.work()
    shelf.remove(house, caller, run.id)
    house.settings = replace(house.settings, keep_removed_hours=-1.0)
    assert shelf.forget_removed(house) == 1
    with pytest.raises(NotFound):
        load(house, run)


def load(house: House, run: RunView) -> None:
    with house.writing() as ledger:
        ledger.load(run.id)
