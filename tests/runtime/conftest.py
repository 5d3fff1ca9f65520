"""Jobs as a worker starts them: a folder with a `job.json`, and a warm parent to fork the child."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import deepforge
from deepforge.runtime import codecs, journal, process, session

SOURCE = Path(deepforge.__file__).parent.parent
PATIENCE = 30.0
"""Seconds after which a warm parent that says nothing fails the test."""


@dataclass
class Ended:
    """What a job left when it ended."""

    folder: Path
    message: dict[str, Any]
    records: list[journal.Record]

    @property
    def kinds(self) -> list[int]:
        return [record.kind for record in self.records]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def content(self, kind: int) -> dict[str, Any]:
        """The content of the one record of this kind, without its time."""
        (record,) = [record for record in self.records if record.kind == kind]
        content = journal.unpack_json(record.payload)
        content.pop("time")
        return content

    @property
    def exit(self) -> dict[str, Any]:
        return self.content(journal.EXIT)

    @property
    def error(self) -> dict[str, Any]:
        return self.content(journal.ERROR)

    @property
    def outputs(self) -> dict[str, Any]:
        return {
            entry["name"]: codecs.load(str(self.folder / entry["file"]), entry["type"], entry["codec"])
            for entry in self.content(journal.RESULT)["outputs"]
        }

    @property
    def points(self) -> dict[str, list[tuple[float, float]]]:
        """The points of each series, as (x, value)."""
        names: dict[int, list[str]] = {}
        found: dict[str, list[tuple[float, float]]] = {}
        for record in self.records:
            if record.kind == journal.SERIES:
                key, series = journal.unpack_series(record.payload)
                names[key] = series
            elif record.kind == journal.POINT:
                key, x, _, values = journal.unpack_point(record.payload)
                for name, value in zip(names[key], values, strict=True):
                    found.setdefault(name, []).append((x, value))
        return found

    @property
    def figures(self) -> list[tuple[dict[str, Any], dict[str, bytes]]]:
        unpacked = [
            journal.unpack_figure(record.payload) for record in self.records if record.kind == journal.FIGURE
        ]
        for header, _ in unpacked:
            header.pop("time")
        return unpacked


class WarmParent:
    """A warm parent, as its worker sees it."""

    def __init__(self, home: Path, python: str = sys.executable, code: str | None = None) -> None:
        ours, theirs = socket.socketpair()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PYTHONPATH": str(SOURCE),
            "DEEPFORGE_ZYGOTE_FD": str(theirs.fileno()),
        }
        command = [python, "-c", code] if code else [python, "-m", "deepforge.runtime.zygote"]
        self.process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], env=environment, cwd=home, start_new_session=True
        )
        theirs.close()
        self.socket = ours
        self.socket.settimeout(PATIENCE)
        self.lines = ours.makefile("r", encoding="utf-8")
        self.heard: list[dict[str, Any]] = []

    def say(self, **message: Any) -> None:
        self.socket.sendall(json.dumps(message).encode() + b"\n")

    def hear(self, word: str, folder: Path | str) -> dict[str, Any]:
        """The next message with this word about this folder; others are kept for later."""
        while True:
            for message in self.heard:
                if message.get(word) == str(folder):
                    self.heard.remove(message)
                    return message
            self.heard.append(json.loads(self.lines.readline()))

    def close(self) -> int:
        self.lines.close()
        self.socket.close()
        return self.process.wait(PATIENCE)


@dataclass
class Bench:
    """A project folder, and jobs that run its operations."""

    code: Path
    jobs: Path
    parent: WarmParent

    def write(self, path: str, source: str) -> None:
        file = self.code / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(source))

    def prepare(
        self,
        operation: str,
        *,
        form: str = "class",
        attributes: dict[str, Any] | None = None,
        inputs: dict[str, Any] | None = None,
        outputs: tuple[str, ...] = ("result",),
        seed: int | None = None,
        references: dict[str, str] | None = None,
        enumerations: dict[str, str] | None = None,
    ) -> Path:
        """A folder for a job of `module.Name`; inputs are values, kept as by the job before."""
        folder = self.jobs / f"{uuid.uuid4().hex[:26].upper()}.1"
        (folder / "inputs").mkdir(parents=True)
        module, name = operation.rsplit(".", 1)
        given: dict[str, Any] = {}
        for key, value in (inputs or {}).items():
            given[key] = None
            if value is not None:
                saved = codecs.save(value, str(folder / "inputs" / key))
                given[key] = {"file": f"inputs/{key}", "type": saved.type, "codec": saved.codec}
        spec = {
            "format": 1,
            "job": folder.name.split(".")[0],
            "fence": 1,
            "name": name.lower(),
            "operation": {"module": module, "name": name, "form": form},
            "attributes": attributes or {},
            "references": references or {},
            "enumerations": enumerations or {},
            "inputs": given,
            "outputs": list(outputs),
            "code": str(self.code),
            "seed": seed,
        }
        (folder / "job.json").write_text(json.dumps(spec))
        return folder

    def start(self, folder: Path, preload: tuple[str, ...] = (), **environment: str) -> dict[str, Any]:
        self.parent.say(spawn=str(folder), preload=list(preload), environment=environment)
        return self.parent.hear("spawned", folder)

    def ended(self, folder: Path) -> Ended:
        message = self.parent.hear("exited", folder)
        return Ended(folder, message, list(journal.read_records((folder / "journal").read_bytes())))

    def run(self, operation: str, **how: Any) -> Ended:
        folder = self.prepare(operation, **how)
        self.start(folder)
        return self.ended(folder)


@pytest.fixture(scope="session")
def warm_parent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmParent]:
    parent = WarmParent(tmp_path_factory.mktemp("parent"))
    yield parent
    left = [each.pid for each in process.descendants([parent.process.pid])]
    process.send(left, signal.SIGKILL)  # what a failed test did not end
    parent.close()


@pytest.fixture
def bench(tmp_path: Path, warm_parent: WarmParent) -> Bench:
    code = tmp_path / "code"
    code.mkdir()
    return Bench(code, tmp_path / "jobs", warm_parent)


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A session in a folder of its own, in this process."""
    monkeypatch.setattr(session, "current", None)
    monkeypatch.setenv(session.JOB_DIR, str(tmp_path))
    yield tmp_path
    if session.current is not None:
        session.current.journal.close()
