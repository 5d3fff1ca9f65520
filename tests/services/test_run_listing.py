"""Runs in lists: page by page, filtered and sorted, with what a cached one shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select

from deepforge.core.errors import BadInput, InvalidPipeline, NotFound
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.run import RunFilter, RunView
from deepforge.core.user import Caller
from deepforge.services import figures, logs, run_lines, runs, series
from deepforge.services.house import House
from deepforge.store import run_lines as stored_lines
from deepforge.store import tables
from deepforge.store.database import fresh_id
from tests.services.conftest import write_project
from tests.services.hand_worker import HandWorker

Start = Callable[..., RunView]


def test_runs_are_listed_newest_first_page_by_page(house: House, caller: Caller, start: Start) -> None:
    ids = [start().id for _ in range(5)]
    first = run_lines.listing(house, caller, limit=2)
    assert [run.id for run in first] == [ids[4], ids[3]]
    second = run_lines.listing(house, caller, limit=2, after=first[-1].id)
    assert [run.id for run in second] == [ids[2], ids[1]]
    with pytest.raises(NotFound):
        run_lines.listing(house, caller, after=RunId("0" * 26))
    assert run_lines.count(house, caller) == 5
    assert [run.id for run in run_lines.listing(house, caller, sort="created")] == ids
    assert first[0].jobs == {"queued": 1, "pending": 2}


def test_runs_are_filtered_by_project_state_and_pipeline(
    house: House, caller: Caller, project: ProjectId, start: Start
) -> None:
    kept, stopped = start().id, start().id
    runs.stop(house, caller, stopped)

    def listed(**wanted: object) -> list[RunId]:
        chosen = RunFilter(**wanted)  # type: ignore[arg-type]
        return [run.id for run in run_lines.listing(house, caller, chosen)]

    assert listed(states=("canceled", "failed")) == [stopped]
    assert listed(states=("pending",), project=project, pipeline="train") == [kept]
    assert listed(project=ProjectId("0" * 26)) == listed(pipeline="other") == []
    with pytest.raises(BadInput, match="Did you mean canceled"):
        listed(states=("cancelled",))
    with pytest.raises(BadInput, match="cannot be sorted by color"):
        run_lines.listing(house, caller, sort="color")
    with pytest.raises(BadInput, match="Did you mean"):
        run_lines.count(house, caller, RunFilter(states=("runing",)))  # type: ignore[arg-type]


def test_runs_are_sorted_by_the_last_value_of_a_metric(
    house: House, caller: Caller, project: ProjectId, start: Start, worker: HandWorker
) -> None:
    made = []
    for loss in (0.5, 0.1, float("nan"), 0.9, 0.1):
        made.append(start(cache=False).id)
        attempt = worker.take()["load"].metrics(0, loss=7.0).metrics(1, loss=loss)
        worker.ship(worker.fail(attempt))
    without = start(cache=False).id

    def listed(sort: str, after: RunId | None = None, **wanted: object) -> list[RunId]:
        chosen = RunFilter(**wanted)  # type: ignore[arg-type]
        found = run_lines.listing(house, caller, chosen, sort=sort, after=after)
        return [run.id for run in found]

    upward, downward = [made[4], made[1], made[0], made[3]], [made[3], made[0], made[4], made[1]]
    assert listed("metric:loss") == [*upward, without, made[2]]
    assert listed("metric:loss", project=project, states=("failed",)) == [*upward, made[2]]
    assert listed("metric:loss", after=made[4]) == [*upward[1:], without, made[2]]
    assert listed("-metric:loss") == [*downward, without, made[2]]
    assert listed("-metric:loss", after=made[4]) == [made[1], without, made[2]]
    assert listed("-metric:loss", after=without) == [made[2]]
    assert listed("metric:loss", after=made[2]) == []


@pytest.mark.parametrize(
    "sort", ["-created", "created", "-duration", "pipeline", "-state", "-author", "metric:loss"]
)
def test_a_list_is_entered_at_any_place_in_any_order(
    house: House, caller: Caller, project: ProjectId, start: Start, worker: HandWorker, sort: str
) -> None:
    made = []
    for loss in (0.5, 0.1, 0.9):
        made.append(start(cache=False).id)
        worker.ship(worker.fail(worker.take()["load"].metrics(0, loss=loss)))
    made += [start().id, start().id]
    runs.stop(house, caller, made[-1])
    whole = run_lines.listing(house, caller, sort=sort)
    assert sorted(run.id for run in whole) == sorted(made)
    for skip in range(7):
        for wanted in (RunFilter(), RunFilter(project), RunFilter(project, author=caller.name)):
            found = run_lines.listing(house, caller, wanted, skip=skip, limit=2, sort=sort)
            assert found == whole[skip : skip + 2]
    behind = run_lines.listing(house, caller, after=whole[1].id, skip=1, sort=sort)
    assert behind == whole[3:]


def test_a_list_by_pipeline_is_entered_far_behind_without_going_through_each_of_them(
    house: House, caller: Caller, project: ProjectId, start: Start
) -> None:
    many = 60
    first = start()
    with house.database.write() as connection:
        row = dict(connection.execute(select(tables.runs)).one()._mapping) | {"idempotency_key": None}
        others = [row | {"id": fresh_id(), "pipeline": f"p{place:02}"} for place in range(many - 1)]
        connection.execute(insert(tables.runs), others)
    asked: list[str] = []
    with house.database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2]))
        found = stored_lines.page(connection, RunFilter(project), "pipeline", False, 3, None, many - 2)
    assert [line.pipeline for line in found] == ["p58", first.pipeline]
    assert len(asked) < 12


def test_a_cached_run_has_the_metrics_figures_and_log_of_the_one_that_answers_for_it(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    start()
    worker.ship(worker.result(worker.take()["load"], numbers=b"1"))
    attempt = worker.take()["train"].print("epoch 1\n").metrics(1, loss=0.5).figure("f", png=b"drawn")
    worker.ship(worker.result(attempt, model=b"m", score=b"s"))
    again = start()
    assert again.state == "success"
    assert (again.metrics, again.figures, again.jobs[1].metrics) == ({"loss": 0.5}, 1, {"loss": 0.5})
    assert run_lines.listing(house, caller, sort="metric:loss")[0].id == again.id
    job = again.jobs[1].id
    page = logs.page(house, caller, again.id, job)
    assert (page.job, page.text, page.done) == (job, "epoch 1\n", True)
    view = series.points(house, caller, again.id, "loss")
    assert [(line.job, line.x, line.mean) for line in view.lines] == [(job, (1.0,), (0.5,))]
    assert [(figure.job, figure.figure) for figure in figures.listing(house, caller, again.id)] == [
        (job, "f")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "nodes:\n  a: {operation: load\n  b: [",
        "<<<<<<< HEAD\nnodes: {}\n=======\n>>>>>>> other\n",
        "nodes:\n  a: {}\n  a: {}\n",
        "- a\n- b\n",
        "nodes: [a, b]\n",
    ],
    ids=["unclosed", "merge marks", "a node twice", "a list", "a list of nodes"],
)
def test_a_pipeline_file_that_cannot_be_read_is_not_taken_for_missing(
    folder: Path, start: Start, text: str
) -> None:
    write_project(folder, **{"pipelines/broken.yaml": text})
    with pytest.raises(InvalidPipeline, match=r"cannot be read:\n  pipelines/broken.yaml"):
        start("broken")
