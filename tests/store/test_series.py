"""Series: every point that came is kept, in any batches, and drawn at any zoom."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from sqlalchemy import Connection, func, select, update

from deepforge.core.ids import JobId
from deepforge.core.series import CHUNK_POINTS, Odd, SeriesPoints, SeriesSummary
from deepforge.store import drawing, series
from deepforge.store.database import Database
from deepforge.store.tables import jobs, runs, series_chunks
from tests.store.seed import Seeded, add_job, add_run

MANY = 3 * CHUNK_POINTS + 1000


@dataclass
class Columns:
    """Points to append."""

    xs: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


def columns(values: Sequence[float], first: float = 0.0) -> Columns:
    """Points at x = first, first + 1, …"""
    xs = [first + place for place in range(len(values))]
    return Columns(xs, [1e9 + x / 10 for x in xs], list(values))


def log(
    connection: Connection,
    seeded: Seeded,
    name: str,
    points: Columns,
    fence: int = 1,
    job: JobId | None = None,
) -> None:
    series.append(connection, seeded.project, seeded.run, job or seeded.job, fence, {name: points})


def draw(
    connection: Connection, seeded: Seeded, name: str = "loss", width: int = 10**9, **zoom: float
) -> SeriesPoints:
    (line,) = series.points(connection, seeded.run, name, width, **zoom).lines  # type: ignore[arg-type]
    return line


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as found:
        yield found


@pytest.fixture
def seeded(connection: Connection) -> Seeded:
    return add_run(connection)


def test_points_come_back_as_they_were_logged(connection: Connection, seeded: Seeded) -> None:
    log(connection, seeded, "loss", columns([3.0, 2.0]))
    log(connection, seeded, "loss", columns([1.5], first=2))
    values = (3.0, 2.0, 1.5)
    assert draw(connection, seeded) == SeriesPoints(
        "loss",
        seeded.job,
        3,
        (0.0, 1.0, 2.0),
        values,
        values,
        values,
        exact=True,
        time=(1e9, 1e9 + 0.1, 1e9 + 0.2),
        last=1.5,
    )


@pytest.mark.parametrize("batch", [1, 50, 1000, CHUNK_POINTS, 2 * CHUNK_POINTS + 17, MANY])
def test_the_size_of_batches_makes_no_difference(connection: Connection, seeded: Seeded, batch: int) -> None:
    count = min(MANY, 300 * batch)
    values = [random.Random(7).gauss(0, 1) for _ in range(count)]
    for start in range(0, count, batch):
        log(connection, seeded, "loss", columns(values[start : start + batch], first=start))
    line = draw(connection, seeded)
    assert (line.points, line.exact) == (count, True)
    assert line.mean == tuple(values)
    assert line.x == tuple(float(x) for x in range(count))


def test_short_chunks_are_merged_and_full_ones_never_touched_again(
    connection: Connection, seeded: Seeded
) -> None:
    log(connection, seeded, "loss", columns([1.0] * CHUNK_POINTS))
    full = connection.execute(select(series_chunks).where(series_chunks.c.number == 0)).one()
    most = 0
    for number in range(200):
        log(connection, seeded, "loss", columns([2.0], first=CHUNK_POINTS + number))
        most = max(most, connection.execute(select(func.count()).select_from(series_chunks)).scalar_one())
    assert most <= 1 + series.SHORT_CHUNKS
    assert connection.execute(select(series_chunks).where(series_chunks.c.number == 0)).one() == full
    assert draw(connection, seeded).mean == (1.0,) * CHUNK_POINTS + (2.0,) * 200


def test_of_many_series_that_are_due_not_all_are_merged_at_once(
    connection: Connection, seeded: Seeded
) -> None:
    names = [f"metric {number}" for number in range(10)]
    counts = [0]
    for step in range(100):
        new = {name: columns([float(step)], first=step) for name in names}
        series.append(connection, seeded.project, seeded.run, seeded.job, 1, new)
        counts.append(connection.execute(select(func.count()).select_from(series_chunks)).scalar_one())
    merged_away = [before + len(names) - after for before, after in pairwise(counts)]
    assert series.SHORT_CHUNKS <= max(merged_away) + 1 < 2 * series.SHORT_CHUNKS
    assert max(counts) < len(names) * series.OVERDUE * series.SHORT_CHUNKS
    assert all(draw(connection, seeded, name).mean == tuple(map(float, range(100))) for name in names)


@pytest.mark.parametrize("zoom", [{}, {"first": 10.0, "last": 20.0}])
@pytest.mark.parametrize("width", [1, 100, 10**9])
def test_a_drawing_tells_the_value_that_came_last_whatever_its_width_and_stretch(
    connection: Connection, seeded: Seeded, width: int, zoom: dict[str, float]
) -> None:
    log(connection, seeded, "loss", columns([*map(float, range(MANY)), 0.25]))
    assert draw(connection, seeded, width=width, **zoom).last == 0.25
    log(connection, seeded, "loss", columns([math.nan], first=MANY + 1))
    assert draw(connection, seeded, width=width, **zoom).last is None


@pytest.mark.parametrize("width", [1, 2, 7, 100, 1000])
def test_a_drawing_is_as_wide_as_asked_and_shows_every_extreme(
    connection: Connection, seeded: Seeded, width: int
) -> None:
    values = [math.sin(place / 500) for place in range(MANY)]
    values[5000], values[MANY - 3] = 99.0, -99.0
    for start in range(0, MANY, 700):
        log(connection, seeded, "loss", columns(values[start : start + 700], first=start))
    line = draw(connection, seeded, width=width)
    assert (line.points, line.exact) == (MANY, False)
    assert width / 2 <= len(line.x) <= width
    assert (max(map(float, filter(None, line.max))), min(map(float, filter(None, line.min)))) == (99.0, -99.0)
    assert list(line.x) == sorted(line.x)
    if width == 1:
        assert line.mean[0] == pytest.approx(sum(values) / MANY)


@pytest.mark.parametrize(
    ("first", "last"), [(100.0, 149.0), (CHUNK_POINTS - 5.0, CHUNK_POINTS + 5.0), (MANY - 3.0, None)]
)
def test_a_close_look_shows_the_points_themselves(
    connection: Connection, seeded: Seeded, first: float, last: float | None
) -> None:
    log(connection, seeded, "loss", columns([place / 2 for place in range(MANY)]))
    line = draw(connection, seeded, width=200, first=first, last=last)  # type: ignore[arg-type]
    expected = [float(x) for x in range(MANY) if first <= x <= (math.inf if last is None else last)]
    assert (line.exact, line.points) == (True, MANY)
    assert line.x == tuple(expected)
    assert line.mean == tuple(x / 2 for x in expected)


def test_a_look_at_a_long_stretch_is_as_wide_as_asked(connection: Connection, seeded: Seeded) -> None:
    log(connection, seeded, "loss", columns([place / 2 for place in range(MANY)]))
    line = draw(connection, seeded, width=50, first=2000.0, last=9000.0)
    assert (len(line.x), line.exact) == (50, False)
    assert line.x[0] == pytest.approx(2000, abs=300)
    assert line.x[-1] == pytest.approx(9000, abs=300)


def test_a_look_beside_everything_shows_nothing(connection: Connection, seeded: Seeded) -> None:
    log(connection, seeded, "loss", columns([1.0, 2.0]))
    line = draw(connection, seeded, width=50, first=10.0, last=20.0)
    assert (line.x, line.mean, line.points) == ((), (), 2)


def test_what_is_no_finite_number_is_shown_as_none(connection: Connection, seeded: Seeded) -> None:
    log(connection, seeded, "loss", columns([1.0, math.nan, math.inf, -math.inf]))
    line = draw(connection, seeded)
    assert line.mean == (1.0, None, None, None)
    assert line.odd == (Odd(1, "NaN"), Odd(2, "inf"), Odd(3, "-inf"))
    assert series.last_values(connection, [seeded.run]) == {seeded.run: {"loss": None}}


def test_an_x_that_is_no_finite_number_counts_as_the_one_before(
    connection: Connection, seeded: Seeded
) -> None:
    log(connection, seeded, "loss", Columns([1.0, math.nan, math.inf, 2.0], [0.0] * 4, [1.0, 2.0, 3.0, 4.0]))
    assert draw(connection, seeded).x == (1.0, 1.0, 1.0, 2.0)


def test_steps_that_begin_again_are_kept_in_the_order_they_came(
    connection: Connection, seeded: Seeded
) -> None:
    log(connection, seeded, "loss", columns([1.0, 2.0, 3.0]))
    log(connection, seeded, "loss", columns([4.0, 5.0]))
    assert draw(connection, seeded).x == (0.0, 1.0, 2.0, 0.0, 1.0)
    assert draw(connection, seeded, first=1.0, last=1.0).mean == (2.0, 5.0)


def test_the_names_of_a_run_come_with_their_jobs_and_last_values(
    connection: Connection, seeded: Seeded
) -> None:
    other = add_job(connection, seeded.user, seeded.project, seeded.run, "test")
    log(connection, seeded, "loss", columns([3.0, 2.0]))
    log(connection, seeded, "accuracy", columns([0.5]))
    log(connection, seeded, "loss", columns([9.0]), job=other)
    assert set(series.names(connection, seeded.run)) == {
        SeriesSummary("accuracy", seeded.job, "train", 1, 0.0, 0.5),
        SeriesSummary("loss", seeded.job, "train", 2, 1.0, 2.0),
        SeriesSummary("loss", other, "test", 1, 0.0, 9.0),
    }
    assert series.last_values_of_jobs(connection, seeded.run, [seeded.job, other]) == {
        seeded.job: {"accuracy": 0.5, "loss": 2.0},
        other: {"loss": 9.0},
    }
    assert {line.job for line in series.points(connection, seeded.run, "loss", 10).lines} == {
        seeded.job,
        other,
    }
    (line,) = series.points(connection, seeded.run, "loss", 10, job=other).lines
    assert line.mean == (9.0,)


def test_last_values_of_many_runs_are_read_at_once(connection: Connection, seeded: Seeded) -> None:
    second, silent = add_run(connection, seeded.project), add_run(connection, seeded.project)
    log(connection, seeded, "loss", columns([3.0, 2.0]))
    log(connection, second, "loss", columns([4.0]))
    log(connection, seeded, "loss", columns([1.0], first=2))
    assert series.last_values(connection, [seeded.run, second.run, silent.run]) == {
        seeded.run: {"loss": 1.0},
        second.run: {"loss": 4.0},
    }
    assert series.last_values(connection, []) == {}


def test_a_job_that_was_tried_again_shows_its_newest_attempt(connection: Connection, seeded: Seeded) -> None:
    log(connection, seeded, "loss", columns([9.0, 8.0, 7.0]), fence=1)
    log(connection, seeded, "loss", columns([5.0]), fence=2)
    assert draw(connection, seeded).mean == (5.0,)
    assert series.last_values(connection, [seeded.run]) == {seeded.run: {"loss": 5.0}}
    assert [one.points for one in series.names(connection, seeded.run)] == [1]


def test_a_cached_job_shows_what_the_job_that_answers_for_it_logged(
    connection: Connection, seeded: Seeded
) -> None:
    log(connection, seeded, "loss", columns([9.0]), fence=1)
    log(connection, seeded, "loss", columns([3.0, 2.0]), fence=2)
    again = add_run(connection, seeded.project)
    connection.execute(update(jobs).where(jobs.c.id == again.job).values(source_job=seeded.job))
    series.adopt(connection, again.project, again.run, again.job, seeded.job)
    assert series.last_values(connection, [again.run]) == {again.run: {"loss": 2.0}}
    line = draw(connection, again)
    assert (line.job, line.mean) == (again.job, (3.0, 2.0))
    assert series.names(connection, again.run) == (SeriesSummary("loss", again.job, "train", 2, 1.0, 2.0),)


def test_the_names_of_sets_are_remembered_for_each_attempt(connection: Connection, seeded: Seeded) -> None:
    names = {1: ("loss", "accuracy"), 2**64 - 1: ("é/x",)}
    series.announce(connection, seeded.job, 1, names)
    series.announce(connection, seeded.job, 1, {1: ("loss", "accuracy")})
    assert series.sets(connection, seeded.job, 1) == names
    assert series.sets(connection, seeded.job, 2) == {}


def test_a_run_that_is_removed_takes_its_points_with_it(connection: Connection, seeded: Seeded) -> None:
    log(connection, seeded, "loss", columns([1.0]))
    series.announce(connection, seeded.job, 1, {1: ("loss",)})
    connection.execute(runs.delete().where(runs.c.id == seeded.run))
    assert connection.execute(select(func.count()).select_from(series_chunks)).scalar_one() == 0
    assert series.last_values(connection, [seeded.run]) == {}


def test_hundreds_of_metrics_can_be_logged_at_once(connection: Connection, seeded: Seeded) -> None:
    names = [f"metric {number}" for number in range(1200)]
    for step in range(2):
        new = {name: columns([float(step)], first=step) for name in names}
        series.append(connection, seeded.project, seeded.run, seeded.job, 1, new)
    assert series.last_values(connection, [seeded.run]) == {seeded.run: dict.fromkeys(names, 1.0)}


@pytest.mark.parametrize("width", [50, 2000, 10**6])
def test_a_stretch_can_be_chosen_by_time(connection: Connection, seeded: Seeded, width: int) -> None:
    for start in range(0, MANY, 700):
        log(connection, seeded, "loss", columns([1.0] * min(700, MANY - start), first=start))
    ((_, row),) = series.named(connection, seeded.run, "loss")
    line = drawing.draw(connection, row, width, 1e9 + 200.0, 1e9 + 900.0, "time")
    reach = 0 if line.exact else 300
    assert line.time[0] == pytest.approx(1e9 + 200.0, abs=reach / 10)
    assert line.time[-1] == pytest.approx(1e9 + 900.0, abs=reach / 10)
    assert (line.x[0], line.x[-1]) == (pytest.approx(2000, abs=reach), pytest.approx(9000, abs=reach))
    assert min(width, 7001) / 2 <= len(line.x) <= width
    assert drawing.began(connection, row) == 1e9


@pytest.mark.parametrize("skip", [0, 1, CHUNK_POINTS - 1, CHUNK_POINTS, MANY - 700, MANY - 1, MANY])
def test_only_what_is_behind_so_many_points_can_be_asked_for(
    connection: Connection, seeded: Seeded, skip: int
) -> None:
    for start in range(0, MANY, 700):
        log(connection, seeded, "loss", columns([1.0] * min(700, MANY - start), first=start))
    ((_, row),) = series.named(connection, seeded.run, "loss")
    line = drawing.draw_behind(connection, row, skip, 10**6)
    assert line.x == tuple(float(x) for x in range(skip, MANY))
    assert (line.points, line.exact) == (MANY, True)
    assert len(drawing.draw_behind(connection, row, skip, 10).x) <= 10
    given = [xs for xs, _, _ in drawing.columns_behind(connection, row, skip, most=10)]
    assert [x for xs in given for x in xs][:10] == [float(x) for x in range(skip, MANY)][:10]
    assert len(given) <= 2
