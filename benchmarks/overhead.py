"""What a job costs when the operation does nothing: DeepForge, the floors, and the peers that are installed.

    python benchmarks/overhead.py                          peers of this interpreter
    python benchmarks/overhead.py --peers /path/to/python  peers of another one

A chain of 20 jobs, and a fan of 50 behind one job. Every peer runs in its own process with its own home.
Where torch is installed, DeepForge is measured once more with operations that import it, which the warm
parent has done before.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.pop(0)  # where logging.py would stand before the standard library's
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import json
import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks import floors
from benchmarks.measure import Table, median, private_environment, stopwatch, times
from benchmarks.product import COMMAND, command_environment, installation, write_no_ops

SHAPES = {"chain": 20, "fan": 51}
TOGETHER = 2
"""How many jobs run side by side in a fan; as many as the smallest machine has cores."""
SCRIPTS = Path(__file__).parent / "peers"


class Peer(NamedTuple):
    """Another system: its name, its module, and how its script is to run it how often."""

    name: str
    module: str
    variant: str
    isolation: str
    repeat: int


class Cost(NamedTuple):
    """A row: milliseconds a job, and seconds from nothing to the end of the chain."""

    name: str
    isolation: str
    chain: float
    fan: float
    cold: float | None


PEERS = (
    Peer("Luigi, 1 worker", "luigi", "1", "none", 5),
    Peer("Luigi, 2 workers", "luigi", "2", "fork", 5),
    Peer("Kedro, sequential", "kedro", "sequential", "none", 5),
    Peer("Kedro, process pool", "kedro", "pool", "shared pool", 5),
    Peer("Prefect, in process", "prefect", "flow", "none", 3),
    Peer("Metaflow", "metaflow", "flow", "process", 1),
    Peer("Dagster, in process", "dagster", "in-process", "none", 3),
    Peer("Dagster, multiprocess", "dagster", "multiprocess", "process", 1),
)


class PeerFailed(Exception):
    """A peer that is installed and does not run, as with libraries that do not fit it."""


def measure_floor(name: str, isolation: str, floor: Callable[[Path, int, int], None], repeat: int) -> Cost:
    """A floor, one job after another in the chain and two at once in the fan."""

    def milliseconds(shape: str) -> float:
        def once() -> None:
            with TemporaryDirectory() as folder:
                floor(Path(folder), SHAPES[shape], 1 if shape == "chain" else TOGETHER)

        return 1000 * median(times(once, repeat)) / SHAPES[shape]

    return Cost(name, isolation, milliseconds("chain"), milliseconds("fan"), None)


def measure_deepforge(repeat: int) -> Cost:
    """DeepForge: warm runs through its server, and one by the command line with no server running."""
    return _measure_product("DeepForge", "", repeat)


def measure_with_torch(repeat: int) -> Cost:
    """The same, where each operation imports torch."""
    return _measure_product("DeepForge, torch imported", "import torch\n\n\n", repeat)


def _measure_product(name: str, head: str, repeat: int) -> Cost:
    with TemporaryDirectory() as folder:
        project_folder = write_no_ops(
            Path(folder, "no-ops"), head, **{shape: (shape, jobs) for shape, jobs in SHAPES.items()}
        )
        with installation() as installed:
            project = installed.open(project_folder)
            warm = {}
            for shape, jobs in SHAPES.items():
                installed.run(project, shape)
                seconds = [installed.run(project, shape)[0] for _ in range(repeat)]
                warm[shape] = 1000 * median(seconds) / jobs
        with command_environment() as environment, stopwatch() as cold:
            command = [COMMAND, "run", "chain", "--project", str(project_folder), "--json"]
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return Cost(name, "process group, folder", warm["chain"], warm["fan"], cold.seconds)


def measure_peer(peer: Peer, python: str) -> Cost:
    """A peer: the median of its warm runs (its only run when it takes minutes), and a run from nothing.

    Raises PeerFailed.
    """
    laps = {}
    for shape, jobs in SHAPES.items():
        seconds, _ = _run_script(peer, python, shape, peer.repeat + 1 if peer.repeat > 1 else 1)
        laps[shape] = 1000 * median(seconds[1:] or seconds) / jobs
    _, cold = _run_script(peer, python, "chain", 1)
    return Cost(peer.name, peer.isolation, laps["chain"], laps["fan"], cold)


def _run_script(peer: Peer, python: str, shape: str, laps: int) -> tuple[list[float], float]:
    """The seconds of each lap, and those of the whole process."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        variables = {
            "DAGSTER_HOME": home,
            "PREFECT_HOME": home,
            "METAFLOW_USER": "benchmark",
            "DO_NOT_TRACK": "1",
        }
        script = str(SCRIPTS / f"{peer.module}_peer.py")
        with stopwatch() as watch:
            done = subprocess.run(
                [python, script, peer.variant, shape, str(SHAPES[shape]), str(laps)],
                env=private_environment(home) | variables,
                capture_output=True,
                text=True,
            )
    if done.returncode:
        raise PeerFailed(f"{peer.name} could not be measured:\n{done.stderr[-800:]}")
    return json.loads(done.stdout.splitlines()[-1]), watch.seconds


def installed(peer: Peer, python: str) -> bool:
    """Whether an interpreter can import a peer."""
    look = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({peer.module!r}) is None)"
    return subprocess.run([python, "-c", look]).returncode == 0


def costs(options: argparse.Namespace) -> Iterator[Cost]:
    """All rows, as they are measured."""
    yield measure_floor("floor: call, commit", "none", floors.call_and_commit, options.repeat)
    yield measure_floor(
        "floor: fork, commit", "process group, folder", floors.fork_and_commit, options.repeat
    )
    yield measure_floor("floor: python -c pass, commit", "process", floors.spawn_and_commit, options.repeat)
    yield measure_deepforge(options.repeat)
    if find_spec("torch") is not None:
        yield measure_with_torch(options.repeat)
    for peer in PEERS:
        if peer.module not in options.skip and installed(peer, options.peers):
            try:
                yield measure_peer(peer, options.peers)
            except PeerFailed as failure:  # the others are measured all the same
                print(failure, file=sys.stderr)


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description="The cost of a job that does nothing.")
    parser.add_argument("--repeat", type=int, default=5, help="warm runs, of which the median counts")
    parser.add_argument(
        "--peers", default=sys.executable, metavar="PYTHON", help="the interpreter that has the peers"
    )
    parser.add_argument(
        "--skip", nargs="*", default=[], metavar="MODULE", help="peers to leave out, such as dagster"
    )
    options = parser.parse_args()

    headings = (
        "system",
        "isolation",
        "chain, ms a job",
        "× fork",
        "fan, ms a job",
        "× fork",
        "cold chain, s",
    )
    table = Table("Overhead of a job, state kept on disk", headings, words=2)
    fork: Cost | None = None
    for cost in costs(options):
        fork = cost if cost.name.startswith("floor: fork") else fork
        ratios = (cost.chain / fork.chain, cost.fan / fork.fan) if fork else (None, None)
        table.add(cost.name, cost.isolation, cost.chain, ratios[0], cost.fan, ratios[1], cost.cold)
        print(f"  {cost.name}: {cost.chain:.2f} and {cost.fan:.2f} ms a job", file=sys.stderr)
    print(table)


if __name__ == "__main__":
    main()
