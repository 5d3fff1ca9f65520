"""The board knows the newest fact about each job, from events and from the whole run alike."""

from __future__ import annotations

from typing import Any

import msgspec

from deepforge.cli.board import Board
from deepforge.core.run import JobView, Progress
from tests.cli.facts import ENDED, STARTED, make_job, make_run


def event_of(job: JobView) -> dict[str, Any]:
    """A job as the live channel tells of it: without what has events of its own."""
    content: dict[str, Any] = msgspec.to_builtins(job)
    for part in ("outputs", "metrics", "progress"):
        del content[part]
    return content


def test_a_change_of_state_is_told_once() -> None:
    board = Board(make_run(make_job("train", "queued")))
    (job,) = (row.job for row in board.rows.values())
    running = make_job("train", "running", id=job.id)
    assert board.apply("job", event_of(running)) == running
    assert board.apply("job", event_of(running)) is None


def test_metrics_and_progress_outlive_what_is_told_of_the_state() -> None:
    board = Board(make_run(make_job("train", "running")))
    (job,) = (row.job for row in board.rows.values())
    board.apply("metrics", {"job": job.id, "x": 1, "values": {"loss": 0.5, "accuracy": 0.9}})
    board.apply("metrics", {"job": job.id, "x": 2, "values": {"loss": 0.25}})
    board.apply("progress", {"job": job.id, "value": 3, "total": 4, "label": "training"})
    board.apply("job", event_of(make_job("train", "success", id=job.id)))
    (row,) = board.rows.values()
    assert row.job == make_job(
        "train",
        "success",
        id=job.id,
        metrics={"loss": 0.25, "accuracy": 0.9},
        progress=Progress(3, 4, "training"),
    )


def test_a_note_stands_while_the_job_runs() -> None:
    board = Board(make_run(make_job("train", "running")))
    (job,) = (row.job for row in board.rows.values())
    board.apply("note", {"job": job.id, "text": "Building the environment"})
    assert [row.note for row in board.rows.values()] == ["Building the environment"]
    board.apply("job", event_of(make_job("train", "success", id=job.id)))
    assert [row.note for row in board.rows.values()] == [""]


def test_the_run_ends_when_the_channel_says_so() -> None:
    board = Board(make_run(make_job("train", "running")))
    assert not board.has_ended()
    board.apply("run", {"state": "failed", "ended": ENDED})
    assert board.has_ended()
    assert (board.state, board.ended) == ("failed", ENDED)


def test_what_a_newer_server_tells_is_left_alone() -> None:
    board = Board(make_run(make_job("train", "running")))
    before = dict(board.rows)
    board.apply("weather", {"job": "elsewhere", "rain": True})
    board.apply("metrics", {"job": "elsewhere", "values": {"loss": 1.0}})
    board.apply("run", {"state": "hibernating"})
    assert (board.rows, board.state) == (before, "running")


def test_the_whole_run_brings_the_board_up_to_date() -> None:
    board = Board(make_run(make_job("a", "running"), make_job("b")))
    now = make_run(make_job("a", "success"), make_job("b", "running"), state="running")
    board.refresh(now)
    assert [row.job for row in board.rows.values()] == list(now.jobs)
    assert board.counts() == {"success": 1, "running": 1}


def test_a_run_has_begun_when_its_first_job_has() -> None:
    board = Board(make_run(make_job("train", "queued"), state="pending", started=None, ended=None))
    (job,) = (row.job for row in board.rows.values())
    board.apply("job", event_of(make_job("train", "running", id=job.id)))
    assert board.started == STARTED


def test_what_a_job_waits_for_is_what_has_not_succeeded() -> None:
    board = Board(make_run(make_job("a", "success"), make_job("b", "running")))
    assert board.unfinished(["a", "b"]) == ["b"]
