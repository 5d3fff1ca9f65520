"""Processes: who is alive, who descends from whom, and what a job left behind. Read from /proc on Linux."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from functools import lru_cache
from typing import Dict, Iterable, List, NamedTuple, Optional, Set

ATTEMPT = "DEEPFORGE_ATTEMPT"
"""The environment variable by which programs that a job started can be told to be its own."""

PR_SET_CHILD_SUBREAPER = 36


class Process(NamedTuple):
    """A line of the process table. `started` is in clock ticks since the machine came up."""

    pid: int
    parent: int
    group: int
    state: str
    started: int

    @property
    def is_running(self) -> bool:
        """Whether it has not ended. One that has stays in the table until its parent asked for its status."""
        return self.state not in "ZX"


class PidFile(NamedTuple):
    """What the file `pid` of a job's folder says: the child, and the warm parent that waits for it."""

    pid: int
    started: int
    parent: int
    parent_started: int


def look(pid: int) -> Optional[Process]:
    """One process; None when it is not there. Without /proc only its being there is known."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            # The name, in parentheses, may hold spaces and parentheses itself.
            fields = file.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None if os.path.exists("/proc/self/stat") else _ask(pid)
    return Process(pid, int(fields[1]), int(fields[2]), fields[0].decode(), int(fields[19]))


def _ask(pid: int) -> Optional[Process]:
    try:
        os.kill(pid, 0)
        return Process(pid, 0, os.getpgid(pid), "R", 0)
    except ProcessLookupError:
        return None


def is_alive(pid: int, started: int) -> bool:
    """Whether the process with this number is still the one that started then, and has not ended."""
    process = look(pid)
    return process is not None and process.started == started and process.is_running


def table() -> List[Process]:
    """All processes that can be seen. Empty without /proc."""
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
    except FileNotFoundError:
        return []
    return [process for process in map(look, pids) if process is not None]


def descendants(roots: Iterable[int]) -> List[Process]:
    """All running processes below these, without them."""
    children: Dict[int, List[Process]] = {}
    for process in table():
        children.setdefault(process.parent, []).append(process)
    found: Dict[int, Process] = {}
    waiting = list(roots)
    while waiting:
        below = [
            each for each in children.get(waiting.pop(), ()) if each.is_running and each.pid not in found
        ]
        found.update((each.pid, each) for each in below)
        waiting.extend(each.pid for each in below)
    return list(found.values())


def strays(folder: str) -> Set[int]:
    """Running processes that a job left, without this one.

    They are known by the mark in their environment, by their working folder, or by where their output goes.
    """
    folder = os.path.realpath(folder)
    mark = ("%s=%s" % (ATTEMPT, os.path.basename(folder))).encode()
    return {
        process.pid
        for process in table()
        if process.is_running and process.pid != os.getpid() and _belongs(process.pid, folder, mark)
    }


def _belongs(pid: int, folder: str, mark: bytes) -> bool:
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            if mark in file.read().split(b"\0"):
                return True
        links = ["/proc/%d/cwd" % pid, *("/proc/%d/fd/%d" % (pid, number) for number in (1, 2))]
        return any(os.readlink(link).startswith(folder + os.sep) for link in links if os.path.islink(link))
    except OSError:  # it ended meanwhile, or is another user's
        return False


def send(pids: Iterable[int], number: int) -> None:
    """Send a signal to each; those that are gone are passed over."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def send_to_group(group: int, number: int) -> bool:
    """Send a signal to a process group; whether anybody was in it."""
    try:
        os.killpg(group, number)
        return True
    except (ProcessLookupError, PermissionError):
        return False


def end(folder: str) -> Set[int]:
    """Kill all that is left of the job of this folder; the numbers of the processes that were met.

    For when no warm parent watches over the job.
    """
    met = strays(folder)
    started = read_pid_file(folder)
    # A number alone may by now be another program's.
    if started is not None and is_alive(started.pid, started.started):
        met |= {started.pid, *(each.pid for each in descendants([started.pid]))}
        send_to_group(started.pid, signal.SIGKILL)
    send(met, signal.SIGKILL)
    return met


def become_subreaper() -> None:
    """From now on, orphaned descendants become children of this process. Linux only; else nothing happens."""
    if sys.platform == "linux":
        _c_library().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@lru_cache(maxsize=None)
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def has_no_children() -> bool:
    """Whether this process has no child left, running or ended; of a subreaper: no descendant."""
    try:
        if hasattr(os, "waitid"):
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return not hasattr(os, "waitid")
    except ChildProcessError:
        return True


def claim(folder: str) -> None:
    """Take the right to start the job of this folder. Raises FileExistsError when somebody has it already."""
    os.close(os.open(os.path.join(folder, "pid"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))


def write_pid_file(folder: str, entry: PidFile) -> None:
    """Fill in the file `pid` of a job's folder."""
    descriptor = os.open(os.path.join(folder, "pid"), os.O_WRONLY | os.O_CREAT, 0o644)
    os.write(descriptor, b"%d %d %d %d\n" % entry)
    os.close(descriptor)


def read_pid_file(folder: str) -> Optional[PidFile]:
    """Read it; None when no process was started yet, or the file is damaged."""
    try:
        with open(os.path.join(folder, "pid")) as file:
            return PidFile(*map(int, file.read().split()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
