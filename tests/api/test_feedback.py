"""What runs show, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from deepforge.client import Client
from deepforge.core.errors import BadInput, NotFound
from deepforge.core.run import LogMatch, LogMatches, RunRequest, RunView
from deepforge.core.series import PointsRequest, SeriesWish
from tests.api.conftest import Played
from tests.services.hand_worker import Attempt
from tests.support.running_server import RunningServer


@pytest.fixture
def run(server: RunningServer, client: Client) -> RunView:
    """A run whose first job shows something and was tried twice."""
    worker = Played(server.house)
    worker.register()
    found = client.runs.start(RunRequest(client.projects.listing()[0].id, "train", cache=False))
    worker.ship(worker.exit(_mine(worker, found).print("first try\n"), code=None, reason="interrupted"))
    attempt = _mine(worker, found).print("one\ntwo\n\x1b[31mthree\x1b[0m\n")
    for step in range(3):
        attempt.metrics(step, **{"train/loss": 3.0 - step})
    attempt.figure("curve", "Curve", png=b"png", **{"svg+xml": b"<svg/>"})
    worker.ship(attempt)
    worker.finish()
    return client.runs.show(found.id)


def _mine(worker: Played, run: RunView) -> Attempt:
    return next(found for found in worker.take().values() if found.lease.run == run.id)


@pytest.fixture
def web(server: RunningServer, client: Client) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {client.http.token}"}
    with httpx.Client(base_url=f"{server.url}/api/v1", headers=headers) as found:
        yield found


def test_a_log_is_read_by_lines_and_searched(client: Client, run: RunView) -> None:
    job = run.jobs[0].id
    found = client.runs.log_lines(run.id, job, first=1)
    assert (found.attempt, found.first, found.lines) == (2, 1, ("two", "\x1b[31mthree\x1b[0m"))
    assert (found.total, found.done) == (3, True)
    assert client.runs.search_log(run.id, job, "TH") == LogMatches((LogMatch(2, "three", 0),), None)
    assert client.runs.search_log(run.id, job, "TH", case=True).matches == ()
    assert client.runs.log_lines(run.id, job, attempt=1).lines == ("first try",)
    assert "".join(client.runs.whole_log(run.id, job, attempt=1)) == "first try\n"
    assert [tried.number for tried in client.runs.attempts(run.id, job)] == [1, 2]
    with pytest.raises(NotFound, match="no attempt 9"):
        client.runs.log(run.id, job, attempt=9)


def test_a_log_is_downloaded_as_a_file(web: httpx.Client, run: RunView) -> None:
    answer = web.get(f"/runs/{run.id}/jobs/{run.jobs[0].id}/log/file")
    assert answer.text == "one\ntwo\n\x1b[31mthree\x1b[0m\n"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="make.log"'
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("count", [0, 2001])
def test_an_answer_has_at_most_two_thousand_lines(web: httpx.Client, run: RunView, count: int) -> None:
    answer = web.get(f"/runs/{run.id}/jobs/{run.jobs[0].id}/log/lines", params={"count": count})
    assert answer.status_code == 422


def test_series_are_read_together_and_as_a_table(client: Client, web: httpx.Client, run: RunView) -> None:
    job = run.jobs[0].id
    request = PointsRequest((SeriesWish(run.id, "train/loss"), SeriesWish(run.id, "train/loss", job, skip=2)))
    whole, rest = client.runs.points_together(request)
    assert (whole.job_name, whole.points.mean, rest.points.mean) == ("make", (3.0, 2.0, 1.0), (1.0,))
    with pytest.raises(BadInput):
        client.runs.points_together(PointsRequest((SeriesWish(run.id, "x"),) * 201))
    answer = web.get("/points/file", params={"run": run.id, "name": "train/loss"})
    assert answer.headers["content-disposition"] == 'attachment; filename="train-loss.csv"'
    lines = answer.text.splitlines()
    assert lines[0] == "run,job,metric,step,time,value"
    assert lines[3].split(",")[1:4] == ["make", "train/loss", "2"]


def test_a_figure_that_is_a_document_is_shown_where_nothing_of_it_can_run(
    client: Client, web: httpx.Client, run: RunView
) -> None:
    job = run.jobs[0].id
    versions = client.runs.figure_versions(run.id, job, "curve")
    assert (versions.total, versions.versions[0].sizes) == (1, {"image/png": 3, "image/svg+xml": 6})
    wanted = {"job": job, "figure": "curve", "version": 1, "media": "image/svg+xml"}
    answer = web.get(f"/runs/{run.id}/figures/page", params=wanted)
    assert (answer.text, answer.headers["content-type"]) == ("<svg/>", "image/svg+xml; charset=utf-8")
    policy = answer.headers["content-security-policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert not any("script" in part for part in policy)
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    for changed in ({"media": "application/javascript"}, {"media": "text/html"}, {"version": 2}):
        answer = web.get(f"/runs/{run.id}/figures/page", params=wanted | changed)
        assert answer.status_code in (404, 422)
        assert answer.headers["content-type"] == "application/json"
