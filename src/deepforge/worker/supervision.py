"""Supervision of running attempts: their time, their memory, and how they are brought to an end."""

from __future__ import annotations

import contextlib
import signal
import time
from pathlib import Path

import psutil

from deepforge.runtime import process as processes
from deepforge.worker.attempt import PID, Attempt, Process

GRACE = 1.0
"""Seconds between asking the processes of an attempt to end and killing them."""

MEMORY_SECONDS = 0.25
"""How often the memory of an attempt that has a limit is measured."""


def breach(attempt: Attempt, now: float) -> str | None:
    """The limit an attempt has gone over, as the reason of its end: `timeout` or `memory`; None within its
    limits.

    `now` is on the monotonic clock.
    """
    asked = attempt.lease.spec.resources
    if asked.timeout is not None and now - attempt.began > asked.timeout:
        return "timeout"
    if asked.memory and attempt.process and holds_more_than(attempt.process, asked.memory):
        return "memory"
    return None


def holds_more_than(process: Process, limit: int) -> bool:
    """Whether a child and all it started hold more than `limit` bytes, pages shared with others counted in
    shares.

    The exact figure costs milliseconds for a large process, so it is asked for only when the coarse one is
    over.
    """
    family = _family(process)
    return sum(map(_resident, family)) > limit and sum(map(_proportional, family)) > limit


def _family(process: Process) -> list[psutil.Process]:
    if not is_alive(process):
        return []
    try:
        head = psutil.Process(process.pid)
        return [head, *head.children(recursive=True)]
    except psutil.Error:
        return []


def _resident(member: psutil.Process) -> int:
    try:
        return int(member.memory_info().rss)
    except psutil.Error:
        return 0


def _proportional(member: psutil.Process) -> int:
    try:
        full = member.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(full, "pss", 0) or full.uss)


def is_alive(process: Process) -> bool:
    """Whether this very process is still there and has not ended."""
    return processes.is_alive(process.pid, process.started)


def age(folder: Path) -> float:
    """For how many seconds the child of a job, if it lives, has had it; 0 when it has not begun.

    The process may be older: it may have waited for the job.
    """
    try:
        return max(0.0, time.time() - (folder / PID).stat().st_mtime)
    except OSError:
        return 0.0


def signal_adopted(folder: Path, process: Process, number: int) -> None:
    """Signal the processes of an attempt whose warm parent no longer listens; SIGKILL reaches all it ever
    started."""
    if number == signal.SIGKILL:
        processes.end(str(folder))
    elif is_alive(process):
        with contextlib.suppress(OSError):
            processes.send_to_group(process.pid, number)
