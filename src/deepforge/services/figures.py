"""Figures: what the jobs of a run drew."""

from __future__ import annotations

from deepforge.core.errors import NotFound
from deepforge.core.ids import RunId
from deepforge.core.run import FigureView
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.store import figures, runs


def listing(house: House, caller: Caller, run: RunId) -> tuple[FigureView, ...]:
    """The newest version of each figure of each job of a run; of a cached job, those of the one that
    answers for it.

    Raises NotFound.
    """
    with house.database.read() as connection:
        if runs.find(connection, run) is None:
            raise NotFound(f"There is no run {run}.", "List the runs with `deepforge runs list`.")
        return figures.of_run(connection, run, all_versions=False)
