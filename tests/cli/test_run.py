"""What `deepforge run` asks for."""

from __future__ import annotations

from deepforge.cli.run import plan
from deepforge.cli.running import request_for
from deepforge.core.ids import ProjectId
from deepforge.core.run import RunRequest


def test_the_nodes_to_run_to_and_from_are_asked_for() -> None:
    asked = plan("pipelines/train.yaml", ("train.epochs=6",), to=("keep", "train"), refresh=("train",))
    request = request_for(ProjectId("P"), asked)
    assert request == RunRequest(
        ProjectId("P"),
        "train",
        {"train": {"epochs": 6}},
        key=request.key,
        to=("keep", "train"),
        refresh=("train",),
    )
