"""Example projects, called as plain classes, and run by the command line on a data directory of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from deepforge.client import Client, read_server_file
from deepforge.runtime import session
from deepforge.runtime.journal import (
    FIGURE,
    POINT,
    SERIES,
    read_records,
    unpack_figure,
    unpack_point,
    unpack_series,
)
from tests.support.engine import variables
from tests.support.processes import kill

EXAMPLES = Path(__file__).parents[2] / "examples"
COMMAND = Path(sys.executable).with_name("deepforge")
PROJECT_PACKAGES = ("operations", "utils")


@dataclass
class Shown:
    """What operations showed: the points of each metric; of each figure its title and its media types."""

    points: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    figures: list[tuple[str, frozenset[str]]] = field(default_factory=list)


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Shown]]:
    """Outside a run, what operations show goes to a local folder; this reads it back."""
    folder = tmp_path / "shown"
    folder.mkdir()
    monkeypatch.setenv(session.JOB_DIR, str(folder))
    monkeypatch.setattr(session, "current", None)
    import matplotlib
    from matplotlib import pyplot

    before = matplotlib.get_backend()
    matplotlib.use("module://deepforge.runtime.backend")
    yield lambda: read_journal(folder / "journal")
    pyplot.close("all")  # the next one draws on none of them
    matplotlib.use(before)


def read_journal(path: Path) -> Shown:
    """The points and figures of a journal."""
    found = Shown()
    names: dict[int, list[str]] = {}
    for record in read_records(path.read_bytes()):
        if record.kind == SERIES:
            key, listed = unpack_series(record.payload)
            names[key] = listed
        elif record.kind == POINT:
            key, x, _, values = unpack_point(record.payload)
            for name, value in zip(names[key], values, strict=True):
                found.points.setdefault(name, []).append((x, value))
        elif record.kind == FIGURE:
            header, parts = unpack_figure(record.payload)
            found.figures.append((header["title"], frozenset(parts)))
    return found


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Make the modules of an example importable, as they are for whoever works in its folder."""

    def enter(example: str) -> None:
        monkeypatch.syspath_prepend(str(EXAMPLES / example))

    yield enter
    for name in [name for name in sys.modules if name.split(".")[0] in PROJECT_PACKAGES]:
        del sys.modules[name]


class Installation:
    """A data directory, its server, and the command line that uses it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = os.environ | {"DEEPFORGE_HOME": str(home), "DEEPFORGE_PORT": "0"} | variables(home)

    def run(self, project: Path | str, pipeline: str, *options: str) -> dict[str, Any]:
        """Run a pipeline and give the document that the command prints. A run that fails, fails the test."""
        folder = EXAMPLES / project
        command = [COMMAND, "run", pipeline, "--project", folder, "--json", *options]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=150)
        assert done.returncode == 0, done.stdout + done.stderr
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    def client(self) -> Client:
        """A client of its server."""
        found = read_server_file(self.home)
        assert found is not None
        return Client.at(found.url, found.token)

    def log_of(self, run: dict[str, Any], job: str) -> str:
        """What a job printed."""
        (found,) = [item["id"] for item in run["jobs"] if item["name"] == job]
        with self.client() as client:
            return "".join(client.runs.whole_log(run["id"], found))

    def stop(self) -> None:
        """End the server and wait for its processes."""
        found = read_server_file(self.home)
        if found is None:
            return
        try:
            server = psutil.Process(found.pid)
            family = [server, *server.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        subprocess.run([COMMAND, "stop", "--json"], env=self.environment, capture_output=True, check=True)
        _, alive = psutil.wait_procs(family, timeout=15)
        kill(*alive)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One data directory and server for the tests of a module."""
    installed = Installation(tmp_path_factory.mktemp("home"))
    yield installed
    installed.stop()
