"""Pipelines over HTTP: checked and previewed as they are being drawn, and their results forgotten."""

from __future__ import annotations

import json
from typing import Any

from deepforge.client import Client
from deepforge.core.ids import ProjectId
from deepforge.core.run import RunRequest
from tests.api.conftest import Played
from tests.support.raw_http import ask
from tests.support.running_server import RunningServer

NODES = {
    "make": {"operation": "make", "attributes": {"count": 4}},
    "add": {"operation": "add", "inputs": {"numbers": "make.numbers"}},
    "save": {"operation": "Output", "attributes": {"name": "total"}, "inputs": {"data": "add.total"}},
}


def post(server: RunningServer, path: str, body: object, status: int = 200) -> Any:
    answer = ask(server, "POST", path, token=server.token, body=json.dumps(body).encode())
    assert answer.status == status, answer.body
    return json.loads(answer.body)


def test_a_draft_is_checked(server: RunningServer, project: ProjectId) -> None:
    path = f"/api/v1/projects/{project}/pipelines/check"
    assert post(server, path, {"name": "train", "nodes": NODES}) == {"problems": []}
    wrong = {**NODES, "add": {"operation": "ad", "inputs": {"numbers": "make.numbers"}}}
    (problem,) = post(server, path, {"name": "train", "nodes": wrong})["problems"]
    assert problem == {
        "rule": "known_operation",
        "message": "There is no operation ad.",
        "hint": "Did you mean add?",
        "severity": "error",
        "place": {"file": "pipelines/train.yaml", "line": None, "node": "add", "part": None},
    }


def test_a_pipeline_that_there_is_none_of_is_told(server: RunningServer, project: ProjectId) -> None:
    path = f"/api/v1/projects/{project}/pipelines/check"
    assert post(server, path, {"name": "trian"}, 422)["error"]["hint"] == "Did you mean train?"


def test_the_newest_run_of_each_pipeline_is_told(
    server: RunningServer, client: Client, project: ProjectId, played: Played
) -> None:
    path = f"/api/v1/projects/{project}/pipelines/runs"
    first, last = (client.runs.start(RunRequest(project, "train")) for _ in range(2))
    played.finish()

    def newest() -> list[tuple[str, str, str]]:
        answer = ask(server, "GET", path, token=server.token)
        assert answer.status == 200, answer.body
        return [(run["id"], run["pipeline"], run["state"]) for run in json.loads(answer.body)]

    assert newest() == [(last.id, "train", "success")]
    client.runs.remove(last.id)
    assert newest() == [(first.id, "train", "success")]


def test_a_preview_tells_what_a_run_would_do_and_clearing_changes_it(
    server: RunningServer, client: Client, project: ProjectId, played: Played
) -> None:
    base = f"/api/v1/projects/{project}"

    def states() -> dict[str, str]:
        found = post(server, f"{base}/pipelines/preview", {"name": "train", "nodes": NODES})
        return {view["node"]: view["state"] for view in found}

    client.runs.start(RunRequest(project, "train"))
    played.finish()
    assert states() == {"make": "cached", "add": "cached", "save": "cached"}
    cleared = post(server, f"{base}/cache/clear", {"pipeline": "train", "nodes": ["add"], "downstream": True})
    assert cleared == {"nodes": ["add", "save"], "results": 1}
    assert states() == {"make": "cached", "add": "stale", "save": "unknown"}


def test_a_run_goes_to_a_node(client: Client, project: ProjectId) -> None:
    run = client.runs.start(RunRequest(project, "train", to=("add",), refresh=("make",)))
    assert [job.name for job in run.jobs] == ["make", "add"]
