"""Kedro: a node a job, each output pickled to a file; in turn (`sequential`) or in a pool of two (`pool`)."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

from kedro.io import AbstractDataset, DataCatalog, SharedMemoryDataCatalog
from kedro.pipeline import node, pipeline
from kedro.runner import ParallelRunner, SequentialRunner
from laps import answer, asked, upstream


class Pickled(AbstractDataset[Any, Any]):
    """A value in a file."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def load(self) -> Any:
        """Read it."""
        return pickle.loads(self.path.read_bytes())  # noqa: S301

    def save(self, data: Any) -> None:
        """Write it."""
        self.path.write_bytes(pickle.dumps(data))

    def _describe(self) -> dict[str, Any]:
        return {"path": str(self.path)}

    def _exists(self) -> bool:
        return self.path.exists()


def first() -> int:
    """The job at the head."""
    return 0


def no_op(value: int) -> int:
    """Every other job."""
    return value


def main() -> None:
    """Build the pipeline once, run it as often as asked."""
    laps = asked()

    def make_node(job: int) -> Any:
        source = upstream(laps.shape, job)
        if source is None:
            return node(first, None, f"v{job}", name=f"n{job}")
        return node(no_op, f"v{source}", f"v{job}", name=f"n{job}")

    whole = pipeline([make_node(job) for job in range(laps.jobs)])

    def run(lap: int) -> None:
        folder = Path(os.environ["HOME"], f"lap{lap}")
        folder.mkdir()
        datasets = {f"v{job}": Pickled(str(folder / str(job))) for job in range(laps.jobs)}
        if laps.variant == "sequential":
            SequentialRunner().run(whole, DataCatalog(datasets))
        else:
            ParallelRunner(max_workers=2).run(whole, SharedMemoryDataCatalog(datasets))

    answer(laps, run)


if __name__ == "__main__":
    main()
