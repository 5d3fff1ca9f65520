"""Compute on this machine: one worker process beside the server, which outlives it and is found again by the
next."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from deepforge.core.errors import Unavailable
from deepforge.core.ids import WorkerId
from deepforge.core.settings import Settings, variable_of

FOLDER = "worker"
CREDENTIALS = "credentials.json"
LOCK = "lock"
LOG = "worker.log"
LONGEST_LOG = 8 << 20
"""Bytes; a longer log of the worker is set aside before the next one starts."""

_MODULE = "deepforge.worker"


class LocalCompute:
    """Keeps one worker running that shares the server's data directory. Safe for threads.

    The worker is a process of its own session, so it goes on with its jobs when the server dies. Whether one
    lives is told by the lock on its folder, which ends with it.
    """

    def __init__(
        self,
        home: Path,
        token: str,
        worker: WorkerId,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.home = home
        self.folder = home / FOLDER
        self._credentials = {"token": token, "worker": worker}
        self._settings = settings
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._deciding = threading.Lock()

    def start(self) -> None:
        """Bring the worker up, unless one of an earlier server still lives: that one goes on with the new
        token.

        Raises Unavailable when it cannot be started.
        """
        try:
            self._write_credentials()
            self.check()
        except OSError as error:
            raise Unavailable(f"The local worker could not be started: {error}.") from error

    def check(self) -> None:
        """Start the worker again when it has ended, but not after `stop`. Raises as `start` does."""
        with self._deciding:
            if self._stopped or self._starting() is not None or self._owner() is not None:
                return
            try:
                self._process = self._launch()
            except OSError as error:
                raise Unavailable(f"The local worker could not be started: {error}.") from error

    def stop(self, grace: float) -> None:
        """Ask the worker to give its jobs back and end; after `grace` seconds it is killed. None is started
        again.
        """
        with self._deciding:
            self._stopped = True
        deadline = self._clock() + grace
        number = signal.SIGTERM
        while (pid := self._owner() or self._starting()) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            self._wait_for_end(deadline)
            number, deadline = signal.SIGKILL, self._clock() + 1.0
        if self._process is not None:
            self._process.wait()
            self._process = None

    def _wait_for_end(self, deadline: float) -> None:
        while self._clock() < deadline and (self._owner() or self._starting()) is not None:
            time.sleep(0.005)

    def _starting(self) -> int | None:
        """The process of our own worker, which may not have come as far as to own its folder."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def _owner(self) -> int | None:
        """The process of the worker that lives; None when none does."""
        try:
            descriptor = os.open(self.folder / LOCK, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = os.read(descriptor, 32).split()
            return int(told[0]) if told else self._starting()
        finally:
            os.close(descriptor)
        return None

    def _write_credentials(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f".{CREDENTIALS}"
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(self._credentials, file)
        partial.replace(self.folder / CREDENTIALS)

    def _launch(self) -> subprocess.Popen[bytes]:
        log = self.folder / LOG
        with contextlib.suppress(FileNotFoundError):
            if log.stat().st_size > LONGEST_LOG:
                log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as told:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", _MODULE],
                env={**os.environ, **self._variables()},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                start_new_session=True,
            )

    def _variables(self) -> dict[str, str]:
        """Those settings of the server that matter to the worker, as variables, so that both have the
        same."""
        settings = self._settings
        return {
            variable_of("home"): str(self.home),
            variable_of("slots"): str(settings.slots),
            variable_of("storage"): settings.storage,
            variable_of("preload"): ",".join(settings.preload),
            variable_of("pass_environment"): ",".join(settings.pass_environment),
            variable_of("log_level"): settings.log_level,
        }
