"""An attempt on this machine: its lease, its folder, and how far it is."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from deepforge.core.ids import attempt_key
from deepforge.core.messages import Held, Lease
from deepforge.runtime.journal import ERROR, EXIT, NOTE, PUBLISHED, frame_json
from deepforge.worker.ballast import Ballast
from deepforge.worker.journal_reader import JournalReader

Phase = Literal["waiting", "preparing", "starting", "running", "publishing", "published"]

JOURNAL = "journal"
LOG = "log"
PID = "pid"
JOB = "job.json"
KEEPSAKE = "keepsake"
"""What of the file above is for a later worker; the rest is what the child reads."""


@dataclass(frozen=True)
class Process:
    """A process, told from a later one of the same number by when it started, in clock ticks since the
    machine did."""

    pid: int
    started: int


@dataclass(frozen=True)
class Keepsake:
    """What a worker has to know of an attempt again when it comes back after its death."""

    lease: Lease
    gpus: tuple[int, ...] = ()
    parent: Process | None = None
    """The warm parent that was told to start it; None while it was still being prepared."""


@dataclass(eq=False)
class Attempt:
    """One attempt and where it stands. Owned by the loop's thread, but for the phases preparing and
    publishing, in which its folder belongs to the chore that works on it."""

    lease: Lease
    folder: Path
    phase: Phase = "waiting"
    gpus: tuple[int, ...] = ()
    parent: Process | None = None
    process: Process | None = None
    """The child; None before it started, and again once it is known to have ended."""
    adopted: bool = False
    """Whether its warm parent no longer talks to this worker, so that nobody says when the child ends."""
    taken: float = 0.0
    """On the monotonic clock: when it was leased."""
    ahead: bool = False
    """Whether it was taken while there was no place for it."""
    began: float = 0.0
    """On the monotonic clock: when the child had its job."""
    vanished: float | None = None
    """On the monotonic clock: when the child of an adopted attempt was found to be gone, and no EXIT there
    yet."""
    starts: int = 0
    """How many warm parents were told to start it."""
    stopping: str | None = None
    """Why it is being stopped, as the reason of its EXIT."""
    kill_at: float | None = None
    """On the monotonic clock: when its processes are killed, after they were asked to end."""
    postponed: bool = False
    """Whether it waits for the server to be reachable before it can be prepared, or published."""
    removed: bool = False
    """Whether its folder is gone: its end can be written only after the server has said how far it is."""
    dropped: bool = False
    """Whether a newer attempt holds the job: what this one leaves is thrown away."""
    journal_committed: int = 0
    log_committed: int = 0
    offsets_known: bool = True
    """False for an adopted attempt until the server has said how far it is."""
    ship_after: float = 0.0
    """On the monotonic clock: no shipment before, after one went wrong."""
    put_off: float = 0.0
    """Seconds by which it was put off last."""
    journal: JournalReader = field(init=False)

    def __post_init__(self) -> None:
        self.journal = JournalReader(self.folder / JOURNAL)

    @property
    def held(self) -> Held:
        """Its name on the wire."""
        return Held(self.lease.job, self.lease.fence)

    @property
    def key(self) -> str:
        """Its name in this process, and its folder's."""
        return self.folder.name

    @property
    def operation(self) -> str:
        """What it calls, as `module.name`."""
        return f"{self.lease.spec.module}.{self.lease.spec.operation}"

    @property
    def on_machine(self) -> bool:
        """Whether it takes up a slot."""
        return self.phase in ("preparing", "starting", "running")

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do here but to tell the server of its end."""
        return self.phase == "published" or self.removed

    @property
    def succeeded(self) -> bool:
        """Whether the operation returned and its process ended well, or at least nobody saw it end
        otherwise."""
        ending = self.journal.exit
        if ending is None or self.journal.result is None:
            return False
        unseen = (
            ending.get("reason") == "lost" and ending.get("signal") is None and ending.get("code") is None
        )
        return unseen or ending.get("code") == 0

    def note(self, text: str) -> None:
        """Tell in the journal what the worker is doing for the job, from any thread; on a full disk nothing
        is told."""
        with contextlib.suppress(OSError):
            append(self.folder / JOURNAL, frame_json(NOTE, {"text": text, "time": time.time()}))

    def fail(self, kind: str, message: str, hint: str | None = None) -> None:
        """Record that the job could not be started: an error, and an end."""
        content: dict[str, Any] = {
            "kind": kind,
            "message": message,
            "traceback": "",
            "frames": [],
            "hint": hint,
            "time": time.time(),
        }
        self._append(ERROR, content)
        self.end(code=1)

    def end(self, code: int | None = None, signal: int | None = None, reason: str | None = None) -> None:
        """Record how it ended, when nobody else could."""
        self._append(EXIT, {"code": code, "signal": signal, "reason": reason, "time": time.time()})

    def close(self, published: dict[str, Any]) -> None:
        """Record what was published; nothing follows. The phase becomes `published`."""
        self._append(PUBLISHED, dict(published, time=time.time()))
        self.phase = "published"

    def make_anew(self) -> None:
        """Make its folder again after somebody removed it. What the server has committed is still there: what
        follows comes after that, so it must have said so since. Raises OSError.
        """
        make_folder(self)
        self.removed = False
        for name, committed in ((JOURNAL, self.journal_committed), (LOG, self.log_committed)):
            with open(self.folder / name, "ab") as file:
                file.truncate(max(committed, file.tell()))
        self.journal.forget()
        self.journal.offset = self.journal_committed

    def _append(self, kind: int, content: dict[str, Any]) -> None:
        """Append one record, giving up the ballast when the disk is full. Raises OSError when even that is
        too little."""
        data = frame_json(kind, content)
        try:
            append(self.folder / JOURNAL, data)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            Ballast.beside(self.folder).drop()
            self.journal.mend()
            append(self.folder / JOURNAL, data)
        self.journal.read_on()


def new_attempt(jobs: Path, lease: Lease) -> Attempt:
    """An attempt that was just leased; its folder is made when it is prepared."""
    return Attempt(lease, jobs / attempt_key(lease.job, lease.fence))


def make_folder(attempt: Attempt) -> None:
    """Make the folder. What lies in it the child makes when it needs it."""
    os.makedirs(attempt.folder, exist_ok=True)


def keep(attempt: Attempt, described: Mapping[str, Any] = MappingProxyType({})) -> None:
    """Write down what a later worker needs, and what the child does when that is known. One file: each costs
    the machine more than what is in it."""
    keepsake = Keepsake(attempt.lease, attempt.gpus, attempt.parent)
    content = {**described, KEEPSAKE: msgspec.to_builtins(keepsake)}
    write(f"{attempt.folder}/{JOB}", json.dumps(content).encode())


def recover(folder: Path) -> Attempt | None:
    """The attempt of a folder that an earlier worker left; None when it had not come far enough to be known
    again."""
    try:
        keepsake = msgspec.convert(json.loads((folder / JOB).read_bytes())[KEEPSAKE], Keepsake)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    attempt = Attempt(keepsake.lease, folder, gpus=keepsake.gpus, parent=keepsake.parent, adopted=True)
    attempt.offsets_known = False
    attempt.process = read_pid(folder)
    attempt.journal.read_on()
    return attempt


def read_pid(folder: Path) -> Process | None:
    """The child, as its warm parent wrote it down; None before that."""
    try:
        words = (folder / PID).read_text().split()
        return Process(int(words[0]), int(words[1]))
    except (OSError, ValueError, IndexError):
        return None


def append(path: Path, data: bytes) -> None:
    """Append to a file in one write. Raises OSError, also when only a part could be written."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if os.write(descriptor, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(descriptor)


def write(path: str, data: bytes) -> None:
    """Write a file anew, with as few calls as can be. Raises OSError, also when only a part could be
    written."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        if os.write(descriptor, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(descriptor)
