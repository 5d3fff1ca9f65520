"""Reruns: a run once more from the files it froze, and a job of it anew with the files of today."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.errors import Conflict, InvalidPipeline, NotFound
from deepforge.core.frozen import Again
from deepforge.core.ids import JobId, RunId
from deepforge.core.run import Origin, RunView
from deepforge.core.user import Caller
from deepforge.services import logs, reruns, run_lines, runs, shelf
from deepforge.services.house import House
from tests.services.conftest import LOAD, TRAIN, write_project
from tests.services.hand_worker import HandWorker

Start = Callable[..., RunView]


def states(run: RunView) -> list[tuple[str, str, bool]]:
    return [(job.name, job.state, job.cached) for job in run.jobs]


def outputs(run: RunView) -> dict[str, list[str]]:
    return {job.name: [fact.digest for fact in job.outputs] for job in run.jobs}


def test_a_run_is_run_again_from_the_files_it_froze(
    house: House, caller: Caller, folder: Path, start: Start, worker: HandWorker
) -> None:
    first = start(attributes={"load": {"count": 7}})
    worker.work()
    write_project(folder, **{"operations/load.py": LOAD.replace("count)", "count * 2)")})
    again = reruns.again(house, caller, first.id, Again())
    assert (again.state, again.origin) == ("success", Origin(first.id, "again"))
    assert (again.snapshot, outputs(again)) == (first.snapshot, outputs(runs.show(house, caller, first.id)))
    assert [line.origin for line in run_lines.listing(house, caller)] == [again.origin, None]
    other = reruns.again(house, caller, first.id, Again({"load": {"count": 8}, "train": {"epochs": 9}}))
    worker.work()
    rows = {job.name: job.reason for job in runs.show(house, caller, other.id).jobs}
    assert "count: 7 → 8" in (rows["load"] or "")


def test_the_same_key_gives_the_same_run_again(house: House, caller: Caller, start: Start) -> None:
    first = start()
    again = reruns.again(house, caller, first.id, Again(key="once"))
    assert reruns.again(house, caller, first.id, Again(key="once")).id == again.id
    with pytest.raises(Conflict):
        reruns.again(house, caller, first.id, Again({"load": {"count": 1}}, key="once"))


def test_a_run_goes_anew_from_a_node_on(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    first = start()
    worker.work()
    again = reruns.again(house, caller, first.id, Again(refresh=("train",)))
    assert again.origin == Origin(first.id, "from", ("train",))
    assert worker.work() == ["train"]
    with pytest.raises(InvalidPipeline):
        reruns.again(house, caller, first.id, Again(refresh=("nothing",)))


def test_only_what_failed_runs_again_even_without_the_cache(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    first = start(cache=False)
    worker.ship(worker.result(worker.take()["load"], numbers=b"1"))
    worker.ship(worker.fail(worker.take()["train"]))
    assert runs.show(house, caller, first.id).state == "failed"
    again = reruns.again(house, caller, first.id, Again())
    assert again.origin == Origin(first.id, "failed")
    assert worker.work() == ["train"]
    assert runs.show(house, caller, again.id).state == "success"


def test_a_run_that_was_removed_is_not_run_again(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    first = start()
    worker.work()
    shelf.remove(house, caller, first.id)
    for ask in (
        lambda: reruns.again(house, caller, first.id, Again()),
        lambda: reruns.restart(house, caller, first.id, first.jobs[0].id),
        lambda: reruns.again(house, caller, RunId("0" * 26), Again()),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_job_is_restarted_with_the_code_of_today_and_the_data_of_the_run(
    house: House, caller: Caller, folder: Path, start: Start, worker: HandWorker
) -> None:
    first = start()
    attempt = worker.take()["load"].print("loading\n").metrics(0, size=3.0)
    worker.ship(worker.result(attempt, numbers=b"those of the run"))
    worker.work()
    write_project(
        folder,
        **{
            "operations/load.py": LOAD.replace("count)", "count * 2)"),
            "operations/train.py": TRAIN.replace("epochs: int = 5", "epochs: int = 6"),
        },
    )
    train = first.jobs[1].id
    anew = reruns.restart(house, caller, first.id, train)
    assert anew.origin == Origin(first.id, "restart", ("train",))
    assert anew.snapshot != first.snapshot
    taken = worker.take()
    assert list(taken) == ["train"]
    numbers = taken["train"].lease.spec.inputs["numbers"]
    assert numbers is not None
    assert house.blobs.read(numbers.digest) == b"those of the run"
    worker.ship(worker.result(taken["train"], model=b"m", score=b"s"))
    ended = runs.show(house, caller, anew.id)
    assert (ended.state, states(ended)[0]) == ("success", ("load", "success", True))
    assert ended.jobs[0].reason == "taken from the run that this one was restarted from"
    assert (ended.jobs[0].metrics, ended.metrics) == ({"size": 3.0}, {"size": 3.0})
    assert logs.page(house, caller, anew.id, ended.jobs[0].id).text == "loading\n"
    with pytest.raises(Conflict, match="later run shows"):
        shelf.remove(house, caller, first.id)
    with pytest.raises(NotFound):
        reruns.restart(house, caller, first.id, JobId("0" * 26))


def test_what_a_run_did_not_get_done_runs_when_a_job_of_it_is_restarted(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    first = start()
    worker.ship(worker.fail(worker.take()["load"]))
    failed = runs.show(house, caller, first.id)
    assert states(failed)[1] == ("train", "skipped", False)
    reruns.restart(house, caller, first.id, failed.jobs[1].id)
    assert worker.work() == ["load", "train"]


def test_a_restarted_job_gets_the_version_of_an_artifact_that_the_run_had(
    house: House, caller: Caller, folder: Path, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work({"model": b"first"})
    write_project(
        folder,
        **{
            "pipelines/use.yaml": "nodes:\n  given: {operation: Input, attributes: {artifact: model}}\n"
            "  train: {operation: Train, inputs: {numbers: given}}\n"
        },
    )
    used = start("use")
    worker.work()
    start(attributes={"load": {"count": 9}})
    worker.work({"model": b"second"})
    reruns.restart(house, caller, used.id, runs.show(house, caller, used.id).jobs[1].id)
    numbers = worker.take()["train"].lease.spec.inputs["numbers"]
    assert numbers is not None
    assert house.blobs.read(numbers.digest) == b"first"
