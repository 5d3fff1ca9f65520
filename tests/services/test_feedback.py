"""What runs show together: series of several runs over one another, written out, and versions of figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deepforge.core.errors import BadInput, NotFound
from deepforge.core.ids import Digest, JobId, RunId
from deepforge.core.run import RunView
from deepforge.core.series import PointsRequest, SeriesWish
from deepforge.core.user import Caller
from deepforge.runtime import journal
from deepforge.services import figures, series
from deepforge.services.house import House
from deepforge.store.blobs import Blobs
from tests.services.hand_worker import Attempt, HandWorker

Start = Callable[..., RunView]
NOTHING = RunId("0" * 26)


@pytest.fixture
def attempt(start: Start, worker: HandWorker) -> Attempt:
    """An attempt that has logged something."""
    start()
    attempt = worker.take()["load"]
    for step, loss in enumerate((3.0, 2.0, 1.0)):
        attempt.metrics(step, loss=loss, accuracy=1 - loss / 10)
    worker.ship(attempt)
    return attempt


def test_metrics_of_runs_are_drawn_together(
    house: House, caller: Caller, start: Start, worker: HandWorker, attempt: Attempt
) -> None:
    other = start(cache=False)
    second = next(found for found in worker.take().values() if found.lease.run == other.id)
    worker.ship(second.metrics(5, loss=9.0))
    first = attempt.lease.run
    wishes = (SeriesWish(first, "loss"), SeriesWish(first, "accuracy"), SeriesWish(other.id, "loss"))
    found = series.together(house, caller, PointsRequest((*wishes, SeriesWish(first, "not yet"))))
    assert [(line.run, line.job_name, line.name, line.began) for line in found] == [
        (first, "load", "loss", 100.0),
        (first, "load", "accuracy", 100.0),
        (other.id, "load", "loss", 105.0),
    ]
    assert [line.points.mean for line in found] == [(3.0, 2.0, 1.0), (0.7, 0.8, 0.9), (9.0,)]
    assert found[0].points.time == (100.0, 101.0, 102.0)


def test_only_what_is_new_can_be_asked_for(house: House, caller: Caller, attempt: Attempt) -> None:
    run, job = attempt.lease.run, attempt.lease.job
    (line,) = series.together(house, caller, PointsRequest((SeriesWish(run, "loss", job, skip=2),)))
    assert (line.skip, line.points.x, line.points.points) == (2, (2.0,), 3)
    (line,) = series.together(house, caller, PointsRequest((SeriesWish(run, "loss", job, skip=3),)))
    assert line.points.x == ()


def test_a_stretch_is_chosen_by_step_or_by_time(house: House, caller: Caller, attempt: Attempt) -> None:
    wish = (SeriesWish(attempt.lease.run, "loss"),)
    (line,) = series.together(house, caller, PointsRequest(wish, first=1, last=1))
    assert line.points.mean == (2.0,)
    (line,) = series.together(house, caller, PointsRequest(wish, first=101.5, axis="time"))
    assert line.points.mean == (1.0,)


def test_too_many_series_and_unknown_runs_are_refused(house: House, caller: Caller, attempt: Attempt) -> None:
    with pytest.raises(NotFound, match="There is no run"):
        series.together(house, caller, PointsRequest((SeriesWish(NOTHING, "loss"),)))
    wish = SeriesWish(attempt.lease.run, "loss")
    with pytest.raises(BadInput, match="not 201"):
        series.together(house, caller, PointsRequest((wish,) * 201))


def test_every_point_is_written_out(house: House, caller: Caller, attempt: Attempt) -> None:
    run = attempt.lease.run
    text = "".join(series.table(house, caller, [(run, "loss"), (run, "nothing")]))
    assert text == (
        "run,job,metric,step,time,value\n"
        f"{run},load,loss,0,1970-01-01T00:01:40.000Z,3.0\n"
        f"{run},load,loss,1,1970-01-01T00:01:41.000Z,2.0\n"
        f"{run},load,loss,2,1970-01-01T00:01:42.000Z,1.0\n"
    )
    with pytest.raises(NotFound, match="There is no run"):
        series.table(house, caller, [(NOTHING, "loss")])


def test_many_points_are_written_out_each_once(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    key = journal.series_key(("loss", "accuracy"))
    more = b"".join(
        journal.frame(journal.POINT, journal.POINT_HEAD.pack(key, step, step) + b"\0" * 16)
        for step in range(3, 30_000)
    )
    attempt.journal += more
    worker.ship(attempt)
    lines = "".join(series.table(house, caller, [(attempt.lease.run, "loss")])).splitlines()
    assert [line.split(",")[3] for line in lines[1:]] == [str(step) for step in range(30_000)]


def test_figures_have_versions_and_parts(
    house: House, caller: Caller, worker: HandWorker, attempt: Attempt
) -> None:
    run, job = attempt.lease.run, attempt.lease.job
    for content in (b"one", b"three"):
        attempt.figure("curve", "Curve", png=content, **{"svg+xml": b"<svg/>"})
    worker.ship(attempt)
    found = figures.versions(house, caller, run, job, "curve")
    assert (found.total, [version.sizes["image/png"] for version in found.versions]) == (2, [3, 5])
    assert figures.versions(house, caller, run, job, "curve", 2).versions == found.versions[1:]
    stream, size = figures.document(house, caller, run, job, "curve", 2, "image/svg+xml")
    with stream:
        assert (stream.read(), size) == (b"<svg/>", 6)
    for job_id, name, version in ((job, "other", 1), (job, "curve", 3), (JobId("0" * 26), "curve", 1)):
        with pytest.raises(NotFound):
            figures.document(house, caller, run, job_id, name, version, "image/svg+xml")
    with pytest.raises(NotFound, match="no part of the type text/html"):
        figures.document(house, caller, run, job, "curve", 1, "text/html")


def test_the_bytes_of_figures_are_kept_before_anything_is_written(
    house: House, worker: HandWorker, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[bool] = []
    keep = Blobs._keep

    def watched(blobs: Blobs, temporary: Path, digest: Digest) -> None:
        locked.append(house._writing.locked())
        keep(blobs, temporary, digest)

    monkeypatch.setattr(Blobs, "_keep", watched)
    worker.ship(attempt.figure("curve", png=b"a picture"))
    assert locked == [False]
