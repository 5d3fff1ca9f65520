"""Previewing: what a run now would do, told before it is started, and true when it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from deepforge.core.errors import UnknownName
from deepforge.core.ids import ProjectId
from deepforge.core.outlook import ClearRequest, NodePreview, PreviewRequest
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import clearing, previewing, runs
from deepforge.services.house import House
from tests.services.conftest import LOAD, PIPELINE, SCALE, TRAIN, write_project
from tests.services.hand_worker import HandWorker

Start = Callable[..., RunView]
Preview = Callable[..., dict[str, NodePreview]]


@pytest.fixture
def preview(house: House, caller: Caller, project: ProjectId) -> Preview:
    def find(
        nodes: Mapping[str, Any] | None = None, attributes: Mapping[str, Any] | None = None
    ) -> dict[str, NodePreview]:
        request = PreviewRequest("train", nodes and dict(nodes), dict(attributes or {}))
        return {found.node: found for found in previewing.preview(house, caller, project, request)}

    return find


def told(found: Mapping[str, NodePreview]) -> dict[str, tuple[str, str]]:
    return {name: (view.state, view.reason) for name, view in found.items()}


CACHED = {
    "load": ("cached", "nothing changed since it ran"),
    "train": ("cached", "nothing changed since it ran"),
    "keep": ("cached", "is the same as model@1"),
}


def test_before_the_first_run_what_is_first_is_new_and_the_rest_depends_on_it(
    preview: Preview, worker: HandWorker
) -> None:
    assert told(preview()) == {
        "load": ("new", "never ran"),
        "train": ("unknown", "depends on what load gives"),
        "keep": ("unknown", "depends on what train gives"),
    }


def test_after_a_run_all_is_cached_and_the_last_jobs_are_told(
    start: Start, worker: HandWorker, preview: Preview
) -> None:
    run = start()
    worker.work({"model": b"weights"})
    found = preview()
    assert told(found) == CACHED
    train = found["train"]
    assert train.run == run.id
    assert train.last is not None
    assert (train.last.run, train.last.state, train.last.cached) == (run.id, "success", False)
    assert next((fact.name, fact.size) for fact in train.last.outputs) == ("model", 7)
    assert train.last.seconds is not None
    assert all(job.cached for job in start().jobs)


@pytest.mark.parametrize(
    ("change", "node", "reason"),
    [
        ({"pipelines/train.yaml": PIPELINE.replace("epochs: 5", "epochs: 6")}, "train", "epochs 5 → 6"),
        ({"utils/scale.py": SCALE.replace("2", "3")}, "train", "code: utils/scale.py line 1"),
        (
            {"operations/train.py": "\n" + TRAIN.replace("sum", "max")},
            "train",
            "code: operations/train.py line 13",
        ),
        (
            {"operations/load.py": LOAD.replace("range(count)", "range(count + 1)")},
            "load",
            "code: operations/load.py line 5",
        ),
    ],
    ids=["attribute", "module", "code", "first"],
)
def test_what_changed_is_told_exactly(
    start: Start,
    worker: HandWorker,
    folder: Path,
    preview: Preview,
    change: dict[str, str],
    node: str,
    reason: str,
) -> None:
    start()
    worker.work()
    write_project(folder, **change)
    found = told(preview())
    assert found[node] == ("stale", reason)
    start()
    assert worker.work({"model": b"other"})[0] == node


def test_other_data_at_an_input_is_told(
    start: Start, worker: HandWorker, folder: Path, preview: Preview
) -> None:
    start()
    worker.work()
    write_project(folder, **{"operations/load.py": LOAD.replace("range(count)", "range(count + 1)")})
    start(to=("load",))
    worker.work({"numbers": b"others"})
    assert told(preview())["train"] == ("stale", "input numbers: other data")


def test_behind_what_runs_nothing_is_known(
    start: Start, worker: HandWorker, folder: Path, preview: Preview
) -> None:
    start()
    worker.work()
    nodes = {
        "load": {"operation": "load", "attributes": {"count": 4}},
        "train": {"operation": "Train", "attributes": {"epochs": 5}, "inputs": {"numbers": "load"}},
    }
    assert told(preview(nodes)) == {
        "load": ("stale", "count 3 → 4"),
        "train": ("unknown", "depends on what load gives"),
    }


def test_attributes_of_a_request_count(start: Start, worker: HandWorker, preview: Preview) -> None:
    start()
    worker.work()
    assert told(preview(attributes={"train": {"epochs": 6}}))["train"] == ("stale", "epochs 5 → 6")


def test_a_failure_is_told_as_the_reason(start: Start, worker: HandWorker, preview: Preview) -> None:
    start()
    worker.ship(worker.fail(worker.take()["load"], message="no numbers"))
    found = preview()
    assert told(found)["load"] == ("stale", "it failed last time")
    assert found["load"].last is not None
    assert found["load"].last.error == "ValueError: no numbers"


def test_bypassed_and_muted_nodes_say_so(start: Start, worker: HandWorker, preview: Preview) -> None:
    start()
    worker.work()
    nodes = {
        "load": {"operation": "load"},
        "train": {"operation": "Train", "inputs": {"numbers": "load"}, "bypass": True},
        "off": {"operation": "Train", "inputs": {"numbers": "load"}, "mute": True},
        "behind": {"operation": "Output", "attributes": {"name": "m"}, "inputs": {"data": "off.model"}},
        "keep": {"operation": "Output", "attributes": {"name": "numbers"}, "inputs": {"data": "train.model"}},
    }
    assert told(preview(nodes)) == {
        "load": ("cached", "nothing changed since it ran"),
        "train": ("bypassed", "model gives numbers, score gives numbers"),
        "off": ("muted", "is muted"),
        "behind": ("muted", "depends on off, which is muted"),
        "keep": ("new", "saves numbers@1"),
    }


def test_a_node_with_a_problem_is_unknown_and_so_is_what_depends_on_it(
    start: Start, worker: HandWorker, preview: Preview
) -> None:
    start()
    worker.work()
    nodes = {
        "load": {"operation": "load"},
        "train": {"operation": "Trian", "inputs": {"numbers": "load"}},
        "keep": {"operation": "Output", "attributes": {"name": "model"}, "inputs": {"data": "train.model"}},
        "one": {"operation": "Train", "inputs": {"numbers": "two.model"}},
        "two": {"operation": "Train", "inputs": {"numbers": "one.model"}},
    }
    found = told(preview(nodes))
    assert found["load"] == CACHED["load"]
    assert found["train"] == ("unknown", "There is no operation Trian.")
    assert found["keep"] == ("unknown", "depends on what train gives")
    assert found["one"] == ("unknown", "The pipeline goes in a circle: one → two → one.")


def test_an_input_names_its_version_and_an_output_the_next_one(
    start: Start, worker: HandWorker, preview: Preview
) -> None:
    start()
    worker.work({"model": b"weights"})
    nodes = {
        "old": {"operation": "Input", "attributes": {"artifact": "model"}},
        "same": {"operation": "Output", "attributes": {"name": "model"}, "inputs": {"data": "old"}},
        "load": {"operation": "load"},
        "other": {"operation": "Output", "attributes": {"name": "model"}, "inputs": {"data": "load"}},
    }
    del nodes["same"]
    assert told(preview(nodes)) == {
        "old": ("cached", "is model@1"),
        "load": ("cached", "nothing changed since it ran"),
        "other": ("stale", "saves model@2"),
    }


def test_a_renamed_and_moved_node_stays_cached(start: Start, worker: HandWorker, preview: Preview) -> None:
    start()
    worker.work()
    nodes = {
        "numbers": {"operation": "load", "at": [3, 4]},
        "fit": {"operation": "Train", "attributes": {"epochs": 5}, "inputs": {"numbers": "numbers"}},
    }
    assert {view.state for view in preview(nodes).values()} == {"cached"}


def test_a_node_that_is_not_to_be_cached_says_so(start: Start, worker: HandWorker, preview: Preview) -> None:
    start()
    worker.work()
    found = told(preview({"load": {"operation": "load", "cache": False}}))
    assert found["load"] == ("stale", "its outputs are not to be taken from the cache")


def test_what_runs_now_does_not_say_that_its_result_is_gone(
    start: Start, worker: HandWorker, preview: Preview
) -> None:
    start()
    worker.take()
    assert told(preview())["load"] == ("stale", "a run of it has not ended yet")


def clear(
    house: House, caller: Caller, project: ProjectId, *nodes: str, downstream: bool = False
) -> tuple[Any, ...]:
    cleared = clearing.clear(house, caller, project, ClearRequest("train", nodes, downstream))
    return cleared.nodes, cleared.results


def test_a_cleared_node_runs_again_and_what_depends_on_it_stays_cached(
    house: House, caller: Caller, project: ProjectId, start: Start, worker: HandWorker, preview: Preview
) -> None:
    start()
    worker.work()
    assert clear(house, caller, project, "load") == (("load",), 1)
    assert told(preview())["load"] == ("stale", "its last result is no longer kept")
    again = start()
    assert worker.work() == ["load"]
    assert [job.name for job in runs.show(house, caller, again.id).jobs if job.cached] == ["train", "keep"]


def test_downstream_is_cleared_when_asked_for(
    house: House, caller: Caller, project: ProjectId, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work()
    assert clear(house, caller, project, "load", downstream=True) == (("load", "train", "keep"), 2)
    start()
    assert worker.work() == ["load", "train"]


def test_a_result_that_a_node_of_another_name_made_is_cleared_as_well(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work()
    write_project(folder, **{"pipelines/train.yaml": PIPELINE.replace("train", "fit")})
    assert clear(house, caller, project, "fit") == (("fit",), 1)


def test_only_nodes_that_are_there_can_be_cleared(house: House, caller: Caller, project: ProjectId) -> None:
    with pytest.raises(UnknownName, match="has no node trian"):
        clear(house, caller, project, "trian")
