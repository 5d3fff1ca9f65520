"""What is installed may change while jobs run: what they gave then answers for nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from deepforge.core.environment import Distribution
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import runs
from deepforge.services.house import House
from tests.services.hand_worker import Attempt, HandWorker


def test_what_ran_while_something_was_installed_answers_for_nothing(
    house: House, caller: Caller, start: Callable[..., RunView], worker: HandWorker
) -> None:
    run = start()
    train = _until_train(worker)
    distributions = worker.interpreter.distributions | {"numpy": Distribution("2.2.0")}
    worker.interpreter = replace(worker.interpreter, distributions=distributions)
    worker.register()
    worker.ship(worker.result(train, model=b"m", score=b"s"))
    assert runs.show(house, caller, run.id).state == "success"
    again = start()
    assert [job.name for job in again.jobs if job.cached] == ["load"]


def test_what_ran_in_the_same_environment_all_the_time_answers(
    start: Callable[..., RunView], worker: HandWorker
) -> None:
    start()
    train = _until_train(worker)
    worker.register()
    worker.ship(worker.result(train, model=b"m", score=b"s"))
    assert start().state == "success"


def _until_train(worker: HandWorker) -> Attempt:
    worker.ship(worker.result(worker.take()["load"], numbers=b"1"))
    return worker.take()["train"]
