"""Series: the metrics of runs, listed, drawn together and written out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from deepforge.core.errors import BadInput, NotFound, did_you_mean
from deepforge.core.ids import RunId
from deepforge.core.moment import moment
from deepforge.core.series import PointsRequest, SeriesLine, SeriesSummary, SeriesView
from deepforge.core.user import Caller
from deepforge.services.house import House
from deepforge.store import drawing, runs, series

WIDEST = 10_000
"""Entries of a drawing at most."""
MOST_TOGETHER = 200
"""Series in one request at most."""
POINTS_AT_ONCE = 20_000


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


def together(house: House, caller: Caller, request: PointsRequest) -> tuple[SeriesLine, ...]:
    """Several metrics of several runs, to be drawn over one another: a line for each job that logged one.

    A metric that is not there yet gives no line. Raises BadInput, and NotFound for a run that is not there.
    """
    if len(request.series) > MOST_TOGETHER:
        raise BadInput(f"At most {MOST_TOGETHER} series can be drawn together, not {len(request.series)}.")
    width = max(1, min(request.width, WIDEST))
    found: list[SeriesLine] = []
    with house.database.read() as connection:
        for run in dict.fromkeys(wish.run for wish in request.series):
            _check(runs.find(connection, run) is not None, run)
        for wish in request.series:
            for job_name, row in series.named(connection, wish.run, wish.name):
                if wish.job is not None and wish.job != row.job:
                    continue
                if wish.skip is not None:
                    drawn = drawing.draw_behind(connection, row, max(wish.skip, 0), width)
                else:
                    drawn = drawing.draw(connection, row, width, request.first, request.last, request.axis)
                began = drawing.began(connection, row)
                line = SeriesLine(wish.run, row.job, job_name, wish.name, began, wish.skip or 0, drawn)
                found.append(line)
    return tuple(found)


def table(house: House, caller: Caller, wanted: Sequence[tuple[RunId, str]]) -> Iterator[str]:
    """Every point of some metrics of some runs as lines of CSV, read while they are sent.

    Raises NotFound before the first line.
    """
    with house.database.read() as connection:
        for run in dict.fromkeys(run for run, _ in wanted):
            _check(runs.find(connection, run) is not None, run)
        rows = [
            (run, job_name, row)
            for run, name in wanted
            for job_name, row in series.named(connection, run, name)
        ]

    def lines() -> Iterator[str]:
        yield _csv([("run", "job", "metric", "step", "time", "value")])
        for run, job_name, row in rows:
            given = 0
            while given < row.points:
                with house.database.read() as connection:
                    parts = list(drawing.columns_behind(connection, row, given, most=POINTS_AT_ONCE))
                if not parts:  # they were removed meanwhile
                    break
                for xs, times, values in parts:
                    given += len(xs)
                    columns = zip(xs, times, values, strict=True)
                    yield _csv((run, job_name, row.name, _short(x), _iso(t), v) for x, t, v in columns)

    return lines()


def _csv(rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _short(x: float) -> object:
    return int(x) if x.is_integer() and abs(x) < 2**53 else x


def _iso(time: float) -> str:
    try:
        return moment(time)
    except (OverflowError, ValueError, OSError):
        return ""


def _check(there: bool, run: RunId) -> None:
    if not there:
        raise NotFound(f"There is no run {run}.", "List the runs with `deepforge runs list`.")
