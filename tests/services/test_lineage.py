"""Lineage: what led to a version and what came of it, and a pipeline made of that."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.artifact import ArtifactVersion
from deepforge.core.errors import BadInput, Conflict
from deepforge.core.ids import JobId, ProjectId, RunId
from deepforge.core.lineage import LineageView
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import artifacts, blobs, lineage, retracing
from deepforge.services.house import House
from deepforge.store import lineage as lineage_rows
from deepforge.store import project_files, runs
from deepforge.store.lineage import RanJob, RanRun
from tests.services.hand_worker import HandWorker

Start = Callable[..., RunView]

JUDGE = """
nodes:
  data: {operation: Input, attributes: {artifact: model@1}}
  check: {operation: Judge, attributes: {strict: true}, inputs: {model: data}}
  keep: {operation: Output, attributes: {name: verdict}, inputs: {data: check}}
"""
SEEDED = """
nodes:
  seed: {operation: Input, attributes: {artifact: numbers}}
  train: {operation: Train, inputs: {numbers: seed}}
  keep: {operation: Output, attributes: {name: trained}, inputs: {data: train.model}}
"""
JUDGE_SOURCE = "def judge(model, *, strict: bool = False):\n    verdict = strict\n    return verdict\n"


@pytest.fixture
def made(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Start, worker: HandWorker
) -> ArtifactVersion:
    """A verdict on a model: two runs, one taking what the other saved."""
    (folder / "operations" / "judge.py").write_text(JUDGE_SOURCE)
    (folder / "pipelines" / "judge.yaml").write_text(JUDGE.replace("Judge", "judge"))
    start()
    worker.work({"model": b"the model", "numbers": b"the numbers"})
    start("judge")
    worker.work({"verdict": b"fine"})
    return artifacts.find(house, caller, project, "verdict")


def names(found: LineageView) -> dict[str, str]:
    return {node.id: f"{node.kind} {node.name}" for node in found.nodes}


def edges(found: LineageView) -> set[tuple[str, str, str]]:
    named = names(found)
    return {(named[edge.source], named[edge.target], edge.label) for edge in found.edges}


UPWARDS = {
    ("job check", "artifact verdict", "verdict"),
    ("artifact model", "job check", "model"),
    ("job train", "artifact model", "model"),
    ("job load", "job train", "numbers"),
    ("file operations/judge.py", "job check", ""),
    ("file operations/train.py", "job train", ""),
    ("file operations/load.py", "job load", ""),
}


def test_what_led_to_a_version_is_found_across_runs(
    house: House, caller: Caller, made: ArtifactVersion
) -> None:
    found = lineage.show(house, caller, made.artifact)
    assert found.root == f"v:{made.artifact}:1"
    assert edges(found) == UPWARDS
    assert (found.next, found.cut) == (None, False)
    shallow = lineage.show(house, caller, made.artifact, depth=1)
    assert ("job load", "job train", "numbers") not in edges(shallow)
    assert shallow.cut


def test_what_came_of_a_version_is_found_too(
    house: House, caller: Caller, project: ProjectId, made: ArtifactVersion
) -> None:
    model = artifacts.find(house, caller, project, "model")
    assert edges(lineage.show(house, caller, model.artifact)) == UPWARDS
    nodes = {node.name: node for node in lineage.show(house, caller, model.artifact).nodes}
    assert (nodes["check"].pipeline, nodes["check"].state) == ("judge", "success")
    assert (nodes["verdict"].version, nodes["verdict"].origin) == (1, "run")


def test_runs_that_took_a_version_come_page_by_page(
    house: House,
    caller: Caller,
    project: ProjectId,
    made: ArtifactVersion,
    start: Start,
    worker: HandWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lineage, "RUNS_AT_ONCE", 1)
    started = [start("judge", cache=False).id for _ in range(2)]
    worker.work({"verdict": b"fine"})
    model = artifacts.find(house, caller, project, "model")
    first = lineage.show(house, caller, model.artifact)
    assert first.next == started[1]
    second = lineage.show(house, caller, model.artifact, after=first.next)  # type: ignore[arg-type]
    assert second.next == started[0]
    found = {node.run for node in second.nodes if node.name == "check"}
    assert found == {started[0]}


def test_a_version_remembers_what_made_it_when_the_run_is_gone(
    house: House, caller: Caller, made: ArtifactVersion
) -> None:
    assert made.lineage.run is not None
    with house.writing() as ledger:
        runs.remove(ledger.connection, made.lineage.run)
        ledger.memory.forget()
    found = lineage.show(house, caller, made.artifact)
    job = next(node for node in found.nodes if node.name == "check")
    assert (job.removed, job.operation) == (True, "judge")
    assert ("artifact model", "job check", "model") in edges(found)
    assert ("job load", "job train", "numbers") in edges(found)


# Pipelines of it


def test_a_pipeline_is_made_of_exactly_what_led_to_a_version(
    house: House, caller: Caller, folder: Path, made: ArtifactVersion
) -> None:
    written = retracing.make(house, caller, made.artifact, "again")
    assert written.path == "pipelines/again.yaml"
    plain = {name: {k: v for k, v in node.items() if k != "at"} for name, node in written.nodes.items()}
    assert plain == {
        "load": {"operation": "load"},
        "train": {"operation": "Train", "attributes": {"epochs": 5}, "inputs": {"numbers": "load.numbers"}},
        "check": {"operation": "judge", "attributes": {"strict": True}, "inputs": {"model": "train.model"}},
        "verdict": {
            "operation": "Output",
            "attributes": {"name": "verdict"},
            "inputs": {"data": "check.verdict"},
        },
    }
    assert written.differences == ()
    text = (folder / "pipelines" / "again.yaml").read_bytes()
    assert project_files.parse_yaml(text, "again.yaml") == {"nodes": written.nodes}
    with pytest.raises(Conflict, match="already"):
        retracing.make(house, caller, made.artifact, "again")
    with pytest.raises(BadInput):
        retracing.make(house, caller, made.artifact, "../again")


@pytest.mark.parametrize("name", [".hidden", "sub/.x", "x" * 260])
def test_a_pipeline_of_it_has_a_name_that_is_listed(
    house: House, caller: Caller, made: ArtifactVersion, name: str
) -> None:
    with pytest.raises(BadInput):
        retracing.make(house, caller, made.artifact, name)


def test_a_way_back_that_is_too_long_is_told(
    house: House, caller: Caller, made: ArtifactVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert made.lineage.job is not None
    jobs = [made.lineage.job, *(JobId(f"{number:026}") for number in range(1500))]
    chain = {
        job: RanJob(
            job,
            RunId("R"),
            "step",
            "step",
            "success",
            None,
            {"inputs": {"x": {"job": jobs[at + 1], "output": "y"}} if at < 1500 else {}},
            (),
        )
        for at, job in enumerate(jobs)
    }
    whole = RanRun(RunId("R"), "long", {}, chain)
    monkeypatch.setattr(lineage_rows, "run_with_jobs", lambda connection, run: whole)
    with pytest.raises(Conflict, match="More than 400 operations"):
        retracing.make(house, caller, made.artifact, "again")


def test_running_it_again_is_answered_from_the_cache(
    house: House, caller: Caller, start: Start, made: ArtifactVersion, worker: HandWorker
) -> None:
    retracing.make(house, caller, made.artifact, "again")
    start("again")
    assert worker.work() == []


def test_what_was_uploaded_comes_in_by_an_input_of_that_version(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Start, worker: HandWorker
) -> None:
    fact = blobs.put(house, caller, iter([b"[1]"]), None)
    artifacts.put(house, caller, project, "numbers", fact.digest, fact.size, "list", "json")
    (folder / "pipelines" / "seeded.yaml").write_text(textwrap.dedent(SEEDED))
    start("seeded")
    worker.work({"model": b"m"})
    version = artifacts.find(house, caller, project, "trained")
    written = retracing.make(house, caller, version.artifact, "again")
    assert written.nodes["numbers"]["attributes"] == {"artifact": "numbers@1"}
    assert written.nodes["train"]["inputs"] == {"numbers": "numbers.data"}
    uploaded = artifacts.find(house, caller, project, "numbers")
    with pytest.raises(Conflict, match="was uploaded"):
        retracing.make(house, caller, uploaded.artifact, "none")


def test_what_is_not_as_it_was_is_told(
    house: House, caller: Caller, folder: Path, made: ArtifactVersion
) -> None:
    (folder / "operations" / "load.py").unlink()
    (folder / "operations" / "judge.py").write_text(
        "def judge(model):\n    verdict = 1\n    return verdict\n"
    )
    written = retracing.make(house, caller, made.artifact, "again")
    assert [(each.node, each.kind) for each in written.differences] == [
        ("load", "missing"),
        ("check", "changed"),
        ("check", "attribute"),
    ]


def test_what_nobody_knows_any_more_is_said_rather_than_guessed(
    house: House, caller: Caller, project: ProjectId, made: ArtifactVersion
) -> None:
    model = artifacts.find(house, caller, project, "model")
    assert made.lineage.run is not None
    artifacts.remove(house, caller, model.artifact)
    with pytest.raises(Conflict, match="no longer known"):
        retracing.make(house, caller, made.artifact, "again")


def test_as_long_a_chain_as_may_be_is_laid_out() -> None:
    chain = {
        f"n{number}": {"operation": "step", "inputs": {"data": f"n{number - 1}.out"} if number else {}}
        for number in range(retracing.MOST_NODES)
    }
    last = list(retracing._laid_out(chain).values())[-1]
    assert last["at"] == [80 + retracing.COLUMN * (retracing.MOST_NODES - 1), 80]
