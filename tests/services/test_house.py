"""The house is used by many threads at once, and one of them writes at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deepforge.core.errors import InvalidSetting
from deepforge.core.ids import ProjectId
from deepforge.core.run import RUN_ENDS, RunRequest, RunView
from deepforge.core.settings import Settings
from deepforge.core.user import Caller
from deepforge.services import identity, projects, run_lines, runs, workers
from deepforge.services.house import House, open_house, open_storage
from deepforge.store.data_directory import DataDirectory
from tests.services.hand_worker import HandWorker

RUNS = 6


def test_runs_that_are_started_worked_on_and_looked_at_by_many_threads_all_succeed(
    house: House, caller: Caller, project: ProjectId
) -> None:
    def begin(number: int) -> RunView:
        epochs = {"train": {"epochs": number}}
        return runs.start(
            house, caller, RunRequest(project, "train", epochs, cache=False, key=str(number // 2))
        )

    def work(worker: HandWorker) -> None:
        while not all(run.state in RUN_ENDS for run in run_lines.listing(house, caller)):
            worker.work()
            workers.expire(house)

    hands = [HandWorker(house, slots=2) for _ in range(3)]
    for hand in hands:
        hand.register()
    with ThreadPoolExecutor(8) as threads:
        started = [threads.submit(begin, number - number % 2) for number in range(2 * RUNS)]
        ids = {future.result().id for future in started}
        for future in [threads.submit(work, hand) for hand in hands]:
            future.result()
    assert len(ids) == RUNS
    assert [run.state for run in run_lines.listing(house, caller)] == ["success"] * RUNS


def test_a_house_is_opened_over_a_directory_with_its_tables_made(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "home")
    data.prepare()
    with open_house(Settings(home=data.home), data) as house:
        assert projects.listing(house, identity.owner(house)) == ()


def test_a_storage_is_named_by_a_url(tmp_path: Path) -> None:
    assert open_storage("") is None
    storage = open_storage((tmp_path / "blobs").as_uri())
    assert storage is not None
    assert list(storage.names()) == []
    with pytest.raises(InvalidSetting, match="such as s3://"):
        open_storage("blobs")


def test_a_listener_that_was_taken_away_hears_nothing(house: House, start: Callable[..., RunView]) -> None:
    heard: list[int] = []
    take_away = house.signals.subscribe(lambda: heard.append(1))
    house.signals.subscribe(lambda: heard.append(2))
    start()
    take_away()
    take_away()
    start()
    assert heard == [1, 2, 2]
