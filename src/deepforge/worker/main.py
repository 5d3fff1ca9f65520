"""The worker's main: reads who it is, takes its folder for itself, and runs the loop until it is asked to
stop."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import secrets
import selectors
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

import deepforge
from deepforge.core.errors import AlreadyRunning, DeepForgeError, ServerUnreachable
from deepforge.core.ids import Digest, WorkerId, ulid
from deepforge.core.messages import Hello
from deepforge.core.resources import Machine
from deepforge.core.settings import CONFIG_FILE, Settings, read_home, read_settings
from deepforge.worker import link, previewing
from deepforge.worker.attempts import Attempts
from deepforge.worker.blob_folder import BlobFolder, Kept
from deepforge.worker.capacity import Capacity
from deepforge.worker.environments import Environments
from deepforge.worker.inbox import Chores, Inbox
from deepforge.worker.loop import Loop
from deepforge.worker.machine import installation_stamp, read_interpreter, read_machine
from deepforge.worker.nursery import Nursery
from deepforge.worker.parents import install_runtime, scrubbed
from deepforge.worker.previewing import Previewer
from deepforge.worker.syncing import Syncer

WORKER = "worker"
CREDENTIALS = "credentials.json"
LOCK = "lock"
ORPHAN_SECONDS = 60.0

_log = logging.getLogger("deepforge.worker")


@dataclass(frozen=True)
class Credentials:
    """What the server gave the worker: who it is, and the token that shows it."""

    token: str
    worker: WorkerId


@dataclass(frozen=True)
class _ServerFile:
    url: str


@dataclass(frozen=True)
class Lodging:
    """The folders of a worker that shares a server's data directory."""

    home: Path
    shares_blobs: bool = True
    """Whether the server's blobs are its own; else they are sent to and fro."""

    @property
    def folder(self) -> Path:
        """The worker's own."""
        return self.home / WORKER

    @property
    def blobs(self) -> Path:
        """The blobs that jobs read and write: the server's, or a folder of the worker's own."""
        return self.home / "blobs" if self.shares_blobs else self.folder / "blobs"

    def credentials(self) -> Credentials:
        """Who the worker is. Raises ServerUnreachable when no server has told it yet."""
        try:
            return msgspec.json.decode((self.folder / CREDENTIALS).read_bytes(), type=Credentials)
        except (OSError, msgspec.MsgspecError) as error:
            raise ServerUnreachable(f"The worker has no credentials: {error}.") from None

    def find_server(self) -> link.Address:
        """Where the server is now, and the token of the day. Raises ServerUnreachable."""
        try:
            url = msgspec.json.decode((self.home / "server.json").read_bytes(), type=_ServerFile).url
        except (OSError, msgspec.MsgspecError) as error:
            raise ServerUnreachable(f"There is no server: {error}.") from None
        return link.Address(url, self.credentials().token)

    def is_there(self) -> bool:
        """Whether the folder that the worker owns has not been removed."""
        return self.folder.is_dir()

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Own the worker's folder. Raises AlreadyRunning."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
            yield
        except BlockingIOError:
            raise AlreadyRunning(f"Another worker owns {self.folder}.") from None
        finally:
            os.close(descriptor)


def build(lodging: Lodging, settings: Settings, environ: Mapping[str, str]) -> Loop:
    """A worker, ready to run. Raises ServerUnreachable when it was never given credentials."""
    worker = lodging.credentials().worker
    machine = read_machine(environ)
    slots = settings.slots or machine.cpus
    folder, inbox, syncer = lodging.folder, Inbox(), Syncer()
    chores = Chores(inbox, limit=slots + 4)
    incarnation = ulid(int(time.time() * 1000), secrets.token_bytes(10))
    transfer = _Transfer(lodging.find_server, BlobFolder(lodging.blobs))
    environments = Environments(lodging.home / "environments", sys.executable, environ)
    nursery = Nursery(
        own=sys.executable,
        runtime=install_runtime(Path(deepforge.__file__).parent, folder / "runtime"),
        environment=scrubbed(environ, settings.pass_environment),
        logs=folder / "parents",
        selector=selectors.DefaultSelector(),
        heard=lambda message: attempts.hear(message),
        ended=lambda parent, words: attempts.parent_ended(parent, words),
    )
    attempts = Attempts(
        jobs=folder / "jobs",
        codes=folder / "code",
        blobs=transfer.blobs,
        shares_blobs=lodging.shares_blobs,
        capacity=Capacity(slots, machine),
        preload=settings.preload,
        environments=environments,
        nursery=nursery,
        chores=chores,
        fetch=transfer.fetch,
        deliver=syncer.blob if lodging.shares_blobs else transfer.send,
        closed=lambda: loop.closed(),
    )
    loop = Loop(
        hello=partial(_introduce, worker, incarnation, machine, slots, lodging.shares_blobs),
        worker=worker,
        find=lodging.find_server,
        attempts=attempts,
        inbox=inbox,
        selector=nursery.selector,
        syncer=syncer,
        previewer=Previewer(
            folder=folder / "previews",
            codes=attempts.codes,
            blobs=transfer.blobs,
            fetch=transfer.fetch,
            environments=environments,
            own=nursery.own,
            runtime=nursery.runtime,
            environ=nursery.environment,
            memory=min(previewing.MEMORY, machine.memory // 2),
            chores=chores,
            made=lambda: loop.closed(),
        ),
        installation=installation_stamp,
        has_home=lodging.is_there,
        orphan_seconds=ORPHAN_SECONDS,
        incarnation=incarnation,
    )
    return loop


@dataclass(frozen=True)
class _Transfer:
    """Brings blobs from the server and to it, each over a connection of its own."""

    find: link.FindServer
    blobs: BlobFolder

    def fetch(self, digest: Digest) -> None:
        """Bring a blob here."""
        with contextlib.closing(link.Wire(self.find)) as wire:
            self.blobs.receive(digest, link.download(wire, digest))

    def send(self, kept: Kept) -> None:
        """Bring a blob to the server."""
        with contextlib.closing(link.Wire(self.find)) as wire:
            link.upload(wire, kept.digest, kept.path)


def _introduce(worker: WorkerId, incarnation: str, machine: Machine, slots: int, shares_blobs: bool) -> Hello:
    return Hello(
        identity=worker,
        incarnation=incarnation,
        name=machine.hostname,
        machine=machine,
        interpreter=read_interpreter(),
        slots=slots,
        version=deepforge.__version__,
        shares_blobs=shares_blobs,
    )


def main() -> int:
    """Run the local worker of the data directory that the environment names; the exit status."""
    try:
        home = read_home(os.environ)
        config = home / CONFIG_FILE
        settings = read_settings(config.read_text() if config.exists() else None, os.environ).settings
        logging.basicConfig(
            level=settings.log_level.upper(),
            format="%(asctime)s %(levelname)s %(message)s",
            stream=sys.stderr,
        )
        lodging = Lodging(home, shares_blobs=not settings.storage)  # else the server has to store them
        with lodging.lock():
            loop = build(lodging, settings, os.environ)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda _number, _frame: loop.stop())
            return loop.run()
    except AlreadyRunning as error:
        _log.info("%s", error)
        return 0
    except DeepForgeError as error:
        _log.error("%s", error)
        return 1
