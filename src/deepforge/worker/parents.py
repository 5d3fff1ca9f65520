"""Warm parents: one process per environment, and per project that says itself which modules are heavy. It has
them imported and forks a child for each job."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blake3 import blake3

from deepforge.core.ids import Digest
from deepforge.runtime import process as processes
from deepforge.worker.attempt import Process

ZYGOTE = "deepforge.runtime.zygote"

PASSED = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
]
PASSED_PREFIXES = ("LC_", "CUDA_", "NVIDIA_", "OMP_", "MKL_", "OPENBLAS_", "HF_")
SECRET_WORDS = ("TOKEN", "SECRET", "PASSWORD", "CREDENTIAL", "API_KEY")


@dataclass(frozen=True)
class Python:
    """An interpreter that jobs run in; `lock` names its environment, None for the worker's own."""

    path: str
    lock: Digest | None = None


@dataclass(frozen=True)
class Stock:
    """What a warm parent is for: an interpreter, and the modules that a project wants imported beforehand;
    None: those of the worker's setting.
    """

    python: Python
    preload: tuple[str, ...] | None = None


class ParentEnded(Exception):
    """The warm parent is gone."""


class Parent:
    """One warm parent and the socket to it. Belongs to the loop's thread."""

    def __init__(self, stock: Stock, runtime: Path, environment: Mapping[str, str], log: Path) -> None:
        """Start it. Raises OSError when the interpreter cannot be started."""
        ours, theirs = socket.socketpair()
        self.stock = stock
        self.socket = ours
        self.log = log
        self.stamp: object = None
        """What was installed when it started; see `machine.installation_stamp`."""
        self.idle_since = 0.0
        self._received = b""
        try:
            with theirs, log.open("wb") as told:
                self._popen = subprocess.Popen(
                    [stock.python.path, "-m", ZYGOTE],
                    env={
                        **environment,
                        "PYTHONPATH": str(runtime),
                        "PYTHONHASHSEED": "0",  # so that a set is pickled to the same bytes every time
                        "DEEPFORGE_ZYGOTE_FD": str(theirs.fileno()),
                    },
                    pass_fds=[theirs.fileno()],
                    cwd=runtime,
                    stdin=subprocess.DEVNULL,
                    stdout=told,
                    stderr=told,
                    start_new_session=True,
                )
        except OSError:
            ours.close()
            raise
        found = processes.look(self._popen.pid)
        self.process = Process(self._popen.pid, found.started if found else 0)

    def spawn(self, folder: Path, preload: list[str], environment: dict[str, str]) -> None:
        """Have a child forked for the job of a folder. Raises ParentEnded."""
        self._tell({"spawn": str(folder), "preload": preload, "environment": environment})

    def signal(self, folder: Path, number: int, reason: str) -> None:
        """Have a signal sent to everything the job of a folder started. Raises ParentEnded."""
        self._tell({"signal": str(folder), "number": number, "reason": reason})

    def _tell(self, message: dict[str, Any]) -> None:
        try:
            self.socket.sendall(json.dumps(message).encode() + b"\n")
        except OSError as error:
            raise ParentEnded(str(error)) from None

    def hear(self) -> list[dict[str, Any]]:
        """What it has said since. Raises ParentEnded when it has closed its end; everything it said was given
        before."""
        messages: list[dict[str, Any]] = []
        while True:
            try:
                data = self.socket.recv(65536, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return messages
            except OSError:
                data = b""
            if not data:
                if messages:
                    return messages
                raise ParentEnded(self.last_words())
            *lines, self._received = (self._received + data).split(b"\n")
            messages.extend(json.loads(line) for line in lines)

    def last_words(self) -> str:
        """The end of what it wrote to its standard error."""
        try:
            return self.log.read_bytes()[-2000:].decode(errors="replace").strip()
        except OSError:
            return ""

    def close(self) -> None:
        """Let go of it: it ends by itself as soon as it has no children left."""
        self.socket.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(timeout=0)


def scrubbed(environ: Mapping[str, str], further: tuple[str, ...] = ()) -> dict[str, str]:
    """The environment variables that jobs may see: a list of names that are harmless, and those a setting
    adds.

    A name that looks like a secret passes only when the setting names it.
    """
    return {
        name: value
        for name, value in environ.items()
        if name in further
        or name in PASSED
        or (name.startswith(PASSED_PREFIXES) and not any(word in name.upper() for word in SECRET_WORDS))
    }


def install_runtime(source: Path, target: Path) -> Path:
    """Copy the part of the package that travels with jobs; the folder to put on their path. Named by its
    content."""
    files = sorted(path for path in (source / "runtime").rglob("*.py") if path.is_file())
    files.append(source / "__init__.py")
    hasher = blake3()
    contents = {path.relative_to(source).as_posix(): path.read_bytes() for path in files}
    for name, content in contents.items():
        hasher.update(f"{name}\0{len(content)}\0".encode() + content)
    folder = target / hasher.hexdigest()[:32]
    if folder.is_dir():
        return folder
    partial = target / f".{folder.name}.{os.getpid()}"
    for name, content in contents.items():
        path = partial / "deepforge" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with contextlib.suppress(OSError):  # another worker was as fast
        partial.rename(folder)
    return folder
