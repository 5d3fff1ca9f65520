"""DeepForge under measurement: a data directory of its own, its server, and projects made for the purpose."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from benchmarks.measure import private_environment, stopwatch

from deepforge.cli.session import link_project
from deepforge.client import Client, LiveEvent
from deepforge.client.server_file import read_server_file
from deepforge.core.project import ProjectView
from deepforge.core.run import RUN_ENDS, RunRequest, RunView
from deepforge.core.settings import Settings, read_settings

COMMAND = str(Path(sys.executable).with_name("deepforge"))


class Installation:
    """A running server with its worker, and a client of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = Client.of(settings)
        self._events = self.client.live("runs", idle=2.0)  # what is asked in between costs the server time
        next(self._events)  # the live channel is open from here on

    def open(self, folder: Path) -> ProjectView:
        """Make a project folder known to the server."""
        return self.client.projects.find(link_project(self.settings.home, folder))

    def start(self, project: ProjectView, pipeline: str, **attributes: dict[str, Any]) -> RunView:
        """Start a run that takes nothing from the cache."""
        return self.client.runs.start(RunRequest(project.id, pipeline, attributes, cache=False))

    def run(self, project: ProjectView, pipeline: str, **attributes: dict[str, Any]) -> tuple[float, RunView]:
        """Seconds from the request until the live channel tells that the run has ended; and the run.

        Raises RuntimeError when it did not succeed.
        """
        with stopwatch() as watch:
            started = self.start(project, pipeline, **attributes)
            self.await_end(started)
        ended = self.client.runs.show(started.id)
        if ended.state != "success":
            errors = [job.error.message for job in ended.jobs if job.error]
            raise RuntimeError(f"the run of {pipeline} is {ended.state}: {errors}")
        return watch.seconds, ended

    def await_end(self, run: RunView) -> None:
        """Wait for the end of a run on the live channel."""
        for event in self._events:
            if event is None or event.kind == "gap":
                if self.client.runs.show(run.id).state in RUN_ENDS:
                    return
            elif _ends(event, run):
                return

    def processes(self) -> dict[str, psutil.Process]:
        """The server, its worker and the worker's warm parent; those that run, by these names."""
        found = read_server_file(self.settings.home)
        if found is None:
            return {}
        server = psutil.Process(found.pid)
        named = {"server": server}
        for child in server.children(recursive=True):
            line = " ".join(child.cmdline())
            if "deepforge.worker" in line:
                named["worker"] = child
            elif "deepforge.runtime.zygote" in line:
                named["warm parent"] = child
        return named

    def stop(self) -> None:
        """End the server, and wait for all its processes."""
        found = read_server_file(self.settings.home)
        self.client.system.stop()
        self.client.close()
        if found is not None:
            end(found.pid)


def private_settings(home: Path, **settings: object) -> Settings:
    """Settings of a server that is in nobody's way: its own data directory, any port, no browser."""
    return read_settings(None, {}, {"home": home, "port": 0, "open_browser": False} | settings).settings


@contextmanager
def installation(home: Path | None = None, **settings: object) -> Iterator[Installation]:
    """A server that ends with the block, in a folder that is removed then unless `home` names another."""
    with TemporaryDirectory(prefix="deepforge-benchmark-", ignore_cleanup_errors=True) as folder:
        installed = Installation(private_settings(home or Path(folder), **settings))
        try:
            yield installed
        finally:
            installed.stop()


@contextmanager
def command_environment() -> Iterator[dict[str, str]]:
    """Environment variables that give the `deepforge` command a data directory and server of its own."""
    with TemporaryDirectory(prefix="deepforge-benchmark-", ignore_cleanup_errors=True) as folder:
        environment = private_environment(folder) | {"DEEPFORGE_HOME": folder, "DEEPFORGE_PORT": "0"}
        try:
            yield environment
        finally:
            found = read_server_file(Path(folder))
            if found is not None:
                subprocess.run(
                    [COMMAND, "stop", "--json"], env=environment, stdout=subprocess.DEVNULL, check=True
                )
                end(found.pid)


def end(server: int) -> None:
    """Wait until a server that was told to stop and all its processes are gone; kill those that stay."""
    try:
        process = psutil.Process(server)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    _, alive = psutil.wait_procs(family, timeout=15)
    for process in alive:
        process.kill()


def write_project(folder: Path, operations: Mapping[str, str], pipelines: Mapping[str, str]) -> Path:
    """A project folder from the source of each operation and the YAML of each pipeline, by name."""
    for part in ("operations", "pipelines"):
        os.makedirs(folder / part, exist_ok=True)
    (folder / "deepforge.toml").write_text(f'name = "{folder.name}"\n')
    for name, source in operations.items():
        (folder / "operations" / f"{name}.py").write_text(source)
    for name, text in pipelines.items():
        (folder / "pipelines" / f"{name}.yaml").write_text(text)
    return folder


def write_no_ops(folder: Path, head: str = "", **shapes: tuple[str, int]) -> Path:
    """A project of pipelines of no-ops: by name the shape, `chain` or `fan`, and how many jobs there are.

    `head` stands above each operation.
    """
    operations = {
        "first": f"{head}def first() -> int:\n    value = 0\n    return value\n",
        "no_op": f"{head}def no_op(value: int) -> int:\n    return value\n",
    }
    return write_project(folder, operations, {name: no_ops(*shape) for name, shape in shapes.items()})


def no_ops(shape: str, jobs: int) -> str:
    """The YAML of a chain, or of a fan whose first job gives its value to all the others."""
    lines = ["nodes:", "  n0: {operation: first}"]
    for job in range(1, jobs):
        source = job - 1 if shape == "chain" else 0
        lines.append(f"  n{job}: {{operation: no_op, inputs: {{value: n{source}.value}}}}")
    return "\n".join(lines) + "\n"


def _ends(event: LiveEvent, run: RunView) -> bool:
    data = event.data if isinstance(event.data, dict) else {}
    return event.kind == "run" and data.get("id") == run.id and data.get("state") in RUN_ENDS
