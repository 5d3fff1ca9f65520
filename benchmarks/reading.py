"""How fast what was kept is read over HTTP: a long series, and lists of many runs.

    python benchmarks/reading.py                          1 000 000 points, 10 000 runs
    python benchmarks/reading.py --points 100000 --runs 1000

The points are logged by a real job. The runs are copies, row by row, of a real one, each with its own metric.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.pop(0)  # where logging.py would stand before the standard library's
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import random
from collections.abc import Callable, Iterator
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from benchmarks.measure import Table, median, percentile, stopwatch, times
from benchmarks.product import Installation, installation, write_project
from sqlalchemy import Connection, insert, select

from deepforge.core.ids import RunId
from deepforge.store import tables
from deepforge.store.data_directory import DataDirectory
from deepforge.store.database import Database, fresh_id

LOG = """
import math

import deepforge


class LogPoints:
    def __init__(self, points: int = 1):
        self.points = points

    def execute(self):
        for step in range(self.points):
            deepforge.log(step=step, loss=math.exp(-step / 2e5) + 0.1 * math.sin(step))
"""
PIPELINE = "nodes:\n  log: {operation: LogPoints}\n"
WIDTH = 1000
Rows = dict[Any, list[dict[str, Any]]]
"""Rows by the table they belong to."""
TOGETHER = 500
"""Copied runs in one insert."""


def copy_runs(home: Path, template: RunId, count: int) -> None:
    """Write copies of a run and its jobs, with other ids and last values. No server may run meanwhile."""
    database = Database(DataDirectory(home).database_url)
    chance = random.Random(0)
    with database.write() as connection:
        rows = {table: _rows(connection, table, template) for table in (tables.runs, tables.jobs)}
        (metric,) = _rows(connection, tables.last_values, template)
        for start in range(0, count, TOGETHER):
            copies = [_copy(rows, metric, chance) for _ in range(min(TOGETHER, count - start))]
            for table in (tables.runs, tables.jobs, tables.last_values):
                connection.execute(insert(table), [row for copy in copies for row in copy[table]])
    database.close()


def _rows(connection: Connection, table: Any, run: RunId) -> list[dict[str, Any]]:
    column = table.c.id if table is tables.runs else table.c.run_id
    return [dict(row._mapping) for row in connection.execute(select(table).where(column == run))]


def _copy(rows: Rows, metric: dict[str, Any], chance: random.Random) -> Rows:
    run, ids = fresh_id(), {job["id"]: fresh_id() for job in rows[tables.jobs]}
    (kept,) = rows[tables.runs]
    return {
        tables.runs: [kept | {"id": run, "idempotency_key": None}],
        tables.jobs: [job | {"id": ids[job["id"]], "run_id": run} for job in rows[tables.jobs]],
        tables.last_values: [
            metric | {"run_id": run, "job_id": ids[metric["job_id"]], "value": chance.random()},
        ],
    }


def questions(installed: Installation, long: RunId) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is asked for, with the request that asks it. Answers are read whole, and not made into objects."""

    def get(path: str, **parameters: object) -> Callable[[], object]:
        return lambda: installed.client.http.get(path, msgspec.Raw, **parameters)

    yield "a metric of the long run, 1 000 drawn", get(f"/runs/{long}/points", name="loss", width=WIDTH)
    yield "50 newest runs", get("/runs", limit=50)
    yield (
        "50 successful runs, sorted by a metric",
        get("/runs", state="success", sort="metric:loss"),
    )


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description="Reading series and lists over HTTP.")
    parser.add_argument("--points", type=int, default=1_000_000, help="points of the long series")
    parser.add_argument("--runs", type=int, default=10_000, help="runs in the list")
    parser.add_argument("--repeat", type=int, default=20, help="requests, of which the median counts")
    options = parser.parse_args()

    size = f"{options.points:,} points and {options.runs:,} runs".replace(",", " ")
    table = Table(
        f"Reading over HTTP: {size}",
        ("asked for", "first, ms", "median, ms", "p95, ms"),
    )
    with TemporaryDirectory(prefix="deepforge-benchmark-") as folder:
        home, project_folder = Path(folder, "home"), Path(folder, "points")
        write_project(project_folder, {"log_points": LOG}, {"log": PIPELINE})
        with installation(home=home) as installed:
            project = installed.open(project_folder)
            seconds, long = installed.run(project, "log", log={"points": options.points})
            _, template = installed.run(project, "log")
        copy_runs(home, template.id, options.runs)
        with installation(home=home) as installed:
            for name, ask in questions(installed, long.id):
                with stopwatch() as first:
                    ask()
                taken = [1000 * value for value in times(ask, options.repeat)]
                table.add(name, 1000 * first.seconds, median(taken), percentile(taken, 0.95))
    points = f"{options.points:,}".replace(",", " ")
    print(f"{points} points were logged, shipped and committed in {seconds:.1f} s\n")
    print(table)


if __name__ == "__main__":
    main()
