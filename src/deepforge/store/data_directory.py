"""The data directory: where everything but the projects' own files is kept, and who owns it."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from deepforge.core.errors import AlreadyRunning, InvalidSetting, NoSpace, Unavailable

_TRIES = 5
_BETWEEN_TRIES = 0.01
"""Seconds. Who asks whether the directory is owned holds the lock for a moment."""


@dataclass(frozen=True)
class ServerFile:
    """What a client needs to find the server that owns this data directory."""

    url: str
    pid: int
    started: str
    """UTC, ISO 8601."""
    token: str


@dataclass(frozen=True)
class DataDirectory:
    """The folder `DEEPFORGE_HOME` names and the places in it."""

    home: Path

    @property
    def database_url(self) -> str:
        """The database, unless a setting names another."""
        return f"sqlite:///{self.home / 'deepforge.db'}"

    @property
    def blobs(self) -> Path:
        """Blobs by digest."""
        return self.home / "blobs"

    @property
    def projects(self) -> Path:
        """Project folders, or links to them. Who may write here decides which folders the server reads."""
        return self.home / "projects"

    @property
    def worker(self) -> Path:
        """The folder of the local worker."""
        return self.home / "worker"

    def history_of(self, project: str) -> Path:
        """The repository that keeps the versions of a project's files."""
        return self.home / "history" / f"{project}.git"

    def sources_of(self, project: str) -> Path:
        """Where the last sources of a project's operations are kept that could be read."""
        return self.home / "sources" / f"{project}.json"

    @property
    def config(self) -> Path:
        """The settings file, which need not be there."""
        return self.home / "config.toml"

    @property
    def server_file(self) -> Path:
        """Where the running server says how to reach it; readable by its owner only, for it holds a token."""
        return self.home / "server.json"

    def prepare(self) -> None:
        """Make the folders that are missing; only their owner may enter.

        Raises NoSpace, and Unavailable also when something else has the place of one of its parts.
        """
        self._refuse_file()
        self._refuse_folder()
        with _DiskErrors(self.home):
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            for folder in (self.blobs, self.projects, self.worker):
                folder.mkdir(exist_ok=True, mode=0o700)

    def lock(self) -> ServerLock:
        """Own the data directory from now on, until the lock is released or this process ends.

        Raises AlreadyRunning when another process owns it.
        """
        return ServerLock(self.home / "server.lock")

    def read_config(self) -> str | None:
        """The text of the settings file, None when there is none.

        Raises InvalidSetting when it is no text, Unavailable when the data directory is no folder.
        """
        self._refuse_file()
        try:
            return self.config.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (UnicodeDecodeError, OSError) as error:
            raise InvalidSetting(
                f"{self.config} cannot be read: {error}", "Write it again as UTF-8 text, or move it away."
            ) from error

    def write_server(self, server: ServerFile) -> None:
        """Say how to reach the server: whole or not at all, readable by the owner only."""
        self._refuse_folder()
        with _DiskErrors(self.server_file):
            descriptor, temporary = tempfile.mkstemp(dir=self.home, prefix=".server-")  # made with mode 0600
            try:
                with open(descriptor, "w", encoding="utf-8") as file:
                    json.dump(asdict(server), file)
                os.replace(temporary, self.server_file)
            except BaseException:
                os.unlink(temporary)
                raise

    def mend_server(self, server: ServerFile) -> bool:
        """Say it again where somebody damaged or removed the file; whether that was needed.

        Raises NoSpace and Unavailable.
        """
        try:
            whole = json.loads(self.server_file.read_bytes()) == asdict(server)
        except (OSError, ValueError):
            whole = False
        if not whole:
            self.write_server(server)
        return not whole

    def remove_server(self) -> None:
        """Say that no server runs."""
        if not self.server_file.is_dir():  # which is not ours
            self.server_file.unlink(missing_ok=True)

    def _refuse_file(self) -> None:
        if self.home.exists() and not self.home.is_dir():
            raise Unavailable(
                f"{self.home} is a file, and the data directory has to be a folder.",
                "Move it away, or set DEEPFORGE_HOME to a folder.",
            )

    def _refuse_folder(self) -> None:
        if self.server_file.is_dir():
            raise Unavailable(
                f"{self.server_file} is a folder, and the server writes a file of that name.", "Move it away."
            )


class ServerLock:
    """Sole ownership of a data directory; the kernel lets go of it when the process dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with _DiskErrors(path):
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not self._take():
            owner = os.read(self._descriptor, 32).decode(errors="replace").strip()
            os.close(self._descriptor)
            raise AlreadyRunning(
                f"another server (process {owner or 'unknown'}) owns the data directory {path.parent}",
                "Use that server, stop it with `deepforge stop`, or name another folder with DEEPFORGE_HOME.",
            )
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, str(os.getpid()).encode())

    def _take(self) -> bool:
        for rest in reversed(range(_TRIES)):
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if rest:
                    time.sleep(_BETWEEN_TRIES)
            else:
                return True
        return False

    def say_farewell(self) -> None:
        """Leave no process number behind: who looks later sees that this owner ended in good order."""
        os.ftruncate(self._descriptor, 0)

    def holds(self) -> bool:
        """Whether what is locked still lies where it lay: false once somebody removed the data directory."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), os.stat(self._path))
        except OSError:
            return False

    def release(self) -> None:
        """Let another server own the directory. Releasing twice does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.release()


class _DiskErrors:
    """Turns what a disk refuses into our errors."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if not isinstance(error, OSError):
            return
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(
                f"the disk is full: {self._path} cannot be written", "Free some space and try again."
            ) from error
        raise Unavailable(
            f"{self._path} cannot be written: {error.strerror or error}",
            "Look at its rights, or set DEEPFORGE_HOME to another folder.",
        ) from error
