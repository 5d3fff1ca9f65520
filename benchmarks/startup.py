"""How fast the command line and the server are there, and how much memory the processes take.

    python benchmarks/startup.py

Memory is the proportional set size: pages that several processes share count for each of them in part.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.pop(0)  # where logging.py would stand before the standard library's
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import importlib.util
import subprocess
from functools import partial
from tempfile import TemporaryDirectory

import psutil
from benchmarks.measure import Table, median, stopwatch, times
from benchmarks.product import (
    COMMAND,
    Installation,
    command_environment,
    installation,
    private_settings,
    write_no_ops,
)

from deepforge.client import ensure_server

MODULES = ("numpy", "torch", "matplotlib", "sklearn")
"""What the operation of the second memory measurement imports; those that are not installed are left out."""


def measure_commands(table: Table, repeat: int) -> None:
    """Commands that need no server, beside an interpreter that does nothing."""
    with command_environment() as environment:

        def call(*command: str) -> None:
            subprocess.run(command, env=environment, capture_output=True, check=True)

        commands = {
            "floor: python -c pass": partial(call, sys.executable, "-c", "pass"),
            "deepforge --help": partial(call, COMMAND, "--help"),
            "deepforge config": partial(call, COMMAND, "config"),
            "deepforge config --json": partial(call, COMMAND, "config", "--json"),
        }
        for name, command in commands.items():
            table.add(name, 1000 * median(times(command, repeat)))


def measure_server(table: Table, repeat: int) -> None:
    """From the start of its process to its first answer, with a new data directory and with an old one."""
    first: list[float] = []
    again: list[float] = []
    for _ in range(repeat):
        with TemporaryDirectory(prefix="deepforge-benchmark-") as folder:
            settings = private_settings(Path(folder))
            for seconds in (first, again):
                with stopwatch() as watch:
                    ensure_server(settings)
                seconds.append(watch.seconds)
                Installation(settings).stop()
    table.add("server to first answer, new data directory", 1000 * median(first))
    table.add("server to first answer", 1000 * median(again))


def measure_memory(table: Table) -> None:
    """Server, worker and warm parent after a small run; and the warm parent with its usual imports."""
    with TemporaryDirectory(prefix="deepforge-benchmark-") as folder:
        project_folder = write_no_ops(Path(folder, "no-ops"), chain=("chain", 3))
        found = [module for module in MODULES if _is_installed(module)]
        source = "".join(f"import {module}\n" for module in found)
        (project_folder / "operations" / "heavy.py").write_text(source + "\n\ndef heavy():\n    pass\n")
        (project_folder / "pipelines" / "heavy.yaml").write_text("nodes:\n  heavy: {operation: heavy}\n")
        with installation() as installed:
            project = installed.open(project_folder)
            installed.run(project, "chain")
            for name, process in installed.processes().items():
                table.add(name, proportional_megabytes(process))
            installed.run(project, "heavy")
            parent = installed.processes().get("warm parent")
            if parent is not None and found:
                table.add(f"warm parent with {', '.join(found)}", proportional_megabytes(parent))


def proportional_megabytes(process: psutil.Process) -> float:
    """The proportional set size of a process."""
    return float(process.memory_full_info().pss) / 1e6


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description="Start-up times and memory.")
    parser.add_argument("--repeat", type=int, default=7, help="times, of which the median counts")
    options = parser.parse_args()

    speed = Table("Start-up", ("what", "ms"))
    measure_commands(speed, options.repeat)
    measure_server(speed, options.repeat)
    print(speed)
    memory = Table("Memory", ("process", "PSS, MB"))
    measure_memory(memory)
    print(memory)


if __name__ == "__main__":
    main()
