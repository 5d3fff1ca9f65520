"""An array from job to job, and a folder of many files, hashed and kept, beside `cp` of as many bytes.

    python benchmarks/arrays.py               1 GB of float32, 2 000 files
    python benchmarks/arrays.py --size 100    100 MB

The hand-over is what passes from the last line of the operation that makes the array to the first line of the
one that takes it: saving, hashing, recording, starting the next job, and opening the array there. The files
are captured between the last line of the operation that leaves them and the end of its run. Those that have a
second name are somebody's own to write to, so they are copied; others become blobs by a hard link.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.pop(0)  # where logging.py would stand before the standard library's
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
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

LEAVE = """
import os
import time

import deepforge


def leave_files(*, count: int, size: int, second_names: bool):
    folder = deepforge.artifact("files")
    os.makedirs(folder)
    if second_names:
        os.makedirs("names")
    for number in range(count):
        (folder / f"{number}.bin").write_bytes(os.urandom(size))
        if second_names:
            os.link(folder / f"{number}.bin", f"names/{number}")
    deepforge.log(left=time.time())
"""

LEAVING = "nodes:\n  leave: {operation: leave_files}\n"

FILES, FILE_SIZE = 2000, 50_000
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


def measure_file_floors(table: Table, folder: Path, repeat: int) -> None:
    """`cp` of the files, hard links to them, and hashing them."""
    source, target = folder / "files", folder / "copies"
    source.mkdir(parents=True)
    for number in range(FILES):
        (source / f"{number}.bin").write_bytes(os.urandom(FILE_SIZE))
    floors: dict[str, Callable[[], object]] = {
        "cp": lambda: subprocess.run(["cp", "-r", source, target], check=True),
        "hard links": lambda: subprocess.run(["cp", "-rl", source, target], check=True),
        "hash": lambda: [blake3(file.read_bytes()).digest() for file in source.iterdir()],
    }
    for name, floor in floors.items():
        seconds = []
        for _ in range(repeat):
            os.sync()
            with stopwatch() as watch:
                floor()
            seconds.append(watch.seconds)
            shutil.rmtree(target, ignore_errors=True)
        table.add(f"floor: {name}", 1000 * median(seconds))
    shutil.rmtree(source)


def measure_capture(table: Table, installed: Installation, folder: Path, repeat: int) -> None:
    """From the last line of an operation that leaves files to the end of its run, other bytes each time."""
    project = installed.open(write_project(folder, {"leave_files": LEAVE}, {"leave": LEAVING}))
    for name, second_names in (("hard links", False), ("files with a second name, copied", True)):
        taken = []
        for _ in range(repeat + 1):
            os.sync()
            asked = {"count": FILES, "size": FILE_SIZE, "second_names": second_names}
            _, run = installed.run(project, "leave", leave=asked)
            ended = datetime.fromisoformat(run.ended or "").timestamp()
            taken.append(ended - (run.metrics["left"] or 0))
            installed.client.runs.remove(run.id)
        table.add(f"DeepForge, {name}", 1000 * median(taken[1:]))


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
            title = f"{FILES:,} files of {FILE_SIZE // 1000} kB captured".replace(",", " ")
            files = Table(title, ("what", "ms"))
            measure_file_floors(files, Path(folder, "floors"), options.repeat)
            measure_capture(files, installed, Path(folder, "files"), options.repeat)
    print(table)
    print(files)


if __name__ == "__main__":
    main()
