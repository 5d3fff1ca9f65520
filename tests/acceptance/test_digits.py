"""The main job: a real network is trained on real data, and nothing unchanged runs twice."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from deepforge.runtime.figure import PLOTLY, PNG
from tests.acceptance.conftest import Machine
from tests.house.places import ROOT

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900)]


def ran(run: dict[str, Any]) -> list[str]:
    """The jobs that a worker ran, those from the cache and built in aside."""
    return [job["name"] for job in run["jobs"] if job["fence"]]


@pytest.fixture
def digits(tmp_path: Path) -> str:
    """A copy of the example that may be edited."""
    shutil.copytree(
        ROOT / "examples" / "digits", tmp_path / "digits", ignore=shutil.ignore_patterns("__pycache__")
    )
    return str(tmp_path / "digits")


def test_digits_are_learned_remembered_and_explained(machine: Machine, digits: str) -> None:
    first = machine.json("run", "train", "--project", digits)

    # 1. It worked, and well.
    assert first["state"] == "success"
    assert [job["state"] for job in first["jobs"]] == ["success"] * 4
    assert first["metrics"]["test_accuracy"] >= 0.97
    assert ran(first) == ["digits", "train", "evaluate"]

    # 2. The network is an artifact that knows where it comes from.
    (artifact,) = first["artifacts"]
    assert (artifact["name"], artifact["version"]) == ("digits-convnet", 1)
    assert artifact["type"].startswith("torch.nn.")
    version = machine.json("artifacts", "show", "digits-convnet", "--project", digits)
    lineage = version["lineage"]
    assert (version["digest"], lineage["run"]) == (artifact["digest"], first["id"])
    assert (lineage["job_name"], lineage["operation"], lineage["output"]) == ("train", "Train", "model")
    assert lineage["attributes"] == {"epochs": 12, "batch_size": 64, "learning_rate": 0.002, "seed": 0}
    assert lineage["snapshot"] == first["snapshot"]
    assert lineage["source"]
    assert lineage["environment"]
    outputs = {output["name"]: output["digest"] for job in first["jobs"] for output in job["outputs"]}
    assert lineage["inputs"] == {"images": outputs["train_images"], "labels": outputs["train_labels"]}

    # 3. One point of the loss a step, and the pictures.
    with machine.client() as client:
        steps = 12 * -(-1437 // 64)
        (series,) = client.runs.points(first["id"], "loss", width=10_000).lines
        assert (series.points, series.exact, list(series.x)) == (steps, True, list(range(steps)))
        figures = {figure.title: set(figure.parts) for figure in client.runs.figures(first["id"])}
    assert figures == {
        "Confusion matrix": {PNG, PLOTLY},
        "The least certain answers": {PNG},  # of so many axes only the picture is shown
    }
    assert "test images read correctly" in machine.call("runs", "logs", first["id"], "evaluate")

    # 4. Once more: nothing runs. A comment: nothing runs.
    again = machine.json("run", "train", "--project", digits)
    assert (again["state"], ran(again)) == ("success", [])
    assert again["metrics"] == first["metrics"]
    assert again["artifacts"] == [{**artifact, "made": False}]
    source = Path(digits) / "operations" / "train.py"
    source.write_text(source.read_text() + "\n# A remark that changes nothing.\n")
    assert ran(machine.json("run", "train", "--project", digits)) == []

    # 5. Another number of epochs: training and what is downstream, and it says why.
    other = machine.json("run", "train", "--project", digits, "--set", "train.epochs=1", "--explain")
    assert ran(other) == ["train", "evaluate"]
    why = {item["job"]: (item["cached"], item["changes"]) for item in other["explanations"]}
    assert why["digits"] == (True, [])
    assert why["train"] == (False, [{"part": "attribute epochs", "was": "12", "now": "1"}])
    assert (why["evaluate"][0], [change["part"] for change in why["evaluate"][1]]) == (False, ["input model"])

    # 6. Side by side.
    compared = machine.json("runs", "compare", first["id"], other["id"])
    rows = {(row["kind"], row["name"]): row["values"] for row in compared["rows"] if row["differs"]}
    assert rows["attribute", "train.epochs"] == [12, 1]
