"""The live picture: one line a job, and as much as fits."""

from __future__ import annotations

import io
from datetime import datetime

from rich.console import Console

from deepforge.cli.board import Board
from deepforge.cli.lines import Lines
from deepforge.cli.tree import draw
from deepforge.core.run import Failure, JobView, Progress
from tests.cli.facts import ENDED, make_job, make_run


def picture(board: Board, lines: int = 20, width: int = 120) -> list[str]:
    """What a terminal of this size shows, without colours."""
    output = io.StringIO()
    console = Console(file=output, width=width, color_system=None, legacy_windows=False)
    console.print(draw(board, datetime.fromisoformat(ENDED), lines, width))
    return [line.rstrip() for line in output.getvalue().splitlines()]


def test_each_job_is_a_line_with_its_state_time_progress_and_metrics() -> None:
    run = make_run(
        make_job("digits", "success", cached=True),
        make_job("train", "running", progress=Progress(3, 4, "training"), metrics={"loss": 0.25}),
        make_job("check", "failed", error=Failure("ValueError", "no\nimages")),
        make_job("queue", "queued", reason="every worker is busy"),
        make_job("model", after=("train",)),
    )
    head, *lines = picture(Board(run))
    assert head == f"● digits / train  running  8.1 s  run {run.id[-6:]}"
    assert [line.split() for line in lines] == [
        ["├─", "✓", "digits", "Digits", "cached"],
        [
            "├─",
            "●",
            "train",
            "Train",
            "running",
            "8.1",
            "s",
            "━" * 15,
            "75",
            "%",
            "training",
            "loss",
            "0.25",
        ],
        ["├─", "✗", "check", "Check", "failed", "8.1", "s", "ValueError:", "no", "images"],
        ["├─", "◌", "queue", "Queue", "queued", "every", "worker", "is", "busy"],
        ["└─", "○", "model", "Model", "pending", "waits", "for", "train"],
    ]


def test_what_does_not_fit_is_counted_and_what_runs_is_kept() -> None:
    jobs = [make_job(f"done{number}", "success") for number in range(50)]
    board = Board(make_run(*jobs, make_job("now", "running"), make_job("bad", "failed")))
    lines = picture(board, lines=4)
    assert [line.split()[2] for line in lines[1:-1]] == ["done0", "done1", "now", "bad"]
    assert lines[-1] == "└─ 52 jobs in all: 50 success, 1 running, 1 failed"


def test_a_narrow_terminal_cuts_lines_and_never_wraps_them() -> None:
    board = Board(
        make_run(make_job("train", "running", metrics={f"metric{number}": 0.5 for number in range(9)}))
    )
    assert picture(board, width=60)[1:] == ["└─ ● train  Train  running  8.1 s  metric0 0.5   metric1 0.…"]
    assert [len(picture(board, width=width)) for width in (20, 30, 40)] == [2, 2, 2]


def test_names_cannot_carry_control_sequences() -> None:
    board = Board(make_run(make_job("evil\x1b]0;owned\x07", "running", metrics={"a\x1b[2J": 1.0})))
    assert "\x1b" not in "".join(picture(board))
    assert "[2J" not in "".join(picture(board))


def said(*jobs: JobView) -> list[str]:
    """What the plain lines say of jobs."""
    told: list[str] = []
    lines = Lines(Board(make_run(*jobs)), told.append)
    lines.head()
    for job in jobs:
        lines.job(job)
    return told[1:]


def test_plain_lines_say_what_became_of_each_job() -> None:
    assert said(
        make_job("digits", "success", cached=True),
        make_job("train", "success", metrics={"loss": 0.25, "accuracy": 0.99}),
        make_job("check", "failed", error=Failure("ValueError", "no images")),
        make_job("model", "skipped", reason="check did not succeed"),
    ) == [
        "✓ digits  success, cached",
        "✓ train   success in 8.1 s  loss 0.25, accuracy 0.99",
        "✗ check   failed after 8.1 s: ValueError: no images",
        "– model   skipped: check did not succeed",
    ]
