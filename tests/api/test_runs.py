"""Runs over HTTP, from a request to what is left of them; the worker is played by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deepforge.client import Client
from deepforge.core.errors import BadInput, Conflict, InvalidPipeline, NotFound
from deepforge.core.ids import JobId, ProjectId, RunId
from deepforge.core.run import RunRequest, RunView
from tests.api.conftest import Played
from tests.support.raw_http import ask
from tests.support.running_server import RunningServer

NOBODY = RunId("01J0000000000000000000000A")


@pytest.fixture
def start(client: Client, project: ProjectId) -> Callable[..., RunView]:
    def begin(count: int = 4, **more: object) -> RunView:
        attributes = {"make": {"count": count}}
        return client.runs.start(RunRequest(project, "train", attributes, cache=False, **more))  # type: ignore[arg-type]

    return begin


def test_a_run_from_its_request_to_its_artifact(
    client: Client, start: Callable[..., RunView], played: Played
) -> None:
    begun = start()
    assert (begun.state, [job.name for job in begun.jobs]) == ("pending", ["make", "add", "save"])

    attempt = played.take()["make"]
    attempt.print("making\n").metrics(0.0, loss=2.0).metrics(1.0, loss=1.0)
    attempt.figure("figure-1", "A figure", png=b"\x89PNG")
    played.ship(attempt)
    going = client.runs.show(begun.id)
    make = next(job for job in going.jobs if job.name == "make")
    assert (make.state, make.metrics, going.figures) == ("running", {"loss": 1.0}, 1)
    page = client.runs.log(begun.id, make.id)
    assert (page.text, page.next, page.size, page.done) == ("making\n", 7, 7, False)

    played.finish()
    ended = client.runs.show(begun.id)
    assert (ended.state, [job.state for job in ended.jobs]) == ("success", ["success"] * 3)
    assert [(saved.name, saved.version) for saved in ended.artifacts] == [("total", 1)]
    assert client.runs.log(begun.id, make.id).done

    line = client.runs.points(begun.id, "loss").lines[0]
    assert (line.x, line.mean, line.exact) == ((0.0, 1.0), (2.0, 1.0), True)
    assert [(summary.name, summary.job_name) for summary in client.runs.series(begun.id)] == [
        ("loss", "make")
    ]
    figure = client.runs.figures(begun.id)[0]
    assert client.artifacts.read(figure.parts["image/png"]) == b"\x89PNG"
    version = client.artifacts.find(begun.project, "total@1")
    assert (version.lineage.run, version.lineage.operation) == (begun.id, "add")
    assert [each.job for each in client.runs.explain(begun.id)] == ["make", "add", "save"]


def test_the_same_key_starts_one_run(start: Callable[..., RunView]) -> None:
    assert start(key="once").id == start(key="once").id
    with pytest.raises(Conflict):
        start(count=5, key="once")


def test_a_run_is_stopped_and_removed(client: Client, start: Callable[..., RunView]) -> None:
    begun = start()
    with pytest.raises(Conflict):
        client.runs.remove(begun.id)
    assert client.runs.stop(begun.id).state == "canceled"
    client.runs.remove(begun.id)
    with pytest.raises(NotFound):
        client.runs.show(begun.id)


def test_what_is_wrong_with_a_pipeline_arrives_whole(client: Client, project: ProjectId) -> None:
    wrong = RunRequest(project, "train", {"make": {"cuont": 1}, "add": {"x": 1}})
    with pytest.raises(InvalidPipeline) as caught:
        client.runs.start(wrong)
    assert {problem.place.node for problem in caught.value.problems} == {"make", "add"}
    assert any("Did you mean count?" in str(problem) for problem in caught.value.problems)


def test_what_is_not_there_is_not_found(client: Client, start: Callable[..., RunView]) -> None:
    run = start()
    for question in (
        lambda: client.runs.show(NOBODY),
        lambda: client.runs.stop(NOBODY),
        lambda: client.runs.remove(NOBODY),
        lambda: client.runs.explain(NOBODY),
        lambda: client.runs.series(NOBODY),
        lambda: client.runs.figures(NOBODY),
        lambda: client.runs.points(run.id, "nothing"),
        lambda: client.runs.log(run.id, JobId(NOBODY)),
        lambda: client.projects.show(ProjectId(NOBODY)),
    ):
        with pytest.raises(NotFound):
            question()


def test_runs_are_listed_in_pages_filtered_and_sorted(
    client: Client, start: Callable[..., RunView], project: ProjectId
) -> None:
    ids = [start().id for _ in range(3)]
    for run in ids[:2]:
        client.runs.stop(run)
    newest = client.runs.listing(limit=2)
    assert [line.id for line in newest] == [ids[2], ids[1]]
    assert client.runs.listing(limit=1, after=newest[-1].id)[0].id == ids[0]
    canceled = client.runs.listing(project=project, state="canceled", pipeline="train")
    assert {ids[0], ids[1]} <= {line.id for line in canceled}
    assert ids[2] not in {line.id for line in canceled}
    assert client.runs.listing(pipeline="nothing") == ()
    with pytest.raises(BadInput):
        client.runs.listing(sort="colour")


def test_a_list_gives_the_fields_that_are_asked_for(
    server: RunningServer, start: Callable[..., RunView]
) -> None:
    run = start()
    answer = ask(server, "GET", "/api/v1/runs?limit=1&fields=id,state", token=server.token)
    assert answer.body == b'[{"id":"%s","state":"pending"}]' % run.id.encode()
    refused = ask(server, "GET", "/api/v1/runs?limit=1&fields=id,sate", token=server.token)
    assert (refused.status, b"Did you mean state" in refused.body) == (422, True)


def test_runs_are_compared(client: Client, start: Callable[..., RunView]) -> None:
    first, second = start(count=4), start(count=5)
    rows = {(row.kind, row.name): row for row in client.runs.compare([first.id, second.id]).rows}
    assert rows["attribute", "make.count"].values == (4, 5)
    assert rows["attribute", "make.count"].differs
