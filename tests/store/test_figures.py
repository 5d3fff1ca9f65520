"""Figures: the same figure again is a new version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, update

from deepforge.core.ids import Digest, JobId
from deepforge.core.run import FigureVersions, FigureView
from deepforge.store import blob_index, figures
from deepforge.store.database import Database
from deepforge.store.tables import jobs
from tests.store.seed import Seeded, add_job, add_run

PARTS = {"image/png": Digest("a" * 64), "application/vnd.plotly.v1+json": Digest("b" * 64)}


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.write() as found:
        yield found


@pytest.fixture
def seeded(connection: Connection) -> Seeded:
    return add_run(connection)


def show(
    connection: Connection, seeded: Seeded, figure: str, at: str, fence: int = 1, job: JobId | None = None
) -> int:
    return figures.add(
        connection,
        seeded.project,
        seeded.run,
        job or seeded.job,
        fence,
        figure,
        f"Title of {figure}",
        PARTS,
        at,
    )


def view(
    seeded: Seeded, figure: str, version: int, at: str, job: JobId | None = None, name: str = "train"
) -> FigureView:
    return FigureView(job or seeded.job, name, figure, f"Title of {figure}", version, at, PARTS)


def test_every_showing_of_a_figure_is_a_version(connection: Connection, seeded: Seeded) -> None:
    assert [
        show(connection, seeded, figure, at) for figure, at in (("1", "t1"), ("2", "t2"), ("1", "t3"))
    ] == [1, 1, 2]
    assert figures.of_run(connection, seeded.run) == (
        view(seeded, "1", 1, "t1"),
        view(seeded, "2", 1, "t2"),
        view(seeded, "1", 2, "t3"),
    )
    assert figures.of_run(connection, seeded.run, all_versions=False) == (
        view(seeded, "1", 2, "t3"),
        view(seeded, "2", 1, "t2"),
    )
    assert figures.count(connection, [seeded.run]) == {seeded.run: 2}


def test_a_job_that_was_tried_again_shows_the_figures_of_its_newest_attempt(
    connection: Connection, seeded: Seeded
) -> None:
    other = add_job(connection, seeded.user, seeded.project, seeded.run, "test")
    show(connection, seeded, "1", "t1", fence=1)
    show(connection, seeded, "1", "t2", job=other)
    assert show(connection, seeded, "2", "t3", fence=2) == 1
    assert sorted(figures.of_run(connection, seeded.run), key=repr) == sorted(
        [
            view(seeded, "2", 1, "t3"),
            view(seeded, "1", 1, "t2", job=other, name="test"),
        ],
        key=repr,
    )


def test_a_cached_job_shows_the_figures_of_the_job_that_answers_for_it(
    connection: Connection, seeded: Seeded
) -> None:
    show(connection, seeded, "1", "t1")
    again = add_run(connection, seeded.project)
    assert figures.of_run(connection, again.run) == ()
    connection.execute(update(jobs).where(jobs.c.id == again.job).values(source_job=seeded.job))
    assert figures.of_run(connection, again.run) == (view(again, "1", 1, "t1"),)
    assert figures.count(connection, [seeded.run, again.run]) == {seeded.run: 1, again.run: 1}
    assert figures.count(connection, []) == {}


def test_versions_of_a_figure_are_read_some_at_a_time_with_the_sizes_of_their_parts(
    connection: Connection, seeded: Seeded
) -> None:
    for at in ("t1", "t2", "t3"):
        show(connection, seeded, "1", at)
    show(connection, seeded, "2", "t4")
    blob_index.record(connection, PARTS["image/png"], 7)
    sized = [replace(view(seeded, "1", number, f"t{number}"), sizes={"image/png": 7}) for number in (1, 2, 3)]
    assert figures.versions(connection, seeded.run, seeded.job, "1", 1, 2) == FigureVersions(
        3, (sized[0], sized[1])
    )
    assert figures.versions(connection, seeded.run, seeded.job, "1", 3, 9) == FigureVersions(3, (sized[2],))
    assert figures.versions(connection, seeded.run, seeded.job, "3", 1, 9) == FigureVersions(0, ())
    show(connection, seeded, "1", "t5", fence=2)
    newest = figures.versions(connection, seeded.run, seeded.job, "1", 1, 9)
    assert [(found.version, found.created) for found in newest.versions] == [(1, "t5")]
