"""Series: the metrics of a run, listed and drawn."""

from __future__ import annotations

from deepforge.core.errors import NotFound, did_you_mean
from deepforge.core.ids import RunId
from deepforge.core.series import SeriesSummary, SeriesView
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.store import runs, series

WIDEST = 10_000
"""Entries of a drawing at most."""


def names(house: House, caller: Caller, run: RunId) -> tuple[SeriesSummary, ...]:
    """Every metric of every job of a run. Raises NotFound."""
    with house.database.read() as connection:
        _check(runs.find(connection, run) is not None, run)
        return series.names(connection, run)


def points(
    house: House,
    caller: Caller,
    run: RunId,
    name: str,
    width: int = 1000,
    first: float | None = None,
    last: float | None = None,
) -> SeriesView:
    """A metric of a run between two x, in at most `width` entries for each job that logged it. Raises
    NotFound.
    """
    with house.database.read() as connection:
        view = series.points(connection, run, name, max(1, min(width, WIDEST)), first, last)
        if not view.lines:
            _check(runs.find(connection, run) is not None, run)
            known = {found.name for found in series.names(connection, run)}
            raise NotFound(f"The run has no metric {name}.", did_you_mean(name, known))
    return view


def _check(there: bool, run: RunId) -> None:
    if not there:
        raise NotFound(f"There is no run {run}.", "List the runs with `deepforge runs list`.")
