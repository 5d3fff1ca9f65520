"""The live picture of a run in a terminal: one line a job, redrawn in place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from deepforge.cli.board import Board, Row
from deepforge.cli.names import SHORT
from deepforge.cli.states import JOB_LOOKS, look
from deepforge.cli.terminal import one_line, seconds_between, show_duration, show_number
from deepforge.core.run import JobView

METRICS_SHOWN = 4


class Tree:
    """Draws a board whenever rich asks for it. The board may change meanwhile."""

    def __init__(self, board: Board) -> None:
        self.board = board

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        now = datetime.now(UTC)
        height = options.height or console.height
        yield draw(self.board, now, max(height - 4, 5), options.max_width)


def live(board: Board, console: Console) -> Live:
    """A live display of the board; it stays on the screen as it was when it ends."""
    return Live(Tree(board), console=console, refresh_per_second=8, transient=False)


def draw(board: Board, now: datetime, lines: int, width: int) -> Group:
    """The board as it is now, in at most `lines` lines of jobs."""
    shown = _choose(list(board.rows.values()), lines)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, min_width=8)
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True, justify="right")
    grid.add_column()  # the only one that may become narrower; its texts are cut, not wrapped
    for number, row in enumerate(shown):
        last = number == len(shown) - 1 and len(shown) == len(board.rows)
        grid.add_row(*_cells(board, row, now, "└─ " if last else "├─ ", width))
    parts: list[Text | Table] = [_head(board, now), grid]
    if len(shown) < len(board.rows):
        counts = ", ".join(f"{count} {state}" for state, count in board.counts().items())
        parts.append(Text(f"└─ {len(board.rows)} jobs in all: {counts}", style="dim"))
    if board.message and not board.has_ended():
        parts.append(Text(board.message, style="dark_orange"))
    return Group(*parts)


def _head(board: Board, now: datetime) -> Text:
    seconds = seconds_between(board.started, board.ended, now)
    icon, colour = look(board.state)
    return Text.assemble(
        (f"{icon} ", colour),
        (one_line(board.title), "bold"),
        (f"  {board.state}", colour),
        (f"  {show_duration(seconds)}" if seconds is not None else "", "dim"),
        (f"  run {board.run[-SHORT:]}", "dim"),
        no_wrap=True,
        overflow="ellipsis",
    )


def _choose(rows: Sequence[Row], lines: int) -> list[Row]:
    """The rows to show when not all fit: what runs and what failed before what waits or is done, in their
    order.
    """
    if len(rows) <= lines:
        return list(rows)
    rank = {"running": 0, "failed": 1, "queued": 2, "canceled": 3, "pending": 4, "success": 5, "skipped": 6}
    best = sorted(range(len(rows)), key=lambda number: (rank[rows[number].job.state], number))[:lines]
    return [rows[number] for number in sorted(best)]


def _cells(
    board: Board, row: Row, now: datetime, guide: str, width: int
) -> tuple[Text, Text, Text, Text, Text | Table]:
    job = row.job
    icon, colour = JOB_LOOKS[job.state]
    built_in = job.state == "success" and not job.fence
    seconds = None if job.cached or built_in else seconds_between(job.started, job.ended, now)
    return (
        Text.assemble((guide, "dim"), (f"{icon} ", colour), one_line(job.name, 40)),
        Text(one_line(job.operation, 30)),
        Text("cached" if job.cached else job.state, style=colour),
        Text(show_duration(seconds) if seconds is not None else ""),
        _detail(board, row, width),
    )


def _detail(board: Board, row: Row, width: int) -> Text | Table:
    job = row.job
    if job.state == "failed" and job.error:
        return _line(one_line(f"{job.error.kind}: {job.error.message}"), "red")
    if job.state == "pending" and job.after:
        return _line(one_line(f"waits for {', '.join(board.unfinished(job.after))}"), "dim")
    if job.state in ("pending", "queued", "skipped"):
        return _line(one_line(row.note or job.reason or ""), "dim")
    if job.state == "running" and job.progress:
        return _progress(job, width)
    return _metrics(job) if job.metrics else _line(one_line(row.note), "dim")


def _progress(job: JobView, width: int) -> Table:
    assert job.progress is not None
    value, total, label = job.progress.value, job.progress.total, one_line(job.progress.label, 30)
    bar = ProgressBar(total=total, completed=value, width=max(8, min(24, width // 6)), pulse=total is None)
    words = Text(f"{100 * value / total:3.0f} %" if total else f"{value:g}", style="bold")
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(bar, words, Text(label, style="dim"), _metrics(job))
    return grid


def _metrics(job: JobView) -> Text:
    parts: list[str | tuple[str, str]] = []
    for name, value in list(job.metrics.items())[:METRICS_SHOWN]:
        parts += [(f"{one_line(name, 30)} ", "dim"), (show_number(value), "bold"), "   "]
    more = len(job.metrics) - METRICS_SHOWN
    end = (f"and {more} more" if more > 0 else "", "dim")
    return Text.assemble(*parts, end, no_wrap=True, overflow="ellipsis")


def _line(text: str, style: str) -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")
