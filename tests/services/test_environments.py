"""Environments: what the jobs of a run ran with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from deepforge.core.run import RunView
from deepforge.core.user import Caller
from deepforge.services import comparing, environments
from deepforge.services.house import House
from tests.services.conftest import LOAD, write_project
from tests.services.hand_worker import MACHINE, HandWorker

Start = Callable[..., RunView]


def test_the_environments_of_a_run_are_told_with_the_jobs_that_share_them(
    house: House, caller: Caller, folder: Path, start: Start, worker: HandWorker
) -> None:
    declared = '# /// script\n# dependencies = ["numpy>=2,<3"]\n# ///\n'
    write_project(folder, **{"operations/load.py": declared + LOAD})
    first = start()
    load = worker.take()["load"]
    worker.ship(worker.result(load, numbers=b"1"))
    worker.work()
    of_load, of_train = environments.of_run(house, caller, first.id)
    assert of_load.declared is not None
    assert (of_load.jobs, of_load.declared.requirements) == (("load",), ("numpy>=2,<3",))
    assert of_load.resolved == {"numpy>=2,<3": ""}
    assert (of_train.jobs, of_train.declared) == (("train",), None)
    assert of_train.resolved == {"numpy": "2.1.0", "python": "3.11.2"}
    assert (of_train.worker, of_train.machine) == ("bench", MACHINE)
    cached = start()
    assert environments.of_run(house, caller, cached.id) == (of_load, of_train)
    rows = {row.name: row for row in comparing.compare(house, caller, [first.id, cached.id]).rows}
    assert (rows["numpy"].kind, rows["numpy"].values) == ("environment", ("2.1.0", "2.1.0"))
