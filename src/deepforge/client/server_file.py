"""The server of a data directory: where its server.json says it is, and starting one when there is none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import msgspec

from deepforge.client.ownership import is_owned, owner_of
from deepforge.core.errors import DeepForgeError, ServerUnreachable
from deepforge.core.settings import Settings, variable_of

SERVER_FILE = "server.json"
SERVER_LOG = "server.log"
START_SECONDS = 30.0
_LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class ServerFile:
    """What a server writes down for the programs of the same person: where it is, and a token."""

    url: str
    pid: int
    started: str
    token: str


def read_server_file(home: Path) -> ServerFile | None:
    """What server.json says; None when it is not there or cannot be read, as after a crash while writing."""
    try:
        data = (home / SERVER_FILE).read_bytes()
        found = msgspec.json.decode(data, type=ServerFile)
    except (OSError, msgspec.DecodeError):
        return None
    return found if found.url.startswith(("http://", "https://")) else None


def find_server(home: Path) -> ServerFile | None:
    """The server of the data directory, when it lives and answers; what a dead one left behind counts as
    none.
    """
    found = read_server_file(home)
    return found if found is not None and _lives(found.pid) and _answers(found) else None


def ensure_server(
    settings: Settings, *, seconds: float = START_SECONDS, notify: Callable[[str], None] | None = None
) -> ServerFile:
    """The server of the data directory, started in the background when none runs; see `Summons`."""
    return Summons(settings, notify=notify).wait(seconds)


class Summons:
    """A server that will be needed: it starts while the caller does something else, and is then waited for.

    `notify` is told when one has to be started. A started one takes any free port when another program has
    the one of the settings. Raises ServerUnreachable when the data directory cannot be used.
    """

    def __init__(self, settings: Settings, *, notify: Callable[[str], None] | None = None) -> None:
        self.settings = settings
        self._notify = notify
        self._process: subprocess.Popen[bytes] | None = None
        known = read_server_file(settings.home)
        if known is None or not _lives(known.pid):
            self._start_if_free()

    def wait(self, seconds: float = START_SECONDS) -> ServerFile:
        """The server, once it answers.

        One that lives already, and cannot be found because server.json is damaged, is waited for: it writes
        that again. Raises ServerUnreachable, with what the server's log says, when it does not come up.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = find_server(self.settings.home)
            if found is not None:
                self._dismiss_late(found)
                return found
            if self._process is None:
                self._start_if_free()
            elif self._process.poll() not in (None, 0) and not is_owned(self.settings.home):
                break
            time.sleep(_LOOK_SECONDS)
        raise _not_found(self.settings.home)

    def _start_if_free(self) -> None:
        if is_owned(self.settings.home):
            return
        if self._notify is not None:
            self._notify("Starting the server")
        self._process = _start(self.settings)

    def _dismiss_late(self, found: ServerFile) -> None:
        """End the server that was started when another one was faster: it would take the place of that once
        that is stopped.
        """
        if self._process is not None and self._process.pid != found.pid:
            self._process.kill()


def _not_found(home: Path) -> ServerUnreachable:
    log, owner = home / SERVER_LOG, owner_of(home)
    if owner is not None:
        return ServerUnreachable(
            f"The server of {home} (process {owner}) does not answer.",
            f"Stop it with `deepforge stop`, and try again. Its log is {log}.",
        )
    return ServerUnreachable(f"The server of {home} did not start: {_last_words(log)}", f"Its log is {log}.")


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    """Start a server that outlives this process; its log is appended to a file of the data directory."""
    log = settings.home / SERVER_LOG
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        output = open(log, "ab", opener=_private)  # noqa: SIM115 — closed by the block below
    except OSError as error:
        raise ServerUnreachable(
            f"The data directory {settings.home} cannot be used: {error.strerror}.",
            "Name another folder with DEEPFORGE_HOME, or make this one writable.",
        ) from error
    with output:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "deepforge.server", "--any-port"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=settings.home,
            env=os.environ | environment_of(settings),
            start_new_session=True,
        )


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as environment variables, for a process that is to have the same."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {variable_of(name): _as_variable(value) for name, value in values.items()}


def _as_variable(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return False  # somebody else's process: the number was used again
    return True


def _answers(found: ServerFile) -> bool:
    from deepforge.client.http import Http  # httpx is slow to import, and not needed when no server runs

    try:
        with Http(found.url, found.token, seconds=5.0) as http:
            http.get("/status", dict[str, object])
    except DeepForgeError:
        return False
    return True


def _last_words(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return "it said nothing"
    return lines[-1] if lines else "it said nothing"
