"""An array from job to job, hashed and kept, beside `cp` of as many bytes.

    python benchmarks/arrays.py               1 GB of float32
    python benchmarks/arrays.py --size 100    100 MB

The hand-over is what passes from the last line of the operation that makes the array to the first line of the
one that takes it: saving, hashing, recording, starting the next job, and opening the array there.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.pop(0)  # where logging.py would stand before the standard library's
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import os
import subprocess
from collections.abc import Callable
from tempfile import TemporaryDirectory

import numpy as np
from benchmarks.measure import Table, median, stopwatch
from benchmarks.product import Installation, installation, write_project
from blake3 import blake3

from deepforge.runtime import codecs

MAKE = """
import time

import deepforge
import numpy as np


class MakeArray:
    def __init__(self, megabytes: int = 1000, seed: int = 0):
        self.megabytes = megabytes
        self.seed = seed

    def execute(self):
        array = np.full(self.megabytes * 250_000, self.seed, dtype=np.float32)
        deepforge.log(given=time.time())
        return array
"""

TAKE = """
import time

import deepforge


class TakeArray:
    def execute(self, array):
        deepforge.log(taken=time.time(), last=array[-1])
"""

PIPELINE = """
nodes:
  make: {operation: MakeArray}
  take: {operation: TakeArray, inputs: {array: make.array}}
"""

CHUNK = 1 << 23


def measure_floors(table: Table, folder: Path, megabytes: int, repeat: int) -> None:
    """`cp` without and with waiting for the disk, copying and hashing at once, numpy's own."""
    array = np.zeros(megabytes * 250_000, dtype=np.float32)
    source, target = folder / "array.npy", folder / "copy.npy"
    np.save(source, array)
    floors: dict[str, Callable[[], object]] = {
        "np.save": lambda: np.save(target, array),
        "cp": lambda: subprocess.run(["cp", source, target], check=True),
        "cp and fsync": lambda: copy_and_sync(source, target),
        "copy and hash, one thread": lambda: copy_and_hash(source, target),
        "np.load, mapped": lambda: np.load(source, mmap_mode="r")[-1],
    }
    for name, floor in floors.items():
        seconds = median([timed_on_quiet_disk(floor, target) for _ in range(repeat)])
        table.add(f"floor: {name}", 1000 * seconds, megabytes / seconds / 1000)
    source.unlink()


def timed_on_quiet_disk(action: Callable[[], object], written: Path) -> float:
    """The seconds of a call that writes a new file, while nothing else waits to be written."""
    os.sync()
    with stopwatch() as watch:
        action()
    written.unlink(missing_ok=True)
    return watch.seconds


def copy_and_sync(source: Path, target: Path) -> None:
    """Copy a file, and wait until the disk has it."""
    subprocess.run(["cp", source, target], check=True)
    descriptor = os.open(target, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def copy_and_hash(source: Path, target: Path) -> str:
    """Copy a file and give its BLAKE3 digest."""
    digest = blake3()
    with source.open("rb") as given, target.open("wb") as taken:
        while chunk := given.read(CHUNK):
            digest.update(chunk)
            taken.write(chunk)
    return digest.hexdigest()


def measure_deepforge(table: Table, installed: Installation, folder: Path, size: int, repeat: int) -> None:
    """The hand-over between two jobs, other bytes each time; and what another reader takes to open them."""
    operations = {"make_array": MAKE, "take_array": TAKE}
    project = installed.open(write_project(folder, operations, {"pass": PIPELINE}))
    handed, opened = [], []
    for seed in range(repeat + 1):
        os.sync()
        _, run = installed.run(project, "pass", make={"megabytes": size, "seed": seed})
        handed.append((run.metrics["taken"] or 0) - (run.metrics["given"] or 0))
        (output,) = next(job.outputs for job in run.jobs if job.name == "make")
        blob = installed.settings.home / "blobs" / output.digest[:2] / output.digest
        with stopwatch() as watch:
            codecs.load(str(blob), output.type, output.codec)[-1]
        opened.append(watch.seconds)
        installed.client.runs.remove(run.id)
        blob.unlink()  # as the floors do: memory that was in use a moment ago is faster to write to
    table.add("DeepForge, job to job", 1000 * median(handed[1:]), size / median(handed[1:]) / 1000)
    table.add("DeepForge, a second reader", 1000 * median(opened), None)


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description="A big array from job to job.")
    parser.add_argument("--size", type=int, default=1000, metavar="MB", help="megabytes of float32")
    parser.add_argument("--repeat", type=int, default=5, help="times, of which the median counts")
    options = parser.parse_args()

    table = Table(f"An array of {options.size} MB", ("what", "ms", "GB/s"))
    with TemporaryDirectory(prefix="deepforge-benchmark-") as folder:
        measure_floors(table, Path(folder), options.size, options.repeat)
        with installation() as installed:
            measure_deepforge(table, installed, Path(folder, "arrays"), options.size, options.repeat)
    print(table)


if __name__ == "__main__":
    main()
