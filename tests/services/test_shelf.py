"""The shelf: runs are tagged, removed, brought back, and in the end forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from deepforge.core.errors import BadInput, Conflict, NotFound
from deepforge.core.ids import ProjectId, RunId
from deepforge.core.run import RunFilter, RunView
from deepforge.core.user import Caller
from deepforge.services import artifacts, comparing, figures, gc, live, run_lines, runs, series, shelf
from deepforge.services.house import House
from tests.services.hand_worker import HandWorker

Start = Callable[..., RunView]


def reasons(run: RunView) -> dict[str, str]:
    return {job.name: job.reason or "" for job in run.jobs}


def test_a_run_has_the_tags_it_was_given_last(house: House, caller: Caller, start: Start) -> None:
    run = start()
    before = live.last_seq(house)
    assert shelf.tag(house, caller, run.id, [" best ", "v1", "best"]) == ("best", "v1")
    assert runs.show(house, caller, run.id).tags == ("best", "v1")
    assert [line.id for line in run_lines.listing(house, caller, RunFilter(tag="v1"))] == [run.id]
    told = live.events_after(house, caller, ["runs", f"run:{run.id}"], before)
    assert [(event.kind, event.data["tags"]) for event in told] == [
        ("tags", ["best", "v1"]),
        ("run", ["best", "v1"]),
    ]
    runs.stop(house, caller, run.id)
    ended = live.events_after(house, caller, ["runs"], told[-1].seq)[-1]
    assert ended.data["tags"] == ["best", "v1"], "what is told later has them too"
    assert shelf.tag(house, caller, run.id, []) == runs.show(house, caller, run.id).tags == ()
    odd = ("🎉 größe 数字", "👩‍💻", "می‌خواهم", "a/b", "../up", "x" * 50)
    assert shelf.tag(house, caller, run.id, odd) == runs.show(house, caller, run.id).tags == odd
    for bad in ("a,b", "", "two\nlines", "\u202egnp.exe"):
        with pytest.raises(BadInput, match="cannot be a tag"):
            shelf.tag(house, caller, run.id, [bad])
    with pytest.raises(BadInput, match=r"The tag x+… has 300 letters\.\nIt may have at most 50\."):
        shelf.tag(house, caller, run.id, ["x" * 300])
    assert runs.show(house, caller, run.id).tags == odd
    with pytest.raises(NotFound):
        shelf.tag(house, caller, RunId("0" * 26), [])


def test_a_run_that_is_removed_is_nowhere_until_it_is_brought_back(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    run = start()
    worker.work()
    kept = runs.show(house, caller, run.id)
    shelf.remove(house, caller, run.id)
    assert run_lines.listing(house, caller) == ()
    assert [line.id for line in run_lines.listing(house, caller, RunFilter(removed=True))] == [run.id]
    for ask in (runs.show, runs.stop, shelf.remove, comparing.explain, series.names, figures.listing):
        with pytest.raises(NotFound):
            ask(house, caller, run.id)  # type: ignore[operator]
    with pytest.raises(NotFound, match="was removed") as caught:
        runs.show(house, caller, run.id)
    assert "runs restore" in (caught.value.hint or "")
    before = live.last_seq(house)
    shelf.restore(house, caller, run.id)
    shelf.restore(house, caller, run.id)
    assert runs.show(house, caller, run.id) == kept
    assert live.events_after(house, caller, ["runs"], before)[0].data["id"] == run.id
    assert start().state == "success", "it answers from the cache again"
    with pytest.raises(NotFound):
        shelf.restore(house, caller, RunId("0" * 26))


def test_what_was_removed_is_kept_for_a_day_and_as_long_as_others_show_it(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    first = start()
    worker.work()
    second = start()
    for run in (second, first):
        shelf.remove(house, caller, run.id)
    gc.collect(house)
    assert run_lines.count(house, caller, RunFilter(removed=True)) == 2
    house.settings = replace(house.settings, keep_removed_hours=-1.0)
    shelf.restore(house, caller, second.id)
    assert shelf.forget_removed(house) == 0
    assert second.jobs[1].cached
    shelf.remove(house, caller, second.id)
    gc.collect(house)
    assert run_lines.count(house, caller, RunFilter(removed=True)) == 0
    with pytest.raises(NotFound):
        shelf.restore(house, caller, first.id)


def test_only_a_run_that_has_ended_is_removed_and_its_artifacts_stay(
    house: House, caller: Caller, project: ProjectId, start: Start, worker: HandWorker
) -> None:
    run = start()
    with pytest.raises(Conflict, match="The run is pending"):
        shelf.remove(house, caller, run.id)
    worker.work()
    shelf.remove(house, caller, run.id)
    with pytest.raises(NotFound):
        runs.show(house, caller, run.id)
    with pytest.raises(NotFound):
        runs.stop(house, caller, run.id)
    assert artifacts.find(house, caller, project, "model").version == 1
    again = start()
    assert reasons(again)["load"] == "it has not run before; a worker is about to take it"


def test_a_run_whose_logs_and_figures_later_ones_show_is_removed_after_them(
    house: House, caller: Caller, start: Start, worker: HandWorker
) -> None:
    first = start()
    worker.work()
    second, third = start(), start()
    with pytest.raises(Conflict) as caught:
        shelf.remove(house, caller, first.id)
    assert (caught.value.message, caught.value.hint) == (
        "2 later runs show the logs and figures of the run.",
        f"Remove those first: deepforge runs rm {second.id} {third.id}",
    )
    shelf.remove(house, caller, second.id)
    with pytest.raises(Conflict, match="1 later run shows"):
        shelf.remove(house, caller, first.id)
    shelf.remove(house, caller, third.id)
    shelf.remove(house, caller, first.id)
