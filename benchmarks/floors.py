"""Floors: the least that a program with a given guarantee could cost on this machine."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path


def call_and_commit(folder: Path, jobs: int, _at_once: int) -> None:
    """Call a function and commit that it is done: durable, not isolated."""
    database = _open(folder)
    for job in range(jobs):
        _commit(database, job, _no_op())
    database.close()


def fork_and_commit(folder: Path, jobs: int, at_once: int) -> None:
    """A process, a process group and a folder for each job, committed by the parent: durable and isolated."""
    database = _open(folder)
    _keep_running(
        jobs, at_once, lambda job: _fork(folder / str(job)), lambda job: _commit(database, job, None)
    )
    database.close()


def spawn_and_commit(folder: Path, jobs: int, at_once: int) -> None:
    """A fresh interpreter for each job (`python -c pass`), committed by the parent."""
    database = _open(folder)
    _keep_running(jobs, at_once, lambda _: _spawn(), lambda job: _commit(database, job))
    database.close()


def _no_op() -> int:
    return 0


def _open(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "floor.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute("CREATE TABLE jobs (id INTEGER PRIMARY KEY, value TEXT)")
    return database


def _commit(database: sqlite3.Connection, job: int, value: object = None) -> None:
    database.execute("INSERT INTO jobs VALUES (?, ?)", (job, repr(value)))


def _fork(folder: Path) -> int:
    child = os.fork()
    if child == 0:
        os.setsid()
        folder.mkdir()
        (folder / "result").write_text(repr(_no_op()))
        os._exit(0)
    return child


def _spawn() -> int:
    return os.posix_spawn(sys.executable, [sys.executable, "-c", "pass"], os.environ)


def _keep_running(jobs: int, at_once: int, start: Callable[[int], int], ended: Callable[[int], None]) -> None:
    """Start processes, at most `at_once` of them side by side, and tell of each end."""
    running: dict[int, int] = {}
    for job in range(jobs):
        if len(running) == at_once:
            ended(_wait(running))
        running[start(job)] = job
    while running:
        ended(_wait(running))


def _wait(running: dict[int, int]) -> int:
    child, status = os.wait()
    if status:
        raise RuntimeError(f"a process of a floor ended with status {status}")
    return running.pop(child)
