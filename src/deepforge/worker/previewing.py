"""Previewing: values looked at in a process of its own, with the code and the environment that made them.

One at a time, beside the jobs; with a limit of time and of memory, and without anything secret in its
environment. What is made is told to the server until it has heard it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from deepforge.core.errors import DeepForgeError
from deepforge.core.ids import Digest
from deepforge.core.preview import AnswerState, PreviewAnswer, PreviewAsk
from deepforge.runtime import process as processes
from deepforge.worker import workspace
from deepforge.worker.attempt import Process
from deepforge.worker.blob_folder import BlobFolder
from deepforge.worker.environments import Environments
from deepforge.worker.inbox import Chores
from deepforge.worker.supervision import holds_more_than

MODULE = "deepforge.runtime.previews"
SECONDS = 60.0
MEMORY = 4 << 30
"""Bytes that a preview may hold, or half of the machine's if that is less."""
AT_ONCE = 1
LARGEST_ANSWER = 4 << 20
LOOK_SECONDS = 0.1

_log = logging.getLogger("deepforge.worker")
_Key = tuple[Digest, str]


@dataclass(frozen=True)
class _Written:
    """What the process wrote."""

    state: AnswerState
    document: dict[str, Any]


@dataclass
class Previewer:
    """The previews of this worker. Belongs to the loop's thread, but for what its chores do."""

    folder: Path
    codes: Path
    blobs: BlobFolder
    fetch: workspace.Fetch
    environments: Environments
    own: str
    """The interpreter for what no environment is known of."""
    runtime: Path
    environ: Mapping[str, str]
    """What the process may see of the worker's environment."""
    memory: int
    chores: Chores
    made: Callable[[], None]
    """Called when there is an answer to tell."""
    seconds: float = SECONDS
    _making: set[_Key] = field(default_factory=set)
    _answers: dict[_Key, PreviewAnswer] = field(default_factory=dict)

    def adopt(self) -> None:
        """End what an earlier worker left."""
        if self.folder.is_dir():
            for left in self.folder.iterdir():
                processes.end(str(left))
                shutil.rmtree(left, ignore_errors=True)

    @property
    def slots(self) -> int:
        """How many more are wanted."""
        return max(0, AT_ONCE - len(self._making))

    @property
    def answers(self) -> tuple[PreviewAnswer, ...]:
        """What the server has not been told yet."""
        return tuple(self._answers.values())

    def take(self, asks: tuple[PreviewAsk, ...]) -> None:
        """Begin what the server asks for. What is being made, or is made, is not made twice."""
        for ask in asks:
            key = (ask.digest, ask.codec)
            if key not in self._making and key not in self._answers:
                self._making.add(key)
                self.chores.do(partial(self._make, ask), partial(self._done, ask))

    def told(self, answers: tuple[PreviewAnswer, ...]) -> None:
        """The server has heard these."""
        for answer in answers:
            self._answers.pop((answer.digest, answer.codec), None)

    def _done(self, ask: PreviewAsk, outcome: PreviewAnswer | Exception) -> None:
        key = (ask.digest, ask.codec)
        self._making.discard(key)
        if not isinstance(outcome, PreviewAnswer):
            if not isinstance(outcome, DeepForgeError):
                _log.error("the preview of %s could not be made", ask.digest, exc_info=outcome)
            reason = (
                outcome.message
                if isinstance(outcome, DeepForgeError)
                else f"It could not be made: {outcome}."
            )
            outcome = _failed(ask, type(outcome).__name__, reason)
        self._answers[key] = outcome
        self.made()

    # In a chore

    def _make(self, ask: PreviewAsk) -> PreviewAnswer:
        workspace.fetch_missing([ask.digest], self.blobs, self.fetch)
        code = self._code(ask)
        python = self.environments.known(ask.environment) if ask.environment else None
        folder = self.folder / f"{ask.digest[:16]}.{secrets.token_hex(4)}"
        folder.mkdir(parents=True)
        try:
            described = {
                "file": str(self.blobs.path(ask.digest)),
                "type": ask.type,
                "codec": ask.codec,
                "code": str(code) if code else None,
                "seconds": self.seconds,
            }
            (folder / "ask.json").write_text(json.dumps(described))
            ended = self._run(folder, python.path if python else self.own)
            answer = self._read(ask, folder, ended)
        finally:
            processes.end(str(folder))
            shutil.rmtree(folder, ignore_errors=True)
        if answer.document.get("error") == "ModuleNotFoundError" and ask.environment and python is None:
            hint = "The environment of the job that made it is not built on the machine that was asked."
            answer.document["reason"] = f"{answer.document['reason']}. {hint}"
        return answer

    def _code(self, ask: PreviewAsk) -> Path | None:
        """The project's files; without them, when they are gone, plain data can still be shown."""
        if ask.snapshot is None:
            return None
        try:
            return workspace.lay_out_code(self.codes, ask.snapshot, self.blobs, self.fetch)
        except DeepForgeError as error:
            _log.warning("a preview goes without the project's code: %s", error.message)
            return None

    def _run(self, folder: Path, python: str) -> str | None:
        """Let the process come to its end; the limit it went over, if it did."""
        with (folder / "told.txt").open("wb") as told:
            child = subprocess.Popen(
                [python, "-m", MODULE, str(folder)],
                env={
                    **self.environ,
                    "PYTHONPATH": str(self.runtime),
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "MPLBACKEND": "agg",
                    "CUDA_VISIBLE_DEVICES": "",
                    processes.ATTEMPT: folder.name,
                },
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                start_new_session=True,
            )
        found = processes.look(child.pid)
        process = Process(child.pid, found.started if found else 0)
        deadline = time.monotonic() + self.seconds
        over = None
        try:
            while over is None:
                try:
                    child.wait(LOOK_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    if time.monotonic() > deadline:
                        over = f"It took longer than {self.seconds:g} s."
                    elif holds_more_than(process, self.memory):
                        over = f"It took more than {self.memory / 2**30:.1f} GiB of memory."
        finally:
            with contextlib.suppress(OSError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        return over

    def _read(self, ask: PreviewAsk, folder: Path, over: str | None) -> PreviewAnswer:
        if over is not None:
            return _failed(ask, "Limit", over)
        try:
            file = folder / "answer.json"
            if file.stat().st_size > LARGEST_ANSWER:
                return _failed(ask, "TooLarge", "Its preview is too large.")
            written = msgspec.json.decode(file.read_bytes(), type=_Written)
        except (OSError, msgspec.MsgspecError):
            told = (folder / "told.txt").read_bytes()[-2000:].decode(errors="replace").strip()
            return _failed(ask, "Ended", "The process that was to show it ended before it could.", told)
        return PreviewAnswer(ask.digest, ask.codec, written.state, written.document)


def _failed(ask: PreviewAsk, error: str, reason: str, told: str = "") -> PreviewAnswer:
    document = {"error": error, "reason": reason, "traceback": told}
    return PreviewAnswer(ask.digest, ask.codec, "failed", document)
