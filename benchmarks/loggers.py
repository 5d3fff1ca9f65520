"""Ways to log five metrics a step: the floors, DeepForge, and the trackers that are installed.

Each is a function that takes a folder of its own, sets itself up there and gives the call to measure.
"""

from __future__ import annotations

import json
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

Call = Callable[[int, float], object]
"""What a training loop calls: the step, and a number that the five metrics are made of."""


class Logger(NamedTuple):
    """A way to log.

    Its name, the module it needs (None: none), whether a point is durable when the call returns, how many
    calls are enough to measure it, and its set-up.
    """

    name: str
    module: str | None
    durable: bool
    calls: int
    prepare: Callable[[Path], Call]


def deepforge_log(folder: Path) -> Call:
    """`deepforge.log`, as an operation calls it."""
    os.environ["DEEPFORGE_JOB_DIR"] = str(folder)
    import deepforge

    log = deepforge.log
    return lambda step, x: log(step=step, loss=x, accuracy=x, rate=x, norm=x, speed=x)


def binary_append(folder: Path) -> Call:
    """One write of packed numbers."""
    import struct

    descriptor = os.open(folder / "points", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    pack, write = struct.Struct("<q5d").pack, os.write
    return lambda step, x: write(descriptor, pack(step, x, x, x, x, x))


def csv_append(folder: Path) -> Call:
    """A line of text, flushed."""
    file = (folder / "points.csv").open("a")

    def call(step: int, x: float) -> None:
        file.write(f"{step},{x},{x},{x},{x},{x}\n")
        file.flush()

    return call


def json_lines(folder: Path) -> Call:
    """A line of JSON, flushed."""
    file = (folder / "points.jsonl").open("a")

    def call(step: int, x: float) -> None:
        file.write(
            json.dumps({"step": step, "loss": x, "accuracy": x, "rate": x, "norm": x, "speed": x}) + "\n"
        )
        file.flush()

    return call


def sqlite_commit(folder: Path) -> Call:
    """A row and a commit."""
    database = sqlite3.connect(folder / "points.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute("CREATE TABLE points (step, loss, accuracy, rate, norm, speed)")
    return lambda step, x: database.execute(
        "INSERT INTO points VALUES (?, ?, ?, ?, ?, ?)", (step, x, x, x, x, x)
    )


def thread_queue(folder: Path) -> Call:
    """A queue that another thread writes to a file: fast, and lost with the process."""
    waiting: queue.SimpleQueue[tuple[int, float]] = queue.SimpleQueue()
    file = (folder / "points.csv").open("a")

    def write() -> None:
        while True:
            step, x = waiting.get()
            file.write(f"{step},{x},{x},{x},{x},{x}\n")

    threading.Thread(target=write, daemon=True).start()
    return lambda step, x: waiting.put((step, x))


def tensorboard(folder: Path) -> Call:
    """tensorboardX's writer, a scalar at a time as its users do."""
    from tensorboardX import SummaryWriter

    writer = SummaryWriter(str(folder))

    def call(step: int, x: float) -> None:
        for name in ("loss", "accuracy", "rate", "norm", "speed"):
            writer.add_scalar(name, x, step)

    return call


def mlflow(folder: Path) -> Call:
    """MLflow's log_metrics into its SQLite store."""
    import mlflow as tracker

    tracker.set_tracking_uri(f"sqlite:///{folder / 'mlflow.db'}")
    tracker.start_run()
    return lambda step, x: tracker.log_metrics(
        {"loss": x, "accuracy": x, "rate": x, "norm": x, "speed": x}, step=step
    )


def trackio(folder: Path) -> Call:
    """trackio's log, into its local folder."""
    os.environ["TRACKIO_DIR"] = str(folder)
    import trackio as tracker

    tracker.init(project="benchmark", embed=False)
    return lambda step, x: tracker.log(
        {"loss": x, "accuracy": x, "rate": x, "norm": x, "speed": x}, step=step
    )


LOGGERS = (
    Logger("floor: binary append", None, True, 50_000, binary_append),
    Logger("floor: CSV append, flushed", None, True, 50_000, csv_append),
    Logger("floor: JSON line, flushed", None, True, 50_000, json_lines),
    Logger("floor: SQLite, a commit each", None, True, 20_000, sqlite_commit),
    Logger("floor: queue to a thread", None, False, 50_000, thread_queue),
    Logger("DeepForge", "deepforge", True, 50_000, deepforge_log),
    Logger("tensorboardX", "tensorboardX", False, 5_000, tensorboard),
    Logger("trackio", "trackio", False, 5_000, trackio),
    Logger("MLflow, SQLite", "mlflow", True, 500, mlflow),
)
