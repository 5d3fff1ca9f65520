"""Runs that are kept, over HTTP and from the command line: found, tagged, removed, restored, run again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from deepforge.cli.main import main
from deepforge.client import Client
from deepforge.core.errors import Conflict, NotFound
from deepforge.core.frozen import Again
from deepforge.core.ids import ProjectId
from deepforge.core.run import Origin, RunRequest, RunView
from deepforge.store.data_directory import ServerFile
from tests.api.conftest import Played
from tests.support.raw_http import ask
from tests.support.running_server import RunningServer

Start = Callable[..., RunView]


@pytest.fixture
def start(client: Client, project: ProjectId) -> Start:
    def begin(count: int = 4, **more: object) -> RunView:
        return client.runs.start(RunRequest(project, "train", {"make": {"count": count}}, **more))  # type: ignore[arg-type]

    return begin


@pytest.fixture
def deepforge(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., object]:
    """The command line beside the server; gives the JSON it prints."""
    monkeypatch.setenv("DEEPFORGE_HOME", str(server.house.data.home))
    server.house.data.write_server(ServerFile(server.url, 1, server.desk.started, server.token))

    def call(*words: str) -> object:
        capsys.readouterr()
        assert main((*words, "--json")) == 0
        return json.loads(capsys.readouterr().out)

    return call


def test_runs_are_found_and_counted_by_what_is_known_of_them(
    client: Client, server: RunningServer, start: Start
) -> None:
    kept, stopped = start(count=11), start(count=12)
    client.runs.stop(stopped.id)
    client.runs.tag(kept.id, ["found by tag"])
    for wanted in ("tag=found%20by%20tag", f"q=train%20{kept.id[-8:]}", "state=running,pending&limit=1"):
        answer = ask(server, "GET", f"/api/v1/runs?fields=id&{wanted}", token=server.token)
        assert json.loads(answer.body) == [{"id": kept.id}]
    counted = ask(server, "GET", "/api/v1/runs/count?state=pending&author=owner", token=server.token)
    assert json.loads(counted.body) == {"count": 1}
    assert client.runs.listing(state=["pending", "canceled"], sort="-duration")[-1].id == kept.id
    assert client.runs.count(q="nothing at all") == 0
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    assert kept.id in {run.id for run in client.runs.listing(since=hour_ago, sort="author")}
    assert client.runs.listing(until=hour_ago) == ()
    refused = ask(server, "GET", "/api/v1/runs?since=yesterday", token=server.token)
    assert (refused.status, b"since" in refused.body) == (422, True)
    refused = ask(server, "GET", "/api/v1/runs/count?state=runing", token=server.token)
    assert (refused.status, b"Did you mean running" in refused.body) == (422, True)


def test_a_run_is_removed_restored_and_run_again(client: Client, start: Start, played: Played) -> None:
    first = start(count=21)
    played.finish()
    client.runs.remove(first.id)
    with pytest.raises(NotFound):
        client.runs.again(first.id)
    assert [run.id for run in client.runs.listing(removed=True)] == [first.id]
    assert client.runs.restore(first.id).state == "success"
    again = client.runs.again(first.id)
    assert (again.state, again.origin) == ("success", Origin(first.id))
    assert [run.id for run in client.runs.listing(origin=first.id)] == [again.id]
    assert client.runs.listing(origin=again.id, sort="metric:loss") == ()
    anew = client.runs.restart(first.id, first.jobs[1].id)
    assert anew.origin == Origin(first.id, "restart", ("add",))
    assert client.runs.again(first.id, Again(refresh=("make",))).origin == Origin(first.id, "from", ("make",))
    with pytest.raises(Conflict):
        client.runs.remove(first.id)


def test_what_a_run_was_made_of_is_shown_and_taken_up(
    client: Client, server: RunningServer, project: ProjectId, start: Start
) -> None:
    one, other = start(count=31).id, start(count=32).id
    assert [node.name for node in client.runs.document(one).nodes] == ["make", "add", "save"]
    paths = [file.path for file in client.runs.files(one)]
    assert paths[-1] == "pipelines/train.yaml"
    assert (client.runs.file(one, "operations/add.py").text or "").startswith("\ndef add")
    assert client.runs.compare_file(one, other, "operations/add.py").diff == ""
    assert {job for each in client.runs.environment(one) for job in each.jobs} == {"make", "add"}
    written = client.runs.take_up(project, one, "taken up")
    text = (server.house.data.projects / "sums" / written.file).read_text()
    assert "count: 31" in text
    with pytest.raises(Conflict):
        client.runs.take_up(project, one, "taken up")
    for path in ("..%2Fserver.json", "nothing.py"):
        where = f"/api/v1/runs/{one}/file?path={path}"
        assert ask(server, "GET", where, token=server.token).status == 404
    bad = ask(server, "GET", f"/api/v1/runs/compare/file?runs={one}&path=a", token=server.token)
    assert bad.status == 422


def test_the_command_line_keeps_runs(
    client: Client, start: Start, played: Played, deepforge: Callable[..., object]
) -> None:
    run = start(count=41).id
    played.finish()
    assert deepforge("runs", "tag", run, "good", "old") == {"run": run, "tags": ["good", "old"]}
    assert deepforge("runs", "tag", run, "old", "--remove") == {"run": run, "tags": ["good"]}
    assert deepforge("runs", "tag", run) == {"run": run, "tags": ["good"]}
    listed = deepforge(
        "runs", "list", "--tag", "good", "--state", "success", "--state", "failed", "-s", "TRAIN"
    )
    assert [line["id"] for line in listed["runs"]] == [run]  # type: ignore[index]
    assert deepforge("runs", "rm", run) == {"removed": [run]}
    assert deepforge("runs", "list", "--removed", "-n", "1")["runs"][0]["id"] == run  # type: ignore[index]
    assert deepforge("runs", "restore", run[-8:])["runs"][0]["tags"] == ["good"]  # type: ignore[index]
    again = deepforge("runs", "again", run, "--set", "make.count=42", "--from", "add")
    assert again["origin"] == {"run": run, "how": "from", "nodes": ["add"]}  # type: ignore[index]
