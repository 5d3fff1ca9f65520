"""From the request that stops a run to the end of the last process that its job started.

    python benchmarks/cancelling.py

A job is asked to end, and ended a second later when it does not: it, the processes it started, and those of
them that went into a session of their own. The processes are looked at every few milliseconds.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.pop(0)  # where logging.py would stand before the standard library's
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import time
from tempfile import TemporaryDirectory

import psutil
from benchmarks.measure import Table, median, stopwatch
from benchmarks.product import Installation, installation, write_project

from deepforge.core.project import ProjectView

WAIT = """
import os
import signal
import subprocess
import sys
import time

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print(flush=True); time.sleep(600)"
)


def wait(*, file: str, stubborn: bool = False, children: list = []):
    if stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pids = [os.getpid()]
    for own_session in children:
        command = [sys.executable, "-c", STUBBORN]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=own_session)
        child.stdout.readline()
        pids.append(child.pid)
    with open(file, "w") as told:
        told.write(" ".join(map(str, pids)) + "\\n")
    time.sleep(600)
"""

PIPELINE = "nodes:\n  wait: {operation: wait}\n"

CASES: dict[str, dict[str, object]] = {
    "a job that ends when it is asked": {},
    "a job that ignores being asked": {"stubborn": True},
    "its child ignores it": {"children": [False]},
    "its child ignores it, in a session of its own": {"children": [True]},
    "four children of both kinds, and the job ignore it": {
        "stubborn": True,
        "children": [False, True, False, True],
    },
}
PAUSE = 0.005


def seconds_to_end(
    installed: Installation, project: ProjectView, file: Path, case: dict[str, object]
) -> float:
    """Start a run, wait until its processes live, stop it, and wait until none does."""
    file.unlink(missing_ok=True)
    run = installed.start(project, "wait", wait={"file": str(file), **case})
    while not (file.exists() and file.read_text().endswith("\n")):
        time.sleep(PAUSE)
    living = [psutil.Process(int(pid)) for pid in file.read_text().split()]
    with stopwatch() as watch:
        installed.client.runs.stop(run.id)
        while any(_lives(process) for process in living):
            time.sleep(PAUSE)
    installed.await_end(run)
    return watch.seconds


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description="How fast a run that is stopped leaves nothing behind.")
    parser.add_argument("--repeat", type=int, default=7, help="times, of which the median counts")
    options = parser.parse_args()

    table = Table(
        "From stopping a run to the end of its last process", ("what runs", "median, ms", "longest, ms")
    )
    with TemporaryDirectory(prefix="deepforge-benchmark-") as folder, installation() as installed:
        project = installed.open(write_project(Path(folder, "waiting"), {"wait": WAIT}, {"wait": PIPELINE}))
        for name, case in CASES.items():
            file = Path(folder, "pids")
            taken = [seconds_to_end(installed, project, file, case) for _ in range(options.repeat)]
            table.add(name, 1000 * median(taken), 1000 * max(taken))
    print(table)


if __name__ == "__main__":
    main()
