"""Runs: started from a project's files, answered from the cache, explained, stopped, removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deepforge.core.artifact import Lineage
from deepforge.core.environment import Distribution
from deepforge.core.errors import BadInput, Conflict, InvalidPipeline, InvalidProject, NotFound, UnknownName
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.run import Change, OutputFact, RunRequest, RunView
from deepforge.core.user import Caller
from deepforge.services import artifacts, blobs, comparing, run_lines, runs, versions
from deepforge.services.house import House
from tests.services.conftest import LOAD, PIPELINE, SCALE, TRAIN, make_house, write_project
from tests.services.hand_worker import HandWorker

Start = Callable[..., RunView]


def states(run: RunView) -> dict[str, str]:
    return {job.name: job.state for job in run.jobs}


def cached(run: RunView) -> list[str]:
    return [job.name for job in run.jobs if job.cached]


def reasons(run: RunView) -> dict[str, str | None]:
    return {job.name: job.reason for job in run.jobs}


def test_a_run_goes_from_its_first_job_to_a_saved_artifact(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    run = start()
    assert (run.state, states(run)) == ("pending", {"load": "queued", "train": "pending", "keep": "pending"})
    assert worker.work({"model": b"weights"}) == ["load", "train"]
    run = runs.show(house, caller, run.id)
    assert (run.state, states(run)) == ("success", {"load": "success", "train": "success", "keep": "success"})
    assert [(saved.name, saved.version, saved.size) for saved in run.artifacts] == [("model", 1, 7)]
    assert run.started is not None
    assert run.ended is not None


def test_a_lease_has_everything_that_a_worker_needs(start: Start, worker: HandWorker) -> None:
    run = start()
    first = worker.take()["load"]
    worker.ship(worker.result(first, numbers=b"123"))
    spec = worker.take()["train"].lease.spec
    assert spec.inputs["numbers"] is not None
    assert (spec.operation, spec.module, spec.form) == ("Train", "operations.train", "class")
    assert (spec.attributes, spec.outputs) == ({"epochs": 5}, ("model", "score"))
    assert (spec.inputs["numbers"].size, spec.inputs["numbers"].codec) == (3, "bytes")
    assert (spec.snapshot, spec.imports, spec.environment) == (run.snapshot, ("numpy",), None)
    assert spec.preload is None


def test_a_lease_says_which_modules_the_project_wants_imported_beforehand(
    house: House, folder: Path, start: Start, worker: HandWorker
) -> None:
    write_project(folder, **{"deepforge.toml": 'preload = ["numpy.linalg"]\n'})
    start()
    house.memory.forget()  # as a new server does
    assert worker.take()["load"].lease.spec.preload == ("numpy.linalg",)
    write_project(folder, **{"deepforge.toml": "preload = []\n"})
    start(cache=False)
    assert worker.take()["load"].lease.spec.preload == ()


def test_the_same_again_runs_nothing(house: House, start: Start, worker: HandWorker) -> None:
    start()
    worker.work()
    again = start()
    assert (again.state, cached(again)) == ("success", ["load", "train", "keep"])
    assert reasons(again) == {
        "load": "nothing changed since it ran",
        "train": "nothing changed since it ran",
        "keep": "is the same as model@1",
    }
    assert [(saved.name, saved.version, saved.made) for saved in again.artifacts] == [("model", 1, False)]


def test_the_same_again_runs_nothing_after_a_restart_before_the_worker_is_back(
    house: House, caller: Caller, project: ProjectId, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work()
    restarted = make_house(house.data.home, house.database)
    assert cached(runs.start(restarted, caller, RunRequest(project, "train"))) == ["load", "train", "keep"]


@pytest.mark.parametrize(
    "change",
    [
        {"operations/train.py": "# a comment\n" + TRAIN.replace("numbers)", "numbers )")},
        {
            "pipelines/train.yaml": PIPELINE.replace("train", "fit").replace(
                "Output, ", "Output, at: [1, 2], "
            )
        },
        {"pipelines/train.yaml": PIPELINE.replace("attributes: {epochs: 5}, ", "")},
        {"pipelines/train.yaml": PIPELINE.replace("numbers: load", "numbers: load.numbers")},
        {"notes.md": "nothing to do with it"},
    ],
    ids=["a comment", "other names and places", "a default left out", "an output named", "another file"],
)
def test_what_means_the_same_runs_nothing(
    folder: Path, start: Start, worker: HandWorker, change: dict[str, str]
) -> None:
    start()
    worker.work()
    write_project(folder, **change)
    again = start()
    assert (again.state, len(cached(again))) == ("success", 3)


@pytest.mark.parametrize(
    ("change", "ran", "reason"),
    [
        (
            {"pipelines/train.yaml": PIPELINE.replace("epochs: 5", "epochs: 6")},
            ["train"],
            "attribute epochs: 5 → 6",
        ),
        ({"utils/scale.py": SCALE.replace("2", "3")}, ["train"], "module utils.scale changed"),
        (
            {"operations/train.py": TRAIN.replace("sum", "max")},
            ["train"],
            "the code of the operation changed",
        ),
        (
            {"operations/load.py": LOAD.replace("range(count)", "range(count + 1)")},
            ["load", "train"],
            "input numbers changed",
        ),
    ],
)
def test_exactly_what_changed_runs_again_with_what_is_behind_it(
    house: House,
    caller: Caller,
    folder: Path,
    start: Start,
    worker: HandWorker,
    change: dict[str, str],
    ran: list[str],
    reason: str,
) -> None:
    start()
    worker.work()
    write_project(folder, **change)
    again = start()
    assert worker.work({"numbers": b"others"} if "load" in ran else {"model": b"other"}) == ran
    assert reasons(runs.show(house, caller, again.id))["train"] == reason


READING = """
from pathlib import Path

FACTOR = Path(__file__).with_name("factor.txt")
"""


def test_a_data_file_makes_an_operation_run_again_that_may_read_it(
    house: House, caller: Caller, folder: Path, start: Start, worker: HandWorker
) -> None:
    write_project(folder, **{"utils/scale.py": READING, "utils/factor.txt": "2"})
    start()
    worker.work()
    write_project(folder, **{"utils/scale.py": READING, "utils/factor.txt": "2", "README.md": "About it"})
    assert start().state == "success"
    write_project(folder, **{"utils/scale.py": READING, "utils/factor.txt": "3"})
    again = start()
    assert worker.work({"model": b"other"}) == ["train"]
    assert reasons(runs.show(house, caller, again.id))["train"] == "data file utils/factor.txt changed"


def test_what_gives_the_same_as_before_lets_all_behind_it_be_answered_from_the_cache(
    folder: Path, house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work({"numbers": b"123"})
    write_project(
        folder,
        **{"operations/load.py": "def load(*, count=3):\n    numbers = [0, 1, 2]\n    return numbers\n"},
    )
    again = start()
    assert worker.work({"numbers": b"123"}) == ["load"]
    assert cached(runs.show(house, caller, again.id)) == ["train", "keep"]


def test_attributes_can_be_changed_for_one_run(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work()
    again = start(attributes={"train": {"epochs": 9}})
    assert worker.take()["train"].lease.spec.attributes == {"epochs": 9}
    assert runs.show(house, caller, again.id).jobs[1].reason == "attribute epochs: 5 → 9"


def test_failures_are_never_cached(house: House, caller: Caller, start: Start, worker: HandWorker) -> None:
    run = start()
    worker.ship(worker.fail(worker.take()["load"]))
    assert states(runs.show(house, caller, run.id)) == {
        "load": "failed",
        "train": "skipped",
        "keep": "skipped",
    }
    again = start()
    assert again.jobs[0].state == "queued"
    assert worker.work() == ["load", "train"]


def test_the_cache_can_be_left_out_for_a_run_or_for_an_operation(
    folder: Path, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work()
    start(cache=False)
    assert worker.work() == ["load", "train"]
    assert start().state == "success"
    write_project(
        folder,
        **{"pipelines/train.yaml": PIPELINE.replace("operation: load}", "operation: load, cache: false}")},
    )
    start()
    assert worker.work() == ["load"]
    start()
    assert worker.work() == ["load"]


def test_another_version_of_what_an_operation_imports_makes_it_run_again(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work()
    distributions = worker.interpreter.distributions | {"numpy": Distribution("2.2.0")}
    worker.interpreter = replace(worker.interpreter, distributions=distributions)
    worker.register("second")
    again = start()
    assert worker.work({"model": b"other"}) == ["train"]
    assert reasons(runs.show(house, caller, again.id))["train"] == "environment: numpy 2.1.0 → numpy 2.2.0"


def test_what_a_job_gave_is_remembered_under_the_environment_it_really_ran_in(
    house: House, start: Start, worker: HandWorker
) -> None:
    other = HandWorker(house)
    distributions = worker.interpreter.distributions | {"numpy": Distribution("1.26.0")}
    other.interpreter = replace(worker.interpreter, distributions=distributions)
    other.register()  # it came last, so its environment is the one that is asked for
    start()
    assert worker.work() == ["load", "train"]
    assert start().state != "success"
    assert worker.work() == ["train"]
    worker.register()
    assert start().state == "success"


def test_what_an_operation_gives_that_is_not_to_be_cached_answers_for_nothing(
    folder: Path, start: Start, worker: HandWorker
) -> None:
    uncached = PIPELINE.replace("operation: load}", "operation: load, cache: false}")
    write_project(folder, **{"pipelines/uncached.yaml": uncached})
    start("uncached")
    worker.work()
    start()
    assert worker.work() == ["load"]


DECLARING = '# /// script\n# dependencies = ["numpy>=2"]\n# ///\n' + TRAIN


def test_a_declared_environment_counts_by_the_lock_that_the_worker_reports(
    house: House, caller: Caller, folder: Path, start: Start, worker: HandWorker
) -> None:
    write_project(folder, **{"operations/train.py": DECLARING})
    start()
    worker.ship(worker.result(worker.take()["load"], numbers=b"123"))
    attempt = worker.take()["train"]
    declared = attempt.lease.spec.environment
    assert declared is not None
    assert declared.requirements == ("numpy>=2",)
    worker.exchange(locks={declared.digest: "a" * 64})
    worker.ship(worker.result(attempt, model=b"m", score=b"s"))
    assert start().state == "success"
    worker.exchange(locks={declared.digest: "b" * 64})
    again = start()
    assert worker.work() == ["train"]
    reason = reasons(runs.show(house, caller, again.id))["train"]
    assert reason == "environment: locked as aaaaaaaa → locked as bbbbbbbb"


def test_the_requirements_of_the_project_count_where_an_operation_declares_nothing(
    folder: Path, start: Start, worker: HandWorker
) -> None:
    write_project(folder, **{"requirements.txt": "pandas\n", "operations/train.py": DECLARING})
    start()
    load = worker.take()["load"]
    assert load.lease.spec.environment is not None
    assert load.lease.spec.environment.requirements == ("pandas",)
    worker.ship(worker.result(load, numbers=b"1"))
    train = worker.take()["train"]
    assert train.lease.spec.environment is not None
    assert train.lease.spec.environment.requirements == ("numpy>=2",)


def test_before_any_worker_came_jobs_wait_and_what_they_give_is_remembered_all_the_same(
    house: House, caller: Caller, start: Start
) -> None:
    run = start()
    assert reasons(run)["load"] == ("it has not run before; no worker is connected")
    worker = HandWorker(house)
    worker.register()
    assert worker.work() == ["load", "train"]
    assert cached(start()) == ["load", "train", "keep"]


def test_equal_jobs_of_different_pipelines_answer_for_each_other(
    folder: Path, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work()
    other = PIPELINE.replace("load:", "give:").replace("numbers: load", "numbers: give")
    write_project(folder, **{"pipelines/other.yaml": other})
    assert start("other").state == "success"


# What is asked for has to make sense


def test_everything_that_is_wrong_is_told_at_once(folder: Path, start: Start) -> None:
    broken = PIPELINE.replace("epochs: 5", "epoch: x").replace("operation: load", "operation: laod")
    write_project(folder, **{"pipelines/train.yaml": broken})
    with pytest.raises(InvalidPipeline) as caught:
        start()
    assert [problem.rule for problem in caught.value.problems][:2] == ["known_operation", "known_attribute"]
    assert "There is no operation laod" in caught.value.message


def test_an_operation_may_take_a_folder(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Start, worker: HandWorker
) -> None:
    data = b'{"files":{}}'
    digest = house.blobs.put_bytes(data)
    with house.writing() as ledger:
        fact = OutputFact("images", digest, len(data), "directory", "manifest")
        versions.save(ledger.connection, project, caller.user, "images", fact, Lineage(), ledger.at)
    taking = PIPELINE.replace("{operation: load}", "{operation: Input, attributes: {artifact: images@1}}")
    write_project(folder, **{"pipelines/train.yaml": taking})
    start()
    attempt = worker.take()["train"]
    given = attempt.lease.spec.inputs["numbers"]
    assert given is not None
    assert (given.digest, given.codec) == (digest, "manifest")


def test_a_syntax_error_is_told_with_its_line(folder: Path, start: Start) -> None:
    write_project(folder, **{"operations/train.py": "class Train:\n    def execute(self, x:\n"})
    with pytest.raises(InvalidPipeline, match=r"operations/train.py:2"):
        start()


def test_unknown_names_are_told_with_the_nearest(
    house: House, caller: Caller, project: ProjectId, start: Start
) -> None:
    with pytest.raises(UnknownName, match="Did you mean train"):
        start("trian")
    with pytest.raises(NotFound, match="There is no project"):
        runs.start(house, caller, RunRequest(ProjectId("0" * 26), "train"))
    with pytest.raises(InvalidPipeline, match="no node trian"):
        start(attributes={"trian": {"epochs": 1}})
    with pytest.raises(NotFound, match="There is no run"):
        runs.show(house, caller, RunId("0" * 26))


def test_a_project_whose_folder_is_gone_is_told_so(house: House, folder: Path, start: Start) -> None:
    folder.rename(house.data.home / "elsewhere")
    with pytest.raises(InvalidProject, match="The folder of the project digits is gone"):
        start()


def test_a_run_goes_on_when_the_folder_is_edited_or_deleted_meanwhile(
    house: House, caller: Caller, folder: Path, start: Start, worker: HandWorker
) -> None:
    run = start()
    write_project(folder, **{"operations/train.py": "nonsense ("})
    folder.rename(house.data.home / "elsewhere")
    assert worker.work() == ["load", "train"]
    assert runs.show(house, caller, run.id).state == "success"


@pytest.mark.parametrize("value", [2**70, float("inf"), {1: 2}])
def test_a_value_that_cannot_be_kept_forbids_the_run(start: Start, value: object) -> None:
    with pytest.raises(InvalidPipeline) as caught:
        start(attributes={"train": {"epochs": value}})
    assert "attribute_value" in {problem.rule for problem in caught.value.problems}


# Asking twice


def test_the_same_idempotency_key_gives_the_same_run(house: House, caller: Caller, start: Start) -> None:
    one, other = start(key="k"), start(key="k")
    assert one.id == other.id
    assert start(key="l").id != one.id
    assert len(run_lines.listing(house, caller)) == 2


def test_an_idempotency_key_gives_its_run_also_when_it_could_not_be_started_now(
    folder: Path, start: Start
) -> None:
    run = start(key="k")
    write_project(folder, **{"pipelines/train.yaml": "nodes: ["})
    assert start(key="k").id == run.id


def test_an_idempotency_key_cannot_be_used_for_another_request(start: Start) -> None:
    start(key="k")
    with pytest.raises(Conflict, match="used for another request"):
        start(key="k", cache=False)
    with pytest.raises(BadInput, match="201 letters"):
        start(key="k" * 201)
    with pytest.raises(BadInput, match="cannot be shown"):
        start(key="\0")


# Built-in operations

GIVEN = """
nodes:
  data: {operation: Input, attributes: {artifact: numbers}}
  train: {operation: Train, inputs: {numbers: data}}
  keep: {operation: Output, attributes: {name: model}, inputs: {data: train.model}}
"""


def put(house: House, caller: Caller, project: ProjectId, name: str, content: bytes) -> None:
    fact = blobs.put(house, caller, iter([content]), None)
    artifacts.put(house, caller, project, name, fact.digest, fact.size, "bytes", "bytes")


def test_input_gives_the_newest_version_or_the_one_that_is_named(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Start, worker: HandWorker
) -> None:
    for content in (b"one", b"two!"):
        put(house, caller, project, "numbers", content)
    write_project(
        folder,
        **{"pipelines/train.yaml": GIVEN, "pipelines/old.yaml": GIVEN.replace("numbers}}", "numbers@1}}", 1)},
    )
    run = start()
    given = worker.take()["train"].lease.spec.inputs["numbers"]
    assert given is not None
    assert (given.size, run.jobs[0].reason, run.jobs[0].cached) == (4, "is numbers@2", True)
    old = start("old")
    assert (old.jobs[0].reason, old.jobs[0].outputs[0].size) == ("is numbers@1", 3)


def test_an_input_that_names_no_artifact_forbids_the_run(folder: Path, start: Start) -> None:
    write_project(folder, **{"pipelines/train.yaml": GIVEN})
    with pytest.raises(InvalidPipeline, match="numbers"):
        start()


def test_output_saves_a_version_with_its_lineage_and_the_same_data_makes_no_other(
    house: House, caller: Caller, project: ProjectId, start: Start, worker: HandWorker
) -> None:
    run = start()
    worker.work({"model": b"one"})
    version = artifacts.find(house, caller, project, "model")
    made_by = version.lineage
    job = runs.show(house, caller, run.id).jobs[1]
    assert (version.name, version.version, version.digest) == ("model", 1, job.outputs[0].digest)
    assert (made_by.run, made_by.job, made_by.job_name, made_by.operation) == (
        run.id,
        job.id,
        "train",
        "Train",
    )
    assert (made_by.output, made_by.snapshot, made_by.attributes) == ("model", run.snapshot, {"epochs": 5})
    assert list(made_by.inputs) == ["numbers"]
    assert made_by.source is not None
    assert made_by.environment is not None
    start(attributes={"train": {"epochs": 6}})
    worker.work({"model": b"one"})
    assert artifacts.find(house, caller, project, "model").version == 1
    start(attributes={"train": {"epochs": 7}})
    worker.work({"model": b"two"})
    assert artifacts.find(house, caller, project, "model").version == 2


# Explaining and comparing


def test_explaining_says_part_by_part_what_changed(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    first = start()
    worker.work()
    second = start(attributes={"train": {"epochs": 6}})
    worker.work({"model": b"other"})
    load, train, keep = comparing.explain(house, caller, second.id)
    assert (load.cached, load.reason, load.changes) == (True, "nothing changed since it ran", ())
    assert (train.cached, train.reason) == (False, "attribute epochs: 5 → 6")
    assert (train.changes, train.compared_with) == ((Change("attribute epochs", "5", "6"),), first.id)
    assert (keep.cached, keep.reason) == (False, "saved as model@2")
    assert [found.reason for found in comparing.explain(house, caller, first.id)][:2] == [
        "it has not run before"
    ] * 2


def test_comparing_shows_what_differs(
    house: House, caller: Caller, start: Start, worker: HandWorker, folder: Path
) -> None:
    write_project(folder, **{"pipelines/other.yaml": "nodes: {}\n"})
    one = start()
    worker.ship(worker.result(worker.take()["load"], numbers=b"123"))
    attempt = worker.take()["train"].metrics(0, loss=0.5)
    worker.ship(worker.result(attempt, model=b"m", score=b"s"))
    other = start(attributes={"train": {"epochs": 6}})
    compared = comparing.compare(house, caller, [one.id, other.id])
    assert [run.id for run in compared.runs] == [one.id, other.id]
    rows = {(row.kind, row.name): row for row in compared.rows}
    assert (rows["attribute", "train.epochs"].values, rows["attribute", "train.epochs"].differs) == (
        (5, 6),
        True,
    )
    assert rows["metric", "loss"].values == (0.5, None)
    assert rows["job", "load"].values == ("success", "success")
    assert not rows["file", "operations/load.py"].differs
    assert [name for kind, name in rows if kind == "file" and name.startswith("pipelines/")] == [
        "pipelines/train.yaml"
    ]
    with pytest.raises(BadInput, match="0 runs"):
        comparing.compare(house, caller, [])


# Stopping and removing


def test_stopping_withdraws_what_waits_and_has_workers_end_what_runs(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    run = start()
    attempt = worker.take()["load"]
    stopped = runs.stop(house, caller, run.id)
    assert (stopped.state, states(stopped)) == (
        "running",
        {"load": "running", "train": "canceled", "keep": "canceled"},
    )
    assert [held.job for held in worker.exchange().stop] == [attempt.lease.job]
    worker.ship(worker.exit(attempt, code=None, signal=15, reason="canceled"))
    stopped = runs.show(house, caller, run.id)
    assert (stopped.state, stopped.jobs[0].state) == ("canceled", "canceled")
    assert worker.exchange().stop == ()
    assert runs.stop(house, caller, run.id) == stopped


def test_a_run_that_waits_ends_at_once_when_it_is_stopped(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    assert runs.stop(house, caller, start().id).state == "canceled"
    assert worker.exchange().leases == ()
