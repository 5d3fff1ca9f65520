"""The attempts on this machine: taken, prepared, started, watched, ended and published."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from deepforge.core.errors import DeepForgeError
from deepforge.core.ids import attempt_key
from deepforge.core.messages import Ahead, Held, InputSpec, Lease
from deepforge.runtime import process as processes
from deepforge.worker import materials, workspace
from deepforge.worker.attempt import (
    JOB,
    PID,
    Attempt,
    Process,
    keep,
    make_folder,
    new_attempt,
    read_pid,
    recover,
)
from deepforge.worker.ballast import Ballast
from deepforge.worker.blob_folder import BlobFolder, as_no_space
from deepforge.worker.capacity import Capacity
from deepforge.worker.environments import BuildCanceled, Environments, Job, digest_of
from deepforge.worker.inbox import Chores
from deepforge.worker.nursery import Nursery
from deepforge.worker.pace import MOST_AHEAD_SECONDS, Pace
from deepforge.worker.parents import Parent, ParentEnded, Python
from deepforge.worker.publishing import TRY_AGAIN, Deliver, Leavings, leavings, nothing_published, publish
from deepforge.worker.supervision import GRACE, MEMORY_SECONDS, age, breach, is_alive, signal_adopted

INLINE = 4 << 20
"""Bytes of outputs that are hashed at once, in the loop; more is a chore."""

LOST_SECONDS = 10.0
"""For how long a warm parent that outlived its worker may take to start a child, or to say how it ended."""

SETTLE_SECONDS = 0.5
"""For how long a child whose warm parent is gone may take to write down who it is."""

REST_SECONDS = 10.0
"""For how long no job is wanted after the disk was so full that not even an end could be written."""

MAX_STARTS = 3
"""How many warm parents may end over a job before it is the job's fault."""

_log = logging.getLogger("deepforge.worker")


@dataclass
class Attempts:
    """All attempts, by key. Belongs to the loop's thread; chores work on a folder only while its phase says
    so."""

    jobs: Path
    codes: Path
    blobs: BlobFolder
    shares_blobs: bool
    capacity: Capacity
    preload: tuple[str, ...]
    environments: Environments
    nursery: Nursery
    chores: Chores
    fetch: workspace.Fetch
    """Brings a missing blob here."""
    deliver: Deliver
    """Brings a new blob to where the server finds it."""
    closed: Callable[[], None]
    """Called when an attempt has come to its end and is to be shipped."""
    by_key: dict[str, Attempt] = field(default_factory=dict)
    locks: dict[str, str] = field(default_factory=dict)
    """Environments that the server has not been told of: digest of what was declared → of the lock."""
    clock: Callable[[], float] = time.monotonic
    _pace: Pace = field(default_factory=Pace)
    _measured: float = 0.0
    _rests_until: float = 0.0
    _rubbish: list[Path] = field(default_factory=list)

    @property
    def materials(self) -> Path:
        """Where inputs lie that are more than one blob."""
        return self.jobs.parent / "materials"

    @property
    def ballast(self) -> Ballast:
        """The space that is held back for saying how jobs ended."""
        return Ballast(self.jobs.parent / "ballast")

    # Taking

    def adopt(self) -> None:
        """Take up what an earlier worker left in the folder of jobs."""
        self.jobs.mkdir(parents=True, exist_ok=True)
        self.ballast.take()
        for folder in sorted(self.jobs.iterdir()):
            attempt = recover(folder)
            if attempt is None:
                if (folder / PID).exists():
                    processes.end(str(folder))
                shutil.rmtree(folder, ignore_errors=True)
                continue
            self.by_key[attempt.key] = attempt
            if attempt.journal.published is not None:
                attempt.phase = "published"
            elif attempt.parent is None and attempt.process is None:
                attempt.phase, attempt.adopted = "waiting", False
            else:
                attempt.phase = "running"
                lives = attempt.process is not None and is_alive(attempt.process)
                attempt.began = self.clock() - (age(folder) if lives else 0.0)
        self.sweep()

    def sweep(self) -> None:
        """Remove what no attempt uses any more: old code, inputs, and blobs that are ours."""
        used = {attempt.lease.spec.snapshot for attempt in self.by_key.values()}
        aside = workspace.set_aside_code(self.codes, used)
        if aside:
            self.chores.do(partial(_remove_codes, aside))
        inputs = [
            given
            for attempt in self.by_key.values()
            for given in attempt.lease.spec.inputs.values()
            if given is not None
        ]
        self.chores.do(partial(materials.sweep, self.materials, {given.digest for given in inputs}))
        if not self.shares_blobs:
            self.chores.do(partial(self.blobs.sweep, partial(materials.blobs_of, inputs, self.blobs)))

    def warm_up(self) -> None:
        """Start the warm parent that most jobs need before the first of them comes."""
        try:
            self.nursery.get(None)
        except OSError as error:
            _log.warning("the warm parent does not start: %s", error)

    def take(self, lease: Lease) -> None:
        """A job was leased. The same lease twice is one; an older one of the same job is told to be
        fenced."""
        attempt = new_attempt(self.jobs, lease)
        attempt.taken = self.clock()
        attempt.ahead = not self.capacity.has_place(attempt, [*self.on_machine(), *self.waiting()])
        self.by_key.setdefault(attempt.key, attempt)

    def start_waiting(self) -> None:
        """Start what waits, in the order it came, as far as there is room."""
        for attempt in [one for one in self.waiting() if not one.postponed]:
            others = self.on_machine()
            if not self.capacity.has_place(attempt, others):
                return
            attempt.gpus = self.capacity.take_gpus(attempt, others)
            self._begin(attempt)

    def on_machine(self) -> list[Attempt]:
        """Those that take up a slot."""
        return [attempt for attempt in self.by_key.values() if attempt.on_machine]

    def waiting(self) -> list[Attempt]:
        """Those that wait for a slot, or for the server, in the order they came."""
        return [attempt for attempt in self.by_key.values() if attempt.phase == "waiting"]

    def free_slots(self) -> int:
        """How many more jobs are wanted; none for a while after nothing could be written about one."""
        if self.clock() < self._rests_until:
            return 0
        return max(0, self.capacity.slots - len(self.on_machine()) - len(self.waiting()))

    def ahead(self) -> Ahead | None:
        """Which jobs are wanted besides, as far as those that run will be gone in a moment."""
        waiting = self.waiting()
        slots = self.capacity.slots - len(waiting)
        short = self._pace.short((attempt.began for attempt in self.on_machine()), self.clock())
        if not short or slots < 1 or self.clock() < self._rests_until:
            return None
        return Ahead(short, slots, self.capacity.left(waiting))

    # Starting

    def _begin(self, attempt: Attempt) -> None:
        spec = attempt.lease.spec
        try:
            make_folder(attempt)
            python = self.environments.known(spec.environment) if spec.environment else None
            if (python or not spec.environment) and workspace.is_ready(spec, self.codes, self.blobs):
                self._launch(attempt, python)
                return
            attempt.phase = "preparing"
            if not (attempt.folder / JOB).exists():  # else a child that was told of before may be reading it
                keep(attempt)
        except OSError as error:
            self._fail(attempt, as_no_space(error, "prepare the job"))
            return
        self.chores.do(partial(self._prepare, attempt), partial(self._prepared, attempt))

    def _prepare(self, attempt: Attempt) -> Python | None:
        """In a chore: bring everything here that the job needs."""
        spec = attempt.lease.spec

        def canceled() -> bool:
            return attempt.stopping is not None or attempt.dropped

        workspace.lay_out_code(self.codes, spec.snapshot, self.blobs, self.fetch)
        workspace.fetch_missing(workspace.missing_inputs(spec, self.blobs), self.blobs, self.fetch)
        materials.lay_out(self.materials, spec, self.blobs, self.fetch)
        if spec.environment is None:
            return None
        return self.environments.ensure(spec.environment, Job(attempt.note, canceled))

    def _prepared(self, attempt: Attempt, outcome: Python | Exception | None) -> None:
        if attempt.dropped:
            self._remove(attempt)
        elif attempt.stopping:
            self._end_unstarted(attempt, attempt.stopping)
        elif isinstance(outcome, DeepForgeError) and outcome.code in TRY_AGAIN:
            attempt.phase, attempt.postponed = "waiting", True
        elif isinstance(outcome, BuildCanceled):
            self._end_unstarted(attempt, "canceled")
        elif isinstance(outcome, Exception):
            self._fail(attempt, outcome)
        else:
            self._launch(attempt, outcome)

    def _launch(self, attempt: Attempt, python: Python | None) -> None:
        """Have the child forked. What cannot be started fails with the reason."""
        spec = attempt.lease.spec
        if spec.environment and python and python.lock:
            self.locks[digest_of(spec.environment)] = python.lock
        visible = {"CUDA_VISIBLE_DEVICES": ",".join(map(str, attempt.gpus))} if attempt.gpus else {}
        try:
            parent = self.nursery.get(python, spec.preload)
            attempt.parent = parent.process
            attempt.starts += 1
            workspace.furnish(attempt, self.codes, self.blobs, self._laid_out)
            attempt.phase = "starting"
            attempt.began = self.clock()
            wanted = self.preload if spec.preload is None else spec.preload
            parent.spawn(attempt.folder, named_among(wanted, spec.imports), visible)
        except ParentEnded:
            # The watch finds out that nothing was started, and starts it again.
            attempt.phase, attempt.adopted = "running", True
        except OSError as error:
            self._fail(attempt, as_no_space(error, "prepare the job"))

    def _laid_out(self, given: InputSpec) -> tuple[Path, dict[str, Any]]:
        return materials.place_of(self.materials, given), materials.described(given, self.blobs)

    def _fail(self, attempt: Attempt, error: Exception) -> None:
        known = isinstance(error, DeepForgeError)
        if not known:
            _log.error("the job %s could not be prepared", attempt.key, exc_info=error)
        hint = error.hint if isinstance(error, DeepForgeError) else None
        message = (
            error.message if isinstance(error, DeepForgeError) else f"The job could not be prepared: {error}."
        )
        kind = type(error).__name__ if known else "NotPrepared"
        try:
            attempt.fail("EnvironmentFailed" if kind == "BadInput" else kind, message, hint)
        except FileNotFoundError:
            self._removed(attempt)
            return
        except OSError as full:
            self._give_up(attempt, full)
            return
        self._close(attempt, nothing_published())

    # What warm parents say

    def hear(self, message: dict[str, Any]) -> None:
        """A message of a warm parent about one of its children."""
        told = next((word for word in ("spawned", "refused", "exited") if word in message), "")
        attempt = self.by_key.get(Path(message.get(told, "")).name) if told else None
        if attempt is None or attempt.phase not in ("starting", "running"):
            return
        if told == "spawned":
            attempt.phase = "running"
            attempt.began = self.clock()
            attempt.process = Process(message["pid"], message["started"])
            if attempt.stopping or attempt.dropped:
                self._ask_to_end(attempt)
        elif told == "exited":
            self._ended(attempt, message.get("code"), message.get("signal"), message.get("reason"))
        elif (attempt.folder / PID).exists():
            attempt.phase, attempt.adopted = "running", True  # an earlier warm parent was faster
        else:
            self._fail(attempt, OSError(message.get("error", "the warm parent refused it")))

    def parent_ended(self, parent: Parent, last_words: str) -> None:
        """A warm parent is gone; its children go on, and are watched from now on."""
        children = [one for one in self.by_key.values() if one.parent == parent.process and one.on_machine]
        if children or last_words:
            _log.warning(
                "a warm parent with %d jobs ended: %s", len(children), last_words or "it said nothing"
            )
        for attempt in children:
            if attempt.phase in ("starting", "running"):
                attempt.adopted = True
                attempt.phase = "running"

    # Watching

    def watch(self) -> None:
        """Look after what runs: limits, processes that were asked to end, children that nobody tells about;
        and give back what was taken ahead in vain."""
        now = self.clock()
        measure = now - self._measured >= MEMORY_SECONDS
        if measure:
            self._measured = now
        for attempt in list(self.by_key.values()):
            if attempt.ahead and attempt.phase == "waiting" and now - attempt.taken > MOST_AHEAD_SECONDS:
                self.stop(attempt.held, "returned")
            if attempt.phase == "published" and not attempt.journal.path.exists():
                self._removed(attempt)
            if attempt.phase != "running":
                continue
            if attempt.kill_at is not None and now >= attempt.kill_at:
                attempt.kill_at = now + GRACE
                self._signal(attempt, signal.SIGKILL)
            elif attempt.stopping is None and measure and (reason := breach(attempt, now)):
                attempt.stopping = reason
                self._ask_to_end(attempt)
            if attempt.adopted:
                self._watch_adopted(attempt, now)

    def _watch_adopted(self, attempt: Attempt, now: float) -> None:
        attempt.journal.read_on()
        if attempt.journal.exit is not None:
            self._ended(attempt, None, None, None)
            return
        attempt.process = attempt.process or read_pid(attempt.folder)
        if attempt.process and is_alive(attempt.process):
            return
        attempt.vanished = attempt.vanished or now
        waited = now - attempt.vanished
        if waited < (LOST_SECONDS if attempt.parent and is_alive(attempt.parent) else SETTLE_SECONDS):
            return
        processes.end(str(attempt.folder))
        if attempt.process is None:
            self._start_again(attempt)
        else:
            self._ended(attempt, None, None, attempt.stopping or "lost")

    def _start_again(self, attempt: Attempt) -> None:
        """Its warm parent died before the child lived."""
        if attempt.starts >= MAX_STARTS:
            self._fail(
                attempt, DeepForgeError("The warm parents of the job ended before they had started it.")
            )
            return
        (attempt.folder / PID).unlink(missing_ok=True)
        attempt.phase, attempt.adopted, attempt.parent, attempt.vanished = "waiting", False, None, None
        if attempt.stopping:
            self._end_unstarted(attempt, attempt.stopping)

    def retry(self) -> None:
        """Try again what had to be put off because the server could not be reached."""
        self.ballast.take()
        for attempt in [one for one in self.by_key.values() if one.postponed]:
            attempt.postponed = False
            if attempt.phase == "publishing":
                self.publish(attempt)

    # Ending

    def stop(self, held: Held, reason: str) -> None:
        """Bring an attempt to an end; once it is on its way there, this changes nothing."""
        attempt = self.by_key.get(attempt_key(held.job, held.fence))
        if attempt is None or attempt.stopping:
            return
        if attempt.phase == "waiting" or (attempt.phase == "starting" and self._forestall(attempt)):
            self._end_unstarted(attempt, reason)
        elif attempt.on_machine:
            attempt.stopping = reason
            if attempt.phase == "running":
                self._ask_to_end(attempt)

    def _forestall(self, attempt: Attempt) -> bool:
        """Keep the warm parent, which may be busy importing, from starting an attempt; False when it has
        already.

        Whoever creates the file of the process number has the right to start the job, so nobody else will.
        """
        try:
            os.close(
                os.open(attempt.folder / PID, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
            )
        except OSError:
            return False
        return True

    def stop_all(self, reason: str) -> None:
        """Bring every attempt to an end."""
        for attempt in list(self.by_key.values()):
            self.stop(attempt.held, reason)

    def kill_all(self) -> None:
        """End every process at once, and keep the folders as they are."""
        for attempt in self.by_key.values():
            if attempt.phase == "running":
                self._signal(attempt, signal.SIGKILL)

    def drop(self, attempt: Attempt) -> None:
        """A newer attempt holds the job: end this one, and keep nothing of it."""
        attempt.dropped = True
        never_started = attempt.phase == "starting" and self._forestall(attempt)
        if never_started or attempt.removed or attempt.phase in ("waiting", "published"):
            self._remove(attempt)
        elif attempt.phase == "running":
            attempt.stopping = attempt.stopping or "canceled"
            self._signal(attempt, signal.SIGKILL)

    def _ask_to_end(self, attempt: Attempt) -> None:
        attempt.kill_at = self.clock() + GRACE
        self._signal(attempt, signal.SIGKILL if attempt.dropped else signal.SIGTERM)

    def _signal(self, attempt: Attempt, number: int) -> None:
        parent = None if attempt.adopted else self.nursery.of(attempt.parent)
        try:
            if parent:
                parent.signal(attempt.folder, number, attempt.stopping or "canceled")
                return
        except ParentEnded:
            attempt.adopted = True
        if attempt.process:
            signal_adopted(attempt.folder, attempt.process, number)

    def _end_unstarted(self, attempt: Attempt, reason: str) -> None:
        try:
            make_folder(attempt)
            attempt.end(reason=reason)
        except OSError as error:
            self._give_up(attempt, error)
            return
        self._close(attempt, nothing_published())

    def _ended(self, attempt: Attempt, code: int | None, number: int | None, reason: str | None) -> None:
        """The child is gone: see that the journal says so, then publish what it left."""
        attempt.process = None
        self._pace.ended(attempt.operation, attempt.began, self.clock())
        if attempt.dropped:
            self._remove(attempt)
            return
        try:
            attempt.journal.mend()
            written = attempt.journal.exit
            if written is None:
                attempt.end(code, number, reason)
            elif (
                attempt.adopted
                and attempt.stopping
                and written.get("reason") is None
                and not attempt.succeeded
            ):
                attempt.end(written.get("code"), written.get("signal"), attempt.stopping)
        except FileNotFoundError:
            self._removed(attempt)
            return
        except OSError as error:
            self._give_up(attempt, error)
            return
        attempt.phase = "publishing"
        self.publish(attempt)

    def _removed(self, attempt: Attempt) -> None:
        """Its folder is no longer there, with all that it left: ask the server how far it is.

        A stretch may be on its way there, so what this process knows of that may be too little.
        """
        attempt.phase, attempt.removed = "publishing", True
        self.closed()

    def end_removed(self, attempt: Attempt) -> None:
        """Tell of the end of an attempt whose folder was removed; the server has just said how far it is."""
        try:
            attempt.make_anew()
            attempt.fail(
                "FolderRemoved",
                "The folder of the job was removed while it ran.",
                "Remove nothing in the data directory, and in a job only what is in its working directory.",
            )
        except OSError as error:
            self._give_up(attempt, error)
            return
        self._close(attempt, nothing_published())

    def publish(self, attempt: Attempt) -> None:
        """Publish what an ended attempt left; large outputs, and those that travel, in a chore."""
        try:
            left = leavings(attempt.folder, attempt.journal.result if attempt.succeeded else None)
        except msgspec.ValidationError as error:
            self._close(
                attempt,
                nothing_published("NotPublished", f"The record of the result cannot be read: {error}."),
            )
            return
        if left.size <= INLINE and not left.artifacts and (self.shares_blobs or not left.outputs):
            self._published(
                attempt, left, publish(attempt.folder, left, self.blobs, self.deliver, attempt.note)
            )
        else:
            errand = partial(publish, attempt.folder, left, self.blobs, self.deliver, attempt.note)
            self.chores.do(errand, partial(self._published, attempt, left))

    def _published(self, attempt: Attempt, left: Leavings, outcome: dict[str, Any] | Exception) -> None:
        if attempt.dropped:
            self._remove(attempt)
        elif isinstance(outcome, Exception):
            if not isinstance(outcome, DeepForgeError):
                _log.error("what %s left cannot be published", attempt.key, exc_info=outcome)
                self._close(
                    attempt, nothing_published("NotPublished", f"What it left cannot be kept: {outcome}.")
                )
                return
            _log.warning("what %s left cannot be brought to the server yet: %s", attempt.key, outcome.message)
            attempt.postponed = True
        else:
            self._close(attempt, outcome)

    def _close(self, attempt: Attempt, published: dict[str, Any]) -> None:
        try:
            attempt.close(published)
        except FileNotFoundError:
            self._removed(attempt)
            return
        except OSError:
            # Not even the ballast was enough: what could not be published makes room for saying so.
            workspace.make_room(attempt.folder)
            try:
                attempt.close(published)
            except OSError as error:
                self._give_up(attempt, error)
                return
        attempt.gpus = ()
        self.closed()

    def _give_up(self, attempt: Attempt, error: OSError) -> None:
        """Not a byte can be written about it: the server notices by itself that nobody holds it any
        longer."""
        _log.error("nothing can be kept about %s: %s", attempt.key, error)
        self._rests_until = self.clock() + REST_SECONDS
        self._remove(attempt)

    def forget(self, attempt: Attempt) -> None:
        """The server has everything."""
        self._remove(attempt)

    def _remove(self, attempt: Attempt) -> None:
        self.by_key.pop(attempt.key, None)
        self._rubbish.append(attempt.folder)

    def clear_away(self) -> None:
        """Remove the folders of attempts that are done with; from time to time, for it holds up jobs that
        start."""
        rubbish, self._rubbish = self._rubbish, []
        if rubbish:
            self.chores.do(partial(_remove_all, rubbish))


def named_among(modules: Iterable[str], imports: Collection[str]) -> list[str]:
    """Those of some modules whose package is imported."""
    return [module for module in modules if module.partition(".")[0] in imports]


def _remove_codes(folders: list[Path]) -> None:
    for folder in folders:
        workspace.remove_code(folder)


def _remove_all(folders: list[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
