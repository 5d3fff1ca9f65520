"""A run as plain lines, for where nothing can be redrawn: one line when a job's state changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from deepforge.cli.board import Board
from deepforge.cli.states import look
from deepforge.cli.terminal import one_line, seconds_between, show_duration, show_metrics
from deepforge.core.run import JobView


class Lines:
    """Says what became of each job, once, through `say`."""

    def __init__(self, board: Board, say: Callable[[str], None]) -> None:
        self.board = board
        self.say = say
        self.width = max((len(row.job.name) for row in board.rows.values()), default=0)

    def head(self) -> None:
        """Say which run this is."""
        self.say(f"Run {self.board.run} of {one_line(self.board.title)}: {len(self.board.rows)} jobs")

    def job(self, job: JobView) -> None:
        """Say what a job became."""
        self.say(f"{look(job.state)[0]} {one_line(job.name):{self.width}}  {describe(job)}")

    def note(self, job: JobView, text: str) -> None:
        """Say what a worker does for a job."""
        self.say(f"  {one_line(job.name):{self.width}}  {one_line(text)}")


def describe(job: JobView) -> str:
    """A job's state in words: how long it took, its last metrics, why it failed or waits."""
    seconds = seconds_between(job.started, job.ended, datetime.now(UTC))
    if job.cached:
        return "success, cached"
    words: str = job.state
    if job.state == "success" and not job.fence:
        return words  # built in: nothing ran that could have taken time
    if job.state in ("success", "failed", "canceled") and seconds is not None:
        words += (
            f" in {show_duration(seconds)}" if job.state == "success" else f" after {show_duration(seconds)}"
        )
    if job.state == "success" and job.metrics:
        words += "  " + show_metrics(job.metrics, ", ")
    if job.state == "failed" and job.error:
        words += f": {one_line(f'{job.error.kind}: {job.error.message}')}"
    if job.state in ("queued", "skipped") and job.reason:
        words += f": {one_line(job.reason)}"
    return words
