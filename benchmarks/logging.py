"""What a call that logs five metrics costs the training loop, in microseconds.

    python benchmarks/logging.py                          trackers of this interpreter
    python benchmarks/logging.py --peers /path/to/python  trackers of another one

Each logger runs in its own process with its own home; the time of every single call is taken. The set-up is
what passes from before its import to the end of the first call.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.pop(0)  # where this file would stand before the standard library's of the same name
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import importlib.util
import json
import os
import subprocess
from tempfile import TemporaryDirectory
from time import perf_counter_ns

from benchmarks.loggers import LOGGERS, Logger
from benchmarks.measure import Table, median, percentile, private_environment, stopwatch


def measure_here(logger: Logger) -> dict[str, float] | None:
    """Set-up in ms; median, 99th percentile and mean of a call in µs. None when it is not installed."""
    if logger.module is not None and importlib.util.find_spec(logger.module) is None:
        return None
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with stopwatch() as setup:
            call = logger.prepare(Path(folder))
            call(0, 0.5)
        taken = []
        for step in range(1, logger.calls + 1):
            start = perf_counter_ns()
            call(step, step * 0.001)
            taken.append((perf_counter_ns() - start) / 1000)
    middle = {"median": median(taken), "p99": percentile(taken, 0.99), "mean": sum(taken) / len(taken)}
    return {"setup": 1000 * setup.seconds} | middle


def measure(logger: Logger, peers: str) -> dict[str, float] | None:
    """The same in a process of its own, trackers by the interpreter that has them."""
    python = sys.executable if logger.module in (None, "deepforge") else peers
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        done = subprocess.run(
            [python, __file__, "--one", logger.name],
            env=private_environment(home),
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise RuntimeError(f"{logger.name} failed: {done.stderr[-800:]}")
    found: dict[str, float] | None = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description="The cost of logging five metrics.")
    parser.add_argument(
        "--peers", default=sys.executable, metavar="PYTHON", help="the interpreter that has the trackers"
    )
    parser.add_argument("--one", metavar="NAME", help="measure one logger in this process, and print JSON")
    options = parser.parse_args()
    if options.one:
        print(
            "\n" + json.dumps(measure_here(next(logger for logger in LOGGERS if logger.name == options.one)))
        )
        sys.stdout.flush()
        os._exit(0)  # some trackers upload or wait at the exit; what they cost the loop is known by now

    headings = ("logger", "durable", "median, µs", "p99, µs", "mean, µs", "set-up, ms")
    table = Table("Logging five metrics, one call a step", headings, words=2)
    for logger in LOGGERS:
        found = measure(logger, options.peers)
        if found is not None:
            durable = "yes" if logger.durable else "no"
            table.add(logger.name, durable, found["median"], found["p99"], found["mean"], found["setup"])
    print(table)


if __name__ == "__main__":
    main()
