"""A helper: a process that answers one question after another over its pipes, and costs nothing when idle.

It is started by the first question, or before it by whoever expects one; it ends by itself after a while
without one, or with the server, and is started again when it died. A question that takes too long costs it
its life. Only a few questions wait at a time: more are refused at once, so that a slow one holds up nothing
else.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from deepforge.core.errors import DeepForgeError, Unavailable, error_classes

SECONDS = 8.0
"""How long an answer may take."""
STARTING_SECONDS = 60.0
"""How long it may take until a new process can answer at its usual pace."""
WAITING_SECONDS = 8.0
"""How long a question waits for those before it."""
MOST_WAITING = 6
"""How many questions there may be at a time, the one that is being answered among them."""
IDLE_SECONDS = 300
MEMORY = 2 << 30
"""Bytes of address space that a helper may have."""

_PASSED = ("PATH", "HOME", "LANG", "PYTHONPATH", "TMPDIR")
_MODULE = "deepforge.adapters.analysis.child"
_HEAD = 4


class _Ended(Exception):
    """The process is gone."""


class Helper:
    """One helper for one kind of question. Safe for threads."""

    def __init__(
        self, task: str, folder: Path, *, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._task = task
        self._folder = folder
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._places = threading.BoundedSemaphore(MOST_WAITING)
        self._asking = threading.Lock()
        self._is_ready = False
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """Its process; None while there is none."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def ask(self, question: str, **words: Any) -> Any:
        """The answer to a question. Raises Unavailable when there is none, and what the helper raises."""
        if not self._places.acquire(blocking=False):
            raise _busy()
        try:
            if not self._asking.acquire(timeout=WAITING_SECONDS):
                raise _busy()
            try:
                message = msgspec.json.encode({"question": question, "words": words})
                return _opened(self._exchange(message, may_restart=self.pid is not None))
            finally:
                self._asking.release()
        finally:
            self._places.release()

    def prepare(self) -> None:
        """Start the process if there is none, and wait for nothing."""
        if self._asking.acquire(blocking=False):
            try:
                if self.pid is None and not self._closed:
                    self._start()
            finally:
                self._asking.release()

    def close(self) -> None:
        """End the process; it is not started again."""
        self._closed = True
        self._end()

    def _exchange(self, message: bytes, *, may_restart: bool) -> bytes:
        process = self._process if self.pid is not None else self._start()
        assert process is not None
        seconds = self._seconds if self._is_ready else STARTING_SECONDS
        try:
            if not self._is_ready:
                _talk(process, b"", time.monotonic() + seconds)
                self._is_ready, seconds = True, self._seconds
            return _talk(process, message, time.monotonic() + seconds)
        except _Ended:
            self._end()
            if may_restart:  # it ended by itself just before it was asked
                return self._exchange(message, may_restart=False)
            raise Unavailable(
                "The code could not be looked at: it takes more memory than it may, or broke the analysis.",
                "Everything else goes on; the next try starts afresh.",
            ) from None
        except TimeoutError:
            self._end()
            raise Unavailable(
                f"The code could not be looked at within {seconds:g} s.", "Try again in a moment."
            ) from None

    def _start(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise Unavailable("The server is ending.")
        self._end()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        environment = {name: os.environ[name] for name in _PASSED if name in os.environ}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", _MODULE, self._task, str(self._idle_seconds), str(MEMORY)],
                env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise Unavailable(f"The analysis could not be started: {error}.") from error
        return self._process

    def _end(self) -> None:
        process, self._process, self._is_ready = self._process, None, False
        if process is None:
            return
        with contextlib.suppress(OSError):
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _busy() -> Unavailable:
    return Unavailable("Too much code is being looked at.", "Try again in a moment.")


def _talk(process: subprocess.Popen[bytes], message: bytes, deadline: float) -> bytes:
    """Send a message, unless it is empty, and receive one, each behind its length.

    Raises _Ended, TimeoutError.
    """
    assert process.stdin is not None
    assert process.stdout is not None
    waiting = memoryview(len(message).to_bytes(_HEAD, "big") + message if message else b"")
    received = bytearray()
    with selectors.DefaultSelector() as selector:
        os.set_blocking(process.stdin.fileno(), False)
        if waiting:
            selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                if key.fileobj is process.stdin:
                    try:
                        waiting = waiting[os.write(process.stdin.fileno(), waiting[: 1 << 16]) :]
                    except OSError as error:
                        raise _Ended from error
                    if not waiting:
                        selector.unregister(process.stdin)
                    continue
                piece = os.read(process.stdout.fileno(), 1 << 16)
                if not piece:
                    raise _Ended
                received += piece
            if len(received) >= _HEAD and len(received) == _HEAD + int.from_bytes(received[:_HEAD], "big"):
                return bytes(received[_HEAD:])


def _opened(message: bytes) -> Any:
    """What an answer says. Raises the error of the tree that it carries."""
    content = msgspec.json.decode(message)
    if "error" not in content:
        return content["answer"]
    told = content["error"]
    kind: type[DeepForgeError] = error_classes().get(told["code"], Unavailable)
    raise kind(told["message"], told["hint"])
