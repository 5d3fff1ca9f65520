"""Stories with real processes: a data directory, the command line, and everything it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deepforge.client import Client, find_server
from deepforge.core.ids import RunId
from tests.support.engine import variables
from tests.support.processes import kill, lives, those
from tests.support.waiting import until

SECONDS = 300.0
"""How long anything may take before a story counts as stuck."""


class Machine:
    """A machine with DeepForge on it: one data directory, and the processes that belong to it."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.folder = folder
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DEEPFORGE_", "PYTEST_"))
        } | {"DEEPFORGE_HOME": str(self.home), "DEEPFORGE_PORT": "0", "NO_COLOR": "1"}
        self.environment |= variables(self.home)

    def spawn(self, *words: str) -> subprocess.Popen[str]:
        """Call the command line and go on; it has a process group of its own, as in a terminal of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "deepforge", *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def call(self, *words: str, code: int = 0) -> str:
        """Call the command line, wait, and give what it printed; its exit code has to be `code`."""
        process = self.spawn(*words)
        out, err = process.communicate(timeout=SECONDS)
        assert process.returncode == code, f"{words} ended with {process.returncode}\n{out}\n{err}"
        return out

    def json(self, *words: str, code: int = 0) -> Any:
        """Call the command line with --json and give its one document."""
        return json.loads(self.call(*words, "--json", code=code))

    def client(self) -> Client:
        """A client of the running server."""
        found = find_server(self.home)
        assert found is not None, "no server runs"
        return Client.at(found.url, found.token)

    def end_of(self, run: str) -> dict[str, Any]:
        """The run when it has ended, as the command line shows it. Asking brings a dead server back."""
        shown: dict[str, Any] = self.json("runs", "show", run)
        if not shown["ended"]:
            with self.client() as client:
                until(lambda: client.runs.show(RunId(run)).ended, "the run ends")
            shown = self.json("runs", "show", run)
        return shown

    def processes(self) -> list[psutil.Process]:
        """Every process that has this data directory in its environment, or lies below one that has."""
        found = {}
        for process in psutil.process_iter():
            try:
                if process.environ().get("DEEPFORGE_HOME") == str(self.home):
                    found[process.pid] = process
                    found |= {child.pid: child for child in process.children(recursive=True)}
            except psutil.Error:
                continue
        return [process for process in found.values() if lives(process)]

    def ends(self, seconds: float = 30) -> None:
        """Wait until nothing of the data directory runs any more; fails with what still does."""
        deadline = time.monotonic() + seconds
        while left := self.processes():
            assert time.monotonic() < deadline, (
                f"these do not end: {[described(process) for process in left]}"
            )
            time.sleep(0.05)

    def one(self, word: str) -> psutil.Process | None:
        """The process of a module, such as `deepforge.server`; None when there is none."""
        mine = {process.pid for process in self.processes()}
        return next(those(lambda process: process.pid in mine and word in process.cmdline()), None)

    def project(self, name: str, files: dict[str, str]) -> Path:
        """A project folder with these files."""
        folder = self.folder / name
        for path, text in ({"deepforge.toml": f'name = "{name}"\n'} | files).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        return folder

    def job_folders(self) -> list[Path]:
        """The folders of attempts that the worker holds now."""
        return sorted((self.home / "worker" / "jobs").glob("*.*"))


def described(process: psutil.Process) -> str:
    """A process as a person would look for it."""
    try:
        return f"{process.pid} {process.status()} {' '.join(process.cmdline())}"
    except psutil.Error as error:
        return str(error)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine on which nothing has been started yet; nothing of it is left when the story ends."""
    made = Machine(tmp_path)
    try:
        yield made
        made.call("stop")
        made.ends()
    finally:
        kill(*made.processes())
