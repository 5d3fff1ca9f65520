"""References of nodes: what a job is made of, what its run tells of them, and what comes of that later."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.errors import InvalidPipeline
from deepforge.core.frozen import FromRun
from deepforge.core.ids import ProjectId
from deepforge.core.outlook import CheckRequest, PreviewRequest
from deepforge.core.project import AttributeView
from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import (
    artifacts,
    comparing,
    drafts,
    frozen,
    previewing,
    projects,
    retracing,
    shelf,
)
from deepforge.services.house import House
from deepforge.store import project_files
from tests.services.conftest import PIPELINE, write_project
from tests.services.hand_worker import HandWorker

Start = Callable[..., RunView]

FIT = """
from collections.abc import Callable
from utils.options import Optimizer

class Train:
    def __init__(self, loss: Callable, augment: Callable | None, optimizer: Optimizer = Optimizer.ADAM):
        self.loss = loss

    def execute(self, numbers):
        model = self.loss(numbers)
        return model, 1
"""
LOSSES = """
import torch
from utils.maths import power

def focal(predicted):
    return power(predicted)

def dice(predicted):
    return predicted
"""
OPTIONS = "from enum import Enum\n\nclass Optimizer(Enum):\n    ADAM = 1\n    SGD = 2\n"
CHOSEN = PIPELINE.replace("attributes: {epochs: 5}", "references: {loss: utils.losses.focal}")


@pytest.fixture
def house(quick_house: House) -> House:
    return quick_house


@pytest.fixture
def folder(folder: Path) -> Path:
    return write_project(
        folder,
        **{
            "operations/train.py": FIT,
            "utils/losses.py": LOSSES,
            "utils/maths.py": "def power(x):\n    return x * x\n",
            "utils/options.py": OPTIONS,
            "utils/scale.py": "def up(x):\n    return x\n",
            "pipelines/train.yaml": CHOSEN,
        },
    )


def test_a_worker_is_told_what_a_reference_names(folder: Path, start: Start, worker: HandWorker) -> None:
    start(attributes={"train": {"optimizer": "SGD"}})
    load = worker.take()["load"]
    worker.ship(worker.result(load, numbers=b"numbers"))
    spec = worker.take()["train"].lease.spec
    assert spec.references == {"loss": "utils.losses.focal"}
    assert spec.attributes == {"augment": None, "optimizer": "SGD"}
    assert spec.enumerations == {"optimizer": "utils.options.Optimizer"}
    assert spec.imports == ("torch",), "the warm parent imports what the reference reaches"


def test_only_code_that_a_reference_reaches_makes_a_job_run_again(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Start, worker: HandWorker
) -> None:
    start()
    worker.work()

    def outlook(**attributes: object) -> tuple[str, list[str]]:
        request = PreviewRequest("train", attributes={"train": attributes} if attributes else {})
        found = previewing.preview(house, caller, project, request)
        node = next(each for each in found if each.node == "train")
        return node.state, [cause.words for cause in node.changes]

    assert outlook() == ("cached", [])
    assert outlook(optimizer="ADAM") == ("cached", []), "the default, written out"
    assert outlook(optimizer="SGD") == ("stale", ["optimizer 'ADAM' → 'SGD'"])
    assert outlook(loss="utils.losses.dice") == ("stale", ["loss: focal → dice"])
    write_project(
        folder,
        **{
            "operations/train.py": FIT,
            "pipelines/train.yaml": CHOSEN,
            "utils/maths.py": "def power(x):  # squared\n    return x * x\n",
            "utils/scale.py": "x = 1\n",
        },
    )
    assert outlook() == ("cached", [])
    write_project(
        folder,
        **{
            "operations/train.py": FIT,
            "pipelines/train.yaml": CHOSEN,
            "utils/maths.py": "def power(x):\n    return x * x * x\n",
        },
    )
    assert outlook() == ("stale", ["loss: focal's code changed"])
    run = start(attributes={"train": {"loss": "utils.losses.dice"}})
    worker.work()
    explained = {each.job: each.reason for each in comparing.explain(house, caller, run.id)}
    assert explained["train"] == "reference loss: focal → dice"


def test_a_run_keeps_its_references_and_so_does_what_is_made_of_it(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Start, worker: HandWorker
) -> None:
    first = start()
    worker.work({"model": b"one"})
    run = start(attributes={"train": {"loss": "utils.losses.dice"}})
    worker.work({"model": b"two"})
    document = frozen.document(house, caller, run.id)
    train = next(node for node in document.nodes if node.name == "train")
    assert (train.attributes, train.references) == ({}, {"loss": "utils.losses.dice"})
    assert document.defaults["train"] == {"optimizer": "ADAM", "augment": None}

    taken = frozen.take_up(house, caller, project, FromRun(run.id, "taken"))
    nodes = project_files.parse_yaml((folder / taken.file).read_bytes(), taken.file)["nodes"]
    assert nodes["train"]["references"] == {"loss": "utils.losses.dice"}
    assert "attributes" not in nodes["train"]

    version = artifacts.find(house, caller, project, "model")
    assert version.lineage.attributes["loss"] == "utils.losses.dice"
    rows = {row.name: row.values for row in comparing.compare(house, caller, [first.id, run.id]).rows}
    assert rows["train.loss"] == ("utils.losses.focal", "utils.losses.dice")

    retraced = retracing.make(house, caller, version.artifact, "again").nodes["train"]
    assert retraced["references"] == {"loss": "utils.losses.dice"}
    assert "attributes" not in retraced
    shelf.remove(house, caller, run.id)
    shelf.forget_removed(house)
    for name in ("once", "twice"):
        retraced = retracing.make(house, caller, version.artifact, name).nodes["train"]
        assert retraced["references"] == {"loss": "utils.losses.dice"}


def test_a_project_lists_its_resources_and_says_which_attributes_take_them(
    house: House, caller: Caller, project: ProjectId, folder: Path
) -> None:
    (folder / "utils" / "broken.py").write_text("def f(:\n")
    found = projects.resources(house, caller, project)
    assert [(each.name, each.line) for each in found.resources] == [
        *(("utils.losses.focal", 5), ("utils.losses.dice", 8)),
        *(("utils.maths.power", 1), ("utils.options.Optimizer", 3), ("utils.scale.up", 1)),
    ]
    assert [str(problem.place.file) for problem in found.problems] == ["utils/broken.py"]
    (train,) = [each for each in projects.show(house, caller, project).operations if each.name == "Train"]
    assert train.attributes == (
        AttributeView("loss", "Callable", True, reference="callable"),
        AttributeView("augment", "Callable | None", reference="callable", optional=True),
        AttributeView("optimizer", "Optimizer", False, "ADAM", "Optimizer.ADAM", members=("ADAM", "SGD")),
    )


def test_what_is_wrong_with_references_forbids_a_run_and_is_told_at_once(
    house: House, caller: Caller, project: ProjectId, folder: Path, start: Start
) -> None:
    changed = {"loss": "utils.losses.dcie", "augment": 3, "optimizer": "ADM"}
    with pytest.raises(InvalidPipeline) as refused:
        start(attributes={"train": changed})
    assert sorted(problem.rule for problem in refused.value.problems) == [
        *("known_member", "known_reference", "literal_reference"),
    ]
    assert drafts.check(house, caller, project, CheckRequest("train")).problems == ()
