"""Processes that tests watch and end; each may end by itself between two looks at it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import psutil


def lives(process: psutil.Process) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def is_there(pid: int) -> bool:
    """Whether a process of this number runs."""
    try:
        return lives(psutil.Process(pid))
    except psutil.Error:
        return False


def kill(*processes: psutil.Process | None) -> None:
    """End processes as a power cut would, those that are still there."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process is not None:
                process.kill()


def those(has: Callable[[psutil.Process], bool]) -> Iterator[psutil.Process]:
    """The processes of this machine that have something about them, as far as one may look at them."""
    for process in psutil.process_iter():
        try:
            if has(process):
                yield process
        except psutil.Error:
            continue
