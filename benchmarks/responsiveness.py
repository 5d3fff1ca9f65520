"""How fast the API answers while a run of many jobs goes on.

python benchmarks/responsiveness.py               1 000 jobs
python benchmarks/responsiveness.py --jobs 200
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.pop(0)  # where logging.py would stand before the standard library's
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import time
from collections.abc import Callable
from tempfile import TemporaryDirectory

from benchmarks.measure import Table, median, percentile, stopwatch
from benchmarks.product import Installation, installation, write_no_ops

from deepforge.core.run import RUN_ENDS, RunView

PAUSE = 0.05
"""Seconds between two requests, as a person or a page asks, not as fast as can be."""


def ask_during(installed: Installation, run: RunView) -> tuple[dict[str, list[float]], float]:
    """Milliseconds of each request, by what it asks for, until the run has ended; and the seconds it took."""
    client = installed.client
    asked: dict[str, Callable[[], object]] = {
        "status": client.system.status,
        "50 runs": client.runs.listing,
        "the run, all jobs": lambda: client.runs.show(run.id),
        "projects": client.projects.listing,
    }
    taken: dict[str, list[float]] = {name: [] for name in asked}
    with stopwatch() as whole:
        state = run.state
        while state not in RUN_ENDS:
            for name, ask in asked.items():
                with stopwatch() as watch:
                    answer = ask()
                taken[name].append(1000 * watch.seconds)
                state = answer.state if isinstance(answer, RunView) else state
                time.sleep(PAUSE)
    if state != "success":
        raise RuntimeError(f"the run is {state}")
    return taken, whole.seconds


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description="The API while a big run goes on.")
    parser.add_argument("--jobs", type=int, default=1000, help="jobs of the run")
    options = parser.parse_args()

    with TemporaryDirectory(prefix="deepforge-benchmark-") as folder, installation() as installed:
        project = installed.open(write_no_ops(Path(folder, "no-ops"), fan=("fan", options.jobs)))
        with stopwatch() as accepted:
            run = installed.start(project, "fan")
        taken, seconds = ask_during(installed, run)

    title = f"{options.jobs} jobs, accepted in {1000 * accepted.seconds:.0f} ms, done in {seconds:.1f} s"
    table = Table(title, ("asked for", "requests", "p50, ms", "p95, ms", "max, ms"))
    everything = [value for values in taken.values() for value in values]
    for name, values in [*taken.items(), ("everything", everything)]:
        table.add(name, str(len(values)), median(values), percentile(values, 0.95), max(values))
    print(table)


if __name__ == "__main__":
    main()
