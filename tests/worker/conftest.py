"""A server that the tests can spoil, a real worker process beside it, and a project with operations of all
kinds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from tests.support.processes import kill, those
from tests.worker.fake_server import FakeServer

OPERATIONS = """
import os
import signal
import subprocess
import sys
import time

import deepforge


def noop():
    return 1


def add(number, *, by=1):
    return number + by


def fail():
    raise ValueError("this number is not prime")


def leave():
    sys.exit(3)


def sleep(*, seconds):
    time.sleep(seconds)
    return seconds


def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    program = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    print("ready", flush=True)
    time.sleep(600)


def steps(*, count, pause):
    for number in range(count):
        deepforge.log(step=number, loss=1 / (number + 1))
        print("step", number)
        time.sleep(pause)
    return count


def shout(*, size):
    line = "x" * 1023
    for _ in range(size // 1024):
        print(line)
    return size


def fill(*, size):
    held = bytearray(size)
    time.sleep(60)
    return len(held)


def spread(*, size):
    import multiprocessing
    processes = [multiprocessing.Process(target=fill, kwargs={"size": size}) for _ in range(3)]
    for process in processes:
        process.start()
    time.sleep(60)


def variables():
    return dict(os.environ)


def large(*, size):
    return b"x" * size


def keep_files():
    deepforge.artifact("weights.bin").write_bytes(b"weights")
    folder = deepforge.artifact("pictures")
    (folder / "inner").mkdir(parents=True)
    (folder / "one.txt").write_text("one")
    (folder / "inner" / "two.txt").write_text("two")
    (folder / "link").symlink_to("/etc/passwd")
    return None


def kill_self():
    os.kill(os.getpid(), signal.SIGKILL)


def loaded(*, module):
    return module in sys.modules


def interpreter():
    return sys.executable
"""

MODULE = "deepforge.worker"

PROJECT = {"operations/main.py": OPERATIONS}


class Worker:
    """A worker process of a data directory."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    def start(
        self, variables: Mapping[str, str] | None = None, main: tuple[str, ...] = ("-m", MODULE)
    ) -> None:
        """Start it; there must be none."""
        source = Path(__file__).parents[2] / "src"
        environment = {**os.environ, "PYTHONPATH": str(source), "DEEPFORGE_HOME": str(self.home)}
        with (self.home / "worker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *main],
                env={**environment, "DEEPFORGE_SLOTS": "2", **(variables or {})},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """`kill -9`, and nothing else."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Ask it to end; its exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=30)

    def parents(self) -> list[psutil.Process]:
        """Its warm parents."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children()

    @property
    def log(self) -> str:
        return (self.home / "worker.log").read_text()


def processes_of(home: Path) -> list[psutil.Process]:
    """Every process that has to do with a data directory, by its environment or its working folder."""

    def belongs(process: psutil.Process) -> bool:
        told = process.environ()
        given = told.get("PYTHONPATH", "") + told.get("DEEPFORGE_HOME", "")
        return str(home) in given or str(home) in process.cwd()

    return list(those(belongs))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeServer]:
    """A server with an empty data directory."""
    server = FakeServer(tmp_path / "home")
    yield server
    server.go_away()


@pytest.fixture
def worker(server: FakeServer) -> Iterator[Worker]:
    """A worker of that server, not started yet."""
    worker = Worker(server.home)
    yield worker
    if worker.process is not None and worker.process.poll() is None:
        worker.end()
    kill(*(left for left in processes_of(server.home) if left.pid != os.getpid()))


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeServer]:
    """A server that the tests of a module share, with a worker that has three GPUs according to its
    driver."""
    home = tmp_path_factory.mktemp("shared") / "home"
    server = FakeServer(home)
    programs = home / "programs"
    programs.mkdir()
    driver = programs / "nvidia-smi"
    driver.write_text('#!/bin/sh\nfor i in 0 1 2; do echo "$i, NVIDIA Test, 1024"; done\n')
    driver.chmod(0o755)
    worker = Worker(home)
    worker.start(
        {"PATH": f"{programs}:{os.environ['PATH']}", "CUDA_VISIBLE_DEVICES": "0,2", "OPENAI_API_KEY": "k"}
    )
    yield server
    worker.end()
    server.go_away()
